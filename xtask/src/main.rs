//! The two commands a newcomer needs (`demo`, `test`) and the checks and generators they are made of.
//!
//! Not part of the product: nothing here is shipped, and no other package may depend on it.

#![warn(missing_docs)]

mod assets;
mod bench;
mod demo;
mod drill;
mod fuzz;
mod http;
mod messages;
mod node;
mod postgres;
mod process;
mod repo;
mod rust_text;
mod spid;
mod stages;
mod stati;
mod tidy;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Starts, builds and checks Sportello")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Starts the portal and its simulators with invented data
    Demo(demo::Options),
    /// Runs everything that CI runs
    Test(stages::Options),
    /// Measures an optimised build; the figures go to `docs/results`
    Bench(bench::Options),
    /// Kills an optimised portal under load, in the full form of the drills; the page goes to `docs/results`
    Drill(drill::Options),
    /// Builds style sheets, fonts and icons into `dist/`
    Assets,
    /// Checks the rules of the house
    Tidy,
    /// Checks that the texts of the pages are complete
    Messages,
    /// Runs the validators of SPID against the portal
    Spid,
    /// Brings bytes that grow by what they reach to every door of sign-in
    Fuzz(fuzz::Options),
    /// Takes pictures of every page
    Screenshots,
    /// Writes graph and tables of the states of a pratica into `docs/stati.md`
    Stati,
}

fn main() -> ExitCode {
    match process::watch_signals().and_then(|()| run(Cli::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => stages::run(&options, &Cli::command()),
        Task::Bench(options) => bench::run(&options),
        Task::Drill(options) => drill::run(&options),
        Task::Assets => assets::build(),
        Task::Tidy => tidy::run(&Cli::command()),
        Task::Messages => messages::run(),
        Task::Spid => stages::spid(),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Screenshots => stages::screenshots(),
        Task::Stati => stati::run(),
    }
}
