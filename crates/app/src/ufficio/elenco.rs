//! The queue as a table for a spreadsheet: what the pages of a query show, all of them, without any answer.

use sportello_domain::{
    calendar,
    foglio::{Cell, Formato},
    id::EnteId,
    lingua::Lingua,
};
use sportello_store::{
    Json,
    audit::AuditRow,
    coda::CodaQuery,
    coda_export::{self as rows, CodaExportRow},
};

use super::{QueueQuery, coda::asked, esportazione::EXPORTERS};
use crate::{
    Ctx, Portal, Result, modello,
    pratica::{number, protocol_number},
    tabella::{Righe, Tabella, Testa, fits},
};

/// Rows read in one step.
const STEP_ROWS: i64 = 500;
/// The headings; words of the portal's own, the same in every language.
const HEADINGS: [&str; 11] = [
    "pratica.numero",
    "pratica.protocollo",
    "pratica.modello",
    "pratica.anno_scolastico",
    "pratica.alunno",
    "pratica.richiedente",
    "pratica.ricevuta",
    "pratica.termine",
    "pratica.stato",
    "pratica.assegnata_a",
    "esportazione",
];

/// The pratiche of a query that are being read.
#[derive(Debug)]
pub struct Elenco {
    ente: EnteId,
    lingua: Lingua,
    query: CodaQuery,
    /// Key of the deed: it is in every row, so that a copy can be traced.
    deed: String,
    /// Number of the last pratica that left.
    last: (i64, i64),
}

/// Begins to take out what a query of the queue finds. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, query: &QueueQuery, formato: Formato) -> Result<Tabella<Elenco>> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&EXPORTERS)?.persona);
    let query_words = format!("{:?}", query.filter).to_lowercase();
    let query = asked(query, persona, calendar::legal_date(portal.clock().now()));
    let asked = query.clone();
    let count = portal.store().report(ente, async move |read| rows::count(read, ente, &asked).await).await?;
    fits(count)?;
    // What was searched for may be a name: that something was is enough.
    let detail = serde_json::json!({
        "filter": query_words,
        "searched": query.text.is_some() || query.numero.is_some(),
        "format": formato.word(),
        "count": count,
    });
    let note = AuditRow { detail: Json(detail), ..ctx.note(portal, "pratica.export_list", "pratica", None) };
    let deed = note.id.to_string();
    let rows = Elenco { ente, lingua: ctx.lingua, query, deed, last: (0, 0) };
    Tabella::begin(portal, ctx, note, Testa::new(formato, "pratiche", &HEADINGS), rows).await
}

impl Righe for Elenco {
    /// A pratica that moves meanwhile stands as it was read, or not at all if the query finds it no more.
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, query, last) = (self.ente, self.query.clone(), self.last);
        let step = async move |read: &mut sportello_store::Read| rows::step(read, ente, &query, last, STEP_ROWS).await;
        let found = portal.store().report(ente, step).await?;
        let Some(end) = found.last() else { return Ok(None) };
        self.last = (end.anno, end.numero);
        let mut lines = Vec::with_capacity(found.len());
        for row in found {
            let document = modello::document(portal, ente, &row.hash).await?;
            let title = document.modello.title(self.lingua, row.anno_scolastico);
            lines.push(self.cells(row, title));
        }
        Ok(Some(lines))
    }
}

impl Elenco {
    /// The cells under [`HEADINGS`].
    fn cells(&self, row: CodaExportRow, title: String) -> Vec<Cell> {
        let protocol = row.protocollo_numero.zip(row.protocollo_anno);
        let assignee = row.assegnatario_nome.zip(row.assegnatario_cognome);
        vec![
            Cell::Plain(number(row.anno, row.numero)),
            Cell::Plain(protocol.map_or_else(String::new, |(numero, anno)| protocol_number(numero, anno))),
            Cell::Text(title),
            Cell::Plain(row.anno_scolastico.to_string()),
            Cell::Text(row.alunno),
            Cell::Text(format!("{} {}", row.richiedente_nome, row.richiedente_cognome)),
            Cell::Plain(calendar::legal_date(row.received_at).to_string()),
            Cell::Plain(row.due_on.to_string()),
            Cell::Plain(row.status.stored().to_owned()),
            Cell::Text(assignee.map_or_else(String::new, |(nome, cognome)| format!("{nome} {cognome}"))),
            Cell::Plain(self.deed.clone()),
        ]
    }
}
