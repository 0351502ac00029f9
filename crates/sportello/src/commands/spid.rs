//! Commands about an ente as a service provider: what is filed with the federation.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use sportello_app::{Actor, Ctx, Portal, accesso};
use sportello_domain::{identita::IdentityScheme, lingua::Lingua};

use super::by_slug;
use crate::settings::Settings;

/// What to do with the certificate of an ente.
pub struct CertificateFiles {
    /// Where the certificate goes; to the standard output without it.
    pub out: Option<PathBuf>,
    /// Where the request for an authority goes, if one is wanted.
    pub csr: Option<PathBuf>,
    /// Certificate of an authority to install first.
    pub install: Option<PathBuf>,
}

/// Prints the metadata of an ente, or writes them and says whether they are others than those that stand there.
pub async fn metadata(
    portal: &Portal,
    slug: &str,
    scheme: IdentityScheme,
    out: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let ctx = ctx(portal, slug).await?;
    if !complete(portal, &ctx) {
        return Ok(ExitCode::FAILURE);
    }
    let metadata = match accesso::filing(portal, &ctx, scheme).await {
        Err(sportello_app::Error::NotFound) => bail!("CIE is not among the doors of `{slug}`: `accesso.cie = true`"),
        filed => filed?,
    };
    let Some(file) = out else {
        println!("{}", metadata.xml);
        return Ok(ExitCode::SUCCESS);
    };
    let known = fs::read_to_string(file).ok();
    let change = match known {
        Some(known) if known == metadata.xml => "unchanged",
        Some(_) => "changed: file them anew",
        None => "new",
    };
    write(file, &metadata.xml)?;
    println!("version {}: {change}", metadata.version);
    Ok(ExitCode::SUCCESS)
}

/// Prints or writes the certificate of an ente and a request for one, after installing the one of an authority.
pub async fn certificate(portal: &Portal, slug: &str, files: &CertificateFiles) -> anyhow::Result<ExitCode> {
    let ctx = ctx(portal, slug).await?;
    if !complete(portal, &ctx) {
        return Ok(ExitCode::FAILURE);
    }
    if let Some(file) = &files.install {
        let pem = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let faults = accesso::install_certificate(portal, &ctx, &pem).await?;
        if !faults.is_empty() {
            bail!("the federation would refuse {}, so it is not installed: {}", file.display(), faults.join("; "));
        }
        eprintln!("installed: file the metadata anew");
    }
    let papers = accesso::certificate(portal, &ctx).await?;
    if let Some(file) = &files.csr {
        write(file, &papers.request_pem)?;
    }
    match &files.out {
        Some(file) => write(file, &papers.certificate_pem)?,
        None => print!("{}", papers.certificate_pem),
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the keys of an ente.
pub async fn list_keys(portal: &Portal, slug: &str) -> anyhow::Result<ExitCode> {
    for key in accesso::keys(portal, &ctx(portal, slug).await?).await? {
        println!("{}\t{}\t{}\t{}", key.version, key.status.stored(), key.created_at.format("%Y-%m-%d"), key.sha256);
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a key that is published and does not sign yet.
pub async fn add_key(portal: &Portal, slug: &str) -> anyhow::Result<ExitCode> {
    let version = accesso::add_key(portal, &ctx(portal, slug).await?).await?;
    println!("key {version} is in the metadata: file them, then `sportello spid key use {version}`");
    Ok(ExitCode::SUCCESS)
}

/// Lets a published key sign.
pub async fn use_key(portal: &Portal, slug: &str, version: i64) -> anyhow::Result<ExitCode> {
    let changed = accesso::use_key(portal, &ctx(portal, slug).await?, version).await;
    changed.with_context(|| format!("key {version} is not published: `sportello spid key list`"))?;
    println!("key {version} signs from now on");
    Ok(ExitCode::SUCCESS)
}

/// Takes a published key out of the metadata.
pub async fn retire_key(portal: &Portal, slug: &str, version: i64) -> anyhow::Result<ExitCode> {
    let changed = accesso::retire_key(portal, &ctx(portal, slug).await?, version).await;
    changed.with_context(|| format!("key {version} is not published, or it signs: `sportello spid key list`"))?;
    println!("key {version} is out of the metadata: file them anew");
    Ok(ExitCode::SUCCESS)
}

/// Names what puts the installation at risk, and what is wrong with each ente as a service provider.
pub async fn doctor(portal: &Portal, settings: &Settings) -> anyhow::Result<ExitCode> {
    let enti = sportello_app::ente::all(portal).await?;
    if enti.is_empty() {
        println!("no ente yet: `sportello ente add`");
        return Ok(ExitCode::FAILURE);
    }
    let risks = settings.risks(enti.len());
    risks.iter().for_each(|risk| println!("{risk}"));
    let mut found =
        risks.len() + usize::from(!files_answer(portal).await) + usize::from(!scanner_answers(portal).await);
    for ente in enti.iter() {
        for finding in accesso::diagnose(portal, &ctx(portal, &ente.slug).await?).await? {
            println!("{}: {finding}", ente.slug);
            found += 1;
        }
    }
    println!("{found} findings");
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says where files are kept; false when they cannot be.
async fn files_answer(portal: &Portal) -> bool {
    match portal.probe_files().await {
        Ok(place) => println!("files: {place}"),
        Err(error) => {
            println!("files: {error}");
            return false;
        }
    }
    true
}

/// Says what scans the attachments; false when it does not answer.
async fn scanner_answers(portal: &Portal) -> bool {
    let Some(scanner) = portal.scanner() else {
        println!("scanner: none");
        return true;
    };
    match scanner.version().await {
        Ok(version) => println!("scanner: {version} at {}", scanner.address()),
        Err(error) => {
            println!(
                "scanner: no answer at {}: {error}; attachments wait and the office is told so",
                scanner.address()
            );
            return false;
        }
    }
    true
}

/// Names every setting that the federation would refuse.
fn complete(portal: &Portal, ctx: &Ctx) -> bool {
    let faults = accesso::faults(portal, ctx);
    for fault in &faults {
        eprintln!("{fault}");
    }
    faults.is_empty()
}

async fn ctx(portal: &Portal, slug: &str) -> anyhow::Result<Ctx> {
    let ente = by_slug(portal, slug).await?;
    Ok(Ctx { ente, actor: Actor::Nobody, request: portal.request_id(), lingua: Lingua::It, on_behalf: None })
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}
