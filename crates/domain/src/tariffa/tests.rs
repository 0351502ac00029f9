use serde_json::json;

use super::*;

fn piano() -> Piano {
    let fasce = json!([
        { "up_to_cents": 1_500_000, "price_cents": 365 },
        { "up_to_cents": 2_500_000, "price_cents": 410 },
        { "price_cents": 450 },
    ]);
    serde_json::from_value(json!({
        "listini": [
            { "gradi": ["infanzia"], "fasce": [{ "price_cents": 270 }] },
            { "residente": true, "fasce": fasce },
            { "residente": false, "fasce": [{ "price_cents": 500 }] },
        ],
        "fratelli": { "order": "nascita", "riduzioni": [
            { "from_child": 2, "off": { "percent_bp": 1_500 } },
            { "from_child": 3, "off": { "fixed_cents": 100 } },
        ] },
    }))
    .unwrap()
}

fn case(isee: Option<i64>, child: u32) -> Case<'static> {
    Case { grado: "primaria", residente: true, isee: isee.map(Euro::from_cents), child }
}

#[test]
fn bounds_are_inclusive_and_not_declared_is_the_highest() {
    let unit = |isee| piano().price(&case(isee, 1)).unwrap().unit.cents();
    for (isee, expected) in [
        (Some(0), 365),
        (Some(1_500_000), 365),
        (Some(1_500_001), 410),
        (Some(2_500_000), 410),
        (Some(2_500_001), 450),
        (None, 450),
    ] {
        assert_eq!(unit(isee), expected, "{isee:?}");
    }
}

#[test]
fn reductions_are_rounded_once_and_explained() {
    let second = piano().price(&case(Some(0), 2)).unwrap();
    assert_eq!(second.unit.cents(), 310);
    assert_eq!(second.rule, "fascia ISEE 1 di 3, residenti (3,65\u{a0}€), riduzione del 15% per il 2º figlio");
    // Not reckoned day by day: 17 meals cost 52.70, not 52.74.
    assert_eq!(second.unit.cents() * 17, 5_270);
    assert_eq!(piano().price(&case(None, 2)).unwrap().unit.cents(), 383);
    let fourth = piano().price(&case(None, 4)).unwrap();
    assert_eq!((fourth.unit.cents(), fourth.rule.contains("di 1,00\u{a0}€ per il 4º")), (350, true));
}

#[test]
fn grade_and_residence_choose_the_list() {
    let infanzia = Case { grado: "infanzia", ..case(None, 1) };
    assert_eq!(piano().price(&infanzia).unwrap(), Prezzo { unit: Euro::from_cents(270), rule: "tariffa unica".into() });
    let elsewhere = Case { residente: false, ..case(Some(0), 1) };
    let price = piano().price(&elsewhere).unwrap();
    assert_eq!((price.unit.cents(), price.rule.as_str()), (500, "tariffa unica, non residenti"));
    let only = Listino { gradi: vec!["nido".into()], ..piano().listini[1].clone() };
    assert_eq!(Piano::new(vec![only], None).unwrap().price(&case(None, 1)), None);
}

#[test]
fn children_are_counted_by_birth_or_by_enrolment() {
    let day = |day| NaiveDate::from_ymd_opt(2018, 1, day).unwrap();
    let siblings = [
        Sibling { key: 1, born_on: Some(day(9)), enrolled_on: day(1) },
        Sibling { key: 2, born_on: None, enrolled_on: day(2) },
        Sibling { key: 3, born_on: Some(day(5)), enrolled_on: day(3) },
        Sibling { key: 4, born_on: Some(day(5)), enrolled_on: day(3) },
    ];
    assert_eq!(piano().ranks(&siblings), [3, 4, 1, 2]);
    let mut other = piano();
    other.fratelli.as_mut().unwrap().order = Order::Enrolment;
    assert_eq!(other.ranks(&siblings), [1, 2, 3, 4]);
}

#[test]
fn unsound_plans_are_refused() {
    let fascia = |bound: Option<i64>, price| Fascia {
        up_to_cents: bound.map(Euro::from_cents),
        price_cents: Euro::from_cents(price),
    };
    let listino = |fasce| Listino { gradi: vec![], residente: None, fasce };
    let of = |fasce| Piano::new(vec![listino(fasce)], None).unwrap_err();
    assert_eq!(of(vec![]), PianoError::Count);
    assert_eq!(of(vec![fascia(Some(5), 1), fascia(Some(5), 1), fascia(None, 1)]), PianoError::Bounds);
    assert_eq!(of(vec![fascia(Some(5), 1)]), PianoError::Bounds);
    assert_eq!(of(vec![fascia(None, 1), fascia(None, 1)]), PianoError::Bounds);
    assert_eq!(of(vec![fascia(None, -1)]), PianoError::Amount);
    let one = || vec![listino(vec![fascia(None, 1)])];
    let with = |from_child, off| {
        let fratelli = Fratelli { order: Order::Birth, riduzioni: vec![Riduzione { from_child, off }] };
        Piano::new(one(), Some(fratelli)).unwrap_err()
    };
    assert_eq!(with(1, Off::Percent(1_500)), PianoError::Children);
    assert_eq!(with(2, Off::Percent(10_001)), PianoError::Amount);
    let grado = Listino { gradi: vec!["liceo".into()], ..listino(vec![fascia(None, 1)]) };
    assert_eq!(Piano::new(vec![grado], None).unwrap_err(), PianoError::Grado);
}
