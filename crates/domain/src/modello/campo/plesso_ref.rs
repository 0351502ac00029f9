//! `plesso_ref`: a school of the ente.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed, register};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

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
        register::read(typed, |code| room.facts.plesso(code).map(|plesso| plesso.name.clone()))
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        register::problem(value, |code| room.facts.plesso(code).is_some())
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let all = room.facts.plessi.iter().map(|plesso| (plesso.codice.clone(), plesso.name.clone()));
        register::control(value, all)
    }
}
