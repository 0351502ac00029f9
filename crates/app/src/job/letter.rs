//! One message to a person: written when it is sent, from what is known then. What it says stands in `words`.

mod words;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    ente::Ente,
    id::{EnteId, PosizioneId},
};
use sportello_store::{
    Read, documento,
    file::FileKind,
    job::{self as row, JobRow},
    notifica,
    notifica::NotificaRow,
    persona,
    persona::PersonaRow,
    pratica,
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::{POSTA, payload};
use crate::{Error, Portal, Result, campi, ente, mail::Letter, pratica::number};

/// The message that confirms an INVIA.
const RICEVUTA: &str = "ricevuta";
/// The message that tells an outcome.
pub(super) const ESITO: &str = "esito";
/// The message that tells the protocol number of what was sent before it was known.
pub(super) const PROTOCOLLATA: &str = "protocollata";
/// The message that tells that the office asks for something.
pub(crate) const INTEGRAZIONE: &str = "integrazione";
/// The message that tells that the office means to reject.
pub(crate) const PREAVVISO: &str = "preavviso";
/// The message that tells of a bill that the bank did not debit.
pub(crate) const INSOLUTO: &str = "insoluto";

/// The message that tells of a receipt.
pub(crate) const PAGAMENTO: &str = "pagamento";

/// The message that tells of the invoices of a run.
pub(crate) const RETTE: &str = "rette";

/// The message that tells of a certificate that ends.
pub(crate) const SCADENZA_DIETA: &str = "scadenza_dieta";

/// The message that tells of a file with a virus.
pub(super) const ALLEGATO_BLOCCATO: &str = "allegato_bloccato";

/// What the job needs.
#[derive(serde::Deserialize)]
struct Payload {
    notifica: Uuid,
    /// The debt that a receipt is about.
    #[serde(default)]
    posizione: Option<PosizioneId>,
}

/// The message that a job is about, so that it can be marked when the job is given up.
pub(super) fn message_of(job: &JobRow) -> Option<Uuid> {
    // The job of a receipt names the message that waits for it.
    let is_about_message = job.kind == POSTA || job.kind == super::RICEVUTA;
    is_about_message.then(|| payload(job).ok()).flatten().map(|payload: Payload| payload.notifica)
}

/// Runs it. A message that left is not sent again; one that left just before a crash carries the same Message-ID.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let payload: Payload = payload(job)?;
    let (ente_id, id) = (job.ente_id, payload.notifica);
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let facts = portal.store().read(ente_id, async move |read| Facts::read(read, ente_id, id).await).await?;
    if facts.message.sent_at.is_none() {
        let letter = compose(portal, &ente, &facts, payload.posizione).await?;
        portal.mailer().send(letter).await?;
    }
    let (now, job, worker) = (portal.clock().now(), job.id, worker.to_owned());
    portal
        .store()
        .write(ente_id, async move |tx| {
            notifica::sent(tx, ente_id, id, now).await?;
            row::done(tx, ente_id, job, &worker, now).await
        })
        .await?;
    Ok(())
}

/// What a message is written from.
struct Facts {
    message: NotificaRow,
    person: PersonaRow,
    /// Every pratica that it is about.
    pratiche: Vec<PraticaRow>,
    receipt: Option<documento::DocumentoRow>,
}

impl Facts {
    async fn read(read: &mut Read, ente: EnteId, id: Uuid) -> sportello_store::Result<Self> {
        let gone = || sportello_store::Error::NotFound;
        let message = notifica::by_id(read, ente, id).await?.ok_or_else(gone)?;
        let person = persona::by_id(read, ente, message.persona_id).await?.ok_or_else(gone)?;
        let mut pratiche = Vec::new();
        if let Some(bozza) = message.bozza_id {
            for head in pratica::of_bozza(read, ente, person.id, bozza).await? {
                pratiche.extend(pratica::by_id(read, ente, head.id).await?);
            }
        }
        if let Some(id) = message.pratica_id {
            pratiche.extend(pratica::by_id(read, ente, id).await?);
        }
        let receipt = match message.bozza_id {
            Some(bozza) => documento::receipt(read, ente, person.id, bozza).await?,
            None => None,
        };
        Ok(Self { message, person, pratiche, receipt })
    }

    /// The address given with the application, else the one of the profile.
    fn address(&self) -> Option<String> {
        let given = self.pratiche.first().and_then(|pratica| {
            let answers = sportello_domain::modello::Answers::of_document(&pratica.answers.0).ok()?;
            Some(answers.value(campi::EMAIL)?.text()?.to_owned())
        });
        given.or_else(|| self.person.email.clone())
    }
}

async fn compose(portal: &Portal, ente: &Ente, facts: &Facts, paid: Option<PosizioneId>) -> Result<Letter> {
    let to = facts.address().ok_or_else(|| Error::failed("writing a message", "the person has no address"))?;
    let link = |path: &str| portal.addressing().absolute(ente, path);
    let (subject, text) = match (facts.message.kind.as_str(), facts.pratiche.first(), paid) {
        (RICEVUTA | ESITO | PROTOCOLLATA | ALLEGATO_BLOCCATO | INTEGRAZIONE | PREAVVISO, Some(first), _) => {
            about_pratica(portal, ente, facts, first)
        }
        (SCADENZA_DIETA, ..) => words::to_renew(ente, &link("/servizi-scolastici")),
        (RETTE, ..) => words::invoiced(ente, &link("/servizi-scolastici/documenti-contabili")),
        (INSOLUTO, ..) => words::unpaid(ente, &link("/servizi-scolastici/pagamenti")),
        (PAGAMENTO, _, Some(debt)) => {
            words::paid(ente, &link(&format!("/servizi-scolastici/pagamenti/ricevuta/{debt}")))
        }
        _ => return Err(Error::failed("writing a message", "its kind has no words")),
    };
    let pdf = match &facts.receipt {
        // The receipt is older than the number.
        Some(document) if facts.message.kind != PROTOCOLLATA => {
            let sealer = portal.sealer(ente.id).await?;
            let bytes = portal.files().get_sealed(&sealer, FileKind::Documento, document.id.uuid()).await?;
            Some((document.name.clone(), bytes))
        }
        _ => None,
    };
    Ok(Letter { message_id: facts.message.message_id.clone(), to, subject, text, pdf })
}

/// Subject and text of a message about what was filed.
fn about_pratica(portal: &Portal, ente: &Ente, facts: &Facts, first: &PraticaRow) -> (String, String) {
    let list = "/sezione-informativa/consultazione-pratiche";
    // Several children: the page of one would hide the others.
    let path = if facts.pratiche.len() == 1 { format!("{list}/{}", first.id) } else { list.to_owned() };
    let link = portal.addressing().absolute(ente, &path);
    let numbers: Vec<String> = facts.pratiche.iter().map(|pratica| number(pratica.anno, pratica.numero)).collect();
    match facts.message.kind.as_str() {
        ALLEGATO_BLOCCATO => words::blocked(ente, &number(first.anno, first.numero), &link),
        INTEGRAZIONE => words::to_complete(ente, &number(first.anno, first.numero), &link),
        PREAVVISO => words::noticed(ente, &number(first.anno, first.numero), &link),
        ESITO => words::outcome(ente, &number(first.anno, first.numero), &link),
        PROTOCOLLATA => words::registered(ente, first, &numbers, &link),
        _ => words::receipt(ente, first, &numbers, &link),
    }
}

/// Subject and text of the message that tells of the receipt of a spontaneous payment; `link` is its page.
pub(super) fn paid(ente: &Ente, link: &str) -> (String, String) {
    words::paid(ente, link)
}

/// The message that reminds of a draft that can still be sent.
pub(super) fn draft_closing(ente: &Ente, closes_at: DateTime<Utc>, until: NaiveDate, link: &str) -> (String, String) {
    words::draft_closing(ente, closes_at, until, link)
}

/// The message that tells of a draft that will be deleted.
pub(super) fn draft_expiring(ente: &Ente, until: NaiveDate, link: &str) -> (String, String) {
    words::draft_expiring(ente, until, link)
}

/// The message that tells of an invitation to a delega.
pub(super) fn invited(ente: &Ente, applicant: &str, link: &str) -> (String, String) {
    words::invited(ente, applicant, link)
}
