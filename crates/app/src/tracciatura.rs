//! The sign-in log, read: searched and opened by the auditor, exported for an authority, checked for holes.
//!
//! Searching shows identifiers of messages, never a message; one is opened with a reason, and each use stands in the audit
//! log before anything is shown. Writing the log is `accesso/tracciatura.rs`.

mod chain;
mod export;

use chrono::{DateTime, Months, Utc};
use serde_json::json;
use sportello_domain::{id::EnteId, ruolo::Ruolo};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    saml_log::{self, SamlLogQuery, SamlLogRow},
};
use uuid::Uuid;

use crate::{
    Ctx, Error, Portal, REASON, Result,
    accesso::tracciatura::{CODICE_FISCALE, NAME_ID, message},
    typed,
};

pub(crate) use chain::{findings, note_ends};
pub use export::{Authority, Export, export, export_by_command};

/// The one role that reads the log.
pub const READERS: [Ruolo; 1] = [Ruolo::Auditor];
/// How long the log is kept (DPCM 24 October 2014, art. 13 c. 2).
pub(crate) const KEPT: Months = Months::new(24);
/// Messages on the page of results.
pub const PAGE_ROWS: usize = 100;
/// Messages of one sign-in that are shown together.
const MAX_TOGETHER: i64 = 20;
/// What [`Error::Unacceptable`] names where the reason is missing, too short or too long.
pub const REASON_WANTED: &str = "the reason";
/// What it names where the protocol reference of an authority's request is missing or too long.
pub const PROTOCOL_WANTED: &str = "the protocol reference";
/// Longest value that is searched for, in bytes.
const MAX_VALUE: usize = 1024;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Esito {
    /// A request that was sent.
    Sent,
    /// An answer that was accepted.
    Verified,
    /// An answer that was not.
    Failed,
}

impl Esito {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Sent, Self::Verified, Self::Failed];

    /// The word of the search.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }

    /// The outcome that a row tells.
    fn of(outcome: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == outcome).unwrap_or(Self::Failed)
    }
}

/// What is searched for; empty fields are not asked. All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// First instant; two years back without it.
    pub from: Option<DateTime<Utc>>,
    /// The instant after the last.
    pub until: Option<DateTime<Utc>>,
    /// `AuthnReq_ID`.
    pub request_id: String,
    /// `Resp_ID`.
    pub response_id: String,
    /// `Assertion_ID`.
    pub assertion_id: String,
    /// `NameID` of the subject.
    pub name_id: String,
    /// Codice fiscale of the subject.
    pub codice_fiscale: String,
    /// `Issuer` of the response.
    pub response_issuer: String,
    /// `NameQualifier` of the subject.
    pub name_qualifier: String,
    /// `IssueInstant` of the request.
    pub request_issued_at: Option<DateTime<Utc>>,
    /// `IssueInstant` of the response.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// What became of it.
    pub esito: Option<Esito>,
}

impl Search {
    /// The fields that are asked, by name: what the audit log keeps of a search.
    fn asked(&self) -> Vec<&'static str> {
        let texts = [
            ("request_id", &self.request_id),
            ("response_id", &self.response_id),
            ("assertion_id", &self.assertion_id),
            ("name_id", &self.name_id),
            ("codice_fiscale", &self.codice_fiscale),
            ("response_issuer", &self.response_issuer),
            ("name_qualifier", &self.name_qualifier),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(name, _)| name);
        let instants = [
            ("from", self.from),
            ("until", self.until),
            ("request_issued_at", self.request_issued_at),
            ("response_issued_at", self.response_issued_at),
        ];
        let instants = instants.into_iter().filter(|(_, at)| at.is_some()).map(|(name, _)| name);
        texts.chain(instants).chain(self.esito.map(|_| "esito")).collect()
    }

    async fn query(&self, portal: &Portal, ente: EnteId) -> Result<SamlLogQuery> {
        let now = portal.clock().now();
        let sealer = portal.sealer(ente).await?;
        let hash = |column, value: Option<String>| value.map(|value| sealer.keyed_hash(column, &value)).transpose();
        // One month more than is kept: what a job has not deleted yet is found too.
        let oldest = now.checked_sub_months(Months::new(25)).unwrap_or(now);
        Ok(SamlLogQuery {
            from: self.from.unwrap_or(oldest),
            until: self.until.unwrap_or(now + chrono::TimeDelta::days(1)),
            request_id: given(&self.request_id)?,
            response_id: given(&self.response_id)?,
            assertion_id: given(&self.assertion_id)?,
            name_id_hmac: hash(NAME_ID, given(&self.name_id)?)?,
            codice_fiscale_hmac: hash(CODICE_FISCALE, given(&self.codice_fiscale)?.map(|code| code.to_uppercase()))?,
            response_issuer: given(&self.response_issuer)?,
            name_qualifier: given(&self.name_qualifier)?,
            request_issued_at: self.request_issued_at,
            response_issued_at: self.response_issued_at,
            outcome: self.esito.map(Esito::word),
        })
    }
}

fn given(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.len() > MAX_VALUE || text.chars().any(char::is_control) {
        return Err(Error::Unacceptable("the value searched for"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// What a list shows of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub id: Uuid,
    /// When it was sent or received.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub esito: Esito,
    /// The same in the words of the log.
    pub outcome: String,
    /// Whether it is the request.
    pub is_request: bool,
    /// `AuthnReq_ID`.
    pub request_id: Option<String>,
    /// `IssueInstant` of the request.
    pub request_issued_at: Option<DateTime<Utc>>,
    /// `Resp_ID`.
    pub response_id: Option<String>,
    /// `IssueInstant` of the response.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// `Issuer` of the response.
    pub response_issuer: Option<String>,
    /// `Assertion_ID`.
    pub assertion_id: Option<String>,
    /// `NameQualifier`.
    pub name_qualifier: Option<String>,
    /// Scheme: `spid`, `cie`.
    pub scheme: Option<&'static str>,
    /// Provider to which the request went.
    pub provider: Option<String>,
    /// Place in the chain.
    pub seq: Option<i64>,
    /// Hash of the row, in hexadecimal.
    pub hash: Option<String>,
}

impl From<&SamlLogRow> for Entry {
    fn from(row: &SamlLogRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            esito: Esito::of(&row.outcome),
            outcome: row.outcome.clone(),
            is_request: row.sealed_request.is_some(),
            request_id: row.request_id.clone(),
            request_issued_at: row.request_issued_at,
            response_id: row.response_id.clone(),
            response_issued_at: row.response_issued_at,
            response_issuer: row.response_issuer.clone(),
            assertion_id: row.assertion_id.clone(),
            name_qualifier: row.name_qualifier.clone(),
            scheme: row.scheme.map(|scheme| scheme.stored()),
            provider: row.provider.clone(),
            seq: row.seq,
            hash: row.hash.as_ref().map(hex::encode),
        }
    }
}

/// A page of results.
#[derive(Clone, Debug)]
pub struct Found {
    /// The messages, newest first.
    pub entries: Vec<Entry>,
    /// There are more: the search must be narrower.
    pub more: bool,
}

/// A message in clear.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What the list shows of it.
    pub entry: Entry,
    /// The message as it was sent or received; bytes that are no text are shown as `�`.
    pub xml: String,
}

/// Whether the person may read the log. A refusal of a member of staff leaves an audit row.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::SignInNeeded`].
pub async fn allow(portal: &Portal, ctx: &Ctx) -> Result<()> {
    let Err(error) = ctx.operatore(&READERS) else {
        return Ok(());
    };
    if matches!(error, Error::Forbidden) {
        note(portal, ctx, "sign_in_log.refuse", None, json!({})).await?;
    }
    Err(error)
}

/// Searches the log of the ente.
///
/// # Errors
/// Those of [`allow`]; [`Error::Unacceptable`] for a value that no message can hold.
pub async fn search(portal: &Portal, ctx: &Ctx, search: &Search) -> Result<Found> {
    allow(portal, ctx).await?;
    let (ente, query) = (ctx.ente_id(), search.query(portal, ctx.ente_id()).await?);
    note(portal, ctx, "sign_in_log.search", None, json!({ "fields": search.asked() })).await?;
    let read = async move |read: &mut sportello_store::Read| {
        let mut rows = Vec::new();
        for id in saml_log::find(read, ente, &query, PAGE_ROWS as i64 + 1).await? {
            rows.extend(saml_log::get(read, ente, id).await?);
        }
        Ok(rows)
    };
    let mut rows = portal.store().report(ente, read).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    Ok(Found { entries: rows.iter().map(Entry::from).collect(), more })
}

/// What the list shows of one message.
///
/// # Errors
/// Those of [`allow`]; [`Error::NotFound`] for one of another ente.
pub async fn entry(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<Entry> {
    allow(portal, ctx).await?;
    let ente = ctx.ente_id();
    let row = portal.store().read(ente, async move |read| saml_log::get(read, ente, id).await).await?;
    row.as_ref().map(Entry::from).ok_or(Error::NotFound)
}

/// Opens a message and those of the same sign-in, oldest first; who, which and why is written down before.
///
/// # Errors
/// Those of [`allow`]; [`Error::NotFound`] for one of another ente; [`Error::Unacceptable`] without a reason.
pub async fn open(portal: &Portal, ctx: &Ctx, id: Uuid, reason: &str) -> Result<Vec<Opened>> {
    allow(portal, ctx).await?;
    let (ente, reason) = (ctx.ente_id(), reason_of(reason)?);
    let read = async move |read: &mut sportello_store::Read| {
        let Some(row) = saml_log::get(read, ente, id).await? else {
            return Ok(vec![]);
        };
        match &row.request_id {
            None => Ok(vec![row]),
            Some(request) => saml_log::of_request(read, ente, request, MAX_TOGETHER).await,
        }
    };
    let rows = portal.store().read(ente, read).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    note(portal, ctx, "sign_in_log.open", Some(id), json!({ "reason": reason })).await?;
    let sealer = portal.sealer(ente).await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in &rows {
        let xml = message(&sealer, row)?.unwrap_or_default();
        opened.push(Opened { entry: row.into(), xml: String::from_utf8_lossy(&xml).into_owned() });
    }
    Ok(opened)
}

fn reason_of(reason: &str) -> Result<String> {
    typed::text(reason, REASON).ok_or(Error::Unacceptable(REASON_WANTED))
}

async fn note(
    portal: &Portal,
    ctx: &Ctx,
    action: &'static str,
    id: Option<Uuid>,
    detail: serde_json::Value,
) -> Result<()> {
    let ente = ctx.ente_id();
    record(portal, ente, AuditRow { detail: Json(detail), ..ctx.note(portal, action, "saml_log", id) }).await
}

async fn record(portal: &Portal, ente: EnteId, note: AuditRow) -> Result<()> {
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    Ok(())
}
