//! The audit log as a table for a spreadsheet: what a search finds, all of it, the latest first.

use sportello_domain::{
    foglio::{Cell, Formato},
    id::EnteId,
};
use sportello_store::{
    Json,
    audit::AuditRow,
    audit_log::{self, AuditLogQuery},
};

use super::{Operazione, READERS, Search, TABLE, asked, detail};
use crate::{
    Ctx, Portal, Result,
    tabella::{Righe, Tabella, Testa, fits, instant},
};

const HEADINGS: [&str; 9] = [
    "operazione.quando",
    "operazione.chi",
    "operazione.in_qualita_di",
    "operazione.cosa",
    "operazione.su",
    "operazione.quale",
    "operazione.motivo",
    "operazione.chiave",
    "esportazione",
];

/// The deeds of a search that are being read.
#[derive(Debug)]
pub struct Elenco {
    ente: EnteId,
    query: AuditLogQuery,
    /// Key of the deed: it is in every row, so that a copy can be traced.
    deed: String,
}

/// Begins to take out what a search finds, whichever page of it is shown; that it was taken out is in the log, too.
///
/// # Errors
/// Those of [`super::search`]; [`crate::Error::Unacceptable`] for more rows than a spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, search: &Search, formato: Formato) -> Result<Tabella<Elenco>> {
    ctx.operatore(&READERS)?;
    let (days, query) = asked(portal, &Search { before: None, ..search.clone() })?;
    let note = ctx.note(portal, "audit.export_list", TABLE, None);
    // Its own deed is not in it, nor what comes later: the number that is noted is that of its rows.
    let query = AuditLogQuery { before: query.before.min(note.id), ..query };
    let (ente, counted) = (ctx.ente_id(), query.clone());
    let count = portal.store().report(ente, async move |read| audit_log::count(read, ente, &counted).await).await?;
    fits(count)?;
    let mut detail = detail(search, days);
    detail["format"] = formato.word().into();
    detail["count"] = count.into();
    let note = AuditRow { detail: Json(detail), ..note };
    let rows = Elenco { ente, query, deed: note.id.to_string() };
    Tabella::begin(portal, ctx, note, Testa::new(formato, "operazioni", &HEADINGS), rows).await
}

impl Righe for Elenco {
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, query) = (self.ente, self.query.clone());
        let found = portal.store().report(ente, async move |read| audit_log::page(read, ente, &query).await).await?;
        let Some(end) = found.last() else { return Ok(None) };
        self.query.before = end.id;
        Ok(Some(found.into_iter().map(|row| self.cells(row.into())).collect()))
    }
}

impl Elenco {
    /// The cells under [`HEADINGS`].
    fn cells(&self, row: Operazione) -> Vec<Cell> {
        vec![
            instant(row.at),
            Cell::Text(row.who.map_or_else(String::new, |(_, name)| name)),
            Cell::Plain(row.capacity),
            Cell::Plain(row.what),
            Cell::Plain(row.on),
            Cell::Plain(row.which.unwrap_or_default()),
            Cell::Text(row.reason.unwrap_or_default()),
            Cell::Plain(row.id.to_string()),
            Cell::Plain(self.deed.clone()),
        ]
    }
}
