//! When `kill -9` falls: at moments drawn from the seed, while something is under way; and the waits between.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use crate::drill::Scene;
use crate::installation::{DatabaseKind, Installation, Victim};
use crate::process::POLL;
use crate::report::Kill;
use crate::tally::Tally;

/// Longest time without one more acknowledgement.
const PROGRESS_LIMIT: Duration = Duration::from_secs(120);
/// How long the queue may take at the end: what a killed portal held waits for its lease.
const QUEUE_LIMIT: Duration = Duration::from_secs(600);
/// How long a kill waits for something under way; then it falls anyway.
const IN_FLIGHT_WAIT: Duration = Duration::from_secs(5);
/// Longest pause before a kill, in milliseconds.
const PAUSE_MAX_MS: u64 = 400;

/// The clients of a drill.
pub(crate) type Clients = JoinSet<Result<()>>;

/// Kills until there were enough kills and acknowledgements, then lets the clients and the queue finish and ends the portal.
pub(crate) async fn lay(
    scene: &Scene<'_>,
    installation: &mut Installation,
    tally: &Tally,
    mut clients: Clients,
) -> Result<Vec<Kill>> {
    let kills = kill_all(scene, installation, tally, &mut clients).await?;
    until(tally, scene.options.acknowledged, &mut clients).await?;
    tally.stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.context("a client broke off")??;
    }
    installation.await_queue(QUEUE_LIMIT).await?;
    installation.end_portal().await?;
    Ok(kills)
}

async fn kill_all(
    scene: &Scene<'_>,
    installation: &mut Installation,
    tally: &Tally,
    clients: &mut Clients,
) -> Result<Vec<Kill>> {
    let mut chance = fastrand::Rng::with_seed(scene.seed);
    let (count, wanted) = (u64::from(scene.options.kills), scene.options.acknowledged);
    let mut kills = Vec::new();
    for number in 1..=count {
        let goal = wanted * number / (count + 1);
        until(tally, goal.max(number), clients).await?;
        tokio::time::sleep(Duration::from_millis(chance.u64(..PAUSE_MAX_MS))).await;
        let in_flight = await_in_flight(tally).await;
        let victim = match scene.database {
            DatabaseKind::Sqlite => Victim::Portal,
            DatabaseKind::Postgres => *chance.choice(&[Victim::Portal, Victim::Database, Victim::Both]).expect("three"),
        };
        let acknowledged = tally.acknowledged.load(Ordering::Relaxed);
        let ready = installation.hurt(victim).await?;
        let ready_ms = u64::try_from(ready.as_millis()).unwrap_or(u64::MAX);
        kills.push(Kill { victim, in_flight, acknowledged, ready_ms });
    }
    Ok(kills)
}

/// Waits for a moment with something under way; answers how much there was.
async fn await_in_flight(tally: &Tally) -> u64 {
    let since = Instant::now();
    loop {
        let now = tally.in_flight.load(Ordering::Relaxed);
        if now > 0 || since.elapsed() > IN_FLIGHT_WAIT {
            return now;
        }
        // Shorter than an INVIA, so that none slips through.
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Waits until there were so many acknowledgements; an error when a client ends or nothing moves.
async fn until(tally: &Tally, goal: u64, clients: &mut Clients) -> Result<()> {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let now = tally.acknowledged.load(Ordering::Relaxed);
        if now >= goal {
            return Ok(());
        }
        if now > last {
            (last, since) = (now, Instant::now());
        }
        if since.elapsed() > PROGRESS_LIMIT {
            bail!("no acknowledgement for {} s, {now} of {goal} so far", PROGRESS_LIMIT.as_secs());
        }
        if let Some(client) = clients.try_join_next() {
            client.context("a client broke off")?.context("a client")?;
        }
        tokio::time::sleep(POLL).await;
    }
}
