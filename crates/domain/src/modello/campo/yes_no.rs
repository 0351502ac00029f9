//! `yes_no`: yes or no as two radio buttons.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// Yes or no. No answer counts as no in expressions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct YesNo {}

impl YesNo {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for YesNo {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Bool)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match text.as_str() {
            "si" => Value::Flag(true),
            "no" => Value::Flag(false),
            _ => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        (!matches!(value, Value::Flag(_))).then_some(ProblemCode::NotAChoice)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::YesNo
    }
}
