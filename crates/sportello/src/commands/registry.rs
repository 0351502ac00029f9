//! Commands about the registries of providers of identities.

use std::{path::Path, process::ExitCode};

use anyhow::Context;
use chrono::SecondsFormat;
use sportello_app::{
    Portal,
    registro_gestori::{self, Taken},
};
use sportello_domain::identita::IdentityScheme;

/// Takes in the list of a file.
pub async fn import(portal: &Portal, scheme: IdentityScheme, file: &Path) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    tell(registro_gestori::import(portal, scheme, &bytes).await?);
    Ok(ExitCode::SUCCESS)
}

/// Fetches a list and takes it in.
pub async fn fetch(portal: &Portal, scheme: IdentityScheme) -> anyhow::Result<ExitCode> {
    tell(registro_gestori::fetch(portal, scheme).await?);
    Ok(ExitCode::SUCCESS)
}

/// Prints the lists in use and what is wrong with them.
pub async fn show(portal: &Portal) -> anyhow::Result<ExitCode> {
    let at = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    for state in registro_gestori::states(portal).await? {
        println!("{}: {}", state.scheme.stored(), state.url.as_deref().unwrap_or("from files"));
        let Some(current) = state.current else { continue };
        println!("  list {}, document {}", current.number, current.document_id);
        println!("  taken {}, source last heard {}", at(current.taken_at), at(current.checked_at));
        println!("  valid until {}", current.valid_until.map_or_else(|| "no end".to_owned(), at));
        for provider in current.providers {
            println!("  {provider}");
        }
    }
    let findings = registro_gestori::findings(portal).await?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(taken: Taken) {
    match taken {
        Taken::New { number, providers } => println!("list {number}: {providers} providers"),
        Taken::Unchanged => println!("unchanged"),
    }
}
