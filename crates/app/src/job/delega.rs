//! The invitation to a delega, by mail: only where the applicant gave an address, which is forgotten when it was used.

use sportello_domain::id::DelegaId;
use sportello_store::{
    delega,
    job::{self as row, JobRow},
};

use super::{letter, payload};
use crate::{Error, Portal, Result, delega::PAGE, ente, mail::Letter};

#[derive(serde::Deserialize)]
struct Payload {
    delega: DelegaId,
}

/// Writes to the invited person, unless the invitation was answered or withdrawn meanwhile. The message has the name of
/// the job: a repetition is recognised.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente_id, id) = (job.ente_id, payload::<Payload>(job)?.delega);
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let found = portal.store().read(ente_id, async move |read| delega::address(read, ente_id, id).await).await?;
    if let Some((Some(to), nome, cognome)) = found {
        let link = portal.addressing().absolute(&ente, PAGE);
        let (subject, text) = letter::invited(&ente, &format!("{nome} {cognome}"), &link);
        let message_id = format!("{}@{}.sportello", job.id, ente.slug);
        portal.mailer().send(Letter { message_id, to, subject, text, pdf: None }).await?;
    }
    let (job, worker, now) = (job.id, worker.to_owned(), portal.clock().now());
    portal
        .store()
        .write(ente_id, async move |tx| {
            delega::forget_address(tx, ente_id, id).await?;
            row::done(tx, ente_id, job, &worker, now).await
        })
        .await?;
    Ok(())
}
