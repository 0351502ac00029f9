//! `money`: an amount in euro, kept in cents. Zero is an answer.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::euro::Euro;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// An amount in euro.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {}

impl Money {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Money {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Cents)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match Euro::parse(&text) {
            Ok(euro) => Value::Cents(euro.cents()),
            Err(_) => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        (!matches!(value, Value::Cents(_))).then_some(ProblemCode::MoneyWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "decimal", kind: "text", max: 20, code: false, width: Width::Medium }
    }
}
