//! `iscrizione_ref`: a live enrolment of a child of the person, for changes and withdrawals.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed, register};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::facts::OwnIscrizione;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// An enrolment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IscrizioneRef {}

impl IscrizioneRef {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

fn find<'f>(room: &Room<'f>, key: &str) -> Option<&'f OwnIscrizione> {
    room.facts.iscrizioni.iter().find(|own| own.key == key)
}

impl Behaviour for IscrizioneRef {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Opaque)
    }

    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value> {
        register::read(typed, |key| find(room, key).map(|own| own.title.clone()))
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        register::problem(value, |key| find(room, key).is_some())
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        register::control(value, room.facts.iscrizioni.iter().map(|own| (own.key.clone(), own.title.clone())))
    }
}
