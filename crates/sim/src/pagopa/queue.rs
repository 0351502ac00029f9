//! The receipts on their way to the enti: sent until they are answered, with growing waits, then put aside for a person.
//! Kept in memory: a simulator that ends forgets them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::receipt::Receipt;

/// Attempts before a receipt is put aside.
pub const MAX_ATTEMPTS: u32 = 5;
/// Receipts kept; the oldest that are done go first.
const MAX_KEPT: usize = 100_000;
/// How long the worker sleeps where nothing is due.
const IDLE: Duration = Duration::from_secs(3_600);

/// What has become of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for its time.
    #[serde(rename = "in_attesa")]
    Waiting,
    /// It is being sent.
    #[serde(rename = "in_invio")]
    Sending,
    /// The ente has it.
    #[serde(rename = "acquisita")]
    Acquired,
    /// It was tried often enough; a person can send it again.
    #[serde(rename = "bloccata")]
    Stuck,
    /// A switch holds it back; a person can send it.
    #[serde(rename = "trattenuta")]
    Held,
}

/// A receipt and its story.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The receipt.
    pub receipt: Receipt,
    /// Its state.
    pub state: State,
    /// How often it was sent since it was last queued.
    pub attempts: u32,
    /// How often it was sent in all.
    pub sent: u32,
    /// How often it is still to be sent after an answer: once more where a switch doubles it.
    pub again: u32,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// What the last attempt came to: `OK`, or a code.
    pub last: Option<String>,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The ente answered that it has the receipt: `OK`, or a code that says so.
    Acquired(String),
    /// Anything else.
    Failed(String),
}

/// The queue.
pub struct Queue {
    /// Unit of the waits.
    slot: Duration,
    kept: Mutex<Kept>,
    /// Counts the changes, so that somebody can wait for one.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    /// By number, in the order of queueing.
    sendings: BTreeMap<u64, Sending>,
    next: u64,
}

/// The wait after attempt `k`, counted from 1: `slot * (2^k - 1)` (SANP, quality indicators).
pub fn wait_after(attempt: u32, slot: Duration) -> Duration {
    slot * (2_u32.saturating_pow(attempt.min(MAX_ATTEMPTS)) - 1)
}

impl Queue {
    /// An empty queue.
    pub fn new(slot: Duration) -> Self {
        Self { slot, kept: Mutex::default(), changes: watch::Sender::new(0) }
    }

    /// Queues a receipt, to be sent from `due_at` on, or held back; answers its number.
    pub fn add(&self, receipt: Receipt, due_at: DateTime<Utc>, held: bool, twice: bool) -> u64 {
        let state = if held { State::Held } else { State::Waiting };
        let again = u32::from(twice);
        let number = {
            let mut kept = self.lock();
            kept.make_room();
            let number = kept.next;
            kept.next += 1;
            let sending = Sending { receipt, state, attempts: 0, sent: 0, again, due_at, last: None };
            kept.sendings.insert(number, sending);
            number
        };
        self.changed();
        number
    }

    /// The next receipt that is due; it counts as being sent until [`Queue::done`].
    pub fn take_due(&self, now: DateTime<Utc>) -> Option<(u64, Receipt)> {
        let mut kept = self.lock();
        let due = |sending: &Sending| sending.state == State::Waiting && sending.due_at <= now;
        let (number, sending) =
            kept.sendings.iter_mut().map(|(number, sending)| (*number, sending)).find(|(_, sending)| due(sending))?;
        sending.state = State::Sending;
        Some((number, sending.receipt.clone()))
    }

    /// Writes down what an attempt came to, and when the next one is, if any.
    pub fn done(&self, number: u64, attempt: Attempt, now: DateTime<Utc>) {
        if let Some(sending) = self.lock().sendings.get_mut(&number) {
            sending.attempts += 1;
            sending.sent += 1;
            match attempt {
                Attempt::Acquired(last) => {
                    sending.last = Some(last);
                    sending.state = if sending.again > 0 { State::Waiting } else { State::Acquired };
                    sending.again = sending.again.saturating_sub(1);
                    sending.attempts = 0;
                    sending.due_at = now;
                }
                Attempt::Failed(last) => {
                    sending.last = Some(last);
                    let stuck = sending.attempts >= MAX_ATTEMPTS;
                    sending.state = if stuck { State::Stuck } else { State::Waiting };
                    sending.due_at = now + delta(wait_after(sending.attempts, self.slot));
                }
            }
        }
        self.changed();
    }

    /// Sends a receipt again from the start, whatever became of it; false where there is none or it is being sent.
    pub fn resend(&self, number: u64, now: DateTime<Utc>) -> bool {
        let found = match self.lock().sendings.get_mut(&number) {
            Some(sending) if sending.state != State::Sending => {
                sending.state = State::Waiting;
                sending.attempts = 0;
                sending.due_at = now;
                true
            }
            _ => false,
        };
        self.changed();
        found
    }

    /// All receipts with their numbers, oldest first.
    pub fn all(&self) -> Vec<(u64, Sending)> {
        self.lock().sendings.iter().map(|(number, sending)| (*number, sending.clone())).collect()
    }

    /// Waits until something is due or something has changed.
    pub async fn wait(&self, changes: &mut watch::Receiver<u64>, now: DateTime<Utc>) {
        let next = {
            let kept = self.lock();
            kept.sendings.values().filter(|sending| sending.state == State::Waiting).map(|sending| sending.due_at).min()
        };
        let until = next.map_or(IDLE, |at| (at - now).to_std().unwrap_or_default());
        tokio::select! {
            () = tokio::time::sleep(until) => {}
            _ = changes.changed() => {}
        }
    }

    /// Waits until each of these was tried once, or `limit` is over.
    pub async fn tried(&self, numbers: &[u64], limit: Duration) {
        let mut changes = self.watch();
        let all_tried = || {
            let kept = self.lock();
            numbers.iter().all(|number| kept.sendings.get(number).is_none_or(|sending| sending.sent > 0))
        };
        let wait = async {
            while !all_tried() {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        // Whoever waits goes on either way.
        let _ = tokio::time::timeout(limit, wait).await;
    }

    /// Hears of changes from now on.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn make_room(&mut self) {
        if self.sendings.len() < MAX_KEPT {
            return;
        }
        let oldest = self.sendings.iter().find(|(_, sending)| sending.state == State::Acquired);
        if let Some(number) = oldest.map(|(number, _)| *number) {
            self.sendings.remove(&number);
        }
    }
}

fn delta(wait: Duration) -> TimeDelta {
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)
}
