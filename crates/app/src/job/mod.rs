//! Background work: what follows from an act and need not be waited for.
//!
//! A job is enqueued in the transaction that wants it and may run twice: each is harmless then. A failure waits and
//! tries again; after the last attempt it stays, visible to the office, until somebody looks.

mod bozza;
mod codice;
mod delega;
mod giornaliero;
pub(crate) mod heading;
mod invoice;
mod letter;
mod messaggio;
mod protocollazione;
mod provvedimento;
mod receipt;
mod registro;
mod scansione;
mod spontaneo;
mod tidy;
mod worker;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sportello_domain::{
    ente::Ente,
    id::{JobId, PersonaId, PraticaId},
};
use sportello_store::{
    Json,
    job::{JobRow, NewJob},
    notifica::{Channel, NotificaRow, NotificaState},
    pratica::PraticaRow,
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result};

pub(crate) use letter::{INSOLUTO, INTEGRAZIONE, MESSAGGIO, PAGAMENTO, POSTO, PREAVVISO, RETTE, SCADENZA_DIETA};
pub(crate) use protocollazione::job as protocollazione;
pub(crate) use provvedimento::job as provvedimento_job;
pub(crate) use receipt::answer_words;
pub(crate) use scansione::job as scan_job;
#[cfg(feature = "testing")]
pub(crate) use worker::round;
pub use worker::work;

/// Makes the receipt of an INVIA.
pub(crate) const RICEVUTA: &str = "ricevuta";
/// Sends one message.
pub(crate) const POSTA: &str = "posta";
/// Issues the invoices of a run.
pub(crate) const FATTURAZIONE: &str = "fatturazione";
/// Makes the PDF of an invoice or a credit note; its payload names the `documento_id`.
pub(crate) const FATTURA_PDF: &str = "fattura_pdf";
/// Sends the message about the receipt of a spontaneous payment.
pub(crate) const POSTA_SPONTANEO: &str = "posta_spontaneo";
/// Sends the invitation to a delega, when there is an address.
pub(crate) const POSTA_DELEGA: &str = "posta_delega";
/// Reminds the owner of a draft.
pub(crate) const POSTA_BOZZA: &str = "posta_bozza";
/// Takes the code to the address that it confirms.
pub(crate) const POSTA_CODICE: &str = "posta_codice";
/// Tells the office that an applicant wrote.
pub(crate) const MESSAGGIO_UFFICIO: &str = "messaggio_ufficio";
/// Looks for the debts that a spontaneous payment stands for.
pub(crate) const ABBINAMENTO: &str = "abbinamento";
/// Deletes what is past its time, once a day for each ente.
pub(crate) const PULIZIA: &str = "pulizia";
/// Asks the scanner of viruses about a file.
pub(crate) const SCANSIONE: &str = "scansione";
/// Deletes what an officer approved.
pub(crate) const SCARTO: &str = "scarto";
/// Fetches the list of a registry of providers, once a day for the installation.
pub(crate) const REGISTRO_GESTORI: &str = "registro_gestori";

/// Makes the document of a decision or a notice.
pub(crate) const PROVVEDIMENTO: &str = "provvedimento";
/// Takes what waits to the protocol system of the ente.
pub(crate) const PROTOCOLLAZIONE: &str = "protocollazione";
/// Makes the daily registers of protocol, once a day for each ente.
pub(crate) const REGISTRO_GIORNALIERO: &str = "registro_giornaliero";

/// After how many attempts a job is given up.
const MAX_ATTEMPTS: i64 = 8;

/// Message-ID of a message: the same on each attempt.
pub(crate) fn message_id(ctx: &Ctx, id: Uuid) -> String {
    message_id_of(&ctx.ente, id)
}

/// The same for a message that nobody's call brings about.
pub(crate) fn message_id_of(ente: &Ente, id: Uuid) -> String {
    format!("{id}@{}.sportello", ente.slug)
}

/// The message that tells the outcome of a pratica, and its job.
pub(crate) fn outcome_message(
    portal: &Portal,
    ctx: &Ctx,
    pratica: &PraticaRow,
    now: DateTime<Utc>,
) -> (NotificaRow, NewJob) {
    pratica_message(portal, &ctx.ente, (pratica.id, pratica.persona_id), letter::ESITO, now)
}

/// A message about one pratica, and its job.
pub(crate) fn pratica_message(
    portal: &Portal,
    ente: &Ente,
    (pratica, persona): (PraticaId, PersonaId),
    kind: &str,
    now: DateTime<Utc>,
) -> (NotificaRow, NewJob) {
    let id = portal.chance().uuid(now);
    let message = NotificaRow {
        id,
        persona_id: persona,
        bozza_id: None,
        pratica_id: Some(pratica),
        channel: Channel::Email,
        message_id: message_id_of(ente, id),
        kind: kind.to_owned(),
        state: NotificaState::Queued,
        queued_at: now,
        sent_at: None,
    };
    (message, letter_job(portal, id, now))
}

/// The job that sends a message, a little later: other news may come, and leave with it.
pub(crate) fn letter_job(portal: &Portal, notifica: Uuid, now: DateTime<Utc>) -> NewJob {
    NewJob { run_at: now + portal.mailer().hold(), ..letter_at_once(portal, notifica, now) }
}

/// The job that sends a message that does not wait for others.
fn letter_at_once(portal: &Portal, notifica: Uuid, now: DateTime<Utc>) -> NewJob {
    new_job(portal, POSTA, json!({ "v": 1, "notifica": notifica }), now)
}

/// Kinds of jobs that carry an e-mail.
pub(crate) const MAILS: [&str; 7] =
    [POSTA, RICEVUTA, POSTA_BOZZA, POSTA_DELEGA, POSTA_SPONTANEO, POSTA_CODICE, MESSAGGIO_UFFICIO];

/// The message that a job is about, so that it can be marked when the job is given up, and queued again.
pub(crate) fn message_of(kind: &str, payload: &Value) -> Option<Uuid> {
    // The job of a receipt names the message that waits for it.
    let is_about_message = kind == POSTA || kind == RICEVUTA;
    is_about_message.then(|| payload["notifica"].as_str()?.parse().ok()).flatten()
}

/// A job that is due at once.
pub(crate) fn new_job(portal: &Portal, kind: &str, payload: Value, now: DateTime<Utc>) -> NewJob {
    keyed_job(JobId::new(portal.chance().uuid(now)), kind, payload, now)
}

/// The same where its payload is known only inside the transaction: keys are drawn before it.
pub(crate) fn keyed_job(id: JobId, kind: &str, payload: Value, now: DateTime<Utc>) -> NewJob {
    NewJob {
        id,
        kind: kind.to_owned(),
        payload: Json(payload),
        run_at: now,
        max_attempts: MAX_ATTEMPTS,
        created_at: now,
    }
}

/// What a job was given.
pub(crate) fn payload<T: DeserializeOwned>(job: &JobRow) -> Result<T> {
    T::deserialize(&job.payload.0).map_err(|error| Error::failed("reading the payload of a job", error))
}
