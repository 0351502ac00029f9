//! P12: how long the portal takes to start on the demonstration's data, and what memory it holds.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use drills::installation::{DatabaseKind, Queue};

use crate::crowd::Crowd;
use crate::meter;
use crate::report::Figure;

/// Starts; the middle one counts.
const STARTS: usize = 5;
/// How long the portal stands idle before its memory is read.
const IDLE: Duration = Duration::from_secs(60);
/// Receipts before its memory is read again.
const RECEIPTS: u32 = 100;
/// Budgets: milliseconds, MiB.
const START_GOAL_MS: f64 = 1000.0;
const MEMORY_GOAL_MIB: f64 = 100.0;

/// One run with several starts; the portal works the queue itself, as in the demonstration.
pub async fn measure(programs: &Path) -> Result<Vec<Vec<Figure>>> {
    let mut crowd = Crowd::gather(programs, DatabaseKind::Sqlite, Queue::Within, RECEIPTS).await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        crowd.installation.end_portal().await?;
        starts.push(crowd.installation.start_portal().await?);
    }
    starts.sort_unstable();
    let millis = |start: Duration| start.as_secs_f64() * 1000.0;
    let (fastest, slowest) = (millis(starts[0]), millis(starts[STARTS - 1]));
    tokio::time::sleep(IDLE).await;
    let idle = memory(&crowd)?;
    let before = crowd.begin().await?;
    crowd.file(1, 4).await?;
    crowd.settle(before, (crowd.len(), crowd.len())).await?;
    let after = memory(&crowd)?;
    let start = Figure::new("P12: start on the demonstration's data", millis(starts[STARTS / 2]), "ms");
    Ok(vec![vec![
        start.at_most(START_GOAL_MS),
        Figure::new("start: fastest of five", fastest, "ms"),
        Figure::new("start: slowest of five", slowest, "ms"),
        Figure::new("P12: memory 60 s after the start", idle, "MiB").at_most(MEMORY_GOAL_MIB),
        Figure::new("P12: memory after 100 applications and receipts", after, "MiB").at_most(MEMORY_GOAL_MIB),
    ]])
}

fn memory(crowd: &Crowd) -> Result<f64> {
    Ok(meter::resident_kib(crowd.installation.portal_pid()?)? as f64 / 1024.0)
}
