//! A draft meets a newer version of its modello: what still fits is kept, the rest is set aside for the person to read,
//! and pages whose questions changed are to be looked at again.
//!
//! Identifiers are never used again, so the same identifier in the same group with the same kind is the same question.

use std::collections::{BTreeMap, BTreeSet};

use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Aside, Entries, Entry, Row, Value};
use crate::modello::campo::{Campo, Kind, Room};
use crate::modello::facts::Facts;
use crate::modello::form::Form;
use crate::modello::view::{Answer, ProblemCode, Source};
use crate::modello::{Group, MAX_FIELDS, Modello, Page, prefill};

impl Answers {
    /// The answers of a draft of `old` as they stand in `new`. `another_year`: the new version is for another school
    /// year, so that every page seen so far is to be looked at again.
    pub fn reconcile(&self, old: &Modello, new: &Modello, facts: &Facts, another_year: bool) -> Self {
        let move_over = Move { old, new, facts, form: &Form::new(old, self, facts, Lingua::It) };
        let mut next = Self { saved: self.saved.clone(), aside: self.aside.clone(), ..Self::default() };
        for (id, entry) in &self.fields {
            move_over.entry(id, None, entry, &mut next.fields, &mut next.aside);
        }
        for (group, rows) in &self.rows {
            move_over.rows(group, rows, &mut next);
        }
        move_over.fill(&mut next);
        let mut review = changed(old, new, |campo| answered(self, campo));
        if another_year {
            review.extend(self.saved.iter().map(String::as_str));
        }
        // Pages that nobody has come to yet will be seen anyway.
        let seen = |page: &str| self.saved.contains(page) || old.page(page).is_none() && !self.saved.is_empty();
        review.retain(|page| seen(page));
        review.extend(self.review.iter().map(String::as_str));
        next.review = review.into_iter().filter(|page| new.page(page).is_some()).map(str::to_owned).collect();
        next.saved.retain(|page| new.page(page).is_some() && !next.review.contains(page));
        next.aside.truncate(MAX_FIELDS);
        next.refresh(new, facts);
        next
    }

    /// Asks for a page to be looked at once more: it was sent without having been seen as it is.
    pub fn ask_again(&mut self, page: &str) {
        self.saved.remove(page);
        self.review.insert(page.to_owned());
    }
}

impl Modello {
    /// The pages of a newer version that a draft of this one is told to look at again, when all its pages were saved and
    /// all its questions answered.
    pub fn asked_again<'m>(&self, newer: &'m Self) -> Vec<&'m Page> {
        let pages = changed(self, newer, |campo| campo.kind.behaviour().ty().is_some());
        newer.pages.iter().filter(|page| pages.contains(page.id.as_str())).collect()
    }
}

/// From one version to another.
struct Move<'a> {
    old: &'a Modello,
    new: &'a Modello,
    facts: &'a Facts,
    form: &'a Form<'a>,
}

impl Move<'_> {
    /// Keeps an answer whose question is still asked; sets one aside that the person gave.
    fn entry(&self, id: &str, row: Option<&str>, entry: &Entry, fields: &mut Entries, aside: &mut Vec<Aside>) {
        let Some(old) = self.old.campo(id) else { return };
        if let Some(new) = self.new.campo(id)
            && new.group == old.group
            && self.fits(old, new, entry.value.as_ref())
        {
            fields.insert(id.into(), entry.clone());
            return;
        }
        let given = entry.source == Source::Typed || entry.edited;
        let own = given && !matches!(old.kind, Kind::Declaration(_) | Kind::Info(_) | Kind::Computed(_));
        if let Some(value) = entry.value.as_ref().filter(|_| own) {
            aside.push(Aside { label: old.label.clone(), row: row.map(str::to_owned), value: in_words(old, value) });
        }
    }

    /// Whether an answer to `old` is one to `new`. A declaration of other words has not been made.
    fn fits(&self, old: &Campo, new: &Campo, value: Option<&Value>) -> bool {
        if std::mem::discriminant(&old.kind) != std::mem::discriminant(&new.kind) {
            return false;
        }
        if matches!(new.kind, Kind::Declaration(_)) && old.label.it != new.label.it {
            return false;
        }
        let Some(value) = value else { return true };
        let room = Room { facts: self.facts, lingua: Lingua::It, other: &|_| None };
        let is_choice = |campo: &Campo| campo.kind.behaviour().problem(value, &room) != Some(ProblemCode::NotAChoice);
        is_choice(new) || !is_choice(old)
    }

    /// Keeps the rows of a group that is still there, as many as it takes.
    fn rows(&self, group: &str, rows: &[Row], next: &mut Answers) {
        let Some(old) = self.old.group(group) else { return };
        let room = self.new.group(group).map_or(0, |new| new.max as usize);
        let mut kept = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let title = self.form.row_title(old, row);
            let title = if title.is_empty() { format!("{} {}", old.row_name.it, at + 1) } else { title };
            let mut fields = BTreeMap::new();
            for (id, entry) in &row.fields {
                self.entry(id, Some(&title), entry, &mut fields, &mut next.aside);
            }
            if at < room {
                kept.push(Row { id: row.id, key: row.key.clone(), fields });
                continue;
            }
            for (id, entry) in &fields {
                if let (Some(campo), Some(value)) = (self.old.campo(id), &entry.value) {
                    let value = in_words(campo, value);
                    next.aside.push(Aside { label: campo.label.clone(), row: Some(title.clone()), value });
                }
            }
        }
        if self.new.group(group).is_some() {
            next.rows.insert(group.to_owned(), kept);
        }
    }

    /// First values of questions that are new.
    fn fill(&self, next: &mut Answers) {
        for campo in self.new.fields.iter().filter(|campo| self.old.campo(&campo.id).is_none()) {
            match &campo.group {
                None => next
                    .fields
                    .extend(prefill::first_value(campo, self.facts, None).map(|e| (campo.id.as_str().into(), e))),
                Some(group) => {
                    for row in next.rows.get_mut(group).into_iter().flatten() {
                        let child = self.facts.family.iter().find(|child| Some(&child.key) == row.key.as_ref());
                        let first = prefill::first_value(campo, self.facts, child);
                        row.fields.extend(first.map(|entry| (campo.id.as_str().into(), entry)));
                    }
                }
            }
        }
    }
}

/// Pages that ask something else than before; `answered` tells which questions of `old` hold an answer.
fn changed<'m>(old: &'m Modello, new: &'m Modello, answered: impl Fn(&Campo) -> bool) -> BTreeSet<&'m str> {
    let mut pages = BTreeSet::new();
    for campo in &new.fields {
        if old.campo(&campo.id).is_none_or(|old| asks_otherwise(old, campo)) {
            pages.insert(campo.page.as_str());
        }
    }
    for campo in &old.fields {
        let gone = new.campo(&campo.id).is_none_or(|new| new.group != campo.group || new.page != campo.page);
        if gone && answered(campo) {
            pages.insert(campo.page.as_str());
        }
    }
    for group in &new.groups {
        if old.group(&group.id).is_none_or(|old| holds_otherwise(old, group)) {
            pages.insert(group.page.as_str());
        }
    }
    pages
}

/// Whether a question reads or works differently, in Italian, which prevails; where its value is kept is no business of
/// the person.
fn asks_otherwise(old: &Campo, new: &Campo) -> bool {
    let (old, new) = (in_italian(old), in_italian(new));
    old.page != new.page
        || old.group != new.group
        || old.kind != new.kind
        || old.label != new.label
        || old.hint != new.hint
        || old.required != new.required
        || old.when != new.when
        || old.check != new.check
}

fn in_italian(campo: &Campo) -> Campo {
    let mut campo = campo.clone();
    for (_, words) in campo.kind.behaviour_mut().words() {
        words.en = None;
    }
    let message = campo.check.as_mut().map(|check| &mut check.message);
    for words in [Some(&mut campo.label), campo.hint.as_mut(), message].into_iter().flatten() {
        words.en = None;
    }
    campo
}

fn holds_otherwise(old: &Group, new: &Group) -> bool {
    let unique = |group: &Group| group.unique.as_ref().map(|unique| unique.field.clone());
    old.page != new.page || old.min != new.min || old.max != new.max || unique(old) != unique(new)
}

fn answered(answers: &Answers, campo: &Campo) -> bool {
    match &campo.group {
        None => answers.value(&campo.id).is_some(),
        Some(group) => answers.rows(group).iter().any(|row| row.value(&campo.id).is_some()),
    }
}

/// A value that can be read without its question: an option by its words.
fn in_words(campo: &Campo, value: &Value) -> Value {
    match campo.kind.behaviour().answer(value, Lingua::It) {
        Answer::Text(text) if value.is_read() => Value::Text(text),
        Answer::List(items) => Value::List(items),
        _ => value.clone(),
    }
}
