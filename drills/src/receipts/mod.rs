//! The receipts drill: payments are begun at the public door, the node of pagoPA sends their receipts, `kill -9` falls while
//! they are under way, and the witness compares the journal with receipts, ledger and debts.

mod check;
mod client;
mod door;
mod evidence;
mod journal;
mod node;
mod soap;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::Result;

use crate::drill::Scene;
use crate::installation::Installation;
use crate::journal::Journal;
use crate::report::{Found, Run};
use crate::siege::{self, Clients};
use crate::tally::Tally;
use client::Shared;
use evidence::Evidence;
use node::Node;

/// Runs the drill on one database.
pub(crate) async fn run(scene: &Scene<'_>) -> Result<Run> {
    let since = Instant::now();
    let mut installation = scene.start(0).await?;
    let before = gather(&installation).await?;
    let shared = Arc::new(Shared {
        journal: Journal::create(&scene.folder.join("journal.jsonl"))?,
        tally: Tally::default(),
        node: Node::open(&installation)?,
        portal: installation.portal_url("/")?,
        enti: soap::enti()?,
        next_payer: 0.into(),
        seed: scene.seed,
    });
    let mut clients = Clients::new();
    for number in 0..scene.options.clients {
        clients.spawn(client::run(Arc::clone(&shared), scene.seed ^ u64::from(number + 1)));
    }
    let kills = siege::lay(scene, &mut installation, &shared.tally, clients).await?;
    let journal = shared.journal.entries()?;
    let found = gather(&installation).await?;
    let mut faults = check::faults(&journal, &before, &found);
    faults.extend(installation.findings()?);
    let counts = check::Counts::of(&journal);
    Ok(Run {
        drill: "receipts",
        what: "receipts",
        database: scene.database,
        seed: scene.seed,
        clients: scene.options.clients as usize,
        kills,
        acknowledged: counts.ok,
        unanswered: shared.tally.unanswered.load(Ordering::Relaxed),
        abandoned: shared.tally.abandoned.load(Ordering::Relaxed),
        repeated: shared.tally.repeated.load(Ordering::Relaxed),
        found: vec![
            Found::new("answered that they had been booked before the kill", counts.duplicate),
            Found::new("receipts in the ledger", found.ledger.len() - before.ledger.len()),
            Found::new("cents", cents(&found) - cents(&before)),
        ],
        seconds: since.elapsed().as_secs(),
        faults,
    })
}

async fn gather(installation: &Installation) -> Result<Evidence> {
    let database = installation.database();
    let mut evidence = evidence::gather(&installation.place(&database)).await?;
    evidence.delivered = installation.delivered().await?;
    Ok(evidence)
}

fn cents(evidence: &Evidence) -> usize {
    usize::try_from(evidence.ledger.iter().map(|line| line.cents).sum::<i64>()).unwrap_or_default()
}
