//! What stands out in a filing beside what is known from elsewhere: an earlier filing, or the register of people.
//!
//! Answers of class A are never compared: whoever may not read them would learn that they changed. Files differ each
//! time, and what is worked out follows from what was answered: neither is compared.

use crate::collation;
use crate::modello::answers::Value;
use crate::modello::campo::Kind;
use crate::modello::form::{Form, Spot};
use crate::modello::view::Answer;
use crate::modello::{Facts, PersonaFacts, prefill};

/// An answer that is not what is known from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Label of the question.
    pub label: String,
    /// Title of the row where it stands, if any.
    pub row: Option<String>,
    /// What is known from elsewhere, in words; `None` where nothing was answered.
    pub known: Option<Answer>,
    /// What was answered here, in words; `None` where nothing was.
    pub answer: Option<Answer>,
}

impl<'a> Form<'a> {
    /// The answers that are not those of an earlier filing: questions that both ask, row by row in their order. One that
    /// was only asked the one time is a change of the form, and is left out.
    pub fn differs_from(&self, earlier: &Form<'_>) -> Vec<Difference> {
        let both = self.shown_spots().filter(|spot| is_compared(spot)).filter_map(|spot| {
            let before = earlier.same_place(&spot)?;
            let (known, answer) = (earlier.value(&before), self.value(&spot));
            let alike = match (known, answer) {
                (Some(known), Some(answer)) => are_alike(known, answer),
                (known, answer) => known.is_none() && answer.is_none(),
            };
            (!alike).then(|| Difference { known: earlier.in_words(&before), ..self.difference(&spot) })
        });
        both.collect()
    }

    /// The answers that are not what the register of people says of the applicant, where the form takes its first value
    /// from there.
    pub fn differs_from_person(&self, person: PersonaFacts) -> Vec<Difference> {
        let facts = Facts { identita: person, ..self.facts.clone() };
        let asked = self.shown_spots().filter(|spot| is_compared(spot)).filter_map(|spot| {
            let known = prefill::of_person(spot.campo, &facts)?;
            let answer = self.value(&spot)?;
            let words = || spot.campo.kind.behaviour().answer(&known, self.lingua);
            (!are_alike(&known, answer)).then(|| Difference { known: Some(words()), ..self.difference(&spot) })
        });
        asked.collect()
    }

    /// The place of a question of a newer form in this one, if it was asked here.
    fn same_place(&self, newer: &Spot<'_>) -> Option<Spot<'a>> {
        let field = self.modello.place(&newer.campo.id)?;
        let at = newer.row.map_or(0, |(at, _)| at);
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

fn is_compared(spot: &Spot<'_>) -> bool {
    let kind = &spot.campo.kind;
    !spot.campo.privacy.sealed()
        && !matches!(kind, Kind::Computed(_) | Kind::File(_))
        && kind.behaviour().ty().is_some()
}

/// Names are written with and without accents and capitals, and what a register is called may change.
fn are_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => collation::fold(one) == collation::fold(other),
        (Value::Ref { code: one, .. }, Value::Ref { code: other, .. }) => one == other,
        (one, other) => one == other,
    }
}
