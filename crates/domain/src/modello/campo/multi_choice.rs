//! `multi_choice`: any of several tick boxes. Nothing ticked is no answer.

use serde::{Deserialize, Serialize};

use super::options::{self, Choosable};
use super::{Behaviour, Room, Typed};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Shown};
use crate::modello::words::Words;

/// Any of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MultiChoice {
    /// What can be chosen.
    options: Vec<Choosable>,
}

impl MultiChoice {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { options: options::author(reader) }
    }
}

impl Behaviour for MultiChoice {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::List(options::values(&self.options)))
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let ticked = typed.posted.many(typed.name);
        let known = self.options.iter().map(|option| &option.value).filter(|value| ticked.contains(value));
        let known: Vec<String> = known.cloned().collect();
        (!known.is_empty()).then_some(Value::List(known))
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let Value::List(items) = value else {
            return Some(ProblemCode::NotAChoice);
        };
        let known = |item: &String| self.options.iter().any(|option| option.value == *item);
        (!items.iter().all(known)).then_some(ProblemCode::NotAChoice)
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let items = match value {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        let chosen = |option: &str| items.iter().any(|item| item == option);
        Control::MultiChoice { options: options::views(&self.options, room.lingua, &chosen) }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        value.map_or(Shown::Empty, |_| Shown::InControl)
    }

    fn answer(&self, value: &Value, lingua: Lingua) -> Answer {
        let Value::List(items) = value else {
            return Answer::List(Vec::new());
        };
        Answer::List(items.iter().map(|item| options::label(&self.options, item, lingua)).collect())
    }

    fn cleared_by_absence(&self) -> bool {
        true
    }

    fn words(&mut self) -> Vec<(String, &mut Words)> {
        options::words(&mut self.options)
    }
}
