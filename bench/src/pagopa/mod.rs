//! What the calls of the node of pagoPA cost the portal: from the bytes on the wire to the call kept and, for a receipt,
//! everything booked. On SQLite, by mutual TLS as in life.

mod debts;
mod node;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use drills::installation::{DatabaseKind, Installation, Plan, Queue};

use crate::meter;
use crate::report::Figure;
use debts::Debts;
use node::Node;

/// Debts of one run; each is verified, got and paid once.
const COUNT: u64 = if cfg!(debug_assertions) { 40 } else { 1_000 };
/// Calls of one connection; the node keeps it open for a while.
const CALLERS: u64 = 4;
/// Calls that each make a connection of their own.
const ALONE: u64 = COUNT / 4;
/// Budget of one call, in milliseconds of CPU.
const CPU_GOAL_MS: f64 = 1.0;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Verify,
    Get,
    Receipt,
}

/// Measures on one installation; each run has debts of its own.
pub async fn measure(programs: &Path, runs: u8) -> Result<Vec<Vec<Figure>>> {
    std::fs::create_dir_all("target").context("making target")?;
    let folder = tempfile::tempdir_in("target").context("making a folder")?;
    let path = std::path::absolute(folder.path()).context("the folder of the data")?;
    let plan = Plan { programs, folder: &path, database: DatabaseKind::Sqlite, people: 0, queue: Queue::Apart };
    let mut installation = Installation::start(&plan).await?;
    installation.end_portal().await?;
    let debts = Debts::make(&installation.database(), COUNT * (u64::from(runs) + 1)).await?;
    installation.start_portal().await?;
    let node = Node::open(&installation)?;
    // The first round only warms up.
    round(&installation, &node, &debts, 0).await?;
    let mut all = Vec::new();
    for run in 1..=u64::from(runs) {
        all.push(round(&installation, &node, &debts, run * COUNT).await?);
    }
    installation.end_portal().await?;
    let (receipts, paid) = debts.paid(&installation.database()).await?;
    let expected = COUNT * (u64::from(runs) + 1);
    ensure!((receipts, paid) == (expected, expected), "{receipts} receipts and {paid} paid debts, not {expected}");
    Ok(all)
}

async fn round(installation: &Installation, node: &Node, debts: &Debts, first: u64) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let pid = installation.portal_pid()?;
    for (ask, name) in
        [(Ask::Verify, "paVerifyPaymentNotice"), (Ask::Get, "paGetPaymentV2"), (Ask::Receipt, "paSendRTV2")]
    {
        let before = meter::cpu(pid)?;
        let calls = (first..first + COUNT).map(|number| debts.call(ask, number)).collect();
        node.call_all(calls, CALLERS).await.with_context(|| format!("calling {name}"))?;
        let cpu = (meter::cpu(pid)? - before).as_secs_f64() * 1000.0 / COUNT as f64;
        figures.push(Figure::new(format!("{name}, CPU of the serving process"), cpu, "ms").at_most(CPU_GOAL_MS));
    }
    let before = meter::cpu(pid)?;
    for number in first..first + ALONE {
        // Paid by now: the answer is a refusal, which costs the same reading.
        node.call_alone(debts.call(Ask::Verify, number)).await?;
    }
    let cpu = (meter::cpu(pid)? - before).as_secs_f64() * 1000.0 / ALONE as f64;
    figures.push(Figure::new("paVerifyPaymentNotice on a connection of its own, with TLS", cpu, "ms"));
    Ok(figures)
}
