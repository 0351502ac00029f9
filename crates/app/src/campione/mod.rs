//! Controlli a campione: of what was accepted in a period some are drawn, so that somebody looks whether what was declared
//! is so (DPR 445/2000 art. 71). What does not fit together is checked in any case.
//!
//! A period is drawn once: a draw that has a day and a modello in common with an earlier one is refused, so that nobody
//! draws until they like what comes. The draw is kept with its list and its seed, and anybody can do it again.

mod draw;
mod elenco;
mod verifica;

use chrono::{DateTime, Utc};
use sportello_domain::ruolo::Ruolo;
use sportello_store::{
    Read,
    campione::{self as row, OfPratica},
    esportazione,
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result, bozza::Download, modello, tabella::Extent};

pub use draw::{
    DAYS_MAX, Draw, Drawn, MODELLO_WANTED, NOBODY, PERCENT_WANTED, PERIOD_WANTED, POPULATION_MAX, TOO_MANY, draw,
};
pub use elenco::{take_out, take_out_draws};
pub use sportello_store::campione::{CampioneRow, EstrattaRow, Ground, Outcome};
pub(crate) use verifica::place as note_place;
pub use verifica::{NOTE_MAX, NOTE_WANTED, Verifica, record, verifica};

/// Roles that look at the draws.
pub const READERS: [Ruolo; 3] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::Auditor];
/// Roles that draw.
pub const DRAWERS: [Ruolo; 1] = [Ruolo::Responsabile];
/// Roles that check and write down what they found.
pub const CHECKERS: [Ruolo; 2] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile];

/// Pratiche on one page of a draw.
pub const PAGE_ROWS: i64 = 50;

/// A draw.
#[derive(Clone, Debug)]
pub struct Campione {
    /// What is kept of it.
    pub row: CampioneRow,
    /// Title of its modello; none for all of them.
    pub title: Option<String>,
}

/// The draws of an ente.
#[derive(Clone, Debug)]
pub struct Campioni {
    /// The latest period first.
    pub rows: Vec<Campione>,
    /// Whether the person may draw.
    pub can_draw: bool,
}

/// A page of a draw.
#[derive(Clone, Debug)]
pub struct Page {
    /// The draw.
    pub campione: Campione,
    /// Its pratiche, those without outcome first.
    pub rows: Vec<EstrattaRow>,
    /// Page shown, from 1.
    pub page: i64,
    /// How many pages there are.
    pub pages: i64,
}

/// What the page of a pratica says of its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estratta {
    /// The draw.
    pub campione: Uuid,
    /// When it was drawn.
    pub at: DateTime<Utc>,
    /// What the check found.
    pub outcome: Option<Outcome>,
    /// Whether the person may look at the draw.
    pub readable: bool,
}

impl Estratta {
    /// As somebody of the office reads it.
    pub(crate) fn seen(ctx: &Ctx, row: &OfPratica) -> Self {
        let readable = ctx.operatore(&READERS).is_ok();
        Self { campione: row.campione_id, at: row.drawn_at, outcome: row.outcome, readable }
    }
}

/// The draws, at most 200.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Campioni> {
    let rows = draws(portal, ctx, Extent::Shown).await?;
    Ok(Campioni { rows, can_draw: ctx.operatore(&DRAWERS).is_ok() })
}

/// The draws, or the first of them.
async fn draws(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Campione>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::list(read, ente, page).await;
    let rows = extent.look(portal, ente, async move |read| extent.rows(read, page).await).await?;
    let modelli = modelli(portal, ctx).await?;
    Ok(rows.into_iter().map(|row| titled(&modelli, row)).collect())
}

/// A page of a draw; the last one where there are not so many.
///
/// # Errors
/// Those of [`list`]; [`Error::NotFound`] for one of another ente.
pub async fn page(portal: &Portal, ctx: &Ctx, id: Uuid, page: i64) -> Result<Page> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let find = async move |read: &mut Read| {
        let Some(found) = row::by_id(read, ente, id).await? else { return Ok(None) };
        let pages = ((found.chosen + PAGE_ROWS - 1) / PAGE_ROWS).max(1);
        let page = page.clamp(1, pages);
        let rows = row::pratiche(read, ente, id, (PAGE_ROWS, (page - 1) * PAGE_ROWS)).await?;
        Ok(Some((found, rows, page, pages)))
    };
    let (found, rows, page, pages) = portal.store().read(ente, find).await?.ok_or(Error::NotFound)?;
    let campione = titled(&modelli(portal, ctx).await?, found);
    Ok(Page { campione, rows, page, pages })
}

/// The list that a draw was drawn from: numbers of pratiche, the very bytes whose digest is kept.
///
/// # Errors
/// Those of [`page`].
pub async fn population(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<Download> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let list = portal.store().read(ente, async move |read| row::population(read, ente, id).await).await?;
    let content = list.ok_or(Error::NotFound)?.into();
    Ok(Download { name: format!("controllo-{id}.csv"), media_type: "text/csv; charset=utf-8".into(), content })
}

/// Code and title of each modello that can be drawn from: those in which something is declared.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn choices(portal: &Portal, ctx: &Ctx) -> Result<Vec<(String, String)>> {
    ctx.operatore(&DRAWERS)?;
    let found = modelli(portal, ctx).await?.into_iter().filter(|modello| modello.declares);
    Ok(found.map(|modello| (modello.code, modello.title)).collect())
}

/// A modello that the ente ever published.
struct Known {
    code: String,
    title: String,
    /// Whether something is declared in its newest version.
    declares: bool,
}

async fn modelli(portal: &Portal, ctx: &Ctx) -> Result<Vec<Known>> {
    let ente = ctx.ente_id();
    let (rows, _) = portal.store().read(ente, async move |read| esportazione::choices(read, ente).await).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let form = &modello::document(portal, ente, &row.hash).await?.modello;
        let title = form.title(ctx.lingua, row.anno_scolastico);
        found.push(Known { code: row.code, title, declares: form.declares() });
    }
    Ok(found)
}

fn titled(modelli: &[Known], row: CampioneRow) -> Campione {
    let title = row.modello.as_ref().map(|code| {
        let known = modelli.iter().find(|modello| modello.code == *code);
        known.map_or_else(|| code.clone(), |modello| modello.title.clone())
    });
    Campione { row, title }
}
