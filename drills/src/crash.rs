//! The crash drill: clients file, `kill -9` falls at random moments, and the witness counts what is left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use crate::check;
use crate::client::{self, Shared};
use crate::installation::{DatabaseKind, Installation, Plan, Queue, Victim};
use crate::journal::Journal;
use crate::process::POLL;
use crate::report::{self, Crash, Kill};

/// Longest time without one more acknowledgement.
const PROGRESS_LIMIT: Duration = Duration::from_secs(120);
/// How long the queue may take at the end: what a killed portal held waits for its lease.
const QUEUE_LIMIT: Duration = Duration::from_secs(600);
/// How long a kill waits for an INVIA under way; then it falls anyway.
const IN_FLIGHT_WAIT: Duration = Duration::from_secs(5);
/// Longest pause before a kill, in milliseconds.
const PAUSE_MAX_MS: u64 = 400;

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Databases, one run each
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    database: Vec<DatabaseKind>,
    /// Kills a database
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    kills: u32,
    /// Acknowledged INVIA a database, at least
    #[arg(long, default_value_t = 100)]
    acknowledged: u64,
    /// Clients at once, each an invented person of its own
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    clients: u32,
    /// Seed of every choice; a new one when left out
    #[arg(long)]
    seed: Option<u64>,
    /// Folder with the programs `sportello` and `sportello-sim`
    #[arg(long, default_value = "target/debug")]
    programs: PathBuf,
    /// Folder for data, logs, journals and the report; must not exist yet or is made anew in it
    #[arg(long, default_value = "target/drills")]
    folder: PathBuf,
}

/// Runs the drill on each database and writes the report; an error when a promise was broken.
pub async fn run(options: &Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..1_000_000_000));
    let programs = std::path::absolute(&options.programs).context("the folder of the programs")?;
    let folder = std::path::absolute(&options.folder).context("the folder of the drill")?.join(format!("crash-{seed}"));
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let mut runs = Vec::new();
    for database in &options.database {
        println!("crash drill on {database:?}, seed {seed} ...");
        let crash = one(options, *database, seed, &programs, &folder).await?;
        println!("{}", crash.line());
        runs.push(crash);
    }
    report::write(&folder, &runs)?;
    println!("report: {}", folder.join("crash.md").display());
    let faults: Vec<&str> = runs.iter().flat_map(|run| &run.faults).map(String::as_str).collect();
    if faults.is_empty() { Ok(()) } else { bail!("broken promises:\n{}", faults.join("\n")) }
}

async fn one(options: &Options, database: DatabaseKind, seed: u64, programs: &Path, folder: &Path) -> Result<Crash> {
    let since = Instant::now();
    let folder = folder.join(format!("{database:?}").to_lowercase());
    let mut installation = Installation::start(&Plan {
        programs,
        folder: &folder,
        database,
        people: options.clients,
        queue: Queue::Within,
    })
    .await?;
    let before = installation.evidence().await?;
    let shared = Shared::new(Journal::create(&folder.join("journal.jsonl"))?);
    let mut clients = start_clients(seed, &installation, &shared).await?;
    let count = clients.len();

    let kills = kill_all(options, database, seed, &mut installation, &shared, &mut clients).await?;
    until(&shared, options.acknowledged, &mut clients).await?;
    shared.stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.context("a client broke off")??;
    }
    installation.await_queue(QUEUE_LIMIT).await?;
    installation.end_portal().await?;

    let journal = shared.journal.entries()?;
    let found = installation.evidence().await?;
    Ok(Crash {
        database,
        seed,
        clients: count,
        kills,
        acknowledged: check::acknowledged(&journal),
        unanswered: shared.unanswered.load(Ordering::Relaxed),
        abandoned: shared.abandoned.load(Ordering::Relaxed),
        repeated: shared.repeated.load(Ordering::Relaxed),
        receipts: found.ricevute.len(),
        delivered_again: check::delivered_again(&found),
        pratiche: found.pratiche.len(),
        seconds: since.elapsed().as_secs(),
        faults: check::faults(&journal, &before, &found),
    })
}

/// One client for each person whom the simulator was asked for.
async fn start_clients(seed: u64, installation: &Installation, shared: &Arc<Shared>) -> Result<JoinSet<Result<()>>> {
    let mut clients = JoinSet::new();
    for (number, code) in (1u64..).zip(installation.people().await?) {
        let portal = installation.portal_url("/")?;
        clients.spawn(client::run(Arc::clone(shared), portal, code, seed ^ number));
    }
    Ok(clients)
}

async fn kill_all(
    options: &Options,
    database: DatabaseKind,
    seed: u64,
    installation: &mut Installation,
    shared: &Shared,
    clients: &mut JoinSet<Result<()>>,
) -> Result<Vec<Kill>> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut kills = Vec::new();
    for number in 1..=u64::from(options.kills) {
        let goal = options.acknowledged * number / (u64::from(options.kills) + 1);
        until(shared, goal.max(number), clients).await?;
        tokio::time::sleep(Duration::from_millis(chance.u64(..PAUSE_MAX_MS))).await;
        let in_flight = await_in_flight(shared).await;
        let victim = match database {
            DatabaseKind::Sqlite => Victim::Portal,
            DatabaseKind::Postgres => *chance.choice(&[Victim::Portal, Victim::Database, Victim::Both]).expect("three"),
        };
        let acknowledged = shared.acknowledged.load(Ordering::Relaxed);
        let ready = installation.hurt(victim).await?;
        let ready_ms = u64::try_from(ready.as_millis()).unwrap_or(u64::MAX);
        kills.push(Kill { victim, in_flight, acknowledged, ready_ms });
    }
    Ok(kills)
}

/// Waits for a moment with an INVIA under way; answers how many there were.
async fn await_in_flight(shared: &Shared) -> u64 {
    let since = Instant::now();
    loop {
        let now = shared.in_flight.load(Ordering::Relaxed);
        if now > 0 || since.elapsed() > IN_FLIGHT_WAIT {
            return now;
        }
        // Shorter than an INVIA, so that none slips through.
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Waits until so many INVIA were acknowledged; an error when a client ends or nothing moves.
async fn until(shared: &Shared, goal: u64, clients: &mut JoinSet<Result<()>>) -> Result<()> {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let now = shared.acknowledged.load(Ordering::Relaxed);
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
