//! Terms of answers, held against dates that were reckoned by hand; each case says how.

use chrono::{DateTime, Days, NaiveDate};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, proptest};
use serde::Deserialize;
use sportello_domain::calendar::{Patrono, is_holiday, legal_date};
use sportello_domain::termine::{Integrazione, Preavviso, Termine};

#[derive(Deserialize)]
struct Case {
    case: String,
    presented: DateTime<chrono::FixedOffset>,
    days: u32,
    patrono: Option<String>,
    asked: Option<NaiveDate>,
    supplied: Option<NaiveDate>,
    given: Option<NaiveDate>,
    observed: Option<NaiveDate>,
    due: NaiveDate,
    silence: NaiveDate,
    reckoning: String,
}

fn cases() -> Vec<Case> {
    let table = include_str!("data/termini.csv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table.as_bytes());
    reader.deserialize().map(|case| case.expect("every line is whole")).collect()
}

#[test]
fn every_case_that_was_reckoned_by_hand() {
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let patrono = case.patrono.as_deref().map(|day| Patrono::from_text(day).expect("a day of the year"));
        let termine = Termine {
            presented: legal_date(case.presented.to_utc()),
            days: case.days,
            integrazione: case.asked.map(|asked| Integrazione { asked, supplied: case.supplied }),
            preavviso: case.given.map(|given| Preavviso { given, observed: case.observed }),
            patrono,
        };
        let found = (termine.due_on(), termine.silence_on());
        if found != (case.due, case.silence) {
            wrong.push(format!("{}: {found:?}, but {}", case.case, case.reckoning));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_days_of_the_applicant() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    // 26 June + 30 = Sunday 26 July 2026: the applicant has one day more, the office has not.
    let integrazione = Integrazione { asked: day("2026-06-26"), supplied: None };
    assert_eq!(integrazione.last_day(None), day("2026-07-27"));
    let preavviso = Preavviso { given: day("2027-07-01"), observed: None };
    assert_eq!(preavviso.last_day(None), day("2027-07-12"));
    assert_eq!(preavviso.last_day(Patrono::new(7, 12)), day("2027-07-13"));
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..3_000).prop_map(|days| NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day") + Days::new(days))
}

fn later(from: NaiveDate) -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of((0_u64..60).prop_map(move |days| from + Days::new(days)))
}

proptest! {
    /// Nothing that the applicant does shortens a term, documents lengthen it by no more than their days and one run of
    /// holidays, and no term ends on a holiday.
    #[test]
    fn a_stop_only_lengthens(
        (presented, days, asked, supplied) in (day(), 1_u32..90).prop_flat_map(|(presented, days)| {
            (0..u64::from(days)).prop_flat_map(move |used| {
                let asked = presented + Days::new(used);
                (Just(presented), Just(days), Just(asked), later(asked))
            })
        }),
    ) {
        let plain = Termine::new(presented, days, None);
        let stopped = Termine { integrazione: Some(Integrazione { asked, supplied }), ..plain };
        prop_assert!(stopped.due_on() >= plain.due_on());
        prop_assert!(!is_holiday(stopped.due_on()) && !is_holiday(plain.due_on()));
        let stood = supplied.map_or(30, |supplied| (supplied - asked).num_days().min(30));
        let reckoned = presented + Days::new(u64::from(days)) + chrono::TimeDelta::days(stood);
        prop_assert!((0..=4).contains(&(stopped.due_on() - reckoned).num_days()), "{} {reckoned}", stopped.due_on());
        prop_assert_eq!(stopped.silence_on() - stopped.due_on(), chrono::TimeDelta::days(1));
    }
}
