//! `cap`: an Italian postal code, five digits.

use serde::{Deserialize, Serialize};

use super::{Autofill, Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// A CAP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cap {}

impl Cap {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Cap {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Some(if five_digits(&compact) { Value::Text(compact) } else { Value::Unread(text) })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let right = matches!(value, Value::Text(text) if five_digits(text));
        (!right).then_some(ProblemCode::CapWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "numeric", kind: "text", max: 6, code: false, width: Width::Narrow }
    }

    fn autofill(&self) -> Option<Autofill> {
        Some(Autofill::PostalCode)
    }
}

fn five_digits(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}
