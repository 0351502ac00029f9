//! `partita_iva`: eleven digits with their check digit; `IT` before them is taken off.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Width};
use crate::partita_iva::is_valid;

/// A partita IVA.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartitaIva {}

impl PartitaIva {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for PartitaIva {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let digits = compact.strip_prefix("IT").unwrap_or(&compact);
        Some(if is_valid(digits) { Value::Text(digits.to_owned()) } else { Value::Unread(text) })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        (!is_valid(typed_text(value))).then_some(ProblemCode::PartitaIvaWrong)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "numeric", kind: "text", max: 16, code: true, width: Width::Medium }
    }

    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        Answer::Code(typed_text(value).to_owned())
    }
}
