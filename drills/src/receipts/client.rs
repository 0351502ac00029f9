//! One payer and the node behind it: begins some payments at the door, then sends all their receipts at once, each until it
//! is answered, and writes down what the portal promised.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use reqwest::Url;
use tokio::task::JoinSet;

use super::door::Door;
use super::journal::{Answer, Entry};
use super::node::Node;
use super::soap::{Ente, Receipt, Version};
use crate::browser::Broken;
use crate::journal::Journal;
use crate::patience::{AGAIN, TRIES_MAX, patiently};
use crate::population;
use crate::tally::Tally;

/// Payments of one payer: half of what one codice fiscale may begin in an hour, so that forms can be sent again.
const SHEAF: u32 = 5;
/// One receipt in so many without answer is left alone: it may be there or not, but never in part.
const ABANDONED: u32 = 12;
/// One acknowledged receipt in so many is sent a second time.
const TWICE: u32 = 10;
/// One receipt in so many is told by the first version of the primitive.
const FIRST_VERSION: u32 = 4;
/// Amounts, in cents.
const CENTS: std::ops::RangeInclusive<i64> = 101..=19_999;

/// What all clients of a drill share.
pub(super) struct Shared {
    /// The witness.
    pub(super) journal: Journal,
    /// What is counted.
    pub(super) tally: Tally,
    /// The node.
    pub(super) node: Node,
    /// Address of the portal.
    pub(super) portal: Url,
    /// Enti that collect.
    pub(super) enti: Vec<Ente>,
    /// The next payer.
    pub(super) next_payer: AtomicU32,
    /// Seed of the drill, which stands in the identifiers of its receipts.
    pub(super) seed: u64,
}

/// Pays until it is told to stop.
pub(super) async fn run(shared: Arc<Shared>, seed: u64) -> Result<()> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut door = Door::new(shared.portal.clone())?;
    while !shared.tally.stop.load(Ordering::Relaxed) {
        let ente = chance.choice(&shared.enti).context("an ente collects")?.clone();
        let mut under_way = JoinSet::new();
        for receipt in begin(&shared, &mut door, &ente, &mut chance).await? {
            under_way.spawn(deliver(Arc::clone(&shared), receipt, ente.clone(), chance.u64(..)));
        }
        while let Some(delivered) = under_way.join_next().await {
            delivered.context("sending a receipt broke off")??;
        }
    }
    Ok(())
}

/// Begins the payments of one payer; answers the receipts that they will have.
async fn begin(shared: &Shared, door: &mut Door, ente: &Ente, chance: &mut fastrand::Rng) -> Result<Vec<Receipt>> {
    let number = shared.next_payer.fetch_add(1, Ordering::Relaxed);
    let payer = population::alunno(number).context("there are no more payers")?;
    let mut receipts = Vec::new();
    for at in 0..SHEAF {
        let cents = chance.i64(CENTS);
        let filled = patiently!(door.fill(&ente.slug, &payer, cents));
        let avviso = patiently!(door.begin(&filled));
        shared.journal.add(&Entry::Begun { avviso: avviso.as_str().to_owned(), cents })?;
        let version = if chance.u32(..FIRST_VERSION) == 0 { Version::V1 } else { Version::V2 };
        let id = format!("drill-{}-{number}-{at}", shared.seed);
        receipts.push(Receipt { id, avviso, cents, debtor: payer.codice_fiscale.clone(), version });
    }
    Ok(receipts)
}

/// Sends one receipt until it is answered, or leaves it at the first silence.
async fn deliver(shared: Arc<Shared>, receipt: Receipt, ente: Ente, seed: u64) -> Result<()> {
    let (tally, mut chance) = (&shared.tally, fastrand::Rng::with_seed(seed));
    let (envelope, ricevuta) = (receipt.envelope(&ente), receipt.id.clone());
    let avviso = receipt.avviso.as_str().to_owned();
    shared.journal.add(&Entry::Sent { ricevuta: ricevuta.clone(), avviso, cents: receipt.cents })?;
    let mut cut = false;
    for _ in 0..TRIES_MAX {
        let connection = patiently!(shared.node.connect());
        match connection.send(&envelope, &tally.in_flight).await {
            Ok(answer) => {
                shared.journal.add(&Entry::Answered { ricevuta: ricevuta.clone(), answer })?;
                tally.acknowledged.fetch_add(u64::from(answer == Answer::Ok), Ordering::Relaxed);
                let twice = chance.u32(..TWICE) == 0;
                return if twice { send_again(&shared, &envelope, ricevuta).await } else { Ok(()) };
            }
            Err(Broken::Unavailable(_)) => {
                if !cut {
                    cut = true;
                    tally.unanswered.fetch_add(1, Ordering::Relaxed);
                    if chance.u32(..ABANDONED) == 0 {
                        tally.abandoned.fetch_add(1, Ordering::Relaxed);
                        return Ok(());
                    }
                }
                tokio::time::sleep(AGAIN).await;
            }
            Err(Broken::SignedOut) => bail!("the node is never signed in"),
            Err(Broken::Fault(fault)) => bail!("receipt {ricevuta}: {fault}"),
        }
    }
    bail!("receipt {ricevuta} was never answered");
}

/// The same receipt once more, after it was acknowledged.
async fn send_again(shared: &Shared, envelope: &str, ricevuta: String) -> Result<()> {
    let answer = patiently!(once(shared, envelope));
    shared.tally.repeated.fetch_add(1, Ordering::Relaxed);
    shared.journal.add(&Entry::Repeated { ricevuta, answer })
}

async fn once(shared: &Shared, envelope: &str) -> Result<Answer, Broken> {
    shared.node.connect().await?.send(envelope, &shared.tally.in_flight).await
}
