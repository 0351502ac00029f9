//! The school year: 1 September to 31 August. Never derived from the calendar year of invoices or of the protocol.

use chrono::{Datelike, NaiveDate};

/// A school year, named by the calendar year in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct AnnoScolastico(i32);

impl AnnoScolastico {
    /// The school year that begins in September of `year`.
    pub const fn beginning_in(year: i32) -> Self {
        Self(year)
    }

    /// The school year that holds `day`.
    pub fn of(day: NaiveDate) -> Self {
        Self(if day.month() >= 9 { day.year() } else { day.year() - 1 })
    }

    /// Its last day, 31 August; the last day that the calendar has for a year beyond it.
    pub fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0.saturating_add(1), 8, 31).unwrap_or(NaiveDate::MAX)
    }

    /// The calendar year in which it begins.
    pub const fn first_year(self) -> i32 {
        self.0
    }
}

impl std::fmt::Display for AnnoScolastico {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.0, self.0 + 1)
    }
}
