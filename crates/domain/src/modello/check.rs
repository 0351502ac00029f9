//! What is wrong with the answers, and what is unusual.

use std::collections::HashMap;

use crate::modello::campo::Kind;
use crate::modello::expr::{Expr, Node, holds};
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
            found.extend(self.stopped(stop));
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
            found.push(Problem {
                path: group.id.clone(),
                anchor: group.id.clone(),
                page: group.page.clone(),
                label: self.say(&group.title),
                row: None,
                code: ProblemCode::RowsTooFew { min: group.min as usize },
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
                found.push(self.problem(&spot, ProblemCode::Check { message: self.say(&unique.message) }));
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
        Some(self.problem(spot, ProblemCode::Stop { message: self.say(&stop.message) }))
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
        self.shown_spots().find(|spot| spot.name() == name).map(|spot| self.problem(&spot, code))
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
}
