//! The office: queue, review, decision.

pub mod assegna;
pub mod coda;
pub mod codice;
pub mod compiti;
mod confronto;
mod decide;
mod effect;
pub mod elenco;
pub mod esportazione;
pub mod insieme;
mod integrazione;
pub mod messaggi;
pub mod posta;
mod preavviso;
mod review;
pub mod vista;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AllegatoId, PersonaId, PraticaId},
    modello::view::{Summary, Warning},
    pratica::{PraticaStatus, Who},
    ruolo::Ruolo,
};
use sportello_store::coda::CodaRow;

use crate::{
    Actor, Ctx,
    bozza::Scans,
    campione::Estratta,
    graduatoria::Criterio,
    integrazione::Integrazione,
    messaggio::Counts,
    pratica::{Milestone, number},
    preavviso::Preavviso,
    prenotazione::Posto,
    provvedimento::Provvedimento,
};

pub use assegna::assign;
pub use coda::{Around, Filter, Order, Queue, QueueQuery, around, queue};
pub use confronto::{Confronto, Earlier};
pub use decide::{Act, Outcome, conclude, decide, take};
pub use effect::{Expected, Outlook};
pub(crate) use integrazione::accept_by_silence;
pub use integrazione::{Request, request_integration};
pub use preavviso::give_notice;
pub(crate) use review::is_contested;
pub use review::{FileFacts, Opening, file, file_facts, open_sealed, page, provvedimento};

/// Roles that see the queue and its pratiche.
pub(crate) const READERS: [Ruolo; 4] =
    [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete, Ruolo::Auditor];
/// Roles that work on a pratica and decide it.
const DECIDERS: &[Ruolo] = Who::Ufficio.roles();
/// The same as the store asks for them.
const CLERKS: [Ruolo; 2] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile];
/// Roles that open class-A answers.
const SEALED_READERS: [Ruolo; 1] = [Ruolo::OperatoreDiete];

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

/// A pratica as the office sees it. Class-A answers are hidden until they are opened with a reason.
#[derive(Clone, Debug)]
pub struct OfficePage {
    /// What the queue shows.
    pub row: QueueRow,
    /// The applicant.
    pub applicant: PersonaId,
    /// Who works on it.
    pub assigned_to: Option<PersonaId>,
    /// Who gave it to whom, oldest first.
    pub assignments: Vec<assegna::Assegnazione>,
    /// Those to whom the person may give it; nobody where they may not.
    pub clerks: Vec<(PersonaId, String)>,
    /// "4127/2026" and its instant.
    pub protocol: Option<(String, DateTime<Utc>)>,
    /// Its number in the emergency register, where it has one.
    pub emergency: Option<String>,
    /// The answers.
    pub summary: Summary,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// What stands out beside what the ente knows already; nothing once it is over.
    pub confronto: Confronto,
    /// Given and family name of the member of staff who filed it at the desk, if one did.
    pub at_desk: Option<String>,
    /// What the applicant was asked to complete, and what came.
    pub integrazione: Option<Integrazione>,
    /// Whether what was written in it is of class A and not open.
    pub answer_closed: bool,
    /// The notice of rejection, and what came of it.
    pub preavviso: Option<Preavviso>,
    /// What was decided or told, the documents with their protocol numbers.
    pub provvedimenti: Vec<Provvedimento>,
    /// Whether what they say is of class A and not open.
    pub acts_closed: bool,
    /// Whether what was written in the notice is of class A and not open.
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
    /// Files that are not of class A, and that are clean or were never scanned: they may stand beside the answers.
    pub plain: BTreeSet<AllegatoId>,
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
    /// Whether it holds class-A answers at all, or points, of which the criteria may tell of some.
    pub holds_sealed: bool,
    /// Whether the person may open them.
    pub can_open_sealed: bool,
    /// Whether class-A answers are shown.
    pub sealed_open: bool,
    /// Reason of the decision.
    pub decision_reason: Option<String>,
    /// Its place and how many there are, where places are few.
    pub posto: Option<(Posto, i64)>,
    /// The criteria that gave its points, while class-A answers are shown.
    pub criteri: Vec<Criterio>,
    /// Messages about it, and how many of the applicant's nobody has opened.
    pub messages: Counts,
    /// Its check, where it is in a draw.
    pub estratta: Option<Estratta>,
    /// What accepting it changes; nothing for one that was decided.
    pub outlook: Option<Outlook>,
}

impl OfficePage {
    /// Whether a place is there for it now; where places are not few, the office knows.
    pub fn has_place(&self) -> bool {
        self.posto.as_ref().is_none_or(|(posto, _)| posto.has_place())
    }
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
