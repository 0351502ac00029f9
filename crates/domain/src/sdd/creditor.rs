//! The creditor identifier (CID): who collects, the same for all files of an ente.

use crate::{codice_fiscale::CodiceFiscale, iban::mod97};

/// A creditor identifier of the SEPA area: country, check digits, business code, national identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditorId(String);

/// Why a text is no creditor identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditorIdError {
    /// Not country, two digits, three characters and up to 28 more.
    #[error("reading a creditor identifier: wrong form")]
    Form,
    /// An Italian one that has not 23 characters.
    #[error("reading a creditor identifier: wrong length for its country")]
    Length,
    /// The check digits do not fit.
    #[error("reading a creditor identifier: wrong check digits")]
    Control,
    /// The codice fiscale from which one should be made is none.
    #[error("making a creditor identifier: no codice fiscale")]
    CodiceFiscale,
}

/// Length of an Italian identifier.
const ITALIAN_LENGTH: usize = 23;
/// Where the national identifier begins: the business code before it is not part of the check.
const NATIONAL_AT: usize = 7;
/// Longest identifier of any country.
const LONGEST: usize = 35;

impl CreditorId {
    /// Reads an identifier; blanks and lower case are accepted.
    ///
    /// # Errors
    /// The first fault, in the order form, length, check digits.
    pub fn parse(text: &str) -> Result<Self, CreditorIdError> {
        let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let code = compact.to_ascii_uppercase();
        let bytes = code.as_bytes();
        let form = bytes.len() > NATIONAL_AT
            && bytes.len() <= LONGEST
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if !form {
            return Err(CreditorIdError::Form);
        }
        if code.starts_with("IT") && code.len() != ITALIAN_LENGTH {
            return Err(CreditorIdError::Length);
        }
        if mod97(bytes[NATIONAL_AT..].iter().chain(&bytes[..4])) != 1 {
            return Err(CreditorIdError::Control);
        }
        Ok(Self(code))
    }

    /// The identifier of an ente or company, from its codice fiscale: business code `ZZZ`, 11 digits filled up with
    /// five zeros, 16 characters as they are.
    ///
    /// # Errors
    /// [`CreditorIdError::CodiceFiscale`] for anything else.
    pub fn of_codice_fiscale(codice_fiscale: &str) -> Result<Self, CreditorIdError> {
        let code = CodiceFiscale::parse(codice_fiscale, None).map_err(|_| CreditorIdError::CodiceFiscale)?;
        let national = format!("{:0>16}", code.as_str());
        let check = 98 - mod97(national.as_bytes().iter().chain(b"IT00"));
        Ok(Self(format!("IT{check:02}ZZZ{national}")))
    }

    /// Whether both name one creditor: the business code is free, and not told apart.
    pub fn is_same_creditor(&self, other: &Self) -> bool {
        let parts = |code: &Self| (code.0[..2].to_owned(), code.0[NATIONAL_AT..].to_owned());
        parts(self) == parts(other)
    }

    /// The code without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CreditorId {
    type Error = CreditorIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CreditorId> for String {
    fn from(code: CreditorId) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let table = include_str!("../../tests/data/creditor_id_vectors.csv");
        let mut seen = 0;
        for row in csv::Reader::from_reader(table.as_bytes()).records() {
            let row = row.expect("the vectors are well-formed CSV");
            assert_eq!(CreditorId::parse(&row[0]).is_ok(), &row[1] == "valid", "{}", &row[2]);
            seen += 1;
        }
        assert!(seen >= 6);
    }

    #[test]
    fn golden_example_17() {
        let made = |code| CreditorId::of_codice_fiscale(code).map(|id| id.as_str().to_owned());
        assert_eq!(made("80018230153"), Ok("IT82ZZZ0000080018230153".to_owned()));
        assert_eq!(made("RSSMRA85C12B442K"), Err(CreditorIdError::CodiceFiscale), "its check letter is wrong");
        assert_eq!(made("RSSMRA85C12B442I").map(|id| CreditorId::parse(&id).is_ok()), Ok(true));
        for wrong in ["80018230154", "8001823015", "", "IT82ZZZ"] {
            assert_eq!(made(wrong), Err(CreditorIdError::CodiceFiscale), "{wrong}");
        }
    }

    #[test]
    fn says_why() {
        for (text, why) in [
            ("IT83ZZZ0000080018230153", CreditorIdError::Control),
            ("IT82ZZZ000008001823015", CreditorIdError::Length),
            ("IT82ZZZ", CreditorIdError::Form),
            ("82ITZZZ0000080018230153", CreditorIdError::Form),
            ("IT82ZZZ00000800182301é3", CreditorIdError::Form),
            ("", CreditorIdError::Form),
        ] {
            assert_eq!(CreditorId::parse(text), Err(why), "{text}");
        }
        let typed = CreditorId::parse("it82 zzz 00000 80018230153").expect("blanks and lower case are accepted");
        assert_eq!(typed.as_str(), "IT82ZZZ0000080018230153");
    }
}
