//! Where the fields of a modello are: worked out once for each modello, since it never changes.
//!
//! Answers are kept by identifier; a look at a large form would spend its time on finding them. What is looked at stands
//! in one table instead, field by field and row by row.

use std::ops::Range;
use std::sync::OnceLock;

use smol_str::SmolStr;

use crate::modello::answers::{Answers, Entries, Entry, Row};
use crate::modello::expr::Term;
use crate::modello::{Modello, campo};

/// What is worked out of a modello once. A copy works it out anew.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// SHA-256 of the canonical JSON.
    pub(super) hash: OnceLock<String>,
    shape: OnceLock<Shape>,
}

impl Clone for Known {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Known {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// Fields by their places in the modello.
#[derive(Debug)]
struct Shape {
    /// Every field, by identifier.
    by_id: Vec<usize>,
    /// For each group its fields by identifier; those outside groups come last. The identifiers stand beside one another.
    of_group: Vec<Vec<(SmolStr, usize)>>,
    /// For each field its group in `of_group`.
    group: Vec<usize>,
}

impl Shape {
    fn of(modello: &Modello) -> Self {
        let outside = modello.groups.len();
        let number = |group: &Option<String>| {
            let found = group.as_ref().and_then(|id| modello.groups.iter().position(|group| group.id == *id));
            found.unwrap_or(outside)
        };
        let group: Vec<usize> = modello.fields.iter().map(|campo| number(&campo.group)).collect();
        let mut by_id: Vec<usize> = (0..modello.fields.len()).collect();
        by_id.sort_by_key(|at| &modello.fields[*at].id);
        let mut of_group = vec![Vec::new(); outside + 1];
        for at in &by_id {
            of_group[group[*at]].push((modello.fields[*at].id.as_str().into(), *at));
        }
        Self { by_id, of_group, group }
    }
}

impl Modello {
    fn shape(&self) -> &Shape {
        self.known.shape.get_or_init(|| Shape::of(self))
    }

    /// The place of a field among the fields.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        let by_id = &self.shape().by_id;
        by_id.binary_search_by(|at| self.fields[*at].id.as_str().cmp(id)).ok().map(|found| by_id[found])
    }
}

/// The answers of a form by the places of their fields, and by row.
pub(crate) struct Grid<'a> {
    /// Where the rows of each field begin; one more for the end.
    starts: Vec<usize>,
    entries: Vec<Option<&'a Entry>>,
    /// What expressions read of them. Entries lie far apart in memory, and a condition reads many of them.
    terms: Vec<Term<'a>>,
}

impl<'a> Grid<'a> {
    /// Lays the answers out.
    pub(crate) fn new(modello: &Modello, answers: &'a Answers) -> Self {
        let shape = modello.shape();
        let rows: Vec<&'a [Row]> = modello.groups.iter().map(|group| answers.rows(&group.id)).collect();
        let mut starts = Vec::with_capacity(shape.group.len() + 1);
        let mut end = 0;
        for group in &shape.group {
            starts.push(end);
            end += rows.get(*group).map_or(1, |rows| rows.len());
        }
        starts.push(end);
        let mut grid = Self { starts, entries: vec![None; end], terms: vec![Term::Absent; end] };
        for (group, fields) in shape.of_group.iter().enumerate() {
            match rows.get(group) {
                Some(rows) => {
                    for (at, row) in rows.iter().enumerate() {
                        grid.lay(fields, &row.fields, at);
                    }
                }
                None => grid.lay(fields, &answers.fields, 0),
            }
        }
        grid
    }

    /// Lays one row out. Both sides are in the order of identifiers, so one walk through them is enough; most rows answer
    /// most fields, so the next one is mostly the right one.
    fn lay(&mut self, mut fields: &[(SmolStr, usize)], answers: &'a Entries, row: usize) {
        for (id, entry) in answers {
            let is_next = |fields: &[(SmolStr, usize)]| fields.first().is_some_and(|(own, _)| own == id);
            if !is_next(fields) {
                fields = &fields[fields.partition_point(|(own, _)| own < id)..];
                if !is_next(fields) {
                    continue;
                }
            }
            let cell = self.starts[fields[0].1] + row;
            fields = &fields[1..];
            self.entries[cell] = Some(entry);
            self.terms[cell] = entry.value.as_ref().map_or(Term::Absent, campo::term);
        }
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The cells of a field: one for each row, one outside groups.
    pub(crate) fn cells(&self, field: usize) -> Range<usize> {
        self.starts[field]..self.starts[field + 1]
    }

    /// The cell of a field in a row (0 outside groups); `None` where there is no such row.
    pub(crate) fn cell(&self, field: usize, row: usize) -> Option<usize> {
        let (start, end) = (*self.starts.get(field)?, *self.starts.get(field + 1)?);
        (row < end - start).then_some(start + row)
    }

    /// What was answered in a cell.
    pub(crate) fn entry(&self, cell: usize) -> Option<&'a Entry> {
        self.entries[cell]
    }

    /// What expressions read of a cell.
    pub(crate) fn term(&self, cell: usize) -> Term<'a> {
        self.terms[cell]
    }

    /// Puts what a computed field comes to in place of what was kept of it.
    pub(crate) fn work_out(&mut self, cell: usize, term: Term<'a>) {
        self.terms[cell] = term;
    }
}
