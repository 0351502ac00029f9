//! `integer`: a whole number between limits.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// A whole number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Integer {
    /// Least.
    min: u32,
    /// Most.
    max: u32,
}

/// Largest number that a modello may ask for.
const MAX: u32 = 999_999_999;

impl Integer {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let (min, max) = (reader.number("min", 0, 0..=MAX), reader.number("max", MAX, 0..=MAX));
        if min > max {
            reader.error_key("max", "max è minore di min", "correggi i limiti");
        }
        Self { min, max }
    }
}

impl Behaviour for Integer {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Number)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match whole(&text) {
            Some(number) => Value::Number(number),
            None => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        match value {
            Value::Number(number) => outside(*number, self.min.into(), self.max.into()),
            _ => Some(ProblemCode::NumberWrong),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "numeric", kind: "text", max: 12, code: false, width: Width::Narrow }
    }
}

/// Digits only; `1.000` and `1 000` are refused, since a mark means thousands to one person and decimals to another.
pub(super) fn whole(text: &str) -> Option<i64> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A number outside its limits.
pub(super) fn outside(number: i64, min: i64, max: i64) -> Option<ProblemCode> {
    (!(min..=max).contains(&number)).then_some(ProblemCode::NumberOutside { min, max })
}
