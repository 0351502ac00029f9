//! `cargo xtask drill`: builds everything optimised and runs the drills in their full form; the page of what was left goes
//! to `docs/results`.

use anyhow::Result;

use crate::{assets, process, repo};

/// What the full form is: enough kills and acknowledgements that a promise kept by luck would show.
const FULL: [&str; 4] = ["--kills", "20", "--acknowledged", "2000"];
/// Where the page of the full form stands.
const PAGE: &str = "docs/results/crash.md";

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Seed of every choice; a new one when left out
    #[arg(long)]
    seed: Option<u64>,
}

/// Builds with the `ci` profile and runs both drills on both databases.
pub fn run(options: &Options) -> Result<()> {
    let root = repo::root();
    assets::build()?;
    let packages = ["sportello", "sportello-sim", "drills"];
    process::run(
        process::cargo()
            .args(["build", "--locked", "--profile", "ci"])
            .args(packages.iter().flat_map(|package| ["--package", package]))
            .current_dir(&root),
    )?;
    let programs = repo::target().join("ci");
    let mut drill = std::process::Command::new(programs.join("drill"));
    drill.current_dir(&root).arg("all").args(FULL).arg("--programs").arg(&programs).args(["--page", PAGE]);
    if let Some(seed) = options.seed {
        drill.args(["--seed", &seed.to_string()]);
    }
    process::run(&mut drill)
}
