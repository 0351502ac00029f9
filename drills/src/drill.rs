//! What every drill shares: its options, its folder, the runs on each database, and their report.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::installation::{DatabaseKind, Installation, Plan, Queue};
use crate::report::{self, Run};
use crate::{crash, receipts};

/// A drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drill {
    /// INVIA under kills.
    Crash,
    /// Receipts of pagoPA under kills.
    Receipts,
}

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Databases, one run each
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    database: Vec<DatabaseKind>,
    /// Kills a database
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) kills: u32,
    /// Acknowledgements a database, at least
    #[arg(long, default_value_t = 100)]
    pub(crate) acknowledged: u64,
    /// Clients at once
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) clients: u32,
    /// Seed of every choice; a new one when left out
    #[arg(long)]
    seed: Option<u64>,
    /// Folder with the programs `sportello` and `sportello-sim`
    #[arg(long, default_value = "target/debug")]
    programs: PathBuf,
    /// Folder in which each drill makes a new one for data, logs, journals and the report
    #[arg(long, default_value = "target/drills")]
    folder: PathBuf,
    /// File that gets the page of the report too
    #[arg(long)]
    page: Option<PathBuf>,
}

/// One run on one database.
pub(crate) struct Scene<'a> {
    /// What was asked for.
    pub(crate) options: &'a Options,
    /// Database.
    pub(crate) database: DatabaseKind,
    /// Seed of every choice.
    pub(crate) seed: u64,
    /// Folder of this run.
    pub(crate) folder: PathBuf,
    programs: &'a Path,
}

impl Scene<'_> {
    /// Starts everything, with so many people besides those of the demonstration.
    pub(crate) async fn start(&self, people: u32) -> Result<Installation> {
        let (programs, folder, database) = (self.programs, self.folder.as_path(), self.database);
        Installation::start(&Plan { programs, folder, database, people, queue: Queue::Within }).await
    }
}

impl Drill {
    const fn name(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Receipts => "receipts",
        }
    }
}

/// Runs the drills on each database and writes the report; an error when a promise was broken.
pub async fn run(drills: &[Drill], options: &Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..1_000_000_000));
    let programs = std::path::absolute(&options.programs).context("the folder of the programs")?;
    let above = std::path::absolute(&options.folder).context("the folder of the drill")?;
    let names: Vec<&str> = drills.iter().map(|drill| drill.name()).collect();
    let folder = new_folder(&above, &format!("{}-{seed}", names.join("-")))?;
    let mut runs = Vec::new();
    for drill in drills {
        for database in &options.database {
            let name = format!("{}-{database:?}", drill.name()).to_lowercase();
            println!("drill {name}, seed {seed} ...");
            let scene = Scene { options, database: *database, seed, folder: folder.join(name), programs: &programs };
            let run = match drill {
                Drill::Crash => crash::run(&scene).await?,
                Drill::Receipts => receipts::run(&scene).await?,
            };
            println!("{}", run.line());
            runs.push(run);
        }
    }
    report::write(&folder, options.page.as_deref(), &runs)?;
    println!("report: {}", folder.join(report::PAGE).display());
    verdict(&runs)
}

fn verdict(runs: &[Run]) -> Result<()> {
    let faults: Vec<&str> = runs.iter().flat_map(|run| &run.faults).map(String::as_str).collect();
    if faults.is_empty() { Ok(()) } else { bail!("broken promises:\n{}", faults.join("\n")) }
}

/// Makes a folder that was not there: what an earlier run with the same seed left is evidence and stays.
fn new_folder(above: &Path, name: &str) -> Result<PathBuf> {
    fs::create_dir_all(above).with_context(|| format!("making {}", above.display()))?;
    let mut folder = above.join(name);
    let mut number = 1;
    loop {
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                number += 1;
                folder = above.join(format!("{name}-{number}"));
            }
            Err(error) => return Err(error).with_context(|| format!("making {}", folder.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::new_folder;

    #[test]
    fn the_same_seed_again_gets_a_folder_of_its_own() {
        let above = tempfile::tempdir().expect("a temporary folder");
        let made: Vec<_> = (0..3).map(|_| new_folder(above.path(), "crash-7").expect("a new folder")).collect();
        assert_eq!(made, ["crash-7", "crash-7-2", "crash-7-3"].map(|name| above.path().join(name)));
    }
}
