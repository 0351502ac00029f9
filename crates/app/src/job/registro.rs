//! Fetches the lists of providers, once a day. It belongs to no ente.

use serde_json::json;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_store::job::{self as row, JobRow, NewJob};

use super::{REGISTRO_GESTORI, new_job, payload};
use crate::{Portal, Result, registro_gestori};

#[derive(serde::Deserialize)]
struct Payload {
    scheme: String,
}

/// The jobs of one day, one for each registry that is fetched.
pub(super) fn jobs(portal: &Portal) -> Vec<NewJob> {
    let now = portal.clock().now();
    registro_gestori::fetched(portal)
        .map(|scheme| new_job(portal, REGISTRO_GESTORI, json!({ "v": 1, "scheme": scheme.stored() }), now))
        .collect()
}

/// Runs one. After its last attempt it is done all the same: the next day has its own, and until then the silence of the
/// source is what `check` tells.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let Payload { scheme } = payload(job)?;
    let fetched = match IdentityScheme::from_stored(&scheme) {
        Some(scheme) => registro_gestori::fetch_as(portal, scheme, "sistema").await.map(|_| ()),
        None => Ok(()),
    };
    if let Err(error) = fetched {
        if job.attempts < job.max_attempts {
            return Err(error);
        }
        tracing::error!(scheme, error = &error as &dyn std::error::Error, "no new list of providers today");
        for finding in registro_gestori::findings(portal).await? {
            tracing::error!("{finding}");
        }
    }
    let (id, worker, now) = (job.id, worker.to_owned(), portal.clock().now());
    let platform = EnteId::PLATFORM;
    portal.store().write(platform, async move |tx| row::done(tx, platform, id, &worker, now).await).await?;
    Ok(())
}
