//! Consultazione: what a citizen sees of their pratiche.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AllegatoId, PraticaId},
    modello::view::{FileView, Summary},
    pratica::PraticaStatus,
};

use crate::{Ctx, Portal, Result, bozza::Download};

/// A pratica in a list.
#[derive(Clone, Debug)]
pub struct PraticaRow {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// The child's name.
    pub alunno: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// Its state.
    pub status: PraticaStatus,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
}

/// A step in the life of a pratica.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Which step: `inviata`, `protocollata`, `in_carico`, `accolta`, `respinta`, `ritirata` (keys of the message files).
    pub kind: String,
    /// When it happened; `None` for the one that is awaited.
    pub at: Option<DateTime<Utc>>,
}

/// One pratica.
#[derive(Clone, Debug)]
pub struct PraticaPage {
    /// What the list shows.
    pub row: PraticaRow,
    /// "4127/2026" and its instant, or `None` while it is being assigned.
    pub protocol: Option<(String, DateTime<Utc>)>,
    /// Its steps.
    pub milestones: Vec<Milestone>,
    /// Reason of the decision, for one that was rejected or accepted with a note.
    pub decision_reason: Option<String>,
    /// What was filed. Class-A answers are there: it is the person's own page.
    pub summary: Summary,
    /// The receipt, once it is made.
    pub receipt: Option<FileView>,
    /// Whether it can still be withdrawn.
    pub can_withdraw: bool,
}

/// The person's pratiche, newest first.
pub async fn list(_portal: &Portal, _ctx: &Ctx) -> Result<Vec<PraticaRow>> {
    todo!()
}

/// One of the person's pratiche.
pub async fn page(_portal: &Portal, _ctx: &Ctx, _id: PraticaId) -> Result<PraticaPage> {
    todo!()
}

/// The receipt of one of the person's pratiche; `None` while it is being made.
pub async fn receipt(_portal: &Portal, _ctx: &Ctx, _id: PraticaId) -> Result<Option<Download>> {
    todo!()
}

/// A file that was given with one of the person's pratiche.
pub async fn file(_portal: &Portal, _ctx: &Ctx, _id: PraticaId, _file: AllegatoId) -> Result<Download> {
    todo!()
}

/// Withdraws one of the person's pratiche that nobody has decided yet.
pub async fn withdraw(_portal: &Portal, _ctx: &Ctx, _id: PraticaId) -> Result<()> {
    todo!()
}
