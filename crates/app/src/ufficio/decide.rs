//! Moves of a pratica made by the office. Each is a row of the state machine, an event on the timeline, an audit row.

use sportello_domain::{
    id::{EnteId, PersonaId, PraticaId},
    pratica::PraticaEvent,
};
use sportello_store::{
    Tx, audit,
    evento::ActorKind,
    istruttoria::Decision as Decided,
    job, notifica,
    pratica::{self as row, PraticaRow},
};

use super::{DECIDERS, Decision, effect};
use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    job::outcome_message,
    moves::{self, Brings, Mover},
    typed,
};

/// Longest reason of a decision, in characters.
pub(super) const MAX_REASON: usize = 2_000;

/// Takes a pratica in charge.
///
/// # Errors
/// [`Error::Stale`] when it changed since it was shown, [`Error::NotAllowedNow`] when it is past that,
/// [`Error::Forbidden`] for one's own.
pub async fn take(portal: &Portal, ctx: &Ctx, id: PraticaId, version: i64) -> Result<()> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona);
    let note = ctx.note(portal, PraticaEvent::TakeInCharge.action(), "pratica", Some(id.uuid()));
    let mover = clerk(portal, persona);
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            let brings = Brings { assigned_to: Some(persona), decision: None };
            moves::make(tx, ente, &pratica, PraticaEvent::TakeInCharge, &mover, brings).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Decides a pratica. Accepting applies the effects of its procedura in the same transaction.
///
/// # Errors
/// [`Error::Unacceptable`] for a rejection without a reason; those of [`take`].
pub async fn decide(portal: &Portal, ctx: &Ctx, id: PraticaId, decision: &Decision) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona, portal.clock().now());
    let least = usize::from(!decision.accept);
    let reason = typed::text(&decision.reason, least..=MAX_REASON).ok_or(Error::Unacceptable("the reason"))?;
    let event = if decision.accept { PraticaEvent::Accept } else { PraticaEvent::Reject };
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let shown = shown.ok_or(Error::NotFound)?;
    let effects = if decision.accept { Some(effect::prepare(portal, ctx, &shown).await?) } else { None };
    let (message, letter) = outcome_message(portal, ctx, &shown, now);
    let note = ctx.note(portal, event.action(), "pratica", Some(id.uuid()));
    let (version, mover) = (decision.version, clerk(portal, persona));
    let decided = Decided { at: now, by: Some(persona), reason: (!reason.is_empty()).then_some(reason) };
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            let assigned_to = pratica.assigned_to.is_none().then_some(persona);
            let brings = Brings { assigned_to, decision: Some(decided) };
            moves::make(tx, ente, &pratica, event, &mover, brings).await?;
            if let Some(effects) = effects {
                effects.apply(tx, ente, &pratica, now).await?;
            }
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// A member of staff who moves a pratica now.
pub(super) fn clerk(portal: &Portal, persona: PersonaId) -> Mover {
    let at = portal.clock().now();
    Mover { step: portal.chance().uuid(at), at, kind: ActorKind::Ufficio, by: Some(persona) }
}

/// The pratica as it was shown. Nobody works on their own (L. 241/1990, art. 6-bis).
pub(super) async fn seen(
    tx: &mut Tx,
    ente: EnteId,
    by: PersonaId,
    (id, version): (PraticaId, i64),
) -> sportello_store::Result<PraticaRow> {
    let pratica = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    if pratica.persona_id == by {
        return Err(Reason::Forbidden.refuse());
    }
    if pratica.version != version {
        return Err(Reason::Stale.refuse());
    }
    Ok(pratica)
}
