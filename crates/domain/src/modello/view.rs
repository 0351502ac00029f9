//! What a modello and its answers look like, without saying in which mark-up.
//!
//! Built by the engine, read by whoever draws: the web pages, the receipt, the office.
//! Labels come from the modello; words of the portal itself (errors, hints of a kind) are named by code and
//! put into a language by whoever draws.

use crate::id::{AllegatoId, RowId};

/// One of the four steps of filling in, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Informativa sulla privacy.
    Privacy,
    /// Dati generali.
    DatiGenerali,
    /// Preferenze di servizio.
    Preferenze,
    /// Riepilogo: drawn by the portal, never a page of a modello.
    Riepilogo,
}

/// How far a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing saved yet.
    ToDo,
    /// Saved, with something missing or wrong.
    Started,
    /// Saved and right.
    Done,
}

/// A page in the task list of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// Identifier of the page: the last part of its address.
    pub id: String,
    /// Title as people read it.
    pub title: String,
    /// The step that it belongs to.
    pub step: Step,
    /// How far it is.
    pub progress: Progress,
}

/// One page of a form, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct PageView {
    /// Identifier of the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// Step that it belongs to.
    pub step: Step,
    /// Fields and groups in the order of the modello.
    pub blocks: Vec<Block>,
}

impl PageView {
    /// Every field that is drawn, to be changed.
    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut FieldView> {
        self.blocks.iter_mut().flat_map(|block| match block {
            Block::Field(field) => vec![field],
            Block::Group(group) => group.rows.iter_mut().flat_map(|row| &mut row.fields).collect(),
        })
    }

    /// Every field that is drawn: a row of a group whole, then the next.
    pub fn fields(&self) -> impl Iterator<Item = &FieldView> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Field(field) => std::slice::from_ref(field).iter().collect::<Vec<_>>(),
            Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect(),
        })
    }
}

/// A stretch of a page.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a page has a dozen of them, and templates read plain fields")]
pub enum Block {
    /// A field that stands once.
    Field(FieldView),
    /// A repeated group.
    Group(GroupView),
}

/// A repeated group with its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupView {
    /// Identifier of the group.
    pub id: String,
    /// Heading of the group ("Figli da iscrivere").
    pub title: String,
    /// Name of one row ("Figlio"), for headings and buttons.
    pub row_name: String,
    /// Rows in the order in which they were added.
    pub rows: Vec<RowView>,
    /// Rows that the register offers and the person has not taken: nothing is ticked by itself.
    pub offered: Vec<OfferedRow>,
    /// Whether one more row fits.
    pub can_add: bool,
    /// Whether this page adds and removes rows (it is the page of the group; other pages only draw its fields).
    pub editable: bool,
}

/// One row of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct RowView {
    /// Identifier of the row; never an index.
    pub row: RowId,
    /// Title made from the answers ("Sofia Ferrari"); empty while nothing is known.
    pub title: String,
    /// Fields of the row on this page.
    pub fields: Vec<FieldView>,
}

/// A row known from the register, offered for one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedRow {
    /// Opaque key that the form sends back.
    pub key: String,
    /// What the person reads.
    pub title: String,
}

/// One field, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldView {
    /// Name of the form control: `cf`, `figli.<row>.plesso`.
    pub name: String,
    /// Identifier in the page: the name with hyphens; anchor of its error.
    pub anchor: String,
    /// Label from the modello.
    pub label: String,
    /// Hint from the modello.
    pub hint: Option<String>,
    /// How to draw it.
    pub control: Control,
    /// What was typed or known, exactly as it must be shown again.
    pub value: Shown,
    /// Whether an answer is needed now.
    pub required: bool,
    /// Whether the value may not be typed over.
    pub locked: bool,
    /// Where the value came from.
    pub source: Source,
    /// Autofill token (`email`, `tel`, `street-address`), on the person's own data only.
    pub autocomplete: Option<&'static str>,
    /// What is wrong with it.
    pub problem: Option<Problem>,
}

/// How a field is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// One line.
    Text {
        /// `inputmode` (`numeric`, `email`, `tel`, `decimal`, `text`).
        inputmode: &'static str,
        /// `type` (`text`, `email`, `tel`).
        kind: &'static str,
        /// Longest text in characters.
        max: usize,
        /// Whether it is a code: capitals, no spell check, wide letters.
        code: bool,
        /// Width of the answer.
        width: Width,
    },
    /// Several lines.
    LongText {
        /// Longest text in characters.
        max: usize,
    },
    /// Day, month and year as three text fields (`<name>.g`, `.m`, `.a`).
    Date,
    /// One of few, as radio buttons (at most five) or a select.
    Choice {
        /// What can be chosen.
        options: Vec<OptionView>,
        /// True for a select.
        select: bool,
    },
    /// Any of several tick boxes, all with the same name.
    MultiChoice {
        /// What can be chosen.
        options: Vec<OptionView>,
    },
    /// Yes or no as two radio buttons (`si`, `no`).
    YesNo,
    /// A tick box that must be ticked (a declaration).
    Declaration,
    /// A file.
    File {
        /// `accept` attribute (`application/pdf,image/jpeg,image/png`).
        accept: String,
        /// Largest size in bytes.
        max_bytes: u64,
        /// The file that is there already.
        present: Option<FileView>,
        /// Documents given earlier that may be given again.
        earlier: Vec<EarlierFile>,
    },
    /// A text to read; no answer.
    Info {
        /// Paragraphs.
        paragraphs: Vec<String>,
    },
}

/// How wide an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Few characters (CAP, number in the street).
    Narrow,
    /// A code, a telephone.
    Medium,
    /// Names, addresses.
    Full,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// Stored value.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A file given earlier.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileView {
    /// The stored file.
    pub id: AllegatoId,
    /// Name given by the person, made safe.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type found in the content.
    pub media_type: String,
}

/// A document that was given with an earlier pratica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierFile {
    /// The document.
    pub file: FileView,
    /// When it was given.
    pub given_on: chrono::NaiveDate,
    /// Number of the pratica ("2026/184").
    pub pratica: String,
}

/// A value as it is shown again in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    Empty,
    /// Text of one control, as typed.
    Text(String),
    /// The three parts of a date, as typed.
    Date {
        /// Day.
        day: String,
        /// Month.
        month: String,
        /// Year.
        year: String,
    },
    /// Yes or no; also a declaration.
    Flag(bool),
    /// Chosen values are marked in the options; a file stands in the control.
    InControl,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Typed by the person, or nothing there yet.
    Typed,
    /// From the provider of identity.
    Spid,
    /// From the family as the portal knows it.
    Family,
    /// From an earlier pratica.
    LastFiling,
    /// From a register of the ente.
    Registry,
    /// Worked out from other answers.
    Computed,
}

/// What is wrong with an answer: a code that the message files put into words, with what the words need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Address of the field: `cf`, `figli/<row>/plesso`.
    pub path: String,
    /// Anchor of the field in its page.
    pub anchor: String,
    /// Page that holds the field.
    pub page: String,
    /// Label of the field.
    pub label: String,
    /// Title of the row where it stands ("Sofia Ferrari"), if any.
    pub row: Option<String>,
    /// What is wrong.
    pub code: ProblemCode,
}

/// The kinds of problem. The message files hold one sentence for each (`campo-…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemCode {
    /// No answer where one is needed.
    Missing,
    /// Longer than allowed.
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// Not one of the choices.
    NotAChoice,
    /// A class of another school than the chosen one.
    ClasseElsewhere,
    /// A codice fiscale of the wrong length.
    CodiceFiscaleLength {
        /// Characters typed.
        typed: usize,
    },
    /// A codice fiscale whose form, date, place or check letter is wrong.
    CodiceFiscaleWrong,
    /// A partita IVA or numeric code with a wrong check digit.
    PartitaIvaWrong,
    /// An IBAN that is wrong (length, control digits, CIN).
    IbanWrong,
    /// An IBAN of a country outside SEPA.
    IbanNotSepa,
    /// An e-mail address that cannot be.
    EmailWrong,
    /// A telephone number that cannot be.
    PhoneWrong,
    /// A CAP that is not five digits.
    CapWrong,
    /// A date that does not exist or lacks a part.
    DateWrong,
    /// A year that is not written with four digits.
    YearFourDigits,
    /// A date that must not lie in the future.
    DateInFuture,
    /// An amount that cannot be read.
    MoneyWrong,
    /// A number that cannot be read.
    NumberWrong,
    /// A number outside its limits; also how many were given.
    NumberOutside {
        /// Least.
        min: i64,
        /// Most.
        max: i64,
    },
    /// A code that is not in its form.
    CodeWrong {
        /// An invented one that is.
        example: &'static str,
    },
    /// No comune that exists has this name.
    ComuneUnknown,
    /// Several comuni have this name.
    ComuneNotUnique {
        /// One of them, with its province.
        example: String,
    },
    /// A declaration that must be accepted.
    MustAccept,
    /// The file is larger than allowed.
    FileTooLarge {
        /// Megabytes allowed.
        max_mb: u32,
    },
    /// The content is none of the accepted types.
    FileType,
    /// The file has no content or cannot be read.
    FileBroken,
    /// The file is small and would fill the memory of whoever opens it.
    FileSwells,
    /// The file is protected: nobody can look inside it, and it may not be archived.
    FileLocked,
    /// The file holds other files or starts something.
    FileActive,
    /// A virus was found in the file, which is gone.
    FileInfected,
    /// The file is two things at once.
    FileMixed,
    /// The file was right and was not kept, since something else was wrong.
    FileAgain,
    /// Fewer rows than needed.
    RowsTooFew {
        /// Rows needed.
        min: usize,
    },
    /// The author's own check failed; the sentence comes from the modello.
    Check {
        /// The sentence.
        message: String,
    },
    /// The author's stop rule holds: the pratica cannot be filed so.
    Stop {
        /// The sentence.
        message: String,
    },
}

/// Something unusual that does not block: shown to the person and to the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Address of the field.
    pub path: String,
    /// Label of the field.
    pub label: String,
    /// Title of the row, if any.
    pub row: Option<String>,
    /// What is unusual (`avviso-…` in the message files).
    pub code: WarningCode,
}

/// The kinds of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCode {
    /// The codice fiscale does not fit surname, name or date of birth.
    CodiceFiscaleMismatch,
    /// A code has another form than usual.
    CodeUnusual {
        /// A code of the usual form.
        example: &'static str,
    },
}

/// All answers as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Groups of answers, in the order of the modello.
    pub sections: Vec<SummarySection>,
}

/// One group of answers.
#[derive(Clone, Debug, PartialEq)]
pub struct SummarySection {
    /// Page to go back to.
    pub page: String,
    /// Heading ("Chi fa la domanda", "Figlio: Sofia Ferrari").
    pub title: String,
    /// Labels and answers.
    pub lines: Vec<SummaryLine>,
}

/// One answer as text.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryLine {
    /// Identifier of the field, without row.
    pub field: String,
    /// Label.
    pub label: String,
    /// The answer in words; `None` for an optional one that was not given.
    pub answer: Option<Answer>,
    /// Privacy class of the field.
    pub privacy: Privacy,
}

/// An answer for which a newer version of the modello has no place.
#[derive(Clone, Debug, PartialEq)]
pub struct AsideView {
    /// Label of its question.
    pub label: String,
    /// Title of the row where it stood.
    pub row: Option<String>,
    /// The answer in words.
    pub answer: Answer,
}

/// An answer as text.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Words.
    Text(String),
    /// A code, set in wide letters (codice fiscale, IBAN).
    Code(String),
    /// A calendar date.
    Date(chrono::NaiveDate),
    /// An amount in euro cents.
    Cents(i64),
    /// Yes or no.
    Flag(bool),
    /// Several choices.
    List(Vec<String>),
    /// A file.
    File(FileView),
}

/// Privacy class of a field. The last three are class A: sealed, masked, never in logs or mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    /// Data of an adult.
    Personal,
    /// Data of a child.
    Child,
    /// Income (ISEE): class A.
    Income,
    /// Bank details: class A.
    Bank,
    /// Health, religion, disability (GDPR art. 9): class A.
    Art9,
}

impl Privacy {
    /// Whether values of this class are sealed wherever they are kept.
    pub const fn sealed(self) -> bool {
        matches!(self, Self::Income | Self::Bank | Self::Art9)
    }
}
