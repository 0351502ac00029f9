//! Random walks of the node and the office against a small model: the invariants of receipts, ledger and debts.

use std::collections::{BTreeMap, BTreeSet};

use sportello_app::{
    nodo::{Booked, Refused},
    testing::{App, each},
};
use sportello_domain::{
    id::PosizioneId,
    posizione::{Anomalia, PosizioneEvent, PosizioneStatus},
};

use super::world::{World, notice, receipt};

/// Walks for each database, and steps of each.
const WALKS: u64 = 6;
const STEPS: usize = 80;
/// Debts of a walk; one notice more belongs to nobody.
const DEBTS: u64 = 5;

/// A repeatable source of choices (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// What should be true, in a few lines: what is owed on each notice, and which receipts were taken.
#[derive(Default)]
struct Model {
    owed: BTreeMap<u64, i64>,
    cancelled: BTreeSet<u64>,
    paid: BTreeSet<u64>,
    receipts: BTreeMap<u64, i64>,
}

impl Model {
    fn verify(&self, base: u64) -> Result<i64, Refused> {
        match self.owed.get(&base) {
            None => Err(Refused::Unknown),
            Some(_) if self.paid.contains(&base) => Err(Refused::Paid),
            Some(_) if self.cancelled.contains(&base) => Err(Refused::Cancelled),
            Some(owed) => Ok(*owed),
        }
    }

    /// `None` for a receipt that is known.
    fn receipt(&mut self, id: u64, base: u64, cents: i64) -> Option<Option<Anomalia>> {
        if self.receipts.contains_key(&id) {
            return None;
        }
        self.receipts.insert(id, cents);
        let Some(owed) = self.owed.get_mut(&base) else { return Some(Some(Anomalia::Unknown)) };
        if self.paid.contains(&base) {
            return Some(Some(Anomalia::Twice));
        }
        let other = (cents != *owed).then_some(Anomalia::OtherAmount);
        *owed = (*owed - cents).max(0);
        if *owed == 0 {
            self.paid.insert(base);
        }
        Some(if self.cancelled.contains(&base) { Some(Anomalia::Cancelled) } else { other })
    }
}

/// The real thing beside its model.
struct Walk<'a> {
    world: &'a World<'a>,
    app: &'a App,
    first: u64,
    debts: Vec<PosizioneId>,
    model: Model,
}

impl Walk<'_> {
    async fn step(&mut self, dice: &mut Dice) {
        let base = self.first + dice.below(DEBTS + 1);
        match dice.below(10) {
            0 | 1 => {
                let heard = self.world.verify(notice(base).as_str()).await.map(|owed| owed.amount.cents());
                assert_eq!(heard, self.model.verify(base));
            }
            2 | 3 => {
                let heard = self.world.get(notice(base).as_str()).await.map(|asked| asked.owed.amount.cents());
                assert_eq!(heard, self.model.verify(base));
            }
            4 => self.cancel(base).await,
            5 => {
                let foreign = self.world.verify_at(&self.app.altrove, notice(base).as_str()).await;
                assert_eq!(foreign.unwrap_err(), Refused::Unknown);
            }
            6 => {
                let known = dice.below(self.model.receipts.len() as u64 + 1);
                self.send(self.first * 1_000 + known, base, 1).await;
            }
            odd => {
                let id = self.first * 1_000 + self.model.receipts.len() as u64;
                let owed = self.model.owed.get(&base).copied().unwrap_or(100).max(1);
                let cents = if odd == 7 { owed + dice.below(3) as i64 - 1 } else { owed };
                self.send(id, base, cents.max(1)).await;
            }
        }
    }

    /// The office takes a debt back, where that is possible.
    async fn cancel(&mut self, base: u64) {
        let Some(debt) = self.debts.get((base - self.first) as usize) else { return };
        let allowed = self.world.status(*debt).await.after(PosizioneEvent::Cancel);
        let expected = self.model.verify(base).is_ok();
        assert_eq!(allowed.is_ok(), expected);
        if let Ok(status) = allowed {
            self.world.force(*debt, status).await;
            self.model.cancelled.insert(base);
        }
    }

    async fn send(&mut self, id: u64, base: u64, cents: i64) {
        let sent = self.world.send(receipt(&format!("r{id}"), notice(base).as_str(), cents)).await.unwrap();
        match (sent, self.model.receipt(id, base, cents)) {
            (Booked::Duplicate { .. }, None) => {}
            (Booked::New { anomalia }, Some(expected)) => assert_eq!(anomalia, expected),
            (sent, expected) => panic!("{sent:?} instead of {expected:?}"),
        }
    }

    /// What must hold after every step.
    async fn check(&self, before: (i64, i64)) {
        let balance = self.world.balance().await;
        assert!(balance.is_even());
        assert_eq!(balance.receipts - before.0, self.model.receipts.len() as i64);
        assert_eq!(balance.receipt_cents - before.1, self.model.receipts.values().sum::<i64>());
        for (at, debt) in self.debts.iter().enumerate() {
            let base = self.first + at as u64;
            let row = self.world.row(*debt).await;
            let paid = self.model.paid.contains(&base);
            assert_eq!(row.status == PosizioneStatus::Paid, paid, "never back from paid");
            assert_eq!(row.amount_cents - row.settled_cents, self.model.owed[&base]);
        }
    }
}

#[tokio::test]
async fn whatever_the_node_and_the_office_do_the_books_are_right() {
    each(async |app| {
        let world = World::new(app).await;
        for seed in 1..=WALKS {
            println!("seed {seed}");
            let (first, mut dice) = (seed * 100, Dice(seed));
            let balance = world.balance().await;
            let mut walk = Walk { world: &world, app, first, debts: Vec::new(), model: Model::default() };
            for base in first..first + DEBTS {
                let cents = 1 + dice.below(20_000) as i64;
                walk.debts.push(world.debt(base, cents).await);
                walk.model.owed.insert(base, cents);
            }
            for _ in 0..STEPS {
                walk.step(&mut dice).await;
                walk.check((balance.receipts, balance.receipt_cents)).await;
            }
        }
        world.at_peace().await;
    })
    .await;
}
