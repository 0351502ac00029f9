//! `iban`: a bank account in the SEPA area. Kept without blanks, shown in groups of four.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::iban::{Iban, IbanError};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Shown, Width};
use crate::testo;

/// An IBAN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IbanKind {}

impl IbanKind {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for IbanKind {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        Some(match Iban::parse(&text) {
            Ok(iban) => Value::Text(iban.as_str().to_owned()),
            Err(_) => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        match Iban::parse(typed_text(value)) {
            Ok(_) => None,
            Err(IbanError::NotSepa) => Some(ProblemCode::IbanNotSepa),
            Err(_) => Some(ProblemCode::IbanWrong),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "text", kind: "text", max: 42, code: true, width: Width::Full }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        match value {
            None => Shown::Empty,
            Some(Value::Text(text)) => Shown::Text(testo::grouped(text)),
            Some(other) => Shown::Text(typed_text(other).to_owned()),
        }
    }

    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        Answer::Code(testo::grouped(typed_text(value)))
    }

    fn redact(&self, value: &Value) -> String {
        testo::masked_iban(typed_text(value))
    }
}
