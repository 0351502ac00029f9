//! `long_text`: several lines.

use serde::{Deserialize, Serialize};

use super::text::too_long;
use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// Several lines of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LongText {
    /// Longest answer in characters.
    max: u32,
}

impl LongText {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { max: reader.number("max", 1000, 1..=4000) }
    }
}

impl Behaviour for LongText {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        typed.one().map(Value::Text)
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        too_long(value, self.max)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::LongText { max: self.max as usize }
    }
}
