//! What a drill found, for people and for programs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::installation::{DatabaseKind, Victim};

/// Name of the page for people.
pub(crate) const PAGE: &str = "report.md";

/// One kill.
#[derive(Clone, Debug, Serialize)]
pub struct Kill {
    /// What was hit.
    pub victim: Victim,
    /// What was under way at that moment: INVIA, or receipts.
    pub in_flight: u64,
    /// Acknowledged up to then.
    pub acknowledged: u64,
    /// Milliseconds until the portal was ready again.
    pub ready_ms: u64,
}

/// Something that was counted at the end.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// What, in the plural.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

impl Found {
    /// So many of these.
    pub fn new(what: &'static str, count: usize) -> Self {
        Self { what, count }
    }
}

/// One run of a drill.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Name of the drill.
    pub drill: &'static str,
    /// What was sent.
    pub what: &'static str,
    /// Database.
    pub database: DatabaseKind,
    /// Seed of every choice.
    pub seed: u64,
    /// Clients at once.
    pub clients: usize,
    /// Kills in their order.
    pub kills: Vec<Kill>,
    /// Acknowledged by the portal, says the journal.
    pub acknowledged: usize,
    /// Got no answer at first.
    pub unanswered: u64,
    /// Of those, left alone on purpose.
    pub abandoned: u64,
    /// Sent a second time after the acknowledgement.
    pub repeated: u64,
    /// What was counted at the end, after the queue was worked off.
    pub found: Vec<Found>,
    /// Seconds of the whole run.
    pub seconds: u64,
    /// What is wrong.
    pub faults: Vec<String>,
}

impl Run {
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
        let found: Vec<String> = self.found.iter().map(|found| format!("{} {}", found.count, found.what)).collect();
        let verdict = if self.faults.is_empty() { "nothing lost, no gap, no double" } else { "BROKEN PROMISES" };
        format!(
            "{} {:?}: {} kills ({busy} with {} under way), {} acknowledged, {} unanswered ({} abandoned), \
             {} sent twice, {}, ready after {middle} ms (longest {longest} ms), {} s, seed {}: {verdict}",
            self.drill,
            self.database,
            self.kills.len(),
            self.what,
            self.acknowledged,
            self.unanswered,
            self.abandoned,
            self.repeated,
            found.join(", "),
            self.seconds,
            self.seed,
        )
    }
}

/// Writes `report.json` and `report.md` into `folder`, and the page to `page` too.
pub(crate) fn write(folder: &Path, page: Option<&Path>, runs: &[Run]) -> Result<()> {
    let json = serde_json::to_string_pretty(runs).context("writing the report")?;
    let mut text = String::from("# Drills: what was left after the kills\n\n");
    text.push_str("Each acknowledgement comes from the client's own journal; the database was read afterwards.\n\n");
    for run in runs {
        text.push_str(&format!("- {}\n", run.line()));
        for fault in &run.faults {
            text.push_str(&format!("  - {fault}\n"));
        }
    }
    let beside = [(folder.join("report.json"), &json), (folder.join(PAGE), &text)];
    let wanted = page.map(|page| (page.to_owned(), &text));
    for (path, text) in beside.into_iter().chain(wanted) {
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
