//! The pratiche of one modello as a table for a spreadsheet, a column for each of its questions.
//!
//! Answers about health and belief (class `art9`) are in no table. Those about income and accounts are, for the role that
//! opens them, with a reason; then the reading of each pratica is logged before its row leaves.

use std::{collections::HashMap, sync::Arc};

use chrono::{Days, NaiveDate};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    foglio::{Cell, Formato},
    id::EnteId,
    modello::{export::Columns, view::Privacy},
    ruolo::Ruolo,
};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    esportazione::{self as rows, EsportazioneQuery, EsportazioneRow},
    seal::{EnteSealer, Place},
};

use super::SEALED_READERS;
use crate::{
    Ctx, Error, Portal, REASON, Result,
    bozza::open_filed,
    modello::{self, Document},
    pratica::number,
    tabella::{Righe, Tabella, Testa},
    typed,
};

/// Roles that take pratiche out as a table.
pub const EXPORTERS: [Ruolo; 3] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete];
/// What is told when more pratiche match than fit into one table.
pub const TOO_MANY: &str = "the number of pratiche: at most 50,000";
/// What is told when class-A answers are asked for without a reason.
pub const REASON_WANTED: &str = "the reason";

/// Pratiche in one table at most: a request beyond it is narrowed by dates.
const MAX_ROWS: i64 = 50_000;
/// Pratiche read in one step.
const STEP_ROWS: i64 = 50;
/// Headings that do not come from the modello; a point keeps them apart from identifiers of fields.
const HEADINGS: [&str; 10] = [
    "pratica.numero",
    "pratica.protocollo",
    "pratica.ricevuta",
    "pratica.stato",
    "pratica.anno_scolastico",
    "pratica.richiedente",
    "pratica.alunno",
    "riga.gruppo",
    "riga.numero",
    "esportazione",
];

/// Which states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum States {
    /// All.
    #[default]
    All,
    /// Those that wait for a decision.
    Open,
    /// Those decided or withdrawn.
    Closed,
}

/// What is taken out.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Code of the modello.
    pub modello: String,
    /// Only those of a school year.
    pub anno_scolastico: Option<AnnoScolastico>,
    /// Only those in these states.
    pub states: States,
    /// Only those received on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those received on this day or earlier.
    pub until: Option<NaiveDate>,
    /// Answers about income and accounts too, and why: 5 to 500 characters.
    pub sealed: Option<String>,
    /// How the table is written.
    pub formato: Formato,
}

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Code and title of each modello that was ever published.
    pub modelli: Vec<(String, String)>,
    /// School years, the newest first.
    pub anni: Vec<AnnoScolastico>,
    /// Whether the person may take answers about income and accounts.
    pub can_open_sealed: bool,
}

/// The rows of a table that is being read.
pub struct Esportazione {
    ente: EnteId,
    sealer: EnteSealer,
    query: EsportazioneQuery,
    documents: HashMap<String, Arc<Document>>,
    columns: Columns,
    /// The deed of taking it out: its key is in every row, so that a copy can be traced.
    deed: AuditRow,
    /// Why class-A answers are in it.
    reason: Option<String>,
    /// Number of the last pratica that left.
    last: (i64, i64),
}

impl std::fmt::Debug for Esportazione {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Esportazione").field("last", &self.last).finish_non_exhaustive()
    }
}

/// What can be taken out.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn choices(portal: &Portal, ctx: &Ctx) -> Result<Choices> {
    ctx.operatore(&EXPORTERS)?;
    let ente = ctx.ente_id();
    let (known, anni) = portal.store().read(ente, async move |read| rows::choices(read, ente).await).await?;
    let mut modelli = Vec::with_capacity(known.len());
    for row in known {
        let document = modello::document(portal, ente, &row.hash).await?;
        modelli.push((row.code, document.modello.title(ctx.lingua, row.anno_scolastico)));
    }
    Ok(Choices { modelli, anni, can_open_sealed: ctx.operatore(&SEALED_READERS).is_ok() })
}

/// Begins to take pratiche out. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// Those of [`choices`]; [`Error::Forbidden`] for class-A answers without their role, [`Error::NotFound`] for a modello
/// that the ente never published, [`Error::Unacceptable`] without a reason or with more than 50,000 pratiche.
pub async fn export(portal: &Portal, ctx: &Ctx, wanted: &Wanted) -> Result<Tabella<Esportazione>> {
    ctx.operatore(&EXPORTERS)?;
    let reason = match &wanted.sealed {
        Some(reason) => {
            ctx.operatore(&SEALED_READERS)?;
            Some(typed::text(reason, REASON).ok_or(Error::Unacceptable(REASON_WANTED))?)
        }
        None => None,
    };
    let (ente, query) = (ctx.ente_id(), query(wanted));
    let asked = query.clone();
    let find = async move |read: &mut sportello_store::Read| {
        let known = rows::choices(read, ente).await?.0;
        Ok((known, rows::content(read, ente, &asked).await?))
    };
    let (known, content) = portal.store().report(ente, find).await?;
    let newest = known.into_iter().find(|known| known.code == query.modello).ok_or(Error::NotFound)?;
    let count: i64 = content.iter().map(|content| content.count).sum();
    if count > MAX_ROWS {
        return Err(Error::Unacceptable(TOO_MANY));
    }
    let mut documents = HashMap::new();
    let mut versions = Vec::new();
    // A table without rows has the columns of the newest version.
    let none = content.is_empty().then_some(newest.hash);
    for hash in content.into_iter().map(|content| content.hash).chain(none) {
        let document = modello::document(portal, ente, &hash).await?;
        versions.push(document.clone());
        documents.insert(hash, document);
    }
    let may = |privacy: Privacy| match privacy {
        Privacy::Personal | Privacy::Child => true,
        Privacy::Income | Privacy::Bank => reason.is_some(),
        Privacy::Art9 => false,
    };
    let columns = Columns::new(versions.iter().map(|document| &document.modello), may);
    let deed = deed(portal, ctx, wanted, count, reason.as_deref());
    let sealer = portal.sealer(ente).await?;
    let name = format!("pratiche-{}", query.modello);
    let testa = Testa { formato: wanted.formato, name, headings: headings(&columns) };
    let note = deed.clone();
    let rows = Esportazione { ente, sealer, query, documents, columns, deed, reason, last: (0, 0) };
    Tabella::begin(portal, ctx, note, testa, rows).await
}

fn headings(columns: &Columns) -> Vec<Cell> {
    let own = HEADINGS.iter().map(|heading| Cell::Plain((*heading).to_owned()));
    own.chain(columns.ids().iter().map(|id| Cell::Plain(id.clone()))).collect()
}

fn query(wanted: &Wanted) -> EsportazioneQuery {
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
    EsportazioneQuery {
        modello: wanted.modello.clone(),
        anno_scolastico: wanted.anno_scolastico,
        over: match wanted.states {
            States::All => None,
            States::Open => Some(false),
            States::Closed => Some(true),
        },
        received_from: wanted.from.map(calendar::start_of_day),
        received_until: wanted.until.map(after).map(calendar::start_of_day),
    }
}

/// Who took what out: which filter and how many, nothing of what is in it.
fn deed(portal: &Portal, ctx: &Ctx, wanted: &Wanted, count: i64, reason: Option<&str>) -> AuditRow {
    let detail = serde_json::json!({
        "modello": wanted.modello,
        "anno_scolastico": wanted.anno_scolastico.map(AnnoScolastico::first_year),
        "states": format!("{:?}", wanted.states).to_lowercase(),
        "from": wanted.from,
        "until": wanted.until,
        "count": count,
        "reason": reason,
    });
    AuditRow { detail: Json(detail), ..ctx.note(portal, "pratica.export", "pratica", None) }
}

impl Righe for Esportazione {
    /// A pratica that moved meanwhile stands with the state in which it was read.
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, query, last) = (self.ente, self.query.clone(), self.last);
        let read = async move |read: &mut sportello_store::Read| rows::step(read, ente, &query, last, STEP_ROWS).await;
        let found = portal.store().report(ente, read).await?;
        let Some(end) = found.last() else { return Ok(None) };
        self.last = (end.anno, end.numero);
        self.log_readings(portal, &found).await?;
        let mut lines = Vec::new();
        for pratica in &found {
            lines.extend(self.lines(pratica)?);
        }
        Ok(Some(lines))
    }
}

impl Esportazione {
    /// Writes down whose class-A answers are about to leave.
    async fn log_readings(&self, portal: &Portal, found: &[EsportazioneRow]) -> Result<()> {
        let Some(reason) = &self.reason else { return Ok(()) };
        let now = portal.clock().now();
        let opened = found.iter().filter(|pratica| pratica.sealed_answers.is_some());
        let deeds: Vec<AuditRow> = opened
            .map(|pratica| AuditRow {
                id: portal.chance().uuid(now),
                at: now,
                action: "pratica.open_sealed".to_owned(),
                object_id: Some(pratica.id.uuid()),
                detail: Json(serde_json::json!({ "reason": reason, "export": self.deed.id })),
                ..self.deed.clone()
            })
            .collect();
        if deeds.is_empty() {
            return Ok(());
        }
        let ente = self.ente;
        Ok(portal.store().write(ente, async move |tx| audit::record_all(tx, ente, &deeds).await).await?)
    }

    fn lines(&self, pratica: &EsportazioneRow) -> Result<Vec<Vec<Cell>>> {
        // A document that came into the table after it was begun has no columns of its own.
        let Some(document) = self.documents.get(&pratica.hash) else { return Ok(Vec::new()) };
        let place = Place::new("pratica", "sealed_answers", pratica.id);
        let sealed = pratica.sealed_answers.as_ref().filter(|_| self.reason.is_some());
        let answers = open_filed(&self.sealer, &place, &pratica.answers.0, sealed)?;
        let lines = self.columns.lines(&document.modello, &answers).into_iter().map(|line| {
            let mut cells = self.own(pratica, line.row);
            cells.extend(line.cells);
            cells
        });
        Ok(lines.collect())
    }

    /// The cells under [`HEADINGS`].
    fn own(&self, pratica: &EsportazioneRow, row: Option<(String, usize)>) -> Vec<Cell> {
        let plain = |text: String| Cell::Plain(text);
        let (group, at) = row.map_or_else(Default::default, |(group, at)| (group, at.to_string()));
        let protocol = pratica.protocollo_numero.zip(pratica.protocollo_anno);
        vec![
            plain(number(pratica.anno, pratica.numero)),
            plain(protocol.map_or_else(String::new, |(numero, anno)| format!("{numero}/{anno}"))),
            plain(calendar::legal_date(pratica.received_at).to_string()),
            plain(pratica.status.stored().to_owned()),
            plain(pratica.anno_scolastico.to_string()),
            Cell::Text(format!("{} {}", pratica.richiedente_nome, pratica.richiedente_cognome)),
            Cell::Text(pratica.alunno.clone()),
            plain(group),
            plain(at),
            plain(self.deed.id.to_string()),
        ]
    }
}
