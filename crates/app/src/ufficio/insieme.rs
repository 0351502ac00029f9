//! The same deed on several pratiche: first what it would change or why not, line by line, then the doing.
//!
//! Each line is a transaction of its own, through the use case that the page of one pratica calls. A line that cannot be
//! done stops no other.

use std::collections::HashSet;

use sportello_domain::{
    id::{PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use super::{DECIDERS, Decision, OfficePage, Outlook, QueueRow, assegna, decide, decide::PLACE, page, take};
use crate::{Ctx, Error, Portal, Result, bozza::Scan};

/// Most pratiche at once.
pub const ROWS_MAX: usize = 100;
/// Nothing was chosen.
pub const NONE: &str = "a choice of pratiche";
/// More than [`ROWS_MAX`] were chosen.
pub const TOO_MANY: &str = "the number of pratiche";

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Given to a member of staff.
    Assign(PersonaId),
    /// Taken in charge.
    Take,
    /// Accepted, without a reason.
    Accept,
}

/// Why something is not done to one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is not there.
    NotFound,
    /// It changed since it was shown: how it stands now is in the row.
    Stale,
    /// It is the person's own, or that of whoever it would be given to.
    Own,
    /// Its state does not allow it.
    NotNow(PraticaStatus),
    /// It is with that person already.
    Already,
    /// Another live pratica is about the same child: to be looked at together, one by one.
    Contested,
    /// A file held a virus.
    Infected,
    /// A file was not scanned yet.
    Unscanned,
    /// It is on the waiting list, and no place is free for it.
    NoPlace,
    /// What it rests on has changed: it can be rejected only.
    Moved,
    /// Something failed; nothing was changed, or it is not known.
    Failed,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Line {
    /// The pratica.
    pub id: PraticaId,
    /// How it stands; nothing where it is not there.
    pub row: Option<QueueRow>,
    /// Its version: goes back with the form.
    pub version: i64,
    /// How many warnings its page shows.
    pub warnings: usize,
    /// What accepting it changes.
    pub outlook: Option<Outlook>,
    /// Why nothing is done to it.
    pub obstacle: Option<Obstacle>,
}

/// What a deed would change, line by line in the order given. Nothing is written.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::Unacceptable`] with [`NONE`] or [`TOO_MANY`].
pub async fn preview(portal: &Portal, ctx: &Ctx, deed: Deed, ids: &[PraticaId]) -> Result<Vec<Line>> {
    ctx.operatore(DECIDERS)?;
    let mut lines = Vec::new();
    for id in once(ids.iter().map(|id| (*id, ())))? {
        lines.push(line(portal, ctx, deed, id.0).await?);
    }
    Ok(lines)
}

/// Does it to each that was shown at that version, and says of each how it stands now and why it was not done.
///
/// # Errors
/// Those of [`preview`].
pub async fn carry_out(portal: &Portal, ctx: &Ctx, deed: Deed, rows: &[(PraticaId, i64)]) -> Result<Vec<Line>> {
    ctx.operatore(DECIDERS)?;
    let mut lines = Vec::new();
    for (id, version) in once(rows.iter().copied())? {
        let before = line(portal, ctx, deed, id).await?;
        let obstacle = match before.obstacle {
            Some(Obstacle::NotFound) => Some(Obstacle::NotFound),
            _ if before.version != version => Some(Obstacle::Stale),
            Some(obstacle) => Some(obstacle),
            None => one(portal, ctx, deed, (id, version)).await,
        };
        let row = match page(portal, ctx, id).await {
            Ok(now) => Some(now.row),
            Err(_) => before.row,
        };
        lines.push(Line { row, obstacle, ..before });
    }
    Ok(lines)
}

/// Each of them once, in their order; not none and not too many.
fn once<T>(rows: impl Iterator<Item = (PraticaId, T)>) -> Result<Vec<(PraticaId, T)>> {
    let mut known = HashSet::new();
    let rows: Vec<(PraticaId, T)> = rows.filter(|(id, _)| known.insert(*id)).collect();
    match rows.len() {
        0 => Err(Error::Unacceptable(NONE)),
        1..=ROWS_MAX => Ok(rows),
        _ => Err(Error::Unacceptable(TOO_MANY)),
    }
}

/// How one stands, and what would keep the deed from it.
async fn line(portal: &Portal, ctx: &Ctx, deed: Deed, id: PraticaId) -> Result<Line> {
    let persona = ctx.operatore(DECIDERS)?.persona;
    match page(portal, ctx, id).await {
        Ok(shown) => Ok(Line {
            id,
            version: shown.version,
            warnings: shown.warnings.len() + shown.confronto.warnings(),
            obstacle: obstacle(deed, &shown, persona),
            outlook: shown.outlook.filter(|_| deed == Deed::Accept),
            row: Some(shown.row),
        }),
        Err(Error::NotFound) => {
            Ok(Line { id, row: None, version: 0, warnings: 0, outlook: None, obstacle: Some(Obstacle::NotFound) })
        }
        Err(error) => Err(error),
    }
}

fn obstacle(deed: Deed, shown: &OfficePage, persona: PersonaId) -> Option<Obstacle> {
    let has = |scan| shown.scans.values().any(|found| *found == scan);
    let status = shown.row.status;
    let own = shown.applicant == persona;
    match deed {
        _ if own => Some(Obstacle::Own),
        Deed::Assign(_) if status.is_final() => Some(Obstacle::NotNow(status)),
        Deed::Assign(to) if shown.applicant == to => Some(Obstacle::Own),
        Deed::Assign(to) => (shown.assigned_to == Some(to)).then_some(Obstacle::Already),
        Deed::Take => (!shown.can_take).then_some(Obstacle::NotNow(status)),
        Deed::Accept if !shown.can_decide => Some(Obstacle::NotNow(status)),
        Deed::Accept if shown.contested => Some(Obstacle::Contested),
        Deed::Accept if has(Scan::Infected) => Some(Obstacle::Infected),
        Deed::Accept if has(Scan::Waiting) => Some(Obstacle::Unscanned),
        Deed::Accept if status == PraticaStatus::WaitingList && !shown.has_place() => Some(Obstacle::NoPlace),
        Deed::Accept => shown.outlook.as_ref().is_none_or(|outlook| outlook.moved).then_some(Obstacle::Moved),
    }
}

/// One transaction; nothing where it was done.
async fn one(portal: &Portal, ctx: &Ctx, deed: Deed, (id, version): (PraticaId, i64)) -> Option<Obstacle> {
    let done = match deed {
        Deed::Assign(to) => assegna::assign(portal, ctx, id, version, to).await,
        Deed::Take => take(portal, ctx, id, version).await,
        Deed::Accept => decide(portal, ctx, id, &Decision { version, accept: true, reason: String::new() }).await,
    };
    match done {
        Ok(()) => None,
        Err(Error::Stale | Error::NotAllowedNow) => Some(Obstacle::Stale),
        Err(Error::Forbidden) => Some(Obstacle::Own),
        Err(Error::Unacceptable(PLACE)) => Some(Obstacle::NoPlace),
        Err(Error::NotFound) => Some(Obstacle::NotFound),
        Err(error) => {
            tracing::error!(pratica = %id, %error, "one of several pratiche failed");
            Some(Obstacle::Failed)
        }
    }
}
