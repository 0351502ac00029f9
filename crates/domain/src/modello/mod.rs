//! Form models (modelli): the language in which an office describes a form, and the engine that runs it.
//!
//! A modello is data: read from TOML, checked once when it is published, immutable from then on.
//! The same modello draws the pages, the summary, the receipt and the office's view.
//!
//! Way through: [`Modello::parse`], [`Answers::start`], [`Answers::take_page`], [`Form`] to look, check, draw and file.

mod again;
pub mod answers;
mod banca;
pub mod campo;
mod check;
mod compare;
pub mod example;
pub mod export;
mod expr;
pub mod facts;
mod filing;
mod filling;
pub mod form;
pub mod graduatoria;
mod keep;
mod page;
mod parse;
mod part;
mod prefill;
pub mod procedura;
mod reconcile;
mod reopened;
mod schema;
mod shape;
mod source;
mod summary;
mod texts;
mod translation;
pub mod view;
mod words;

use serde::{Deserialize, Serialize};

pub use answers::{Answers, Aside, Entries, Entry, MAX_ANSWERS_BYTES, Posted, Row, Value};
pub use banca::Banca;
pub use campo::{Campo, Kind};
pub use compare::Difference;
pub use expr::Expr;
pub use facts::{Classe, Facts, FamilyChild, OwnIscrizione, PersonaFacts, Plesso};
pub use filling::TakeError;
pub use form::Form;
pub use graduatoria::Criterio;
pub use keep::{Keep, KeepAfter};
pub use part::{JoinError, Parts};
pub use procedura::Procedura;
pub use reopened::Reopened;
pub use source::AuthorError;
pub use texts::{SHIPPED, Texts};
pub use words::Words;

use crate::anno_scolastico::AnnoScolastico;
use crate::lingua::Lingua;
use shape::Known;
use view::Step;

/// Most fields of a modello.
pub const MAX_FIELDS: usize = 400;
/// Most groups of a modello.
pub const MAX_GROUPS: usize = 8;
/// Most rows of a group.
pub const MAX_ROWS: u32 = 30;
/// Words that stand in the place of a page in addresses of the portal's own (`/compila/…/riepilogo`): no page of a
/// modello has them as its identifier.
pub const RESERVED_PAGE_IDS: [&str; 6] = ["elimina", "file", "inviata", "posto", "riepilogo", "sospesa"];

/// Names of controls that the portal puts into each page of a draft: no field outside a group has one of them. Other
/// names of its own begin with an underscore, which no identifier does.
pub const RESERVED_FIELD_IDS: [&str; 2] = ["revisione", "torna"];

/// Name of the tick that the notice on privacy was read, in the bank of questions too.
const PRIVACY_FIELD_ID: &str = "privacy";

/// A published modello: everything needed to draw, check and file one kind of pratica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modello {
    /// Name in addresses and in the database (`iscrizione-mensa`); never changed.
    pub code: String,
    /// Title, with `{anno_scolastico}`.
    pub title: Words,
    /// Area of services (`servizi-scolastici`).
    pub service: String,
    /// Level of sign-in.
    pub sign_in: SignIn,
    /// Group of which each row becomes a pratica of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Name of the procedura that handles the pratiche.
    pub procedure: String,
    /// Pages in order.
    pub pages: Vec<Page>,
    /// Repeated groups.
    pub groups: Vec<Group>,
    /// Fields in order.
    pub fields: Vec<Campo>,
    /// Rules that refuse the filing.
    pub stops: Vec<Stop>,
    /// Criteria of its ranking, where places go by points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub graduatoria: Vec<Criterio>,
    /// Examples that must pass: they prove the text at publish and are not part of what is published.
    #[serde(skip)]
    pub examples: Vec<example::Example>,
    #[serde(skip)]
    pub(crate) known: Known,
}

/// Level of sign-in that a modello asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignIn {
    /// SPID level 2, or an equal identity.
    #[serde(rename = "spid-l2")]
    SpidL2,
}

/// A page: one topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Last part of its address.
    pub id: String,
    /// Step of the interface.
    pub step: Step,
    /// Title.
    pub title: Words,
}

/// A repeated group of fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Identifier.
    pub id: String,
    /// Page where rows are added and removed.
    pub page: String,
    /// Heading.
    pub title: Words,
    /// Name of one row.
    pub row_name: Words,
    /// Fewest rows.
    pub min: u32,
    /// Most rows.
    pub max: u32,
    /// Title of a row, with `{field}` for answers of the row.
    pub row_title: String,
    /// Whether children known from the register are offered.
    pub family: bool,
    /// Field whose answer must differ from row to row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<Unique>,
}

/// A field that may not repeat its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unique {
    /// The field.
    pub field: String,
    /// Sentence for the person.
    pub message: Words,
}

/// A rule that refuses the filing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Identifier, for translations.
    pub id: String,
    /// When the filing is refused.
    pub when: Expr,
    /// Sentence for the person.
    pub message: Words,
    /// Field beside which the sentence stands: the last one that the rule reads.
    pub field: String,
}

impl Modello {
    /// Reads and checks the Italian text of a modello, with the lists of the shipped bank; `file_name` is named in the
    /// faults.
    pub fn parse(file_name: &str, toml: &str) -> Result<Self, Vec<AuthorError>> {
        Self::parse_with(file_name, toml, &Banca::shipped())
    }

    /// The same, with the lists of another bank.
    ///
    /// # Errors
    /// The faults of the text, and of the lists that it takes, each with its file.
    pub fn parse_with(file_name: &str, toml: &str, banca: &Banca) -> Result<Self, Vec<AuthorError>> {
        parse::parse(file_name, toml, banca)
    }

    /// Adds the English texts of a side file, which must be complete and name nothing unknown.
    pub fn with_english(self, file_name: &str, toml: &str) -> Result<Self, Vec<AuthorError>> {
        translation::with_english(self, file_name, toml)
    }

    /// The canonical JSON of the modello: what the database keeps and what [`Modello::hash`] is over.
    pub fn canonical(&self) -> String {
        crate::canonical::of(self).expect("a modello has text keys and finite numbers only")
    }

    /// SHA-256 of the canonical JSON, 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        let hash = || crate::canonical::sha256_hex(self.canonical().as_bytes());
        self.known.hash.get_or_init(hash).clone()
    }

    /// The title in a language, for a school year.
    pub fn title(&self, lingua: Lingua, anno: AnnoScolastico) -> String {
        self.title.fill(lingua, anno)
    }

    /// Whether a field of it chooses one of the person's enrolments.
    pub fn asks_iscrizione(&self) -> bool {
        self.fields.iter().any(|campo| matches!(campo.kind, Kind::IscrizioneRef(_)))
    }

    /// The child of the enrolment that the answers choose, where a question outside groups asks for one.
    pub fn chosen_alunno<'f>(&self, answers: &Answers, facts: &'f Facts) -> Option<&'f str> {
        let chosen = |campo: &Campo| match answers.value(&campo.id) {
            Some(Value::Ref { code, .. }) => facts.iscrizioni.iter().find(|own| own.key == *code),
            _ => None,
        };
        let mut asking = self.fields.iter().filter(|campo| matches!(campo.kind, Kind::IscrizioneRef(_)));
        asking.find_map(chosen).map(|own| own.alunno.as_str())
    }

    /// The page with `id`.
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// The group with `id`.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// Whether whoever files it makes a declaration in it. That the notice on privacy was read is none.
    pub fn declares(&self) -> bool {
        self.fields.iter().any(|campo| matches!(campo.kind, Kind::Declaration(_)) && campo.id != PRIVACY_FIELD_ID)
    }

    /// The field with `id`.
    pub fn campo(&self, id: &str) -> Option<&Campo> {
        self.place(id).map(|at| &self.fields[at])
    }
}
