//! E-mails that were given up: the office sees them and has them tried again.

use chrono::{DateTime, Utc};
use sportello_domain::{
    foglio::{Cell, Formato},
    id::{JobId, PraticaId},
};
use sportello_store::{
    Read, audit,
    job::{self, FailedJob},
    notifica,
};

use super::{DECIDERS, READERS, esportazione::EXPORTERS, holds};
use crate::{
    Ctx, Portal, Result,
    error::Reason,
    job::{MAILS, message_of},
    pratica::number,
    tabella::{Extent, SHOWN, Tabella, Tutte, Uscita, instant, plain},
};

const HEADINGS: [&str; 4] = ["posta.cosa", "posta.a", "pratica.numero", "posta.rinunciata"];

/// An e-mail that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The job that was given up.
    pub job: JobId,
    /// What it says, as the message or its job is called: `esito`, `ricevuta`, `posta_delega`.
    pub kind: String,
    /// To whom; nobody whom the portal knows, for an invitation, a spontaneous payment and the office itself.
    pub to: Option<String>,
    /// About which pratica.
    pub pratica: Option<(PraticaId, String)>,
    /// When it was given up.
    pub given_up_at: Option<DateTime<Utc>>,
}

/// The e-mails that could not be delivered, the last first, and whether the person may have them tried again.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<(Vec<Undelivered>, bool)> {
    ctx.operatore(&READERS)?;
    Ok((given_up(portal, ctx, Extent::Shown).await?, holds(ctx, DECIDERS)))
}

/// Begins to take out the e-mails that could not be delivered. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&EXPORTERS)?;
    let rows = given_up(portal, ctx, Extent::Whole).await?;
    let uscita = Uscita::new("posta.export_list", ("job", None), "non-consegnati", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`HEADINGS`].
fn cells(row: Undelivered) -> Vec<Cell> {
    vec![
        Cell::Plain(row.kind),
        Cell::Text(row.to.unwrap_or_default()),
        plain(row.pratica.map(|(_, number)| number)),
        row.given_up_at.map_or(Cell::EMPTY, instant),
    ]
}

/// The e-mails that could not be delivered.
async fn given_up(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Undelivered>> {
    let ente = ctx.ente_id();
    let read = async move |read: &mut Read| {
        let mut found = Vec::new();
        for job in extent.rows(read, async |read, page| job::failed_of(read, ente, &MAILS, page).await).await? {
            let message = match message_of(&job.kind, &job.payload.0) {
                Some(id) => notifica::told(read, ente, id).await?,
                None => None,
            };
            found.push(undelivered(job, message));
        }
        Ok(found)
    };
    extent.look(portal, ente, read).await
}

/// How many e-mails could not be delivered, at most 200.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn count(portal: &Portal, ctx: &Ctx) -> Result<usize> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let failed = async move |read: &mut Read| job::failed_of(read, ente, &MAILS, (SHOWN, 0)).await;
    Ok(portal.store().read(ente, failed).await?.len())
}

/// Has an e-mail tried again, with what it carries.
///
/// # Errors
/// [`crate::Error::Forbidden`]; [`crate::Error::NotFound`] for one that was not given up, or of another ente.
pub async fn retry(portal: &Portal, ctx: &Ctx, id: JobId) -> Result<()> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    ctx.operatore(DECIDERS)?;
    let note = ctx.note(portal, "posta.retry", "job", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let failed = job::failed_of(tx, ente, &MAILS, (SHOWN, 0)).await?.into_iter().find(|job| job.id == id);
            let failed = failed.ok_or_else(|| Reason::NotFound.refuse())?;
            job::revive(tx, ente, id, now).await?;
            if let Some(message) = message_of(&failed.kind, &failed.payload.0) {
                notifica::again(tx, ente, message).await?;
            }
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

fn undelivered(job: FailedJob, message: Option<notifica::ToldRow>) -> Undelivered {
    let pratica = message.as_ref().and_then(|told| Some((told.pratica_id?, number(told.anno?, told.numero?))));
    Undelivered {
        job: job.id,
        kind: message.as_ref().map_or(job.kind, |told| told.kind.clone()),
        to: message.map(|told| format!("{} {}", told.nome, told.cognome)),
        pratica,
        given_up_at: job.done_at,
    }
}
