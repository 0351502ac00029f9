//! `classe_ref`: a class or section of the school chosen in another field.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, OptionView, ProblemCode};

/// A class of a school.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClasseRef {
    /// Field that holds the school.
    pub(crate) plesso: String,
    /// Whether both stand on one page: then every class is offered, since the school may still change.
    pub(crate) together: bool,
}

impl ClasseRef {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { plesso: reader.text("plesso").unwrap_or_else(|| "plesso".to_owned()), together: false }
    }

    fn plesso_code<'v>(&self, room: &Room<'v>) -> Option<&'v str> {
        (room.other)(&self.plesso).and_then(Value::text)
    }
}

impl Behaviour for ClasseRef {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, room: &Room<'_>) -> Option<Value> {
        let code = typed.one()?;
        Some(match room.facts.classe(&code) {
            Some((_, classe)) => Value::Ref { label: classe.name.clone(), code },
            None => Value::Unread(code),
        })
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        let Some((plesso, _)) = room.facts.classe(typed_text(value)) else {
            return Some(ProblemCode::NotAChoice);
        };
        // Without a school the missing school is the fault to name.
        let elsewhere = self.plesso_code(room).is_some_and(|chosen| plesso.codice != chosen);
        elsewhere.then_some(ProblemCode::ClasseElsewhere)
    }

    fn control(&self, value: Option<&Value>, room: &Room<'_>) -> Control {
        let chosen = value.map(typed_text);
        let only = if self.together { None } else { self.plesso_code(room) };
        let mut options = Vec::new();
        for plesso in room.facts.plessi.iter().filter(|plesso| only.is_none_or(|code| plesso.codice == code)) {
            for classe in &plesso.classi {
                // The class comes first: on a phone the end of a long choice is cut.
                let label =
                    if only.is_some() { classe.name.clone() } else { format!("{} ({})", classe.name, plesso.name) };
                let chosen = chosen == Some(classe.codice.as_str());
                options.push(OptionView { value: classe.codice.clone(), label, chosen });
            }
        }
        Control::Choice { options, select: true }
    }

    fn refers(&self) -> Vec<(&'static str, &str)> {
        vec![("plesso_ref", &self.plesso)]
    }
}
