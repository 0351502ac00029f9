//! The crash drill: clients file, `kill -9` falls at random moments, and the witness counts what is left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::Result;

use crate::check;
use crate::client::{self, Shared};
use crate::drill::Scene;
use crate::installation::Installation;
use crate::journal::Journal;
use crate::report::{Found, Run};
use crate::siege::{self, Clients};

/// Runs the drill on one database.
pub(crate) async fn run(scene: &Scene<'_>) -> Result<Run> {
    let since = Instant::now();
    let mut installation = scene.start(scene.options.clients).await?;
    let before = installation.evidence().await?;
    let shared = Shared::new(Journal::create(&scene.folder.join("journal.jsonl"))?);
    let clients = start_clients(scene.seed, &installation, &shared).await?;
    let count = clients.len();
    let kills = siege::lay(scene, &mut installation, &shared.tally, clients).await?;
    let journal = shared.journal.entries()?;
    let found = installation.evidence().await?;
    let mut faults = check::faults(&journal, &before, &found);
    faults.extend(installation.findings()?);
    Ok(Run {
        drill: "crash",
        what: "INVIA",
        database: scene.database,
        seed: scene.seed,
        clients: count,
        kills,
        acknowledged: check::acknowledged(&journal),
        unanswered: shared.tally.unanswered.load(Ordering::Relaxed),
        abandoned: shared.tally.abandoned.load(Ordering::Relaxed),
        repeated: shared.tally.repeated.load(Ordering::Relaxed),
        found: vec![
            Found::new("pratiche", found.pratiche.len()),
            Found::new("receipts", found.ricevute.len()),
            Found::new("mails repeated", check::delivered_again(&found)),
        ],
        seconds: since.elapsed().as_secs(),
        faults,
    })
}

/// One client for each person whom the simulator was asked for.
async fn start_clients(seed: u64, installation: &Installation, shared: &Arc<Shared>) -> Result<Clients> {
    let mut clients = Clients::new();
    for (number, code) in (1u64..).zip(installation.people().await?) {
        let portal = installation.portal_url("/")?;
        clients.spawn(client::run(Arc::clone(shared), portal, code, seed ^ number));
    }
    Ok(clients)
}
