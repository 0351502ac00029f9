//! The sign-in log for the request of an authority, from the command line.

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use sportello_app::{
    Portal,
    tracciatura::{Authority, Search, export_by_command},
};

use super::by_slug;

/// What to do with the log.
#[derive(Subcommand)]
pub enum LogCommand {
    /// Write the messages that match to a new file, one line of JSON each, for the request of an authority.
    Export(ExportOptions),
}

/// Which messages, for whom.
#[derive(Args)]
pub struct ExportOptions {
    /// Prefix of the ente.
    #[arg(long)]
    ente: String,
    /// File to make, readable by its owner alone; one that exists is not written over.
    #[arg(long)]
    out: PathBuf,
    /// Why: 5 to 500 characters, kept in the audit log.
    #[arg(long)]
    reason: String,
    /// Under which number the request is registered; kept in the audit log.
    #[arg(long)]
    protocol: String,
    /// First instant (`2026-09-01T00:00:00Z`).
    #[arg(long)]
    from: Option<DateTime<Utc>>,
    /// The instant after the last.
    #[arg(long)]
    until: Option<DateTime<Utc>>,
    /// ID of the request.
    #[arg(long, default_value = "")]
    request_id: String,
    /// ID of the response.
    #[arg(long, default_value = "")]
    response_id: String,
    /// ID of the assertion.
    #[arg(long, default_value = "")]
    assertion_id: String,
    /// File that holds the codice fiscale of the person: never an argument, which other users of the machine can see.
    #[arg(long)]
    codice_fiscale_file: Option<PathBuf>,
    /// File that holds the NameID of the subject.
    #[arg(long)]
    name_id_file: Option<PathBuf>,
}

/// Runs it.
pub async fn run(portal: &Portal, command: LogCommand) -> anyhow::Result<ExitCode> {
    let LogCommand::Export(options) = command;
    let ente = by_slug(portal, &options.ente).await?;
    let search = Search {
        from: options.from,
        until: options.until,
        request_id: options.request_id,
        response_id: options.response_id,
        assertion_id: options.assertion_id,
        codice_fiscale: content(options.codice_fiscale_file)?,
        name_id: content(options.name_id_file)?,
        ..Search::default()
    };
    let authority = Authority { reason: options.reason, protocol: options.protocol };
    let said = || format!("writing {}", options.out.display());
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&options.out).with_context(said)?;
    let mut out = BufWriter::new(file);
    let mut export = export_by_command(portal, &ente, &search, &authority).await?;
    let mut lines = 0;
    while let Some(part) = export.next().await? {
        lines += part.lines().count();
        out.write_all(part.as_bytes()).with_context(said)?;
    }
    out.into_inner().map_err(|error| error.into_error()).and_then(|file| file.sync_all()).with_context(said)?;
    println!("{} messages", lines - 1);
    Ok(ExitCode::SUCCESS)
}

fn content(file: Option<PathBuf>) -> anyhow::Result<String> {
    let Some(file) = file else { return Ok(String::new()) };
    std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
}
