//! Makes the daily registers of protocol, once a day for each ente; days that were missed are made up for.

use serde_json::json;
use sportello_store::job::{self as row, JobRow, NewJob};

use super::{REGISTRO_GIORNALIERO, new_job, worker};
use crate::{Portal, Result, protocollo::giornaliero};

/// The job of one day.
pub(super) fn job(portal: &Portal) -> NewJob {
    new_job(portal, REGISTRO_GIORNALIERO, json!({ "v": 1 }), portal.clock().now())
}

/// Runs it. A day that has its register is passed over, so it may run twice.
pub(super) async fn run(portal: &Portal, name: &str, job: &JobRow) -> Result<()> {
    for _ in 0..giornaliero::MAX_DAYS {
        if !giornaliero::make_next(portal, job.ente_id).await? || !worker::hold(portal, name, job).await? {
            break;
        }
    }
    let (ente, id, name, now) = (job.ente_id, job.id, name.to_owned(), portal.clock().now());
    portal.store().write(ente, async move |tx| row::done(tx, ente, id, &name, now).await).await?;
    Ok(())
}
