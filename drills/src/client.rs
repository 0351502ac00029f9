//! One client: a parent who files one pratica after the other and writes down what the portal promised.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::Url;

use crate::browser::Broken;
use crate::journal::{Entry, Journal};
use crate::journey::{Parent, Ready};
use crate::population;

/// How long a client waits before it tries again what was not answered.
const AGAIN: Duration = Duration::from_millis(40);
/// Tries of one step before the drill has failed: about half a minute of an absent portal.
const TRIES_MAX: usize = 800;
/// One INVIA in so many without answer is left alone: it may be there or not, but never in part.
const ABANDONED: u32 = 12;
/// One acknowledged INVIA in so many is pressed a second time.
const TWICE: u32 = 10;

/// What all clients of a drill share.
pub struct Shared {
    /// The witness.
    pub journal: Journal,
    /// Set when no new pratica shall be begun.
    pub stop: AtomicBool,
    /// INVIA acknowledged so far.
    pub acknowledged: AtomicU64,
    /// INVIA sent and not answered at this moment.
    pub in_flight: AtomicU64,
    /// INVIA that got no answer at first.
    pub unanswered: AtomicU64,
    /// INVIA left without answer on purpose.
    pub abandoned: AtomicU64,
    /// Second presses that brought the same confirmation.
    pub repeated: AtomicU64,
    /// The next child.
    pub next_child: AtomicU32,
}

impl Shared {
    /// Nothing has happened yet.
    pub fn new(journal: Journal) -> Arc<Self> {
        Arc::new(Self {
            journal,
            stop: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            in_flight: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            abandoned: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            next_child: AtomicU32::new(0),
        })
    }
}

/// Does a step of a parent again while the portal is away.
macro_rules! patiently {
    ($parent:expr, $step:expr) => {{
        let mut patience = Patience::default();
        loop {
            match $step.await {
                Ok(done) => break done,
                Err(broken) => patience.wait(broken, $parent).await?,
            }
        }
    }};
}

/// Files pratiche until it is told to stop.
pub async fn run(shared: Arc<Shared>, portal: Url, codice_fiscale: String, seed: u64) -> Result<()> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut parent = Parent::new(portal, codice_fiscale)?;
    patiently!(&mut parent, parent.sign_in());
    while !shared.stop.load(Ordering::Relaxed) {
        let count = chance.u32(1..=2);
        let first = shared.next_child.fetch_add(count, Ordering::Relaxed);
        let children = population::alunni(first, count)?;
        let ready = patiently!(&mut parent, parent.prepare(&children));
        shared.journal.add(&Entry::Tried { bozza: ready.bozza.clone(), children: ready.children })?;
        file(&shared, &mut parent, &ready, &mut chance).await?;
    }
    Ok(())
}

/// Presses Invia with one key until it is answered, or leaves it at the first silence.
async fn file(shared: &Shared, parent: &mut Parent, ready: &Ready, chance: &mut fastrand::Rng) -> Result<()> {
    for attempt in 0..TRIES_MAX {
        shared.in_flight.fetch_add(1, Ordering::Relaxed);
        let answer = parent.send(ready).await;
        shared.in_flight.fetch_sub(1, Ordering::Relaxed);
        match answer {
            Ok(sent) => {
                shared.journal.add(&Entry::Acknowledged { bozza: ready.bozza.clone() })?;
                shared.acknowledged.fetch_add(1, Ordering::Relaxed);
                let read = patiently!(parent, parent.confirm(&sent));
                if chance.u32(..TWICE) == 0 {
                    press_again(shared, parent, ready, &read).await?;
                }
                let (pratiche, protocollo) = read;
                return shared.journal.add(&Entry::Confirmed { bozza: ready.bozza.clone(), pratiche, protocollo });
            }
            Err(Broken::Unavailable(_)) => {
                if attempt == 0 {
                    shared.unanswered.fetch_add(1, Ordering::Relaxed);
                    if chance.u32(..ABANDONED) == 0 {
                        shared.abandoned.fetch_add(1, Ordering::Relaxed);
                        return Ok(());
                    }
                }
                tokio::time::sleep(AGAIN).await;
            }
            Err(Broken::SignedOut) => bail!("a session was lost"),
            Err(Broken::Fault(fault)) => bail!("INVIA of {}: {fault}", ready.bozza),
        }
    }
    bail!("INVIA of {} was never answered", ready.bozza);
}

type Numbers = (Vec<crate::journal::Numero>, Option<crate::journal::Numero>);

/// The same button once more must lead to the same numbers.
async fn press_again(shared: &Shared, parent: &mut Parent, ready: &Ready, before: &Numbers) -> Result<()> {
    let sent = patiently!(parent, parent.send(ready));
    let after = patiently!(parent, parent.confirm(&sent));
    if after != *before {
        bail!("INVIA of {} pressed twice: first {before:?}, then {after:?}", ready.bozza);
    }
    shared.repeated.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// What keeps a client trying while the portal is away.
#[derive(Default)]
struct Patience {
    tries: usize,
}

impl Patience {
    /// Waits a moment after a step without outcome; a lost session is begun anew.
    async fn wait(&mut self, broken: Broken, parent: &mut Parent) -> Result<()> {
        let why = match broken {
            Broken::Fault(fault) => bail!(fault),
            Broken::Unavailable(why) => why,
            Broken::SignedOut => match parent.sign_in().await {
                Err(Broken::Fault(fault)) => bail!(fault),
                _ => "signed out".to_owned(),
            },
        };
        self.tries += 1;
        if self.tries > TRIES_MAX {
            bail!("the portal stayed away: {why}");
        }
        tokio::time::sleep(AGAIN).await;
        Ok(())
    }
}
