//! The three texts of one form as their author keeps them, checked together: what is found here is refused at publish.

use super::procedura::{Effect, Procedura};
use super::source::AuthorError;
use super::{Banca, Campo, KeepAfter, Modello};

/// The texts of one form.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Name of the files without their endings; it is the code of the modello.
    pub name: &'a str,
    /// `<name>.toml`: the form, in Italian.
    pub form: &'a str,
    /// `<name>.en.toml`: its English.
    pub english: &'a str,
    /// `<name>.procedura.toml`: what handles its pratiche.
    pub procedura: &'a str,
}

macro_rules! shipped {
    ($name:literal) => {
        Texts {
            name: $name,
            form: include_str!(concat!("../../../../modelli/servizi-scolastici/", $name, ".toml")),
            english: include_str!(concat!("../../../../modelli/servizi-scolastici/", $name, ".en.toml")),
            procedura: include_str!(concat!("../../../../modelli/servizi-scolastici/", $name, ".procedura.toml")),
        }
    };
}

/// The forms that ship with the program: the enrolment, then those for what comes after it.
pub const SHIPPED: [Texts<'static>; 6] = [
    shipped!("iscrizione-mensa"),
    shipped!("cambio-residenza"),
    shipped!("dieta-speciale"),
    shipped!("variazione-pagamento"),
    shipped!("certificazione-mensa"),
    shipped!("rinuncia-mensa"),
];

impl Texts<'_> {
    /// Reads the texts, runs the examples, and looks whether form and procedura fit each other.
    ///
    /// # Errors
    /// The faults of all three texts at once. English and examples are looked at when the form itself can be read.
    pub fn read(&self, banca: &Banca) -> Result<(Modello, Procedura), Vec<AuthorError>> {
        let [form, english, procedura] =
            ["toml", "en.toml", "procedura.toml"].map(|end| format!("{}.{end}", self.name));
        let handled = Procedura::parse(&procedura, self.procedura);
        let read = Modello::parse_with(&form, self.form, banca).and_then(|modello| {
            let mut faults: Vec<_> = modello.run_examples().into_iter().map(|fault| fault.in_file(&form)).collect();
            if modello.code != self.name {
                let message = format!("code «{}» non è il nome del file", modello.code);
                faults.push(at_top(&form, "code", message, format!("scrivi code = \"{}\"", self.name)));
            }
            match modello.with_english(&english, self.english) {
                Ok(modello) if faults.is_empty() => return Ok(modello),
                Ok(_) => {}
                Err(others) => faults.extend(others),
            }
            Err(faults)
        });
        match (read, handled) {
            (Ok(modello), Ok(handled)) => match misfit(&modello, &handled, &procedura) {
                None => Ok((modello, handled)),
                Some(fault) => Err(vec![fault]),
            },
            (Err(mut faults), Err(others)) => {
                faults.extend(others);
                Err(faults)
            }
            (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
        }
    }
}

/// A modello names the procedura that stands beside it, and asks what its effects read.
fn misfit(modello: &Modello, procedura: &Procedura, file: &str) -> Option<AuthorError> {
    let mut needed = procedura.effects.iter().flat_map(|effect| effect.needs());
    if let Some(absent) = needed.find(|id| modello.campo(id).is_none()) {
        let message = format!("un effetto legge il campo «{absent}», che il modello non ha");
        return Some(at_top(file, "effects", message, "aggiungi il campo o togli l'effetto".to_owned()));
    }
    let gives_diet =
        procedura.effects.iter().any(|effect| matches!(effect, Effect::SetDieta | Effect::CreateIscrizione));
    let waits = |campo: &&Campo| campo.keep.is_some_and(|keep| keep.after == KeepAfter::Dieta);
    if let Some(campo) = modello.fields.iter().find(waits).filter(|_| !gives_diet) {
        let message = format!("il campo «{}» si conserva fino alla fine di una dieta, che nessun effetto dà", campo.id);
        return Some(at_top(file, "effects", message, "aggiungi l'effetto o scegli un altro keep".to_owned()));
    }
    (modello.procedure != procedura.code).then(|| {
        let message = format!("il modello nomina la procedura «{}», questa è «{}»", modello.procedure, procedura.code);
        at_top(file, "code", message, format!("scrivi code = \"{}\"", modello.procedure))
    })
}

fn at_top(file: &str, field: &str, message: String, remedy: String) -> AuthorError {
    AuthorError { file: file.to_owned(), line: 1, field: Some(field.to_owned()), message, remedy }
}
