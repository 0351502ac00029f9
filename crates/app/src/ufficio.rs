//! The office: queue, review, decision.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AllegatoId, PraticaId},
    modello::view::{Summary, Warning},
    pratica::PraticaStatus,
};

use crate::{Ctx, Portal, Result, bozza::Download, pratica::Milestone};

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
    /// The answers.
    pub summary: Summary,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// Another live pratica for the same child, service and school year exists.
    pub contested: bool,
    /// Its steps.
    pub milestones: Vec<Milestone>,
    /// Version: goes back with the form of the decision.
    pub version: i64,
    /// Whether the person may decide.
    pub can_decide: bool,
    /// Whether the person may take it in charge.
    pub can_take: bool,
    /// Whether the person may open health data.
    pub can_open_sealed: bool,
    /// Whether class-A answers are shown.
    pub sealed_open: bool,
    /// Reason of the decision.
    pub decision_reason: Option<String>,
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
pub async fn queue(_portal: &Portal, _ctx: &Ctx, _query: &QueueQuery) -> Result<Queue> {
    todo!()
}

/// A pratica, class-A answers hidden.
pub async fn page(_portal: &Portal, _ctx: &Ctx, _id: PraticaId) -> Result<OfficePage> {
    todo!()
}

/// A pratica with its class-A answers, for a role that may see them; the reading is logged with `reason`.
pub async fn open_sealed(_portal: &Portal, _ctx: &Ctx, _id: PraticaId, _reason: &str) -> Result<OfficePage> {
    todo!()
}

/// Takes a pratica in charge.
pub async fn take(_portal: &Portal, _ctx: &Ctx, _id: PraticaId, _version: i64) -> Result<()> {
    todo!()
}

/// Decides a pratica. Accepting creates the enrolment.
pub async fn decide(_portal: &Portal, _ctx: &Ctx, _id: PraticaId, _decision: &Decision) -> Result<()> {
    todo!()
}

/// A file of a pratica; a class-A file asks for the role and is logged.
pub async fn file(_portal: &Portal, _ctx: &Ctx, _id: PraticaId, _file: AllegatoId, _reason: &str) -> Result<Download> {
    todo!()
}
