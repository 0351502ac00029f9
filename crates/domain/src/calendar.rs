//! Legal dates: the day of an instant in Europe/Rome, national holidays, the end of a term.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};

/// The legal date of an instant (Europe/Rome).
pub fn legal_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&chrono_tz::Europe::Rome).date_naive()
}

/// The first instant of a legal day (Europe/Rome).
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    // No midnight is left out by a change of the clocks in our time; then UTC is near enough for one that was.
    chrono_tz::Europe::Rome.from_local_datetime(&local).earliest().map_or(local.and_utc(), |at| at.to_utc())
}

/// Easter Sunday of a Gregorian year (the anonymous algorithm of 1876).
pub fn easter(year: i32) -> NaiveDate {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15).rem_euclid(30);
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let (month, day) = (sum / 31, sum % 31 + 1);
    NaiveDate::from_ymd_opt(year, month.unsigned_abs(), day.unsigned_abs())
        .expect("the algorithm gives a day from 22 March to 25 April")
}

/// National holidays with a fixed day, and the year from which each is one (L. 260/1949 and later; San Francesco: L. 151/2025).
const FIXED: [(u32, u32, i32); 11] = [
    (1, 1, 1949),
    (1, 6, 1986),
    (4, 25, 1949),
    (5, 1, 1949),
    (6, 2, 2001),
    (8, 15, 1949),
    (10, 4, 2026),
    (11, 1, 1949),
    (12, 8, 1949),
    (12, 25, 1949),
    (12, 26, 1949),
];

/// The patron saint's day of an ente, where a term does not end on it.
///
/// Only some are holidays of the civil law (Rome: 29 June, DPR 792/1985); elsewhere an ente sets none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Patrono {
    month: u32,
    day: u32,
}

impl Patrono {
    /// A day of every year; `None` for one that is not.
    pub fn new(month: u32, day: u32) -> Option<Self> {
        const COMMON_YEAR: i32 = 2027;
        NaiveDate::from_ymd_opt(COMMON_YEAR, month, day).map(|_| Self { month, day })
    }

    /// The day written as `06-29`.
    pub fn from_text(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        Self::new(month.parse().ok()?, day.parse().ok()?)
    }
}

impl TryFrom<String> for Patrono {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_text(&text).ok_or("no day of every year: write month and day, as 06-29")
    }
}

impl From<Patrono> for String {
    fn from(Patrono { month, day }: Patrono) -> Self {
        format!("{month:02}-{day:02}")
    }
}

/// Whether a day is a Sunday or a national holiday.
pub fn is_holiday(day: NaiveDate) -> bool {
    let fixed =
        |(month, date, since): &(u32, u32, i32)| (day.month(), day.day()) == (*month, *date) && day.year() >= *since;
    day.weekday() == Weekday::Sun
        || FIXED.iter().any(fixed)
        || easter(day.year()).checked_add_days(Days::new(1)) == Some(day)
}

/// The last day of a term of calendar days from `start`, the first day not counted (art. 2963 c. 2 c.c.); an end on a
/// holiday moves to the next day that is none (c. 3). A Saturday is none: art. 155 c. 5 c.p.c. moves it for acts of a trial.
pub fn deadline(start: NaiveDate, days: u32, patrono: Option<Patrono>) -> NaiveDate {
    let mut end = start.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
    while is_holiday(end) || patrono.is_some_and(|saint| (end.month(), end.day()) == (saint.month, saint.day)) {
        let Some(next) = end.succ_opt() else { break };
        end = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("the day exists")
    }

    #[test]
    fn the_day_turns_at_midnight_in_rome() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(legal_date(at("2026-06-12T21:59:59Z")), day(2026, 6, 12));
        assert_eq!(legal_date(at("2026-06-12T22:00:00Z")), day(2026, 6, 13));
        assert_eq!(legal_date(at("2026-12-31T23:00:00Z")), day(2027, 1, 1));
    }

    #[test]
    fn easter_of_known_years() {
        for (year, month, date) in
            [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2285, 3, 22)]
        {
            assert_eq!(easter(year), day(year, month, date));
        }
    }

    #[test]
    fn holidays_begin_in_their_year() {
        assert!(!is_holiday(day(2000, 6, 2)));
        assert!(is_holiday(day(2026, 6, 2)));
        assert!(!is_holiday(day(2025, 10, 4)));
        assert!(is_holiday(day(2027, 10, 4)));
    }

    #[test]
    fn a_patron_has_a_day_of_every_year() {
        assert_eq!(Patrono::from_text("06-29"), Patrono::new(6, 29));
        let written = Patrono::new(6, 29).map(String::from);
        assert_eq!(written.as_deref(), Some("06-29"));
        for wrong in ["02-29", "13-01", "6", "06-31", "", "giugno-29"] {
            assert_eq!(Patrono::from_text(wrong), None, "{wrong}");
        }
    }
}
