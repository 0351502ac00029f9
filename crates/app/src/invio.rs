//! INVIA: a complete draft becomes pratiche, exactly once.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{BozzaId, PraticaId},
    modello::view::FileView,
};

use crate::{Ctx, Portal, Result, bozza::SummaryPage};

/// What Invia sends.
#[derive(Clone, Debug)]
pub struct InvioForm {
    /// Idempotency key from the summary.
    pub key: String,
    /// Fingerprint of what was shown.
    pub hash: String,
    /// Revision that was shown.
    pub revision: i64,
    /// Whether the declaration at the foot of the summary was ticked.
    pub declared: bool,
}

/// What became of Invia.
#[derive(Debug)]
pub enum Sent {
    /// Filed (now, or by an earlier press of the same button).
    Filed,
    /// Something is wrong, the draft changed since it was shown, or the tick is missing: the summary again.
    Again {
        /// The summary as it is now.
        summary: Box<SummaryPage>,
        /// Why.
        reason: NotSent,
    },
}

/// Why the summary is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// The tick box was not ticked.
    NotDeclared,
    /// The draft changed after it was shown.
    Changed,
    /// Answers are missing or wrong.
    Problems,
    /// The window closed; the draft is kept.
    WindowClosed,
    /// The person has already filed for this child, service and school year.
    Duplicate,
}

/// One pratica in the confirmation.
#[derive(Clone, Debug)]
pub struct SentPratica {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name.
    pub alunno: String,
}

/// The confirmation page.
#[derive(Clone, Debug)]
pub struct SentPage {
    /// Title of the modello.
    pub title: String,
    /// The pratiche, in the order of the rows.
    pub pratiche: Vec<SentPratica>,
    /// "4127/2026", or `None` while the register has not answered.
    pub protocol: Option<String>,
    /// When the server received Invia.
    pub received_at: DateTime<Utc>,
    /// Address the receipt goes to.
    pub email: String,
    /// The receipt, once it is made.
    pub receipt: Option<FileView>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
}

/// Files the draft.
pub async fn submit(_portal: &Portal, _ctx: &Ctx, _id: BozzaId, _form: InvioForm) -> Result<Sent> {
    todo!()
}

/// The confirmation of a filed draft.
pub async fn sent(_portal: &Portal, _ctx: &Ctx, _id: BozzaId) -> Result<SentPage> {
    todo!()
}
