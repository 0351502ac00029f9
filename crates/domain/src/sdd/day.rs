//! Days of a collection: the calendar of TARGET, notice to the debtor, when the bank may send it back.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::calendar::easter;

/// A mandate ends so many months after its last collection (rulebook, 4.1).
pub const MANDATE_LIFE_MONTHS: u32 = 36;

/// TARGET days in which the debtor's bank may return a collection, after the debit.
const RETURN_TARGET_DAYS: u32 = 5;
/// Days in which the debtor may have it refunded without a reason: eight weeks.
const REFUND_DAYS: u64 = 56;
/// Months in which the debtor may say that it was never authorised.
const UNAUTHORISED_MONTHS: u32 = 13;

/// Whether banks settle on this day: no weekend, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
pub fn is_target_day(day: NaiveDate) -> bool {
    let easter = easter(day.year());
    let fixed = matches!((day.month(), day.day()), (1 | 5, 1) | (12, 25 | 26));
    let moving = [easter.checked_sub_days(Days::new(2)), easter.checked_add_days(Days::new(1))];
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !fixed && !moving.contains(&Some(day))
}

/// The first day on which banks settle, from `day` on.
pub fn target_day_from(day: NaiveDate) -> NaiveDate {
    step(day, NaiveDate::succ_opt)
}

/// The day that is `count` TARGET days after `day`.
pub fn after_target_days(day: NaiveDate, count: u32) -> NaiveDate {
    (0..count).fold(day, |day, _| day.succ_opt().map_or(day, target_day_from))
}

/// The day that is `count` TARGET days before `day`.
pub fn before_target_days(day: NaiveDate, count: u32) -> NaiveDate {
    (0..count).fold(day, |day, _| day.pred_opt().map_or(day, |day| step(day, NaiveDate::pred_opt)))
}

fn step(from: NaiveDate, next: impl Fn(&NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
    let mut day = from;
    while !is_target_day(day) {
        let Some(following) = next(&day) else { break };
        day = following;
    }
    day
}

/// The day on which a debt may be collected at the earliest: when it is due, the debtor has been told for `notice_days`
/// calendar days, and banks settle.
pub fn debit_day(told_on: NaiveDate, due_on: NaiveDate, notice_days: u32) -> NaiveDate {
    let told_for = told_on.checked_add_days(Days::new(u64::from(notice_days))).unwrap_or(NaiveDate::MAX);
    target_day_from(due_on.max(told_for))
}

/// The first day for which a file made today can still be brought to the bank, `lead_days` TARGET days before.
pub fn first_collection_day(today: NaiveDate, lead_days: u32) -> NaiveDate {
    after_target_days(target_day_from(today), lead_days)
}

/// The last day to tell the debtor about a debit.
pub fn latest_notice(debit: NaiveDate, notice_days: u32) -> NaiveDate {
    debit.checked_sub_days(Days::new(u64::from(notice_days))).unwrap_or(NaiveDate::MIN)
}

/// The last day on which the debtor's bank may return a collection.
pub fn return_until(debit: NaiveDate) -> NaiveDate {
    after_target_days(debit, RETURN_TARGET_DAYS)
}

/// The last day on which the debtor may have a collection refunded without a reason.
pub fn refund_until(debit: NaiveDate) -> NaiveDate {
    debit.checked_add_days(Days::new(REFUND_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// The last day on which the debtor may have an unauthorised collection refunded.
pub fn unauthorised_refund_until(debit: NaiveDate) -> NaiveDate {
    debit.checked_add_months(Months::new(UNAUTHORISED_MONTHS)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn golden_example_11() {
        assert_eq!(target_day_from(day("2027-03-26")), day("2027-03-30"));
        for closed in ["2027-01-01", "2027-05-01", "2026-12-25", "2028-12-26", "2026-11-28", "2026-11-29"] {
            assert!(!is_target_day(day(closed)), "{closed}");
        }
        // Italian holidays on which banks of the area settle.
        for open in ["2027-01-06", "2026-06-02", "2026-12-08", "2027-12-31"] {
            assert!(is_target_day(day(open)), "{open}");
        }
    }

    #[test]
    fn golden_example_12() {
        let debit = day("2026-11-30");
        assert_eq!(latest_notice(debit, 14), day("2026-11-16"));
        assert_eq!(return_until(debit), day("2026-12-07"));
        assert_eq!(refund_until(debit), day("2027-01-25"));
        assert_eq!(unauthorised_refund_until(debit), day("2027-12-30"));
        assert_eq!(return_until(day("2026-12-23")), day("2026-12-31"));
    }

    #[test]
    fn a_debit_waits_for_its_due_day_the_notice_and_the_banks() {
        for (told, due, debit) in [
            ("2026-11-16", "2026-11-30", "2026-11-30"),
            ("2026-11-17", "2026-11-30", "2026-12-01"),
            ("2026-11-01", "2026-11-28", "2026-11-30"),
            ("2026-12-11", "2026-12-12", "2026-12-28"),
        ] {
            assert_eq!(debit_day(day(told), day(due), 14), day(debit), "{told} {due}");
        }
    }

    #[test]
    fn a_file_reaches_the_bank_in_time() {
        assert_eq!(first_collection_day(day("2026-11-25"), 1), day("2026-11-26"));
        assert_eq!(first_collection_day(day("2026-11-27"), 3), day("2026-12-02"));
        assert_eq!(first_collection_day(day("2026-11-28"), 1), day("2026-12-01"), "made on a Saturday");
        for ahead in 0..400 {
            let from = day("2026-01-01") + Days::new(ahead);
            let forth = after_target_days(target_day_from(from), 3);
            assert_eq!(before_target_days(forth, 3), target_day_from(from));
        }
    }
}
