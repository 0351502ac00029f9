//! Examples of a modello: answers and what must come of them. They run when the modello is published.

mod author;
mod run;
mod world;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub(super) use author::author;
pub use run::ExampleFault;

/// An example as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// Line of the file on which it stands, from 1.
    pub line: usize,
    /// What it shows.
    pub name: String,
    /// Example whose answers it starts from.
    pub base: Option<String>,
    /// The legal date; 15 June 2026 when the author gives none.
    pub today: Option<NaiveDate>,
    /// Answers outside groups.
    answers: BTreeMap<String, Typical>,
    /// Rows by group, each with the name that the author gave it.
    rows: BTreeMap<String, Vec<NamedRow>>,
    /// Expected problems as `path: word`.
    errors: Vec<String>,
}

/// A row: its name and its answers.
type NamedRow = (String, BTreeMap<String, Typical>);

/// An answer in an example.
#[derive(Clone, Debug, PartialEq)]
enum Typical {
    Text(String),
    Flag(bool),
    Date(NaiveDate),
    List(Vec<String>),
}
