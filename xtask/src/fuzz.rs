//! `cargo xtask fuzz`: bytes that grow by what they reach, brought to every door of sign-in (package `fuzz`).
//!
//! libFuzzer on the stable toolchain: the compiler's own coverage pass, no sanitizer (our code and its parsers are safe
//! Rust, the assertions of the package are the oracle). It needs a C++ compiler.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{process, repo};

/// What the coverage of libFuzzer needs of the compiler.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Inputs of the bounded run: a minute or so.
const RUNS: u64 = 300_000;
/// Longest input, in bytes; longest time of one, in seconds; most memory, in MB.
const LIMITS: [&str; 3] = ["-max_len=32768", "-timeout=10", "-rss_limit_mb=1024"];

/// How long to try.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Inputs to try
    #[arg(long, conflicts_with = "seconds")]
    runs: Option<u64>,
    /// Seconds to try for instead
    #[arg(long)]
    seconds: Option<u64>,
}

/// Builds, tries, and fails with the input that broke something.
pub fn run(options: &Options) -> Result<()> {
    let folder = repo::target().join("fuzz");
    let world = folder.join("world");
    fs::create_dir_all(&world).context("making the folder of the inputs")?;
    let target = host()?;
    process::run(
        process::cargo()
            .args(["build", "--locked", "--profile", "fuzz", "--package", "fuzz", "--features", "libfuzzer"])
            // With a target named, programs that only help to build are left as they are.
            .args(["--target", &target, "--target-dir"])
            .arg(&folder)
            .env("RUSTFLAGS", FLAGS)
            .current_dir(repo::root()),
    )?;
    let program = folder.join(target).join("fuzz/fuzz");
    let bound = match options.seconds {
        Some(seconds) => format!("-max_total_time={seconds}"),
        None => format!("-runs={}", options.runs.unwrap_or(RUNS)),
    };
    let mut fuzzer = std::process::Command::new(&program);
    fuzzer.arg(world.join("corpus")).arg(bound).args(LIMITS).args(["-print_final_stats=1", "-verbosity=0"]);
    fuzzer.arg(format!("-artifact_prefix={}/", folder.display())).env("SPORTELLO_FUZZ_FOLDER", &world);
    process::run(&mut fuzzer).with_context(|| again(&program, &world, &folder))
}

/// How to see a fault again.
fn again(program: &Path, world: &Path, folder: &Path) -> String {
    format!(
        "an input broke something; again: SPORTELLO_FUZZ_FOLDER={} {} {}/crash-… (or timeout-…, oom-…)",
        world.display(),
        program.display(),
        folder.display()
    )
}

/// The machine that the compiler builds for by itself.
fn host() -> Result<String> {
    let told = process::output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it builds for")?.to_owned())
}
