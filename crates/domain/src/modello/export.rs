//! Filed answers as rows of a table: a column for each field by its identifier, whatever version it was asked in.
//!
//! Identifiers are never used again, so versions of one modello share their columns. How the table is written stands in
//! [`crate::foglio`]; who may read which column is decided by whoever asks.

use std::collections::HashMap;

use crate::foglio::Cell;
use crate::modello::answers::{Answers, Row};
use crate::modello::campo::{Campo, Kind};
use crate::modello::view::Privacy;
use crate::modello::{Modello, Value};

/// The columns of a table, in the order of the newest version that has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<String>);

/// A row of the table: one for each row of the groups, or one for a filing without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The group and the place in it, from 1.
    pub row: Option<(String, usize)>,
    /// A cell for each column.
    pub cells: Vec<Cell>,
}

impl Columns {
    /// The columns of a modello from its versions, newest first. A field that `may` does not allow in every version has
    /// none: what was sealed once is nowhere in the table.
    pub fn new<'m>(versions: impl IntoIterator<Item = &'m Modello> + Clone, may: impl Fn(Privacy) -> bool) -> Self {
        let fields = || versions.clone().into_iter().flat_map(|modello| &modello.fields);
        let mut allowed: HashMap<&str, bool> = HashMap::new();
        for campo in fields() {
            *allowed.entry(&campo.id).or_insert(true) &= may(campo.privacy);
        }
        let mut columns = Vec::new();
        for campo in fields().filter(|campo| campo.kind.behaviour().ty().is_some()) {
            if allowed.remove(campo.id.as_str()) == Some(true) {
                columns.push(campo.id.clone());
            }
        }
        Self(columns)
    }

    /// The headings.
    pub fn ids(&self) -> &[String] {
        &self.0
    }

    /// What was filed as rows. The one row of the split group belongs to the filing as a whole; each row of another
    /// group has a line of its own, with the answers outside groups repeated.
    pub fn lines(&self, modello: &Modello, filed: &Answers) -> Vec<Line> {
        let own = modello.split.as_deref().and_then(|group| filed.rows(group).first());
        let mut lines = Vec::new();
        for group in modello.groups.iter().filter(|group| modello.split.as_ref() != Some(&group.id)) {
            for (at, row) in filed.rows(&group.id).iter().enumerate() {
                lines.push(Line {
                    row: Some((group.id.clone(), at + 1)),
                    cells: self.cells(modello, filed, own, Some((&group.id, row))),
                });
            }
        }
        if lines.is_empty() {
            lines.push(Line { row: None, cells: self.cells(modello, filed, own, None) });
        }
        lines
    }

    fn cells(&self, modello: &Modello, filed: &Answers, own: Option<&Row>, here: Option<(&str, &Row)>) -> Vec<Cell> {
        let value = |campo: &Campo| -> Option<&Value> {
            match campo.group.as_deref() {
                None => filed.value(&campo.id),
                group if group == modello.split.as_deref() => own?.value(&campo.id),
                group => here.filter(|(name, _)| group == Some(*name))?.1.value(&campo.id),
            }
        };
        let cell = |id: &String| {
            let campo = modello.campo(id)?;
            Some(campo.kind.export(value(campo)?))
        };
        self.0.iter().map(|id| cell(id).unwrap_or(Cell::EMPTY)).collect()
    }
}

impl Kind {
    /// An answer as a cell: stored words of choices, names of schools and people, amounts and dates as they calculate.
    pub fn export(&self, value: &Value) -> Cell {
        self.behaviour().export(value)
    }
}
