//! Moves of a pratica made by the office. Each is a row of the state machine, an event on the timeline, an audit row.

use sportello_domain::{
    ente::Ente,
    id::{EnteId, PersonaId, PraticaId},
    pratica::{Need, PraticaEvent, PraticaStatus},
};
use sportello_store::{
    Tx, audit,
    compito::{self, CompitoKind},
    evento::ActorKind,
    istruttoria::Decision as Decided,
    job, notifica,
    pratica::{self as row, PraticaRow},
    preavviso::{self, PreavvisoRow},
};

use super::{DECIDERS, Decision, effect};
use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    graduatoria,
    job::outcome_message,
    moves::{self, Brings, Mover},
    preavviso::place,
    prenotazione,
    provvedimento::{self, Words},
    typed,
};

/// What a rejection lacks that nobody was told of before.
const NOTICE: &str = "a notice before it";
/// What the end of a pratica lacks that does not answer the observations of the applicant.
const REPLY: &str = "the answer to the observations";
/// What one on the waiting list lacks.
pub(super) const PLACE: &str = "a free place";
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

/// How a pratica ends, or goes on, by the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted; the effects of its procedura are applied.
    Accept,
    /// Accepted in part, with a reason; the effects are applied or left to the office, as the act says.
    AcceptPartly {
        /// Whether the effects of the procedura are applied.
        effects: bool,
    },
    /// Good, and there is no place.
    PutOnWaitingList,
    /// Rejected: with a reason, after a notice.
    Reject,
    /// Annulled, with a reason.
    Annul,
}

/// What the office decides, with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Act {
    /// Version that was shown.
    pub version: i64,
    /// What.
    pub outcome: Outcome,
    /// Why, at most 2,000 characters; the applicant reads it.
    pub reason: String,
    /// What is answered to the observations of the applicant, at most 2,000 characters.
    pub reply: String,
}

impl Outcome {
    const fn event(self) -> PraticaEvent {
        match self {
            Self::Accept => PraticaEvent::Accept,
            Self::AcceptPartly { .. } => PraticaEvent::AcceptPartly,
            Self::PutOnWaitingList => PraticaEvent::PutOnWaitingList,
            Self::Reject => PraticaEvent::Reject,
            Self::Annul => PraticaEvent::Annul,
        }
    }

    /// The state that it leads to.
    const fn status(self) -> PraticaStatus {
        match self {
            Self::Accept => PraticaStatus::Accepted,
            Self::AcceptPartly { .. } => PraticaStatus::PartlyAccepted,
            Self::PutOnWaitingList => PraticaStatus::WaitingList,
            Self::Reject => PraticaStatus::Rejected,
            Self::Annul => PraticaStatus::Annulled,
        }
    }

    /// Whether the applicant loses something by it: then it answers their observations (L. 241/1990 art. 10-bis).
    pub const fn denies(self) -> bool {
        matches!(self, Self::Reject | Self::AcceptPartly { .. })
    }
}

/// Accepts or rejects a pratica where nothing was observed.
///
/// # Errors
/// Those of [`conclude`].
pub async fn decide(portal: &Portal, ctx: &Ctx, id: PraticaId, decision: &Decision) -> Result<()> {
    let outcome = if decision.accept { Outcome::Accept } else { Outcome::Reject };
    let Decision { version, ref reason, .. } = *decision;
    conclude(portal, ctx, id, &Act { version, outcome, reason: reason.clone(), reply: String::new() }).await
}

/// Decides a pratica. Accepting applies the effects of its procedura in the same transaction.
///
/// # Errors
/// [`Error::Unacceptable`] without a reason where the table asks for one, for a rejection without a notice before it, or
/// without an answer to observations, for one on the waiting list without a free place; those of [`take`].
pub async fn conclude(portal: &Portal, ctx: &Ctx, id: PraticaId, act: &Act) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona, portal.clock().now());
    let found = portal
        .store()
        .read(ente, async move |read| {
            Ok((row::by_id(read, ente, id).await?, preavviso::of_pratica(read, ente, id).await?))
        })
        .await?;
    let (shown, notice) = (found.0.ok_or(Error::NotFound)?, found.1);
    if shown.persona_id == persona {
        return Err(Error::Forbidden);
    }
    // What is asked for below is that of the state that was seen: the transaction finds the same version, or refuses.
    if shown.version != act.version {
        return Err(Error::Stale);
    }
    let (event, to) = (act.outcome.event(), act.outcome.status());
    let needs = shown.status.on(event).map(|edge| edge.needs).unwrap_or_default();
    let least = usize::from(needs.contains(&Need::Reason));
    let reason = typed::text(&act.reason, least..=MAX_REASON).ok_or(Error::Unacceptable("the reason"))?;
    let unannounced = needs.contains(&Need::Notice) && notice.is_none();
    let reply = reply(act, notice.as_ref())?;
    let placeless = needs.contains(&Need::Place);
    let effects = match act.outcome {
        Outcome::Accept | Outcome::AcceptPartly { effects: true } => Some(effect::prepare(portal, ctx, &shown).await?),
        _ => None,
    };
    let words = words(portal, ente, &reason, notice.as_ref(), reply.as_deref()).await?;
    let told = (to, Some(persona));
    let document = provvedimento::prepare(portal, &ctx.ente, &shown, told, &words, now).await?;
    let reply = match reply {
        Some(reply) => Some(portal.sealer(ente).await?.seal(&place("sealed_reply", id), reply.as_bytes())?),
        None => None,
    };
    let (message, letter) = outcome_message(portal, ctx, &shown, now);
    let note = ctx.note(portal, event.action(), "pratica", Some(id.uuid()));
    let (version, mover) = (act.version, clerk(portal, persona));
    let (asked, here) = (portal.clone(), ctx.ente.clone());
    // Why stands in the document alone, sealed.
    let decided = Decided { at: now, by: Some(persona), reason: None };
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            if unannounced {
                return Err(Reason::Unacceptable(NOTICE).refuse());
            }
            if placeless && !prenotazione::has_place(tx, ente, id).await? {
                return Err(Reason::Unacceptable(PLACE).refuse());
            }
            let assigned_to = pratica.assigned_to.is_none().then_some(persona);
            let brings = Brings { assigned_to, decision: Some(decided) };
            moves::make(tx, ente, &pratica, event, &mover, brings).await?;
            if let Some(sealed) = reply {
                preavviso::reply(tx, ente, id, &sealed).await?;
            }
            if let Some(effects) = effects {
                effects.apply(tx, ente, &pratica, now).await?;
            }
            give_place(tx, (&asked, &here), &pratica, (persona, to)).await?;
            document.write(tx, ente).await?;
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// What a decision does to places: the task about one that was called is over, and who gives up leaves the place to the next
/// one. One that comes to the waiting list while a place is free for it is called at once.
async fn give_place(
    tx: &mut Tx,
    (portal, ente): (&Portal, &Ente),
    pratica: &PraticaRow,
    (by, to): (PersonaId, PraticaStatus),
) -> sportello_store::Result<()> {
    let waited = pratica.status == PraticaStatus::WaitingList;
    if waited {
        let now = portal.clock().now();
        compito::settle(tx, ente.id, (pratica.id, CompitoKind::Posto), by, now).await?;
    }
    // Also after one that waited was decided: no more than a hundred were called before.
    if waited || prenotazione::gives_up(to) || to == PraticaStatus::WaitingList {
        graduatoria::move_up(tx, portal, ente, (&pratica.modello, pratica.anno_scolastico)).await?;
    }
    Ok(())
}

/// The answer to the observations; nothing where none were made, or none is needed and none was written.
fn reply(act: &Act, notice: Option<&PreavvisoRow>) -> Result<Option<String>> {
    if notice.is_none_or(|notice| notice.observed_at.is_none()) {
        return Ok(None);
    }
    let least = usize::from(act.outcome.denies());
    let reply = typed::text(&act.reply, least..=MAX_REASON).ok_or(Error::Unacceptable(REPLY))?;
    Ok((!reply.is_empty()).then_some(reply))
}

/// What the document says: what was observed is there with its answer.
async fn words(
    portal: &Portal,
    ente: EnteId,
    reason: &str,
    notice: Option<&PreavvisoRow>,
    reply: Option<&str>,
) -> Result<Words> {
    let observations = match notice.and_then(|notice| Some((notice.pratica_id, notice.sealed_observations.as_ref()?))) {
        Some((id, sealed)) if reply.is_some() => {
            Some(typed::open(&portal.sealer(ente).await?, &place("sealed_observations", id), sealed)?)
        }
        _ => None,
    };
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    Ok(Words { reason, observations, reply: reply.map(str::to_owned) })
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
