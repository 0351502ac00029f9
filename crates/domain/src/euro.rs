//! Money: whole cents, never a floating number.

/// An amount in euro, in whole cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Euro(i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EuroError {
    /// Not digits with at most one comma or point.
    #[error("reading an amount: not a number")]
    NotANumber,
    /// More than two decimals, or one mark that could be of thousands (`10.000`): ten or ten thousand?
    #[error("reading an amount: the mark could be of thousands or of decimals")]
    Ambiguous,
    /// Larger than the largest amount of a SEPA order, 999,999,999.99.
    #[error("reading an amount: too large")]
    TooLarge,
}

/// Largest amount that is read, in cents (the limit of a SEPA order).
const MAX_CENTS: i64 = 99_999_999_999;

impl Euro {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// Reads an amount as people type it: `4,50`, `4.50`, `15.000,00`, `1000`, with or without `€`.
    /// A lone mark before three digits is refused, since it could mean either thing.
    pub fn parse(text: &str) -> Result<Self, EuroError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
        let (whole, cents) = split(&compact)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || !(cents.is_empty() || digits(&cents)) {
            return Err(EuroError::NotANumber);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 9 {
            return Err(EuroError::TooLarge);
        }
        // "4,5" means four euro and fifty cents.
        let total = format!("{whole}{cents:0<2}").parse().map_err(|_| EuroError::NotANumber)?;
        if total > MAX_CENTS { Err(EuroError::TooLarge) } else { Ok(Self(total)) }
    }

    /// `4,50`: without the sign of the currency, as it is typed.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        let whole = (cents / 100).to_string();
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        format!("{sign}{grouped},{:02}", cents % 100)
    }
}

/// The whole part without marks of thousands, and the decimals.
fn split(text: &str) -> Result<(String, String), EuroError> {
    let Some(last) = text.rfind([',', '.']) else {
        return Ok((text.to_owned(), String::new()));
    };
    let (whole, decimals) = (&text[..last], &text[last + 1..]);
    let mark = text.as_bytes()[last];
    if whole.bytes().any(|byte| byte == mark) {
        // The same mark twice is of thousands: 1.000.000.
        return Ok((ungrouped(text, mark)?, String::new()));
    }
    match decimals.len() {
        0 => Err(EuroError::NotANumber),
        1 | 2 => {
            let other = if mark == b',' { b'.' } else { b',' };
            Ok((ungrouped(whole, other)?, decimals.to_owned()))
        }
        _ => Err(EuroError::Ambiguous),
    }
}

/// A whole number without its marks of thousands, which must stand every three digits.
fn ungrouped(text: &str, mark: u8) -> Result<String, EuroError> {
    let mut groups = text.split(char::from(mark));
    let first = groups.next().unwrap_or_default();
    let mut whole = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 || first.is_empty() {
            return Err(EuroError::NotANumber);
        }
        whole.push_str(group);
    }
    Ok(whole)
}

impl std::ops::Add for Euro {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::AddAssign for Euro {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::ops::Sub for Euro {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Euro {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, std::ops::Add::add)
    }
}

impl std::fmt::Display for Euro {
    /// `4,50 €`, with a blank that does not break.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}\u{a0}€", self.plain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        for (text, cents) in [
            ("4,50", 450),
            ("4.50", 450),
            ("4,5", 450),
            ("0", 0),
            ("0,00 €", 0),
            ("1000", 100_000),
            ("15.000,00", 1_500_000),
            ("15,000.00", 1_500_000),
            ("1.000.000", 100_000_000),
            ("12 345,67", 1_234_567),
            ("999999999,99", 99_999_999_999),
        ] {
            assert_eq!(Euro::parse(text), Ok(Euro::from_cents(cents)), "{text}");
        }
    }

    #[test]
    fn refuses_what_means_two_things() {
        assert_eq!(Euro::parse("10.000"), Err(EuroError::Ambiguous));
        assert_eq!(Euro::parse("10,000"), Err(EuroError::Ambiguous));
        for text in ["", "-4", "4,", ",50", "1.00,00", "1.0000,00", "4,5,0", "quattro", "4€50c", "1..000"] {
            assert!(Euro::parse(text).is_err(), "{text}");
        }
        assert_eq!(Euro::parse("1000000000"), Err(EuroError::TooLarge));
    }

    #[test]
    fn writes_as_italians_do() {
        assert_eq!(Euro::from_cents(450).to_string(), "4,50\u{a0}€");
        assert_eq!(Euro::from_cents(123_456_789).plain(), "1.234.567,89");
        assert_eq!(Euro::from_cents(-5).plain(), "-0,05");
    }

    #[test]
    fn amounts_are_added_to_the_cent() {
        let euro = Euro::from_cents;
        assert_eq!([euro(450), euro(1), euro(-50)].into_iter().sum::<Euro>(), euro(401));
        assert_eq!([].into_iter().sum::<Euro>(), Euro::ZERO);
        assert_eq!(euro(100) - euro(450), euro(-350));
        let mut total = euro(3);
        total += euro(4);
        assert_eq!(total, euro(7));
    }
}
