//! The open sessions of the member of staff who asks as a table for a spreadsheet: for whom and until when, and no document.

use sportello_domain::foglio::{Cell, Formato};

use super::{Desk, open_ones};
use crate::{
    Ctx, Portal, Result,
    tabella::{Extent, Tabella, Tutte, Uscita, instant},
};

const HEADINGS: [&str; 3] = ["sessione.richiedente", "sessione.aperta", "sessione.scade"];

/// Begins to take out the sessions that [`super::list`] gives. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let rows = open_ones(portal, ctx, Extent::Whole).await?.into_iter().map(cells).collect();
    let uscita = Uscita::new("per_conto.export_list", ("per_conto", None), "sessioni-per-conto", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows).await
}

/// The cells under [`HEADINGS`].
fn cells(desk: Desk) -> Vec<Cell> {
    vec![Cell::Text(desk.name), instant(desk.opened_at), instant(desk.expires_at)]
}
