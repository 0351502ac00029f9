//! A drill that is asked to end takes along what it started.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const LIMIT: Duration = Duration::from_secs(20);

/// Waits for something; false when it does not come.
fn wait(mut condition: impl FnMut() -> bool) -> bool {
    let since = Instant::now();
    while !condition() {
        if since.elapsed() > LIMIT {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

fn pid(text: &str) -> Pid {
    text.trim().parse().ok().and_then(Pid::from_raw).expect("a process identifier")
}

/// A process that is gone, or dead and waiting to be noticed.
fn has_ended(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

/// A folder of programs with simulators that write down who they are and then never answer.
fn deaf_simulators(folder: &Path) {
    let program = folder.join("sportello-sim");
    let note = folder.join("pid");
    let script = format!("#!/bin/sh\necho $$ > {0}.new && mv {0}.new {0}\nexec sleep 600\n", note.display());
    fs::write(&program, script).expect("a script can be written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
}

fn start(folder: &Path) -> Child {
    let mut drill = Command::new(env!("CARGO_BIN_EXE_drill"));
    drill.args(["receipts", "--database", "sqlite", "--programs"]).arg(folder).arg("--folder").arg(folder.join("runs"));
    drill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the drill starts")
}

#[test]
fn a_drill_that_is_asked_to_end_leaves_nothing_running() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        deaf_simulators(folder.path());
        let mut drill = start(folder.path());
        let note = folder.path().join("pid");
        assert!(wait(|| note.exists()), "the drill starts its simulators");
        let started = pid(&fs::read_to_string(&note).expect("their identifier"));
        assert!(!has_ended(started), "they run");
        kill_process(pid(&drill.id().to_string()), signal).expect("the drill gets the signal");
        let status = drill.wait().expect("the drill ends");
        assert_eq!(status.code(), Some(1), "it ends in order, not by {signal:?}");
        assert!(wait(|| has_ended(started)), "{signal:?} left a process running");
    }
}
