//! Compares the journal with the database: nothing lost, nothing twice, no gap, nothing half done.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Evidence;
use crate::journal::{Entry, Numero};

/// What the journal says of one draft.
#[derive(Clone, Debug, Default)]
struct Claim {
    children: usize,
    acknowledged: bool,
    confirmed: Option<(Vec<Numero>, Option<Numero>)>,
}

/// First number of every series in the demo.
const FIRST: i64 = 1;

/// Everything that is wrong, one sentence each; empty when every promise was kept.
///
/// `before` is what the database held when the drill began.
pub fn faults(journal: &[Entry], before: &Evidence, found: &Evidence) -> Vec<String> {
    let claims = claims(journal);
    let mut faults = found.damage.clone();
    for (bozza, claim) in &claims {
        faults.extend(one(bozza, claim, found));
    }
    for old in before.pratiche.iter().filter(|old| !found.pratiche.contains(old)) {
        faults.push(format!("lost: {} was there when the drill began", old.bozza));
    }
    let known = claims.keys().chain(before.pratiche.iter().map(|old| &old.bozza));
    faults.extend(strangers(&known.map(String::as_str).collect(), found));
    faults.extend(gaps(found));
    let (open, failed) = (found.jobs_open, found.jobs_failed);
    if open + failed > 0 {
        faults.push(format!("the queue: {open} jobs open, {failed} given up"));
    }
    faults
}

/// Number of acknowledged INVIA in the journal.
pub fn acknowledged(journal: &[Entry]) -> usize {
    claims(journal).values().filter(|claim| claim.acknowledged).count()
}

fn claims(journal: &[Entry]) -> BTreeMap<String, Claim> {
    let mut claims: BTreeMap<String, Claim> = BTreeMap::new();
    for entry in journal {
        match entry {
            Entry::Tried { bozza, children } => claims.entry(bozza.clone()).or_default().children = *children,
            Entry::Acknowledged { bozza } => claims.entry(bozza.clone()).or_default().acknowledged = true,
            Entry::Confirmed { bozza, pratiche, protocollo } => {
                claims.entry(bozza.clone()).or_default().confirmed = Some((pratiche.clone(), *protocollo));
            }
        }
    }
    claims
}

fn one(bozza: &str, claim: &Claim, found: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    let pratiche: Vec<_> = found.pratiche.iter().filter(|pratica| pratica.bozza == bozza).collect();
    let protocolli: Vec<_> = found.protocolli.iter().filter(|own| own.incoming && own.bozza == bozza).collect();
    if pratiche.is_empty() && protocolli.is_empty() {
        if claim.acknowledged {
            faults.push(format!("lost: {bozza} was acknowledged and is not there"));
        }
        return faults;
    }
    if pratiche.len() != claim.children {
        faults.push(format!("{bozza}: {} pratiche for {} children", pratiche.len(), claim.children));
    }
    if protocolli.len() != 1 {
        faults.push(format!("{bozza}: {} registrations", protocolli.len()));
    }
    for pratica in &pratiche {
        let shared = protocolli
            .iter()
            .any(|own| pratica.ente == own.ente && pratica.protocollo.as_ref() == Some(&(own.aoo.clone(), own.numero)));
        if !shared {
            faults.push(format!("{bozza}: pratica {:?} does not carry its registration", pratica.numero));
        }
    }
    let receipts = found.ricevute.iter().filter(|draft| *draft == bozza).count();
    if receipts != 1 {
        faults.push(format!("{bozza}: {receipts} receipts"));
    }
    faults.extend(mail(bozza, found));
    if let Some((numbers, protocollo)) = &claim.confirmed {
        let mut there: Vec<Numero> = pratiche.iter().map(|pratica| pratica.numero).collect();
        let mut shown = numbers.clone();
        there.sort_unstable();
        shown.sort_unstable();
        if there != shown {
            faults.push(format!("{bozza}: the person was shown {shown:?}, the database has {there:?}"));
        }
        if *protocollo != protocolli.first().map(|own| own.numero) {
            faults.push(format!("{bozza}: the person was shown the registration {protocollo:?}"));
        }
    }
    faults
}

/// One message, which the mail server has; after a crash it may have it twice, under the same Message-ID.
fn mail(bozza: &str, found: &Evidence) -> Option<String> {
    let messages: Vec<_> = found.notifiche.iter().filter(|message| message.bozza == bozza).collect();
    match messages[..] {
        [message] if !message.sent => Some(format!("{bozza}: the message has not left")),
        [message] if !found.delivered.contains(&message.message_id) => {
            Some(format!("{bozza}: the message never arrived"))
        }
        [_] => None,
        _ => Some(format!("{bozza}: {} messages to the applicant", messages.len())),
    }
}

/// Messages that the mail server was given more than once.
pub fn delivered_again(found: &Evidence) -> usize {
    found.delivered.len() - found.delivered.iter().collect::<BTreeSet<_>>().len()
}

/// Pratiche that nobody tried to file.
fn strangers(known: &BTreeSet<&str>, found: &Evidence) -> Vec<String> {
    let drafts: BTreeSet<&str> = found.pratiche.iter().map(|pratica| pratica.bozza.as_str()).collect();
    drafts.difference(known).map(|bozza| format!("stranger: {bozza} was filed and nobody tried it")).collect()
}

/// Numbers of a series that are missing or given twice.
fn gaps(found: &Evidence) -> Vec<String> {
    let mut series: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for pratica in &found.pratiche {
        let name = format!("pratiche of {} in {}", pratica.ente, pratica.numero.anno);
        series.entry(name).or_default().push(pratica.numero.numero);
    }
    for own in &found.protocolli {
        let name = format!("register {} of {} in {}", own.aoo, own.ente, own.numero.anno);
        series.entry(name).or_default().push(own.numero.numero);
    }
    let mut faults = Vec::new();
    for (name, mut numbers) in series {
        numbers.sort_unstable();
        numbers.insert(0, FIRST - 1);
        for pair in numbers.windows(2) {
            match pair[1] - pair[0] {
                0 => faults.push(format!("{name}: {} was given twice", pair[0])),
                1 => {}
                _ => faults.push(format!("{name}: a gap between {} and {}", pair[0], pair[1])),
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{NotificaFound, PraticaFound, ProtocolloFound};

    fn number(numero: i64) -> Numero {
        Numero { anno: 2026, numero }
    }

    /// Draft `a` with two children and draft `b` with one, both confirmed and whole.
    fn whole() -> (Vec<Entry>, Evidence) {
        let pratica = |bozza: &str, numero, registration| PraticaFound {
            ente: "e".into(),
            numero: number(numero),
            bozza: bozza.into(),
            protocollo: Some(("AOO".into(), number(registration))),
        };
        let registration = |bozza: &str, numero| ProtocolloFound {
            ente: "e".into(),
            aoo: "AOO".into(),
            numero: number(numero),
            bozza: bozza.into(),
            incoming: true,
        };
        let message = |bozza: &str| NotificaFound { bozza: bozza.into(), message_id: format!("{bozza}@x"), sent: true };
        let mut journal = Vec::new();
        for (bozza, numbers, protocollo) in [("a", vec![1, 2], 1), ("b", vec![3], 2)] {
            journal.push(Entry::Tried { bozza: bozza.into(), children: numbers.len() });
            journal.push(Entry::Acknowledged { bozza: bozza.into() });
            journal.push(Entry::Confirmed {
                bozza: bozza.into(),
                pratiche: numbers.into_iter().map(number).collect(),
                protocollo: Some(number(protocollo)),
            });
        }
        let evidence = Evidence {
            pratiche: vec![pratica("a", 1, 1), pratica("a", 2, 1), pratica("b", 3, 2)],
            protocolli: vec![registration("a", 1), registration("b", 2)],
            notifiche: vec![message("a"), message("b")],
            delivered: vec!["b@x".into(), "a@x".into(), "a@x".into()],
            ricevute: vec!["a".into(), "b".into()],
            ..Evidence::default()
        };
        (journal, evidence)
    }

    fn after(change: impl FnOnce(&mut Vec<Entry>, &mut Evidence)) -> String {
        let (mut journal, mut evidence) = whole();
        change(&mut journal, &mut evidence);
        faults(&journal, &Evidence::default(), &evidence).join("\n")
    }

    #[test]
    fn kept_promises_give_no_fault() {
        let (journal, evidence) = whole();
        assert_eq!(faults(&journal, &Evidence::default(), &evidence), Vec::<String>::new());
        assert_eq!((acknowledged(&journal), delivered_again(&evidence)), (2, 1));
    }

    #[test]
    fn an_attempt_without_answer_may_be_absent_or_whole() {
        let (mut journal, evidence) = whole();
        journal.push(Entry::Tried { bozza: "c".into(), children: 1 });
        assert_eq!(faults(&journal, &Evidence::default(), &evidence), Vec::<String>::new());
        journal.retain(
            |entry| !matches!(entry, Entry::Acknowledged { bozza } | Entry::Confirmed { bozza, .. } if bozza == "b"),
        );
        assert_eq!(faults(&journal, &Evidence::default(), &evidence), Vec::<String>::new());
    }

    #[test]
    fn what_was_there_before_is_known_and_must_stay() {
        let (journal, mut evidence) = whole();
        let before = Evidence { pratiche: vec![evidence.pratiche[2].clone()], ..Evidence::default() };
        let journal: Vec<_> = journal.into_iter().take(3).collect();
        assert_eq!(faults(&journal, &before, &evidence), Vec::<String>::new());
        evidence.pratiche.truncate(2);
        assert_eq!(faults(&journal, &before, &evidence), ["lost: b was there when the drill began"]);
    }

    #[test]
    fn every_broken_promise_is_seen() {
        let lost = after(|_, found| {
            found.pratiche.truncate(2);
            found.protocolli.truncate(1);
        });
        assert_eq!(lost, "lost: b was acknowledged and is not there");
        let doubled = after(|_, found| {
            let mut twin = found.pratiche[2].clone();
            twin.numero = number(4);
            found.pratiche.push(twin);
        });
        assert!(
            doubled.contains("b: 2 pratiche for 1 children") && doubled.contains("the person was shown"),
            "{doubled}"
        );
        let half = after(|_, found| found.protocolli.truncate(1));
        assert!(half.contains("b: 0 registrations") && half.contains("does not carry its registration"), "{half}");
        let twice = after(|_, found| found.protocolli.push(found.protocolli[1].clone()));
        assert!(twice.contains("b: 2 registrations") && twice.contains("2 was given twice"), "{twice}");
        let gap = after(|_, found| found.pratiche[2].numero = number(7));
        assert!(gap.contains("a gap between 2 and 7"), "{gap}");
        let unanswered = after(|_, found| found.protocolli[1].incoming = false);
        assert!(unanswered.contains("b: 0 registrations") && !unanswered.contains("gap"), "{unanswered}");
        let silent = after(|_, found| found.notifiche.truncate(1));
        assert_eq!(silent, "b: 0 messages to the applicant");
        let kept = after(|_, found| found.notifiche[1].sent = false);
        assert_eq!(kept, "b: the message has not left");
        let claimed = after(|_, found| found.delivered.clear());
        assert!(claimed.contains("b: the message never arrived"), "{claimed}");
        let unworked = after(|_, found| (found.jobs_open, found.jobs_failed) = (2, 1));
        assert_eq!(unworked, "the queue: 2 jobs open, 1 given up");
        let receipts = after(|_, found| found.ricevute.push("a".into()));
        assert_eq!(receipts, "a: 2 receipts");
        let without = after(|_, found| found.ricevute.truncate(1));
        assert_eq!(without, "b: 0 receipts");
        let stranger = after(|journal, _| journal.retain(|entry| !format!("{entry:?}").contains("\"b\"")));
        assert_eq!(stranger, "stranger: b was filed and nobody tried it");
        let late = after(|journal, found| {
            journal.retain(|entry| !format!("{entry:?}").contains("\"a\""));
            found.pratiche.retain(|pratica| pratica.bozza == "b");
            found.protocolli.retain(|own| own.bozza == "b");
        });
        assert!(late.contains("a gap between 0 and 3") && late.contains("a gap between 0 and 2"), "{late}");
        let damage = after(|_, found| found.damage.push("page 7 is broken".into()));
        assert_eq!(damage, "page 7 is broken");
    }
}
