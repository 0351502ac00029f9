//! CPU time and memory of a process, from the operating system.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result};

/// User and system time of process `pid` (all its threads) since it began.
pub fn cpu(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    // The name may hold blanks and brackets: the fields begin after its last bracket.
    let (_, rest) = stat.rsplit_once(')').context("a process without a name")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| -> Result<u64> {
        let field = fields.get(index).context("a process without times")?;
        field.parse().context("reading the times of a process")
    };
    let total = ticks(11)? + ticks(12)?;
    Ok(Duration::from_millis(total * 1000 / ticks_per_second()?))
}

/// Resident memory of process `pid`, in KiB.
pub fn resident_kib(pid: u32) -> Result<u64> {
    memory(pid, "VmRSS:")
}

/// The most memory that process `pid` ever held, in KiB.
pub fn peak_kib(pid: u32) -> Result<u64> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, which: &str) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(which)).context("a process without memory")?;
    line.trim().trim_end_matches(" kB").parse().context("reading the memory of a process")
}

fn ticks_per_second() -> Result<u64> {
    static KNOWN: OnceLock<u64> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(*known);
    }
    let done = Command::new("getconf").arg("CLK_TCK").output().context("asking for the clock ticks of a second")?;
    let ticks = String::from_utf8_lossy(&done.stdout).trim().parse().context("reading the clock ticks of a second")?;
    Ok(*KNOWN.get_or_init(|| ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_time_and_memory_is_there() {
        let own = std::process::id();
        let before = cpu(own).expect("our own time");
        let mut sum = 0u64;
        while cpu(own).expect("our own time") < before + Duration::from_millis(30) {
            sum = (0..100_000).fold(sum, |sum, number| sum.wrapping_mul(31).wrapping_add(number));
        }
        assert!(resident_kib(own).expect("our own memory") > 500, "{sum}");
    }
}
