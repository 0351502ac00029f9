//! The IBAN: length by country, control digits (ISO 7064 mod 97-10), and for IT and SM the CIN letter too.

/// A right IBAN of the SEPA area, without blanks, upper case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

/// Why a text is not an IBAN that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Not letters and digits in the order of an IBAN.
    #[error("reading an IBAN: wrong form")]
    Form,
    /// Wrong number of characters for its country.
    #[error("reading an IBAN: wrong length for its country")]
    Length,
    /// A country outside the SEPA area.
    #[error("reading an IBAN: country outside SEPA")]
    NotSepa,
    /// The control digits do not fit.
    #[error("reading an IBAN: wrong control digits")]
    Control,
    /// The Italian control letter (CIN) does not fit, although the control digits do.
    #[error("reading an IBAN: wrong CIN")]
    Cin,
}

/// Countries and territories of SEPA with the length of their IBAN (EPC409-09; Reg. EU 260/2012).
const SEPA: [(&str, usize); 42] = [
    ("AD", 24),
    ("AL", 28),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("VA", 22),
];

impl Iban {
    /// Reads an IBAN; blanks, hyphens and lower case are accepted.
    pub fn parse(text: &str) -> Result<Self, IbanError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let code = compact.to_ascii_uppercase();
        let bytes = code.as_bytes();
        let form = bytes.len() >= 5
            && bytes.len() <= 34
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if !form {
            return Err(IbanError::Form);
        }
        let known = SEPA.iter().find(|(country, _)| code.starts_with(country));
        let Some((country, length)) = known else {
            return Err(IbanError::NotSepa);
        };
        if code.len() != *length {
            return Err(IbanError::Length);
        }
        if mod97(bytes[4..].iter().chain(&bytes[..4])) != 1 {
            return Err(IbanError::Control);
        }
        if matches!(*country, "IT" | "SM") && cin(&bytes[5..]) != Some(bytes[4]) {
            return Err(IbanError::Cin);
        }
        Ok(Self(code))
    }

    /// The code without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Class A: never in logs.
impl std::fmt::Debug for Iban {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Iban(…)")
    }
}

/// The remainder by 97 of digits and capital letters, A counting 10 and Z 35 (ISO 7064).
pub(crate) fn mod97<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    bytes.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

/// The CIN over ABI, CAB and account: 5 + 5 digits and 12 characters, odd places weighed by a table.
fn cin(bban: &[u8]) -> Option<u8> {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    if bban.len() != 22 || !bban[..10].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = |byte: u8| {
        if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' }
    };
    let weigh = |(at, byte): (usize, &u8)| {
        let value = value(*byte);
        if at.is_multiple_of(2) { ODD[usize::from(value)] } else { u32::from(value) }
    };
    let sum: u32 = bban.iter().enumerate().map(weigh).sum();
    u8::try_from(sum % 26).ok().map(|letter| b'A' + letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let table = include_str!("../tests/data/iban_vectors.csv");
        let mut seen = 0;
        for row in csv::Reader::from_reader(table.as_bytes()).records() {
            let row = row.expect("the vectors are well-formed CSV");
            assert_eq!(Iban::parse(&row[0]).is_ok(), &row[1] == "valid", "{}", &row[2]);
            seen += 1;
        }
        assert!(seen >= 10);
    }

    #[test]
    fn says_why() {
        for (text, why) in [
            ("IT65A0542811101000000123456", IbanError::Cin),
            ("IT00X0542811101000000123456", IbanError::Control),
            ("IT60X054281110100000012345", IbanError::Length),
            ("BR1500000000000010932840814P2", IbanError::NotSepa),
            ("banca", IbanError::Form),
            ("", IbanError::Form),
        ] {
            assert_eq!(Iban::parse(text), Err(why), "{text}");
        }
        let typed = Iban::parse("it60 x054 2811 1010 0000 0123 456").expect("blanks and lower case are accepted");
        assert_eq!(typed.as_str(), "IT60X0542811101000000123456");
        assert_eq!(format!("{typed:?}"), "Iban(…)");
    }
}
