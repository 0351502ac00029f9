//! The registries of providers as the settings name them, and the way to them over the web.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use axum::http::{StatusCode, Uri};
use sportello_app::{
    Portal, accesso,
    registro_gestori::{self, Fetched, Registries, Source},
};
use sportello_domain::identita::IdentityScheme;

use crate::settings::{Registry, Settings};

/// Longest time that a source may take, in all.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Largest list that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The registries that have a certificate.
pub fn registries(settings: &Settings) -> anyhow::Result<Registries> {
    let mut sources = Vec::new();
    for (name, registry) in settings.registry.each() {
        let Some(file) = &registry.certificate else { continue };
        let pem = std::fs::read_to_string(file);
        let pem = pem.with_context(|| format!("registry.{name}.certificate: reading {}", file.display()))?;
        let url = (!registry.url.is_empty()).then(|| registry.url.clone());
        let source = Source::new(scheme(name)?, url, &pem, registry.endless);
        sources.push(source.with_context(|| format!("registry.{name}.certificate"))?);
    }
    Ok(Registries { sources, line: Some(Arc::new(Web)) })
}

/// Takes in the lists to begin with, where there is none yet. A list that is refused is told and keeps nobody from starting.
///
/// # Errors
/// A file that cannot be read, and a production portal on the database of a demonstration: its people are invented.
pub async fn first_start(portal: &Portal, settings: &Settings) -> anyhow::Result<()> {
    ensure!(
        !accesso::is_of_a_demonstration(portal).await?,
        "mode: the database holds simulated providers of identities, so it is a demonstration's: expected another one"
    );
    for (name, registry) in settings.registry.each() {
        let Some(bytes) = first_list(name, registry)? else { continue };
        match registro_gestori::import_first(portal, scheme(name)?, &bytes).await {
            Ok(Some(_)) => tracing::info!(scheme = name, "the first list of providers was taken in"),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(
                    scheme = name,
                    error = &error as &dyn std::error::Error,
                    "the first list of providers was refused"
                );
            }
        }
    }
    Ok(())
}

/// The list to begin with.
pub fn first_list(name: &str, registry: &Registry) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(file) = &registry.file else { return Ok(None) };
    let read = std::fs::read(file).with_context(|| format!("registry.{name}.file: reading {}", file.display()));
    Ok(Some(read?))
}

/// The scheme of a stored word.
pub fn scheme(name: &str) -> anyhow::Result<IdentityScheme> {
    IdentityScheme::from_stored(name).with_context(|| format!("expected a scheme, such as spid, not {name}"))
}

/// Plain requests: no redirects, no proxy.
struct Web;

impl registro_gestori::Line for Web {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a> {
        Box::pin(async move {
            let uri: Uri = url.parse()?;
            let line = sportello_line::Line::to(&uri).ok_or("an address of the web is needed")?;
            let answer = tokio::time::timeout(TIMEOUT, line.get(&uri, MAX_BYTES)).await??;
            match answer.status() {
                StatusCode::OK => Ok(answer.into_body().to_vec()),
                other => Err(format!("it answers with status {}", other.as_u16()).into()),
            }
        })
    }
}
