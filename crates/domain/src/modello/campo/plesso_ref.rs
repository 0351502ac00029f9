//! `plesso_ref`: a school of the ente.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, OptionView, ProblemCode};

/// A school of the ente.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlessoRef {}

impl PlessoRef {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for PlessoRef {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Plesso)
    }

    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value> {
        let code = typed.one()?;
        Some(match room.facts.plesso(&code) {
            Some(plesso) => Value::Ref { label: plesso.name.clone(), code },
            None => Value::Unread(code),
        })
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        let known = matches!(value, Value::Ref { code, .. } if room.facts.plesso(code).is_some());
        (!known).then_some(ProblemCode::NotAChoice)
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let chosen = value.map(typed_text);
        let options: Vec<OptionView> = room
            .facts
            .plessi
            .iter()
            .map(|plesso| OptionView {
                value: plesso.codice.clone(),
                label: plesso.name.clone(),
                chosen: chosen == Some(plesso.codice.as_str()),
            })
            .collect();
        Control::Choice { select: options.len() > 5, options }
    }
}
