//! The registry of a scheme's providers: a signed list, taken in as a whole or not at all, never an older one.
//!
//! A file or a daily job brings it; a sign-in never fetches anything. A list that is refused, or a source that is away,
//! leaves the providers in use as they are: `check` and the log say when nothing was heard for days.

use std::{collections::HashSet, future::Future, pin::Pin, sync::Arc};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_identity::{Aggregate, AggregateRefusal, Certificate, verify_aggregate};
use sportello_store::{
    Json, Read, Tx, audit, audit::AuditRow, identity_provider, registro_gestori, registro_gestori::RegistroGestoriRow,
};

use crate::{
    Error, Portal, Result,
    accesso::{has_tls, kept_provider},
    ctx::command_note,
};

/// How long nothing may be heard of a source before somebody is told.
const SILENCE: TimeDelta = TimeDelta::days(3);
/// What a list is in the audit log.
const OBJECT: &str = "registro_gestori";

/// Where lists come from.
#[derive(Clone, Default)]
pub struct Registries {
    /// The registries that the installation trusts, at most one of each scheme.
    pub sources: Vec<Source>,
    /// The way to them; without it lists come from files only.
    pub line: Option<Arc<dyn Line>>,
}

/// The registry of one scheme.
#[derive(Clone, Debug)]
pub struct Source {
    scheme: IdentityScheme,
    url: Option<String>,
    certificates: Vec<Certificate>,
    endless: bool,
}

impl Source {
    /// A registry with its pinned certificates, one or more in PEM. `url` is where its list stands, if it is to be fetched;
    /// `endless` takes lists without an end of validity, too.
    ///
    /// # Errors
    /// [`Error::Failed`] for what is no certificate of an RSA key.
    pub fn new(scheme: IdentityScheme, url: Option<String>, certificates_pem: &str, endless: bool) -> Result<Self> {
        let certificates = certificates_pem
            .split_inclusive("-----END CERTIFICATE-----")
            .map(str::trim)
            .filter(|pem| !pem.is_empty())
            .map(Certificate::from_pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Error::failed("reading the certificate of a registry", error))?;
        if certificates.is_empty() {
            return Err(Error::Unacceptable("the certificate of the registry"));
        }
        Ok(Self { scheme, url, certificates, endless })
    }
}

/// What [`Line::get`] gives.
pub type Fetched<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Reads a document from the web: as a port, so that tests need no network.
pub trait Line: Send + Sync {
    /// The bytes at an address, whatever they are.
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a>;
}

/// What came of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is in use now.
    New {
        /// Its number.
        number: i64,
        /// How many providers it has.
        providers: usize,
    },
    /// It was in use already.
    Unchanged,
}

/// Why a list was refused.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    List(#[from] AggregateRefusal),
    #[error("the list has no end of validity")]
    Endless,
    #[error("the list is older than the one in use: {0}")]
    Older(&'static str),
    #[error("{0} is a provider of another scheme too")]
    Collision(String),
    #[error("it is the list of a simulator")]
    Simulated,
    #[error("the address of {0} does not begin with https://")]
    Address(String),
}

/// What is known of the registry of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The scheme.
    pub scheme: IdentityScheme,
    /// Where its list is fetched from.
    pub url: Option<String>,
    /// The list in use.
    pub current: Option<Current>,
}

/// The list in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its number, growing.
    pub number: i64,
    /// Identifier of the document.
    pub document_id: String,
    /// Entity ids of its providers.
    pub providers: Vec<String>,
    /// When it was taken in.
    pub taken_at: DateTime<Utc>,
    /// When the source was last heard.
    pub checked_at: DateTime<Utc>,
    /// End of its validity.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Takes in the list of a scheme; whoever runs the command, or the job, brings the bytes.
///
/// # Errors
/// [`Error::Unacceptable`] when no registry of the scheme is trusted, [`Error::Failed`] with the rule that the list breaks:
/// then the providers stay as they were.
pub async fn import(portal: &Portal, scheme: IdentityScheme, bytes: &[u8]) -> Result<Taken> {
    take(portal, source(portal, scheme)?, bytes, "comando").await
}

/// Takes in a list only when the scheme never had one: the first start of an installation. `None` when it had.
///
/// # Errors
/// Those of [`import`].
pub async fn import_first(portal: &Portal, scheme: IdentityScheme, bytes: &[u8]) -> Result<Option<Taken>> {
    if current(portal, scheme).await?.is_some() {
        return Ok(None);
    }
    import(portal, scheme, bytes).await.map(Some)
}

/// Fetches the list of a scheme and takes it in.
///
/// # Errors
/// Those of [`import`]; [`Error::Elsewhere`] when the source does not answer, [`Error::Unacceptable`] when there is none.
pub async fn fetch(portal: &Portal, scheme: IdentityScheme) -> Result<Taken> {
    fetch_as(portal, scheme, "comando").await
}

/// What is known of each registry.
///
/// # Errors
/// Only those of the database.
pub async fn states(portal: &Portal) -> Result<Vec<State>> {
    let mut states = Vec::new();
    for source in &portal.registries().sources {
        let current = current(portal, source.scheme).await?.map(|row| Current {
            number: row.number,
            document_id: row.document_id,
            providers: row.entities.0,
            taken_at: row.taken_at,
            checked_at: row.checked_at,
            valid_until: row.valid_until,
        });
        states.push(State { scheme: source.scheme, url: source.url.clone(), current });
    }
    Ok(states)
}

/// What somebody should look at: a registry that was never heard, or not for days, or whose list is past its end.
///
/// # Errors
/// Only those of the database.
pub async fn findings(portal: &Portal) -> Result<Vec<String>> {
    let now = portal.clock().now();
    let mut findings = Vec::new();
    for State { scheme, url, current } in states(portal).await? {
        let name = scheme.stored();
        let Some(current) = current else {
            findings.push(format!("the registry of {name} has no list of providers yet"));
            continue;
        };
        if url.is_some() && now - current.checked_at > SILENCE {
            let since = current.checked_at.date_naive();
            findings.push(format!("the registry of {name} was not heard since {since}: its last list is in use"));
        }
        if current.valid_until.is_some_and(|until| until <= now) {
            findings.push(format!("the list of the registry of {name} is past its validity"));
        }
    }
    Ok(findings)
}

/// The schemes whose list is to be fetched each day.
pub(crate) fn fetched(portal: &Portal) -> impl Iterator<Item = IdentityScheme> {
    let registries = portal.registries();
    let can = registries.line.is_some();
    registries.sources.iter().filter(move |source| can && source.url.is_some()).map(|source| source.scheme)
}

/// [`fetch`], in the name of whoever asks.
pub(crate) async fn fetch_as(portal: &Portal, scheme: IdentityScheme, capacity: &'static str) -> Result<Taken> {
    let source = source(portal, scheme)?;
    let (Some(line), Some(url)) = (&portal.registries().line, &source.url) else {
        return Err(Error::Unacceptable("the address of the registry"));
    };
    let bytes = line.get(url).await.map_err(|error| {
        tracing::warn!(scheme = scheme.stored(), error = &*error as &dyn std::error::Error, "a registry is away");
        Error::Elsewhere("the registry of providers")
    })?;
    take(portal, source, &bytes, capacity).await
}

fn source(portal: &Portal, scheme: IdentityScheme) -> Result<&Source> {
    let mut sources = portal.registries().sources.iter();
    sources.find(|source| source.scheme == scheme).ok_or(Error::Unacceptable("the certificate of the registry"))
}

async fn current(portal: &Portal, scheme: IdentityScheme) -> Result<Option<RegistroGestoriRow>> {
    let read = async move |read: &mut Read| registro_gestori::current(read, scheme).await;
    Ok(portal.store().read(EnteId::PLATFORM, read).await?)
}

async fn take(portal: &Portal, source: &Source, bytes: &[u8], capacity: &'static str) -> Result<Taken> {
    let (scheme, now, platform) = (source.scheme, portal.clock().now(), EnteId::PLATFORM);
    let note = AuditRow { capacity: capacity.to_owned(), ..command_note(portal, "registro.take", OBJECT, None) };
    let outcome = match acceptable(portal, source, bytes) {
        Ok(list) => {
            let kept = note.clone();
            let write = async move |tx: &mut Tx| replace(tx, scheme, list, now, kept).await;
            portal.store().write(platform, write).await?
        }
        Err(refused) => Err(refused),
    };
    let refused = match outcome {
        Ok(taken) => return Ok(taken),
        Err(refused) => refused,
    };
    tracing::error!(scheme = scheme.stored(), reason = %refused, "a list of providers was refused");
    let note = AuditRow {
        action: "registro.refuse".to_owned(),
        detail: Json(json!({ "scheme": scheme.stored(), "reason": refused.to_string() })),
        ..note
    };
    portal.store().write(platform, async move |tx| audit::record(tx, platform, &note).await).await?;
    Err(Error::failed("taking a list of providers", refused))
}

/// A list that may be used as far as it can be told without the one before it.
fn acceptable(portal: &Portal, source: &Source, bytes: &[u8]) -> Result<Aggregate, Refused> {
    let list = verify_aggregate(bytes, &source.certificates, source.scheme, portal.clock().now())?;
    if list.valid_until.is_none() && !source.endless {
        return Err(Refused::Endless);
    }
    if portal.simulated_providers() {
        return Ok(list);
    }
    if list.simulated {
        return Err(Refused::Simulated);
    }
    match list.providers.iter().find(|provider| !has_tls(provider)) {
        Some(provider) => Err(Refused::Address(provider.entity_id.clone())),
        None => Ok(list),
    }
}

/// Puts a list in the place of the one in use, or finds why it may not stand there: nothing is written then.
async fn replace(
    tx: &mut Tx,
    scheme: IdentityScheme,
    list: Aggregate,
    now: DateTime<Utc>,
    note: AuditRow,
) -> sportello_store::Result<Result<Taken, Refused>> {
    let current = registro_gestori::current(tx, scheme).await?;
    if let Some(current) = current.as_ref().filter(|row| row.document_id == list.id && row.sha256 == list.sha256) {
        registro_gestori::checked(tx, scheme, current.number, now).await?;
        return Ok(Ok(Taken::Unchanged));
    }
    let row = row(&list, current.as_ref().map_or(0, |row| row.number) + 1, now);
    if registro_gestori::was_seen(tx, scheme, &list.id).await? {
        return Ok(Err(Refused::Older("its identifier was seen before")));
    }
    if let Some(what) = current.as_ref().and_then(|current| goes_back(current, &row)) {
        return Ok(Err(Refused::Older(what)));
    }
    for provider in &list.providers {
        if identity_provider::is_of_another_scheme(tx, &provider.entity_id, scheme).await? {
            return Ok(Err(Refused::Collision(provider.entity_id.clone())));
        }
    }
    let platform = EnteId::PLATFORM;
    let kept: HashSet<&String> = row.entities.0.iter().collect();
    for gone in current.iter().flat_map(|row| &row.entities.0).filter(|entity| !kept.contains(entity)) {
        identity_provider::remove(tx, platform, gone).await?;
    }
    let (number, providers) = (row.number, list.providers.len());
    registro_gestori::add(tx, scheme, &row).await?;
    for provider in list.providers {
        identity_provider::put(tx, platform, &kept_provider(provider, list.simulated)).await?;
    }
    let detail = json!({ "scheme": scheme.stored(), "number": number, "providers": providers });
    audit::record(tx, platform, &AuditRow { detail: Json(detail), ..note }).await?;
    Ok(Ok(Taken::New { number, providers }))
}

fn row(list: &Aggregate, number: i64, now: DateTime<Utc>) -> RegistroGestoriRow {
    RegistroGestoriRow {
        number,
        document_id: list.id.clone(),
        sha256: list.sha256.clone(),
        issued_at: list.created_at.map(|at| at.trunc_subsecs(6)),
        valid_until: list.valid_until.map(|at| at.trunc_subsecs(6)),
        entities: Json(list.providers.iter().map(|provider| provider.entity_id.clone()).collect()),
        simulated: list.simulated,
        taken_at: now,
        checked_at: now,
    }
}

/// What makes a list older than the one in use. One that lost an instant which the other has counts as older: else
/// leaving it out would be the way back.
fn goes_back(current: &RegistroGestoriRow, new: &RegistroGestoriRow) -> Option<&'static str> {
    // The list of a simulator says nothing about the instants of a real one.
    if current.simulated != new.simulated {
        return None;
    }
    if new.valid_until < current.valid_until {
        return Some("its validity ends earlier");
    }
    (new.issued_at < current.issued_at).then_some("it was published earlier")
}
