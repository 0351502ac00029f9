//! How a person is identified at the desk: by a document with a photograph (DPR 445/2000, art. 35).
//!
//! Not for digital identity, which `identita` describes, and not for keeping the document: its data are sealed elsewhere.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

/// Length of the name of whoever issued a document, in characters.
pub const ISSUER: RangeInclusive<usize> = 2..=100;
/// Length of the number of a document, in letters and digits.
const NUMBER: RangeInclusive<usize> = 4..=30;

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TipoDocumento {
    /// Carta d'identità.
    IdentityCard,
    /// Passaporto.
    Passport,
    /// Patente di guida.
    DrivingLicence,
    /// Permesso di soggiorno.
    ResidencePermit,
}

impl TipoDocumento {
    /// Every one, in the order of the list that people choose from.
    pub const ALL: [Self; 4] = [Self::IdentityCard, Self::Passport, Self::DrivingLicence, Self::ResidencePermit];

    /// The word that is kept and sent by forms.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::IdentityCard => "carta_identita",
            Self::Passport => "passaporto",
            Self::DrivingLicence => "patente",
            Self::ResidencePermit => "permesso_soggiorno",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tipo| tipo.stored() == word)
    }
}

/// A document as somebody shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documento {
    /// Which.
    pub tipo: TipoDocumento,
    /// Its number.
    pub number: String,
    /// Who issued it.
    pub issued_by: String,
    /// Its last day.
    pub expires_on: NaiveDate,
}

impl Documento {
    /// A number as it is kept: 4 to 30 capitals and digits. `None` for what can be none.
    pub fn number(typed: &str) -> Option<String> {
        let number = typed.split_whitespace().collect::<String>().to_ascii_uppercase();
        let is_one = NUMBER.contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_one.then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_was_written() {
        for tipo in TipoDocumento::ALL {
            assert_eq!(TipoDocumento::from_stored(tipo.stored()), Some(tipo));
        }
        assert_eq!(TipoDocumento::from_stored("tessera"), None);
    }

    #[test]
    fn a_number_is_letters_and_digits() {
        assert_eq!(Documento::number(" ca 12345 aa").as_deref(), Some("CA12345AA"));
        for number in ["", "AB1", "CA-12345", "è1234", &"1".repeat(31)] {
            assert_eq!(Documento::number(number), None, "{number}");
        }
    }
}
