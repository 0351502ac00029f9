//! What changes rarely and every request asks for, remembered for a while.
//!
//! Not for anything that a person has just changed and must see: other nodes follow after [`TIME`].

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// How long what was read is taken as true: a change shows on every node after this time.
pub(crate) const TIME: TimeDelta = TimeDelta::seconds(10);
/// Most things remembered: as many as an installation has enti in use at the same time.
const MAX: usize = 1_000;

/// Things by key, each with the instant at which it was read.
pub(crate) struct Remembered<K, V>(Mutex<HashMap<K, (DateTime<Utc>, V)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// What was read of `key`, while it is fresh.
    pub(crate) fn fresh(&self, key: &K, now: DateTime<Utc>) -> Option<V> {
        let held = self.lock();
        // The absolute distance: a clock that was set back must not freeze what is held.
        let (at, value) = held.get(key)?;
        ((now - *at).abs() < TIME).then(|| value.clone())
    }

    /// Keeps what was just read.
    pub(crate) fn keep(&self, key: K, now: DateTime<Utc>, value: V) {
        let mut held = self.lock();
        if held.len() >= MAX {
            held.clear();
        }
        held.insert(key, (now, value));
    }

    /// Forgets what was read, after a change made here.
    pub(crate) fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (DateTime<Utc>, V)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_true_for_ten_seconds_or_until_it_changes_here() {
        let remembered: Remembered<u8, &str> = Remembered::default();
        let now = DateTime::UNIX_EPOCH;
        remembered.keep(1, now, "one");
        assert_eq!(remembered.fresh(&1, now + TimeDelta::milliseconds(9_999)), Some("one"));
        assert_eq!(remembered.fresh(&1, now + TIME), None);
        assert_eq!(remembered.fresh(&1, now - TIME), None, "a clock that was set back");
        assert_eq!(remembered.fresh(&2, now), None);
        remembered.forget(&1);
        assert_eq!(remembered.fresh(&1, now), None);
    }
}
