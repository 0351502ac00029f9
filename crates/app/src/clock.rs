//! Time and chance, given to the portal from outside so that a test can hold both still.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, SubsecRound, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

/// What time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        Self(Arc::new(Utc::now))
    }

    /// A clock that always answers what `now` says; tests move it.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The instant, in whole microseconds: PostgreSQL keeps no more.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

/// Where identifiers and secrets come from.
#[derive(Clone)]
pub enum Chance {
    /// The random source of the operating system.
    System(SystemRandom),
    /// A repeatable sequence, for tests and for the demonstration data.
    Seeded(Arc<AtomicU64>),
}

impl Chance {
    /// The random source of the operating system.
    pub fn system() -> Self {
        Self::System(SystemRandom::new())
    }

    /// A repeatable sequence: never for secrets of a real portal.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// Unpredictable bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System(random) => random
                .fill(&mut bytes)
                .expect("the operating system's random source does not fail once the program runs"),
            Self::Seeded(state) => {
                for byte in &mut bytes {
                    *byte = splitmix(state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed)) as u8;
                }
            }
        }
        bytes
    }

    /// An identifier whose order follows time (UUID version 7).
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A secret of 256 bits as 64 hexadecimal characters.
    pub fn secret(&self) -> String {
        hex::encode(self.bytes::<32>())
    }
}

/// Whether a text has the form of a [`Chance::secret`]: idempotency keys are such secrets.
pub(crate) fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// One step of the SplitMix64 generator (Steele, Lea, Flood 2014).
fn splitmix(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
