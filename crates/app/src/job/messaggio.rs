//! Telling the office, by mail, that an applicant wrote: not what, nor who.

use sportello_domain::id::PraticaId;
use sportello_store::{
    job::{self as row, JobRow},
    messaggio::{self, Side},
    pratica,
};

use super::{letter, payload};
use crate::{Error, Portal, Result, ente, mail::Letter, pratica::number};

#[derive(serde::Deserialize)]
struct Payload {
    pratica: PraticaId,
}

/// Writes to the office, unless it has read everything meanwhile. The message has the name of the job: a repetition is
/// recognised.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente_id, id) = (job.ente_id, payload::<Payload>(job)?.pratica);
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let found = portal
        .store()
        .read(ente_id, async move |read| {
            let waits = messaggio::counts(read, ente_id, id, Side::Cittadino).await?.unread > 0;
            Ok(pratica::by_id(read, ente_id, id).await?.filter(|_| waits))
        })
        .await?;
    if let Some(about) = found {
        let link = portal.addressing().absolute(&ente, &format!("/ufficio/pratiche/{id}/messaggi"));
        let (subject, text) = letter::to_read(&ente, &number(about.anno, about.numero), &link);
        let message_id = format!("{}@{}.sportello", job.id, ente.slug);
        let to = ente.settings.office.email.clone();
        portal.mailer().send(Letter { message_id, to, subject, text, pdf: None }).await?;
    }
    let (job, worker, now) = (job.id, worker.to_owned(), portal.clock().now());
    portal.store().write(ente_id, async move |tx| row::done(tx, ente_id, job, &worker, now).await).await?;
    Ok(())
}
