//! Special diets of an enrolled child: from when they hold, which one holds on a day, when their end is near.
//!
//! What the diet is, is not asked here: its answers are carried along. Class art9: whoever keeps one seals it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::modello::Value;

/// How long before the end of a certificate its payer is reminded.
const REMINDED_BEFORE: TimeDelta = TimeDelta::days(30);

/// An accepted request about a diet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dieta {
    /// First day.
    pub dal: NaiveDate,
    /// Last day, where a certificate ends.
    pub al: Option<NaiveDate>,
    /// What the diet is, as it was answered; empty for a child that goes back to the menu of all.
    pub answers: BTreeMap<String, Value>,
}

impl Dieta {
    /// A diet that was asked for from a day on: it never holds before the day of its acceptance.
    pub fn accepted(
        accepted_on: NaiveDate,
        asked_from: NaiveDate,
        al: Option<NaiveDate>,
        answers: BTreeMap<String, Value>,
    ) -> Self {
        Self { dal: accepted_on.max(asked_from), al, answers }
    }

    /// The diet of a day among all that were accepted, the last one first: a later acceptance takes the place of those
    /// before it, from its own first day on. Nothing for the menu of all, and after the end of a certificate.
    pub fn on_day(latest_first: &[Self], day: NaiveDate) -> Option<&Self> {
        let found = latest_first.iter().find(|dieta| dieta.dal <= day)?;
        (!found.answers.is_empty() && found.al.is_none_or(|al| day <= al)).then_some(found)
    }

    /// Whether its payer is to be reminded that it ends: in its last 30 days.
    pub fn ends_soon(&self, today: NaiveDate) -> bool {
        !self.answers.is_empty() && self.al.is_some_and(|al| today <= al && al - REMINDED_BEFORE <= today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dieta(dal: &str, al: Option<&str>, food: Option<&str>) -> Dieta {
        let answers = food.map(|food| ("dieta_alimenti".to_owned(), Value::Text(food.to_owned())));
        Dieta::accepted(day(dal), day(dal), al.map(day), answers.into_iter().collect())
    }

    #[test]
    fn it_holds_from_the_acceptance_never_from_before() {
        let of = |asked: &str| Dieta::accepted(day("2026-10-10"), day(asked), None, BTreeMap::new()).dal;
        assert_eq!(of("2026-10-01"), day("2026-10-10"));
        assert_eq!(of("2026-10-20"), day("2026-10-20"));
    }

    #[test]
    fn the_last_acceptance_counts_from_its_first_day_on() {
        let latest_first = [
            dieta("2027-02-01", None, None),
            dieta("2026-11-01", Some("2027-01-15"), Some("glutine")),
            dieta("2026-09-14", None, Some("maiale")),
        ];
        for (on, food) in [
            ("2026-09-13", None),
            ("2026-09-14", Some("maiale")),
            ("2026-10-31", Some("maiale")),
            ("2026-11-01", Some("glutine")),
            ("2027-01-15", Some("glutine")),
            // The certificate is over: nobody goes back to an older diet by itself.
            ("2027-01-16", None),
            ("2027-02-01", None),
        ] {
            let found = Dieta::on_day(&latest_first, day(on)).and_then(|dieta| dieta.answers.values().next());
            assert_eq!(found, food.map(|food| Value::Text(food.to_owned())).as_ref(), "{on}");
        }
    }

    #[test]
    fn its_end_is_near_for_thirty_days() {
        let dieta = dieta("2026-09-14", Some("2027-01-31"), Some("glutine"));
        for (today, near) in [("2026-12-31", false), ("2027-01-01", true), ("2027-01-31", true), ("2027-02-01", false)]
        {
            assert_eq!(dieta.ends_soon(day(today)), near, "{today}");
        }
    }
}
