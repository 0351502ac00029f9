//! The month that a run charges. Never a school year, never a calendar year.

use chrono::{Datelike, Months, NaiveDate};

/// A month, kept as `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Periodo(NaiveDate);

/// The text is not a month written `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a month: not written as 2026-10")]
pub struct PeriodoError;

impl Periodo {
    /// The month that holds a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.0
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        let next = self.0.checked_add_months(Months::new(1));
        next.and_then(|next| next.pred_opt()).unwrap_or(self.0)
    }

    /// The month as it is kept: `2026-10`.
    pub fn stored(self) -> String {
        self.0.format("%Y-%m").to_string()
    }

    /// The month of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        let day = NaiveDate::parse_from_str(&format!("{word}-01"), "%Y-%m-%d").ok()?;
        (word.len() == 7 && (2000..=2100).contains(&day.year())).then_some(Self(day))
    }
}

impl TryFrom<String> for Periodo {
    type Error = PeriodoError;

    fn try_from(text: String) -> Result<Self, PeriodoError> {
        Self::from_stored(&text).ok_or(PeriodoError)
    }
}

impl From<Periodo> for String {
    fn from(periodo: Periodo) -> Self {
        periodo.stored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months() {
        let october = Periodo::from_stored("2026-10").unwrap();
        assert_eq!(
            (october.first_day().to_string(), october.last_day().to_string()),
            ("2026-10-01".into(), "2026-10-31".into())
        );
        assert_eq!(Periodo::from_stored("2028-02").unwrap().last_day().day(), 29);
        assert_eq!(Periodo::of(october.last_day()), october);
        for wrong in ["2026-13", "26-10", "2026-1", "2026/10", "2026-10-01", "+026-10", ""] {
            assert_eq!(Periodo::from_stored(wrong), None, "{wrong}");
        }
    }
}
