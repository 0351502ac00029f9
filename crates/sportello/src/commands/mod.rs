//! Commands of whoever runs the installation.

mod backup;
mod ente;
pub mod modelli;
pub mod registry;
mod spid;
pub mod tracciatura;

use std::{path::Path, process::ExitCode};

use anyhow::{Context, bail};
use sportello_app::{Portal, accesso, check as checks, famiglie};
use sportello_domain::identita::IdentityScheme;

pub use backup::{backup, restore};
pub use ente::{add_ente, by_slug, change_ente, change_role, list_enti};
pub use spid::{CertificateFiles, add_key, certificate, doctor, list_keys, metadata, retire_key, use_key};

/// Takes in a file of families.
pub async fn import_famiglie(portal: &Portal, slug: &str, file: &Path, prova: bool) -> anyhow::Result<ExitCode> {
    let ente = by_slug(portal, slug).await?;
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let checked = match famiglie::check(&bytes) {
        Ok(checked) => checked,
        Err(faults) => {
            for fault in &faults {
                eprintln!("{}: {fault}", file.display());
            }
            eprintln!("{} errori: niente è stato scritto", faults.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let counts = checked.counts();
    println!(
        "{} righe: {} plessi, {} classi, {} alunni, {} paganti",
        counts.lines, counts.plessi, counts.classi, counts.alunni, counts.paganti
    );
    if prova {
        println!("prova: niente è stato scritto");
    } else {
        famiglie::import(portal, ente.id, checked).await?;
        portal.store().analyze().await?;
        println!("importato");
    }
    Ok(ExitCode::SUCCESS)
}

/// Trusts a provider of identities, or does so no more.
pub async fn trust(portal: &Portal, file: &Path, scheme: IdentityScheme, revoke: bool) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    if revoke {
        match accesso::distrust(portal, &bytes, scheme).await {
            Err(sportello_app::Error::NotFound) => bail!("no such provider of {} is trusted", scheme.stored()),
            done => done?,
        }
        println!("trusted no more");
    } else {
        accesso::trust(portal, &bytes, scheme, false).await?;
        println!("trusted");
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a database, read-only.
pub async fn check(portal: &Portal) -> anyhow::Result<ExitCode> {
    let findings = checks::all(portal).await?;
    for finding in &findings {
        println!("{}: {}", finding.ente.as_deref().unwrap_or("installation"), finding.what);
    }
    println!("{} findings", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
