//! Special diets, class art9: sealed wherever they are kept. Reminds payers of certificates that end.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    dieta::Dieta,
    id::{EnteId, IscrizioneId, PraticaId},
};
use sportello_store::{
    Json, Read, Tx, audit,
    dieta::{self as row, DietaRow, DovutaRow},
    job,
    notifica::{self, Channel, NotificaRow, NotificaState},
    seal::{EnteSealer, Place, Sealed},
};
use uuid::Uuid;

use crate::{
    Error, Portal, Result,
    ctx::command_note,
    ente,
    job::{SCADENZA_DIETA, letter_job, message_id_of},
};

/// An accepted request about a diet, sealed: written in the transaction of the acceptance.
pub(crate) struct NewDieta {
    id: Uuid,
    sealed_dieta: Sealed,
}

impl NewDieta {
    /// Seals it under its key.
    pub(crate) fn seal(id: Uuid, dieta: &Dieta, sealer: &EnteSealer) -> Result<Self> {
        let plain = serde_json::to_vec(dieta).map_err(|error| Error::failed("writing a diet", error))?;
        Ok(Self { id, sealed_dieta: sealer.seal(&place(id), &plain)? })
    }

    /// Adds it to an enrolment.
    pub(crate) async fn add(
        self,
        tx: &mut Tx,
        ente: EnteId,
        iscrizione_id: IscrizioneId,
        pratica_id: PraticaId,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let Self { id, sealed_dieta } = self;
        row::add(tx, ente, &DietaRow { id, iscrizione_id, sealed_dieta, pratica_id, created_at: now }).await
    }
}

fn place(id: Uuid) -> Place {
    Place::new("dieta", "sealed_dieta", id)
}

fn open(sealer: &EnteSealer, id: Uuid, sealed: &Sealed) -> Result<Dieta> {
    let plain = sealer.open(&place(id), sealed)?;
    // What stands there is about health: it is not told.
    serde_json::from_slice(&plain).map_err(|_| Error::failed("reading a diet", "not its form"))
}

/// The last day of a sealed diet, where a certificate ends.
pub(crate) fn end(sealer: &EnteSealer, id: Uuid, sealed: &Sealed) -> Result<Option<NaiveDate>> {
    Ok(open(sealer, id, sealed)?.al)
}

/// A sealed diet with its days and without what it was: a later one still takes the place of those before it.
pub(crate) fn emptied(sealer: &EnteSealer, id: Uuid, sealed: &Sealed) -> Result<Sealed> {
    let empty = Dieta { answers: Default::default(), ..open(sealer, id, sealed)? };
    let plain = serde_json::to_vec(&empty).map_err(|error| Error::failed("writing a diet", error))?;
    Ok(sealer.seal(&place(id), &plain)?)
}

/// Reminds the payers, once, of the certificates that end within 30 days, where the diet still holds on their last day.
pub(crate) async fn remind(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let sealer = portal.sealer(ente).await?;
    let mut after = Uuid::nil();
    loop {
        let page = portal.store().read(ente, async move |read| row::unreminded(read, ente, after).await).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for due in page {
            let dieta = open(&sealer, due.id, &due.sealed_dieta)?;
            if dieta.ends_soon(calendar::legal_date(now)) && counts(portal, ente, &sealer, (&due, &dieta)).await? {
                tell(portal, ente, due, now).await?;
            }
        }
    }
}

/// Whether no later acceptance took the place of a diet before its end.
async fn counts(
    portal: &Portal,
    ente: EnteId,
    sealer: &EnteSealer,
    (due, dieta): (&DovutaRow, &Dieta),
) -> Result<bool> {
    let iscrizione = due.iscrizione_id;
    let all = async move |read: &mut Read| row::of_iscrizione(read, ente, iscrizione).await;
    let rows = portal.store().read(ente, all).await?;
    let all = rows.iter().map(|row| open(sealer, row.id, &row.sealed_dieta)).collect::<Result<Vec<Dieta>>>()?;
    Ok(dieta.al.is_some_and(|al| Dieta::on_day(&all, al) == Some(dieta)))
}

async fn tell(portal: &Portal, ente: EnteId, due: DovutaRow, now: DateTime<Utc>) -> Result<()> {
    let id = portal.chance().uuid(now);
    let known = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let message = NotificaRow {
        id,
        persona_id: due.persona_id,
        bozza_id: None,
        pratica_id: Some(due.pratica_id),
        channel: Channel::Email,
        message_id: message_id_of(&known, id),
        kind: SCADENZA_DIETA.to_owned(),
        state: NotificaState::Queued,
        queued_at: now,
        sent_at: None,
    };
    let letter = letter_job(portal, id, now);
    let mut note = command_note(portal, "dieta.remind", "dieta", Some(due.id));
    "sistema".clone_into(&mut note.capacity);
    note.detail = Json(json!({ "notifica": id }));
    let told = async move |tx: &mut Tx| {
        if row::reminded(tx, ente, due.id, now).await? {
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await?;
        }
        Ok(())
    };
    Ok(portal.store().write(ente, told).await?)
}
