//! The proposte as a table for a spreadsheet: who proposed, who decided. What one changes stands on its page.

use sportello_domain::foglio::{Cell, Formato};

use super::{PropostaRow, TABLE, rows};
use crate::{
    Ctx, Portal, Result,
    tabella::{Extent, Tabella, Tutte, Uscita, instant, name},
};

const HEADINGS: [&str; 8] = [
    "proposta.cosa",
    "proposta.stato",
    "proposta.proposta_da",
    "proposta.proposta",
    "proposta.scade",
    "proposta.decisa_da",
    "proposta.decisa",
    "proposta.motivo",
];

/// Begins to take out the proposte. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    let rows = rows(portal, ctx, Extent::Whole).await?;
    let uscita = Uscita::new("proposta.export_list", (TABLE, None), "proposte", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`HEADINGS`].
fn cells(row: PropostaRow) -> Vec<Cell> {
    vec![
        Cell::Plain(row.kind.stored().to_owned()),
        Cell::Plain(row.status.stored().to_owned()),
        name(Some(row.proposed_nome), Some(row.proposed_cognome)),
        instant(row.proposed_at),
        instant(row.expires_at),
        name(row.decided_nome, row.decided_cognome),
        row.decided_at.map_or(Cell::EMPTY, instant),
        Cell::Text(row.motivo.unwrap_or_default()),
    ]
}
