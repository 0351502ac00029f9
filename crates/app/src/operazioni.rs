//! Who did what and when: the audit log as the auditor reads it. Nothing of what was written or read is in it; of an
//! opening of protected data the reason is.

mod elenco;

use chrono::{DateTime, Days, NaiveDate, Utc};
use sportello_domain::{calendar, id::PersonaId, ruolo::Ruolo};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    audit_log::{self, AuditLogQuery, AuditLogRow},
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result, pratica::number};

pub use elenco::{Elenco, take_out};

/// Roles that read it.
pub const READERS: [Ruolo; 1] = [Ruolo::Auditor];
/// What is told of days that cannot be looked at in one go.
pub const DAYS_WANTED: &str = "the days: from before until, at most 366";
/// What is told of a word that names no deed.
pub const WORD_WANTED: &str = "the word of a deed: small letters, points and underlines";

/// Kind of thing of a look at the log, and name of its table.
const TABLE: &str = "audit";
/// Rows read in one step of a table.
const STEP_ROWS: i64 = 500;
/// Rows on one page.
const PAGE_ROWS: usize = 50;
/// Days that are shown when none are named.
const SHOWN: Days = Days::new(30);
/// Longest time that is looked through in one go.
const MAX_DAYS: i64 = 366;
/// Longest word of a deed, in bytes.
const MAX_WORD: usize = 60;

/// What is looked for. `Default` is everything of the last 30 days.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Only what one person did.
    pub who: Option<PersonaId>,
    /// Only deeds whose word begins with this.
    pub what: String,
    /// Only openings of protected answers and files.
    pub openings: bool,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// Only what stands behind this row.
    pub before: Option<Uuid>,
}

/// A deed.
#[derive(Clone, Debug)]
pub struct Operazione {
    /// Its key.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: key, given and family name; nobody for timers and the command line.
    pub who: Option<(PersonaId, String)>,
    /// As what.
    pub capacity: String,
    /// The word of the deed.
    pub what: String,
    /// On which kind of thing.
    pub on: String,
    /// On which one: the number of a pratica, or its key.
    pub which: Option<String>,
    /// Why protected data were opened.
    pub reason: Option<String>,
}

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The latest first.
    pub rows: Vec<Operazione>,
    /// First day that was looked at.
    pub from: NaiveDate,
    /// Last day that was looked at.
    pub until: NaiveDate,
    /// The row behind which there is more.
    pub more: Option<Uuid>,
}

/// Looks into the log; that somebody looked is in it, too.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] with [`DAYS_WANTED`] or [`WORD_WANTED`].
pub async fn search(portal: &Portal, ctx: &Ctx, search: &Search) -> Result<Found> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let (days, query) = asked(portal, search)?;
    let query = AuditLogQuery { limit: PAGE_ROWS as i64 + 1, ..query };
    let note = AuditRow { detail: Json(detail(search, days)), ..ctx.note(portal, "audit.search", TABLE, None) };
    let mut rows = portal.store().report(ente, async move |read| audit_log::page(read, ente, &query).await).await?;
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let more = rows.last().filter(|_| more).map(|row| row.id);
    Ok(Found { rows: rows.into_iter().map(Operazione::from).collect(), from: days.0, until: days.1, more })
}

/// The days that a search looks at, and what it asks of the log, as many rows as there may be in one step.
fn asked(portal: &Portal, search: &Search) -> Result<((NaiveDate, NaiveDate), AuditLogQuery)> {
    let until = search.until.unwrap_or_else(|| calendar::legal_date(portal.clock().now()));
    let from = search.from.or_else(|| until.checked_sub_days(SHOWN)).unwrap_or(until);
    if !(0..=MAX_DAYS).contains(&(until - from).num_days()) {
        return Err(Error::Unacceptable(DAYS_WANTED));
    }
    let what = search.what.trim();
    if what.len() > MAX_WORD || !what.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_')) {
        return Err(Error::Unacceptable(WORD_WANTED));
    }
    let end = first_key(until.checked_add_days(Days::new(1)).unwrap_or(until));
    let query = AuditLogQuery {
        actor: search.who,
        action: (!what.is_empty()).then(|| what.to_owned()),
        openings: search.openings,
        from: first_key(from),
        before: search.before.map_or(end, |before| before.min(end)),
        limit: STEP_ROWS,
    };
    Ok(((from, until), query))
}

/// What was looked for, for the audit row of a look: all of it identifiers and words.
fn detail(search: &Search, (from, until): (NaiveDate, NaiveDate)) -> serde_json::Value {
    serde_json::json!({
        "who": search.who,
        "what": search.what.trim(),
        "openings": search.openings,
        "from": from,
        "until": until,
    })
}

/// The first key that a row of a day can have: keys of version 7 begin with the time, in milliseconds.
fn first_key(day: NaiveDate) -> Uuid {
    let millis = u128::try_from(calendar::start_of_day(day).timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

impl From<AuditLogRow> for Operazione {
    fn from(row: AuditLogRow) -> Self {
        let name = row.nome.zip(row.cognome).map(|(nome, cognome)| format!("{nome} {cognome}"));
        let opened = row.action.ends_with(".open_sealed");
        let reason = row.detail.0.get("reason").and_then(|reason| reason.as_str()).filter(|_| opened);
        Self {
            id: row.id,
            at: row.at,
            who: row.actor.map(|actor| (actor, name.unwrap_or_else(|| actor.to_string()))),
            capacity: row.capacity,
            which: match row.anno.zip(row.numero) {
                Some((anno, numero)) => Some(number(anno, numero)),
                None => row.object_id.map(|id| id.to_string()),
            },
            reason: reason.map(str::to_owned),
            what: row.action,
            on: row.object_kind,
        }
    }
}
