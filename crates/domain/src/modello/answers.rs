//! The answers of one person to one modello: values, rows, where they came from, pages saved.
//!
//! Data only: what may be shown, required or filed is decided in [`super::form`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::id::RowId;
use crate::modello::Words;
use crate::modello::view::{FileView, Source};

/// Largest size of the answers as JSON, in bytes.
pub const MAX_ANSWERS_BYTES: usize = 1_000_000;

/// One answer, understood or as typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text, a code or a chosen option, normalised.
    Text(String),
    /// A calendar date.
    Date(NaiveDate),
    /// Yes or no; also a declaration.
    Flag(bool),
    /// An amount in euro cents.
    Cents(i64),
    /// A whole number, a year.
    Number(i64),
    /// Several options, in the order of the modello.
    List(Vec<String>),
    /// Something of a register: its code, and the name that the person read when choosing it.
    Ref {
        /// Code in the register.
        code: String,
        /// Name at that time.
        label: String,
    },
    /// A file.
    File(FileView),
    /// Text that could not be understood, kept as typed.
    Unread(String),
    /// A date that could not be understood, kept as typed.
    UnreadDate {
        /// Day.
        day: String,
        /// Month.
        month: String,
        /// Year.
        year: String,
    },
}

impl Value {
    /// Whether the value was understood.
    pub const fn is_read(&self) -> bool {
        !matches!(self, Self::Unread(_) | Self::UnreadDate { .. })
    }

    /// The text, code or option, if it is one and was understood.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Ref { code: text, .. } => Some(text),
            _ => None,
        }
    }
}

/// A value with its provenance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The value; `None` in filed answers for a question that was shown and left open.
    pub value: Option<Value>,
    /// Where the value came from.
    pub source: Source,
    /// Whether a value that was offered has been changed by the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
}

/// Answers by identifier of field. Identifiers are short and many: each stands beside its answer, not elsewhere in memory.
pub type Entries = BTreeMap<SmolStr, Entry>;

/// One row of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Identifier; never an index.
    pub id: RowId,
    /// Key of the offer that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Values by identifier of field.
    pub fields: Entries,
}

/// An answer that was set aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// Label of its question.
    pub label: Words,
    /// Title of the row where it stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The answer; an option by its Italian words.
    pub value: Value,
}

/// All answers, of a draft or of a filed pratica.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Values outside groups, by identifier of field.
    pub fields: Entries,
    /// Rows by group, in the order in which they were added.
    pub rows: BTreeMap<String, Vec<Row>>,
    /// Pages saved so far.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub saved: BTreeSet<String>,
    /// Pages to be looked at again, because the modello changed since they were saved.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub review: BTreeSet<String>,
    /// Answers for which the modello has no place any more, kept for the person to read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<Aside>,
    /// True once filed: what stands here was shown, nothing else was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub filed: bool,
}

impl Answers {
    /// The value of a field outside groups.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)?.value.as_ref()
    }

    /// The rows of a group.
    pub fn rows(&self, group: &str) -> &[Row] {
        self.rows.get(group).map_or(&[], Vec::as_slice)
    }
}

impl Row {
    /// The value of a field of the row.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)?.value.as_ref()
    }
}

/// What a browser sent: names with their values, and the files already stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Posted {
    values: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, FileView>,
    left: BTreeSet<String>,
}

impl Posted {
    /// Adds one value under a name, in the order of the form.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.entry(name.into()).or_default().push(value.into());
    }

    /// Adds a stored file under a name; the last one counts.
    pub fn add_file(&mut self, name: impl Into<String>, file: FileView) {
        self.files.insert(name.into(), file);
    }

    /// Leaves the answer of a control as it is, whatever was sent; the name of a row (`figli.<row>`) leaves all of it.
    pub fn leave(&mut self, name: impl Into<String>) {
        self.left.insert(name.into());
    }

    /// Whether anything was sent for a row (`figli.<row>`).
    pub fn names_row(&self, row: &str) -> bool {
        let of_row = |name: &String| name.strip_prefix(row).is_some_and(|rest| rest.starts_with('.'));
        self.values.keys().chain(self.files.keys()).any(of_row)
    }

    /// Names of all controls that sent a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(crate) fn leaves(&self, name: &str) -> bool {
        self.left.contains(name) || name.rsplit_once('.').is_some_and(|(row, _)| self.left.contains(row))
    }

    /// The first value under a name.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.first().map(String::as_str)
    }

    /// Every value under a name.
    pub fn many(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The file under a name.
    pub fn file(&self, name: &str) -> Option<&FileView> {
        self.files.get(name)
    }
}

impl FromIterator<(String, String)> for Posted {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut posted = Self::default();
        for (name, value) in pairs {
            posted.add(name, value);
        }
        posted
    }
}

impl Posted {
    /// Whether a control was sent, as one name or in parts (`.g`, `.m`, `.a`).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name) || self.values.contains_key(&format!("{name}.g"))
    }
}
