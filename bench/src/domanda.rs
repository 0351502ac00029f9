//! P1: the CPU of complete applications in the serving process, the worker apart, beside that of a peer; and INVIA over
//! HTTP.

use std::path::Path;

use anyhow::{Context, Result};
use drills::installation::{DatabaseKind, Queue};

use crate::crowd::Crowd;
use crate::meter;
use crate::peer::Peer;
use crate::report::{Figure, percentile};

/// Parents; each files one application in each measurement, so that their lists stay as short as in life.
const PEOPLE: u32 = 192;
/// Parents in an unoptimised build, which only tries the program.
const PEOPLE_DEBUG: u32 = 16;
/// Parents at work at the same time.
const CLIENTS: usize = 8;
/// Children of the application that the budget is about.
const CHILDREN: u32 = 2;
/// Name of its figure.
const P1: &str = "P1: application of two children, CPU of the serving process";
/// Applications of the peer in each measurement: one costs it as much as a crowd costs us.
const PEER_PEOPLE: u32 = if cfg!(debug_assertions) { 8 } else { 48 };
/// Clients that press Invia at the same time.
const INVIA_CLIENTS: [usize; 2] = [8, 32];
/// Budget, in milliseconds of CPU.
const CPU_GOAL_MS: f64 = 2.0;

/// Measures on one installation.
pub async fn measure(programs: &Path, database: DatabaseKind, runs: u8) -> Result<Vec<Vec<Figure>>> {
    let people = if cfg!(debug_assertions) { PEOPLE_DEBUG } else { PEOPLE };
    let mut crowd = Crowd::gather(programs, database, Queue::Apart, people).await?;
    let before = crowd.begin().await?;
    crowd.file(1, CLIENTS).await?;
    crowd.settle(before, (crowd.len(), crowd.len())).await?;
    // The peer stands on a PostgreSQL of its own, whatever the portal stands on.
    let mut peer = Peer::start(PEER_PEOPLE).await?;
    let mut all = Vec::new();
    for _ in 0..runs {
        let mut figures = Vec::new();
        for (children, words) in [(1, "one child"), (CHILDREN, "two children")] {
            figures.extend(applications(&mut crowd, children, words).await?);
        }
        if let Some(peer) = &mut peer {
            figures.extend(beside(peer, ours_ms(&figures)?).await?);
        }
        for clients in INVIA_CLIENTS {
            figures.extend(invia(&mut crowd, clients).await?);
        }
        all.push(figures);
    }
    Ok(all)
}

async fn applications(crowd: &mut Crowd, children: u32, words: &str) -> Result<Vec<Figure>> {
    let (portal, worker) = (crowd.installation.portal_pid()?, crowd.installation.worker_pid()?);
    let (before, requests) = (crowd.counted().await?, crowd.requests());
    let (portal_cpu, worker_cpu) = (meter::cpu(portal)?, meter::cpu(worker)?);
    crowd.file(children, CLIENTS).await?;
    let portal_cpu = meter::cpu(portal)? - portal_cpu;
    let count = crowd.len();
    crowd.settle(before, (count * children as usize, count)).await?;
    let worker_cpu = meter::cpu(worker)? - worker_cpu;
    let each = |cpu: std::time::Duration| cpu.as_secs_f64() * 1000.0 / count as f64;
    let requests = (crowd.requests() - requests) as f64 / count as f64;
    Ok(vec![
        Figure::new(format!("P1: application of {words}, CPU of the serving process"), each(portal_cpu), "ms")
            .at_most(CPU_GOAL_MS),
        Figure::new(format!("application of {words}, CPU of the worker"), each(worker_cpu), "ms"),
        Figure::new(format!("application of {words}, requests"), requests, "requests"),
    ])
}

/// What the budget's application cost us in this run.
fn ours_ms(figures: &[Figure]) -> Result<f64> {
    figures.iter().find(|figure| figure.name == P1).map(|figure| figure.value).context("P1 was not measured")
}

/// The same application filed with the peer.
async fn beside(peer: &mut Peer, ours_ms: f64) -> Result<Vec<Figure>> {
    let cost = peer.file(CHILDREN, CLIENTS).await?;
    Ok(vec![
        Figure::new("peer (Django form wizard): the same, CPU of its process", cost.cpu_ms, "ms"),
        Figure::new("peer: the same, requests", cost.requests, "requests"),
        Figure::new("peer: its CPU over ours", cost.cpu_ms / ours_ms, "times"),
    ])
}

/// Every parent has a form ready, then all press Invia.
async fn invia(crowd: &mut Crowd, clients: usize) -> Result<Vec<Figure>> {
    let before = crowd.counted().await?;
    let ready = crowd.prepare(CLIENTS).await?;
    let (times, seconds) = crowd.send(ready, clients).await?;
    let count = crowd.len();
    crowd.settle(before, (count, count)).await?;
    Ok(vec![
        Figure::new(format!("INVIA over HTTP, {clients} clients"), count as f64 / seconds.as_secs_f64(), "a second"),
        Figure::new(format!("INVIA over HTTP, {clients} clients: p99"), percentile(&times, 99), "ms"),
    ])
}
