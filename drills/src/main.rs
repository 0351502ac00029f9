//! Drills: the real programs, really hurt, and a witness of its own that counts what is left.
//!
//! For: finding out whether an acknowledged INVIA can be lost, doubled or numbered with a gap.
//! Not for: speed (`bench/`), pages (`e2e/`). Loopback only; a drill ends only processes that it started, by pid.

mod browser;
mod check;
mod client;
mod crash;
mod evidence;
mod form;
mod installation;
mod journal;
mod journey;
mod population;
mod postgres;
mod process;
mod report;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

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
