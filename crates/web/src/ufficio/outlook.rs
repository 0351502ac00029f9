//! What accepting a pratica changes, in words: the office reads it before it decides.

use sportello_app::ufficio::{Expected, Outlook, compiti::CompitoKind};
use sportello_domain::euro::Euro;

use crate::text::Text;

/// One sentence for each thing that changes.
pub(super) fn sentences(t: Text, outlook: &Outlook) -> Vec<String> {
    outlook.expected.iter().flat_map(|expected| effect(t, expected)).collect()
}

fn effect(t: Text, expected: &Expected) -> Vec<String> {
    match expected {
        Expected::Enrolment { by_debit: false } => vec![t.get("effetti-iscrizione")],
        Expected::Enrolment { by_debit: true } => vec![t.get("effetti-iscrizione"), t.get("effetti-mandato-nuovo")],
        Expected::Closing { last } => {
            vec![t.get1("effetti-chiude", "data", t.date(*last)), t.get("effetti-chiude-prenotati")]
        }
        Expected::Payment { from_debit, to_debit, debts, owed } => payment(t, (*from_debit, *to_debit), *debts, *owed),
        Expected::Diet => vec![t.get("effetti-dieta")],
        Expected::Residence { comune, residente, tariffs, invoiced } => {
            let mut said = vec![t.get1("effetti-residenza", "comune", comune.as_str())];
            said.push(match (tariffs, residente) {
                (None, _) => t.get("effetti-tariffa-uguale"),
                (Some((n, from)), true) => t.get2("effetti-tariffa-residenti", "n", *n, "data", t.date(*from)),
                (Some((n, from)), false) => t.get2("effetti-tariffa-altri", "n", *n, "data", t.date(*from)),
            });
            said.extend(invoiced.then(|| t.get("effetti-conguaglio")));
            said
        }
        Expected::Task(kind) => vec![t.get1("effetti-compito", "compito", task(t, *kind))],
    }
}

fn payment(t: Text, (from_debit, to_debit): (bool, bool), debts: usize, owed: Euro) -> Vec<String> {
    let mut said = vec![if to_debit { t.get("effetti-paga-sdd") } else { t.get("effetti-paga-pagopa") }];
    said.extend(from_debit.then(|| t.get("effetti-mandato-finisce")));
    said.extend(to_debit.then(|| t.get("effetti-mandato-nuovo")));
    if debts > 0 {
        let key = if to_debit { "effetti-rette-conto" } else { "effetti-rette-avviso" };
        said.push(t.get2(key, "n", debts, "importo", t.euro(owed.cents())));
    }
    said
}

/// What is to be done, in words.
pub(super) fn task(t: Text, kind: CompitoKind) -> String {
    t.get(match kind {
        CompitoKind::Certificazione => "compiti-certificazione",
        CompitoKind::Sospensione => "compiti-sospensione",
        CompitoKind::Conguaglio => "compiti-conguaglio",
        CompitoKind::Posto => "compiti-posto",
    })
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;

    #[test]
    fn each_effect_is_said_in_every_language() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 10, 4).unwrap();
        let residence = |residente, tariffs, invoiced| Expected::Residence {
            comune: "Treviglio (BG)".into(),
            residente,
            tariffs,
            invoiced,
        };
        let payment = |from_debit, to_debit, debts| Expected::Payment {
            from_debit,
            to_debit,
            debts,
            owed: Euro::from_cents(8_100),
        };
        let expected = vec![
            Expected::Enrolment { by_debit: false },
            Expected::Enrolment { by_debit: true },
            Expected::Closing { last: day },
            payment(true, false, 1),
            payment(true, true, 2),
            payment(false, true, 0),
            Expected::Diet,
            residence(true, Some((1, day)), false),
            residence(false, Some((2, day)), true),
            residence(false, None, false),
            Expected::Task(CompitoKind::Certificazione),
            Expected::Task(CompitoKind::Sospensione),
            Expected::Task(CompitoKind::Conguaglio),
        ];
        let outlook = Outlook { expected, moved: false };
        for lingua in [Lingua::It, Lingua::En] {
            let said = sentences(Text(lingua), &outlook);
            assert_eq!(said.len(), 25);
            assert!(said.iter().all(|words| !words.contains("[[") && !words.is_empty()), "{said:?}");
        }
        let said = sentences(Text(Lingua::It), &outlook);
        assert!(said.contains(&"1 retta aperta, per 81,00\u{a0}€, riceve un avviso pagoPA.".to_owned()), "{said:?}");
    }
}
