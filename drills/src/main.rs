//! The command line of the drills.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use drills::crash;

#[derive(Parser)]
#[command(name = "drill", about = "Hurts the real programs and checks what is left")]
struct Cli {
    #[command(subcommand)]
    command: Drill,
}

#[derive(Subcommand)]
enum Drill {
    /// Kills the portal (and PostgreSQL) under load and looks for lost, doubled or missing numbers
    Crash(crash::Options),
}

/// Ends with 0 when all is well and with 1 when something was found wrong.
#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let Drill::Crash(options) = cli.command;
    // Leaving by this way drops every process that was started.
    tokio::select! {
        outcome = crash::run(&options) => outcome,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    }
}
