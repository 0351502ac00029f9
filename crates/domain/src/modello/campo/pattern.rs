//! `pattern`: a code of a known form, named by what it is. The forms are a closed set, each with its tests: an author
//! chooses one, and writes no expressions that could take for ever.

use serde::{Deserialize, Serialize};

use super::text::typed_text;
use super::{Behaviour, Room, Typed};
use crate::lingua::Lingua;
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Answer, Control, ProblemCode, Width};

/// A code of a known form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The form.
    form: CodeForm,
    /// Whether a code of another form is only warned about: whoever gives it out may change its form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    warn: bool,
}

/// The forms that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CodeForm {
    /// Protocol number of an ISEE attestation: `INPS-ISEE-2026-01234567A-00`.
    IseeProtocollo,
    /// Number plate of a car, as issued since 1994: `AB123CD` without the letters I, O, Q, U.
    Targa,
    /// Number of an electronic identity card: `CA00000AA`.
    CartaIdentita,
    /// Code of a school (codice meccanografico): `BGEE01200A`.
    CodiceMeccanografico,
}

impl CodeForm {
    const ALL: [(&'static str, Self); 4] = [
        ("isee_protocollo", Self::IseeProtocollo),
        ("targa", Self::Targa),
        ("carta_identita", Self::CartaIdentita),
        ("codice_meccanografico", Self::CodiceMeccanografico),
    ];

    /// An example that fits, for the sentence of the error.
    const fn example(self) -> &'static str {
        match self {
            Self::IseeProtocollo => "INPS-ISEE-2026-01234567A-00",
            Self::Targa => "AB123CD",
            Self::CartaIdentita => "CA00000AA",
            Self::CodiceMeccanografico => "BGEE01200A",
        }
    }

    fn fits(self, text: &str) -> bool {
        match self {
            Self::IseeProtocollo => isee_protocollo(text),
            Self::Targa => shaped(text, "AA000AA") && !text.contains(['I', 'O', 'Q', 'U']),
            Self::CartaIdentita => shaped(text, "AA00000AA"),
            Self::CodiceMeccanografico => shaped(text, "AAXX0000XX") || shaped(text, "AAXX00000X"),
        }
    }
}

/// `INPS-ISEE-<year>-<letters and digits>-<two digits>`.
fn isee_protocollo(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("INPS-ISEE-") else {
        return false;
    };
    let parts: Vec<&str> = rest.split('-').collect();
    let [year, number, end] = parts[..] else {
        return false;
    };
    let letters = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    shaped(year, "0000") && (1..=20).contains(&number.len()) && number.bytes().all(letters) && shaped(end, "00")
}

/// Whether a text has a shape: `A` a capital, `0` a digit, `X` either.
fn shaped(text: &str, shape: &str) -> bool {
    let fits = |(found, wanted): (u8, u8)| match wanted {
        b'A' => found.is_ascii_uppercase(),
        b'0' => found.is_ascii_digit(),
        _ => found.is_ascii_uppercase() || found.is_ascii_digit(),
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

impl Pattern {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let word = reader.need("form").unwrap_or_default();
        let found = CodeForm::ALL.into_iter().find(|(known, _)| *known == word);
        if found.is_none() && !word.is_empty() {
            let known: Vec<&str> = CodeForm::ALL.into_iter().map(|(known, _)| known).collect();
            reader.error_key(
                "form",
                format!("form «{word}» non esiste"),
                format!("le forme sono: {}", known.join(", ")),
            );
        }
        Self { form: found.map_or(CodeForm::IseeProtocollo, |(_, form)| form), warn: reader.flag("warn") }
    }

    /// An example of the form that a code has not, where that is only warned about.
    pub(crate) fn unusual(&self, value: &Value) -> Option<&'static str> {
        let fits = matches!(value, Value::Text(text) if self.form.fits(text));
        (self.warn && !fits).then(|| self.form.example())
    }
}

impl Behaviour for Pattern {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Text)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let text = typed.one()?;
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        Some(if self.warn || self.form.fits(&compact) { Value::Text(compact) } else { Value::Unread(text) })
    }

    fn problem(&self, value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        let right = matches!(value, Value::Text(text) if self.warn || self.form.fits(text));
        (!right).then_some(ProblemCode::CodeWrong { example: self.form.example() })
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "text", kind: "text", max: 40, code: true, width: Width::Full }
    }

    fn answer(&self, value: &Value, _lingua: Lingua) -> Answer {
        Answer::Code(typed_text(value).to_owned())
    }
}
