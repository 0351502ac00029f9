//! Compares the node's journal with receipts, ledger and debts: nothing lost, nothing twice, to the cent.

use std::collections::{BTreeMap, BTreeSet};

use sportello_domain::avviso::NumeroAvviso;

use super::evidence::{DebtFound, Evidence};
use super::journal::{Answer, Entry};

/// Kind of the job that tells whoever paid at the door.
const TELL: &str = "posta_spontaneo";
/// States of a debt.
const OPEN: &str = "aperta";
const PAID: &str = "pagata";
/// State of a payment at the door for which nothing came.
const AWAITED: &str = "da_pagare";
/// Digits of the running number in a notice number, after aux digit and segregation code.
const BASE: std::ops::Range<usize> = 3..16;

/// What the journal says of one receipt.
#[derive(Clone, Debug, Default)]
struct Claim {
    avviso: String,
    cents: i64,
    answer: Option<Answer>,
    again: Vec<Answer>,
}

/// Answers in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// Receipts answered OK.
    pub(super) ok: usize,
    /// Receipts whose first answer was that they are here already.
    pub(super) duplicate: usize,
}

impl Counts {
    /// Counts them.
    pub(super) fn of(journal: &[Entry]) -> Self {
        let count = |wanted| {
            journal.iter().filter(|entry| matches!(entry, Entry::Answered { answer, .. } if *answer == wanted)).count()
        };
        Self { ok: count(Answer::Ok), duplicate: count(Answer::Duplicate) }
    }
}

/// Everything that is wrong, one sentence each; empty when every promise was kept.
///
/// `before` is what the database held when the drill began.
pub(super) fn faults(journal: &[Entry], before: &Evidence, found: &Evidence) -> Vec<String> {
    let (begun, claims) = read(journal);
    let mut faults = found.damage.clone();
    for (avviso, cents) in &begun {
        faults.extend(debt(avviso, *cents, &claims, found));
    }
    for (id, claim) in &claims {
        faults.extend(receipt(id, claim, found));
    }
    faults.extend(of_before(before, found));
    faults.extend(strangers(&begun, &claims, before, found));
    faults.extend(sums(&claims, before, found));
    faults.extend(gaps(found));
    faults.extend(followed(before, found));
    faults
}

fn read(journal: &[Entry]) -> (BTreeMap<String, i64>, BTreeMap<String, Claim>) {
    let (mut begun, mut claims) = (BTreeMap::new(), BTreeMap::<String, Claim>::new());
    for entry in journal {
        match entry {
            Entry::Begun { avviso, cents } => drop(begun.insert(avviso.clone(), *cents)),
            Entry::Sent { ricevuta, avviso, cents } => {
                let claim = claims.entry(ricevuta.clone()).or_default();
                (claim.avviso, claim.cents) = (avviso.clone(), *cents);
            }
            Entry::Answered { ricevuta, answer } => {
                claims.entry(ricevuta.clone()).or_default().answer = Some(*answer);
            }
            Entry::Repeated { ricevuta, answer } => claims.entry(ricevuta.clone()).or_default().again.push(*answer),
        }
    }
    (begun, claims)
}

/// A debt that was begun is there once; it is paid whole by the receipt that is there, or open and untouched.
fn debt(avviso: &str, cents: i64, claims: &BTreeMap<String, Claim>, found: &Evidence) -> Vec<String> {
    let debts: Vec<&DebtFound> = found.debts.iter().filter(|debt| debt.avviso == avviso).collect();
    let [debt] = debts[..] else {
        return vec![format!("notice {avviso}: {} debts", debts.len())];
    };
    let mut faults = Vec::new();
    if debt.cents != cents {
        faults.push(format!("notice {avviso}: a debt of {} cents, the door was asked for {cents}", debt.cents));
    }
    let booked: i64 = found.ledger.iter().filter(|line| line.posizione == debt.id).map(|line| line.cents).sum();
    if debt.settled != booked || debt.settled > debt.cents {
        let (settled, owed) = (debt.settled, debt.cents);
        faults.push(format!("notice {avviso}: {settled} of {owed} cents settled, {booked} in the ledger"));
    }
    let acknowledged = claims.values().any(|claim| claim.avviso == avviso && claim.answer.is_some());
    let status = if acknowledged || booked > 0 { PAID } else { OPEN };
    if debt.status != status {
        faults.push(format!("notice {avviso}: the debt is {}, not {status}", debt.status));
    }
    let payment: Vec<_> = found.spontanei.iter().filter(|payment| payment.posizione == debt.id).collect();
    match payment[..] {
        [payment] if (payment.state == AWAITED) == (status == OPEN) => {}
        [payment] => faults.push(format!("notice {avviso}: the payment at the door is {}", payment.state)),
        _ => faults.push(format!("notice {avviso}: {} payments at the door", payment.len())),
    }
    faults
}

/// A receipt that was acknowledged is there once and booked once; any other is there whole, or not at all.
fn receipt(id: &str, claim: &Claim, found: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    let kept: Vec<_> = found.ricevute.iter().filter(|kept| kept.id == id).collect();
    let lines: Vec<_> = found.ledger.iter().filter(|line| line.ricevuta == id).collect();
    if claim.again.contains(&Answer::Ok) {
        faults.push(format!("receipt {id}: was acknowledged, sent again and taken for new"));
    }
    if kept.is_empty() && lines.is_empty() {
        if claim.answer.is_some() {
            faults.push(format!("lost: receipt {id} was acknowledged and is not there"));
        }
        return faults;
    }
    if (kept.len(), lines.len()) != (1, 1) {
        faults.push(format!("receipt {id}: kept {} times, booked {} times", kept.len(), lines.len()));
    }
    for kept in kept {
        let whole = (kept.avviso.as_str(), kept.cents, kept.anomalia.as_str());
        if whole != (claim.avviso.as_str(), claim.cents, "") {
            faults.push(format!("receipt {id}: {whole:?} was kept of {} over {} cents", claim.avviso, claim.cents));
        }
        if lines.iter().any(|line| (&line.ente, &line.posizione) != (&kept.ente, &kept.posizione)) {
            faults.push(format!("receipt {id}: booked for another debt"));
        }
    }
    if lines.iter().any(|line| line.cents != claim.cents) {
        faults.push(format!("receipt {id}: booked with another amount"));
    }
    faults
}

/// What was there when the drill began is there as it was.
fn of_before(before: &Evidence, found: &Evidence) -> Vec<String> {
    let receipts = before.ricevute.iter().filter(|old| !found.ricevute.contains(old)).map(|old| &old.id);
    let lines = before.ledger.iter().filter(|old| !found.ledger.contains(old)).map(|old| &old.ricevuta);
    let debts = before.debts.iter().filter(|old| !found.debts.contains(old)).map(|old| &old.id);
    receipts
        .chain(lines)
        .chain(debts)
        .map(|id| format!("lost or changed: {id} was there when the drill began"))
        .collect()
}

/// What nobody sent or began.
fn strangers(
    begun: &BTreeMap<String, i64>,
    claims: &BTreeMap<String, Claim>,
    before: &Evidence,
    found: &Evidence,
) -> Vec<String> {
    let new = |id: &String| !claims.contains_key(id);
    let receipts = found.ricevute.iter().filter(|kept| new(&kept.id) && !before.ricevute.contains(kept));
    let lines = found.ledger.iter().filter(|line| new(&line.ricevuta) && !before.ledger.contains(line));
    let debts = found.debts.iter().filter(|debt| !begun.contains_key(&debt.avviso) && !before.debts.contains(debt));
    receipts
        .map(|kept| format!("stranger: receipt {} was never sent", kept.id))
        .chain(
            lines.map(|line| format!("stranger: a line of {} cents in the ledger for no receipt of ours", line.cents)),
        )
        .chain(debts.map(|debt| format!("stranger: debt {} was never begun", debt.id)))
        .collect()
}

/// Ledger against receipts in each ente, and against the journal.
fn sums(claims: &BTreeMap<String, Claim>, before: &Evidence, found: &Evidence) -> Vec<String> {
    let mut enti: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for kept in &found.ricevute {
        enti.entry(&kept.ente).or_default().0 += kept.cents;
    }
    for line in &found.ledger {
        enti.entry(&line.ente).or_default().1 += line.cents;
    }
    let unequal = enti.into_iter().filter(|(_, (receipts, ledger))| receipts != ledger);
    let mut faults: Vec<String> = unequal
        .map(|(ente, (receipts, ledger))| format!("ente {ente}: receipts of {receipts} cents, a ledger of {ledger}"))
        .collect();
    let there: BTreeSet<&String> = found.ricevute.iter().map(|kept| &kept.id).collect();
    let sent: i64 = claims
        .iter()
        .filter(|(id, claim)| claim.answer.is_some() || there.contains(id))
        .map(|(_, claim)| claim.cents)
        .sum();
    let sum = |evidence: &Evidence| evidence.ledger.iter().map(|line| line.cents).sum::<i64>();
    let ledger = sum(found) - sum(before);
    if sent != ledger {
        faults.push(format!("the journal has {sent} cents, the ledger {ledger}"));
    }
    faults
}

/// Running numbers of notices that are missing or given twice.
fn gaps(found: &Evidence) -> Vec<String> {
    let mut series: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut faults = Vec::new();
    for debt in found.debts.iter().filter(|debt| !debt.avviso.is_empty()) {
        match NumeroAvviso::parse(&debt.avviso).ok().and_then(|numero| numero.as_str()[BASE].parse().ok()) {
            Some(base) => series.entry(&debt.ente).or_default().push(base),
            None => faults.push(format!("{} is no notice number", debt.avviso)),
        }
    }
    for (ente, mut numbers) in series {
        numbers.sort_unstable();
        numbers.insert(0, 0);
        for pair in numbers.windows(2).filter(|pair| pair[1] - pair[0] != 1) {
            faults.push(format!("notices of {ente}: {} comes after {}", pair[1], pair[0]));
        }
    }
    faults
}

/// What a booked receipt brings along: the kept call, and one message that reached the mail server.
fn followed(before: &Evidence, found: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    let booked = found.ricevute.len().saturating_sub(before.ricevute.len());
    let kept = found.kept_ok.saturating_sub(before.kept_ok);
    if kept != booked {
        faults.push(format!("{booked} receipts are booked, {kept} calls were kept with the answer OK"));
    }
    let undone = found.jobs.iter().filter(|job| job.state != "fatto");
    faults.extend(undone.map(|job| format!("the queue: job {} ({}) is {}", job.id, job.kind, job.state)));
    let told: Vec<_> = found.jobs.iter().filter(|job| job.kind == TELL && !before.jobs.contains(job)).collect();
    if told.len() != booked {
        faults.push(format!("{booked} receipts are booked, {} messages were queued", told.len()));
    }
    let name = |message: &String| message.split('@').next().unwrap_or_default().replace('-', "");
    let delivered: BTreeSet<String> = found.delivered.iter().map(name).collect();
    let missing = told.iter().filter(|job| !delivered.contains(&job.id));
    faults.extend(missing.map(|job| format!("the message of job {} never arrived", job.id)));
    faults
}

#[cfg(test)]
mod tests {
    use sportello_domain::avviso::Segregazione;

    use super::*;
    use crate::receipts::evidence::{JobFound, LineFound, RicevutaFound, SpontaneoFound};

    fn notice(base: u64) -> String {
        NumeroAvviso::issue(Segregazione::parse("02").expect("a code"), base).expect("a number").as_str().to_owned()
    }

    fn debt(base: u64, cents: i64, settled: i64) -> DebtFound {
        let status = if settled == cents { PAID } else { OPEN };
        let (id, avviso) = (format!("d{base}"), notice(base));
        DebtFound { ente: "e".into(), id, avviso, cents, settled, status: status.into() }
    }

    /// Books receipt `r{base}`.
    fn book(found: &mut Evidence, base: u64, cents: i64) {
        let (ente, posizione, id) = ("e".to_owned(), format!("d{base}"), format!("r{base}"));
        found.ledger.push(LineFound { ente: ente.clone(), ricevuta: id.clone(), posizione: posizione.clone(), cents });
        found.ricevute.push(RicevutaFound {
            ente,
            id,
            avviso: notice(base),
            posizione,
            cents,
            anomalia: String::new(),
        });
        found.kept_ok += 1;
        found.jobs.push(JobFound { id: format!("a{base}"), kind: TELL.into(), state: "fatto".into() });
        found.delivered.push(format!("a-{base}@e.sportello"));
    }

    /// Debt 1 from before; receipt 2 answered OK, 3 answered as a duplicate, 4 never answered and not there.
    fn whole() -> (Vec<Entry>, Evidence, Evidence) {
        let before = Evidence { debts: vec![debt(1, 50, 0)], ..Evidence::default() };
        let mut found = before.clone();
        let mut journal = Vec::new();
        for (base, cents, answer) in [(2, 200, Some(Answer::Ok)), (3, 300, Some(Answer::Duplicate)), (4, 400, None)] {
            let (ricevuta, settled) = (format!("r{base}"), if answer.is_some() { cents } else { 0 });
            found.debts.push(debt(base, cents, settled));
            let state = if answer.is_some() { "da_abbinare" } else { AWAITED };
            found.spontanei.push(SpontaneoFound { posizione: format!("d{base}"), state: state.into() });
            journal.push(Entry::Begun { avviso: notice(base), cents });
            journal.push(Entry::Sent { ricevuta: ricevuta.clone(), avviso: notice(base), cents });
            if let Some(answer) = answer {
                book(&mut found, base, cents);
                journal.push(Entry::Answered { ricevuta, answer });
            }
        }
        journal.push(Entry::Repeated { ricevuta: "r2".into(), answer: Answer::Duplicate });
        (journal, before, found)
    }

    fn after(change: impl FnOnce(&mut Vec<Entry>, &mut Evidence)) -> String {
        let (mut journal, before, mut found) = whole();
        change(&mut journal, &mut found);
        faults(&journal, &before, &found).join("\n")
    }

    #[test]
    fn kept_promises_give_no_fault() {
        assert_eq!(after(|_, _| ()), "");
        let (journal, ..) = whole();
        assert_eq!(Counts::of(&journal), Counts { ok: 1, duplicate: 1 });
    }

    #[test]
    fn a_receipt_without_answer_may_be_absent_or_whole() {
        let there = after(|_, found| {
            book(found, 4, 400);
            found.debts[3] = debt(4, 400, 400);
            found.spontanei[2].state = "abbinato".into();
        });
        assert_eq!(there, "");
        let half = after(|_, found| book(found, 4, 400));
        assert!(half.contains("0 of 400 cents settled, 400 in the ledger"), "{half}");
    }

    #[test]
    fn a_receipt_that_is_lost_or_doubled_is_seen() {
        let lost = after(|_, found| {
            found.ricevute.remove(0);
            found.ledger.remove(0);
        });
        assert!(
            lost.contains("lost: receipt r2") && lost.contains("the journal has 500 cents, the ledger 300"),
            "{lost}"
        );
        let unbooked = after(|_, found| drop(found.ledger.remove(0)));
        assert!(unbooked.contains("receipt r2: kept 1 times, booked 0 times"), "{unbooked}");
        assert!(unbooked.contains("ente e: receipts of 500 cents, a ledger of 300"), "{unbooked}");
        let twice = after(|_, found| found.ledger.push(found.ledger[0].clone()));
        assert!(
            twice.contains("kept 1 times, booked 2 times") && twice.contains("200 of 200 cents settled, 400"),
            "{twice}"
        );
        let over = after(|_, found| found.debts[1].settled = 201);
        assert!(over.contains("201 of 200 cents settled"), "{over}");
        let new = after(|journal, _| journal.push(Entry::Repeated { ricevuta: "r3".into(), answer: Answer::Ok }));
        assert_eq!(new, "receipt r3: was acknowledged, sent again and taken for new");
        let other = after(|_, found| found.ricevute[0].anomalia = "importo_diverso".into());
        assert!(other.contains("receipt r2") && other.contains("importo_diverso"), "{other}");
        let elsewhere = after(|_, found| found.ledger[0].posizione = "d3".into());
        assert!(elsewhere.contains("receipt r2: booked for another debt"), "{elsewhere}");
        let amount = after(|_, found| found.ledger[0].cents = 199);
        assert!(amount.contains("receipt r2: booked with another amount"), "{amount}");
    }

    #[test]
    fn a_debt_in_the_wrong_state_is_seen() {
        let open = after(|_, found| found.debts[1].status = OPEN.into());
        assert!(open.contains("the debt is aperta, not pagata"), "{open}");
        let awaited = after(|_, found| found.spontanei[0].state = AWAITED.into());
        assert!(awaited.contains("the payment at the door is da_pagare"), "{awaited}");
        let without = after(|_, found| drop(found.spontanei.remove(0)));
        assert!(without.contains("0 payments at the door"), "{without}");
        let absent = after(|_, found| drop(found.debts.pop()));
        assert!(absent.contains(&format!("notice {}: 0 debts", notice(4))), "{absent}");
        let other = after(|journal, _| journal.push(Entry::Begun { avviso: notice(4), cents: 401 }));
        assert!(other.contains("a debt of 400 cents, the door was asked for 401"), "{other}");
        let gap = after(|_, found| found.debts[1].avviso = notice(9));
        assert!(gap.contains("notices of e: 3 comes after 1"), "{gap}");
    }

    #[test]
    fn what_nobody_sent_and_what_changed_is_seen() {
        let changed = after(|_, found| found.debts[0].settled = 10);
        assert!(changed.contains("lost or changed: d1"), "{changed}");
        let strangers = after(|journal, _| journal.retain(|entry| !format!("{entry:?}").contains("r3")));
        assert!(strangers.contains("stranger: receipt r3 was never sent"), "{strangers}");
        let unknown = after(|_, found| found.debts.push(debt(5, 1, 0)));
        assert_eq!(unknown, "stranger: debt d5 was never begun");
        let damage = after(|_, found| found.damage.push("page 7 is broken".into()));
        assert_eq!(damage, "page 7 is broken");
    }

    #[test]
    fn what_should_follow_and_does_not_is_seen() {
        let unkept = after(|_, found| found.kept_ok = 1);
        assert_eq!(unkept, "2 receipts are booked, 1 calls were kept with the answer OK");
        let untold = after(|_, found| drop(found.jobs.pop()));
        assert_eq!(untold, "2 receipts are booked, 1 messages were queued");
        let undelivered = after(|_, found| found.delivered.clear());
        assert!(undelivered.contains("the message of job a2 never arrived"), "{undelivered}");
        let undone = after(|_, found| found.jobs[0].state = "fallito".into());
        assert_eq!(undone, "the queue: job a2 (posta_spontaneo) is fallito");
    }
}
