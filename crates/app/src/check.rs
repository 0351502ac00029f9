//! Checks of a live database, read-only: what the portal promises of numbers.

use sportello_domain::id::EnteId;
use sportello_store::{job, job::JobState, pratica, protocollo};

use crate::{Portal, Result, ente};

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Prefix of the ente, or nothing for the installation.
    pub ente: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// Looks at every ente.
///
/// # Errors
/// Only those of the database: what is wrong with the data is a finding.
pub async fn all(portal: &Portal) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for ente in ente::all(portal).await?.iter() {
        let id = ente.id;
        let (years, registers) = portal
            .store()
            .report(id, async move |read| {
                Ok((pratica::broken(read, id).await?, protocollo::broken(read, id).await?))
            })
            .await?;
        let mut found = |what| {
            findings.push(Finding {
                ente: Some(ente.slug.clone()),
                what,
            })
        };
        years
            .into_iter()
            .for_each(|year| found(format!("the pratica numbers of {year} have a gap")));
        for (aoo, year) in registers {
            found(format!("the protocol numbers of {aoo} in {year} have a gap"));
        }
    }
    let jobs = portal
        .store()
        .report(EnteId::PLATFORM, async |read| job::counts(read).await)
        .await?;
    for (_, count) in jobs.into_iter().filter(|(state, _)| *state == JobState::Failed) {
        findings.push(Finding {
            ente: None,
            what: format!("{count} jobs were given up"),
        });
    }
    Ok(findings)
}
