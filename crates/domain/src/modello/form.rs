//! One modello, one set of answers, one world: what is shown, required, wrong, and what would be filed.
//!
//! Here stands what is shown and required. Faults stand in `check`, the filing in `filing`,
//! drawing in `page` and `summary`, changing the answers in `filling`.

use chrono::NaiveDate;

use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entry, Row, Value};
use crate::modello::campo::{Campo, Computed, Kind, Room};
use crate::modello::expr::{Env, Expr, FieldRef, Settled, Term, holds, settle, truth, value};
use crate::modello::facts::{Facts, FamilyChild};
use crate::modello::shape::Grid;
use crate::modello::{Group, Modello, Page, prefill};

/// A filling-in as it stands, for one reader.
pub struct Form<'a> {
    pub(crate) modello: &'a Modello,
    pub(crate) answers: &'a Answers,
    pub(crate) facts: &'a Facts,
    pub(crate) lingua: Lingua,
    /// The answers, by field and row.
    grid: Grid<'a>,
    /// Whether a field is shown, by cell of the grid.
    visible: Vec<bool>,
}

/// A field in a place: outside groups, or in a row.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub campo: &'a Campo,
    pub field: usize,
    /// Index and content of the row.
    pub row: Option<(usize, &'a Row)>,
}

impl Spot<'_> {
    /// Name of the form control.
    pub(crate) fn name(&self) -> String {
        self.joined('.')
    }

    /// Address of the field.
    pub(crate) fn path(&self) -> String {
        self.joined('/')
    }

    /// Identifier in the page.
    pub(crate) fn anchor(&self) -> String {
        self.joined('-')
    }

    fn joined(&self, mark: char) -> String {
        match (&self.campo.group, self.row) {
            (Some(group), Some((_, row))) => format!("{group}{mark}{}{mark}{}", row.id, self.campo.id),
            _ => self.campo.id.clone(),
        }
    }
}

impl<'a> Form<'a> {
    /// Looks at answers in the light of a modello and the facts, for a reader of `lingua`.
    pub fn new(modello: &'a Modello, answers: &'a Answers, facts: &'a Facts, lingua: Lingua) -> Self {
        let grid = Grid::new(modello, answers);
        let visible = vec![false; grid.len()];
        let mut form = Self { modello, answers, facts, lingua, grid, visible };
        // In order: a condition reads earlier fields only.
        for (field, campo) in modello.fields.iter().enumerate() {
            form.decide(campo, field);
        }
        form
    }

    /// Looks at answers that are typed over those that were `filed`, with the same rows and facts: where a condition comes to
    /// what it comes to for these, what was filed stands, whatever the facts are by now.
    pub(crate) fn over(answers: &'a Answers, filed: &Form<'a>) -> Self {
        let Form { modello, facts, lingua, .. } = *filed;
        let grid = Grid::new(modello, answers);
        let visible = vec![false; grid.len()];
        let mut form = Self { modello, answers, facts, lingua, grid, visible };
        for (field, campo) in modello.fields.iter().enumerate() {
            form.decide_over(campo, field, filed);
        }
        form
    }

    fn decide_over(&mut self, campo: &'a Campo, field: usize, filed: &Form<'a>) {
        for (row, cell) in self.grid.cells(field).enumerate() {
            let row = campo.group.as_ref().map(|_| row);
            let shown = self.asks(campo, row);
            self.visible[cell] = if shown == filed.asks(campo, row) { filed.visible[cell] } else { shown };
            match &campo.kind {
                _ if !self.visible[cell] => self.grid.work_out(cell, Term::Absent),
                Kind::Computed(kind) => {
                    let (now, then) = (value(&kind.value, self, row), value(&kind.value, filed, row));
                    self.grid
                        .work_out(cell, if now == then && filed.visible[cell] { filed.grid.term(cell) } else { now });
                }
                _ => {}
            }
        }
    }

    fn asks(&self, campo: &'a Campo, row: Option<usize>) -> bool {
        campo.when.as_ref().is_none_or(|when| holds(when, self, row))
    }

    /// Decides in which rows a field is shown (in its one place outside groups), and works it out where it is computed;
    /// what was filed stays as it was.
    fn decide(&mut self, campo: &'a Campo, field: usize) {
        if self.answers.filed {
            for cell in self.grid.cells(field) {
                self.visible[cell] = self.grid.entry(cell).is_some();
            }
            return;
        }
        let when = campo.when.as_ref().map_or(Settled::Alike(true), |when| settle(when, self));
        for (row, cell) in self.grid.cells(field).enumerate() {
            let row = campo.group.as_ref().map(|_| row);
            let shown = match when {
                Settled::Alike(shown) => shown,
                Settled::ByRow(when) => truth(when, self, row),
            };
            self.visible[cell] = shown;
            match &campo.kind {
                // What is hidden counts as not given.
                _ if !shown => self.grid.work_out(cell, Term::Absent),
                Kind::Computed(kind) => self.grid.work_out(cell, value(&kind.value, self, row)),
                _ => {}
            }
        }
    }

    /// The computed fields in their places, with what they come to now.
    pub(crate) fn computed(&self) -> Vec<(Spot<'a>, Option<Value>)> {
        let fields = self.modello.fields.iter().enumerate();
        let computed = fields.filter(|(_, campo)| matches!(campo.kind, Kind::Computed(_)));
        let spots = computed.flat_map(|(field, _)| self.spots(field));
        spots.map(|spot| (spot, self.cell(&spot).and_then(|cell| Computed::value_of(self.grid.term(cell))))).collect()
    }

    fn cell(&self, spot: &Spot<'_>) -> Option<usize> {
        self.grid.cell(spot.field, spot.row.map_or(0, |(row, _)| row))
    }

    /// Every place where a field stands, shown or not: fields in order, rows in order.
    pub(crate) fn spots(&self, field: usize) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let campo = &self.modello.fields[field];
        let rows = campo.group.as_ref().map(|group| self.answers.rows(group));
        (0..rows.map_or(1, <[Row]>::len)).map(move |at| Spot { campo, field, row: rows.map(|rows| (at, &rows[at])) })
    }

    /// The places of one page that are shown.
    pub(crate) fn shown_on(&self, page: &Page) -> impl Iterator<Item = Spot<'a>> {
        let fields = self.modello.fields.iter().enumerate().filter(|(_, campo)| campo.page == page.id);
        fields.flat_map(|(field, _)| self.spots(field)).filter(|spot| self.is_shown(spot))
    }

    /// The places that are shown.
    pub(crate) fn shown_spots(&self) -> impl Iterator<Item = Spot<'a>> + '_ {
        (0..self.modello.fields.len()).flat_map(|field| self.spots(field)).filter(|spot| self.is_shown(spot))
    }

    pub(crate) fn is_shown(&self, spot: &Spot<'_>) -> bool {
        self.cell(spot).is_some_and(|cell| self.visible[cell])
    }

    pub(crate) fn entry(&self, spot: &Spot<'a>) -> Option<&'a Entry> {
        self.grid.entry(self.cell(spot)?)
    }

    pub(crate) fn value(&self, spot: &Spot<'a>) -> Option<&'a Value> {
        self.entry(spot)?.value.as_ref()
    }

    /// Another field as seen from a place: of the same row, or outside groups; nothing when it is hidden.
    fn beside(&self, spot: &Spot<'a>, id: &str) -> Option<&'a Value> {
        let field = self.modello.place(id)?;
        let campo = &self.modello.fields[field];
        let row = if campo.group.is_some() && campo.group == spot.campo.group { spot.row } else { None };
        if campo.group.is_some() != row.is_some() {
            return None;
        }
        let other = Spot { campo, field, row };
        self.is_shown(&other).then(|| self.value(&other)).flatten()
    }

    /// Runs `work` with what a kind may look at.
    pub(crate) fn with_room<T>(&self, spot: &Spot<'a>, work: impl FnOnce(&Room<'_>) -> T) -> T {
        work(&Room { facts: self.facts, lingua: self.lingua, other: &|id| self.beside(spot, id) })
    }

    pub(crate) fn holds(&self, expr: &'a Expr, spot: &Spot<'_>) -> bool {
        holds(expr, self, spot.row.map(|(row, _)| row))
    }

    /// Whether an answer is needed now.
    pub(crate) fn is_required(&self, spot: &Spot<'a>) -> bool {
        spot.campo.required.as_ref().is_some_and(|required| self.holds(required, spot))
    }

    /// The child of the register from which the row of a place was made.
    pub(crate) fn child(&self, row: Option<&Row>) -> Option<&'a FamilyChild> {
        let key = row?.key.as_ref()?;
        self.facts.family.iter().find(|child| child.key == *key)
    }

    /// Whether a value may not be typed over: it is locked and its source has it.
    pub(crate) fn is_locked(&self, spot: &Spot<'a>) -> bool {
        let child = self.child(spot.row.map(|(_, row)| row));
        if matches!(spot.campo.kind, Kind::Computed(_)) {
            return true;
        }
        spot.campo.locked && prefill::first_value(spot.campo, self.facts, child).is_some()
    }

    /// Title of a row from its answers; empty while nothing is known.
    pub(crate) fn row_title(&self, group: &Group, row: &Row) -> String {
        let mut title = String::new();
        for (at, piece) in group.row_title.split(['{', '}']).enumerate() {
            // Between brackets, so every second piece, stands a field.
            let slot = || row.value(piece).and_then(Value::text).unwrap_or_default();
            title.push_str(if at % 2 == 1 { slot() } else { piece });
        }
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn group_of(&self, campo: &Campo) -> Option<&'a Group> {
        self.modello.group(campo.group.as_deref()?)
    }

    /// A text of the modello for this reader.
    pub(crate) fn say(&self, words: &crate::modello::Words) -> String {
        words.fill(self.lingua, self.facts.anno_scolastico)
    }
}

impl<'a> Env<'a> for Form<'a> {
    fn today(&self) -> NaiveDate {
        self.facts.today
    }

    fn year_end(&self) -> NaiveDate {
        self.facts.anno_scolastico.last_day()
    }

    fn value(&self, field: &FieldRef, row: Option<usize>) -> Term<'a> {
        let field = field.place(|id| self.modello.place(id));
        // Hidden ones are absent. While that is being decided nobody asks for fields further down: no author may write it.
        let cell = field.and_then(|field| self.grid.cell(field, row.unwrap_or(0)));
        cell.map_or(Term::Absent, |cell| self.grid.term(cell))
    }

    fn rows(&self, group: &str) -> usize {
        self.answers.rows(group).len()
    }

    fn open(&self, plesso: &str) -> Option<bool> {
        self.facts.plesso(plesso).map(|plesso| plesso.service_open)
    }
}
