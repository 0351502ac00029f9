//! Moves of a pratica made by the office. Each is a row of the state machine, an event on the timeline, an audit row.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId, PraticaId},
    pratica::{PraticaEvent, PraticaStatus},
};
use sportello_store::{
    Tx, audit,
    evento::{ActorKind, EventoRow},
    istruttoria::{self, Decision as Decided, Move},
    job, notifica,
    pratica::{self as row, PraticaRow},
};
use uuid::Uuid;

use super::{DECIDERS, Decision, effect};
use crate::{Ctx, Error, Portal, Result, error::Reason, job::outcome_message, typed};

/// Longest reason of a decision, in characters.
const MAX_REASON: usize = 2_000;

/// Takes a pratica in charge.
///
/// # Errors
/// [`Error::Stale`] when it changed since it was shown, [`Error::NotAllowedNow`] when it is past that,
/// [`Error::Forbidden`] for one's own.
pub async fn take(portal: &Portal, ctx: &Ctx, id: PraticaId, version: i64) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(&DECIDERS)?.persona, portal.clock().now());
    let note = ctx.note(portal, "pratica.take", "pratica", Some(id.uuid()));
    let step = portal.chance().uuid(now);
    portal
        .store()
        .write(ente, async move |tx| {
            let (_, status) = next(tx, ente, persona, (id, version), PraticaEvent::TakeInCharge).await?;
            let to = Move { id, version, status, assigned_to: Some(persona), decision: None };
            advance(tx, ente, &to, step, persona, now).await?;
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
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(&DECIDERS)?.persona, portal.clock().now());
    let least = usize::from(!decision.accept);
    let reason = typed::text(&decision.reason, least..=MAX_REASON).ok_or(Error::Unacceptable("the reason"))?;
    let (event, action) = if decision.accept {
        (PraticaEvent::Accept, "pratica.accept")
    } else {
        (PraticaEvent::Reject, "pratica.reject")
    };
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let shown = shown.ok_or(Error::NotFound)?;
    let effects = if decision.accept { Some(effect::prepare(portal, ctx, &shown).await?) } else { None };
    let (message, letter) = outcome_message(portal, ctx, &shown, now);
    let note = ctx.note(portal, action, "pratica", Some(id.uuid()));
    let (version, step) = (decision.version, portal.chance().uuid(now));
    let decided = Decided { at: now, by: persona, reason: (!reason.is_empty()).then_some(reason) };
    portal
        .store()
        .write(ente, async move |tx| {
            let (pratica, status) = next(tx, ente, persona, (id, version), event).await?;
            let assigned_to = pratica.assigned_to.is_none().then_some(persona);
            let to = Move { id, version, status, assigned_to, decision: Some(decided) };
            advance(tx, ente, &to, step, persona, now).await?;
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

/// The pratica as it was shown, and the state that the event leads to. Nobody works on their own (L. 241/1990, art. 6-bis).
async fn next(
    tx: &mut Tx,
    ente: EnteId,
    by: PersonaId,
    (id, version): (PraticaId, i64),
    event: PraticaEvent,
) -> sportello_store::Result<(PraticaRow, PraticaStatus)> {
    let pratica = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    if pratica.persona_id == by {
        return Err(Reason::Forbidden.refuse());
    }
    if pratica.version != version {
        return Err(Reason::Stale.refuse());
    }
    let status = pratica.status.after(event).map_err(|_| Reason::NotAllowedNow.refuse())?;
    Ok((pratica, status))
}

async fn advance(
    tx: &mut Tx,
    ente: EnteId,
    to: &Move,
    step: Uuid,
    persona: PersonaId,
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    let step = EventoRow {
        id: step,
        pratica_id: to.id,
        kind: to.status,
        at: now,
        actor_kind: ActorKind::Ufficio,
        actor: Some(persona),
        note: None,
    };
    if istruttoria::advance(tx, ente, to, &step).await? { Ok(()) } else { Err(Reason::Stale.refuse()) }
}
