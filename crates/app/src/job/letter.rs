//! One message to a person: written when it is sent, from what is known then. What it says stands in `words`.

mod words;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    ente::Ente,
    id::{EnteId, PosizioneId},
};
use sportello_store::{
    Read, Tx, documento,
    file::FileKind,
    job::{self as row, JobRow},
    notifica,
    notifica::{Channel, NotificaRow},
    persona,
    persona::PersonaRow,
    pratica,
    pratica::PraticaRow,
    profilo,
    profilo::ProfiloRow,
};
use uuid::Uuid;

use super::payload;
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
/// The message that tells one on the waiting list of a free place.
pub(crate) const POSTO: &str = "posto";
/// The message that tells that the office wrote.
pub(crate) const MESSAGGIO: &str = "messaggio";
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

/// Runs it. A message that left is not sent again; one that left just before a crash carries the same Message-ID and the
/// same news. One that another e-mail carries has nothing left to do.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let Payload { notifica: id, posizione } = payload(job)?;
    let ente_id = job.ente_id;
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let left = if lead(portal, ente_id, id).await? {
        let facts = portal.store().read(ente_id, async move |read| Facts::read(read, ente_id, id).await).await?;
        if facts.mailed() {
            let letter = compose(portal, &ente, &facts, posizione).await?;
            portal.mailer().send(letter).await?;
        }
        Some(if facts.mailed() { Channel::Email } else { Channel::Area })
    } else {
        None
    };
    let (now, job, worker) = (portal.clock().now(), job.id, worker.to_owned());
    portal
        .store()
        .write(ente_id, async move |tx| {
            if let Some(channel) = left {
                notifica::sent(tx, ente_id, id, now, channel).await?;
            }
            row::done(tx, ente_id, job, &worker, now).await
        })
        .await?;
    Ok(())
}

/// Lets a message lead its e-mail, with the other news that wait for that person; false where it has left, or another
/// carries it. Once it leads, what it carries stays the same on each attempt.
async fn lead(portal: &Portal, ente: EnteId, id: Uuid) -> Result<bool> {
    let led = portal.store().write(ente, async move |tx| {
        let message = notifica::by_id(tx, ente, id).await?.ok_or(sportello_store::Error::NotFound)?;
        if message.sent_at.is_some() {
            return Ok(false);
        }
        match notifica::carrier(tx, ente, id).await? {
            Some(carrier) => Ok(carrier == id),
            None => {
                let gathers = (message.kind != RICEVUTA).then_some(message.persona_id);
                notifica::lead(tx, ente, id, gathers).await?;
                part_ways(tx, ente, message).await?;
                Ok(true)
            }
        }
    });
    Ok(led.await?)
}

/// Lets those go by themselves that were gathered and go to another address: two applications may name two.
async fn part_ways(tx: &mut Tx, ente: EnteId, first: NotificaRow) -> sportello_store::Result<()> {
    let person = persona::by_id(tx, ente, first.persona_id).await?.ok_or(sportello_store::Error::NotFound)?;
    let choices = profilo::of(tx, ente, person.id).await?;
    let leads = first.id;
    let to = News::read(tx, ente, first).await?.address(&person, choices.as_ref());
    for other in notifica::carried(tx, ente, leads).await? {
        let id = other.id;
        if News::read(tx, ente, other).await?.address(&person, choices.as_ref()) != to {
            notifica::let_go(tx, ente, id).await?;
        }
    }
    Ok(())
}

/// A message and every pratica that it is about.
struct News {
    message: NotificaRow,
    pratiche: Vec<PraticaRow>,
}

/// What an e-mail is written from.
struct Facts {
    person: PersonaRow,
    choices: Option<ProfiloRow>,
    /// The message that leaves.
    first: News,
    /// Those that it carries.
    others: Vec<News>,
    receipt: Option<documento::DocumentoRow>,
}

impl News {
    async fn read(read: &mut Read, ente: EnteId, message: NotificaRow) -> sportello_store::Result<Self> {
        let mut pratiche = Vec::new();
        if let Some(bozza) = message.bozza_id {
            for head in pratica::of_bozza(read, ente, message.persona_id, bozza).await? {
                pratiche.extend(pratica::by_id(read, ente, head.id).await?);
            }
        }
        if let Some(id) = message.pratica_id {
            pratiche.extend(pratica::by_id(read, ente, id).await?);
        }
        Ok(Self { message, pratiche })
    }

    /// The address given with the application.
    fn given(&self) -> Option<String> {
        let answers = sportello_domain::modello::Answers::of_document(&self.pratiche.first()?.answers.0).ok()?;
        Some(answers.value(campi::EMAIL)?.text()?.to_owned())
    }

    /// The address given with the application, else the one of the profile. One that was confirmed by a code comes before
    /// the former, but for the receipt: the page of the INVIA names where it went.
    fn address(&self, person: &PersonaRow, choices: Option<&ProfiloRow>) -> Option<String> {
        let confirmed = choices.is_some_and(|choices| choices.email_confirmed_at.is_some());
        match person.email.clone() {
            Some(own) if confirmed && self.message.kind != RICEVUTA => Some(own),
            own => self.given().or(own),
        }
    }

    /// Subject and text where it leaves alone, and the page that it leads to.
    fn said(&self, portal: &Portal, ente: &Ente, paid: Option<PosizioneId>) -> Result<(String, String, String)> {
        let link = portal.addressing().absolute(ente, &self.path(paid));
        let (subject, text) = match (self.message.kind.as_str(), self.pratiche.first()) {
            (
                RICEVUTA | ESITO | PROTOCOLLATA | ALLEGATO_BLOCCATO | INTEGRAZIONE | PREAVVISO | POSTO | MESSAGGIO,
                Some(first),
            ) => self.about_pratica(ente, first, &link),
            (SCADENZA_DIETA, _) => words::to_renew(ente, &link),
            (RETTE, _) => words::invoiced(ente, &link),
            (INSOLUTO, _) => words::unpaid(ente, &link),
            (PAGAMENTO, _) => words::paid(ente, &link),
            _ => return Err(Error::failed("writing a message", "its kind has no words")),
        };
        Ok((subject, text, link))
    }

    /// The page that it leads to.
    fn path(&self, paid: Option<PosizioneId>) -> String {
        let list = "/sezione-informativa/consultazione-pratiche";
        match (self.message.kind.as_str(), &self.pratiche[..], paid) {
            (SCADENZA_DIETA, ..) => "/servizi-scolastici".to_owned(),
            (RETTE, ..) => "/servizi-scolastici/documenti-contabili".to_owned(),
            (PAGAMENTO, _, Some(debt)) => format!("/servizi-scolastici/pagamenti/ricevuta/{debt}"),
            (INSOLUTO | PAGAMENTO, ..) => "/servizi-scolastici/pagamenti".to_owned(),
            (MESSAGGIO, [one], _) => format!("{list}/{}/messaggi", one.id),
            (_, [one], _) => format!("{list}/{}", one.id),
            // Several children: the page of one would hide the others.
            _ => list.to_owned(),
        }
    }

    /// Subject and text of a message about what was filed.
    fn about_pratica(&self, ente: &Ente, first: &PraticaRow, link: &str) -> (String, String) {
        let numbers: Vec<String> = self.pratiche.iter().map(|pratica| number(pratica.anno, pratica.numero)).collect();
        let one = number(first.anno, first.numero);
        match self.message.kind.as_str() {
            ALLEGATO_BLOCCATO => words::blocked(ente, &one, link),
            INTEGRAZIONE => words::to_complete(ente, &one, link),
            MESSAGGIO => words::written(ente, &one, link),
            POSTO => words::called(ente, &one, link),
            PREAVVISO => words::noticed(ente, &one, link),
            ESITO => words::outcome(ente, &one, link),
            PROTOCOLLATA => words::registered(ente, first, &numbers, link),
            _ => words::receipt(ente, first, &numbers, link),
        }
    }
}

impl Facts {
    async fn read(read: &mut Read, ente: EnteId, id: Uuid) -> sportello_store::Result<Self> {
        let gone = || sportello_store::Error::NotFound;
        let message = notifica::by_id(read, ente, id).await?.ok_or_else(gone)?;
        let person = persona::by_id(read, ente, message.persona_id).await?.ok_or_else(gone)?;
        let receipt = match message.bozza_id {
            Some(bozza) => documento::receipt(read, ente, person.id, bozza).await?,
            None => None,
        };
        let mut others = Vec::new();
        for other in notifica::carried(read, ente, id).await? {
            others.push(News::read(read, ente, other).await?);
        }
        let choices = profilo::of(read, ente, person.id).await?;
        Ok(Self { person, choices, first: News::read(read, ente, message).await?, others, receipt })
    }

    /// Whether it leaves by e-mail. The receipt of an INVIA always does (domain rules: told by two ways).
    fn mailed(&self) -> bool {
        let only_area = self.choices.is_some_and(|choices| choices.channel == Channel::Area);
        !only_area || self.first.message.kind == RICEVUTA
    }
}

async fn compose(portal: &Portal, ente: &Ente, facts: &Facts, paid: Option<PosizioneId>) -> Result<Letter> {
    let to = facts
        .first
        .address(&facts.person, facts.choices.as_ref())
        .ok_or_else(|| Error::failed("writing a message", "the person has no address"))?;
    let (subject, text) = if facts.others.is_empty() {
        let (subject, text, _) = facts.first.said(portal, ente, paid)?;
        (subject, text)
    } else {
        let first = [facts.first.said(portal, ente, paid)].into_iter();
        let news = first.chain(facts.others.iter().map(|news| news.said(portal, ente, None)));
        let news = news.map(|said| said.map(|(subject, _, link)| (subject, link))).collect::<Result<Vec<_>>>()?;
        words::together(ente, &news)
    };
    let pdf = match &facts.receipt {
        // The receipt is older than the number.
        Some(document) if facts.first.message.kind != PROTOCOLLATA => {
            let sealer = portal.sealer(ente.id).await?;
            let bytes = portal.files().get_sealed(&sealer, FileKind::Documento, document.id.uuid()).await?;
            Some((document.name.clone(), bytes))
        }
        _ => None,
    };
    Ok(Letter { message_id: facts.first.message.message_id.clone(), to, subject, text, pdf })
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

/// The message that tells the office that an applicant wrote.
pub(super) fn to_read(ente: &Ente, number: &str, link: &str) -> (String, String) {
    words::to_read(ente, number, link)
}

/// The message with the code that confirms an address.
pub(super) fn code(ente: &Ente, code: &str, link: &str) -> (String, String) {
    words::code(ente, code, link)
}

/// The message that tells of an invitation to a delega.
pub(super) fn invited(ente: &Ente, applicant: &str, link: &str) -> (String, String) {
    words::invited(ente, applicant, link)
}
