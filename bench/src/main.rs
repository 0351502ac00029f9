//! Measurements: what the work of the portal costs, beside what the machine can do at all.
//!
//! For: CPU, memory and rates of an optimised build, with machine, commit and load beside every figure.
//! Not for: checking that something is right (each measurement still counts what it did and fails when it is not).

mod crowd;
mod disk;
mod documents;
mod domanda;
mod export;
mod machine;
mod meter;
mod modello;
mod office;
mod pagopa;
mod pain008;
mod peer;
mod queue;
mod report;
mod run;
mod sign_in;
mod start;
mod submit;
mod upload;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use drills::installation::DatabaseKind;
use tokio::signal::unix::{SignalKind, signal};

use machine::Machine;
use report::{Figure, Report};

/// Measures the portal; all measurements when none is named
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    /// What to measure
    #[arg(value_enum)]
    names: Vec<Name>,
    /// Times that each measurement is taken; the middle one counts (at least 5 for `store-postgres`)
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=99))]
    runs: u8,
    /// Folder with the programs `sportello` and `sportello-sim`
    #[arg(long, default_value = "target/ci")]
    programs: PathBuf,
    /// Folder for the report
    #[arg(long, default_value = "docs/results")]
    folder: PathBuf,
    /// Measure even with an unoptimised build (the figures then say so and mean nothing)
    #[arg(long)]
    debug: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Rate of append and fdatasync, the floor of every durable figure
    Disk,
    /// CPU and memory of receipts, invoices and notices (P6)
    Documents,
    /// Publication and evaluation of the largest form
    Modello,
    /// CPU and memory of a file of 100,000 direct debits (P7)
    Pain008,
    /// INVIA made durable by the store on SQLite (P2)
    StoreSqlite,
    /// INVIA made durable by the store on PostgreSQL, beside pgbench (P3)
    StorePostgres,
    /// CPU of complete applications and INVIA over HTTP, on SQLite (P1)
    PortalSqlite,
    /// The same on PostgreSQL (P1)
    PortalPostgres,
    /// CPU of a sign-in over HTTP, on SQLite
    SignInSqlite,
    /// The same on PostgreSQL
    SignInPostgres,
    /// CPU of the calls of the node of pagoPA, on SQLite
    Pagopa,
    /// A monthly run of 3,000 children with all its invoices, on SQLite (P6, P10)
    RunSqlite,
    /// The same on PostgreSQL (P6, P10)
    RunPostgres,
    /// Pages of the office's queue at 100,000 pratiche, on SQLite
    QueueSqlite,
    /// The same on PostgreSQL
    QueuePostgres,
    /// The list of 100,000 pratiche as a table, on SQLite
    ExportSqlite,
    /// The same on PostgreSQL
    ExportPostgres,
    /// Time and memory for 500 hostile files, on SQLite
    Upload,
    /// Start and memory of the portal on the demonstration's data (P12)
    Start,
}

/// Fewest runs of the measurement whose goal names them.
const STORE_RUNS: u8 = 5;

fn main() -> ExitCode {
    let outcome = tokio::runtime::Runtime::new().context("starting").and_then(|runtime| {
        let outcome = runtime.block_on(measure(&Cli::parse()));
        // A measurement on a thread of its own is not waited for.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(cli: &Cli) -> Result<()> {
    if cfg!(debug_assertions) && !cli.debug {
        bail!("this build is not optimised: use `cargo xtask bench`, or --debug to try the programs");
    }
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    let names = if cli.names.is_empty() { Name::value_variants() } else { &cli.names };
    for name in names {
        // Leaving by this way drops every process that was started.
        tokio::select! {
            taken = take(*name, cli) => taken.with_context(|| format!("measuring {}", word(*name)))?,
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
            _ = terminate.recv() => bail!("asked to end"),
            _ = hang_up.recv() => bail!("asked to end"),
        }
    }
    Ok(())
}

/// Takes one measurement as often as asked for, prints its figures and writes them down.
async fn take(name: Name, cli: &Cli) -> Result<()> {
    let machine = Machine::look()?;
    println!("\n{}: {machine}", word(name));
    let programs = std::path::absolute(&cli.programs).context("the folder of the programs")?;
    let runs = match name {
        Name::Disk => repeat(cli.runs, disk::measure).await?,
        Name::Documents => repeat(cli.runs, documents::measure).await?,
        Name::Modello => repeat(cli.runs, modello::measure).await?,
        Name::Pain008 => repeat(cli.runs, pain008::measure).await?,
        Name::StoreSqlite => submit::sqlite(cli.runs).await?,
        Name::StorePostgres => submit::postgres(cli.runs.max(if cli.debug { 1 } else { STORE_RUNS })).await?,
        Name::PortalSqlite => domanda::measure(&programs, DatabaseKind::Sqlite, cli.runs).await?,
        Name::PortalPostgres => domanda::measure(&programs, DatabaseKind::Postgres, cli.runs).await?,
        Name::SignInSqlite => sign_in::measure(&programs, DatabaseKind::Sqlite, cli.runs).await?,
        Name::SignInPostgres => sign_in::measure(&programs, DatabaseKind::Postgres, cli.runs).await?,
        Name::Pagopa => pagopa::measure(&programs, cli.runs).await?,
        Name::QueueSqlite => queue::sqlite(cli.runs).await?,
        Name::QueuePostgres => queue::postgres(cli.runs).await?,
        Name::ExportSqlite => export::measure(&programs, DatabaseKind::Sqlite, cli.runs).await?,
        Name::ExportPostgres => export::measure(&programs, DatabaseKind::Postgres, cli.runs).await?,
        Name::Upload => upload::measure(&programs, cli.runs).await?,
        Name::RunSqlite => run::measure(&programs, DatabaseKind::Sqlite, cli.runs).await?,
        Name::RunPostgres => run::measure(&programs, DatabaseKind::Postgres, cli.runs).await?,
        Name::Start => start::measure(&programs).await?,
    };
    let figures = Figure::middle(&runs)?;
    for figure in &figures {
        println!("{figure}");
    }
    let report = Report { name: word(name), machine, runs: runs.len(), figures };
    report::write(&cli.folder, &report)
}

/// On a thread of its own, so that a signal is heard meanwhile.
async fn repeat(runs: u8, measure: fn() -> Result<Vec<Figure>>) -> Result<Vec<Vec<Figure>>> {
    let taken = tokio::task::spawn_blocking(move || (0..runs).map(|_| measure()).collect());
    taken.await.context("a measurement broke off")?
}

/// A name as it is typed.
fn word(name: Name) -> String {
    name.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
