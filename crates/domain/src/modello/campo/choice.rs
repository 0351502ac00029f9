//! `choice`: one of few, as radio buttons (at most five) or a select.

use serde::{Deserialize, Serialize};

use super::options::{self, Choosable};
use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Shown};
use crate::modello::words::Words;

/// Most options drawn as radio buttons.
const MAX_RADIO: usize = 5;

/// One of few.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What can be chosen.
    options: Vec<Choosable>,
}

impl Choice {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { options: options::author(reader) }
    }
}

impl Behaviour for Choice {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Choice(options::values(&self.options)))
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        let known = self.options.iter().any(|option| option.value == text);
        Some(if known { Value::Text(text) } else { Value::Unread(text) })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let known = matches!(value, Value::Text(text) if self.options.iter().any(|option| option.value == *text));
        (!known).then_some(ProblemCode::NotAChoice)
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let chosen = value.map(typed_text);
        let options = options::views(&self.options, room.lingua, &|option| chosen == Some(option));
        Control::Choice { select: options.len() > MAX_RADIO, options }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        value.map_or(Shown::Empty, |_| Shown::InControl)
    }

    fn answer(&self, value: &Value, lingua: Lingua) -> Answer {
        Answer::Text(options::label(&self.options, typed_text(value), lingua))
    }

    fn words(&mut self) -> Vec<(String, &mut Words)> {
        options::words(&mut self.options)
    }
}
