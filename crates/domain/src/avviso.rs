//! The notice number of pagoPA (numero avviso, NAV), its IUV, and the text of the code that people scan.
//!
//! Rules: "Specifiche attuative dei codici" (SACI) 3.2.1 for the numbers, "Avvisi di pagamento" 3.4.0 for the code.
//! How a notice looks on paper is the business of the package of documents.

use crate::euro::Euro;

/// The segregation code that PagoPA gives to each point of an ente that makes notice numbers: 00 to 45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Segregazione(u8);

/// The number of a notice: 18 digits, unique for ever together with the codice fiscale of the ente.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumeroAvviso(String);

/// Why a text is not a notice number, or a number cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AvvisoError {
    /// Not exactly 18 digits.
    #[error("reading a notice number: not 18 digits")]
    Shape,
    /// The last two digits are not the remainder that they should be.
    #[error("reading a notice number: the check digits are wrong")]
    CheckDigits,
    /// Not two digits from 00 to 45.
    #[error("reading a segregation code: not from 00 to 45")]
    Segregation,
    /// The base needs more than 13 digits: the sequence of the ente is exhausted.
    #[error("making a notice number: the base has more than 13 digits")]
    BaseTooLarge,
}

/// Highest segregation code of an ente (SACI 3.2.1; those above are central services).
const MAX_SEGREGATION: u8 = 45;

/// First number that does not fit the base.
const BASE_LIMIT: u64 = 10_000_000_000_000;

impl Segregazione {
    /// Reads two digits, `02`.
    pub fn parse(text: &str) -> Result<Self, AvvisoError> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let code = text.parse().ok().filter(|code| digits && *code <= MAX_SEGREGATION);
        code.map(Self).ok_or(AvvisoError::Segregation)
    }
}

impl NumeroAvviso {
    /// A new number with aux digit 3, the only one still issued: `3`, segregation, base of 13 digits, check digits.
    pub fn issue(segregazione: Segregazione, base: u64) -> Result<Self, AvvisoError> {
        if base >= BASE_LIMIT {
            return Err(AvvisoError::BaseTooLarge);
        }
        let body = format!("3{:02}{base:013}", segregazione.0);
        Ok(Self(format!("{body}{:02}", check_digits(&body))))
    }

    /// Reads a number that somebody typed or scanned; blanks between the digits are left out.
    /// Numbers of old systems (other aux digits) are read too; check digits are verified where the rule has them.
    pub fn parse(text: &str) -> Result<Self, AvvisoError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 18 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AvvisoError::Shape);
        }
        let (body, check) = digits.split_at(16);
        let checked = digits.starts_with(['0', '3']);
        if checked && check != format!("{:02}", check_digits(body)) {
            return Err(AvvisoError::CheckDigits);
        }
        Ok(Self(digits))
    }

    /// The 18 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The creditor reference (IUV): the last 15 digits with aux digit 0, else the last 17.
    pub fn iuv(&self) -> &str {
        if self.0.starts_with('0') { &self.0[3..] } else { &self.0[1..] }
    }

    /// In groups of four, as it stands on paper: `3020 0000 0000 0001 84`.
    pub fn grouped(&self) -> String {
        let mut text = String::with_capacity(22);
        for (at, digit) in self.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(4) {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }
}

/// The remainder by 93 of the first sixteen digits.
fn check_digits(body: &str) -> u64 {
    body.bytes().fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 93)
}

/// What the code on a notice says: the number, the codice fiscale of the ente (11 digits), the amount in cents.
pub fn qr_text(numero: &NumeroAvviso, ente_codice_fiscale: &str, amount: Euro) -> String {
    format!("PAGOPA|002|{}|{ente_codice_fiscale}|{}", numero.as_str(), amount.cents())
}

impl TryFrom<String> for Segregazione {
    type Error = AvvisoError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Segregazione> for String {
    fn from(code: Segregazione) -> Self {
        format!("{:02}", code.0)
    }
}

impl TryFrom<String> for NumeroAvviso {
    type Error = AvvisoError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<NumeroAvviso> for String {
    fn from(numero: NumeroAvviso) -> Self {
        numero.0
    }
}

impl std::fmt::Display for NumeroAvviso {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{AvvisoError, NumeroAvviso, Segregazione, qr_text};
    use crate::euro::Euro;

    fn segregazione(text: &str) -> Segregazione {
        Segregazione::parse(text).unwrap()
    }

    #[test]
    fn issued_numbers_carry_their_check_digits() {
        for (code, base, expected) in
            [("02", 1, "302000000000000184"), ("00", 0, "300000000000000003"), ("01", 92, "301000000000009242")]
        {
            assert_eq!(NumeroAvviso::issue(segregazione(code), base).unwrap().as_str(), expected);
        }
        assert_eq!(NumeroAvviso::issue(segregazione("02"), 10_000_000_000_000), Err(AvvisoError::BaseTooLarge));
    }

    #[test]
    fn segregation_codes() {
        for wrong in ["46", "99", "2", "002", "+2", "0a", ""] {
            assert_eq!(Segregazione::parse(wrong), Err(AvvisoError::Segregation), "{wrong}");
        }
        assert_eq!(String::from(segregazione("05")), "05");
    }

    #[test]
    fn typed_numbers() {
        let numero = NumeroAvviso::parse("3020 0000 0000 0001 84").unwrap();
        assert_eq!((numero.as_str(), numero.iuv()), ("302000000000000184", "02000000000000184"));
        assert_eq!(numero.grouped(), "3020 0000 0000 0001 84");
        // An old system's number, with aux digit 0: the reference is shorter.
        assert_eq!(NumeroAvviso::parse("001110000000000164").unwrap().iuv(), "110000000000164");
        for (wrong, error) in [
            ("302000000000000185", AvvisoError::CheckDigits),
            ("30200000000000018", AvvisoError::Shape),
            ("30200000000000018A", AvvisoError::Shape),
            ("", AvvisoError::Shape),
        ] {
            assert_eq!(NumeroAvviso::parse(wrong), Err(error), "{wrong}");
        }
    }

    #[test]
    fn text_of_the_code() {
        let numero = NumeroAvviso::parse("470000008800999051").unwrap();
        assert_eq!(
            qr_text(&numero, "99999000013", Euro::from_cents(150_000)),
            "PAGOPA|002|470000008800999051|99999000013|150000"
        );
    }
}
