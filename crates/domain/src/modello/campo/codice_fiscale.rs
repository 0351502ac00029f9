//! `codice_fiscale`: of a person (16 characters) or provisional (11 digits).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::codice_fiscale::{CodiceFiscale, CodiceFiscaleError};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Width};

/// A codice fiscale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodiceFiscaleKind {
    /// Fields that it is compared with; a difference only warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fits: Option<Fits>,
}

/// The fields that hold the data of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fits {
    /// Field of the family name.
    pub cognome: String,
    /// Field of the given name.
    pub nome: String,
    /// Field of the date of birth.
    pub nascita: String,
}

impl CodiceFiscaleKind {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let fits = reader.sub("fits").and_then(|inner| {
            let names = [inner.need("cognome"), inner.need("nome"), inner.need("nascita")];
            inner.finish();
            match names {
                [Some(cognome), Some(nome), Some(nascita)] => Some(Fits { cognome, nome, nascita }),
                _ => None,
            }
        });
        Self { fits }
    }

    /// Whether a code differs from the names and the birth date beside it.
    pub(crate) fn mismatch(&self, value: &Value, room: &Room<'_>) -> bool {
        let (Some(fits), Value::Text(text)) = (&self.fits, value) else {
            return false;
        };
        let Ok(code) = CodiceFiscale::parse(text, birth(self, room)) else {
            return false;
        };
        let text_of = |field: &str| (room.other)(field).and_then(Value::text);
        let Some((cognome, nome)) = text_of(&fits.cognome).zip(text_of(&fits.nome)) else {
            return false;
        };
        !code.fits(cognome, nome, birth(self, room), None)
    }
}

fn birth(kind: &CodiceFiscaleKind, room: &Room<'_>) -> Option<NaiveDate> {
    match (room.other)(&kind.fits.as_ref()?.nascita)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

impl Behaviour for CodiceFiscaleKind {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        // Without the birth date: it may be typed on the same page, after the code.
        Some(match CodiceFiscale::parse(&text, None) {
            Ok(code) => Value::Text(code.as_str().to_owned()),
            Err(_) => Value::Unread(text),
        })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        match CodiceFiscale::parse(typed_text(value), None) {
            Ok(_) => None,
            Err(CodiceFiscaleError::Length { typed }) => Some(ProblemCode::CodiceFiscaleLength { typed }),
            Err(_) => Some(ProblemCode::CodiceFiscaleWrong),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "text", kind: "text", max: 20, code: true, width: Width::Medium }
    }

    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        Answer::Code(typed_text(value).to_owned())
    }

    fn refers(&self) -> Vec<(&'static str, &str)> {
        let fits = self.fits.iter();
        fits.flat_map(|f| [("text", f.cognome.as_str()), ("text", f.nome.as_str()), ("date", f.nascita.as_str())])
            .collect()
    }
}
