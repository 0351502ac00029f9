//! Drafts: start, fill in page by page, suspend, take up again.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AllegatoId, BozzaId, RowId},
    modello::view::{PageLink, PageView, Problem, Summary, Warning},
};

use crate::{Ctx, Portal, Result};

/// A draft in a list.
#[derive(Clone, Debug)]
pub struct BozzaRow {
    /// The draft.
    pub id: BozzaId,
    /// Title of its modello.
    pub title: String,
    /// When it was saved last.
    pub saved_at: DateTime<Utc>,
    /// Last day on which it can be taken up again.
    pub until: NaiveDate,
}

/// What every page of a draft shows.
#[derive(Clone, Debug)]
pub struct BozzaFrame {
    /// The draft.
    pub id: BozzaId,
    /// Code of its modello.
    pub modello: String,
    /// Title of its modello.
    pub title: String,
    /// Revision that was read: goes back with the form.
    pub revision: i64,
    /// When it was saved last.
    pub saved_at: DateTime<Utc>,
    /// Last day on which it can be taken up again.
    pub until: NaiveDate,
    /// The pages, in order, with their progress.
    pub pages: Vec<PageLink>,
}

/// One page of a draft.
#[derive(Clone, Debug)]
pub struct BozzaPage {
    /// What every page shows.
    pub frame: BozzaFrame,
    /// The page.
    pub page: PageView,
    /// What is wrong, in page order; empty on a page that was not sent.
    pub problems: Vec<Problem>,
    /// What is unusual.
    pub warnings: Vec<Warning>,
}

/// What a form sends.
#[derive(Debug)]
pub struct PageForm {
    /// Revision that the person saw.
    pub revision: i64,
    /// Which button.
    pub action: PageAction,
    /// Names and values of the controls, in order.
    pub fields: Vec<(String, String)>,
    /// Files: control name, file name, content.
    pub files: Vec<UploadedFile>,
    /// Whether to go back to the summary afterwards.
    pub back_to_summary: bool,
}

/// A file as it came in.
#[derive(Debug)]
pub struct UploadedFile {
    /// Name of the control.
    pub field: String,
    /// Name that the browser gave; never used as a path.
    pub name: String,
    /// Content, already capped by the web layer.
    pub content: Vec<u8>,
}

/// Which button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageAction {
    /// Avanti: save, check, go on.
    Next,
    /// Sospendi: save whatever is there.
    Suspend,
    /// One more row in a group.
    AddRow {
        /// The group.
        group: String,
        /// Key of an offered row, if one was chosen.
        offered: Option<String>,
    },
    /// Take a row out.
    RemoveRow {
        /// The group.
        group: String,
        /// The row.
        row: RowId,
    },
    /// Take a file out.
    RemoveFile {
        /// Name of the control.
        field: String,
    },
}

/// What became of a saved page.
#[derive(Debug)]
pub enum Saved {
    /// Saved and right: where to go.
    Next(Next),
    /// Saved, and to be shown again (a row came or went, a file went): the same page.
    Again,
    /// Saved by Sospendi.
    Suspended,
    /// Something is wrong: shown again with everything typed (and saved as typed).
    Invalid(Box<BozzaPage>),
    /// The draft was saved elsewhere in the meantime: both versions. Nothing was saved.
    Conflict(Box<Conflict>),
}

/// Where Avanti leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A page of the modello.
    Page(String),
    /// The summary.
    Summary,
}

/// Two versions of one page.
#[derive(Debug)]
pub struct Conflict {
    /// The page as just typed, carrying the newer revision so that sending it again keeps it.
    pub mine: BozzaPage,
    /// The same page as saved in the meantime.
    pub theirs: PageView,
}

/// The summary of a draft.
#[derive(Debug)]
pub struct SummaryPage {
    /// What every page shows.
    pub frame: BozzaFrame,
    /// All answers.
    pub summary: Summary,
    /// What is still wrong: while there is anything, Invia is refused.
    pub problems: Vec<Problem>,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// Idempotency key of this filing.
    pub key: String,
    /// Fingerprint of what is shown.
    pub hash: String,
    /// How many pratiche it will make.
    pub pratiche: usize,
}

/// Takes up the person's draft of this modello, or starts one.
///
/// # Errors
/// [`crate::Error::WindowClosed`] when there is none and the window is not open.
pub async fn start(_portal: &Portal, _ctx: &Ctx, _code: &str) -> Result<BozzaId> {
    todo!()
}

/// The person's drafts, the last saved first.
pub async fn list(_portal: &Portal, _ctx: &Ctx) -> Result<Vec<BozzaRow>> {
    todo!()
}

/// The task list of a draft.
pub async fn frame(_portal: &Portal, _ctx: &Ctx, _id: BozzaId) -> Result<BozzaFrame> {
    todo!()
}

/// One page of a draft.
pub async fn page(_portal: &Portal, _ctx: &Ctx, _id: BozzaId, _page: &str) -> Result<BozzaPage> {
    todo!()
}

/// Saves one page.
pub async fn save(_portal: &Portal, _ctx: &Ctx, _id: BozzaId, _page: &str, _form: PageForm) -> Result<Saved> {
    todo!()
}

/// The summary.
pub async fn summary(_portal: &Portal, _ctx: &Ctx, _id: BozzaId) -> Result<SummaryPage> {
    todo!()
}

/// Throws a draft away for good.
pub async fn discard(_portal: &Portal, _ctx: &Ctx, _id: BozzaId) -> Result<()> {
    todo!()
}

/// A file of a draft, for the person who gave it.
pub async fn file(_portal: &Portal, _ctx: &Ctx, _id: BozzaId, _file: AllegatoId) -> Result<Download> {
    todo!()
}

/// A file to hand out.
#[derive(Debug)]
pub struct Download {
    /// File name, safe for a header.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Content.
    pub content: bytes::Bytes,
}
