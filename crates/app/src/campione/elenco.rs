//! The pratiche of a draw as a table for a spreadsheet: numbers and outcomes, and nobody's name.

use sportello_domain::foglio::{Cell, Formato};
use sportello_store::{
    Read,
    campione::{self as row, EstrattaRow},
};
use uuid::Uuid;

use super::READERS;
use crate::{
    Ctx, Error, Portal, Result,
    pratica::number,
    tabella::{Extent, Tabella, Tutte, Uscita, instant, plain},
};

const HEADINGS: [&str; 4] = ["pratica.numero", "controllo.motivo", "controllo.esito", "controllo.quando"];

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

/// The cells under [`HEADINGS`].
fn cells(row: EstrattaRow) -> Vec<Cell> {
    vec![
        Cell::Plain(number(row.anno, row.numero)),
        Cell::Plain(row.ground.stored().to_owned()),
        plain(row.outcome.map(|outcome| outcome.stored())),
        row.checked_at.map_or(Cell::EMPTY, instant),
    ]
}
