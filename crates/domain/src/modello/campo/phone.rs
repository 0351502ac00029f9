//! `phone`: a telephone number, kept as `+39…` (E.164).

use serde::{Deserialize, Serialize};

use super::{Autofill, Behaviour, Room, Typed};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Shown, Width};

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phone {}

impl Phone {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Phone {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match e164(&text) {
            Some(number) => Value::Text(number),
            None => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let right = matches!(value, Value::Text(text) if e164(text).is_some());
        (!right).then_some(ProblemCode::PhoneWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "tel", kind: "tel", max: 25, code: false, width: Width::Medium }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        match value {
            Some(Value::Text(text)) => Shown::Text(spaced(text)),
            other => super::plain_shown(other),
        }
    }

    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        match value {
            Value::Text(text) => Answer::Text(spaced(text)),
            other => super::plain_answer(other),
        }
    }

    fn autofill(&self) -> Option<Autofill> {
        Some(Autofill::Tel)
    }
}

/// The number with its country; without one it is Italian.
fn e164(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && !"-./()".contains(*c)).collect();
    let digits = match compact.strip_prefix('+').or_else(|| compact.strip_prefix("00")) {
        Some(foreign) => foreign.to_owned(),
        None => format!("39{compact}"),
    };
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
    // E.164: at most 15 digits with the country; the shortest Italian numbers have 6 after it.
    (numeric && (8..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// `+393330000145` is read as "333 000 0145", foreign numbers as they are.
fn spaced(number: &str) -> String {
    match number.strip_prefix("+39") {
        Some(own) if own.len() > 6 => format!("{} {} {}", &own[..3], &own[3..6], &own[6..]),
        Some(own) => own.to_owned(),
        None => number.to_owned(),
    }
}
