//! Takes what waits to the protocol system of the ente, the longest waiting first, and writes down the numbers.
//!
//! One job of an ente takes all of it, so that a system that is slow or away costs one attempt a minute, not one for each
//! INVIA. It is never given up: what waits goes on waiting, and `check` and the office see it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    ente::Ente,
    id::{BozzaId, EnteId, JobId, PersonaId},
    pratica::{PraticaEvent, PraticaStatus},
    protocollo::{Registro, external_aoo},
};
use sportello_store::{
    Tx,
    audit::{self, AuditRow},
    evento::ActorKind,
    job::{self as row, JobRow, NewJob},
    notifica::{self, Channel, NotificaRow, NotificaState},
    protocollo::{Direction, ProtocolloRow},
    protocollo_richiesta::{self as richiesta, RichiestaRow},
};
use uuid::Uuid;

use super::{PROTOCOLLAZIONE, keyed_job, letter, letter_job, message_id_of, worker::hold};
use crate::{
    Error, Portal, Result,
    ctx::system_note,
    ente,
    moves::{self, Brings, Mover, Seen},
    protocollo::emergenza::enter_some,
    registro_esterno::{ProtocolSystem, Registrata, Richiesta, SystemError},
};

/// How many are taken in one run; what is left over follows at once.
const AT_ONCE: i64 = 20;
/// How long the next attempt waits after one that left something waiting.
const PAUSE: TimeDelta = TimeDelta::seconds(60);
/// No number of failures ends it.
const ENDLESS: i64 = 1_000_000_000;

/// What is being done, in logs and in what the office reads.
const PREPARING: &str = "preparing a registration";
/// See [`PREPARING`].
const REGISTERING: &str = "asking for a protocol number";

/// How a run ended.
enum Ended {
    /// What was there was tried; whether something is left is asked of the database.
    Tried,
    /// The system does not answer, or is not asked: nothing more is tried now.
    Away,
    /// Another worker has the job.
    Lost,
}

/// What came of one attempt.
enum Outcome {
    Registered(Registrata),
    Refused(Error),
    Lost,
}

/// The job, due at once.
pub(crate) fn job(portal: &Portal, now: DateTime<Utc>) -> NewJob {
    due(JobId::new(portal.chance().uuid(now)), now, now)
}

fn due(id: JobId, run_at: DateTime<Utc>, now: DateTime<Utc>) -> NewJob {
    NewJob { max_attempts: ENDLESS, run_at, ..keyed_job(id, PROTOCOLLAZIONE, json!({ "v": 1 }), now) }
}

/// Runs it.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let ente = ente::by_id(portal, job.ente_id).await?.ok_or(Error::NotFound)?;
    let ended = if enter(portal, worker, job, &ente).await? {
        Ended::Away
    } else if let Some(system) = portal.protocol_system(&ente.slug) {
        drain(portal, worker, job, &ente, system).await?
    } else {
        tracing::error!(ente = %ente.id, "registrations wait, and the settings name no protocol system");
        Ended::Away
    };
    if matches!(ended, Ended::Lost) {
        return Ok(());
    }
    let (id, worker, now) = (job.id, worker.to_owned(), portal.clock().now());
    let ente_id = ente.id;
    let next = JobId::new(portal.chance().uuid(now));
    portal
        .store()
        .write(ente_id, async move |tx| {
            if row::done(tx, ente_id, id, &worker, now).await? {
                // Asked in the transaction that ends the job: who files after it finds nothing waiting and brings another.
                let left = richiesta::waiting(tx, ente_id).await?;
                let more = matches!(ended, Ended::Tried) && left.untried > 0;
                if left.count > 0 {
                    let run_at = if more { now } else { now + PAUSE };
                    row::enqueue(tx, ente_id, &due(next, run_at, now)).await?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// While an interruption is open nothing is asked: what waits is entered into the emergency register. True when one is.
async fn enter(portal: &Portal, worker: &str, job: &JobRow, ente: &Ente) -> Result<bool> {
    let mut open = false;
    while let Some(more) = enter_some(portal, ente).await? {
        open = true;
        if !more || !hold(portal, worker, job).await? {
            break;
        }
    }
    Ok(open)
}

async fn drain(portal: &Portal, worker: &str, job: &JobRow, ente: &Ente, system: &dyn ProtocolSystem) -> Result<Ended> {
    let id = ente.id;
    let waiting = portal.store().read(id, async move |read| richiesta::oldest(read, id, AT_ONCE).await).await?;
    for one in waiting {
        let bozza = one.bozza_id;
        let refusal = match ask(portal, worker, job, system, &one).await {
            Ok(Outcome::Registered(registrata)) => keep(portal, ente, one, registrata).await.err(),
            Ok(Outcome::Refused(error)) => Some(error),
            Ok(Outcome::Lost) => return Ok(Ended::Lost),
            Err(error) => {
                tracing::warn!(ente = %id, error = %error, "the protocol system gives no number; what waits goes on waiting");
                return Ok(Ended::Away);
            }
        };
        if let Some(error) = refusal {
            refuse(portal, id, bozza, &error).await?;
        }
    }
    Ok(Ended::Tried)
}

/// Asks for the number of one: prepared under its key, kept, then registered. The lease is renewed before each step,
/// which ends within its own limits.
async fn ask(
    portal: &Portal,
    worker: &str,
    job: &JobRow,
    system: &dyn ProtocolSystem,
    one: &RichiestaRow,
) -> Result<Outcome> {
    let asked = wanted(one);
    let id = match &one.external_id {
        Some(id) => id.clone(),
        None => {
            if !hold(portal, worker, job).await? {
                return Ok(Outcome::Lost);
            }
            let prepared = match system.prepare(&asked).await {
                Err(SystemError::Refused(why)) => return Ok(Outcome::Refused(Error::failed(PREPARING, why))),
                other => other.map_err(|error| Error::failed(PREPARING, error))?,
            };
            let (ente, bozza) = (job.ente_id, one.bozza_id);
            let kept = async move |tx: &mut Tx| richiesta::keep_external(tx, ente, bozza, &prepared).await;
            portal.store().write(ente, kept).await?.ok_or(Error::NotFound)?
        }
    };
    if !hold(portal, worker, job).await? {
        return Ok(Outcome::Lost);
    }
    match system.register(&asked, &id).await {
        Ok(registrata) => Ok(Outcome::Registered(registrata)),
        Err(SystemError::Refused(why)) => Ok(Outcome::Refused(Error::failed(REGISTERING, why))),
        Err(error) => Err(Error::failed(REGISTERING, error)),
    }
}

fn wanted(one: &RichiestaRow) -> Richiesta {
    let emergenza = one.emergenza_numero.zip(one.emergenza_anno);
    Richiesta {
        key: one.bozza_id.to_string(),
        received_at: one.received_at,
        sender: one.sender.clone(),
        subject: one.subject.clone(),
        sha256: one.sha256.clone(),
        fascicolo: one.fascicolo.clone(),
        emergenza: emergenza.map(|(numero, anno)| crate::pratica::protocol_number(numero, anno)),
    }
}

async fn refuse(portal: &Portal, ente: EnteId, bozza: BozzaId, error: &Error) -> Result<()> {
    // Its words may repeat a name: they are for the office, which reads them on the page, and not for the log.
    tracing::error!(ente = %ente, bozza = %bozza, error = %error, "the protocol system refuses a registration");
    let why = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    Ok(portal.store().write(ente, async move |tx| richiesta::refused(tx, ente, bozza, &why).await).await?)
}

/// Writes down a number: the registration, the pratiche, their timelines, the message. Nothing twice.
async fn keep(portal: &Portal, ente: &Ente, one: RichiestaRow, registrata: Registrata) -> Result<()> {
    let (ente_id, now) = (ente.id, portal.clock().now());
    let bozza = one.bozza_id;
    let row = entry(ente, one, registrata, now);
    let sent = portal.store().read(ente_id, async move |read| richiesta::sent(read, ente_id, bozza).await).await?;
    let persona = sent.first().map(|(.., persona)| *persona);
    let message = persona.map(|persona| message(portal, ente, persona, bozza, now));
    let letter = message.as_ref().map(|message| letter_job(portal, message.id, now));
    let event = PraticaEvent::Register;
    let moved = |_| (portal.chance().uuid(now), system_note(portal, event.action(), "pratica", None));
    let mut deeds: Vec<(Uuid, AuditRow)> = sent.iter().map(moved).collect();
    portal
        .store()
        .write(ente_id, async move |tx| {
            if !richiesta::register(tx, ente_id, &row, now).await? {
                return Ok(());
            }
            // One that was withdrawn meanwhile stays withdrawn; it has its number all the same.
            for (id, version, _) in richiesta::sent(tx, ente_id, bozza).await? {
                let (step, note) = deeds.pop().ok_or(sportello_store::Error::NotFound)?;
                let mover = Mover { step, at: now, kind: ActorKind::Sistema, by: None };
                let seen = Seen { id, version, status: PraticaStatus::Submitted };
                moves::make(tx, ente_id, seen, event, &mover, Brings::default()).await?;
                audit::record(tx, ente_id, &AuditRow { object_id: Some(id.uuid()), ..note }).await?;
            }
            if let (Some(message), Some(letter)) = (&message, &letter) {
                notifica::add(tx, ente_id, message).await?;
                row::enqueue(tx, ente_id, letter).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// The entry in our own table. What counts is the instant of presentation; the other says when the register followed.
fn entry(ente: &Ente, one: RichiestaRow, registrata: Registrata, now: DateTime<Utc>) -> ProtocolloRow {
    let today = registrata.giorno == calendar::legal_date(now);
    ProtocolloRow {
        aoo: external_aoo(&ente.settings.aoo_code, &registrata.registro),
        anno: registrata.anno,
        numero: registrata.numero,
        registro: Registro::External,
        direction: Direction::In,
        registered_at: if today { now } else { calendar::start_of_day(registrata.giorno) },
        received_at: one.received_at,
        sender: one.sender,
        subject: one.subject,
        sha256: one.sha256,
        classificazione: one.classificazione,
        fascicolo: Some(one.fascicolo),
        bozza_id: one.bozza_id,
    }
}

fn message(portal: &Portal, ente: &Ente, persona: PersonaId, bozza: BozzaId, now: DateTime<Utc>) -> NotificaRow {
    let id: Uuid = portal.chance().uuid(now);
    NotificaRow {
        id,
        persona_id: persona,
        bozza_id: Some(bozza),
        pratica_id: None,
        channel: Channel::Email,
        message_id: message_id_of(ente, id),
        kind: letter::PROTOCOLLATA.to_owned(),
        state: NotificaState::Queued,
        queued_at: now,
        sent_at: None,
    }
}
