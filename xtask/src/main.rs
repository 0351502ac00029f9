//! The two commands a newcomer needs (`demo`, `test`) and the checks and generators they are made of.
//!
//! Not part of the product: nothing here is shipped, and no other package may depend on it.

mod assets;
mod node;
mod process;
mod repo;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Starts, builds and checks Sportello")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds style sheets, fonts and icons into `dist/`
    Assets,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Task::Assets => assets::build(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
