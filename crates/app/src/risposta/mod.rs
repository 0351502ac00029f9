//! What an applicant answers to the office, to a request to complete or to a notice of rejection: other answers to the questions
//! that are asked again, words, and files that are judged, scanned, sealed and kept as those of a draft. What is not sent is kept for
//! the applicant alone, as long as the office waits for it.

mod arrivo;
mod attesa;
mod dare;
mod iniziata;
mod riaperta;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{AllegatoId, PraticaId},
    modello::view::{FileView, PageView, Problem, ProblemCode},
    pratica::PraticaEvent,
};
use sportello_store::{allegato::AllegatoRow, seal::Place};

use crate::{bozza::UploadedFile, preavviso::place as preavviso_place};

pub use attesa::sheet;
pub use dare::give;

/// Longest answer, in characters.
pub const MAX_WORDS: usize = 4_000;
/// Media types that are taken, with commas between them.
pub const ACCEPT: &str = "application/pdf,image/jpeg,image/png";
/// Most files of one answer.
pub const MAX_FILES: usize = 5;
/// Largest file, in bytes: as large as a question of a form allows where it says nothing else.
pub const MAX_FILE_BYTES: u64 = 5 * 1024 * 1024;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A request to complete.
    Integrazione,
    /// A notice of rejection.
    Osservazioni,
}

/// An answer.
#[derive(Debug, Default)]
pub struct Risposta {
    /// Revision of what was begun that the person saw, 0 where nothing was.
    pub revision: i64,
    /// What is to be done with it.
    pub step: Step,
    /// The words, at most [`MAX_WORDS`]; they may be none where answers of the form are others.
    pub words: String,
    /// Files that belong to no question, at most [`MAX_FILES`].
    pub files: Vec<UploadedFile>,
    /// What was answered to the questions that are asked again; `None` where none was drawn.
    pub answers: Option<Answered>,
}

/// What is to be done with an answer. Whatever it is, what came with it is kept as far as it may stay, unless it was saved elsewhere
/// in the meantime.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// It goes to the office.
    #[default]
    Send,
    /// It is kept for later.
    Save,
    /// The file that is kept at a control goes.
    RemoveFile {
        /// Name of the control.
        control: String,
    },
    /// A file that is kept and belongs to no question goes.
    RemoveOther(AllegatoId),
    /// A document that was filed before is given again.
    ReuseFile {
        /// Name of the control.
        control: String,
        /// The document.
        file: AllegatoId,
    },
}

/// The page with room for an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The questions.
    pub questions: Questions,
    /// What was begun.
    pub begun: Begun,
}

/// What was begun to answer, as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Its revision: goes back with the form. 0 where nothing was begun.
    pub revision: i64,
    /// When it was saved last; `None` where nothing was begun.
    pub saved_at: Option<DateTime<Utc>>,
    /// The words as they were typed.
    pub words: String,
    /// The files that belong to no question.
    pub others: Vec<BegunFile>,
    /// The files of questions.
    pub at_questions: BTreeSet<AllegatoId>,
}

/// A file that belongs to no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunFile {
    /// The file.
    pub file: FileView,
    /// Whether it held a virus: its bytes are gone, and it has to be taken out before the answer is sent.
    pub infected: bool,
}

/// Questions that are asked again, as a page sends them.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// Names of the controls that were drawn.
    pub drawn: Vec<String>,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// Files, under the names of their questions.
    pub files: Vec<UploadedFile>,
}

/// The questions that the office asks again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Those that can be answered in the form, with what was answered: a page without a title; `None` where there is none.
    pub page: Option<PageView>,
    /// Labels of those that only words can answer: they are hidden or locked.
    pub others: Vec<String>,
    /// Whether the account can be changed to which a mandate was given.
    pub account: bool,
}

/// What came of it.
#[derive(Debug, PartialEq)]
pub enum Given {
    /// The office has it.
    Done,
    /// It is kept for later.
    Saved,
    /// It is kept, and the same page follows: a file came or went.
    Again,
    /// Something is wrong. It is kept for later as far as it may stay, unless [`Refused::stale`].
    Refused(Box<Refused>),
}

/// An answer that is not given, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// What is wrong with the words.
    pub words: Option<WordsFault>,
    /// Files that belong to no question and may not stay.
    pub files: Vec<RefusedFile>,
    /// Whether they are more than [`MAX_FILES`] with those that were kept before: then none that came is kept.
    pub too_many: bool,
    /// The page with what was typed and what is wrong beside it.
    pub sheet: Sheet,
    /// What is wrong with the questions that are asked again.
    pub problems: Vec<Problem>,
    /// Whether what was answered opens questions that were not drawn yet.
    pub opened: bool,
    /// Whether the applicant has filed for the child of now already.
    pub duplicate: bool,
    /// Whether it was saved elsewhere in the meantime. Then nothing of it is kept, and sending it again puts it in the place of that.
    pub stale: bool,
}

impl Refused {
    /// Whether anything is wrong beside the questions.
    fn has_any(&self) -> bool {
        self.too_many || self.opened || self.duplicate || !self.files.is_empty() || self.words.is_some()
    }
}

/// What is wrong with the words of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsFault {
    /// There are none, and nothing of the form was answered otherwise.
    Missing,
    /// They are more than [`MAX_WORDS`].
    TooLong,
}

/// A file that may not stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedFile {
    /// Its name as it was given.
    pub name: String,
    /// Why.
    pub code: ProblemCode,
}

impl Awaited {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Integrazione, Self::Osservazioni];

    pub(crate) const fn event(self) -> PraticaEvent {
        match self {
            Self::Integrazione => PraticaEvent::Integrate,
            Self::Osservazioni => PraticaEvent::Observe,
        }
    }

    /// The name under which its files stand beside the questions of a form, whose names begin with a letter.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Integrazione => "_integrazione",
            Self::Osservazioni => "_osservazioni",
        }
    }

    /// What a file came with, by the name that it stands under; nothing for one of a form.
    pub(crate) fn of(field: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|to| to.field() == field)
    }

    /// Where its words are sealed.
    pub(crate) fn place(self, pratica: PraticaId) -> Place {
        match self {
            Self::Integrazione => Place::new("integrazione", "sealed_answer", pratica),
            Self::Osservazioni => preavviso_place("sealed_observations", pratica),
        }
    }
}

/// A file as pages show it.
fn view(row: &AllegatoRow) -> FileView {
    FileView {
        id: row.id,
        name: row.name.clone(),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        media_type: row.media_type.clone(),
    }
}

/// The files of an answer, as pages show them: by name.
pub(crate) fn files(rows: &[AllegatoRow], to: Awaited) -> Vec<FileView> {
    let mut files: Vec<FileView> = rows.iter().filter(|row| row.field == to.field()).map(view).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// Whether a file came with the form as it was sent at an instant, not with a later answer, at a question or beside them.
pub(crate) fn came_with(row: &AllegatoRow, sent_at: DateTime<Utc>) -> bool {
    Awaited::of(&row.field).is_none() && row.created_at <= sent_at
}
