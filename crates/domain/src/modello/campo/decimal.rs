//! `decimal`: a number with decimals that is no amount of money (hours, a percentage). Kept as text: `12,5`.
//!
//! It takes no part in conditions: money and whole numbers do, and a rounding rule would have to be written for this one.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// A number with decimals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decimal {
    /// Most digits after the comma.
    places: u32,
}

impl Decimal {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { places: reader.number("places", 2, 1..=6) }
    }

    /// `007,50` gives `7,5`; a point is a comma only when it cannot mean thousands.
    fn normal(&self, text: &str) -> Option<String> {
        let (whole, decimals) = match text.split_once(',') {
            Some(parts) => parts,
            None => text.split_once('.').filter(|(_, decimals)| decimals.len() != 3).unwrap_or((text, "")),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=9).contains(&whole.len()) && decimals.len() <= self.places as usize;
        if !fits || !digits(whole) || !digits(decimals) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let decimals = decimals.trim_end_matches('0');
        Some(if decimals.is_empty() { whole.to_owned() } else { format!("{whole},{decimals}") })
    }
}

impl Behaviour for Decimal {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Opaque)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match self.normal(&text) {
            Some(number) => Value::Text(number),
            None => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let right = matches!(value, Value::Text(_)) && self.normal(typed_text(value)).is_some();
        (!right).then_some(ProblemCode::NumberWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "decimal", kind: "text", max: 20, code: false, width: Width::Narrow }
    }
}
