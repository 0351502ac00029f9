//! The draws, and the pratiche of one, as tables for a spreadsheet: numbers and outcomes, and nobody's name.

use sportello_domain::foglio::{Cell, Formato};
use sportello_store::{
    Read,
    campione::{self as row, EstrattaRow},
};
use uuid::Uuid;

use super::{Campione, READERS, draws};
use crate::{
    Ctx, Error, Portal, Result,
    pratica::number,
    tabella::{Extent, Tabella, Tutte, Uscita, instant, plain},
};

const HEADINGS: [&str; 4] = ["pratica.numero", "controllo.motivo", "controllo.esito", "controllo.quando"];

const DRAW_HEADINGS: [&str; 9] = [
    "controllo.dal",
    "controllo.al",
    "controllo.modello",
    "controllo.percento",
    "controllo.popolazione",
    "controllo.da_controllare",
    "controllo.aggiunte",
    "controllo.controllate",
    "controllo.estratto",
];

/// Begins to take out the draws. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn take_out_draws(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    let rows = draws(portal, ctx, Extent::Whole).await?.into_iter().map(draw_cells).collect();
    let uscita = Uscita::new("estrazione.export_list", ("campione", None), "controlli", &DRAW_HEADINGS);
    uscita.at_once(portal, ctx, formato, rows).await
}

/// Begins to take out the pratiche of a draw. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for a draw of another ente.
pub async fn take_out(portal: &Portal, ctx: &Ctx, id: Uuid, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let read = async move |read: &mut Read| {
        let Some(found) = row::by_id(read, ente, id).await? else { return Ok(None) };
        let page = async |read: &mut Read, page| row::pratiche(read, ente, found.id, page).await;
        Ok(Some(Extent::Whole.rows(read, page).await?))
    };
    let rows = portal.store().report(ente, read).await?.ok_or(Error::NotFound)?;
    let uscita = Uscita::new("campione.export_list", ("campione", Some(id)), format!("controllo-{id}"), &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`DRAW_HEADINGS`]; no modello for a draw from all of them.
fn draw_cells(Campione { row, title }: Campione) -> Vec<Cell> {
    vec![
        Cell::Plain(row.dal.to_string()),
        Cell::Plain(row.al.to_string()),
        Cell::Text(title.unwrap_or_default()),
        Cell::Plain(row.percent.to_string()),
        Cell::Plain(row.population.to_string()),
        Cell::Plain(row.chosen.to_string()),
        Cell::Plain(row.added.to_string()),
        Cell::Plain(row.checked.to_string()),
        instant(row.drawn_at),
    ]
}

/// The cells under [`HEADINGS`].
fn cells(row: EstrattaRow) -> Vec<Cell> {
    vec![
        Cell::Plain(number(row.anno, row.numero)),
        Cell::Plain(row.ground.stored().to_owned()),
        plain(row.outcome.map(|outcome| outcome.stored())),
        row.checked_at.map_or(Cell::EMPTY, instant),
    ]
}
