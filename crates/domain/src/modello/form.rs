//! One modello, one set of answers, one world: what is shown, required, wrong, and what would be filed.
//!
//! Drawing stands in `page` and `summary`; changing the answers in `filling`.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::id::RowId;
use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entry, Row, Value};
use crate::modello::campo::{Campo, Kind, Room};
use crate::modello::expr::{Env, Expr, Node, Term, holds};
use crate::modello::facts::{Facts, FamilyChild};
use crate::modello::view::{Problem, ProblemCode, Warning, WarningCode};
use crate::modello::{Group, Modello, Stop, prefill};

/// A filling-in as it stands, for one reader.
pub struct Form<'a> {
    pub(crate) modello: &'a Modello,
    pub(crate) answers: &'a Answers,
    pub(crate) facts: &'a Facts,
    pub(crate) lingua: Lingua,
    index: HashMap<&'a str, usize>,
    /// Whether a field is shown, by field and row (one row outside groups).
    visible: Vec<Vec<bool>>,
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
        let index = modello
            .fields
            .iter()
            .enumerate()
            .map(|(at, campo)| (campo.id.as_str(), at))
            .collect();
        let mut form = Self {
            modello,
            answers,
            facts,
            lingua,
            index,
            visible: Vec::new(),
        };
        // In order: a condition reads earlier fields only.
        for campo in &modello.fields {
            let rows = campo.group.as_ref().map(|group| answers.rows(group).len());
            let shown = (0..rows.unwrap_or(1))
                .map(|row| form.decide(campo, rows.map(|_| row)))
                .collect();
            form.visible.push(shown);
        }
        form
    }

    fn decide(&self, campo: &Campo, row: Option<usize>) -> bool {
        if self.answers.filed {
            return self
                .fields(campo, row)
                .is_some_and(|fields| fields.contains_key(&campo.id));
        }
        campo.when.as_ref().is_none_or(|when| holds(when, self, row))
    }

    fn fields(&self, campo: &Campo, row: Option<usize>) -> Option<&'a BTreeMap<String, Entry>> {
        match &campo.group {
            None => Some(&self.answers.fields),
            Some(group) => self.answers.rows(group).get(row?).map(|row| &row.fields),
        }
    }

    /// Every place where a field stands, shown or not: fields in order, rows in order.
    pub(crate) fn spots(&self, field: usize) -> Vec<Spot<'a>> {
        let campo = &self.modello.fields[field];
        match &campo.group {
            None => vec![Spot {
                campo,
                field,
                row: None,
            }],
            Some(group) => self
                .answers
                .rows(group)
                .iter()
                .enumerate()
                .map(|row| Spot {
                    campo,
                    field,
                    row: Some(row),
                })
                .collect(),
        }
    }

    /// The places that are shown.
    pub(crate) fn shown_spots(&self) -> impl Iterator<Item = Spot<'a>> + '_ {
        (0..self.modello.fields.len())
            .flat_map(|field| self.spots(field))
            .filter(|spot| self.is_shown(spot))
    }

    pub(crate) fn is_shown(&self, spot: &Spot<'_>) -> bool {
        self.visible[spot.field][spot.row.map_or(0, |(row, _)| row)]
    }

    pub(crate) fn entry(&self, spot: &Spot<'a>) -> Option<&'a Entry> {
        self.fields(spot.campo, spot.row.map(|(row, _)| row))?
            .get(&spot.campo.id)
    }

    pub(crate) fn value(&self, spot: &Spot<'a>) -> Option<&'a Value> {
        self.entry(spot)?.value.as_ref()
    }

    /// Another field as seen from a place: of the same row, or outside groups; nothing when it is hidden.
    fn beside(&self, spot: &Spot<'a>, id: &str) -> Option<&'a Value> {
        let field = *self.index.get(id)?;
        let campo = &self.modello.fields[field];
        let row = if campo.group.is_some() && campo.group == spot.campo.group {
            spot.row
        } else {
            None
        };
        if campo.group.is_some() != row.is_some() {
            return None;
        }
        let other = Spot { campo, field, row };
        self.is_shown(&other).then(|| self.value(&other)).flatten()
    }

    /// Runs `work` with what a kind may look at.
    pub(crate) fn with_room<T>(&self, spot: &Spot<'a>, work: impl FnOnce(&Room<'_>) -> T) -> T {
        work(&Room {
            facts: self.facts,
            lingua: self.lingua,
            other: &|id| self.beside(spot, id),
        })
    }

    pub(crate) fn holds(&self, expr: &Expr, spot: &Spot<'_>) -> bool {
        holds(expr, self, spot.row.map(|(row, _)| row))
    }

    /// Whether an answer is needed now.
    pub(crate) fn is_required(&self, spot: &Spot<'_>) -> bool {
        spot.campo
            .required
            .as_ref()
            .is_some_and(|required| self.holds(required, spot))
    }

    /// The child of the register from which the row of a place was made.
    pub(crate) fn child(&self, row: Option<&Row>) -> Option<&'a FamilyChild> {
        let key = row?.key.as_ref()?;
        self.facts.family.iter().find(|child| child.key == *key)
    }

    /// Whether a value may not be typed over: it is locked and its source has it.
    pub(crate) fn is_locked(&self, spot: &Spot<'a>) -> bool {
        let child = self.child(spot.row.map(|(_, row)| row));
        spot.campo.locked && prefill::first_value(spot.campo, self.facts, child).is_some()
    }

    /// Title of a row from its answers; empty while nothing is known.
    pub(crate) fn row_title(&self, group: &Group, row: &Row) -> String {
        let mut title = group.row_title.clone();
        for campo in self
            .modello
            .fields
            .iter()
            .filter(|campo| campo.group.as_deref() == Some(&group.id))
        {
            let slot = format!("{{{}}}", campo.id);
            if title.contains(&slot) {
                title = title.replace(&slot, row.value(&campo.id).and_then(Value::text).unwrap_or_default());
            }
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

    /// Everything that is wrong, in the order of the pages; empty when it can be filed.
    pub fn check_all(&self) -> Vec<Problem> {
        let mut found: Vec<Problem> = Vec::new();
        for spot in self.shown_spots() {
            if let Some(code) = self.fault(&spot) {
                found.push(self.problem(&spot, code));
            }
        }
        for group in &self.modello.groups {
            self.check_rows(group, &mut found);
        }
        for stop in self.modello.stops.iter().filter(|stop| holds(&stop.when, self, None)) {
            found.extend(self.stopped(stop));
        }
        let order: HashMap<&str, usize> = self
            .modello
            .pages
            .iter()
            .enumerate()
            .map(|(at, page)| (page.id.as_str(), at))
            .collect();
        found.sort_by_key(|problem| order.get(problem.page.as_str()).copied());
        found
    }

    /// What is wrong on one page.
    pub fn check_page(&self, page: &str) -> Vec<Problem> {
        self.check_all()
            .into_iter()
            .filter(|problem| problem.page == page)
            .collect()
    }

    fn fault(&self, spot: &Spot<'a>) -> Option<ProblemCode> {
        let behaviour = spot.campo.kind.behaviour();
        behaviour.ty()?;
        let Some(value) = self.value(spot) else {
            return self.is_required(spot).then(|| behaviour.missing());
        };
        if let Some(code) = self.with_room(spot, |room| behaviour.problem(value, room)) {
            return Some(code);
        }
        let check = spot
            .campo
            .check
            .as_ref()
            .filter(|check| !self.holds(&check.holds, spot))?;
        Some(ProblemCode::Check {
            message: self.say(&check.message),
        })
    }

    fn check_rows(&self, group: &Group, found: &mut Vec<Problem>) {
        let rows = self.answers.rows(&group.id);
        if rows.len() < group.min as usize {
            found.push(Problem {
                path: group.id.clone(),
                anchor: group.id.clone(),
                page: group.page.clone(),
                label: self.say(&group.title),
                row: None,
                code: ProblemCode::RowsTooFew {
                    min: group.min as usize,
                },
            });
        }
        let Some(unique) = &group.unique else { return };
        let Some(field) = self.index.get(unique.field.as_str()) else {
            return;
        };
        let mut seen = Vec::new();
        for spot in self.spots(*field).into_iter().filter(|spot| self.is_shown(spot)) {
            let Some(value) = self.value(&spot).filter(|value| value.is_read()) else {
                continue;
            };
            if seen.contains(&value) {
                found.push(self.problem(
                    &spot,
                    ProblemCode::Check {
                        message: self.say(&unique.message),
                    },
                ));
            }
            seen.push(value);
        }
    }

    /// Where the sentence of a stop stands: beside the row that it is about, when there is one.
    fn stopped(&self, stop: &Stop) -> Option<Problem> {
        let field = *self.index.get(stop.field.as_str())?;
        let guilty = |spot: &Spot<'_>| match (&stop.when.0, spot.row) {
            (Node::Any(_, body), Some((row, _))) => holds(&Expr((**body).clone()), self, Some(row)),
            _ => true,
        };
        let spots = self.spots(field);
        let spot = spots.iter().find(|spot| guilty(spot))?;
        Some(self.problem(
            spot,
            ProblemCode::Stop {
                message: self.say(&stop.message),
            },
        ))
    }

    /// A problem of one place.
    pub(crate) fn problem(&self, spot: &Spot<'a>, code: ProblemCode) -> Problem {
        Problem {
            path: spot.path(),
            anchor: spot.anchor(),
            page: spot.campo.page.clone(),
            label: self.say(&spot.campo.label),
            row: self.title_of(spot),
            code,
        }
    }

    fn title_of(&self, spot: &Spot<'a>) -> Option<String> {
        let (_, row) = spot.row?;
        let title = self.row_title(self.group_of(spot.campo)?, row);
        (!title.is_empty()).then_some(title)
    }

    /// A problem found outside the engine (a file refused while it came in), by name of the control.
    pub fn problem_at(&self, name: &str, code: ProblemCode) -> Option<Problem> {
        self.shown_spots()
            .find(|spot| spot.name() == name)
            .map(|spot| self.problem(&spot, code))
    }

    /// What is unusual and does not block.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut found = Vec::new();
        for spot in self.shown_spots() {
            let (Kind::CodiceFiscaleKind(kind), Some(value)) = (&spot.campo.kind, self.value(&spot)) else {
                continue;
            };
            if self.with_room(&spot, |room| kind.mismatch(value, room)) {
                found.push(Warning {
                    path: spot.path(),
                    label: self.say(&spot.campo.label),
                    row: self.title_of(&spot),
                    code: WarningCode::CodiceFiscaleMismatch,
                });
            }
        }
        found
    }

    /// The answers as they would be filed: what is shown, nothing else; open questions are kept as such.
    pub fn filing(&self) -> Answers {
        let mut filed = Answers {
            filed: true,
            ..Answers::default()
        };
        for group in &self.modello.groups {
            let rows = self.answers.rows(&group.id).iter();
            let empty = rows
                .map(|row| Row {
                    id: row.id,
                    key: row.key.clone(),
                    fields: BTreeMap::new(),
                })
                .collect();
            filed.rows.insert(group.id.clone(), empty);
        }
        let open = || Entry {
            value: None,
            source: crate::modello::view::Source::Typed,
            edited: false,
        };
        for spot in self
            .shown_spots()
            .filter(|spot| spot.campo.kind.behaviour().ty().is_some())
        {
            let entry = self.entry(&spot).cloned().unwrap_or_else(open);
            let fields = match (&spot.campo.group, spot.row) {
                (Some(group), Some((row, _))) => {
                    &mut filed.rows.get_mut(group).expect("every group was added above")[row].fields
                }
                _ => &mut filed.fields,
            };
            fields.insert(spot.campo.id.clone(), entry);
        }
        filed
    }

    /// The filing as pratiche: one for each row of the split group with that row alone, else one for all.
    pub fn split(&self) -> Vec<(Option<RowId>, Answers)> {
        let whole = self.filing();
        let Some(group) = &self.modello.split else {
            return vec![(None, whole)];
        };
        let rows = whole.rows(group).to_vec();
        rows.into_iter()
            .map(|row| {
                let mut one = whole.clone();
                let id = row.id;
                one.rows.insert(group.clone(), vec![row]);
                (Some(id), one)
            })
            .collect()
    }

    /// SHA-256 over the modello and the answers as they would be filed: what was shown at the summary is what is sent.
    pub fn fingerprint(&self) -> String {
        let answers = crate::canonical::of(&self.filing()).expect("answers have text keys and finite numbers only");
        crate::canonical::sha256_hex(format!("{}\n{answers}", self.modello.hash()).as_bytes())
    }

    /// Values for the index table: address of the field and text.
    pub fn indexed(&self) -> Vec<(String, String)> {
        let marked = self.shown_spots().filter(|spot| spot.campo.index);
        marked
            .filter_map(|spot| Some((spot.path(), self.value(&spot)?.text()?.to_owned())))
            .collect()
    }
}

impl Env for Form<'_> {
    fn today(&self) -> NaiveDate {
        self.facts.today
    }

    fn value(&self, field: &str, row: Option<usize>) -> Term<'_> {
        let Some(at) = self.index.get(field) else {
            return Term::Absent;
        };
        let campo = &self.modello.fields[*at];
        // While visibility is being decided, fields further down do not exist yet.
        let shown = self
            .visible
            .get(*at)
            .and_then(|rows| rows.get(row.unwrap_or(0)))
            .copied()
            .unwrap_or(false);
        let value = self
            .fields(campo, row)
            .filter(|_| shown)
            .and_then(|fields| fields.get(field)?.value.as_ref());
        value.map_or(Term::Absent, |value| campo.kind.behaviour().term(value))
    }

    fn rows(&self, group: &str) -> usize {
        self.answers.rows(group).len()
    }

    fn open(&self, plesso: &str) -> Option<bool> {
        self.facts.plesso(plesso).map(|plesso| plesso.service_open)
    }
}
