//! Measurements: what the work of the portal costs, beside what the machine can do at all.
//!
//! For: CPU, memory and rates of an optimised build, with machine, commit and load beside every figure.
//! Not for: checking that something is right (each measurement still counts what it did and fails when it is not).

mod disk;
mod documents;
mod machine;
mod meter;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};

use machine::Machine;
use report::Figure;

/// Measures the portal; all measurements when none is named
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    /// What to measure
    #[arg(value_enum)]
    names: Vec<Name>,
    /// Times that each measurement is taken; the middle one counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=99))]
    runs: u8,
    /// Folder for the report
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// Measure even with an unoptimised build (the figures then say so and mean nothing)
    #[arg(long)]
    debug: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Rate of append and fdatasync, the floor of every durable figure
    Disk,
    /// CPU and memory of receipts
    Documents,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    if cfg!(debug_assertions) && !cli.debug {
        bail!("this build is not optimised: use `cargo run -p bench --profile ci`, or --debug to try the programs");
    }
    let machine = Machine::look()?;
    println!("{machine}");
    let names = if cli.names.is_empty() {
        Name::value_variants()
    } else {
        &cli.names
    };
    let mut figures = Vec::new();
    for name in names {
        figures.extend(take(*name, cli)?);
    }
    report::write(&cli.folder, &machine, &figures)
}

/// Takes one measurement as often as asked for and prints its figures.
fn take(name: Name, cli: &Cli) -> Result<Vec<Figure>> {
    let mut runs = Vec::new();
    for _ in 0..cli.runs {
        runs.push(match name {
            Name::Disk => disk::measure()?,
            Name::Documents => documents::measure()?,
        });
    }
    let figures = Figure::middle(&runs)?;
    for figure in &figures {
        println!("{figure}");
    }
    Ok(figures)
}
