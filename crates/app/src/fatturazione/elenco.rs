//! Invoices and credit notes as a table for a spreadsheet, with what became of each debt.

use sportello_domain::{
    calendar,
    euro::Euro,
    fatturazione::document_number,
    foglio::{Cell, Formato},
    id::{DocumentoContabileId, EnteId},
};
use sportello_store::{
    Json,
    audit::AuditRow,
    documento_contabile::Kind,
    elenco_documento::{self as rows, ElencoQuery, ElencoRow},
};
use uuid::Uuid;

use super::{
    ISSUERS,
    register::{DocumentQuery, asked},
};
use crate::{
    Ctx, Portal, Result,
    tabella::{Righe, Tabella, Testa, fits},
};

/// Rows read in one step.
const STEP_ROWS: i64 = 500;
const HEADINGS: [&str; 12] = [
    "documento.numero",
    "documento.tipo",
    "documento.emesso_il",
    "documento.periodo",
    "documento.alunno",
    "documento.pagante",
    "documento.totale",
    "documento.stornato",
    "debito.scadenza",
    "debito.modalita",
    "debito.stato",
    "esportazione",
];

/// The documents of a query that are being read.
#[derive(Debug)]
pub struct Elenco {
    ente: EnteId,
    query: ElencoQuery,
    /// Key of the deed: it is in every row, so that a copy can be traced.
    deed: String,
    last: DocumentoContabileId,
}

/// Begins to take out what a query finds. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, query: &DocumentQuery, formato: Formato) -> Result<Tabella<Elenco>> {
    ctx.operatore(&ISSUERS)?;
    let (ente, words) = (ctx.ente_id(), format!("{:?}", query.filter).to_lowercase());
    let query = ElencoQuery { limit: STEP_ROWS, ..asked(query, calendar::legal_date(portal.clock().now())) };
    let first = ElencoQuery { limit: 1, ..query.clone() };
    let first = portal.store().report(ente, async move |read| rows::page(read, ente, &first).await).await?;
    let count = first.first().map_or(0, |row| row.total);
    fits(count)?;
    // What was searched for may be a name: that something was is enough.
    let detail = serde_json::json!({
        "filter": words,
        "searched": query.text.is_some() || query.numero.is_some(),
        "ciclo": query.ciclo,
        "format": formato.word(),
        "count": count,
    });
    let note = ctx.note(portal, "documento_contabile.export_list", "documento_contabile", None);
    let note = AuditRow { detail: Json(detail), ..note };
    let deed = note.id.to_string();
    let rows = Elenco { ente, query, deed, last: DocumentoContabileId::new(Uuid::nil()) };
    Tabella::begin(portal, ctx, note, Testa::new(formato, "documenti-contabili", &HEADINGS), rows).await
}

impl Righe for Elenco {
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, query, last) = (self.ente, self.query.clone(), self.last);
        let step = async move |read: &mut sportello_store::Read| rows::step(read, ente, &query, last).await;
        let found = portal.store().report(ente, step).await?;
        let Some(end) = found.last() else { return Ok(None) };
        self.last = end.id;
        Ok(Some(found.into_iter().map(|row| self.cells(row)).collect()))
    }
}

impl Elenco {
    /// The cells under [`HEADINGS`].
    fn cells(&self, row: ElencoRow) -> Vec<Cell> {
        let kind = match row.kind {
            Kind::Invoice => "fattura",
            Kind::CreditNote => "nota di credito",
        };
        let word = |word: Option<&str>| Cell::Plain(word.unwrap_or_default().to_owned());
        vec![
            Cell::Plain(document_number(row.numero, &row.serie, row.anno)),
            Cell::Plain(kind.to_owned()),
            Cell::Plain(row.emesso_il.to_string()),
            Cell::Plain(row.periodo.first_day().format("%Y-%m").to_string()),
            Cell::Text(format!("{} {}", row.alunno_cognome, row.alunno_nome)),
            Cell::Text(format!("{} {}", row.pagante_cognome, row.pagante_nome)),
            Cell::Amount(Euro::from_cents(row.total_cents)),
            row.credited_cents.map_or(Cell::EMPTY, |cents| Cell::Amount(Euro::from_cents(cents))),
            Cell::Plain(row.scadenza.map_or_else(String::new, |day| day.to_string())),
            word(row.modalita.map(|modalita| modalita.stored())),
            word(row.status.map(|status| status.stored())),
            Cell::Plain(self.deed.clone()),
        ]
    }
}
