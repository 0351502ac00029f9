//! Fields of a modello. A kind of field is one file: how it is read, checked, drawn, told and hidden.
//!
//! To add a kind: write its file, add one line to `kinds!`, one macro in the templates, one row in the tests.

mod cap;
mod child_ref;
mod choice;
mod classe_ref;
mod codice_fiscale;
mod codici_fiscali;
mod computed;
mod comune;
mod date;
mod decimal;
mod declaration;
mod email;
mod file;
mod iban;
mod info;
mod integer;
mod iscrizione_ref;
mod long_text;
mod money;
mod multi_choice;
mod nationality;
mod options;
mod partita_iva;
mod pattern;
mod phone;
mod plesso_ref;
mod register;
mod text;
mod year;
mod yes_no;

use serde::{Deserialize, Serialize};

pub use codice_fiscale::Fits;
pub(crate) use computed::Computed;

use crate::euro::Euro;
use crate::foglio::Cell;
use crate::lingua::Lingua;
use crate::modello::answers::{Posted, Value};
use crate::modello::expr::{Expr, Term, Ty};
use crate::modello::facts::Facts;
use crate::modello::keep::Keep;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, Privacy, ProblemCode, Shown};
use crate::modello::words::Words;
use crate::testo;

/// One question, or a text to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campo {
    /// Identifier: never changed, never used again.
    pub id: String,
    /// Page on which it stands.
    pub page: String,
    /// Group whose rows it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Kind, with its settings.
    pub kind: Kind,
    /// Label.
    pub label: Words,
    /// Hint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Words>,
    /// When an answer is needed; `None` for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Expr>,
    /// When it is shown; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// What must hold of a given answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Where a first value comes from: the first source that has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefill: Vec<super::prefill::Prefill>,
    /// Whether a prefilled value may not be typed over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Privacy class.
    pub privacy: Privacy,
    /// How long the answer is kept. What is published says it for each question, so that a later default changes nothing
    /// of it; a text without answer and what was published before have nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// Whether the value goes into the index table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub index: bool,
    /// List of the bank that it was taken from; its English stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// Autofill token; own data only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autofill: Option<Autofill>,
}

impl Campo {
    /// How long the answer is kept.
    pub fn kept(&self) -> Keep {
        self.keep.unwrap_or(Keep::of(self.privacy))
    }
}

/// A rule on a given answer, with the sentence shown when it fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Must hold.
    pub holds: Expr,
    /// Sentence for the person.
    pub message: Words,
}

/// Autofill tokens of HTML that a modello may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Autofill {
    /// Full name.
    Name,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// E-mail address.
    Email,
    /// Telephone.
    Tel,
    /// Street and number.
    StreetAddress,
    /// Town.
    #[serde(rename = "address-level2")]
    Town,
    /// Postal code.
    PostalCode,
}

impl Autofill {
    /// Every token.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Email,
        Self::Tel,
        Self::StreetAddress,
        Self::Town,
        Self::PostalCode,
    ];

    /// The token as HTML writes it.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given-name",
            Self::FamilyName => "family-name",
            Self::Email => "email",
            Self::Tel => "tel",
            Self::StreetAddress => "street-address",
            Self::Town => "address-level2",
            Self::PostalCode => "postal-code",
        }
    }
}

/// What a kind may look at while it works on one field of one row.
pub(crate) struct Room<'a> {
    /// The world.
    pub facts: &'a Facts,
    /// Language of the reader.
    pub lingua: Lingua,
    /// Looks up another field: of the same row if it is one of the group, else outside groups.
    pub other: &'a dyn Fn(&str) -> Option<&'a Value>,
}

/// What was posted for one control.
pub(crate) struct Typed<'a> {
    pub posted: &'a Posted,
    pub name: &'a str,
}

/// Longest text taken from a browser for one control, in characters: what lies beyond is cut.
const MAX_TYPED: usize = 8_000;

impl<'a> Typed<'a> {
    /// The text of the control without outer blanks; `None` when empty.
    pub(crate) fn one(&self) -> Option<String> {
        self.posted.one(self.name).and_then(trimmed)
    }

    /// A part of the control (`.g`, `.m`, `.a`).
    pub(crate) fn part(&self, part: &str) -> Option<String> {
        self.posted.one(&format!("{}.{part}", self.name)).and_then(trimmed)
    }
}

fn trimmed(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter_map(testo::printable).take(MAX_TYPED).collect();
    // What seemed a letter may have been a control character.
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What every kind of field answers. A new kind implements this in its own file.
pub(crate) trait Behaviour {
    /// Type in expressions; `None` for a text without answer.
    fn ty(&self) -> Option<Ty>;

    /// Reads and normalises what was posted; what cannot be understood is kept as `Unread`.
    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value>;

    /// What is wrong with a value that is there.
    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode>;

    /// How it is drawn.
    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control;

    /// The answer in words.
    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        plain_answer(value)
    }

    /// What is shown again in the control.
    fn shown(&self, value: Option<&Value>) -> Shown {
        plain_shown(value)
    }

    /// The value as a cell of a table for a spreadsheet.
    fn export(&self, value: &Value) -> Cell {
        plain_cell(value)
    }

    /// The value as it may stand where not everybody may read it.
    fn redact(&self, _value: &Value) -> String {
        "•••".to_owned()
    }

    /// Named when an answer is needed and none was given.
    fn missing(&self) -> ProblemCode {
        ProblemCode::Missing
    }

    /// Whether a control that the browser did not send means "nothing chosen".
    fn cleared_by_absence(&self) -> bool {
        false
    }

    /// Texts that a translation must give, by key (`options.<value>`, `text.<n>`).
    fn words(&mut self) -> Vec<(String, &mut Words)> {
        Vec::new()
    }

    /// Autofill token that the kind implies.
    fn autofill(&self) -> Option<Autofill> {
        None
    }

    /// Other fields that the kind looks at, with their role, for checking at publish.
    fn refers(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }
}

macro_rules! kinds {
    ($($word:literal => $variant:ident($module:ident)),* $(,)?) => {
        /// The closed set of kinds, with their settings.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "is")]
        pub enum Kind {
            $(
                #[doc = concat!("Kind `", $word, "`.")]
                #[serde(rename = $word)]
                $variant($module::$variant),
            )*
        }

        impl Kind {
            /// The words that authors write.
            pub const WORDS: &[&str] = &[$($word),*];

            /// Reads the settings of a kind; `None` when there is no such kind.
            pub(crate) fn author(word: &str, reader: &Reader<'_, '_>) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant($module::$variant::author(reader))),)*
                    _ => None,
                }
            }

            /// The word that authors write for this kind.
            pub const fn word(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word),* }
            }

            pub(crate) fn behaviour(&self) -> &dyn Behaviour {
                match self { $(Self::$variant(kind) => kind),* }
            }

            pub(crate) fn behaviour_mut(&mut self) -> &mut dyn Behaviour {
                match self { $(Self::$variant(kind) => kind),* }
            }
        }
    };
}

kinds! {
    "text" => Text(text),
    "long_text" => LongText(long_text),
    "date" => Date(date),
    "money" => Money(money),
    "yes_no" => YesNo(yes_no),
    "choice" => Choice(choice),
    "multi_choice" => MultiChoice(multi_choice),
    "codice_fiscale" => CodiceFiscaleKind(codice_fiscale),
    "iban" => IbanKind(iban),
    "email" => Email(email),
    "phone" => Phone(phone),
    "cap" => Cap(cap),
    "plesso_ref" => PlessoRef(plesso_ref),
    "classe_ref" => ClasseRef(classe_ref),
    "file" => File(file),
    "declaration" => Declaration(declaration),
    "info" => Info(info),
    "integer" => Integer(integer),
    "decimal" => Decimal(decimal),
    "year" => Year(year),
    "partita_iva" => PartitaIva(partita_iva),
    "codici_fiscali" => CodiciFiscali(codici_fiscali),
    "pattern" => Pattern(pattern),
    "comune" => Comune(comune),
    "nationality" => Nationality(nationality),
    "child_ref" => ChildRef(child_ref),
    "iscrizione_ref" => IscrizioneRef(iscrizione_ref),
    "computed" => Computed(computed),
}

pub(crate) fn plain_answer(value: &Value) -> Answer {
    match value {
        Value::Text(text) | Value::Unread(text) => Answer::Text(text.clone()),
        Value::Date(date) => Answer::Date(*date),
        Value::Flag(flag) => Answer::Flag(*flag),
        Value::Cents(cents) => Answer::Cents(*cents),
        Value::Number(number) => Answer::Text(number.to_string()),
        Value::List(items) => Answer::List(items.clone()),
        Value::Ref { label, .. } => Answer::Text(label.clone()),
        Value::File(file) => Answer::File(file.clone()),
        Value::UnreadDate { day, month, year } => Answer::Text(format!("{day}/{month}/{year}")),
    }
}

fn plain_cell(value: &Value) -> Cell {
    match value {
        Value::Text(text) | Value::Unread(text) | Value::Ref { label: text, .. } => Cell::Text(text.clone()),
        Value::File(file) => Cell::Text(file.name.clone()),
        Value::List(items) => Cell::Text(items.join(", ")),
        Value::UnreadDate { day, month, year } => Cell::Text(format!("{day}/{month}/{year}")),
        Value::Date(date) => Cell::Plain(date.to_string()),
        Value::Flag(flag) => Cell::Plain(if *flag { "si" } else { "no" }.to_owned()),
        Value::Cents(cents) => Cell::Amount(Euro::from_cents(*cents)),
        Value::Number(number) => Cell::Plain(number.to_string()),
    }
}

/// The value in expressions.
pub(crate) fn term(value: &Value) -> Term<'_> {
    match value {
        Value::Text(text) | Value::Ref { code: text, .. } => Term::Text(text),
        Value::Date(date) => Term::Date(*date),
        Value::Flag(flag) => Term::Bool(*flag),
        Value::Cents(cents) => Term::Cents(*cents),
        Value::Number(number) => Term::Number(*number),
        Value::List(items) => Term::List(items),
        Value::File(_) => Term::Present,
        Value::Unread(_) | Value::UnreadDate { .. } => Term::Absent,
    }
}

fn plain_shown(value: Option<&Value>) -> Shown {
    use chrono::Datelike;
    match value {
        None => Shown::Empty,
        Some(Value::Text(text) | Value::Unread(text)) => Shown::Text(text.clone()),
        Some(Value::Date(date)) => {
            Shown::Date { day: date.day().to_string(), month: date.month().to_string(), year: date.year().to_string() }
        }
        Some(Value::UnreadDate { day, month, year }) => {
            Shown::Date { day: day.clone(), month: month.clone(), year: year.clone() }
        }
        Some(Value::Flag(flag)) => Shown::Flag(*flag),
        Some(Value::Number(number)) => Shown::Text(number.to_string()),
        Some(Value::Cents(cents)) => Shown::Text(Euro::from_cents(*cents).plain()),
        Some(Value::List(_) | Value::Ref { .. } | Value::File(_)) => Shown::InControl,
    }
}
