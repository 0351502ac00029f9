//! Hostile files, one after the other over HTTP: how long each takes to be refused or kept, and what memory that needs.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use drills::browser::Broken;
use drills::installation::{DatabaseKind, Installation, Plan, Queue};
use drills::journey::{Certificate, Parent};
use sportello_domain::allegato::hostile::hostile;

use crate::meter;
use crate::report::{Figure, percentile};

/// Files of one run.
const FILES: u64 = 500;
/// Files of one session: whoever sends more at once is told to wait.
const EACH: u64 = 100;
/// Budgets: milliseconds, MiB.
const TIME_GOAL_MS: f64 = 200.0;
const MEMORY_GOAL_MIB: f64 = 300.0;

/// As many runs, each on a portal of its own.
pub async fn measure(programs: &Path, runs: u8) -> Result<Vec<Vec<Figure>>> {
    let mut taken = Vec::new();
    for _ in 0..runs {
        taken.push(run(programs).await?);
    }
    Ok(taken)
}

async fn run(programs: &Path) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir().context("a folder for the portal")?;
    let people = (FILES / EACH) as u32;
    let plan = Plan { programs, folder: folder.path(), database: DatabaseKind::Sqlite, people, queue: Queue::Within };
    let installation = Installation::start(&plan).await?;
    let mut times = Vec::new();
    for (group, code) in (0..).zip(installation.people().await?) {
        let mut parent = Parent::new(installation.portal_url("/")?, code)?;
        parent.sign_in().await.map_err(broken)?;
        let place = parent.certificate().await.map_err(broken)?;
        for number in group * EACH..(group + 1) * EACH {
            times.push(send(&mut parent, &place, number).await?);
        }
    }
    ensure!(times.len() as u64 == FILES, "only {} files were sent", times.len());
    let peak = meter::peak_kib(installation.portal_pid()?)? as f64 / 1024.0;
    Ok(vec![
        Figure::new("upload: 99 in 100 of 500 hostile files", percentile(&times, 99), "ms").at_most(TIME_GOAL_MS),
        Figure::new("upload: half of them", percentile(&times, 50), "ms"),
        Figure::new("upload: most memory of the portal", peak, "MiB").at_most(MEMORY_GOAL_MIB),
    ])
}

/// Sends one; it must have been refused, or kept where it may stay.
async fn send(parent: &mut Parent, place: &Certificate, number: u64) -> Result<std::time::Duration> {
    let sent = hostile(number);
    let (answer, took) = parent.give(place, (sent.name, sent.declared, &sent.content)).await.map_err(broken)?;
    let expected = if sent.stays { 303 } else { 422 };
    ensure!(answer.status == expected, "file {number}, {}: answered with {}", sent.tries, answer.status);
    Ok(took)
}

fn broken(error: Broken) -> anyhow::Error {
    anyhow!("{error:?}")
}
