//! What a sign-in costs the serving process: the choice of the provider, the signed request, the answer and its checks,
//! the session, up to the redirect to the page that was asked for. The provider is the simulator, a process of its own.

use std::path::Path;

use anyhow::Result;
use drills::installation::{DatabaseKind, Queue};

use crate::crowd::Crowd;
use crate::meter;
use crate::report::Figure;

/// People; each signs in once in each run.
const PEOPLE: u32 = if cfg!(debug_assertions) { 16 } else { 400 };
/// People who sign in at the same time: one, since a second would share its core with the simulator.
const CLIENTS: usize = 1;
/// Budget of one sign-in, in milliseconds of CPU.
const CPU_GOAL_MS: f64 = 5.0;

/// Measures on one installation; everybody has signed in once before, so that no run makes the people.
pub async fn measure(programs: &Path, database: DatabaseKind, runs: u8) -> Result<Vec<Vec<Figure>>> {
    let mut crowd = Crowd::gather(programs, database, Queue::Apart, PEOPLE).await?;
    crowd.begin().await?;
    let mut all = Vec::new();
    for _ in 0..runs {
        let (pid, asked) = (crowd.installation.portal_pid()?, crowd.requests());
        let before = meter::cpu(pid)?;
        crowd.sign_in_anew(CLIENTS).await?;
        let each = |total: f64| total / crowd.len() as f64;
        let cpu = each((meter::cpu(pid)? - before).as_secs_f64() * 1000.0);
        let requests = each((crowd.requests() - asked) as f64);
        all.push(vec![
            Figure::new("sign-in, CPU of the serving process, signature of the request included", cpu, "ms")
                .at_most(CPU_GOAL_MS),
            Figure::new("sign-in, requests to the portal and to the provider", requests, "requests"),
        ]);
    }
    Ok(all)
}
