//! `cargo xtask bench`: builds everything optimised and measures; the figures go to `docs/results`.

use std::process::Command;

use anyhow::Result;

use crate::{assets, process, repo};

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// What to measure (`disk`, `documents`, `modello`, `pain008`, `store-sqlite`, `store-postgres`, `portal-sqlite`,
    /// `portal-postgres`, `sign-in-sqlite`, `sign-in-postgres`, `pagopa`, `run-sqlite`, `run-postgres`,
    /// `queue-sqlite`, `queue-postgres`, `export-sqlite`, `export-postgres`, `upload`, `start`); everything when left out
    names: Vec<String>,
    /// Times that each measurement is taken
    #[arg(long)]
    runs: Option<u8>,
}

/// Builds with the `ci` profile and runs the measurements.
pub fn run(options: &Options) -> Result<()> {
    let root = repo::root();
    assets::build()?;
    let packages = ["sportello", "sportello-sim", "drills", "bench"];
    process::run(
        process::cargo()
            .args(["build", "--locked", "--profile", "ci"])
            .args(packages.iter().flat_map(|package| ["--package", package]))
            .current_dir(&root),
    )?;
    let programs = repo::target().join("ci");
    let mut bench = Command::new(programs.join("bench"));
    bench.current_dir(&root).arg("--programs").arg(&programs);
    if let Some(runs) = options.runs {
        bench.args(["--runs", &runs.to_string()]);
    }
    process::run(bench.args(&options.names))
}
