//! `email`: an e-mail address.

use serde::{Deserialize, Serialize};

use super::{Autofill, Behaviour, Room, Typed};
use crate::email;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Width};

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Email {}

impl Email {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Email {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(if email::is_possible(&text) { Value::Text(text) } else { Value::Unread(text) })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let right = matches!(value, Value::Text(text) if email::is_possible(text));
        (!right).then_some(ProblemCode::EmailWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "email", kind: "email", max: email::MAX_BYTES, code: false, width: Width::Full }
    }

    fn autofill(&self) -> Option<Autofill> {
        Some(Autofill::Email)
    }
}
