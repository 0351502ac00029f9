//! Which open debts a spontaneous payment stands for: only when there is one answer, else a person of the office decides.

use chrono::NaiveDate;

use crate::{collation, euro::Euro, id::AlunnoId};

/// Most debts that are tried in every combination; with more the office decides.
const DEBTS_MAX: usize = 16;

/// An open debt of the person who paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDebt<K> {
    /// Its key.
    pub key: K,
    /// The child.
    pub alunno: AlunnoId,
    /// The child's given and family name.
    pub alunno_name: String,
    /// Day by which it was to be paid.
    pub due_on: NaiveDate,
    /// What is owed.
    pub amount: Euro,
}

/// The keys of the debts that a payment settles, oldest first; none when that is not certain.
///
/// The debts of the child who is named come first; the whole family's only when those give no sum. Several sums that
/// differ only in which of two equal debts of one child they take are one answer: the oldest.
pub fn settled<K: Clone>(amount: Euro, alunno: &str, debts: &[OpenDebt<K>]) -> Option<Vec<K>> {
    let of_child: Vec<&OpenDebt<K>> = debts.iter().filter(|debt| same_child(alunno, &debt.alunno_name)).collect();
    let found = match sums(amount, &of_child).as_slice() {
        [] => sums(amount, &debts.iter().collect::<Vec<_>>()),
        several => several.to_vec(),
    };
    let mut answers = found.into_iter();
    let mut best = answers.next()?;
    for other in answers {
        if shape(&other) != shape(&best) {
            return None;
        }
        if dates(&other) < dates(&best) {
            best = other;
        }
    }
    Some(best.into_iter().map(|debt| debt.key.clone()).collect())
}

/// Why an open debt may be what a payment stands for, for whoever decides. That it is the payer's is known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// It is for the child who is named.
    Child,
    /// It comes to what was paid.
    Amount,
    /// With others of the list it adds up to what was paid.
    Sum,
}

/// The hints of one debt among all that are open.
pub fn hints<K: PartialEq>(amount: Euro, alunno: &str, debt: &OpenDebt<K>, debts: &[OpenDebt<K>]) -> Vec<Hint> {
    let mut hints = Vec::new();
    if same_child(alunno, &debt.alunno_name) {
        hints.push(Hint::Child);
    }
    if debt.amount == amount {
        hints.push(Hint::Amount);
    } else {
        let all: Vec<&OpenDebt<K>> = debts.iter().collect();
        if sums(amount, &all).iter().any(|chosen| chosen.iter().any(|one| one.key == debt.key)) {
            hints.push(Hint::Sum);
        }
    }
    hints
}

/// Whether a name that somebody typed is the child's, surname first or last.
fn same_child(typed: &str, name: &str) -> bool {
    let words = |text: &str| {
        let key = collation::key(text);
        let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(typed) == words(name)
}

/// Every choice of debts that adds up to the amount, each oldest first.
fn sums<'a, K>(amount: Euro, debts: &[&'a OpenDebt<K>]) -> Vec<Vec<&'a OpenDebt<K>>> {
    if debts.len() > DEBTS_MAX {
        return Vec::new();
    }
    let mut sorted = debts.to_vec();
    sorted.sort_by_key(|debt| debt.due_on);
    let choice = |mask: u32| -> Vec<&'a OpenDebt<K>> {
        sorted.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, debt)| *debt).collect()
    };
    let total = |chosen: &[&OpenDebt<K>]| chosen.iter().map(|debt| debt.amount.cents()).sum::<i64>();
    (1..1_u32 << sorted.len()).map(choice).filter(|chosen| total(chosen) == amount.cents()).collect()
}

/// What tells two answers apart: children and amounts, whatever the dates.
fn shape<K>(chosen: &[&OpenDebt<K>]) -> Vec<(AlunnoId, Euro)> {
    let mut shape: Vec<_> = chosen.iter().map(|debt| (debt.alunno, debt.amount)).collect();
    shape.sort_unstable();
    shape
}

fn dates<K>(chosen: &[&OpenDebt<K>]) -> Vec<NaiveDate> {
    chosen.iter().map(|debt| debt.due_on).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn debt(key: u32, child: u128, cents: i64) -> OpenDebt<u32> {
        OpenDebt {
            key,
            alunno: AlunnoId::new(Uuid::from_u128(child)),
            alunno_name: if child == 1 { "Anna Rossi".into() } else { "Luca Rossi".into() },
            due_on: NaiveDate::from_ymd_opt(2026, key, 28).unwrap(),
            amount: Euro::from_cents(cents),
        }
    }

    fn settle(cents: i64, alunno: &str, debts: &[OpenDebt<u32>]) -> Option<Vec<u32>> {
        settled(Euro::from_cents(cents), alunno, debts)
    }

    #[test]
    fn one_sum_settles_its_debts() {
        let debts = [debt(1, 1, 8_100), debt(2, 1, 5_820), debt(3, 1, 4_000)];
        assert_eq!(settle(13_920, "Rossi Anna", &debts), Some(vec![1, 2]));
        assert_eq!(settle(13_921, "Rossi Anna", &debts), None);
        assert_eq!(settle(100, "Rossi Anna", &[]), None);
    }

    #[test]
    fn of_equal_debts_of_one_child_the_oldest_is_settled() {
        let one_child = [debt(1, 1, 8_100), debt(2, 1, 5_820), debt(3, 1, 8_100)];
        assert_eq!(settle(13_920, "Anna Rossi", &one_child), Some(vec![1, 2]));
        // Of two children nobody can say whose it is, unless the child is named.
        let two_children = [debt(1, 1, 8_100), debt(2, 3, 5_820), debt(3, 2, 8_100)];
        assert_eq!(settle(13_920, "qualcuno", &two_children), None);
    }

    #[test]
    fn the_child_who_is_named_comes_first_and_then_the_family() {
        let debts = [debt(1, 2, 8_100), debt(2, 1, 8_100), debt(3, 1, 4_000)];
        assert_eq!(settle(8_100, "ROSSI ANNA", &debts), Some(vec![2]));
        assert_eq!(settle(16_200, "Rossi Anna", &debts), Some(vec![1, 2]));
        assert_eq!(settle(8_100, "", &debts), None);
    }

    #[test]
    fn different_sums_are_for_the_office() {
        let debts = [debt(1, 1, 5_000), debt(2, 1, 3_000), debt(3, 1, 2_000)];
        assert_eq!(settle(5_000, "Anna Rossi", &debts), None);
    }

    #[test]
    fn a_debt_is_a_candidate_for_reasons_that_can_be_said() {
        let debts = [debt(1, 1, 5_000), debt(2, 2, 3_000), debt(3, 1, 2_000), debt(4, 2, 100)];
        let of = |at: usize| hints(Euro::from_cents(5_000), "Rossi Anna", &debts[at], &debts);
        assert_eq!(of(0), [Hint::Child, Hint::Amount]);
        assert_eq!(of(1), [Hint::Sum]);
        assert_eq!(of(2), [Hint::Child, Hint::Sum]);
        assert_eq!(of(3), []);
    }

    #[test]
    fn too_many_debts_are_for_the_office() {
        let many: Vec<_> = (0..17).map(|n| debt(n % 12 + 1, 1, 100)).collect();
        assert_eq!(settle(100, "Anna Rossi", &many), None);
    }
}
