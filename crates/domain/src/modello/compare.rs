//! What stands out in a filing beside what is known from elsewhere: an earlier filing, or the register of people.
//!
//! Between two filings, and with the register, answers of class A are never compared: whoever may not read them would learn that
//! they changed. Files differ each time, an enrolment is another one each year, and what is worked out follows from what was
//! answered: none is compared. Two states of one filing are compared whole: whoever opened them decided who reads what.

use crate::collation;
use crate::modello::answers::{Row, Value};
use crate::modello::campo::Kind;
use crate::modello::form::{Form, Spot};
use crate::modello::view::{Answer, Source};
use crate::modello::{Facts, Group, PersonaFacts, prefill};

/// An answer that is not what is known from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Label of the question; of a row that came or went, what its group calls a row.
    pub label: String,
    /// Title of the row where it stands, if any.
    pub row: Option<String>,
    /// What was answered then, in words; `None` where nothing was, no such row was there, or it is left out.
    pub known: Option<Answer>,
    /// What was answered here, in words; `None` where nothing was, or the row is not there any more.
    pub answer: Option<Answer>,
}

impl<'a> Form<'a> {
    /// The answers that are not those of an earlier filing, in the order of the form, then the rows that came or went. A question
    /// that only one of them asked is left out: the form has changed, or what led to it is another answer, which is told itself
    /// or of class A.
    pub fn differs_from(&self, earlier: &Form<'_>) -> Vec<Difference> {
        let pairs: Vec<Pairs<'_>> = self.modello.groups.iter().map(|group| Pairs::of(self, earlier, group)).collect();
        let answers = self.shown_spots().filter(|spot| is_compared(spot)).filter_map(|spot| {
            let before = earlier.same_place(&spot, &pairs)?;
            let (known, answer) = (earlier.value(&before), self.value(&spot));
            let alike = match (known, answer) {
                (Some(known), Some(answer)) => are_alike(known, answer),
                (known, answer) => known.is_none() && answer.is_none(),
            };
            (!alike).then(|| Difference { known: earlier.in_words(&before), ..self.difference(&spot) })
        });
        let rows = pairs.iter().flat_map(|pairs| pairs.unpaired(self, earlier));
        answers.chain(rows).collect()
    }

    /// The answers that were amended since an earlier state of the same filing, in the order of the form; who may read what is
    /// decided by whoever opened the two.
    pub fn amended_since(&self, earlier: &Form<'_>) -> Vec<Difference> {
        let spots = (0..self.modello.fields.len()).flat_map(|field| self.spots(field));
        let amended = spots.filter_map(|spot| {
            let known = earlier.spots(spot.field).nth(spot.row.map_or(0, |(at, _)| at))?;
            (earlier.value(&known) != self.value(&spot))
                .then(|| Difference { known: earlier.in_words(&known), ..self.difference(&spot) })
        });
        amended.collect()
    }

    /// The answers that are not what the register of people says of the applicant, where the form offered that first; what it says
    /// is left out, since a register is for those who keep it. What the form took over from the last filing is no news.
    pub fn differs_from_person(&self, person: PersonaFacts) -> Vec<Difference> {
        let facts = Facts { identita: person, ..self.facts.clone() };
        let asked = self.shown_spots().filter(|spot| is_compared(spot)).filter_map(|spot| {
            let entry = self.entry(&spot).filter(|entry| entry.edited || entry.source != Source::LastFiling)?;
            let (known, answer) = (prefill::of_person(spot.campo, &facts)?, entry.value.as_ref()?);
            (!are_alike(&known, answer)).then(|| self.difference(&spot))
        });
        asked.collect()
    }

    /// The place of a question of a newer form in this one, if it was asked here.
    fn same_place(&self, newer: &Spot<'_>, pairs: &[Pairs<'_>]) -> Option<Spot<'a>> {
        let field = self.modello.place(&newer.campo.id)?;
        let at = match newer.row {
            None => 0,
            Some((at, _)) => {
                pairs.iter().find(|pairs| Some(&pairs.group.id) == newer.campo.group.as_ref())?.before(at)?
            }
        };
        let spot = self.spots(field).nth(at)?;
        (spot.campo.group == newer.campo.group && is_compared(&spot) && self.is_shown(&spot)).then_some(spot)
    }

    fn difference(&self, spot: &Spot<'a>) -> Difference {
        Difference {
            label: self.say(&spot.campo.label),
            row: self.title_of(spot),
            known: None,
            answer: self.in_words(spot),
        }
    }

    fn in_words(&self, spot: &Spot<'a>) -> Option<Answer> {
        self.value(spot).map(|value| spot.campo.kind.behaviour().answer(value, self.lingua))
    }
}

/// Which rows of a group are about the same.
struct Pairs<'a> {
    group: &'a Group,
    /// For each row its place among the earlier ones.
    now: Vec<Option<usize>>,
    /// How many rows there were.
    earlier: usize,
}

impl<'a> Pairs<'a> {
    /// A pratica has one row of the group that is split: that is the pair. Other rows are about the same child of the register, or have
    /// the same title.
    fn of(now: &Form<'a>, earlier: &Form<'_>, group: &'a Group) -> Self {
        let (rows, before) = (now.answers.rows(&group.id), earlier.answers.rows(&group.id));
        if now.modello.split.as_ref() == Some(&group.id) && rows.len() == 1 && before.len() == 1 {
            return Self { group, now: vec![Some(0)], earlier: 1 };
        }
        let title = |form: &Form<'_>, row: &Row| collation::fold(&form.row_title(group, row));
        let same = |row: &Row, old: &Row| match (&row.key, &old.key) {
            (Some(key), Some(old)) => key == old,
            _ => !title(now, row).is_empty() && title(now, row) == title(earlier, old),
        };
        let mut free: Vec<usize> = (0..before.len()).collect();
        let pair = |row: &Row| {
            let found = free.iter().position(|at| same(row, &before[*at]))?;
            Some(free.remove(found))
        };
        Self { group, now: rows.iter().map(pair).collect(), earlier: before.len() }
    }

    fn before(&self, row: usize) -> Option<usize> {
        self.now.get(row).copied().flatten()
    }

    /// The rows that came, then those that went; one without a title by its number.
    fn unpaired(&self, now: &Form<'_>, earlier: &Form<'_>) -> Vec<Difference> {
        let words = |form: &Form<'_>, at: usize| {
            let title = form.row_title(self.group, &form.answers.rows(&self.group.id)[at]);
            Some(Answer::Text(if title.is_empty() { (at + 1).to_string() } else { title }))
        };
        let row = |known, answer| Difference { label: now.say(&self.group.row_name), row: None, known, answer };
        let came = (0..self.now.len()).filter(|at| self.now[*at].is_none()).map(|at| row(None, words(now, at)));
        let went = (0..self.earlier).filter(|at| !self.now.contains(&Some(*at)));
        came.chain(went.map(|at| row(words(earlier, at), None))).collect()
    }
}

fn is_compared(spot: &Spot<'_>) -> bool {
    let kind = &spot.campo.kind;
    let follows = matches!(kind, Kind::Computed(_) | Kind::File(_) | Kind::IscrizioneRef(_));
    !spot.campo.privacy.sealed() && !follows && kind.behaviour().ty().is_some()
}

/// Names are written with and without accents and capitals, and what a register is called may change.
fn are_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => collation::fold(one) == collation::fold(other),
        (Value::Ref { code: one, .. }, Value::Ref { code: other, .. }) => one == other,
        (one, other) => one == other,
    }
}
