//! How a person is identified at the desk: by a document with a photograph (DPR 445/2000, art. 35).
//!
//! Not for digital identity, which `identita` describes, and not for keeping the document: its data are sealed elsewhere.

use chrono::NaiveDate;

/// Longest number of a document, in characters.
pub const NUMBER_MAX: usize = 30;
/// Longest name of whoever issued it, in characters.
pub const ISSUER_MAX: usize = 100;

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
    /// Whether the number can be one: 4 to 30 letters and digits.
    pub fn number_is_possible(&self) -> bool {
        (4..=NUMBER_MAX).contains(&self.number.len()) && self.number.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }

    /// Whether somebody is named who can have issued it: 2 to 100 characters.
    pub fn issuer_is_possible(&self) -> bool {
        (2..=ISSUER_MAX).contains(&self.issued_by.chars().count()) && !self.issued_by.contains(char::is_control)
    }

    /// Whether it is valid on a day.
    pub fn is_valid(&self, today: NaiveDate) -> bool {
        today <= self.expires_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
    }

    fn card(number: &str, issued_by: &str) -> Documento {
        Documento {
            tipo: TipoDocumento::IdentityCard,
            number: number.into(),
            issued_by: issued_by.into(),
            expires_on: day(16),
        }
    }

    #[test]
    fn a_word_is_read_as_it_was_written() {
        for tipo in TipoDocumento::ALL {
            assert_eq!(TipoDocumento::from_stored(tipo.stored()), Some(tipo));
        }
        assert_eq!(TipoDocumento::from_stored("tessera"), None);
    }

    #[test]
    fn a_document_is_valid_to_its_last_day() {
        let card = card("CA12345AA", "Comune di Treviglio");
        assert!(card.number_is_possible() && card.issuer_is_possible());
        assert!(card.is_valid(day(16)) && !card.is_valid(day(17)));
    }

    #[test]
    fn a_number_is_letters_and_digits_and_an_issuer_has_a_name() {
        for number in ["", "AB1", "CA 12345", "CA-12345", "è1234", &"1".repeat(31)] {
            assert!(!card(number, "Comune").number_is_possible(), "{number}");
        }
        for issuer in ["", "C", "Comune\n", &"x".repeat(101)] {
            assert!(!card("CA12345AA", issuer).issuer_is_possible(), "{issuer:?}");
        }
    }
}
