//! Reminders of drafts, by mail: before the window closes, and before a draft is deleted. Each once.
//!
//! A message says neither which modello it is nor what was answered: either could speak of a child's health.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    id::{BozzaId, EnteId, JobId, PersonaId},
};
use sportello_store::{
    Tx,
    bozza::BozzaStatus,
    bozza_reminder as reminder,
    job::{self as row, JobRow},
    modello::{self as publication, PublicationRow},
    persona,
};

use super::{POSTA_BOZZA, keyed_job, letter, payload};
use crate::{
    Error, Portal, Result,
    bozza::Loaded,
    ente, invio,
    mail::Letter,
    modello::{DRAFT_OUTLIVES_WINDOW, Window},
};

/// How long before the end a reminder is sent.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// Whoever saved a draft in this time knows of it.
const QUIET: TimeDelta = TimeDelta::days(1);

/// Which end a reminder is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum End {
    /// The window closes.
    Chiusura,
    /// The draft is deleted.
    Cancellazione,
}

#[derive(serde::Deserialize)]
struct Payload {
    bozza: BozzaId,
    persona: PersonaId,
    end: End,
}

/// Enqueues the reminders that are due; called once a day.
pub(super) async fn plan(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let current = portal.store().read(ente, async move |read| publication::all_current(read, ente).await).await?;
    let soon = |published: &PublicationRow| {
        published.opens_at <= now && published.closes_at > now && published.closes_at <= now + AHEAD
    };
    for published in current.into_iter().filter(soon) {
        while closing(portal, ente, &published, now).await? == reminder::CHUNK {}
    }
    while expiring(portal, ente, now).await? == reminder::CHUNK {}
    Ok(())
}

/// Some drafts whose window closes soon; says how many.
async fn closing(portal: &Portal, ente: EnteId, published: &PublicationRow, now: DateTime<Utc>) -> Result<usize> {
    let (code, closes_at, jobs) = (published.code.clone(), published.closes_at, keys(portal, now));
    let mark = async move |tx: &mut Tx| {
        let due = reminder::closing(tx, ente, &code, closes_at, now - QUIET).await?;
        enqueue(tx, ente, End::Chiusura, due, jobs, now).await
    };
    Ok(portal.store().write(ente, mark).await?)
}

/// Some drafts that are deleted soon; says how many.
async fn expiring(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<usize> {
    let jobs = keys(portal, now);
    let mark = async move |tx: &mut Tx| {
        let due = reminder::expiring(tx, ente, now + AHEAD, now + AHEAD - DRAFT_OUTLIVES_WINDOW, now).await?;
        enqueue(tx, ente, End::Cancellazione, due, jobs, now).await
    };
    Ok(portal.store().write(ente, mark).await?)
}

/// Keys for the jobs of one transaction: they are drawn before it.
fn keys(portal: &Portal, now: DateTime<Utc>) -> Vec<JobId> {
    (0..reminder::CHUNK).map(|_| JobId::new(portal.chance().uuid(now))).collect()
}

async fn enqueue(
    tx: &mut Tx,
    ente: EnteId,
    end: End,
    due: Vec<(BozzaId, PersonaId)>,
    jobs: Vec<JobId>,
    now: DateTime<Utc>,
) -> sportello_store::Result<usize> {
    let count = due.len();
    for ((bozza, persona), job) in due.into_iter().zip(jobs) {
        let payload = json!({ "v": 1, "bozza": bozza, "persona": persona, "end": end });
        row::enqueue(tx, ente, &keyed_job(job, POSTA_BOZZA, payload, now)).await?;
    }
    Ok(count)
}

/// Writes to the owner, unless the draft was sent or thrown away meanwhile, or nobody knows an address. The message has
/// the name of the job: a repetition is recognised.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente_id, now, job_id) = (job.ente_id, portal.clock().now(), job.id);
    if let Some(letter) = compose(portal, job, now).await? {
        portal.mailer().send(letter).await?;
    }
    let worker = worker.to_owned();
    portal.store().write(ente_id, async move |tx| row::done(tx, ente_id, job_id, &worker, now).await).await?;
    Ok(())
}

async fn compose(portal: &Portal, job: &JobRow, now: DateTime<Utc>) -> Result<Option<Letter>> {
    let Payload { bozza, persona, end } = payload(job)?;
    let ente_id = job.ente_id;
    let loaded = match Loaded::of(portal, ente_id, persona, bozza, now).await {
        Ok(loaded) if loaded.row.status == BozzaStatus::Open => loaded,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let profile = portal.store().read(ente_id, async move |read| persona::by_id(read, ente_id, persona).await).await?;
    let Some(to) = invio::build::email(&loaded).or_else(|| profile.and_then(|row| row.email)) else {
        return Ok(None);
    };
    let link = portal.addressing().absolute(&ente, &format!("/compila/{bozza}"));
    let until = calendar::legal_date(loaded.expires_at());
    let (subject, text) = match (end, loaded.published.window(now)) {
        (End::Chiusura, Window::Open { closes_at, .. }) => letter::draft_closing(&ente, closes_at, until, &link),
        (End::Cancellazione, Window::Closed { .. }) => letter::draft_expiring(&ente, until, &link),
        // The window was moved meanwhile.
        _ => return Ok(None),
    };
    let message_id = format!("{}@{}.sportello", job.id, ente.slug);
    Ok(Some(Letter { message_id, to, subject, text, pdf: None }))
}
