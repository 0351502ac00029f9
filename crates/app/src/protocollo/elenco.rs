//! The register as a table for a spreadsheet: what a search finds, all of it.

use sportello_domain::{
    calendar,
    foglio::{Cell, Formato},
    id::EnteId,
};
use sportello_store::{
    Json,
    audit::AuditRow,
    elenco_protocollo::{self as rows, ProtocolloQuery, VoceRow},
    protocollo::Direction,
};

use super::{READERS, Search, TABLE};
use crate::{
    Ctx, Portal, Result,
    pratica::protocol_number,
    tabella::{Righe, Tabella, Testa, fits},
};

/// Rows read in one step.
const STEP_ROWS: i64 = 500;
const HEADINGS: [&str; 10] = [
    "protocollo.numero",
    "protocollo.registro",
    "protocollo.verso",
    "protocollo.registrata",
    "protocollo.presentata",
    "protocollo.mittente_destinatario",
    "protocollo.oggetto",
    "protocollo.classificazione",
    "protocollo.annullata",
    "esportazione",
];

/// The entries of a search that are being read.
#[derive(Debug)]
pub struct Elenco {
    ente: EnteId,
    query: ProtocolloQuery,
    /// Key of the deed: it is in every row, so that a copy can be traced.
    deed: String,
    /// Register, year and number of the last entry that left.
    last: (String, i64, i64),
}

/// Begins to take out what a search finds. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::Unacceptable`] for more rows than a
/// spreadsheet opens.
pub async fn take_out(portal: &Portal, ctx: &Ctx, search: &Search, formato: Formato) -> Result<Tabella<Elenco>> {
    ctx.operatore(&READERS)?;
    let (ente, query) = (ctx.ente_id(), ProtocolloQuery { limit: STEP_ROWS, ..search.query() });
    let first = ProtocolloQuery { limit: 1, offset: 0, ..query.clone() };
    let first = portal.store().report(ente, async move |read| rows::page(read, ente, &first).await).await?;
    let count = first.first().map_or(0, |voce| voce.total);
    fits(count)?;
    // What was searched for may be a name: that something was is enough.
    let detail = serde_json::json!({
        "from": search.from,
        "until": search.until,
        "annulled": search.annulled,
        "searched": query.text.is_some() || query.numero.is_some(),
        "format": formato.word(),
        "count": count,
    });
    let note = AuditRow { detail: Json(detail), ..ctx.note(portal, "protocollo.export_list", TABLE, None) };
    let deed = note.id.to_string();
    let rows = Elenco { ente, query, deed, last: (String::new(), 0, 0) };
    Tabella::begin(portal, ctx, note, Testa::new(formato, TABLE, &HEADINGS), rows).await
}

impl Righe for Elenco {
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, query, last) = (self.ente, self.query.clone(), self.last.clone());
        let step = async move |read: &mut sportello_store::Read| {
            rows::step(read, ente, &query, (&last.0, last.1, last.2)).await
        };
        let found = portal.store().report(ente, step).await?;
        let Some(end) = found.last() else { return Ok(None) };
        self.last = (end.aoo.clone(), end.anno, end.numero);
        Ok(Some(found.into_iter().map(|voce| self.cells(voce)).collect()))
    }
}

impl Elenco {
    /// The cells under [`HEADINGS`].
    fn cells(&self, voce: VoceRow) -> Vec<Cell> {
        let day = |at| Cell::Plain(calendar::legal_date(at).to_string());
        let verso = match voce.direction {
            Direction::In => "entrata",
            Direction::Out => "uscita",
        };
        vec![
            Cell::Plain(protocol_number(voce.numero, voce.anno)),
            Cell::Text(voce.aoo),
            Cell::Plain(verso.to_owned()),
            day(voce.registered_at),
            day(voce.received_at),
            Cell::Text(voce.sender),
            Cell::Text(voce.subject),
            Cell::Plain(voce.classificazione),
            voce.annulled_at.map_or(Cell::EMPTY, day),
            Cell::Plain(self.deed.clone()),
        ]
    }
}
