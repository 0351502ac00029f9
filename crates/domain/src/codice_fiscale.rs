//! The codice fiscale: form, omocodia, check letter, date, place (D.M. 23/12/1976).
//!
//! The century is not in the code: whoever needs an age takes it from a birth date, never from here alone.

use chrono::{Datelike, NaiveDate};

use crate::luogo::Luogo;
use crate::partita_iva;

/// A right codice fiscale: of a person (16 characters), or provisional or of an organisation (11 digits).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodiceFiscale(String);

/// Sex as the code carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sesso {
    /// Female: the day is raised by 40.
    Femmina,
    /// Male.
    Maschio,
}

/// Why a text is not a codice fiscale, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodiceFiscaleError {
    /// Neither 16 characters nor 11 digits.
    #[error("reading a codice fiscale: wrong length")]
    Length {
        /// Characters without blanks.
        typed: usize,
    },
    /// A character that cannot stand where it stands.
    #[error("reading a codice fiscale: wrong form")]
    Form,
    /// The check letter or digit does not fit.
    #[error("reading a codice fiscale: wrong check character")]
    Check,
    /// No such day in any century, or another day than the one given.
    #[error("reading a codice fiscale: no such date")]
    Date,
    /// No such place, or not at that time.
    #[error("reading a codice fiscale: no such place of birth")]
    Place,
}

/// Places of the seven digits that omocodia may turn into letters.
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";

impl CodiceFiscale {
    /// Reads a code; lower case and blanks are accepted.
    /// With a birth date (century known from elsewhere) the place must have existed on that day.
    pub fn parse(text: &str, birth: Option<NaiveDate>) -> Result<Self, CodiceFiscaleError> {
        let code: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let typed = code.chars().count();
        if typed == 11 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return if partita_iva::is_valid(&code) { Ok(Self(code)) } else { Err(CodiceFiscaleError::Check) };
        }
        if typed != 16 {
            return Err(CodiceFiscaleError::Length { typed });
        }
        let plain = decode(code.as_bytes()).ok_or(CodiceFiscaleError::Form)?;
        if check_letter(&code.as_bytes()[..15]) != code.as_bytes()[15] {
            return Err(CodiceFiscaleError::Check);
        }
        check_birth(&plain, birth)?;
        Ok(Self(code))
    }

    /// The code in upper case, without blanks, omocodia as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is numeric: provisional, or of an organisation.
    pub fn is_numeric(&self) -> bool {
        self.0.len() == 11
    }

    /// The code with the digits that omocodia had replaced; equal but for the check letter for all forms of one person's
    /// base code.
    fn plain(&self) -> Option<[u8; 16]> {
        decode(self.0.as_bytes())
    }

    /// Whether the two differ by omocodia alone: the codes of one person, or of two who would share one.
    pub fn is_homonym(&self, other: &Self) -> bool {
        match (self.plain(), other.plain()) {
            // The check letter is reckoned over the letters as they stand.
            (Some(one), Some(two)) => one[..15] == two[..15],
            _ => self == other,
        }
    }

    /// Belfiore code of the place of birth; `None` for a numeric code.
    pub fn luogo_code(&self) -> Option<String> {
        self.plain().map(|plain| place(&plain).to_owned())
    }

    /// Sex; `None` for a numeric code.
    pub fn sesso(&self) -> Option<Sesso> {
        self.plain().map(|plain| if number(&plain[9..11]) > 40 { Sesso::Femmina } else { Sesso::Maschio })
    }

    /// The birth date, if it lies in the century that begins with `century` (1900, 2000).
    pub fn birth_in(&self, century: i32) -> Option<NaiveDate> {
        date_in(&self.plain()?, century)
    }

    /// Whether it fits a person's data. A difference is only a warning: names change, particles differ.
    /// A numeric code fits everybody.
    pub fn fits(&self, cognome: &str, nome: &str, birth: Option<NaiveDate>, sesso: Option<Sesso>) -> bool {
        let Some(plain) = self.plain() else { return true };
        let own_date = birth.is_none_or(|birth| date_in(&plain, birth.year() - birth.year() % 100) == Some(birth));
        let own_sesso = sesso.is_none_or(|sesso| self.sesso() == Some(sesso));
        plain[..3] == surname(cognome) && plain[3..6] == name(nome) && own_date && own_sesso
    }

    /// Makes the code of invented people, for demonstrations and tests. `luogo` is a Belfiore code.
    /// `None` when the place code has another form than a letter and three digits.
    pub fn compose(cognome: &str, nome: &str, birth: NaiveDate, sesso: Sesso, luogo: &str) -> Option<Self> {
        let day = birth.day() + if sesso == Sesso::Femmina { 40 } else { 0 };
        let month = char::from(MONTHS[birth.month0() as usize]);
        let (cognome, nome) = (surname(cognome), name(nome));
        let mut code: Vec<u8> = cognome.into_iter().chain(nome).collect();
        code.extend(format!("{:02}{month}{day:02}{luogo}", birth.year().rem_euclid(100)).bytes());
        if code.len() != 15 {
            return None;
        }
        code.push(check_letter(&code));
        let text = String::from_utf8(code).ok()?;
        Self::parse(&text, Some(birth)).ok()
    }
}

/// Personal data: never in logs.
impl std::fmt::Debug for CodiceFiscale {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("CodiceFiscale(…)")
    }
}

/// The 16 characters with digits in place of the letters of omocodia; `None` when a character is out of place.
fn decode(code: &[u8]) -> Option<[u8; 16]> {
    let mut plain: [u8; 16] = code.try_into().ok()?;
    for (at, byte) in plain.iter_mut().enumerate() {
        if DIGITS.contains(&at) {
            if !byte.is_ascii_digit() {
                let digit = OMOCODIA.iter().position(|letter| letter == byte)?;
                *byte = b'0' + u8::try_from(digit).ok()?;
            }
        } else if !byte.is_ascii_uppercase() {
            return None;
        }
    }
    MONTHS.contains(&plain[8]).then_some(plain)
}

fn check_letter(first: &[u8]) -> u8 {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte.wrapping_sub(b'A') % 26 });
    let weigh = |(at, byte): (usize, &u8)| {
        let value = value(*byte);
        if at.is_multiple_of(2) { ODD[value] } else { u32::try_from(value).unwrap_or(0) }
    };
    let sum: u32 = first.iter().enumerate().map(weigh).sum();
    b'A' + u8::try_from(sum % 26).unwrap_or(0)
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

fn place(plain: &[u8; 16]) -> &str {
    std::str::from_utf8(&plain[11..15]).unwrap_or_default()
}

fn date_in(plain: &[u8; 16], century: i32) -> Option<NaiveDate> {
    let year = century + i32::try_from(number(&plain[6..8])).ok()?;
    let month = MONTHS.iter().position(|letter| *letter == plain[8])?;
    let day = number(&plain[9..11]);
    let day = if day > 40 { day - 40 } else { day };
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()? + 1, day)
}

fn check_birth(plain: &[u8; 16], birth: Option<NaiveDate>) -> Result<(), CodiceFiscaleError> {
    let days: Vec<NaiveDate> = [1900, 2000].iter().filter_map(|century| date_in(plain, *century)).collect();
    if days.is_empty() {
        return Err(CodiceFiscaleError::Date);
    }
    let luogo = Luogo::by_code(place(plain)).ok_or(CodiceFiscaleError::Place)?;
    // Another date than the one in the code is a warning of `fits`, not a fault of the code.
    let known = birth.filter(|birth| days.contains(birth));
    let existed = match known {
        Some(birth) => luogo.existed_on(birth),
        None => days.iter().any(|day| luogo.existed_on(*day)),
    };
    if existed { Ok(()) } else { Err(CodiceFiscaleError::Place) }
}

/// Letters without accents, upper case; anything else is dropped.
fn letters(text: &str) -> Vec<u8> {
    let folded = crate::collation::fold(text).to_ascii_uppercase();
    folded.bytes().filter(u8::is_ascii_uppercase).collect()
}

fn parts(text: &str) -> (Vec<u8>, Vec<u8>) {
    letters(text).into_iter().partition(|letter| !b"AEIOU".contains(letter))
}

fn three(consonants: Vec<u8>, vowels: Vec<u8>) -> [u8; 3] {
    let mut found = consonants.into_iter().chain(vowels).chain(std::iter::repeat(b'X'));
    std::array::from_fn(|_| found.next().unwrap_or(b'X'))
}

fn surname(text: &str) -> [u8; 3] {
    let (consonants, vowels) = parts(text);
    three(consonants, vowels)
}

/// With four consonants or more the second one is skipped.
fn name(text: &str) -> [u8; 3] {
    let (mut consonants, vowels) = parts(text);
    if consonants.len() >= 4 {
        consonants.remove(1);
    }
    three(consonants, vowels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let table = include_str!("../tests/data/codice_fiscale_vectors.csv");
        let mut seen = 0;
        for row in csv::Reader::from_reader(table.as_bytes()).records() {
            let row = row.expect("the vectors are well-formed CSV");
            seen += 1;
            let birth = row[5].parse().ok();
            let parsed = CodiceFiscale::parse(&row[0], birth);
            assert_eq!(parsed.is_ok(), &row[1] == "valid", "{}: {parsed:?}", &row[7]);
            let Ok(code) = parsed else { continue };
            if row[2].is_empty() {
                assert!(code.is_numeric());
                continue;
            }
            let sesso = if &row[4] == "F" { Sesso::Femmina } else { Sesso::Maschio };
            assert!(code.fits(&row[2], &row[3], birth, Some(sesso)), "{}", &row[7]);
            assert!(!code.fits("Qualcun", "Altro", birth, Some(sesso)), "{}", &row[7]);
        }
        assert_eq!(seen, 36, "rows of the table");
    }

    #[test]
    fn says_why() {
        for (text, why) in [
            ("RSSMRA85C12B442A", CodiceFiscaleError::Check),
            ("RSSMRA85C12B442", CodiceFiscaleError::Length { typed: 15 }),
            ("RSSMRA85F12B442I", CodiceFiscaleError::Form),
            ("RSSMRA85C35B442S", CodiceFiscaleError::Date),
            ("RSSMRA85C12A000R", CodiceFiscaleError::Place),
            ("80018230154", CodiceFiscaleError::Check),
            ("", CodiceFiscaleError::Length { typed: 0 }),
            ("ÀÀÀMRA85C12B442I", CodiceFiscaleError::Form),
        ] {
            assert_eq!(CodiceFiscale::parse(text, None), Err(why), "{text}");
        }
        let typed = CodiceFiscale::parse(" rss mra 85c12 b442i ", None).expect("lower case and blanks are accepted");
        assert_eq!(typed.as_str(), "RSSMRA85C12B442I");
        assert_eq!(format!("{typed:?}"), "CodiceFiscale(…)");
    }

    #[test]
    fn omocodia_alone_makes_homonyms() {
        let code = |text: &str| CodiceFiscale::parse(text, None).unwrap();
        let own = code("RSSMRA85C12B442I");
        let letters = ('A'..='Z').map(|letter| format!("RSSMRA85C12B44N{letter}"));
        let other = letters.filter_map(|text| CodiceFiscale::parse(&text, None).ok()).next().unwrap();
        assert!(own != other && own.is_homonym(&other) && other.is_homonym(&own) && own.is_homonym(&own));
        assert!(!own.is_homonym(&code("BNCGLI88S70A794O")));
        assert!(!own.is_homonym(&code("80018230153")));
    }

    #[test]
    fn composes_what_it_reads() {
        let birth = NaiveDate::from_ymd_opt(1988, 11, 30).expect("the day exists");
        let code = CodiceFiscale::compose("Bianchi", "Giulia", birth, Sesso::Femmina, "A794");
        assert_eq!(code.as_ref().map(CodiceFiscale::as_str), Some("BNCGLI88S70A794O"));
        let code = code.expect("composed above");
        assert_eq!(code.birth_in(1900), Some(birth));
        assert_eq!(code.luogo_code().as_deref(), Some("A794"));
        assert_eq!(CodiceFiscale::compose("Bianchi", "Giulia", birth, Sesso::Femmina, "A7945"), None);
    }

    #[test]
    fn a_place_must_have_existed_at_birth() {
        // Abbadia sopra Adda was suppressed in 1928.
        let old = NaiveDate::from_ymd_opt(1912, 3, 12).expect("the day exists");
        let new = NaiveDate::from_ymd_opt(2012, 3, 12).expect("the day exists");
        let code = CodiceFiscale::compose("Rossi", "Mario", old, Sesso::Maschio, "A002").expect("it existed then");
        assert_eq!(CodiceFiscale::parse(code.as_str(), Some(new)), Err(CodiceFiscaleError::Place));
        assert!(CodiceFiscale::parse(code.as_str(), None).is_ok());
    }
}
