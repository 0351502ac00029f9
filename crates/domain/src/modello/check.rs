//! What is wrong with the answers, and what is unusual.

use std::collections::HashMap;

use crate::modello::campo::Kind;
use crate::modello::expr::{Node, holds, truth};
use crate::modello::form::{Form, Spot};
use crate::modello::view::{Problem, ProblemCode, Warning, WarningCode};
use crate::modello::{Group, Stop};

impl<'a> Form<'a> {
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
            found.push(self.stopped(stop));
        }
        let order: HashMap<&str, usize> =
            self.modello.pages.iter().enumerate().map(|(at, page)| (page.id.as_str(), at)).collect();
        found.sort_by_key(|problem| order.get(problem.page.as_str()).copied());
        found
    }

    /// What is wrong on one page.
    pub fn check_page(&self, page: &str) -> Vec<Problem> {
        self.check_all().into_iter().filter(|problem| problem.page == page).collect()
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
        let check = spot.campo.check.as_ref().filter(|check| !self.holds(&check.holds, spot))?;
        Some(ProblemCode::Check { message: self.say(&check.message) })
    }

    fn check_rows(&self, group: &Group, found: &mut Vec<Problem>) {
        let rows = self.answers.rows(&group.id);
        if rows.len() < group.min as usize {
            found.push(self.group_problem(group, ProblemCode::RowsTooFew { min: group.min as usize }));
        }
        let Some(unique) = &group.unique else { return };
        let Some(field) = self.modello.place(&unique.field) else {
            return;
        };
        let mut seen = Vec::new();
        for spot in self.spots(field).filter(|spot| self.is_shown(spot)) {
            let Some(value) = self.value(&spot).filter(|value| value.is_read()) else {
                continue;
            };
            if seen.contains(&value) {
                found.push(self.problem(&spot, ProblemCode::Check { message: self.say(&unique.message) }));
            }
            seen.push(value);
        }
    }

    /// A stop that holds, beside the last question that it reads and that is shown, in the row that it is about. Where no
    /// such question is shown it stands at the group, or where the last one would be: it is never left out.
    fn stopped(&self, stop: &Stop) -> Problem {
        let guilty = |spot: &Spot<'_>| match (&stop.when.0, spot.row) {
            (Node::Any(_, body), Some((row, _))) => truth(body, self, Some(row)),
            _ => true,
        };
        let code = ProblemCode::Stop { message: self.say(&stop.message) };
        let read = stop.when.0.fields();
        let fields = (0..self.modello.fields.len()).rev();
        let mut spots = fields
            .filter(|field| read.contains(&self.modello.fields[*field].id.as_str()))
            .flat_map(|field| self.spots(field));
        if let Some(spot) = spots.find(|spot| self.is_shown(spot) && guilty(spot)) {
            return self.problem(&spot, code);
        }
        let field = self.modello.place(&stop.field).expect("a stop was published with a field of the modello");
        let campo = &self.modello.fields[field];
        match self.group_of(campo) {
            Some(group) => self.group_problem(group, code),
            None => self.problem(&Spot { campo, field, row: None }, code),
        }
    }

    /// A problem of a group as a whole.
    fn group_problem(&self, group: &Group, code: ProblemCode) -> Problem {
        Problem {
            path: group.id.clone(),
            anchor: group.id.clone(),
            page: group.page.clone(),
            label: self.say(&group.title),
            row: None,
            code,
        }
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

    pub(crate) fn title_of(&self, spot: &Spot<'a>) -> Option<String> {
        let (_, row) = spot.row?;
        let title = self.row_title(self.group_of(spot.campo)?, row);
        (!title.is_empty()).then_some(title)
    }

    /// A problem found outside the engine (a file refused while it came in), by name of the control.
    pub fn problem_at(&self, name: &str, code: ProblemCode) -> Option<Problem> {
        self.shown_spots().find(|spot| spot.name() == name).map(|spot| self.problem(&spot, code))
    }

    /// What is unusual and does not block.
    pub fn warnings(&self) -> Vec<Warning> {
        let unusual = self.shown_spots().filter_map(|spot| {
            let value = self.value(&spot)?;
            let code = match &spot.campo.kind {
                Kind::CodiceFiscaleKind(kind) => self
                    .with_room(&spot, |room| kind.mismatch(value, room))
                    .then_some(WarningCode::CodiceFiscaleMismatch)?,
                Kind::Pattern(kind) => WarningCode::CodeUnusual { example: kind.unusual(value)? },
                _ => return None,
            };
            let (path, label) = (spot.path(), self.say(&spot.campo.label));
            Some(Warning { path, label, row: self.title_of(&spot), code })
        });
        unusual.collect()
    }
}
