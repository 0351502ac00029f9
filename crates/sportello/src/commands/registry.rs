//! Commands about the registries of providers of identities.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use anyhow::Context;
use chrono::SecondsFormat;
use sportello_app::{
    Portal, accesso,
    registro_gestori::{self, Taken},
};
use sportello_domain::identita::IdentityScheme;

/// Takes in the list of a file.
pub async fn import(portal: &Portal, scheme: IdentityScheme, file: &Path) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    tell(registro_gestori::import(portal, scheme, &bytes).await.with_context(|| settings_of(scheme))?);
    Ok(ExitCode::SUCCESS)
}

/// Fetches a list and takes it in.
pub async fn fetch(portal: &Portal, scheme: IdentityScheme) -> anyhow::Result<ExitCode> {
    tell(registro_gestori::fetch(portal, scheme).await.with_context(|| settings_of(scheme))?);
    Ok(ExitCode::SUCCESS)
}

/// Prints the lists in use and what is wrong with them.
pub async fn show(portal: &Portal) -> anyhow::Result<ExitCode> {
    let at = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let states = registro_gestori::states(portal).await?;
    if states.is_empty() {
        println!("no registry: [registry.spid] or [registry.cie] of the settings names one, with its certificate");
    }
    let mut listed = BTreeSet::new();
    for state in states {
        println!("{}: {}", state.scheme.stored(), state.url.as_deref().unwrap_or("from files"));
        let Some(current) = state.current else { continue };
        println!("  list {}, document {}", current.number, current.document_id);
        println!("  taken {}, source last heard {}", at(current.taken_at), at(current.checked_at));
        println!("  valid until {}", current.valid_until.map_or_else(|| "no end".to_owned(), at));
        for provider in current.providers {
            println!("  {provider}");
            listed.insert((state.scheme.stored(), provider));
        }
    }
    // Whoever is let in for a test and forgotten could sign in as anybody.
    for (scheme, provider) in accesso::all_trusted(portal).await? {
        if !listed.contains(&(scheme.stored(), provider.clone())) {
            println!("{}: {provider} in no list, trusted by `sportello spid trust`", scheme.stored());
        }
    }
    let findings = registro_gestori::findings(portal).await?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where the settings of a registry stand, for whoever reads why a list was not taken in.
fn settings_of(scheme: IdentityScheme) -> String {
    format!("[registry.{}] of the settings", scheme.stored())
}

fn tell(taken: Taken) {
    match taken {
        Taken::New { number, providers } => println!("list {number}: {providers} providers"),
        Taken::Unchanged => println!("unchanged"),
    }
}
