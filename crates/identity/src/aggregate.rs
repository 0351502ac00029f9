//! The signed list of the providers of a scheme (`md:EntitiesDescriptor`), as the registry of the federation publishes it.
//!
//! Whether a list is older than the one in use is for whoever remembers that one: `sportello-app`.

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use sportello_domain::identita::IdentityScheme;
use sportello_xml::{Document, Element, Limits, XmlError};

use crate::registry::provider;
use crate::saml::{DSIG, METADATA, PUBLICATION, is_identifier, parse_instant};
use crate::signature::verify_list;
use crate::{Certificate, Error, Provider, SignatureError};

/// `Name` of a list of simulators: a production portal refuses it whoever signed it.
pub const SIMULATED: &str = "urn:sportello:simulazione";
/// Most providers in a list; the federation has about a dozen.
const MAX_PROVIDERS: usize = 200;

/// A list whose signature holds and whose every entry can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Identifier of the document.
    pub id: String,
    /// SHA-256 of the document, 64 hexadecimal digits.
    pub sha256: String,
    /// When it was published (`mdrpi:PublicationInfo`), where it says so.
    pub created_at: Option<DateTime<Utc>>,
    /// End of its validity, where it has one.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether it is the list of a simulator.
    pub simulated: bool,
    /// The providers, each entity id once, in the order of the document.
    pub providers: Vec<Provider>,
}

/// Why a list is refused; always as a whole.
#[derive(Debug, thiserror::Error)]
pub enum AggregateRefusal {
    /// Not a document that is looked at.
    #[error("the list cannot be read: {0}")]
    Xml(#[from] XmlError),
    /// Not signed by the registry, or not in the one form that is allowed.
    #[error("the signature of the list is refused: {0}")]
    Signature(#[from] SignatureError),
    /// Another document than a list with an `ID`.
    #[error("the document is not a list of providers")]
    Form,
    /// An instant of the list or of an entry that is none.
    #[error("{0} is not an instant")]
    Instant(&'static str),
    /// Its validity is over.
    #[error("the validity of the list, or of an entry in it, is over")]
    Expired,
    /// Published in the future.
    #[error("the list comes from the future")]
    Future,
    /// Nobody in it, or more than can be.
    #[error("the list has {0} entries")]
    Count(usize),
    /// The same entity id twice.
    #[error("two entries are called {0}")]
    Twice(String),
    /// An entry that cannot be used: no certificate of an RSA key, no address.
    #[error("entry {number} cannot be used")]
    Entry {
        /// Its place, from 1.
        number: usize,
        /// Why.
        #[source]
        source: Error,
    },
}

/// Verifies a list with the pinned certificates of the registry and reads its entries as providers of `scheme`.
///
/// Only what the signature covers is read. Entries may carry signatures of their own, which are not looked at.
/// `created_at` may lie a minute ahead of `now`.
///
/// # Errors
/// The first rule that is broken: nothing of such a list may be used.
pub fn verify_aggregate(
    bytes: &[u8],
    pinned: &[Certificate],
    scheme: IdentityScheme,
    now: DateTime<Utc>,
) -> Result<Aggregate, AggregateRefusal> {
    Document::read(bytes, &Limits::REGISTRY)?;
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    let covered = verify_list(text, pinned, Limits::REGISTRY)?;
    let root = covered.root();
    if !root.is(METADATA, "EntitiesDescriptor") {
        return Err(AggregateRefusal::Form);
    }
    root.attributes_only(&["ID", "Name", "validUntil", "cacheDuration"])?;
    let id = root.attribute("ID").filter(|id| is_identifier(id)).ok_or(AggregateRefusal::Form)?;
    let mut walk = root.walk()?;
    walk.optional(DSIG, "Signature");
    let extensions = walk.optional(METADATA, "Extensions");
    let entries = walk.list(METADATA, "EntityDescriptor");
    walk.end()?;
    let created_at = extensions.map(created_at).transpose()?.flatten();
    if created_at.is_some_and(|at| at > now + chrono::TimeDelta::minutes(1)) {
        return Err(AggregateRefusal::Future);
    }
    Ok(Aggregate {
        id: id.to_owned(),
        sha256: hex::encode(digest(&SHA256, bytes)),
        created_at,
        valid_until: in_force(root, now)?,
        simulated: root.attribute("Name") == Some(SIMULATED),
        providers: providers(&entries, scheme, now)?,
    })
}

fn providers(
    entries: &[&Element],
    scheme: IdentityScheme,
    now: DateTime<Utc>,
) -> Result<Vec<Provider>, AggregateRefusal> {
    if entries.is_empty() || entries.len() > MAX_PROVIDERS {
        return Err(AggregateRefusal::Count(entries.len()));
    }
    let mut providers: Vec<Provider> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        in_force(entry, now)?;
        let read = provider(entry, scheme);
        let read = read.map_err(|source| AggregateRefusal::Entry { number: index + 1, source })?;
        if providers.iter().any(|known| known.entity_id == read.entity_id) {
            return Err(AggregateRefusal::Twice(read.entity_id));
        }
        providers.push(read);
    }
    Ok(providers)
}

/// The end of validity of a list or an entry, which must lie ahead.
fn in_force(element: &Element, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, AggregateRefusal> {
    let Some(text) = element.attribute("validUntil") else { return Ok(None) };
    let until = parse_instant(text).ok_or(AggregateRefusal::Instant("validUntil"))?;
    if until <= now { Err(AggregateRefusal::Expired) } else { Ok(Some(until)) }
}

fn created_at(extensions: &Element) -> Result<Option<DateTime<Utc>>, AggregateRefusal> {
    let mut found = extensions.children_named(PUBLICATION, "PublicationInfo");
    let Some(text) = found.next().and_then(|info| info.attribute("creationInstant")) else { return Ok(None) };
    if found.next().is_some() {
        return Err(AggregateRefusal::Form);
    }
    parse_instant(text).map(Some).ok_or(AggregateRefusal::Instant("creationInstant"))
}
