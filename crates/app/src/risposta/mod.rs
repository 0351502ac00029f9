//! What an applicant answers to the office, to a request to complete or to a notice of rejection: other answers to the questions
//! that are asked again, words, and files that are judged, scanned, sealed and kept as those of a draft.

mod arrivo;
mod dare;
mod riaperta;

use sportello_domain::{
    id::PraticaId,
    modello::view::{FileView, PageView, Problem, ProblemCode},
    pratica::PraticaEvent,
};
use sportello_store::{allegato::AllegatoRow, seal::Place};

use crate::{bozza::UploadedFile, preavviso::place as preavviso_place};

pub use dare::give;
pub use riaperta::reopened;

/// Name of the control for files that belong to no question; names of questions begin with a letter.
pub const FILES: &str = "_allegati";
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
    /// The words, at most [`MAX_WORDS`]; they may be none where answers of the form are others.
    pub words: String,
    /// Names and values of the questions that are asked again, as a page sends them; `None` where none was drawn.
    pub fields: Option<Vec<(String, String)>>,
    /// The files: under [`FILES`] at most [`MAX_FILES`], others under the names of their questions.
    pub files: Vec<UploadedFile>,
}

/// What came of it.
#[derive(Debug, PartialEq)]
pub enum Given {
    /// The office has it.
    Done,
    /// Nothing was kept: something is wrong.
    Refused(Box<Refused>),
}

/// An answer that is not given, and why.
#[derive(Debug, Default, PartialEq)]
pub struct Refused {
    /// What is wrong with the words.
    pub words: Option<WordsFault>,
    /// Files that belong to no question and may not stay.
    pub files: Vec<RefusedFile>,
    /// Whether they are more than [`MAX_FILES`].
    pub too_many: bool,
    /// The questions that are asked again, with what was typed and what is wrong beside them.
    pub form: Option<PageView>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// Whether the applicant has filed for the child of now already.
    pub duplicate: bool,
}

impl Refused {
    fn is_refused(&self) -> bool {
        let of_files = self.too_many || !self.files.is_empty();
        of_files || self.words.is_some() || self.duplicate || !self.problems.is_empty()
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
    const fn event(self) -> PraticaEvent {
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
        [Self::Integrazione, Self::Osservazioni].into_iter().find(|to| to.field() == field)
    }

    /// Where its words are sealed.
    pub(crate) fn place(self, pratica: PraticaId) -> Place {
        match self {
            Self::Integrazione => Place::new("integrazione", "sealed_answer", pratica),
            Self::Osservazioni => preavviso_place("sealed_observations", pratica),
        }
    }
}

/// The files of an answer, as pages show them: by name, since they came at one instant.
pub(crate) fn files(rows: &[AllegatoRow], to: Awaited) -> Vec<FileView> {
    let view = |row: &AllegatoRow| FileView {
        id: row.id,
        name: row.name.clone(),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        media_type: row.media_type.clone(),
    };
    let mut files: Vec<FileView> = rows.iter().filter(|row| row.field == to.field()).map(view).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// Whether a file came with the form itself, not with a later answer.
pub(crate) fn of_form(row: &AllegatoRow) -> bool {
    Awaited::of(&row.field).is_none()
}
