//! The loop that works the queue.

use std::time::Duration;

use chrono::TimeDelta;
use sportello_domain::{calendar, id::EnteId};
use sportello_store::{
    job::{self as row, JobRow, JobState},
    notifica, schedule,
};
use tokio::sync::watch;

use super::{
    ABBINAMENTO, FATTURA_PDF, FATTURAZIONE, MESSAGGIO_UFFICIO, POSTA, POSTA_BOZZA, POSTA_CODICE, POSTA_DELEGA,
    POSTA_SPONTANEO, PROTOCOLLAZIONE, PROVVEDIMENTO, PULIZIA, REGISTRO_GESTORI, REGISTRO_GIORNALIERO, RICEVUTA,
    SCANSIONE, SCARTO, bozza, codice, delega, giornaliero, invoice, letter, messaggio, protocollazione, provvedimento,
    receipt, registro, scansione, spontaneo, tidy,
};
use crate::{Error, Portal, Result, ente, fatturazione, protocollo::giornaliero::closed_before, scarto};

/// Jobs claimed at once.
const CLAIM: i64 = 8;
/// How long a worker may hold a job, from its beginning, before another one takes it over: what a crash leaves behind
/// waits so long. The mail relay's time for one message and some more.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Pause when nothing is due; new work of this process ends it at once.
const PAUSE: Duration = Duration::from_millis(500);
/// Pause after the queue itself could not be read.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works the queue until `stop` says so; what is being done is finished.
pub async fn work(portal: Portal, mut stop: watch::Receiver<bool>) {
    let worker = format!("worker-{}", portal.chance().secret().get(..12).unwrap_or_default());
    while !*stop.borrow() {
        let pause = match round(&portal, &worker).await {
            Ok(0) => PAUSE,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the queue could not be worked");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = portal.work().notified() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Claims what is due and does it; says how many jobs there were.
pub(crate) async fn round(portal: &Portal, worker: &str) -> Result<usize> {
    plan_day(portal).await?;
    let (now, name) = (portal.clock().now(), worker.to_owned());
    let jobs = portal
        .store()
        .write(EnteId::PLATFORM, async move |tx| {
            row::reclaim(tx, now).await?;
            row::claim(tx, &name, now, now + LEASE, CLAIM).await
        })
        .await?;
    let count = jobs.len();
    for job in jobs {
        // Those before it may have taken long: somebody else has it once the lease is over.
        if hold(portal, worker, &job).await? {
            run(portal, worker, job).await?;
        }
    }
    Ok(count)
}

/// Begins the lease of a claimed job anew; false when it is lost.
pub(super) async fn hold(portal: &Portal, worker: &str, job: &JobRow) -> Result<bool> {
    let (ente, id, worker) = (job.ente_id, job.id, worker.to_owned());
    let until = portal.clock().now() + LEASE;
    Ok(portal.store().write(ente, async move |tx| row::renew(tx, ente, id, &worker, until).await).await?)
}

/// Runs one job and writes down what came of it.
async fn run(portal: &Portal, worker: &str, job: JobRow) -> Result<()> {
    let outcome = match job.kind.as_str() {
        _ if job.is_spent() => Err(Error::failed("running a job", "the lease of its last attempt expired")),
        RICEVUTA => receipt::run(portal, worker, &job).await,
        POSTA => letter::run(portal, worker, &job).await,
        FATTURA_PDF => invoice::run(portal, worker, &job).await,
        FATTURAZIONE => fatturazione::run(portal, worker, &job).await,
        POSTA_SPONTANEO => spontaneo::tell(portal, worker, &job).await,
        POSTA_BOZZA => bozza::run(portal, worker, &job).await,
        POSTA_CODICE => codice::run(portal, worker, &job).await,
        POSTA_DELEGA => delega::run(portal, worker, &job).await,
        MESSAGGIO_UFFICIO => messaggio::run(portal, worker, &job).await,
        ABBINAMENTO => spontaneo::settle(portal, worker, &job).await,
        PROTOCOLLAZIONE => protocollazione::run(portal, worker, &job).await,
        PROVVEDIMENTO => provvedimento::run(portal, worker, &job).await,
        SCANSIONE => scansione::run(portal, worker, &job).await,
        PULIZIA => tidy::run(portal, worker, &job).await,
        SCARTO => scarto::run(portal, worker, &job).await,
        REGISTRO_GESTORI => registro::run(portal, worker, &job).await,
        REGISTRO_GIORNALIERO => giornaliero::run(portal, worker, &job).await,
        _ => Err(Error::failed("running a job", "a kind that this program does not know")),
    };
    let Err(error) = outcome else { return Ok(()) };
    tracing::warn!(
        job = %job.id, ente = %job.ente_id, kind = job.kind, attempt = job.attempts,
        error = &error as &dyn std::error::Error, "a job failed"
    );
    give_back(portal, worker, &job, &error).await
}

async fn give_back(portal: &Portal, worker: &str, job: &JobRow, error: &Error) -> Result<()> {
    let (ente, now, worker) = (job.ente_id, portal.clock().now(), worker.to_owned());
    let (job, word) = (job.clone(), error.to_string());
    portal
        .store()
        .write(ente, async move |tx| {
            let state = row::fail(tx, ente, &job, &worker, &word, now).await?;
            if let (Some(JobState::Failed), Some(message)) = (state, super::message_of(&job.kind, &job.payload.0)) {
                notifica::failed(tx, ente, message).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Once a day for each ente, on whichever node comes first: after a stop it catches up once.
async fn plan_day(portal: &Portal) -> Result<()> {
    let now = portal.clock().now();
    let (today, closed) = (calendar::legal_date(now), closed_before(now));
    if portal.planned_until() == Some((today, closed)) {
        return Ok(());
    }
    for ente in ente::all(portal).await?.iter() {
        let (ente, job, register) = (ente.id, tidy::job(portal, now), giornaliero::job(portal));
        portal
            .store()
            .write(ente, async move |tx| {
                if schedule::claim(tx, ente, PULIZIA, today, now).await? {
                    row::enqueue(tx, ente, &job).await?;
                }
                // Its day turns an hour later: what was received before midnight is written by then.
                if schedule::claim(tx, ente, REGISTRO_GIORNALIERO, closed, now).await? {
                    row::enqueue(tx, ente, &register).await?;
                }
                Ok(())
            })
            .await?;
    }
    let (platform, fetches) = (EnteId::PLATFORM, registro::jobs(portal));
    portal
        .store()
        .write(platform, async move |tx| {
            if schedule::claim(tx, platform, PULIZIA, today, now).await? {
                tidy::installation(tx, now).await?;
                for fetch in &fetches {
                    row::enqueue(tx, platform, fetch).await?;
                }
            }
            Ok(())
        })
        .await?;
    portal.planned((today, closed));
    Ok(())
}
