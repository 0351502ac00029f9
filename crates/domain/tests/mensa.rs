//! Attendance and tariffs against the examples of `../shared/specs/modelli` (skipped, with the reason printed, without
//! them).

use std::path::Path;

use chrono::NaiveDate;
use sportello_domain::{
    euro::Euro,
    presenza,
    tariffa::{Case, Fascia, Listino, Piano},
};

/// An example file, or nothing where the examples are not at hand.
fn example(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/modelli").join(name);
    let read = std::fs::read_to_string(&path).ok();
    if read.is_none() {
        #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
        let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
        assert!(!required, "the example {name} is missing");
        println!("skipped: the example {name} is not beside the checkout");
    }
    read
}

#[test]
fn each_state_is_charged_as_the_example_says() {
    let Some(text) = example("attendance_example.csv") else { return };
    let today = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
    let lines = presenza::read(text.as_bytes(), today).unwrap();
    let charged: Vec<bool> = text.lines().skip(1).map(|line| line.ends_with(",1")).collect();
    assert!(charged.len() >= 6, "the example is whole");
    assert_eq!(lines.iter().map(|line| line.state.is_charged()).collect::<Vec<_>>(), charged);
}

#[test]
fn the_published_bands_make_a_plan() {
    let Some(text) = example("tariff_plans_examples.csv") else { return };
    let fasce = text.lines().filter(|line| line.starts_with("A_bands")).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        Fascia { up_to_cents: Euro::parse(fields[2]).ok(), price_cents: Euro::parse(fields[3]).unwrap() }
    });
    let listino = Listino { gradi: Vec::new(), residente: None, fasce: fasce.collect() };
    let piano = Piano::new(vec![listino], None).unwrap();
    let unit = |isee: Option<i64>| {
        let case = Case { grado: "primaria", residente: true, isee: isee.map(Euro::from_cents), child: 1 };
        piano.price(&case).unwrap().unit.cents()
    };
    for (isee, price) in [(0, 50), (200_000, 50), (200_001, 135), (1_500_000, 365), (1_500_001, 410), (9_999_999, 450)]
    {
        assert_eq!(unit(Some(isee)), price, "{isee}");
    }
    assert_eq!(unit(None), 450);
}
