//! The machine that a figure was taken on: without it a figure means nothing.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What stands beside every figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Processor.
    pub processor: String,
    /// Cores that we may use.
    pub cores: usize,
    /// Kernel.
    pub kernel: String,
    /// Work waiting for a core when the measurement began (mean of the last minute).
    pub load: String,
    /// Commit, with a mark when files differ from it.
    pub commit: String,
    /// Whether the build is optimised.
    pub optimised: bool,
}

impl Machine {
    /// Looks at the machine we run on.
    pub fn look() -> Result<Self> {
        let read = |path: &str| fs::read_to_string(path).with_context(|| format!("reading {path}"));
        let processors = read("/proc/cpuinfo")?;
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        let load = read("/proc/loadavg")?;
        Ok(Self {
            processor: model.map_or("unknown", |(_, name)| name.trim()).to_owned(),
            cores: thread::available_parallelism().context("counting cores")?.get(),
            kernel: read("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            load: load.split(' ').next().unwrap_or("unknown").to_owned(),
            commit: commit(),
            optimised: !cfg!(debug_assertions),
        })
    }
}

/// A checkout without git is measured too.
fn commit() -> String {
    let git = |args: &[&str]| {
        let done = Command::new("git").args(args).output().ok().filter(|done| done.status.success())?;
        Some(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let changed = git(&["status", "--porcelain"]).is_none_or(|changes| !changes.is_empty());
    if changed { format!("{commit} with changes") } else { commit }
}

impl fmt::Display for Machine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let build = if self.optimised { "optimised" } else { "NOT OPTIMISED, figures mean nothing" };
        write!(
            out,
            "{}, {} cores, kernel {}, load {}, commit {}, {build}",
            self.processor, self.cores, self.kernel, self.load, self.commit
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Machine;

    #[test]
    fn the_machine_is_known() {
        let machine = Machine::look().expect("Linux tells about itself");
        assert!(machine.cores > 0);
        assert!(machine.load.parse::<f64>().is_ok(), "{}", machine.load);
    }
}
