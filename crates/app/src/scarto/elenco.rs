//! What was ever proposed as a table for a spreadsheet, and what became of it.

use sportello_domain::{
    foglio::{Cell, Formato},
    id::EnteId,
};
use sportello_store::{
    Read,
    scarto::{self as row, ScartoRow},
};

use super::READERS;
use crate::{
    Ctx, Portal, Result,
    pratica::number,
    tabella::{Righe, STEP_ROWS, Tabella, Uscita, instant, name, plain},
};

const HEADINGS: [&str; 12] = [
    "pratica.numero",
    "scarto.cosa",
    "scarto.finita",
    "scarto.anni",
    "scarto.atto",
    "scarto.stato",
    "scarto.proposto",
    "scarto.deciso",
    "scarto.deciso_da",
    "scarto.motivo",
    "scarto.eseguito",
    "scarto.file",
];

/// Begins to take out the proposals, whatever became of them. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<impl Righe + use<>>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let count = portal.store().report(ente, async move |read| row::count(read, ente).await).await?;
    let step = async |read: &mut Read, ente: EnteId, last: Option<ScartoRow>| {
        row::step(read, ente, last.as_ref(), STEP_ROWS).await
    };
    let uscita = Uscita::new("scarto.export_list", ("scarto", None), "scarto", &HEADINGS);
    uscita.in_parts(portal, ctx, (formato, count), (step, cells)).await
}

/// The cells under [`HEADINGS`].
fn cells(row: ScartoRow) -> Vec<Cell> {
    vec![
        Cell::Plain(number(row.anno, row.numero)),
        Cell::Plain(row.kind.stored().to_owned()),
        Cell::Plain(row.ended_on.to_string()),
        Cell::Plain(row.years.to_string()),
        Cell::Text(row.atto),
        Cell::Plain(row.status.stored().to_owned()),
        instant(row.proposed_at),
        row.decided_at.map_or(Cell::EMPTY, instant),
        name(row.nome, row.cognome),
        Cell::Text(row.motivo.unwrap_or_default()),
        row.done_at.map_or(Cell::EMPTY, instant),
        plain(row.files),
    ]
}
