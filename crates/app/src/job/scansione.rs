//! Asks the scanner of viruses about a file that somebody gave. Nobody waits for it: until then the office is told that a
//! file is not scanned yet.
//!
//! The bytes of a file with a virus go; what stays is its row, for whoever asks what happened. In a draft its question is
//! open again; when it was filed, the applicant is written to.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::id::{AllegatoId, EnteId};
use sportello_store::{
    Json, Tx,
    allegato::{self, AllegatoRow, Scan},
    audit,
    job::{self as row, JobRow, NewJob},
    notifica,
};

use super::{SCANSIONE, letter, new_job, payload, pratica_message};
use crate::{Error, Portal, Result, bozza, ctx::system_note, ente, error::Reason, scanner::Verdict};

/// How long a file waits at least before it is asked about anew: longer than all attempts of its job together.
const GIVEN_UP: TimeDelta = TimeDelta::days(1);

#[derive(serde::Deserialize)]
struct Payload {
    allegato: AllegatoId,
}

/// The job for a new file.
pub(crate) fn job(portal: &Portal, file: AllegatoId, now: DateTime<Utc>) -> NewJob {
    new_job(portal, SCANSIONE, json!({ "v": 1, "allegato": file }), now)
}

/// Enqueues files from before there was a scanner, and those whose scanner stayed away until the job gave up; called once
/// a day.
pub(super) async fn plan(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    if portal.scanner().is_none() {
        return Ok(());
    }
    let old = portal.store().read(ente, async move |read| allegato::unscanned(read, ente).await).await?;
    let jobs: Vec<_> = old.into_iter().map(|file| (file, job(portal, file, now))).collect();
    let given_up = now - GIVEN_UP;
    let stuck = portal.store().read(ente, async move |read| allegato::stuck(read, ente, given_up).await).await?;
    let again: Vec<_> = stuck.into_iter().map(|file| job(portal, file, now)).collect();
    let enqueue = async move |tx: &mut Tx| {
        for job in &again {
            row::enqueue(tx, ente, job).await?;
        }
        for (file, job) in &jobs {
            if allegato::await_scan(tx, ente, *file).await? {
                row::enqueue(tx, ente, job).await?;
            }
        }
        Ok(())
    };
    Ok(portal.store().write(ente, enqueue).await?)
}

/// Runs it. Twice is harmless: the first answer counts, and bytes that are gone stay gone.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente, now) = (job.ente_id, portal.clock().now());
    let Payload { allegato: id } = payload(job)?;
    let file = portal.store().read(ente, async move |read| allegato::by_id(read, ente, id).await).await?;
    // One that was taken out meanwhile needs no answer.
    if let Some(file) = file {
        let infected = match file.scan {
            Scan::Infected => true,
            Scan::Clean | Scan::Discarded => false,
            Scan::Waiting | Scan::Unscanned => ask(portal, ente, &file, now).await?,
        };
        if infected {
            bozza::remove(portal, ente, [id]).await?;
        }
    }
    let (job, worker) = (job.id, worker.to_owned());
    portal.store().write(ente, async move |tx| row::done(tx, ente, job, &worker, now).await).await?;
    Ok(())
}

/// Asks the scanner and writes down what it said; whether it found something.
async fn ask(portal: &Portal, ente: EnteId, file: &AllegatoRow, now: DateTime<Utc>) -> Result<bool> {
    let id = file.id;
    let Some(scanner) = portal.scanner() else {
        let unscanned = async move |tx: &mut Tx| allegato::scanned(tx, ente, id, Scan::Unscanned, now).await;
        portal.store().write(ente, unscanned).await?;
        return Ok(false);
    };
    match scanner.scan(&bozza::content(portal, ente, file).await?).await? {
        Verdict::Clean => {
            let clean = async move |tx: &mut Tx| allegato::scanned(tx, ente, id, Scan::Clean, now).await;
            portal.store().write(ente, clean).await?;
            Ok(false)
        }
        Verdict::Infected(name) => {
            tracing::warn!(%ente, allegato = %id, virus = name, "a file holds a virus: it is deleted");
            found(portal, ente, id, name, now).await?;
            Ok(true)
        }
    }
}

/// Notes a virus, and writes to whoever filed the file.
async fn found(portal: &Portal, ente: EnteId, id: AllegatoId, name: String, now: DateTime<Utc>) -> Result<()> {
    let known = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let filed = portal.store().read(ente, async move |read| allegato::filed_with(read, ente, id).await).await?;
    let letters: Vec<_> =
        filed.iter().map(|&about| pratica_message(portal, &known, about, letter::ALLEGATO_BLOCCATO, now)).collect();
    let mut note = system_note(portal, "allegato.infected", "allegato", Some(id.uuid()));
    note.detail = Json(json!({ "virus": name, "pratiche": letters.len() }));
    let write = async move |tx: &mut Tx| {
        // Filed in this very moment: looked at again, so that whoever filed it is told.
        if allegato::filed_with(tx, ente, id).await? != filed {
            return Err(Reason::Stale.refuse());
        }
        if allegato::scanned(tx, ente, id, Scan::Infected, now).await? {
            audit::record(tx, ente, &note).await?;
            for (message, job) in &letters {
                notifica::add(tx, ente, message).await?;
                row::enqueue(tx, ente, job).await?;
            }
        }
        Ok(())
    };
    portal.store().write(ente, write).await?;
    portal.work().notify_one();
    Ok(())
}
