//! `codici_fiscali`: several codici fiscali, one a line.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::codice_fiscale::CodiceFiscale;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Shown};

/// Several codici fiscali.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodiciFiscali {
    /// Most of them.
    max: u32,
}

impl CodiciFiscali {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { max: reader.number("max", 10, 1..=30) }
    }
}

impl Behaviour for CodiciFiscali {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Opaque)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        let mut codes = Vec::new();
        for written in text.split(['\n', '\r', ',', ';']).map(str::trim).filter(|written| !written.is_empty()) {
            match CodiceFiscale::parse(written, None) {
                Ok(code) if codes.iter().any(|known| known == code.as_str()) => {}
                Ok(code) => codes.push(code.as_str().to_owned()),
                Err(_) => return Some(Value::Unread(text)),
            }
        }
        (!codes.is_empty()).then_some(Value::List(codes))
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        match value {
            Value::List(codes) if codes.len() <= self.max as usize => None,
            Value::List(_) => Some(ProblemCode::NumberOutside { min: 1, max: i64::from(self.max) }),
            _ => Some(ProblemCode::CodiceFiscaleWrong),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        // Sixteen characters and the end of the line, with room for blanks.
        Control::LongText { max: self.max as usize * 20 }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        match value {
            Some(Value::List(codes)) => Shown::Text(codes.join("\n")),
            other => super::plain_shown(other),
        }
    }
}
