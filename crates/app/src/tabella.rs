//! A list that leaves as a table for a spreadsheet: read in parts, so that it is never in memory as a whole, and no part
//! takes longer than a read may.
//!
//! What is in a table and who may have it is decided by whoever makes one: it says what leaves ([`Uscita`]) and gives the
//! rows, part by part ([`Parti`]) where the list grows without end, at once ([`Tutte`]) where it is short by nature.

use std::{collections::VecDeque, future::Future};

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Europe::Rome;
use serde_json::{Value, json};
use sportello_domain::{
    foglio::{Cell, Foglio, Formato, MAX_ROWS},
    id::EnteId,
};
use sportello_store::{
    Json, Read,
    audit::{self, AuditRow},
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result};

/// What is told when a table would be longer than a spreadsheet opens.
pub const TOO_LONG: &str = "the number of rows: at most a million";

/// Rows read in one step.
pub(crate) const STEP_ROWS: i64 = 500;
/// Rows that the page of a list shows, where it has no pages.
pub(crate) const SHOWN: i64 = 200;
/// Heading of the last column: the key of the deed, so that a copy can be traced.
const DEED: &str = "esportazione";

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

/// What leaves, as the audit log and the file say it.
pub(crate) struct Uscita {
    /// Name of the deed.
    pub(crate) action: &'static str,
    /// Table that it is about, and which row of it.
    pub(crate) object: (&'static str, Option<Uuid>),
    /// What else is noted, besides format and number of rows.
    pub(crate) detail: Value,
    /// Name of the file, without the end.
    pub(crate) name: String,
    /// The portal's own words above the columns, without the last one.
    pub(crate) headings: &'static [&'static str],
}

impl Uscita {
    /// With nothing else noted.
    pub(crate) fn new(
        action: &'static str,
        object: (&'static str, Option<Uuid>),
        name: impl Into<String>,
        headings: &'static [&'static str],
    ) -> Self {
        Self { action, object, detail: json!({}), name: name.into(), headings }
    }

    /// Begins a table whose rows were read at once.
    pub(crate) async fn at_once(
        self,
        portal: &Portal,
        ctx: &Ctx,
        formato: Formato,
        rows: Vec<Vec<Cell>>,
    ) -> Result<Tabella<Tutte>> {
        let (note, testa) = self.noted(portal, ctx, formato, rows.len())?;
        let rows = Tutte { rows: rows.into_iter(), deed: note.id.to_string() };
        Tabella::begin(portal, ctx, note, testa, rows).await
    }

    /// Begins a table of so many rows that are read part by part: `step` gives those behind a row, `cells` what one says.
    pub(crate) async fn in_parts<R, S>(
        self,
        portal: &Portal,
        ctx: &Ctx,
        (formato, count): (Formato, i64),
        (step, cells): (S, fn(R) -> Vec<Cell>),
    ) -> Result<Tabella<Parti<R, S>>>
    where
        Parti<R, S>: Righe,
    {
        let (note, testa) = self.noted(portal, ctx, formato, usize::try_from(count).unwrap_or(usize::MAX))?;
        let rows = Parti { ente: ctx.ente_id(), step, last: None, cells, deed: note.id.to_string() };
        Tabella::begin(portal, ctx, note, testa, rows).await
    }

    /// What is noted of it, and what stands above its rows.
    fn noted(mut self, portal: &Portal, ctx: &Ctx, formato: Formato, count: usize) -> Result<(AuditRow, Testa)> {
        fits(i64::try_from(count).unwrap_or(i64::MAX))?;
        self.detail["format"] = formato.word().into();
        self.detail["count"] = count.into();
        let (table, id) = self.object;
        let note = AuditRow { detail: Json(self.detail), ..ctx.note(portal, self.action, table, id) };
        Ok((note, Testa::new(formato, self.name, &[self.headings, &[DEED]].concat())))
    }
}

/// Rows that were read at once: those of a list that is short by nature.
#[derive(Debug)]
pub struct Tutte {
    rows: std::vec::IntoIter<Vec<Cell>>,
    deed: String,
}

impl Righe for Tutte {
    async fn next(&mut self, _: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let step = self.rows.by_ref().take(usize::try_from(STEP_ROWS).unwrap_or(usize::MAX));
        let rows: Vec<_> = step.map(|cells| traced(cells, &self.deed)).collect();
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }
}

/// Rows that are read part by part, each from the last row of the one before on: a list that moves meanwhile gives none
/// twice.
pub struct Parti<R, S> {
    ente: EnteId,
    step: S,
    last: Option<R>,
    cells: fn(R) -> Vec<Cell>,
    deed: String,
}

impl<R, S> Righe for Parti<R, S>
where
    R: Clone + Send + Sync + 'static,
    S: AsyncFn(&mut Read, EnteId, Option<R>) -> sportello_store::Result<Vec<R>> + Clone + Send + Sync + 'static,
{
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, step, last) = (self.ente, self.step.clone(), self.last.take());
        let found = portal.store().report(ente, async move |read| step(read, ente, last).await).await?;
        self.last = found.last().cloned();
        let rows: Vec<_> = found.into_iter().map(|row| traced((self.cells)(row), &self.deed)).collect();
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }
}

/// A row with the key of the deed behind it.
fn traced(mut cells: Vec<Cell>, deed: &str) -> Vec<Cell> {
    cells.push(Cell::Plain(deed.to_owned()));
    cells
}

/// How much is read of a list that is short by nature, so that its page and its table come from one function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extent {
    /// What its page shows.
    Shown,
    /// All of it.
    Whole,
}

impl Extent {
    /// Looks at the database: a short read for a page, a long one for a table.
    pub(crate) async fn look<T, F>(self, portal: &Portal, ente: EnteId, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Read) -> sportello_store::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let found = match self {
            Self::Shown => portal.store().read(ente, body).await,
            Self::Whole => portal.store().report(ente, body).await,
        };
        Ok(found?)
    }

    /// The rows of a list of which `page` reads a page (limit, offset), in one look: nothing moves between two pages.
    pub(crate) async fn rows<R>(
        self,
        read: &mut Read,
        page: impl AsyncFn(&mut Read, (i64, i64)) -> sportello_store::Result<Vec<R>>,
    ) -> sportello_store::Result<Vec<R>> {
        let (mut rows, mut offset) = (Vec::new(), 0);
        let step = match self {
            Self::Shown => return page(read, (SHOWN, 0)).await,
            Self::Whole => STEP_ROWS,
        };
        loop {
            let found = page(read, (step, offset)).await?;
            // One that is too long is refused by whoever makes the table of it.
            if found.is_empty() || rows.len() >= MAX_ROWS {
                return Ok(rows);
            }
            rows.extend(found);
            offset += step;
        }
    }
}

/// An instant, as that of Rome with its distance from UTC: a night of October has an hour twice.
pub(crate) fn instant(at: DateTime<Utc>) -> Cell {
    Cell::Plain(at.with_timezone(&Rome).to_rfc3339_opts(SecondsFormat::Secs, false))
}

/// A word or a number of the portal's own, or nothing.
pub(crate) fn plain(value: Option<impl ToString>) -> Cell {
    value.map_or(Cell::EMPTY, |value| Cell::Plain(value.to_string()))
}

/// Given name and family name, where somebody is known.
pub(crate) fn name(nome: Option<String>, cognome: Option<String>) -> Cell {
    nome.zip(cognome).map_or(Cell::EMPTY, |(nome, cognome)| Cell::Text(format!("{nome} {cognome}")))
}
