//! Deletes what is past its time: drafts, sessions, sign-in requests, old answers, done jobs, the sign-in log, links of the
//! payment door, calls of the node.

use chrono::{DateTime, Months, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::calendar;
use sportello_store::{
    allegato, bozza_purge, idempotenza, importazione,
    job::{self as row, JobRow, NewJob},
    nodo_messaggio, presenza, saml_log, saml_request, schedule, session, spontaneo,
};

use super::{PULIZIA, new_job};
use crate::{Portal, Result, bozza};

/// How long an answer stands ready for a repeated request.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a finished job can be looked at.
const JOBS_KEPT: TimeDelta = TimeDelta::days(30);
/// How long a sign-in request is of use after it was sent.
const REQUESTS_KEPT: TimeDelta = TimeDelta::days(1);
/// How long the sign-in log is kept (DPCM 24 October 2014, art. 13).
const LOG_KEPT: Months = Months::new(24);
/// How long calls of the node are kept; receipts stay with the books.
const CALLS_KEPT: Months = Months::new(24);
/// Rows of the sign-in log deleted in one transaction.
const LOG_CHUNK: i64 = 500;

/// The job of one day.
pub(super) fn job(portal: &Portal, now: DateTime<Utc>) -> NewJob {
    new_job(portal, PULIZIA, json!({ "v": 1 }), now)
}

/// Runs it. Everything here may be done twice.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente, now) = (job.ente_id, portal.clock().now());
    purge_drafts(portal, job, now).await?;
    purge_files(portal, job).await?;
    let log_before = now.checked_sub_months(LOG_KEPT).unwrap_or(now);
    let calls_before = now.checked_sub_months(CALLS_KEPT).unwrap_or(now);
    loop {
        let purge = async move |tx: &mut sportello_store::Tx| saml_log::purge(tx, ente, log_before, LOG_CHUNK).await;
        if portal.store().write(ente, purge).await? < LOG_CHUNK as u64 {
            break;
        }
    }
    let (id, worker, today) = (job.id, worker.to_owned(), calendar::legal_date(now));
    portal
        .store()
        .write(ente, async move |tx| {
            session::purge(tx, ente, now).await?;
            saml_request::purge(tx, ente, now - REQUESTS_KEPT, now).await?;
            idempotenza::purge(tx, ente, now - ANSWERS_KEPT).await?;
            importazione::purge(tx, ente, now - REQUESTS_KEPT).await?;
            presenza::purge(tx, ente, now - REQUESTS_KEPT).await?;
            schedule::purge(tx, ente, today - JOBS_KEPT).await?;
            spontaneo::purge_links(tx, ente, today).await?;
            nodo_messaggio::purge(tx, ente, calls_before).await?;
            row::purge(tx, ente, now - JOBS_KEPT).await?;
            row::done(tx, ente, id, &worker, now).await
        })
        .await?;
    Ok(())
}

/// Drafts go with their files: first the rows, then the bytes that nothing names any more.
async fn purge_drafts(portal: &Portal, job: &JobRow, now: DateTime<Utc>) -> Result<()> {
    let ente = job.ente_id;
    loop {
        let gone = portal.store().write(ente, async move |tx| bozza_purge::expired(tx, ente, now).await).await?;
        if gone.is_empty() {
            return Ok(());
        }
        bozza::remove(portal, ente, gone.into_iter().flat_map(|(_, files)| files)).await?;
    }
}

/// Files that a person took out again. Their bytes went at once, unless the program was stopped just then: bytes first,
/// then the rows that remember them.
async fn purge_files(portal: &Portal, job: &JobRow) -> Result<()> {
    let ente = job.ente_id;
    loop {
        let removed = portal.store().read(ente, async move |read| allegato::removed(read, ente).await).await?;
        if removed.is_empty() {
            return Ok(());
        }
        bozza::remove(portal, ente, removed.iter().copied()).await?;
        portal.store().write(ente, async move |tx| allegato::forget(tx, ente, &removed).await).await?;
    }
}
