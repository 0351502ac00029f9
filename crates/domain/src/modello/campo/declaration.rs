//! `declaration`: a sentence that must be accepted by a tick. Not ticked is no answer.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// A declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {}

impl Declaration {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

impl Behaviour for Declaration {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Bool)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        (typed.one()? == "si").then_some(Value::Flag(true))
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        (*value != Value::Flag(true)).then_some(ProblemCode::MustAccept)
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Declaration
    }

    fn missing(&self) -> ProblemCode {
        ProblemCode::MustAccept
    }

    fn cleared_by_absence(&self) -> bool {
        true
    }
}
