//! `nationality`: Italy or a foreign state that exists, kept as its Belfiore code (`IT`, `Z100`).

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed, register};
use crate::luogo::Luogo;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// A nationality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nationality {}

impl Nationality {
    pub(super) fn author(_reader: &Reader<'_, '_>) -> Self {
        Self {}
    }
}

/// Italy has no code of its own among the states of birth.
const ITALY: (&str, &str) = ("IT", "Italia");

/// Name of the state with a code.
fn named(code: &str) -> Option<&'static str> {
    if code == ITALY.0 {
        return Some(ITALY.1);
    }
    Luogo::by_code(code).filter(|luogo| !luogo.is_comune()).map(|luogo| luogo.name)
}

impl Behaviour for Nationality {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        register::read(typed, |code| named(code).map(str::to_owned))
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        register::problem(value, |code| named(code).is_some())
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let states = Luogo::states(room.facts.today).into_iter().map(|state| (state.code, state.name));
        let all = std::iter::once(ITALY).chain(states);
        register::control(value, all.map(|(code, name)| (code.to_owned(), name.to_owned())))
    }
}
