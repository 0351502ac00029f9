//! The office: queue, review, decision.

pub mod codice;
pub mod compiti;
mod decide;
mod effect;
pub mod esportazione;
mod integrazione;
pub mod messaggi;
pub mod posta;
mod preavviso;
mod review;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sportello_domain::{
    calendar, collation,
    id::PraticaId,
    modello::view::{Summary, Warning},
    pratica::{PraticaStatus, Who},
    ruolo::Ruolo,
};
use sportello_store::coda::{self, CodaQuery, CodaRow};

use crate::{
    Actor, Ctx, Portal, Result,
    bozza::Scans,
    integrazione::Integrazione,
    messaggio::Counts,
    modello,
    pratica::{Milestone, number},
    preavviso::Preavviso,
    prenotazione::Posto,
    provvedimento::Provvedimento,
};

pub use decide::{Act, Outcome, conclude, decide, take};
pub use effect::{Expected, Outlook};
pub(crate) use integrazione::accept_by_silence;
pub use integrazione::{Request, request_integration};
pub use preavviso::give_notice;
pub use review::{FileFacts, Opening, file, file_facts, open_sealed, page, provvedimento};

/// Roles that see the queue and its pratiche.
pub(crate) const READERS: [Ruolo; 4] =
    [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete, Ruolo::Auditor];
/// Roles that work on a pratica and decide it.
const DECIDERS: &[Ruolo] = Who::Ufficio.roles();
/// Roles that open class-A answers.
const SEALED_READERS: [Ruolo; 1] = [Ruolo::OperatoreDiete];
/// Rows on one page of the queue.
const PAGE_ROWS: i64 = 25;
/// Days left at which a pratica counts as due soon.
const SOON: TimeDelta = TimeDelta::days(5);
/// Longest text that is searched for, in characters.
const MAX_SEARCH: usize = 80;

/// A saved filter of the queue; it lives in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Everything that waits for a decision.
    #[default]
    Open,
    /// Nobody works on it yet.
    Unassigned,
    /// Assigned to the person who asks.
    Mine,
    /// At most five days left.
    DueSoon,
    /// Decided or withdrawn.
    Closed,
}

/// What the queue is asked for.
#[derive(Clone, Debug, Default)]
pub struct QueueQuery {
    /// The filter.
    pub filter: Filter,
    /// Number of a pratica or part of a child's or applicant's name.
    pub text: String,
    /// Page, from 1.
    pub page: u32,
}

/// A row of the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// The child's name.
    pub alunno: String,
    /// The applicant's name.
    pub richiedente: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// Days left from today; negative when it is late.
    pub days_left: i64,
    /// Its state.
    pub status: PraticaStatus,
    /// Who works on it.
    pub assignee: Option<String>,
}

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The rows, the most urgent first.
    pub rows: Vec<QueueRow>,
    /// How many rows each filter holds.
    pub counts: Vec<(Filter, i64)>,
    /// How many rows match.
    pub total: i64,
    /// Page shown, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}

/// A pratica as the office sees it. Class-A answers are hidden until they are opened with a reason.
#[derive(Clone, Debug)]
pub struct OfficePage {
    /// What the queue shows.
    pub row: QueueRow,
    /// "4127/2026" and its instant.
    pub protocol: Option<(String, DateTime<Utc>)>,
    /// Its number in the emergency register, where it has one.
    pub emergency: Option<String>,
    /// The answers.
    pub summary: Summary,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// Given and family name of the member of staff who filed it at the desk, if one did.
    pub at_desk: Option<String>,
    /// What the applicant was asked to complete, and what came.
    pub integrazione: Option<Integrazione>,
    /// Whether its answer is of class A and not open.
    pub answer_closed: bool,
    /// The notice of rejection, and what came of it.
    pub preavviso: Option<Preavviso>,
    /// What was decided or told, the documents with their protocol numbers.
    pub provvedimenti: Vec<Provvedimento>,
    /// Whether what was written in it is of class A and not open.
    pub notice_closed: bool,
    /// Whether the person may ask the applicant to complete it.
    pub can_ask: bool,
    /// Whether the person may accept it in part or put it on the waiting list.
    pub can_grade: bool,
    /// Whether the person may annul it.
    pub can_annul: bool,
    /// Whether the person may give notice of rejection.
    pub can_notice: bool,
    /// Whether the person may reject it: notice was given before.
    pub can_reject: bool,
    /// The questions that can be named in a request or a notice, with their labels; empty where neither is possible.
    pub askable: Vec<(String, String)>,
    /// Another live pratica for the same child, service and school year exists.
    pub contested: bool,
    /// What the scanner said of the files.
    pub scans: Scans,
    /// The child's codice fiscale, where the office has written it after the filing.
    pub child_code: Option<String>,
    /// Whether the child has none yet.
    pub code_missing: bool,
    /// Whether the person may write it.
    pub can_write_code: bool,
    /// Its steps.
    pub milestones: Vec<Milestone>,
    /// Version: goes back with the form of the decision.
    pub version: i64,
    /// Whether the person may decide.
    pub can_decide: bool,
    /// Whether the person may take it in charge.
    pub can_take: bool,
    /// Whether it holds class-A answers at all.
    pub holds_sealed: bool,
    /// Whether the person may open them.
    pub can_open_sealed: bool,
    /// Whether class-A answers are shown.
    pub sealed_open: bool,
    /// Reason of the decision.
    pub decision_reason: Option<String>,
    /// Its place and how many there are, where places are booked.
    pub posto: Option<(Posto, i64)>,
    /// Messages about it, and how many of the applicant's nobody has opened.
    pub messages: Counts,
    /// What accepting it changes; nothing for one that was decided.
    pub outlook: Option<Outlook>,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Version that was shown.
    pub version: i64,
    /// Accepted or rejected.
    pub accept: bool,
    /// Why; needed for a rejection, at most 2,000 characters.
    pub reason: String,
}

/// A page of the queue.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn queue(portal: &Portal, ctx: &Ctx, query: &QueueQuery) -> Result<Queue> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona);
    let today = calendar::legal_date(portal.clock().now());
    let page = i64::from(query.page.max(1));
    let asked = CodaQuery {
        closed: query.filter == Filter::Closed,
        unassigned: query.filter == Filter::Unassigned,
        assignee: (query.filter == Filter::Mine).then_some(persona),
        due_by: (query.filter == Filter::DueSoon).then_some(today + SOON),
        offset: (page - 1) * PAGE_ROWS,
        limit: PAGE_ROWS,
        ..search(&query.text)
    };
    let (rows, counts) = portal
        .store()
        .read(ente, async move |read| {
            let rows = coda::page(read, ente, &asked).await?;
            Ok((rows, coda::counts(read, ente, persona, today + SOON).await?))
        })
        .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let document = modello::document(portal, ente, &row.hash).await?;
        listed.push(queue_row(document.modello.title(ctx.lingua, row.anno_scolastico), row, today));
    }
    Ok(Queue {
        rows: listed,
        counts: vec![
            (Filter::Open, counts.open),
            (Filter::Unassigned, counts.unassigned),
            (Filter::Mine, counts.mine),
            (Filter::DueSoon, counts.due_soon),
            (Filter::Closed, counts.closed),
        ],
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        pages: u32::try_from((total + PAGE_ROWS - 1) / PAGE_ROWS).unwrap_or(u32::MAX).max(1),
    })
}

/// What a text asks for: a number of a pratica (`184`, `2026/184`), or part of a name.
fn search(text: &str) -> CodaQuery {
    let text: String = text.trim().chars().take(MAX_SEARCH).collect();
    let (anno, numero) = match text.split_once('/') {
        Some((anno, numero)) => (anno.trim().parse().ok(), numero.trim().parse().ok()),
        None => (None, text.parse().ok()),
    };
    let is_name = numero.is_none() && !text.is_empty();
    CodaQuery { text: is_name.then(|| collation::key(&text)), numero, anno, ..CodaQuery::default() }
}

/// Whether somebody holds one of these roles.
fn holds(ctx: &Ctx, roles: &[Ruolo]) -> bool {
    matches!(&ctx.actor, Actor::Operatore(_, held) if held.iter().any(|ruolo| roles.contains(ruolo)))
}

fn queue_row(title: String, row: CodaRow, today: NaiveDate) -> QueueRow {
    let assignee = row.assegnatario_nome.zip(row.assegnatario_cognome);
    QueueRow {
        id: row.id,
        number: number(row.anno, row.numero),
        title,
        alunno: row.alunno,
        richiedente: format!("{} {}", row.richiedente_nome, row.richiedente_cognome),
        received_at: row.received_at,
        answer_by: row.due_on,
        days_left: (row.due_on - today).num_days(),
        status: row.status,
        assignee: assignee.map(|(nome, cognome)| format!("{nome} {cognome}")),
    }
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn a_text_is_a_number_or_a_name() {
        let number = search(" 184 ");
        assert_eq!((number.numero, number.anno, number.text), (Some(184), None, None));
        let number = search("2026/184");
        assert_eq!((number.numero, number.anno, number.text), (Some(184), Some(2026), None));
        let name = search("Nicolò");
        assert_eq!((name.numero, name.text.as_deref()), (None, Some("nicolo")));
        let nothing = search("  ");
        assert_eq!((nothing.numero, nothing.text), (None, None));
    }
}
