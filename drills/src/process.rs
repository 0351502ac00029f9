//! Programs that a drill starts, and how they end: asked, or killed by their pid.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How often a wait looks again.
pub const POLL: Duration = Duration::from_millis(10);
/// How long a program may take to end when it is asked to.
const END_LIMIT: Duration = Duration::from_secs(35);
/// Lines of a log shown when its program has ended by itself.
const LOG_TAIL: usize = 15;

/// A running program; dropping it kills it.
pub struct Program {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts `command` with its output added to `log`.
    pub fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        let open = || {
            File::options().create(true).append(true).open(log).with_context(|| format!("opening {}", log.display()))
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(open()?)
            .stderr(open()?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name} ({})", command.get_program().display()))?;
        Ok(Self { name, child, log: log.to_owned() })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// An error once it has ended by itself, with the end of its log.
    pub fn check(&mut self) -> Result<()> {
        let ended = self.child.try_wait().with_context(|| format!("looking after {}", self.name))?;
        let Some(status) = ended else { return Ok(()) };
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n");
        bail!("{} has ended by itself ({status}):\n{tail}", self.name);
    }

    /// `kill -9`: an error when it was not this signal that ended it.
    pub fn kill(mut self) -> Result<()> {
        self.check()?;
        self.child.kill().with_context(|| format!("killing {}", self.name))?;
        let status = self.child.wait().with_context(|| format!("waiting for the end of {}", self.name))?;
        if status.signal() != Some(Signal::KILL.as_raw()) {
            bail!("{} ended before it was killed ({status})", self.name);
        }
        Ok(())
    }

    /// Asks it to end and waits for it.
    pub async fn end(mut self) -> Result<ExitStatus> {
        signal(self.pid(), Signal::TERM);
        let since = Instant::now();
        loop {
            if let Some(status) =
                self.child.try_wait().with_context(|| format!("waiting for the end of {}", self.name))?
            {
                return Ok(status);
            }
            if since.elapsed() > END_LIMIT {
                bail!("{} did not end within {} s", self.name, END_LIMIT.as_secs());
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Already gone is what we want.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Sends a signal to a process that a drill started; one that has just ended is no fault.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Runs a short program to its end; an error holds what it said.
pub fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("starting {program}"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("{program} failed ({}): {}", done.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(log: &Path) -> Program {
        Program::start("sleep", Command::new("sleep").arg("60"), log).expect("sleep can be started")
    }

    #[tokio::test]
    async fn a_program_is_killed_or_asked_to_end() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        sleeper(&log).kill().expect("a running program can be killed");
        let status = sleeper(&log).end().await.expect("sleep ends when asked");
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
    }

    #[test]
    fn a_program_that_ended_by_itself_is_told_with_its_log() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        let mut shell = Command::new("sh");
        let mut program = Program::start("sh", shell.args(["-c", "echo the reason; exit 3"]), &log).expect("sh starts");
        program.child.wait().expect("sh ends");
        let error = program.check().expect_err("it has ended").to_string();
        assert!(error.contains("exit status: 3") && error.contains("the reason"), "{error}");
        assert!(program.kill().is_err(), "killing what has ended proves nothing");
    }
}
