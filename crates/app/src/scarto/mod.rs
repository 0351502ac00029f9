//! Scarto: what is past its time is proposed by a job, approved or held back by an officer, and only then deleted.
//!
//! What goes: the files of rejected pratiche, and what pratiche say of health and belief once the diet is over. The row of
//! the proposal stays and says what was deleted, when and on whose word.

mod elenco;
mod propose;
mod run;

use chrono::NaiveDate;
use sportello_domain::ruolo::Ruolo;
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    job,
    scarto::{self as row, RegolaRow},
};
use uuid::Uuid;

use crate::{
    Ctx, Error, Portal, REASON, Result,
    error::Reason,
    job::{SCARTO, new_job},
    typed,
};

pub use sportello_store::scarto::{Kind, ScartoRow, Status};

pub use elenco::take_out;
pub(crate) use propose::propose;
pub(crate) use run::run;

/// Roles that look at it.
pub const READERS: [Ruolo; 2] = [Ruolo::Responsabile, Ruolo::Auditor];
/// Roles that approve, hold back and set how long something is kept.
pub const APPROVERS: [Ruolo; 1] = [Ruolo::Responsabile];
/// What is told when something is held back without a reason.
pub const REASON_WANTED: &str = "the reason";
/// What is told of a rule without its act, or with another number of years than 1 to 50.
pub const RULE_WANTED: &str = "the years and the act";

/// Longest name of an act, in characters.
const ATTO_MAX: usize = 120;
/// Longest time that something is kept, in years.
const YEARS_MAX: i64 = 50;

/// How long a kind is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regola {
    /// What it is about.
    pub kind: Kind,
    /// Years.
    pub years: i64,
    /// The act that says so; none for the rule of the portal.
    pub atto: Option<String>,
}

/// What the page of the office shows.
#[derive(Clone, Debug)]
pub struct Scarti {
    /// What waits, what is held back, what is approved, what is gone: the latest first.
    pub rows: Vec<ScartoRow>,
    /// The rules.
    pub regole: Vec<Regola>,
    /// Whether the person may decide.
    pub can_decide: bool,
}

/// What an officer does with a proposal.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It goes.
    Approve,
    /// It stays, for this reason (legal hold).
    Hold(String),
    /// What was held back waits again.
    Release,
}

/// Years from the end, where no act of the ente says otherwise.
const fn default_years(kind: Kind) -> i64 {
    match kind {
        Kind::Rejected => 5,
        Kind::Dieta => 1,
    }
}

fn regola(kind: Kind, row: Option<RegolaRow>) -> Regola {
    match row {
        Some(row) => Regola { kind, years: row.years, atto: Some(row.atto) },
        None => Regola { kind, years: default_years(kind), atto: None },
    }
}

/// The last day that is past when so many years have gone by on `today`.
fn cutoff(today: NaiveDate, years: i64) -> NaiveDate {
    let months = u32::try_from(years * 12).unwrap_or(u32::MAX);
    today.checked_sub_months(chrono::Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// What waits and what was done.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Scarti> {
    ctx.operatore(&READERS)?;
    let (ente, can_decide) = (ctx.ente_id(), ctx.operatore(&APPROVERS).is_ok());
    let read = async move |read: &mut sportello_store::Read| {
        let (mut rows, mut regole) = (Vec::new(), Vec::new());
        for status in Status::ALL {
            rows.extend(row::list(read, ente, *status).await?);
        }
        for kind in Kind::ALL {
            regole.push(regola(*kind, row::rule(read, ente, *kind).await?));
        }
        Ok(Scarti { rows, regole, can_decide })
    };
    Ok(portal.store().read(ente, read).await?)
}

/// One proposal.
///
/// # Errors
/// Those of [`list`]; [`Error::NotFound`] for one of another ente.
pub async fn page(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<(ScartoRow, bool)> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let found = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    Ok((found.ok_or(Error::NotFound)?, ctx.operatore(&APPROVERS).is_ok()))
}

/// Decides a proposal that was seen at a version. What is approved is deleted by a job.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Stale`] when it moved meanwhile;
/// [`Error::NotAllowedNow`] for one that is approved or gone, and for a release of what is not held;
/// [`Error::Unacceptable`] with [`REASON_WANTED`].
pub async fn decide(portal: &Portal, ctx: &Ctx, (id, version): (Uuid, i64), decision: Decision) -> Result<()> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&APPROVERS)?.persona, portal.clock().now());
    let (action, to, reason) = match decision {
        Decision::Approve => ("scarto.approve", Status::Approved, None),
        Decision::Hold(reason) => {
            let reason = typed::text(&reason, REASON).ok_or(Error::Unacceptable(REASON_WANTED))?;
            ("scarto.hold", Status::Held, Some(reason))
        }
        Decision::Release => ("scarto.release", Status::Proposed, None),
    };
    let note = ctx.note(portal, action, "scarto", Some(id));
    let job = new_job(portal, SCARTO, serde_json::json!({ "v": 1, "scarto": id }), now);
    let decided = async move |tx: &mut Tx| {
        let found = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        let from = if to == Status::Proposed { Status::Held } else { Status::Proposed };
        if found.version != version {
            return Err(Reason::Stale.refuse());
        }
        if found.status != from {
            return Err(Reason::NotAllowedNow.refuse());
        }
        if !row::decide(tx, ente, (id, version), (to, reason.as_deref()), (by, now)).await? {
            return Err(Reason::Stale.refuse());
        }
        let detail = serde_json::json!({ "pratica": found.pratica_id, "kind": found.kind.stored(), "reason": reason });
        audit::record(tx, ente, &AuditRow { detail: Json(detail), ..note }).await?;
        if to == Status::Approved {
            job::enqueue(tx, ente, &job).await?;
        }
        Ok(())
    };
    portal.store().write(ente, decided).await?;
    portal.work().notify_one();
    Ok(())
}

/// Sets how long a kind is kept, by an act. What was proposed before stays as it was proposed.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] with [`RULE_WANTED`].
pub async fn set_rule(portal: &Portal, ctx: &Ctx, regola: Regola) -> Result<()> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&APPROVERS)?.persona, portal.clock().now());
    let atto = typed::line(regola.atto.as_deref().unwrap_or_default(), 1..=ATTO_MAX);
    let atto = atto.filter(|_| (1..=YEARS_MAX).contains(&regola.years)).ok_or(Error::Unacceptable(RULE_WANTED))?;
    let (kind, years, id) = (regola.kind, regola.years, portal.chance().uuid(now));
    let detail = serde_json::json!({ "kind": kind.stored(), "years": years });
    let note = AuditRow { detail: Json(detail), ..ctx.note(portal, "scarto.rule", "scarto_regola", Some(id)) };
    let set = async move |tx: &mut Tx| {
        row::set_rule(tx, ente, (id, kind), (years, &atto), (by, now)).await?;
        audit::record(tx, ente, &note).await
    };
    Ok(portal.store().write(ente, set).await?)
}
