//! Giving an answer to the office.

use std::sync::Arc;

use sportello_domain::{
    delega::DelegaScope,
    ente::Ente,
    id::{EnteId, PersonaId, PraticaId},
    modello::Reopened,
};
use sportello_store::{
    Read, Tx, audit,
    audit::AuditRow,
    evento::ActorKind,
    integrazione::{self, Answer},
    pratica as row, preavviso,
    seal::Sealed,
};

use super::{
    Awaited, Given, Refused, Risposta,
    arrivo::{Arrived, Kept},
    riaperta::{Amendment, Riaperta},
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::remove,
    error::Reason,
    filed::Filed,
    graduatoria,
    moves::{self, Brings, Mover},
    pratica::at_level,
    termine::{self, Rule},
};

/// Gives the office what it waits for; the term runs again. Answers that are amended take the place of those that were filed,
/// which stay beside the request.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else, [`Error::NotAllowedNow`] where nothing is awaited,
/// [`Error::LevelNeeded`], [`Error::Unacceptable`] for answers that are larger than they may be.
pub async fn give(portal: &Portal, ctx: &Ctx, id: PraticaId, to: Awaited, risposta: Risposta) -> Result<Given> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let found = portal.store().read(ente, async move |read| row::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &found).await?;
    // Nothing is stored for whom nobody waits.
    if !found.status.allows(to.event()) {
        return Err(Error::NotAllowedNow);
    }
    let asked = asked(portal, ente, to, id).await?;
    let filed = match to {
        Awaited::Integrazione => Filed::open(portal, ente, &found).await?,
        Awaited::Osservazioni => Filed::open_clear(portal, ente, &found).await?,
    };
    let about = (to, filed.any_sealed(&asked));
    let riaperta = match to {
        Awaited::Integrazione => Some(Riaperta::load(portal, ente, &found, &filed, asked).await?),
        // What is observed changes no answer.
        Awaited::Osservazioni => None,
    };
    let mut reopened = riaperta.as_ref().map(Riaperta::reopened);
    let modello = &filed.document.modello;
    let arrived = match Arrived::look(risposta, about, modello, reopened.as_mut(), ctx.lingua).await? {
        Ok(arrived) => arrived,
        Err(refused) => return Ok(Given::Refused(Box::new(refused))),
    };
    let sealer = portal.sealer(ente).await?;
    let words = arrived.words.as_ref().map(|words| sealer.seal(&to.place(id), words.as_bytes())).transpose()?;
    let duplicate = arrived.refuse(Refused { duplicate: true, ..Refused::default() });
    let kept = arrived.keep(portal, ctx, &found, reopened.as_mut()).await?;
    let stored = kept.ids();
    let amended = riaperta.as_ref().zip(reopened.as_ref().and_then(Reopened::amended));
    let coming = amended
        .map(|(riaperta, answers)| riaperta.amendment(&sealer, &found, &ctx.titolare_name()?, &answers))
        .transpose()
        .and_then(|amendment| Coming::new(portal, ctx, (id, to), words, (kept, amendment)));
    let written = match coming {
        Ok(coming) => {
            let rule = Rule { days: filed.document.procedura.answer_days, patrono: ctx.ente.settings.patrono };
            let write = async move |tx: &mut Tx| coming.write(tx, persona, rule).await;
            portal.store().write(ente, write).await.map_err(Error::from)
        }
        Err(error) => Err(error),
    };
    // An answer that is not there leaves no files; of one whose fate is unknown they stay.
    if !matches!(written, Ok(true) | Err(Error::OutcomeUnknown)) {
        remove(portal, ente, stored).await?;
    }
    if !written? {
        return Ok(Given::Refused(Box::new(duplicate)));
    }
    portal.work().notify_one();
    Ok(Given::Done)
}

/// The questions that what is answered is about.
async fn asked(portal: &Portal, ente: EnteId, to: Awaited, id: PraticaId) -> Result<Vec<String>> {
    let read = async move |read: &mut Read| {
        Ok(match to {
            Awaited::Integrazione => integrazione::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
            Awaited::Osservazioni => preavviso::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
        })
    };
    Ok(portal.store().read(ente, read).await?.unwrap_or_default())
}

/// An answer on its way into the database.
struct Coming {
    portal: Portal,
    ente: Arc<Ente>,
    id: PraticaId,
    to: Awaited,
    mover: Mover,
    answer: Answer,
    kept: Kept,
    amendment: Option<Amendment>,
    note: AuditRow,
}

impl Coming {
    fn new(
        portal: &Portal,
        ctx: &Ctx,
        (id, to): (PraticaId, Awaited),
        words: Option<Sealed>,
        (kept, amendment): (Kept, Option<Amendment>),
    ) -> Result<Self> {
        let (now, by) = (portal.clock().now(), ctx.cittadino()?.persona);
        let mut note = ctx.note(portal, to.event().action(), "pratica", Some(id.uuid()));
        if amendment.is_some() {
            note.detail.0["amended"] = true.into();
        }
        Ok(Self {
            portal: portal.clone(),
            ente: Arc::clone(&ctx.ente),
            mover: Mover { step: portal.chance().uuid(now), at: now, kind: ActorKind::Cittadino, by: Some(by) },
            answer: Answer { at: now, by, sealed: words },
            note,
            id,
            to,
            kept,
            amendment,
        })
    }

    /// False, and nothing is written, where amended answers name a child for whom the applicant has filed already.
    async fn write(&self, tx: &mut Tx, persona: PersonaId, rule: Rule) -> sportello_store::Result<bool> {
        let ente = self.ente.id;
        let pratica = row::of_persona(tx, ente, persona, self.id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        // First, since it alone may end here without having written anything.
        if let Some(amendment) = &self.amendment
            && !amendment.write(tx, ente, &pratica).await?
        {
            return Ok(false);
        }
        moves::make(tx, ente, &pratica, self.to.event(), &self.mover, Brings::default()).await?;
        if self.amendment.is_some() {
            graduatoria::move_up(tx, &self.portal, &self.ente, (&pratica.modello, pratica.anno_scolastico)).await?;
        }
        let before = self.amendment.as_ref().map(|amendment| &amendment.before);
        let kept = match self.to {
            Awaited::Integrazione => integrazione::answer(tx, ente, self.id, &self.answer, before).await?,
            Awaited::Osservazioni => preavviso::observe(tx, ente, self.id, &self.answer).await?,
        };
        if !kept {
            return Err(Reason::NotAllowedNow.refuse());
        }
        self.kept.write(tx, ente, self.id).await?;
        termine::reckon(tx, ente, &pratica, rule).await?;
        audit::record(tx, ente, &self.note).await?;
        Ok(true)
    }
}
