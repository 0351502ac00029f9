//! What a drill found, for people and for programs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::installation::{DatabaseKind, Victim};

/// One kill.
#[derive(Clone, Debug, Serialize)]
pub struct Kill {
    /// What was hit.
    pub victim: Victim,
    /// INVIA under way at that moment.
    pub in_flight: u64,
    /// INVIA acknowledged up to then.
    pub acknowledged: u64,
    /// Milliseconds until the portal was ready again.
    pub ready_ms: u64,
}

/// One run of the crash drill.
#[derive(Clone, Debug, Serialize)]
pub struct Crash {
    /// Database.
    pub database: DatabaseKind,
    /// Seed of every choice.
    pub seed: u64,
    /// Clients at once.
    pub clients: usize,
    /// Kills in their order.
    pub kills: Vec<Kill>,
    /// INVIA in the journal that the portal acknowledged.
    pub acknowledged: usize,
    /// INVIA that got no answer at first.
    pub unanswered: u64,
    /// Of those, left alone on purpose.
    pub abandoned: u64,
    /// INVIA pressed twice with the same outcome.
    pub repeated: u64,
    /// Receipts in the database at the end, after the queue was worked off.
    pub receipts: usize,
    /// Messages that the mail server was given once more after a crash, under the same Message-ID.
    pub delivered_again: usize,
    /// Pratiche in the database at the end.
    pub pratiche: usize,
    /// Seconds of the whole run.
    pub seconds: u64,
    /// What is wrong.
    pub faults: Vec<String>,
}

impl Crash {
    /// Milliseconds until ready: the middle and the longest.
    fn ready_ms(&self) -> (u64, u64) {
        let mut times: Vec<u64> = self.kills.iter().map(|kill| kill.ready_ms).collect();
        times.sort_unstable();
        (times.get(times.len() / 2).copied().unwrap_or_default(), times.last().copied().unwrap_or_default())
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let (middle, longest) = self.ready_ms();
        let busy = self.kills.iter().filter(|kill| kill.in_flight > 0).count();
        let verdict = if self.faults.is_empty() { "nothing lost, no gap, no double" } else { "BROKEN PROMISES" };
        format!(
            "crash {:?}: {} kills ({busy} with INVIA under way), {} acknowledged, {} unanswered ({} abandoned), \
             {} pressed twice, {} pratiche, {} receipts, {} mails repeated, ready after {middle} ms (longest {longest} ms), {} s, seed {}: {verdict}",
            self.database,
            self.kills.len(),
            self.acknowledged,
            self.unanswered,
            self.abandoned,
            self.repeated,
            self.pratiche,
            self.receipts,
            self.delivered_again,
            self.seconds,
            self.seed,
        )
    }
}

/// Writes `crash.json` and `crash.md` into `folder`.
pub fn write(folder: &Path, runs: &[Crash]) -> Result<()> {
    let json = serde_json::to_string_pretty(runs).context("writing the report")?;
    let mut page = String::from("# Drill: crash\n\n");
    page.push_str("Each acknowledged INVIA comes from the client's own journal; the database was read afterwards.\n\n");
    for run in runs {
        page.push_str(&format!("- {}\n", run.line()));
        for fault in &run.faults {
            page.push_str(&format!("  - {fault}\n"));
        }
    }
    for (name, text) in [("crash.json", json), ("crash.md", page)] {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
