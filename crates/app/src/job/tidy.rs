//! Reminds of drafts and of diets that end. Moves the pratiche whose time is over. Proposes what is past its time.
//! Deletes what is past its time: drafts, payments that were never paid, sessions, sign-in requests, old answers, done
//! jobs, the sign-in log, links of the payment door, calls of the node, sessions at the desk without a pratica, answers to
//! forms that were tried out. Lets proposte expire, ends mandates that nothing needs. Begins again what was given up and
//! must be done: documents of decisions, deletions that were approved. Seals words that an older portal kept in clear.

use chrono::{DateTime, Months, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{calendar, id::EnteId, posizione::PosizioneStatus};
use sportello_store::{
    Json, Tx, allegato, audit, bozza_purge, idempotenza, importazione,
    job::{self as row, JobRow, NewJob},
    logout, nodo_messaggio, per_conto, posizione, presenza, saml_log, saml_request, schedule, session, spontaneo,
};

use super::{PROVVEDIMENTO, PULIZIA, SCARTO, bozza as reminder, new_job, scansione};
use crate::{
    Portal, Result, autori, bozza, ctx::command_note, dieta, integrazione, modello::DRAFT_OUTLIVES_WINDOW, proposta,
    scarto, sdd, spontaneo::LINK_KEPT, termine, tracciatura,
};

/// How long an answer stands ready for a repeated request.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a finished job can be looked at.
const JOBS_KEPT: TimeDelta = TimeDelta::days(30);
/// How long a session at the desk is kept in which nothing was filed: its document is of no use any more.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a sign-in request is of use after it was sent.
const REQUESTS_KEPT: TimeDelta = TimeDelta::days(1);
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
    reminder::plan(portal, ente, now).await?;
    scansione::plan(portal, ente, now).await?;
    purge_drafts(portal, job, now).await?;
    purge_files(portal, job).await?;
    forget_payments(portal, job, now).await?;
    proposta::expire(portal, ente, now).await?;
    dieta::remind(portal, ente, now).await?;
    termine::pass(portal, ente, now).await?;
    integrazione::seal_clear(portal, ente).await?;
    scarto::propose(portal, ente, now).await?;
    sdd::end_unneeded(portal, ente, now).await?;
    let calls_before = now.checked_sub_months(CALLS_KEPT).unwrap_or(now);
    purge_log(portal, ente, now).await?;
    let (id, worker, today) = (job.id, worker.to_owned(), calendar::legal_date(now));
    portal
        .store()
        .write(ente, async move |tx| {
            session::purge(tx, ente, now).await?;
            saml_request::purge(tx, ente, now - REQUESTS_KEPT, now).await?;
            logout::purge(tx, ente, now - REQUESTS_KEPT, now).await?;
            idempotenza::purge(tx, ente, now - ANSWERS_KEPT).await?;
            importazione::purge(tx, ente, now - REQUESTS_KEPT).await?;
            presenza::purge(tx, ente, now - REQUESTS_KEPT).await?;
            schedule::purge(tx, ente, today - JOBS_KEPT).await?;
            spontaneo::purge_links(tx, ente, today).await?;
            per_conto::purge(tx, ente, now - SESSIONS_KEPT).await?;
            autori::purge_prove(tx, ente, now).await?;
            nodo_messaggio::purge(tx, ente, calls_before).await?;
            for kind in [PROVVEDIMENTO, SCARTO] {
                row::revive_kind(tx, ente, kind, now).await?;
            }
            row::purge(tx, ente, now - JOBS_KEPT).await?;
            row::done(tx, ente, id, &worker, now).await
        })
        .await?;
    Ok(())
}

/// The sign-in log past its time; what is left is noted with both ends of its chain.
async fn purge_log(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let (before, mut deleted) = (now.checked_sub_months(tracciatura::KEPT).unwrap_or(now), 0);
    loop {
        let purge = async move |tx: &mut Tx| saml_log::purge(tx, ente, before, LOG_CHUNK).await;
        let gone = portal.store().write(ente, purge).await?;
        deleted += gone;
        if gone < LOG_CHUNK as u64 {
            break;
        }
    }
    tracciatura::note_ends(portal, ente, deleted, before).await
}

/// Payments that were begun at the public door and never paid, once nobody can open their page any more: the debt is
/// cancelled, what was written goes. Money that comes all the same is booked like that for any cancelled debt.
async fn forget_payments(portal: &Portal, job: &JobRow, now: DateTime<Utc>) -> Result<()> {
    let (ente, due_before) = (job.ente_id, calendar::legal_date(now) - LINK_KEPT);
    loop {
        let mut note = command_note(portal, "spontaneo.forget", "pagamento_spontaneo", None);
        let forget = async move |tx: &mut Tx| {
            let stale = spontaneo::stale(tx, ente, due_before).await?;
            for (id, debt, version) in &stale {
                posizione::change(tx, ente, *debt, *version, PosizioneStatus::Cancelled, 0, now).await?;
                spontaneo::forget(tx, ente, *id).await?;
            }
            if !stale.is_empty() {
                "sistema".clone_into(&mut note.capacity);
                note.detail = Json(json!({ "count": stale.len() }));
                audit::record(tx, ente, &note).await?;
            }
            Ok(stale.is_empty())
        };
        if portal.store().write(ente, forget).await? {
            return Ok(());
        }
    }
}

/// Deletes what belongs to no ente: calls of the node that name none of ours, marks of old days.
pub(super) async fn installation(tx: &mut Tx, now: DateTime<Utc>) -> sportello_store::Result<()> {
    let (platform, today) = (EnteId::PLATFORM, calendar::legal_date(now));
    nodo_messaggio::purge(tx, platform, now.checked_sub_months(CALLS_KEPT).unwrap_or(now)).await?;
    schedule::purge(tx, platform, today - JOBS_KEPT).await?;
    Ok(())
}

/// Drafts go with their files: first the rows, then the bytes that nothing names any more.
async fn purge_drafts(portal: &Portal, job: &JobRow, now: DateTime<Utc>) -> Result<()> {
    let (ente, closed_by) = (job.ente_id, now - DRAFT_OUTLIVES_WINDOW);
    loop {
        let mut note = command_note(portal, "bozza.expire", "bozza", None);
        let expire = async move |tx: &mut Tx| {
            let gone = bozza_purge::expired(tx, ente, now, closed_by).await?;
            if !gone.is_empty() {
                "sistema".clone_into(&mut note.capacity);
                note.detail = Json(json!({ "count": gone.len() }));
                audit::record(tx, ente, &note).await?;
            }
            Ok(gone)
        };
        let gone = portal.store().write(ente, expire).await?;
        if gone.is_empty() {
            return Ok(());
        }
        bozza::remove(portal, ente, gone.into_iter().flat_map(|(_, files)| files)).await?;
    }
}

/// Files that are marked as removed. The bytes of those that a person took out again went at once, unless the program was stopped
/// just then; those of an answer to the office that nobody waits for any more go here. Bytes first, then the rows that remember
/// them.
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
