//! The files of attendance that were brought in, as the office sees them and as a table for a spreadsheet: who, when, how
//! much, and no child.

use chrono::{DateTime, Utc};
use sportello_domain::foglio::{Cell, Formato};
use sportello_store::{
    Read,
    audit::{self, DeedRow},
};

use super::{IMPORT, IMPORTERS, TABLE};
use crate::{
    Ctx, Portal, Result,
    tabella::{Extent, Tabella, Tutte, Uscita, instant},
};

const HEADINGS: [&str; 4] = ["importazione.quando", "importazione.chi", "importazione.righe", "importazione.nuove"];

/// A file that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importazione {
    /// When.
    pub at: DateTime<Utc>,
    /// Who brought it: of the office, or of a school.
    pub by: String,
    /// Its lines of data.
    pub lines: u64,
    /// Rows that were new or corrected.
    pub new: u64,
}

impl From<DeedRow> for Importazione {
    fn from(row: DeedRow) -> Self {
        let number = |name: &str| row.detail.0[name].as_u64().unwrap_or_default();
        Self { at: row.at, by: format!("{} {}", row.nome, row.cognome), lines: number("lines"), new: number("new") }
    }
}

/// The files that were taken in, the latest first, at most 200.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn imported(portal: &Portal, ctx: &Ctx) -> Result<Vec<Importazione>> {
    rows(portal, ctx, Extent::Shown).await
}

/// Begins to take out which files were taken in. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    let rows = rows(portal, ctx, Extent::Whole).await?;
    let uscita = Uscita::new("presenza.export_list", (TABLE, None), "presenze-importate", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The files, or the first of them.
async fn rows(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Importazione>> {
    ctx.operatore(&IMPORTERS)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| audit::deeds(read, ente, (TABLE, IMPORT), page).await;
    let found = extent.look(portal, ente, async move |read| extent.rows(read, page).await).await?;
    Ok(found.into_iter().map(Importazione::from).collect())
}

/// The cells under [`HEADINGS`].
fn cells(row: Importazione) -> Vec<Cell> {
    vec![instant(row.at), Cell::Text(row.by), Cell::Plain(row.lines.to_string()), Cell::Plain(row.new.to_string())]
}
