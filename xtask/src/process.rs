//! Running other programs: once to their end, or as a service that ends with us.
//!
//! Every program gets a process group of its own, and Ctrl-C is passed on to all groups, so nothing outlives us.
//! Programs that need the terminal's input have no place here.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Process groups that we started and that have not ended yet.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
/// Set once a person or the system has asked us to end.
static ENDED: AtomicBool = AtomicBool::new(false);

/// How long a service may take to end by itself before it is killed.
const END_TIMEOUT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// Passes the signals that end us on to every group; the second one kills.
pub fn watch_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("watching signals")?;
    thread::spawn(move || {
        for _ in signals.forever() {
            let signal = if ENDED.swap(true, Ordering::SeqCst) { Signal::KILL } else { Signal::TERM };
            for group in groups().iter() {
                send(*group, signal);
            }
        }
    });
    Ok(())
}

/// True once we were asked to end.
pub fn ended() -> bool {
    ENDED.load(Ordering::SeqCst)
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    // A set of numbers is whole even where a holder of the lock died.
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A group that has just ended is no fault: the aim is reached.
fn send(group: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(group) {
        let _ = kill_process_group(pid, signal);
    }
}

fn spawn(command: &mut Command) -> Result<Child> {
    if ended() {
        bail!("interrupted");
    }
    let child =
        command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("starting {}", line(command)))?;
    groups().insert(child.id().cast_signed());
    Ok(child)
}

/// Runs a program to its end with our own output; an error names the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if ended() {
        bail!("interrupted");
    }
    if !status.success() {
        bail!("{} failed ({status})", line(command));
    }
    Ok(())
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    let mut child = spawn(command)?;
    let status = child.wait();
    groups().remove(&child.id().cast_signed());
    status.with_context(|| format!("waiting for {}", line(command)))
}

/// Runs a short program to its end and answers what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", line(command)))?;
    if !done.status.success() {
        bail!("{} failed: {}", line(command), String::from_utf8_lossy(&done.stderr).trim());
    }
    String::from_utf8(done.stdout).with_context(|| format!("reading the answer of {}", line(command)))
}

/// True when the program starts and ends well; its output is dropped.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command line as a person would type it.
fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that runs beside us; dropping it ends it and everything it started.
pub struct Service {
    name: &'static str,
    child: Child,
}

impl Service {
    /// Starts the program; `name` is what messages call it.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        Ok(Self { name, child: spawn(command)? })
    }

    /// An error once the program has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait().with_context(|| format!("looking after {}", self.name))? {
            Some(status) => bail!("{} has ended ({status})", self.name),
            None => Ok(()),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let group = self.child.id().cast_signed();
        send(group, Signal::TERM);
        let since = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && since.elapsed() < END_TIMEOUT {
            thread::sleep(POLL);
        }
        // Also what the program itself started and left behind.
        send(group, Signal::KILL);
        if let Err(error) = self.child.wait() {
            eprintln!("{} could not be ended: {error}", self.name);
        }
        groups().remove(&group);
    }
}

/// Our own cargo, so that the demo and the tests use the toolchain they were started with.
///
/// What `cargo run` tells us about ourselves (`CARGO_PKG_NAME`, `CARGO_MANIFEST_DIR`, …) is not handed on: build scripts
/// that watch these variables would run again, and half the tree with them, at each change between `cargo` and
/// `cargo xtask`. Nor is a moved clock: it is for the programs that are built, and the compiler stands still under it.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let about_us = |name: &str| {
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|start| name.starts_with(start))
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(about_us) {
            command.env_remove(name);
        }
    }
    command.env_remove("LD_PRELOAD");
    command
}

/// True when we may install packages and give work to other users.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Installs Debian packages when run by root on Debian; otherwise stops and names them.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!("these packages are missing; install them and start again: apt-get install {names}");
    }
    println!("installing {names} ...");
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;
    use std::thread;
    use std::time::Instant;

    use super::{END_TIMEOUT, POLL, Service, run};

    /// A process that is gone, or dead and waiting to be noticed.
    fn has_ended(pid: &str) -> bool {
        let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
        stat.map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
    }

    #[test]
    fn a_dropped_service_takes_its_children_along() {
        let note = std::env::temp_dir().join(format!("sportello-xtask-{}", std::process::id()));
        let script = "sleep 600 & echo $! > \"$0.new\"; mv \"$0.new\" \"$0\"; wait";
        let mut service = Service::start("sh", Command::new("sh").args(["-c", script]).arg(&note)).unwrap();
        let since = Instant::now();
        while !note.exists() && since.elapsed() < END_TIMEOUT {
            thread::sleep(POLL);
        }
        let child = fs::read_to_string(&note).unwrap();
        fs::remove_file(&note).unwrap();
        assert!(!has_ended(child.trim()));
        service.check().unwrap();
        drop(service);
        let since = Instant::now();
        while !has_ended(child.trim()) && since.elapsed() < END_TIMEOUT {
            thread::sleep(POLL);
        }
        assert!(has_ended(child.trim()));
    }

    #[test]
    fn a_program_that_fails_is_named() {
        let error = run(&mut Command::new("false")).unwrap_err();
        assert!(error.to_string().starts_with("false failed"), "{error}");
        assert!(run(&mut Command::new("no-such-program")).is_err());
    }
}
