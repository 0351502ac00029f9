//! The emergency register (DPR 445/2000 art. 63): kept while the protocol system of the ente does not work, carried over
//! when it works again.
//!
//! The office declares an interruption: what waits, and what is filed from then on, gets a number of the emergency
//! register. Once the office says that the system works again, the job asks it for its numbers, with the instant of
//! presentation and the emergency number of each.

mod elenco;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sportello_domain::{calendar, ente::Ente, id::EnteId, ruolo::Ruolo};
use sportello_store::{
    Json, audit,
    interruzione::{self as row, Entering, NewInterruzione},
    job, protocollo_richiesta as richiesta,
};
use uuid::Uuid;

use super::{ATTO_MAX, ATTO_WANTED, MOTIVO_MAX, MOTIVO_WANTED, READERS};
use crate::{Ctx, Error, Portal, Result, error::Reason, job::PROTOCOLLAZIONE, typed};

pub use elenco::{take_out, take_out_interruptions};
pub use richiesta::{RichiestaRow, Waiting};
pub use row::{EmergenzaRow, InterruzioneRow};

/// Roles that declare an interruption and its end.
pub const DECLARERS: [Ruolo; 1] = [Ruolo::Responsabile];
/// How long something must have waited before the system counts as interrupted.
pub const LIMIT: TimeDelta = TimeDelta::minutes(15);
/// How long the emergency register may be kept by one act (art. 63 c. 2).
pub const LONGEST: TimeDelta = TimeDelta::days(7);

/// Filings that are entered into the emergency register in one transaction.
const AT_ONCE: i64 = 200;
/// Rows of each list on the page.
const SHOWN: i64 = 100;
/// Kind of the objects in the audit log.
const TABLE: &str = "interruzione";

/// What the office sees.
#[derive(Clone, Debug)]
pub struct Emergency {
    /// How much waits for a number.
    pub waiting: Waiting,
    /// What waits, the longest waiting first.
    pub awaited: Vec<RichiestaRow>,
    /// The interruptions, the latest first.
    pub interruzioni: Vec<InterruzioneRow>,
    /// The entries of the emergency register, the latest first.
    pub voci: Vec<EmergenzaRow>,
    /// Whether this person may declare an interruption now.
    pub can_begin: bool,
    /// The interruption that this person may end.
    pub can_end: Option<Uuid>,
}

/// The emergency register and what waits for the protocol system.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn page(portal: &Portal, ctx: &Ctx) -> Result<Emergency> {
    ctx.operatore(&READERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let (waiting, awaited, interruzioni, voci) = portal
        .store()
        .report(ente, async move |read| {
            let waiting = richiesta::waiting(read, ente).await?;
            let awaited = richiesta::oldest(read, ente, SHOWN).await?;
            let interruzioni = row::latest(read, ente, (SHOWN, 0)).await?;
            Ok((waiting, awaited, interruzioni, row::entries(read, ente, SHOWN).await?))
        })
        .await?;
    let may = ctx.operatore(&DECLARERS).is_ok();
    let open = interruzioni.iter().find(|one| one.ended_at.is_none()).map(|one| one.id);
    Ok(Emergency {
        can_begin: may && open.is_none() && is_long(&waiting, now),
        can_end: open.filter(|_| may),
        waiting,
        awaited,
        interruzioni,
        voci,
    })
}

/// Whether something has waited for so long that the system counts as interrupted.
fn is_long(waiting: &Waiting, now: DateTime<Utc>) -> bool {
    waiting.since.is_some_and(|since| now - since >= LIMIT)
}

/// Declares that the protocol system does not work, since the oldest filing that waits for it. What waits is entered into the
/// emergency register.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] without reason or act; [`Error::NotAllowedNow`]
/// while an interruption is open, and while nothing has waited for [`LIMIT`].
pub async fn begin(portal: &Portal, ctx: &Ctx, causa: &str, atto: &str) -> Result<()> {
    let by = ctx.operatore(&DECLARERS)?.persona;
    let causa = typed::text(causa, 1..=MOTIVO_MAX).ok_or(Error::Unacceptable(MOTIVO_WANTED))?;
    let atto = typed::text(atto, 1..=ATTO_MAX).ok_or(Error::Unacceptable(ATTO_WANTED))?;
    let (ente, at) = (ctx.ente_id(), portal.clock().now());
    let id = portal.chance().uuid(at);
    let into = entering(&ctx.ente, id, at);
    let mut note = ctx.note(portal, "interruzione.begin", TABLE, Some(id));
    portal
        .store()
        .write(ente, async move |tx| {
            let waiting = richiesta::waiting(tx, ente).await?;
            let since = waiting.since.filter(|_| is_long(&waiting, at));
            let began_at = since.ok_or_else(|| Reason::NotAllowedNow.refuse())?;
            if !row::begin(tx, ente, &NewInterruzione { id, causa, atto, began_at, at, by }).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            let entered = row::enter_waiting(tx, ente, &into, AT_ONCE).await?;
            note.detail = Json(serde_json::json!({ "voci": entered }));
            job::hasten(tx, ente, PROTOCOLLAZIONE, at).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// Declares that the protocol system works again. What is in the emergency register is carried over by the job.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotAllowedNow`] for an interruption that is over or of another ente.
pub async fn end(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<()> {
    let by = ctx.operatore(&DECLARERS)?.persona;
    let (ente, at) = (ctx.ente_id(), portal.clock().now());
    let note = ctx.note(portal, "interruzione.end", TABLE, Some(id));
    portal
        .store()
        .write(ente, async move |tx| {
            if !row::end(tx, ente, id, at, by).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            job::hasten(tx, ente, PROTOCOLLAZIONE, at).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// Where entries go that are made at an instant.
pub(crate) fn entering(ente: &Ente, interruzione: Uuid, at: DateTime<Utc>) -> Entering {
    let anno = i64::from(calendar::legal_date(at).year());
    Entering { interruzione, aoo: ente.settings.aoo_code.clone(), anno, at }
}

/// Enters some of what waits while an interruption is open; false when there is nothing left to enter. Nothing is told
/// when none is open.
pub(crate) async fn enter_some(portal: &Portal, ente: &Ente) -> Result<Option<bool>> {
    let (id, at, settings) = (ente.id, portal.clock().now(), ente.clone());
    let entered = portal.store().write(id, async move |tx| {
        let Some(open) = row::open(tx, id).await? else { return Ok(None) };
        let entered = row::enter_waiting(tx, id, &entering(&settings, open, at), AT_ONCE).await?;
        Ok(Some(entered > 0))
    });
    Ok(entered.await?)
}

/// What is wrong with the emergency register.
pub(crate) async fn findings(portal: &Portal, ente: EnteId) -> Result<Vec<String>> {
    let (gaps, latest) = portal
        .store()
        .report(ente, async move |read| Ok((row::broken(read, ente).await?, row::latest(read, ente, (1, 0)).await?)))
        .await?;
    let now = portal.clock().now();
    let gaps = gaps.into_iter().map(|(aoo, anno)| format!("the emergency numbers of {aoo} in {anno} have a gap"));
    let long = latest.into_iter().filter(|one| one.ended_at.is_none() && now - one.declared_at > LONGEST);
    let long = long.map(|one| format!("the interruption declared {} lasts longer than a week", one.declared_at));
    Ok(gaps.chain(long).collect())
}
