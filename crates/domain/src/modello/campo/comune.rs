//! `comune`: an Italian comune that exists, typed by name; kept with its Belfiore code.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Autofill, Behaviour, Room, Typed};
use crate::luogo::Luogo;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Shown, Width};

/// A comune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comune {}

impl Comune {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Comune {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        // A code comes from registers and earlier filings, never from people.
        let found = match Luogo::by_code(&text).filter(|luogo| luogo.is_comune()) {
            Some(luogo) => vec![luogo],
            None => Luogo::comuni_named(&text, room.facts.today),
        };
        Some(match found[..] {
            [luogo] => Value::Ref { code: luogo.code.to_owned(), label: luogo.display() },
            _ => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        if matches!(value, Value::Ref { code, .. } if Luogo::by_code(code).is_some_and(Luogo::is_comune)) {
            return None;
        }
        let found = Luogo::comuni_named(typed_text(value), room.facts.today);
        Some(match found.first() {
            // Samone is in Trento and in Torino: the province tells them apart.
            Some(luogo) => ProblemCode::ComuneNotUnique { example: luogo.display() },
            None => ProblemCode::ComuneUnknown,
        })
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "text", kind: "text", max: 60, code: false, width: Width::Full }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        match value {
            Some(Value::Ref { label, .. }) => Shown::Text(label.clone()),
            other => super::plain_shown(other),
        }
    }

    fn autofill(&self) -> Option<Autofill> {
        Some(Autofill::Town)
    }
}
