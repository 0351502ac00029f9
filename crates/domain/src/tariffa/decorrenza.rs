//! From which day on a change that a family filed counts for its price: each comune's regulation says.

use chrono::{Datelike, Months, NaiveDate};

/// The rule of a tariff plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Decorrenza {
    /// From the day itself.
    #[default]
    #[serde(rename = "giorno")]
    SameDay,
    /// From the first of the month after it.
    #[serde(rename = "mese_successivo")]
    NextMonth,
    /// By the 15th from the first of the month, later from the first of the next one; in September all month long from
    /// the first.
    #[serde(rename = "giorno_15")]
    Day15,
    /// In January from the first of the year, later from the day itself.
    #[serde(rename = "retro_gennaio")]
    RetroJan,
}

impl Decorrenza {
    /// The first day on which a change of this day counts.
    pub fn first_day(self, on: NaiveDate) -> NaiveDate {
        let first = on.with_day(1).expect("every month has a first day");
        let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
        match self {
            Self::SameDay => on,
            Self::NextMonth => next,
            Self::Day15 if on.day() <= 15 || on.month() == 9 => first,
            Self::Day15 => next,
            Self::RetroJan if on.month() == 1 => first,
            Self::RetroJan => on,
        }
    }

    /// Whether it is the rule of a plan that names none.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_rule_names_its_first_day() {
        use Decorrenza as D;
        for (rule, on, first) in [
            (D::SameDay, "2026-10-16", "2026-10-16"),
            (D::NextMonth, "2026-10-01", "2026-11-01"),
            (D::NextMonth, "2026-12-31", "2027-01-01"),
            // Examples 7 and 8 of the domain specification.
            (D::Day15, "2026-10-15", "2026-10-01"),
            (D::Day15, "2026-10-16", "2026-11-01"),
            (D::Day15, "2026-09-30", "2026-09-01"),
            (D::Day15, "2026-10-01", "2026-10-01"),
            (D::RetroJan, "2027-01-31", "2027-01-01"),
            (D::RetroJan, "2027-02-01", "2027-02-01"),
        ] {
            assert_eq!(rule.first_day(day(on)), day(first), "{rule:?} {on}");
        }
    }
}
