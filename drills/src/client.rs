//! One client: a parent who files one pratica after the other and writes down what the portal promised.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, bail};
use reqwest::Url;

use crate::browser::Broken;
use crate::journal::{Entry, Journal};
use crate::journey::{Parent, Ready};
use crate::patience::{AGAIN, TRIES_MAX, patiently};
use crate::population;
use crate::tally::Tally;

/// One INVIA in so many without answer is left alone: it may be there or not, but never in part.
const ABANDONED: u32 = 12;
/// One acknowledged INVIA in so many is pressed a second time.
const TWICE: u32 = 10;

/// What all clients of a drill share.
pub struct Shared {
    /// The witness.
    pub journal: Journal,
    /// What is counted.
    pub tally: Tally,
    /// The next child.
    pub next_child: AtomicU32,
}

impl Shared {
    /// Nothing has happened yet.
    pub fn new(journal: Journal) -> Arc<Self> {
        Arc::new(Self { journal, tally: Tally::default(), next_child: AtomicU32::new(0) })
    }
}

/// Files pratiche until it is told to stop.
pub async fn run(shared: Arc<Shared>, portal: Url, codice_fiscale: String, seed: u64) -> Result<()> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut parent = Parent::new(portal, codice_fiscale)?;
    patiently!(parent.sign_in(), &mut parent);
    while !shared.tally.stop.load(Ordering::Relaxed) {
        let count = chance.u32(1..=2);
        let first = shared.next_child.fetch_add(count, Ordering::Relaxed);
        let children = population::alunni(first, count)?;
        let ready = patiently!(parent.prepare(&children), &mut parent);
        shared.journal.add(&Entry::Tried { bozza: ready.bozza.clone(), children: ready.children })?;
        file(&shared, &mut parent, &ready, &mut chance).await?;
    }
    Ok(())
}

/// Presses Invia with one key until it is answered, or leaves it at the first silence.
async fn file(shared: &Shared, parent: &mut Parent, ready: &Ready, chance: &mut fastrand::Rng) -> Result<()> {
    for attempt in 0..TRIES_MAX {
        shared.tally.in_flight.fetch_add(1, Ordering::Relaxed);
        let answer = parent.send(ready).await;
        shared.tally.in_flight.fetch_sub(1, Ordering::Relaxed);
        match answer {
            Ok(sent) => {
                shared.journal.add(&Entry::Acknowledged { bozza: ready.bozza.clone() })?;
                shared.tally.acknowledged.fetch_add(1, Ordering::Relaxed);
                let read = patiently!(parent.confirm(&sent), parent);
                if chance.u32(..TWICE) == 0 {
                    press_again(shared, parent, ready, &read).await?;
                }
                let (pratiche, protocollo) = read;
                return shared.journal.add(&Entry::Confirmed { bozza: ready.bozza.clone(), pratiche, protocollo });
            }
            Err(Broken::Unavailable(_)) => {
                if attempt == 0 {
                    shared.tally.unanswered.fetch_add(1, Ordering::Relaxed);
                    if chance.u32(..ABANDONED) == 0 {
                        shared.tally.abandoned.fetch_add(1, Ordering::Relaxed);
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
    let sent = patiently!(parent.send(ready), parent);
    let after = patiently!(parent.confirm(&sent), parent);
    if after != *before {
        bail!("INVIA of {} pressed twice: first {before:?}, then {after:?}", ready.bozza);
    }
    shared.tally.repeated.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// Begins a lost session anew; what was to be done is then tried again.
pub(crate) async fn sign_in_again(broken: Broken, parent: &mut Parent) -> Broken {
    match broken {
        Broken::SignedOut => match parent.sign_in().await {
            Err(Broken::Fault(fault)) => Broken::Fault(fault),
            _ => Broken::Unavailable("signed out".to_owned()),
        },
        other => other,
    }
}
