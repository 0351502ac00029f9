//! Deciding about money that nothing expects: it stands for debts, it is given back, or it was settled in another way.
//! Each thing is decided once; who comes second is told so.

use serde_json::json;
use sportello_domain::id::{EnteId, PagamentoSpontaneoId, PosizioneId};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    debito::OpenRow,
    ricevuta,
    riconciliazione::{self as decision, Esito, NewDecision, Subject},
    spontaneo::{self, MatchState},
};

use super::{RECONCILERS, find};
use crate::{Ctx, Error, Portal, REASON, Result, abbinamento::Choice, error::Reason, typed};

/// How something was settled that stands for no debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money is given back.
    Refunded,
    /// In another way, which the reason says.
    Other,
}

/// Says what a payment stands for: debts of its payer whose sum is what came. They are paid then.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] for a payment that does not wait any more;
/// [`Error::Unacceptable`] when the debts are not open ones of the payer, or their sum is another; [`Error::Stale`] when one
/// changed in the meantime.
pub async fn assign(portal: &Portal, ctx: &Ctx, id: PagamentoSpontaneoId, debts: &[PosizioneId]) -> Result<()> {
    ctx.operatore(&RECONCILERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let waits = find(portal, ente, id).await?;
    if waits.match_state != MatchState::Unmatched {
        return Err(Error::NotAllowedNow);
    }
    let chosen: Vec<OpenRow> = waits.open.into_iter().filter(|debt| debts.contains(&debt.id)).collect();
    let sum: i64 = chosen.iter().map(|debt| debt.owed_cents).sum();
    if chosen.is_empty() || chosen.len() != debts.len() || sum != waits.view.amount.cents() {
        return Err(Error::Unacceptable("the choice of debts"));
    }
    let choice = Choice { pagamento: id, paid_on: waits.view.paid_on, debts: chosen };
    let new = new_decision(portal, ctx, Subject::Pagamento(id), Esito::Matched, String::new())?;
    let note = ctx.note(portal, "spontaneo.assign", "pagamento_spontaneo", Some(id.uuid()));
    let note = AuditRow { detail: Json(json!({ "posizioni": debts })), ..note };
    portal
        .store()
        .write(ente, async move |tx| {
            take(tx, ente, &new.subject, MatchState::Matched).await?;
            choice.close(tx, ente, now).await?;
            decision::add(tx, ente, &new).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Takes something out of the queue that was settled in another way, with the reason ([`REASON`]).
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Unacceptable`] without a reason; [`Error::NotFound`] for what never waited;
/// [`Error::NotAllowedNow`] for what does not wait any more.
pub async fn resolve(portal: &Portal, ctx: &Ctx, subject: Subject, outcome: Outcome, reason: &str) -> Result<()> {
    ctx.operatore(&RECONCILERS)?;
    let reason = typed::text(reason, REASON).ok_or(Error::Unacceptable("the reason"))?;
    let ente = ctx.ente_id();
    let esito = match outcome {
        Outcome::Refunded => Esito::Refunded,
        Outcome::Other => Esito::Other,
    };
    let note = match &subject {
        Subject::Pagamento(id) => ctx.note(portal, "spontaneo.resolve", "pagamento_spontaneo", Some(id.uuid())),
        Subject::Ricevuta(_) => ctx.note(portal, "ricevuta.resolve", "ricevuta_pagopa", None),
        Subject::Nota(id) => ctx.note(portal, "credito.resolve", "credito", Some(id.uuid())),
    };
    let mut detail = json!({ "esito": esito.stored() });
    if let Subject::Ricevuta(id) = &subject {
        detail["receipt_id"] = json!(id);
    }
    let note = AuditRow { detail: Json(detail), ..note };
    let new = new_decision(portal, ctx, subject, esito, reason)?;
    portal
        .store()
        .write(ente, async move |tx| {
            take(tx, ente, &new.subject, MatchState::Resolved).await?;
            decision::add(tx, ente, &new).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

fn new_decision(portal: &Portal, ctx: &Ctx, subject: Subject, esito: Esito, motivo: String) -> Result<NewDecision> {
    let (persona_id, now) = (ctx.operatore(&RECONCILERS)?.persona, portal.clock().now());
    Ok(NewDecision { id: portal.chance().uuid(now), subject, esito, motivo, persona_id, created_at: now })
}

/// Makes sure that something still waits, and that it does not afterwards.
async fn take(tx: &mut Tx, ente: EnteId, subject: &Subject, to: MatchState) -> sportello_store::Result<()> {
    if decision::of(tx, ente, subject).await?.is_some() {
        return Err(Reason::NotAllowedNow.refuse());
    }
    let there = match subject {
        Subject::Pagamento(id) => {
            if !spontaneo::advance(tx, ente, *id, MatchState::Unmatched, to).await? {
                let known = spontaneo::by_id(tx, ente, *id).await?.is_some();
                return Err(if known { Reason::NotAllowedNow } else { Reason::NotFound }.refuse());
            }
            true
        }
        Subject::Ricevuta(id) => ricevuta::by_id(tx, ente, id).await?.is_some_and(|row| row.anomalia.is_some()),
        Subject::Nota(id) => decision::credit(tx, ente, *id).await?.is_some(),
    };
    if there { Ok(()) } else { Err(Reason::NotFound.refuse()) }
}
