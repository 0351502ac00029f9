//! How often one codice fiscale may be named at the public door, whoever names it. Addresses are counted by the web layer.
//!
//! Kept in memory: a restart forgives, another node counts for itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_domain::id::EnteId;

/// How long what was taken counts.
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// Most codici fiscali that are remembered.
const REMEMBERED: usize = 50_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A payment begun.
    Begin,
    /// A look for a notice.
    Look,
}

impl Kind {
    /// How many in an hour.
    const fn most(self) -> u32 {
        match self {
            Self::Begin => 10,
            Self::Look => 20,
        }
    }
}

/// What was taken since an instant.
#[derive(Clone, Copy)]
struct Count {
    since: DateTime<Utc>,
    taken: u32,
}

/// The counts. Only hashes are kept.
#[derive(Default)]
pub(crate) struct Allowance(Mutex<HashMap<[u8; 32], Count>>);

impl Allowance {
    /// Takes one; false when none is left for this hour.
    pub(crate) fn take(&self, ente: EnteId, kind: Kind, codice_fiscale: &str, now: DateTime<Utc>) -> bool {
        let key: [u8; 32] = Sha256::digest(format!("{ente} {kind:?} {codice_fiscale}").as_bytes()).into();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED && !counts.contains_key(&key) {
            counts.retain(|_, count| now - count.since < WINDOW);
            // Whoever fills it must not shut the door for everybody else.
            if counts.len() >= REMEMBERED {
                counts.clear();
            }
        }
        let fresh = Count { since: now, taken: 0 };
        let count = counts.entry(key).or_insert(fresh);
        if (now - count.since).abs() >= WINDOW {
            *count = fresh;
        }
        let left = count.taken < kind.most();
        count.taken += u32::from(left);
        left
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_hour_has_its_allowance_for_each_codice_fiscale_and_kind() {
        let allowance = Allowance::default();
        let ente = EnteId::new(Uuid::from_u128(1));
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
        let taken = |kind, who, at| (0..30).filter(|_| allowance.take(ente, kind, who, at)).count();
        assert_eq!(taken(Kind::Begin, "A", now), 10);
        assert_eq!(taken(Kind::Look, "A", now), 20);
        assert_eq!(taken(Kind::Begin, "B", now), 10);
        assert_eq!(taken(Kind::Begin, "A", now + TimeDelta::minutes(59)), 0);
        assert_eq!(taken(Kind::Begin, "A", now + TimeDelta::minutes(60)), 10);
        assert_eq!(taken(Kind::Begin, "A", now), 10, "a clock that was set back does not lock anybody out");
    }
}
