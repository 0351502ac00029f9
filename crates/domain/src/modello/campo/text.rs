//! `text`: one line.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// One line of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// Longest answer in characters.
    max: u32,
}

impl Text {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { max: reader.number("max", 120, 1..=300) }
    }
}

impl Behaviour for Text {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(Value::Text(text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        too_long(value, self.max)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        let width = match self.max {
            0..=10 => Width::Narrow,
            11..=40 => Width::Medium,
            _ => Width::Full,
        };
        Control::Text { inputmode: "text", kind: "text", max: self.max as usize, code: false, width }
    }
}

/// A text longer than `max` characters.
pub(super) fn too_long(value: &Value, max: u32) -> Option<ProblemCode> {
    let max = max as usize;
    match value {
        Value::Text(text) if text.chars().count() > max => Some(ProblemCode::TooLong { max }),
        _ => None,
    }
}

/// The text of a value as typed or understood.
pub(super) fn typed_text(value: &Value) -> &str {
    match value {
        Value::Text(text) | Value::Unread(text) | Value::Ref { code: text, .. } => text,
        _ => "",
    }
}
