//! Where first values come from, so that nobody is asked what is known already.

use serde::{Deserialize, Serialize};

use crate::lingua::Lingua;
use crate::modello::answers::{Entry, Posted, Value};
use crate::modello::campo::{Campo, Room, Typed};
use crate::modello::facts::{Facts, FamilyChild};
use crate::modello::view::Source;

macro_rules! sources {
    ($($word:literal => $variant:ident),* $(,)?) => {
        /// A source of a first value, as authors write it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Prefill {
            $(#[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant,)*
        }

        impl Prefill {
            /// The words that authors write.
            pub const WORDS: &[&str] = &[$($word),*];

            /// The source of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

sources! {
    "spid.fiscalNumber" => SpidFiscalNumber,
    "spid.name" => SpidName,
    "spid.familyName" => SpidFamilyName,
    "spid.dateOfBirth" => SpidDateOfBirth,
    "spid.placeOfBirth" => SpidPlaceOfBirth,
    "spid.email" => SpidEmail,
    "spid.mobilePhone" => SpidMobilePhone,
    "persona.nome_cognome" => PersonaNomeCognome,
    "family.codice_fiscale" => FamilyCodiceFiscale,
    "family.nome" => FamilyNome,
    "family.cognome" => FamilyCognome,
    "family.nascita" => FamilyNascita,
    "family.plesso" => FamilyPlesso,
    "family.classe" => FamilyClasse,
    "last_filing" => LastFiling,
}

impl Prefill {
    /// Whether it is about the child of a row.
    pub(crate) const fn of_family(self) -> bool {
        matches!(
            self,
            Self::FamilyCodiceFiscale
                | Self::FamilyNome
                | Self::FamilyCognome
                | Self::FamilyNascita
                | Self::FamilyPlesso
                | Self::FamilyClasse
        )
    }

    const fn source(self) -> Source {
        match self {
            Self::LastFiling => Source::LastFiling,
            _ if self.of_family() => Source::Family,
            _ => Source::Spid,
        }
    }
}

/// The first value of a field, in a row of `child` or outside groups.
pub(crate) fn first_value(campo: &Campo, facts: &Facts, child: Option<&FamilyChild>) -> Option<Entry> {
    campo.prefill.iter().find_map(|prefill| {
        let value = value(campo, *prefill, facts, child)?;
        Some(Entry { value: Some(value), source: prefill.source(), edited: false })
    })
}

/// What is known of the person who fills in, where the field takes its first value from there.
pub(crate) fn of_person(campo: &Campo, facts: &Facts) -> Option<Value> {
    let mut sources = campo.prefill.iter().filter(|prefill| matches!(prefill.source(), Source::Spid));
    sources.find_map(|prefill| value(campo, *prefill, facts, None))
}

fn value(campo: &Campo, prefill: Prefill, facts: &Facts, child: Option<&FamilyChild>) -> Option<Value> {
    let room = Room { facts, lingua: Lingua::It, other: &|_| None };
    let behaviour = campo.kind.behaviour();
    let value = if prefill == Prefill::LastFiling {
        facts.previous.get(&campo.id)?.clone()
    } else {
        behaviour.read(&Typed { posted: &raw(prefill, facts, child, &campo.id)?, name: &campo.id }, &room)?
    };
    // A value that the register or the provider holds wrongly is not offered: the person types it.
    (value.is_read() && behaviour.problem(&value, &room).is_none()).then_some(value)
}

/// What a source says, as if it had been typed.
fn raw(prefill: Prefill, facts: &Facts, child: Option<&FamilyChild>, name: &str) -> Option<Posted> {
    let identita = &facts.identita;
    let text = match prefill {
        Prefill::SpidFiscalNumber => identita.codice_fiscale.clone(),
        Prefill::SpidName => identita.nome.clone(),
        Prefill::SpidFamilyName => identita.cognome.clone(),
        Prefill::SpidPlaceOfBirth => identita.luogo_nascita.clone(),
        Prefill::SpidEmail => identita.email.clone(),
        Prefill::SpidMobilePhone => identita.cellulare.clone(),
        Prefill::PersonaNomeCognome => Some(format!("{} {}", identita.nome.as_ref()?, identita.cognome.as_ref()?)),
        Prefill::FamilyCodiceFiscale => child?.codice_fiscale.clone(),
        Prefill::FamilyNome => Some(child?.nome.clone()),
        Prefill::FamilyCognome => Some(child?.cognome.clone()),
        Prefill::FamilyPlesso => child?.plesso.clone(),
        Prefill::FamilyClasse => child?.classe.clone(),
        Prefill::SpidDateOfBirth => return Some(date(name, identita.nascita?)),
        Prefill::FamilyNascita => return Some(date(name, child?.nascita?)),
        Prefill::LastFiling => None,
    };
    let mut posted = Posted::default();
    posted.add(name, text?);
    Some(posted)
}

/// A date as the three parts of its control.
pub(crate) fn date(name: &str, date: chrono::NaiveDate) -> Posted {
    use chrono::Datelike;
    let mut posted = Posted::default();
    posted.add(format!("{name}.g"), date.day().to_string());
    posted.add(format!("{name}.m"), date.month().to_string());
    posted.add(format!("{name}.a"), date.year().to_string());
    posted
}
