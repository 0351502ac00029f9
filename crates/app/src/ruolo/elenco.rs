//! Who works here as a table for a spreadsheet: the roles that are held.

use sportello_domain::foglio::{Cell, Formato};

use super::{RuoloRow, list};
use crate::{
    Ctx, Portal, Result,
    tabella::{Tabella, Tutte, Uscita, instant, name},
};

const HEADINGS: [&str; 6] =
    ["ruolo.persona", "ruolo.codice_fiscale", "ruolo.ruolo", "ruolo.ambito", "ruolo.dato", "ruolo.dato_da"];

/// Begins to take out the roles that are held. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let held = list(portal, ctx).await?.held;
    let uscita = Uscita::new("ruolo.export_list", ("ruolo", None), "ruoli", &HEADINGS);
    uscita.at_once(portal, ctx, formato, held.into_iter().map(cells).collect()).await
}

/// The cells under [`HEADINGS`]; no name for somebody who never came in, nobody for what the command line gave.
fn cells(row: RuoloRow) -> Vec<Cell> {
    vec![
        name(row.nome, row.cognome),
        Cell::Plain(row.codice_fiscale),
        Cell::Plain(row.ruolo.stored().to_owned()),
        Cell::Plain(row.ambito),
        instant(row.granted_at),
        name(row.by_nome, row.by_cognome),
    ]
}
