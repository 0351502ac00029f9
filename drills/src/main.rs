//! The command line of the drills.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use drills::drill::{self, Drill, Options};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(name = "drill", about = "Hurts the real programs and checks what is left")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kills the portal (and PostgreSQL) while parents file, and looks for lost, doubled or missing numbers
    Crash(Options),
    /// Kills the portal (and PostgreSQL) while receipts of pagoPA come, and compares them with the ledger
    Receipts(Options),
    /// Both, in one report
    All(Options),
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
    let (drills, options): (&[Drill], Options) = match cli.command {
        Command::Crash(options) => (&[Drill::Crash], options),
        Command::Receipts(options) => (&[Drill::Receipts], options),
        Command::All(options) => (&[Drill::Crash, Drill::Receipts], options),
    };
    // Listened to before anything starts.
    let (mut interrupt, mut terminate, mut hang_up) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    // Leaving by this way drops every process that was started.
    tokio::select! {
        outcome = drill::run(drills, &options) => outcome,
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("asked to end"),
        _ = hang_up.recv() => bail!("asked to end"),
    }
}
