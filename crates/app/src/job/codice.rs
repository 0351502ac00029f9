//! The code that confirms an address, by mail to that address.

use sportello_domain::id::PersonaId;
use sportello_store::{
    contatto,
    job::{self as row, JobRow},
};

use super::{letter, payload};
use crate::{
    Error, Portal, Result, ente,
    mail::Letter,
    profilo::{Outgoing, outgoing},
};

#[derive(serde::Deserialize)]
struct Payload {
    persona: PersonaId,
}

/// Sends the code that counts now, once; afterwards it is forgotten but for its hash. The message has the name of the job:
/// a repetition is recognised.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente_id, id) = (job.ente_id, payload::<Payload>(job)?.persona);
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let outgoing = outgoing(portal, ente_id, id).await?;
    if let Some(Outgoing { address, code, .. }) = &outgoing {
        let link = portal.addressing().absolute(&ente, "/area-personale/profilo/codice");
        let (subject, text) = letter::code(&ente, code, &link);
        let message_id = format!("{}@{}.sportello", job.id, ente.slug);
        portal.mailer().send(Letter { message_id, to: address.clone(), subject, text, pdf: None }).await?;
    }
    let (job, worker, now) = (job.id, worker.to_owned(), portal.clock().now());
    portal
        .store()
        .write(ente_id, async move |tx| {
            if let Some(sent) = outgoing {
                contatto::left(tx, ente_id, id, &sent.hash).await?;
            }
            row::done(tx, ente_id, job, &worker, now).await
        })
        .await?;
    Ok(())
}
