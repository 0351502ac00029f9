//! Proposte: a change of the collection accounts, of the numbering or of the tariffs takes effect when a second person
//! confirms it. An ente goes without the second person only by an act that is recorded here.
//!
//! The command line does not come through here: it is an act of the installation, with its own audit row.

mod change;
mod controllo;
mod elenco;
pub mod fault;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sportello_domain::{
    id::{EnteId, PersonaId, PropostaId},
    ruolo::Ruolo,
};
use sportello_store::{
    Json, Read, Tx,
    audit::{self, AuditRow},
    proposta::{self as row, NewProposta},
};

use crate::{Ctx, Error, Portal, Result, ctx::command_note, error::Reason, tabella::Extent, typed};

pub use change::{Change, Conti, Serie, Tariffe, conti, read_change};
pub use controllo::{Atto, controllo, set_controllo};
pub use elenco::take_out;
pub use sportello_store::proposta::{ControlloRow, PropostaKind, PropostaRow, PropostaStatus};

/// Roles that propose, confirm and refuse.
pub const ROLES: [Ruolo; 2] = [Ruolo::Ragioneria, Ruolo::Amministratore];
/// Roles that see the proposte.
pub const READERS: [Ruolo; 3] = [Ruolo::Ragioneria, Ruolo::Amministratore, Ruolo::Auditor];
/// Longest reason, in characters.
pub const MOTIVO_MAX: usize = 500;

/// How long a proposta waits for its second person.
const KEPT_WAITING: TimeDelta = TimeDelta::days(30);
/// Most that wait at one ente: nobody reads more, and a slip cannot fill the table.
const WAITING_MAX: i64 = 20;
const TABLE: &str = "proposta";

/// A proposta as somebody sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The proposta with the names of its people.
    pub row: PropostaRow,
    /// It waits, but its time is over.
    pub late: bool,
    /// It waits, but what it changes is no longer as it was when it was proposed.
    pub stale: bool,
    /// Whether this person may confirm it.
    pub can_confirm: bool,
    /// Whether this person may refuse it.
    pub can_refuse: bool,
    /// Whether this person may withdraw it.
    pub can_withdraw: bool,
}

/// Proposes a change: it waits for a second person and changes nothing yet.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] for a change that could never take effect or
/// changes nothing; [`Error::NotAllowedNow`] when the ente does not collect or a plan begins on the same day;
/// [`Error::Busy`] when 20 wait already.
pub async fn propose(portal: &Portal, ctx: &Ctx, change: Change) -> Result<PropostaId> {
    let by = ctx.operatore(&ROLES)?.persona;
    let change = change.checked()?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let id = PropostaId::new(portal.chance().uuid(now));
    let note = noted(ctx.note(portal, "proposta.propose", TABLE, Some(id.uuid())), change.kind());
    let proposed = async move |tx: &mut Tx| {
        if row::waiting(tx, ente).await? >= WAITING_MAX {
            return Err(Reason::Busy.refuse());
        }
        let base = change::base(tx, ente, change.kind()).await?.ok_or_else(|| Reason::NotAllowedNow.refuse())?;
        base.allows(&change)?;
        let (before, after) = (base.before(&change), change.document()?);
        if before == after {
            return Err(Reason::Unacceptable(fault::UNCHANGED).refuse());
        }
        let new = NewProposta {
            id,
            kind: change.kind(),
            before,
            after,
            base_sha256: base.sha256,
            proposed_by: by,
            proposed_at: now,
            expires_at: now + KEPT_WAITING,
        };
        row::add(tx, ente, &new).await?;
        audit::record(tx, ente, &note).await
    };
    portal.store().write(ente, proposed).await?;
    Ok(id)
}

/// Confirms a proposta of somebody else: it takes effect at once and whole, or not at all.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::Forbidden`] without the role, and for one's own while a second person is needed;
/// [`Error::NotFound`]; [`Error::NotAllowedNow`] when it waits no more or its time is over; [`Error::Stale`] when what
/// it changes is no longer as it was: it still waits, to be refused or withdrawn.
pub async fn confirm(portal: &Portal, ctx: &Ctx, id: PropostaId) -> Result<()> {
    let by = ctx.operatore(&ROLES)?.persona;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let note = ctx.note(portal, "proposta.confirm", TABLE, Some(id.uuid()));
    let (plan_id, effect_id) = (portal.chance().uuid(now), portal.chance().uuid(now));
    let confirmed = async move |tx: &mut Tx| {
        let found = waiting(tx, ente, id, now).await?;
        if found.proposed_by == by && controllo::is_active(tx, ente).await? {
            return Err(Reason::Forbidden.refuse());
        }
        let base = change::base(tx, ente, found.kind).await?.filter(|base| base.sha256 == found.base_sha256);
        let base = base.ok_or_else(|| Reason::Stale.refuse())?;
        let change = change::read_change(found.kind, &found.after.0).map_err(sportello_store::Error::refused)?;
        base.allows(&change)?;
        decide(tx, ente, id, PropostaStatus::Confirmed, (by, now), None).await?;
        let note = noted(note, found.kind);
        let mut effect = change.apply(tx, ente, base, (plan_id, now)).await?;
        effect.detail.0["proposta"] = id.to_string().into();
        let effect = AuditRow { id: effect_id, ..effect.on(&note) };
        audit::record(tx, ente, &effect).await?;
        audit::record(tx, ente, &note).await
    };
    portal.store().write(ente, confirmed).await?;
    portal.enti().forget(&());
    Ok(())
}

/// Refuses a proposta of somebody else.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::Forbidden`] without the role, and for one's own, which is withdrawn instead;
/// [`Error::Unacceptable`] without a reason; [`Error::NotFound`]; [`Error::NotAllowedNow`] when it waits no more.
pub async fn refuse(portal: &Portal, ctx: &Ctx, id: PropostaId, motivo: &str) -> Result<()> {
    end(portal, ctx, id, motivo, PropostaStatus::Refused).await
}

/// Takes back a proposta of one's own.
///
/// # Errors
/// As [`refuse`]; [`Error::Forbidden`] for that of somebody else.
pub async fn withdraw(portal: &Portal, ctx: &Ctx, id: PropostaId, motivo: &str) -> Result<()> {
    end(portal, ctx, id, motivo, PropostaStatus::Withdrawn).await
}

/// The proposte, the latest first, at most 200.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<PropostaRow>> {
    rows(portal, ctx, Extent::Shown).await
}

/// The proposte, or the first of them.
async fn rows(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<PropostaRow>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::latest(read, ente, page).await;
    extent.look(portal, ente, async move |read| extent.rows(read, page).await).await
}

/// One proposta, and what this person may do with it.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`].
pub async fn find(portal: &Portal, ctx: &Ctx, id: PropostaId) -> Result<Shown> {
    let who = ctx.operatore(&READERS)?.persona;
    let acts = ctx.operatore(&ROLES).is_ok();
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let read = async move |read: &mut sportello_store::Read| {
        let row = row::find(read, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        let waits = row.status == PropostaStatus::Waiting;
        let base = change::base(read, ente, row.kind).await?;
        let stale = waits && base.is_none_or(|base| base.sha256 != row.base_sha256);
        let late = waits && row.expires_at <= now;
        let own = row.proposed_by == who;
        let alone = !controllo::is_active(read, ente).await?;
        Ok(Shown {
            late,
            stale,
            can_confirm: acts && waits && !late && !stale && (!own || alone),
            can_refuse: acts && waits && !own,
            can_withdraw: acts && waits && own,
            row,
        })
    };
    Ok(portal.store().read(ente, read).await?)
}

/// Lets those expire that nobody decided in time, with one row of the audit for all.
pub(crate) async fn expire(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let mut note = command_note(portal, "proposta.expire", TABLE, None);
    "sistema".clone_into(&mut note.capacity);
    let expired = async move |tx: &mut Tx| {
        let count = row::expire(tx, ente, now).await?;
        if count > 0 {
            note.detail = Json(serde_json::json!({ "count": count }));
            audit::record(tx, ente, &note).await?;
        }
        Ok(())
    };
    Ok(portal.store().write(ente, expired).await?)
}

async fn end(portal: &Portal, ctx: &Ctx, id: PropostaId, motivo: &str, status: PropostaStatus) -> Result<()> {
    let by = ctx.operatore(&ROLES)?.persona;
    let motivo = typed::line(motivo, 1..=MOTIVO_MAX).ok_or(Error::Unacceptable(fault::MOTIVO))?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let own = status == PropostaStatus::Withdrawn;
    let action = if own { "proposta.withdraw" } else { "proposta.refuse" };
    let note = ctx.note(portal, action, TABLE, Some(id.uuid()));
    let ended = async move |tx: &mut Tx| {
        let found = row::find(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        if found.status != PropostaStatus::Waiting {
            return Err(Reason::NotAllowedNow.refuse());
        }
        if (found.proposed_by == by) != own {
            return Err(Reason::Forbidden.refuse());
        }
        decide(tx, ente, id, status, (by, now), Some(&motivo)).await?;
        audit::record(tx, ente, &noted(note, found.kind)).await
    };
    Ok(portal.store().write(ente, ended).await?)
}

/// A proposta that can still be confirmed.
async fn waiting(
    tx: &mut Tx,
    ente: EnteId,
    id: PropostaId,
    now: DateTime<Utc>,
) -> sportello_store::Result<PropostaRow> {
    let found = row::find(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    if found.status != PropostaStatus::Waiting || found.expires_at <= now {
        return Err(Reason::NotAllowedNow.refuse());
    }
    Ok(found)
}

async fn decide(
    tx: &mut Tx,
    ente: EnteId,
    id: PropostaId,
    status: PropostaStatus,
    by: (PersonaId, DateTime<Utc>),
    motivo: Option<&str>,
) -> sportello_store::Result<()> {
    let decided = row::decide(tx, ente, id, status, by, motivo).await?;
    if decided { Ok(()) } else { Err(Reason::NotAllowedNow.refuse()) }
}

/// The kind goes into the audit, the values do not: they stand in the proposta.
fn noted(mut note: AuditRow, kind: PropostaKind) -> AuditRow {
    note.detail.0["kind"] = Value::from(kind.stored());
    note
}
