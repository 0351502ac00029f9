use proptest::prelude::*;
use serde_json::json;

use super::*;

const OCTOBER: &str = "2026-10";

fn periodo() -> Periodo {
    Periodo::from_stored(OCTOBER).unwrap()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn piani() -> Vec<PianoInForce> {
    let piano = serde_json::from_value(json!({
        "listini": [{ "fasce": [{ "up_to_cents": 1_500_000, "price_cents": 365 }, { "price_cents": 450 }] }],
        "fratelli": { "order": "nascita", "riduzioni": [{ "from_child": 2, "off": { "percent_bp": 1_500 } }] },
    }));
    vec![PianoInForce { from: day(9, 1), to: None, piano: piano.unwrap() }]
}

/// The child `key` of the payer `payer`, born in the year 2010 + `key`, with this many meals in October.
fn iscritto(key: u128, payer: u128, isee: Option<i64>, meals: u32) -> Iscritto {
    let id = |kind: u128| Uuid::from_u128(kind * 1000 + key);
    let giorno = |at| Giorno {
        presenza: Uuid::from_u128(key * 1000 + u128::from(at)),
        day: day(10, at),
        state: PresenzaState::Present,
    };
    Iscritto {
        iscrizione: IscrizioneId::new(id(1)),
        alunno: AlunnoId::new(id(2)),
        persona: PersonaId::new(Uuid::from_u128(payer)),
        has_codice_fiscale: true,
        born_on: NaiveDate::from_ymd_opt(2010 + i32::try_from(key).unwrap(), 5, 1),
        enrolled_on: day(9, 1),
        from: day(9, 1),
        to: day(12, 31),
        grado: "primaria".to_owned(),
        modalita: Modalita::PagoPa,
        assegnazioni: vec![Assegnazione {
            from: day(9, 1),
            to: day(12, 31),
            isee: isee.map(Euro::from_cents),
            residente: true,
        }],
        days: (1..=meals).map(giorno).collect(),
        usual: None,
    }
}

#[test]
fn eighteen_meals_are_one_line() {
    let esito = run(periodo(), &piani(), &[iscritto(1, 1, None, 18)], 400);
    let [fattura] = esito.fatture.as_slice() else { panic!("one invoice: {esito:?}") };
    assert_eq!((fattura.total.cents(), fattura.net.cents(), fattura.vat.cents()), (8_100, 7_788, 312));
    let [riga] = fattura.righe.as_slice() else { panic!("one line: {fattura:?}") };
    assert_eq!((riga.text.as_str(), riga.quantity, riga.unit.cents()), ("Pasti di ottobre 2026", 18, 450));
    assert_eq!(riga.rule, "tariffa massima, ISEE non dichiarato");
    assert_eq!((riga.days.len(), fattura.presenze.len()), (18, 18));
    assert_eq!(esito.anomalies, []);
}

#[test]
fn the_second_child_pays_less_while_the_first_is_enrolled() {
    let mut first = iscritto(1, 1, Some(0), 0);
    let second = iscritto(2, 1, Some(0), 17);
    let stranger = iscritto(3, 2, Some(0), 17);
    let esito = run(periodo(), &piani(), &[stranger.clone(), second.clone(), first.clone()], 400);
    let totals: Vec<i64> = esito.fatture.iter().map(|fattura| fattura.total.cents()).collect();
    assert_eq!(totals, [5_270, 6_205]);
    assert_eq!(esito.anomalies, [(first.iscrizione, Anomaly::ZeroMeals)]);
    // The first leaves on the 10th: from the 11th the second is the only child.
    first.to = day(10, 10);
    let esito = run(periodo(), &piani(), &[first, second], 400);
    let lines: Vec<_> = esito.fatture[0].righe.iter().map(|riga| (riga.quantity, riga.unit.cents())).collect();
    assert_eq!(lines, [(10, 310), (7, 365)]);
}

#[test]
fn meals_of_earlier_months_are_charged_and_later_ones_wait() {
    let mut child = iscritto(1, 1, None, 2);
    let other = |number, day, state| Giorno { presenza: Uuid::from_u128(number), day, state };
    child.days.extend([
        other(1, day(9, 30), PresenzaState::AbsentLate),
        other(2, day(11, 2), PresenzaState::Present),
        other(3, day(10, 20), PresenzaState::Absent),
        other(4, day(10, 21), PresenzaState::Closed),
        other(5, day(8, 31), PresenzaState::Present),
    ]);
    let esito = run(periodo(), &piani(), &[child], 400);
    let lines: Vec<_> = esito.fatture[0].righe.iter().map(|riga| (riga.text.as_str(), riga.quantity)).collect();
    assert_eq!(lines, [("Pasti di settembre 2026", 1), ("Pasti di ottobre 2026", 2)]);
}

#[test]
fn odd_things_are_named() {
    let only = |child: Iscritto, piani: &[PianoInForce]| run(periodo(), piani, &[child], 400);
    let mut hole = iscritto(1, 1, None, 3);
    hole.assegnazioni[0].to = day(10, 2);
    let esito = only(hole, &piani());
    assert_eq!((esito.fatture.len(), esito.anomalies[0].1), (0, Anomaly::NoTariff { day: day(10, 3) }));
    let esito = only(iscritto(1, 1, None, 1), &[]);
    assert_eq!(esito.anomalies[0].1, Anomaly::NoTariff { day: day(10, 1) });
    let mut dear = iscritto(1, 1, None, 10);
    dear.usual = Some(Euro::from_cents(1_499));
    let unusual = Anomaly::Unusual { usual: Euro::from_cents(1_499), total: Euro::from_cents(4_500) };
    let esito = only(dear.clone(), &piani());
    assert_eq!((esito.fatture.len(), esito.anomalies[0].1), (1, unusual));
    dear.usual = Some(Euro::from_cents(1_500));
    dear.has_codice_fiscale = false;
    let esito = only(dear, &piani());
    assert_eq!((esito.fatture.len(), esito.anomalies[0].1), (1, Anomaly::MissingCodiceFiscale));
    // Enrolled in other months only: no meals are no wonder.
    let mut gone = iscritto(1, 1, None, 0);
    gone.to = day(9, 30);
    assert_eq!(only(gone, &piani()), Esito::default());
    let free = vec![PianoInForce {
        piano: serde_json::from_value(json!({ "listini": [{ "fasce": [{ "price_cents": 0 }] }] })).unwrap(),
        ..piani().remove(0)
    }];
    assert_eq!(only(iscritto(1, 1, None, 1), &free).anomalies[0].1, Anomaly::ZeroTotal);
}

#[test]
fn the_latest_plan_counts() {
    let mut two = piani();
    let later = serde_json::from_value(json!({ "listini": [{ "fasce": [{ "price_cents": 500 }] }] })).unwrap();
    two.push(PianoInForce { from: day(10, 3), to: None, piano: later });
    let esito = run(periodo(), &two, &[iscritto(1, 1, None, 4)], 400);
    let lines: Vec<_> = esito.fatture[0].righe.iter().map(|riga| (riga.quantity, riga.unit.cents())).collect();
    assert_eq!(lines, [(2, 450), (2, 500)]);
}

fn families() -> impl Strategy<Value = Vec<Iscritto>> {
    let child = (1_u128..4, proptest::option::of(0_i64..3_000_000), 0_u32..=31);
    proptest::collection::vec(child, 1..12).prop_map(|children| {
        let numbered = children.into_iter().zip(1..);
        numbered.map(|((payer, isee, meals), key)| iscritto(key, payer, isee, meals)).collect()
    })
}

proptest! {
    #[test]
    fn a_run_is_sound_and_always_the_same(
        (iscritti, shuffled) in families().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let esito = run(periodo(), &piani(), &iscritti, 400);
        prop_assert_eq!(&esito, &run(periodo(), &piani(), &shuffled, 400));
        for fattura in &esito.fatture {
            prop_assert_eq!(fattura.net.cents() + fattura.vat.cents(), fattura.total.cents());
            let lines: i64 = fattura.righe.iter().map(|riga| riga.unit.cents() * riga.quantity).sum();
            prop_assert_eq!(lines, fattura.total.cents());
        }
        // Each meal is charged once.
        let mut charged: Vec<Uuid> = esito.fatture.iter().flat_map(|fattura| fattura.presenze.clone()).collect();
        let count = charged.len();
        charged.sort_unstable();
        charged.dedup();
        prop_assert_eq!(charged.len(), count);
        prop_assert_eq!(count, iscritti.iter().map(|iscritto| iscritto.days.len()).sum::<usize>());
    }
}
