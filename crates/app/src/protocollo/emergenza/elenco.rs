//! The emergency register, and the interruptions for which it was kept, as tables for a spreadsheet.

use sportello_domain::{
    foglio::{Cell, Formato},
    id::EnteId,
};
use sportello_store::{
    Read,
    interruzione::{self as row, EmergenzaRow, InterruzioneRow},
};

use super::{READERS, TABLE};
use crate::{
    Ctx, Portal, Result,
    pratica::protocol_number,
    tabella::{Extent, Righe, STEP_ROWS, Tabella, Tutte, Uscita, instant, name, plain},
};

const HEADINGS: [&str; 7] = [
    "emergenza.numero",
    "emergenza.registro",
    "emergenza.registrata",
    "emergenza.presentata",
    "emergenza.mittente",
    "emergenza.oggetto",
    "protocollo.numero",
];
const INTERRUPTION_HEADINGS: [&str; 8] = [
    "interruzione.inizio",
    "interruzione.fine",
    "interruzione.causa",
    "interruzione.atto",
    "interruzione.dichiarata",
    "interruzione.dichiarata_da",
    "interruzione.registrate",
    "interruzione.riportate",
];

/// Begins to take out the numbers that were given, each with that of the protocol system once it was carried over. That it
/// was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<impl Righe + use<>>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let count = portal.store().report(ente, async move |read| row::count(read, ente).await).await?;
    let step = async |read: &mut Read, ente: EnteId, last: Option<EmergenzaRow>| {
        row::step(read, ente, last.as_ref(), STEP_ROWS).await
    };
    let uscita = Uscita::new("emergenza.export_list", ("registro_emergenza", None), "registro-emergenza", &HEADINGS);
    uscita.in_parts(portal, ctx, (formato, count), (step, cells)).await
}

/// Begins to take out the interruptions. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out_interruptions(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::latest(read, ente, page).await;
    let rows = portal.store().report(ente, async move |read| Extent::Whole.rows(read, page).await).await?;
    let uscita = Uscita::new("interruzione.export_list", (TABLE, None), "interruzioni", &INTERRUPTION_HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(interruption_cells).collect()).await
}

/// The cells under [`HEADINGS`].
fn cells(row: EmergenzaRow) -> Vec<Cell> {
    let carried = row.protocollo_numero.zip(row.protocollo_anno);
    vec![
        Cell::Plain(protocol_number(row.numero, row.anno)),
        Cell::Text(row.aoo),
        instant(row.registered_at),
        instant(row.received_at),
        Cell::Text(row.sender),
        Cell::Text(row.subject),
        plain(carried.map(|(numero, anno)| protocol_number(numero, anno))),
    ]
}

/// The cells under [`INTERRUPTION_HEADINGS`].
fn interruption_cells(row: InterruzioneRow) -> Vec<Cell> {
    vec![
        instant(row.began_at),
        row.ended_at.map_or(Cell::EMPTY, instant),
        Cell::Text(row.causa),
        Cell::Text(row.atto),
        instant(row.declared_at),
        name(Some(row.nome), Some(row.cognome)),
        Cell::Plain(row.voci.to_string()),
        Cell::Plain(row.riportate.to_string()),
    ]
}
