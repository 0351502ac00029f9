//! `child_ref`: a child of the person, known from the register.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed, register};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::facts::FamilyChild;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// A child of the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildRef {}

impl ChildRef {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

fn title(child: &FamilyChild) -> String {
    format!("{} {}", child.nome, child.cognome)
}

fn find<'f>(room: &Room<'f>, key: &str) -> Option<&'f FamilyChild> {
    room.facts.family.iter().find(|child| child.key == key)
}

impl Behaviour for ChildRef {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Opaque)
    }

    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value> {
        register::read(typed, |key| find(room, key).map(title))
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        register::problem(value, |key| find(room, key).is_some())
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        register::control(value, room.facts.family.iter().map(|child| (child.key.clone(), title(child))))
    }
}
