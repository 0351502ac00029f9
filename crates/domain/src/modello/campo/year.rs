//! `year`: a calendar year, four digits.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::integer::{outside, whole};
use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// A calendar year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Year {
    /// Years back from the present one.
    back: u32,
    /// Whether the present year is refused: only a year that has ended counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
}

/// Years back from the present one, unless the author says less.
const BACK: u32 = 120;

impl Year {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { back: reader.number("back", BACK, 1..=200), closed: reader.flag("closed") }
    }
}

impl Behaviour for Year {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Number)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match whole(&text).filter(|_| text.len() == 4) {
            Some(year) => Value::Number(year),
            None => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        let now = i64::from(room.facts.today.year());
        match value {
            Value::Number(year) => outside(*year, now - i64::from(self.back), now - i64::from(self.closed)),
            _ => Some(ProblemCode::YearFourDigits),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "numeric", kind: "text", max: 4, code: false, width: Width::Narrow }
    }
}
