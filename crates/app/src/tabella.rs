//! A list that leaves as a table for a spreadsheet: read in parts, so that it is never in memory as a whole, and no part
//! takes longer than a read may.
//!
//! What is in a table and who may have it is decided by whoever makes one.

use std::{collections::VecDeque, future::Future};

use sportello_domain::foglio::{Cell, Foglio, Formato, MAX_ROWS};
use sportello_store::audit::{self, AuditRow};

use crate::{Ctx, Error, Portal, Result};

/// What is told when a table would be longer than a spreadsheet opens.
pub const TOO_LONG: &str = "the number of rows: at most a million";

/// The rows of a list, step by step.
pub trait Righe: Send + 'static {
    /// The next rows; none at the end.
    ///
    /// # Errors
    /// Those of the database.
    fn next(&mut self, portal: &Portal) -> impl Future<Output = Result<Option<Vec<Vec<Cell>>>>> + Send;
}

/// What stands above the rows of a table, and how it is written.
pub(crate) struct Testa {
    pub(crate) formato: Formato,
    /// Name of its file, without the end.
    pub(crate) name: String,
    pub(crate) headings: Vec<Cell>,
}

impl Testa {
    /// With headings that are the portal's own words, the same in every language.
    pub(crate) fn new(formato: Formato, name: impl Into<String>, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|heading| Cell::Plain((*heading).to_owned())).collect();
        Self { formato, name: name.into(), headings }
    }
}

/// A table on its way out.
pub struct Tabella<R> {
    portal: Portal,
    righe: R,
    foglio: Option<Foglio>,
    ready: VecDeque<Vec<u8>>,
    /// How it is written.
    pub formato: Formato,
    /// Name of its file, without the end.
    pub name: String,
}

impl<R> std::fmt::Debug for Tabella<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tabella").field("name", &self.name).field("formato", &self.formato).finish_non_exhaustive()
    }
}

impl<R: Righe> Tabella<R> {
    /// A table of these rows. That it was taken out is in the audit log before its first byte leaves.
    pub(crate) async fn begin(portal: &Portal, ctx: &Ctx, note: AuditRow, testa: Testa, righe: R) -> Result<Self> {
        let Testa { formato, name, headings } = testa;
        let (foglio, head) = Foglio::begin(formato, headings).map_err(|_| Error::Unacceptable(TOO_LONG))?;
        let (ente, portal) = (ctx.ente_id(), portal.clone());
        portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
        Ok(Self { portal, righe, foglio: Some(foglio), ready: [head].into(), formato, name })
    }

    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// Those of the rows; [`Error::Unacceptable`] beyond what a spreadsheet opens.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                if bytes.is_empty() {
                    continue;
                }
                return Ok(Some(bytes));
            }
            let Some(foglio) = &mut self.foglio else { return Ok(None) };
            let bytes = match self.righe.next(&self.portal).await? {
                Some(rows) => foglio.rows(rows),
                None => self.foglio.take().map_or(Ok(Vec::new()), Foglio::end),
            };
            self.ready.push_back(bytes.map_err(|_| Error::Unacceptable(TOO_LONG))?);
        }
    }
}

/// Refuses a list with more rows than a spreadsheet opens.
pub(crate) fn fits(rows: i64) -> Result<()> {
    match usize::try_from(rows) {
        Ok(rows) if rows < MAX_ROWS => Ok(()),
        _ => Err(Error::Unacceptable(TOO_LONG)),
    }
}
