//! P2, P3 and P4: how many INVIA and how many bookings of a place the store makes durable, beside what the disk and
//! PostgreSQL themselves can do.

mod pgbench;
mod posti;
pub mod sample;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use drills::postgres::Postgres;
use sportello_store::{Store, StoreConfig};
use tokio::task::JoinSet;

use crate::disk;
use crate::report::{Figure, percentile};

/// Callers at once.
const CALLERS: u64 = 32;
/// An unoptimised build only tries the program.
const SHARE: u64 = if cfg!(debug_assertions) { 20 } else { 1 };
/// INVIA of one measurement on SQLite.
const SQLITE_COUNT: u64 = 16_000 / SHARE;
/// INVIA of one measurement on PostgreSQL.
const POSTGRES_COUNT: u64 = 6_400 / SHARE;
/// INVIA of the lone caller.
const ALONE_COUNT: u64 = 1_000 / SHARE;
/// Enti of the second measurement on PostgreSQL.
const MANY_ENTI: u64 = 10;

/// P4: so many bookings a second are enough, and this share of the INVIA of the same run.
const PEAK_MOST: f64 = 5_000.0;
const PEAK_SHARE: f64 = 0.8;

/// What one measurement gave.
struct Measured {
    /// INVIA a second.
    rate: f64,
    /// How long each took.
    times: Vec<Duration>,
}

/// P2, on a new file for each run.
pub async fn sqlite(runs: u8) -> Result<Vec<Vec<Figure>>> {
    let mut all = Vec::new();
    for _ in 0..runs {
        let folder = tempfile::tempdir_in("target").context("making a folder")?;
        let store = Store::open(&StoreConfig::Sqlite(folder.path().join("bench.db"))).await?;
        sample::make_enti(&store, 1).await?;
        sample::make_drafts(&store, 0, SQLITE_COUNT + ALONE_COUNT).await?;
        let disk = disk::append()?;
        let many = submit(&store, CALLERS, 0..SQLITE_COUNT, 1).await?;
        let alone = submit(&store, 1, SQLITE_COUNT..SQLITE_COUNT + ALONE_COUNT, 1).await?;
        filed(&store, SQLITE_COUNT + ALONE_COUNT).await?;
        let booked = book(&store, CALLERS, 0..SQLITE_COUNT).await?;
        posti::booked(&store, SQLITE_COUNT).await?;
        store.close().await;
        let (p50, fsync) = (percentile(&alone.times, 50), percentile(&disk.times, 50));
        let mut figures = vec![
            Figure::new("raw append of 3 KB + fdatasync", disk.rate, "a second"),
            Figure::new("submit, SQLite, 32 callers", many.rate, "a second"),
            Figure::new("P2: submit, 32 callers, over raw", many.rate / disk.rate, "times").at_least(3.0),
            Figure::new("submit, SQLite, 32 callers: p99", percentile(&many.times, 99), "ms"),
            Figure::new("submit, SQLite, 1 caller: p50", p50, "ms"),
            Figure::new("P2: submit, 1 caller, p50 over raw", p50 / fsync, "times").at_most(1.5),
        ];
        figures.extend(peak("SQLite", &booked, &many));
        all.push(figures);
    }
    Ok(all)
}

/// P4: bookings at one ente beside the INVIA of the same run.
fn peak(database: &str, booked: &Measured, submitted: &Measured) -> [Figure; 3] {
    let goal = PEAK_MOST.min(PEAK_SHARE * submitted.rate);
    [
        Figure::new(format!("booking of a place, {database}, 32 callers"), booked.rate, "a second"),
        Figure::new(format!("booking of a place, {database}: p99"), percentile(&booked.times, 99), "ms"),
        Figure::new(
            format!("P4: booking over the lower of 5,000/s and 0.8 submit, {database}"),
            booked.rate / goal,
            "times",
        )
        .at_least(1.0),
    ]
}

/// P3, on a server of its own with the durability that is the default.
pub async fn postgres(runs: u8) -> Result<Vec<Vec<Figure>>> {
    let folder = tempfile::tempdir().context("making a folder")?;
    let server = Postgres::start(&folder.path().join("log")).await?;
    let store = Store::open(&StoreConfig::Postgres(server.url().into())).await?;
    sample::make_enti(&store, MANY_ENTI).await?;
    let peer = pgbench::Peer::new(&server, CALLERS).await?;
    let (mut all, mut next, mut taken) = (Vec::new(), 0, 0);
    for _ in 0..runs {
        let mut figures = Vec::new();
        let disk = disk::append()?;
        figures.push(Figure::new("raw append of 3 KB + fdatasync", disk.rate, "a second"));
        for (enti, goal, words) in [(1, 1.2, "1 ente"), (MANY_ENTI, 1.1, "10 enti")] {
            let (first, ours) = (next, next..next + POSTGRES_COUNT);
            let theirs = ours.end..ours.end + POSTGRES_COUNT;
            next = theirs.end;
            peer.make_drafts(ours.start, theirs.end, enti).await?;
            let submitted = submit(&store, CALLERS, ours, enti).await?;
            peer.settle().await?;
            let rate = peer.run(theirs, enti).await?;
            filed(&store, next).await?;
            figures.push(Figure::new(format!("submit, PostgreSQL, 32 callers, {words}"), submitted.rate, "a second"));
            figures.push(Figure::new(format!("pgbench, the same as one statement, {words}"), rate, "a second"));
            let name = format!("P3: submit over pgbench, {words}");
            figures.push(Figure::new(name, submitted.rate / rate, "times").at_least(goal));
            let p99 = percentile(&submitted.times, 99);
            figures.push(Figure::new(format!("P3: submit, {words}: p99"), p99, "ms").at_most(20.0));
            if enti == 1 {
                let booked = book(&store, CALLERS, first..first + POSTGRES_COUNT).await?;
                taken += POSTGRES_COUNT;
                posti::booked(&store, taken).await?;
                figures.extend(peak("PostgreSQL", &booked, &submitted));
            }
        }
        let alone = next..next + ALONE_COUNT;
        next = alone.end;
        peer.make_drafts(alone.start, alone.end, 1).await?;
        let alone = submit(&store, 1, alone, 1).await?;
        let p50 = percentile(&alone.times, 50);
        figures.push(Figure::new("submit, PostgreSQL, 1 caller: p50", p50, "ms"));
        all.push(figures);
    }
    store.close().await;
    Ok(all)
}

/// Files the drafts `numbers`, `callers` at once, spread over `enti`.
async fn submit(store: &Store, callers: u64, numbers: Range<u64>, enti: u64) -> Result<Measured> {
    let (store, answers) = (store.clone(), Arc::new(sample::answers()));
    let file = move |number| {
        let (store, answers) = (store.clone(), Arc::clone(&answers));
        async move { sample::file(&store, sample::ente_id(number % enti), number, &answers).await }
    };
    at_once(callers, numbers, file).await
}

/// Books a place for the filings `numbers` of ente 0, `callers` at once.
async fn book(store: &Store, callers: u64, numbers: Range<u64>) -> Result<Measured> {
    let store = store.clone();
    let book = move |number| {
        let store = store.clone();
        async move { posti::book(&store, number).await }
    };
    at_once(callers, numbers, book).await
}

/// Does `work` for each of the `numbers`, `callers` at once.
async fn at_once<W, D>(callers: u64, numbers: Range<u64>, work: W) -> Result<Measured>
where
    W: Fn(u64) -> D + Clone + Send + 'static,
    D: Future<Output = Result<()>> + Send,
{
    let count = numbers.end - numbers.start;
    let since = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let work = work.clone();
        let own = (numbers.start + caller..numbers.end).step_by(callers as usize);
        tasks.spawn(async move {
            let mut times = Vec::new();
            for number in own {
                let since = Instant::now();
                work(number).await?;
                times.push(since.elapsed());
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(own) = tasks.join_next().await {
        times.extend(own.context("a caller broke off")??);
    }
    Ok(Measured { rate: count as f64 / since.elapsed().as_secs_f64(), times })
}

/// Asserts that the work was done: so many pratiche, jobs, messages and registrations, without a gap in the numbers.
async fn filed(store: &Store, count: u64) -> Result<()> {
    use sportello_store::{contatore, job};
    let (mut pratiche, mut registered) = (0, 0);
    for number in 0..MANY_ENTI {
        let ente = sample::ente_id(number);
        let series = store.read(ente, async move |read| contatore::all(read, ente).await).await?;
        for row in series {
            match row.serie.as_str() {
                contatore::PRATICA => pratiche += row.ultimo,
                sample::REGISTRO => registered += row.ultimo,
                // The order of arrival of those who booked.
                _ => {}
            }
        }
        let broken = store.report(ente, async move |read| sportello_store::pratica::broken(read, ente).await).await?;
        ensure!(broken.is_empty(), "the numbers of ente {number} have a gap");
    }
    let jobs = store.report(sportello_domain::id::EnteId::PLATFORM, async |read| job::counts(read).await).await?;
    let jobs: i64 = jobs.iter().map(|(_, count)| count).sum();
    let count = count as i64;
    ensure!(
        (pratiche, registered, jobs) == (count, count, count),
        "{count} INVIA gave {pratiche} pratiche, {registered} registrations, {jobs} jobs"
    );
    Ok(())
}
