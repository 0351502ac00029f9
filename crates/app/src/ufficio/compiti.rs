//! Tasks that accepted pratiche leave to the office, and who has done them.

use chrono::{DateTime, Utc};
use sportello_domain::{
    foglio::{Cell, Formato},
    id::{EnteId, PraticaId},
};
use sportello_store::{
    Read, audit,
    compito::{self as row, CompitoRow},
};
use uuid::Uuid;

pub use sportello_store::compito::CompitoKind;

use super::{DECIDERS, READERS, esportazione::EXPORTERS, holds};
use crate::{
    Ctx, Portal, Result,
    error::Reason,
    pratica::number,
    tabella::{Righe, SHOWN, STEP_ROWS, Tabella, Uscita, instant},
};

const HEADINGS: [&str; 4] = ["compito.cosa", "compito.chi", "pratica.numero", "compito.dal"];

/// A task to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compito {
    /// Its key.
    pub id: Uuid,
    /// What is to be done.
    pub kind: CompitoKind,
    /// The pratica that left it.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name; empty where the pratica is about none.
    pub alunno: String,
    /// The applicant's name.
    pub richiedente: String,
    /// When it came up.
    pub created_at: DateTime<Utc>,
}

impl Compito {
    /// Whom it is about: the child, or the applicant where it is about none.
    pub fn who(&self) -> &str {
        if self.alunno.is_empty() { &self.richiedente } else { &self.alunno }
    }
}

/// The tasks of the office.
#[derive(Clone, Debug)]
pub struct Compiti {
    /// What is to be done, the oldest first, at most 200.
    pub open: Vec<Compito>,
    /// Whether the person may mark them as done.
    pub can_do: bool,
}

/// What is to be done.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Compiti> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let rows = portal.store().read(ente, async move |read| row::open(read, ente, None, SHOWN).await).await?;
    Ok(Compiti { open: rows.into_iter().map(Compito::from).collect(), can_do: holds(ctx, DECIDERS) })
}

/// Begins to take out what is to be done, all of it. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<impl Righe + use<>>> {
    ctx.operatore(&EXPORTERS)?;
    let ente = ctx.ente_id();
    let count = portal.store().report(ente, async move |read| row::count(read, ente).await).await?;
    let step = async |read: &mut Read, ente: EnteId, last: Option<CompitoRow>| {
        row::open(read, ente, last.as_ref(), STEP_ROWS).await
    };
    let uscita = Uscita::new("compito.export_list", ("compito", None), "compiti", &HEADINGS);
    uscita.in_parts(portal, ctx, (formato, count), (step, cells)).await
}

/// The cells under [`HEADINGS`].
fn cells(row: CompitoRow) -> Vec<Cell> {
    let compito = Compito::from(row);
    vec![
        Cell::Plain(compito.kind.stored().to_owned()),
        Cell::Text(compito.who().to_owned()),
        Cell::Plain(compito.number),
        instant(compito.created_at),
    ]
}

/// Marks a task as done.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::NotFound`] for one that is done, or of
/// another ente.
pub async fn done(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona, portal.clock().now());
    let note = ctx.note(portal, "compito.done", "compito", Some(id));
    portal
        .store()
        .write(ente, async move |tx| {
            if !row::done(tx, ente, id, persona, now).await? {
                return Err(Reason::NotFound.refuse());
            }
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

impl From<CompitoRow> for Compito {
    fn from(row: CompitoRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            pratica: row.pratica_id,
            number: number(row.anno, row.numero),
            alunno: row.alunno,
            richiedente: format!("{} {}", row.nome, row.cognome),
            created_at: row.created_at,
        }
    }
}
