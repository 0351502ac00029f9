//! The signing keys of an ente as a service provider: one signs, others stand in the metadata before and after it.
//!
//! A key that providers do not know yet must not sign: a new one is published, the metadata are filed, and only then it
//! is used. The one before stays published until every answer to its requests has come in.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;
use sportello_identity::{Certificate, KeyBits, ServiceKey};
use sportello_store::{
    Json, Tx, audit,
    seal::Place,
    spid_key::{self, KeyStatus, SpidKeyRow},
};

use super::service;
use crate::{Ctx, Error, Portal, Result, ctx::command_note, error::Reason};

/// Most keys that stand in the metadata at once.
const PUBLISHED_MAX: usize = 4;

/// The keys of one ente, opened.
pub(super) struct ServiceKeys {
    /// The key that signs.
    pub(super) signing: Arc<ServiceKey>,
    /// Certificates of the others that stand in the metadata, oldest first.
    pub(super) others: Vec<Certificate>,
    /// What they were made from.
    states: Vec<(i64, KeyStatus)>,
}

/// Keys opened once: that costs more than a sign-in may.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<EnteId, Arc<ServiceKeys>>>);

/// A key as its technician sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Its number.
    pub version: i64,
    /// What it is for.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// SHA-256 of its certificate, hexadecimal.
    pub sha256: String,
}

/// The keys in use now, the first one made where there is none. A change by another node counts at once.
pub(super) async fn current(portal: &Portal, ctx: &Ctx) -> Result<Arc<ServiceKeys>> {
    let ente = ctx.ente_id();
    let states = portal.store().read(ente, async move |read| spid_key::states(read, ente).await).await?;
    let remembered = &portal.keys().0;
    let known = remembered.lock().unwrap_or_else(PoisonError::into_inner).get(&ente).cloned();
    if let Some(known) = known.filter(|known| known.states == states) {
        return Ok(known);
    }
    if states.iter().all(|(_, status)| *status != KeyStatus::InUse) {
        make(portal, ctx, KeyStatus::InUse).await?;
    }
    let keys = Arc::new(open(portal, ente).await?);
    remembered.lock().unwrap_or_else(PoisonError::into_inner).insert(ente, Arc::clone(&keys));
    Ok(keys)
}

/// Every key of the ente, oldest first.
///
/// # Errors
/// Only those of the database.
pub async fn keys(portal: &Portal, ctx: &Ctx) -> Result<Vec<KeyView>> {
    let ente = ctx.ente_id();
    let rows = portal.store().read(ente, async move |read| spid_key::all(read, ente).await).await?;
    let view = |row: SpidKeyRow| {
        let sha256 = certificate(&row)?.sha256_hex();
        Ok(KeyView { version: row.version, status: row.status, created_at: row.created_at, sha256 })
    };
    rows.into_iter().map(view).collect()
}

/// Makes a key that is published and does not sign yet; gives its number.
///
/// # Errors
/// [`Error::NotAllowedNow`] when as many are published as may be.
pub async fn add_key(portal: &Portal, ctx: &Ctx) -> Result<i64> {
    current(portal, ctx).await?;
    make(portal, ctx, KeyStatus::Published).await
}

/// Lets a published key sign from now on; the one before stays published.
///
/// # Errors
/// [`Error::NotFound`] for a key that is not published.
pub async fn use_key(portal: &Portal, ctx: &Ctx, version: i64) -> Result<()> {
    change(portal, ctx, "spid_key.use", version, async move |tx, ente, states| {
        if !states.contains(&(version, KeyStatus::Published)) {
            return Err(Reason::NotFound.refuse());
        }
        for (before, _) in states.iter().filter(|(_, status)| *status == KeyStatus::InUse) {
            spid_key::set_status(tx, ente, *before, KeyStatus::Published).await?;
        }
        spid_key::set_status(tx, ente, version, KeyStatus::InUse).await.map(drop)
    })
    .await
}

/// Takes a published key out of the metadata for good.
///
/// # Errors
/// [`Error::NotFound`] for a key that is not published: the one that signs cannot go.
pub async fn retire_key(portal: &Portal, ctx: &Ctx, version: i64) -> Result<()> {
    change(portal, ctx, "spid_key.retire", version, async move |tx, ente, states| {
        if !states.contains(&(version, KeyStatus::Published)) {
            return Err(Reason::NotFound.refuse());
        }
        spid_key::set_status(tx, ente, version, KeyStatus::Retired).await.map(drop)
    })
    .await
}

async fn change<F>(portal: &Portal, ctx: &Ctx, action: &'static str, version: i64, body: F) -> Result<()>
where
    F: AsyncFnOnce(&mut Tx, EnteId, &[(i64, KeyStatus)]) -> sportello_store::Result<()> + Send + 'static,
{
    let ente = ctx.ente_id();
    let mut note = command_note(portal, action, "spid_key", None);
    note.detail = Json(serde_json::json!({ "version": version }));
    portal
        .store()
        .write(ente, async move |tx| {
            let states = spid_key::states(tx, ente).await?;
            body(tx, ente, &states).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Keeps a certificate that an authority issued for a key that is in the metadata. The key with its old certificate goes.
///
/// # Errors
/// [`Error::Unacceptable`] when it belongs to no such key.
pub(super) async fn replace_certificate(portal: &Portal, ctx: &Ctx, issued: Certificate) -> Result<()> {
    let ente = ctx.ente_id();
    current(portal, ctx).await?;
    let rows = portal.store().read(ente, async move |read| spid_key::all(read, ente).await).await?;
    let sealer = portal.sealer(ente).await?;
    let mut found = None;
    for row in rows.iter().filter(|row| row.status != KeyStatus::Retired) {
        let pkcs8 = sealer.open(&key_place(row.version), &row.sealed_private_key)?;
        if ServiceKey::from_parts(&pkcs8, issued.clone()).is_ok() {
            found = Some((row, pkcs8));
        }
    }
    let (row, pkcs8) = found.ok_or(Error::Unacceptable("the certificate, which belongs to no key of the ente,"))?;
    let version = rows.last().map_or(1, |last| last.version + 1);
    let (replaced, new) = (
        row.version,
        SpidKeyRow {
            version,
            status: row.status,
            sealed_private_key: sealer.seal(&key_place(version), &pkcs8)?,
            certificate_pem: issued.to_pem(),
            created_at: portal.clock().now(),
        },
    );
    change(portal, ctx, "spid_key.certify", version, async move |tx, ente, _| {
        spid_key::set_status(tx, ente, replaced, KeyStatus::Retired).await?;
        spid_key::add(tx, ente, &new).await
    })
    .await
}

/// Where the sealed private key of a version stands.
fn key_place(version: i64) -> Place {
    Place::new("spid_key", "sealed_private_key", version)
}

async fn open(portal: &Portal, ente: EnteId) -> Result<ServiceKeys> {
    let rows = portal.store().read(ente, async move |read| spid_key::all(read, ente).await).await?;
    let signing = rows.iter().find(|row| row.status == KeyStatus::InUse).ok_or(Error::NotFound)?;
    let pkcs8 = portal.sealer(ente).await?.open(&key_place(signing.version), &signing.sealed_private_key)?;
    let key = ServiceKey::from_parts(&pkcs8, certificate(signing)?)
        .map_err(|error| Error::failed("opening the key of the ente", error))?;
    let published = rows.iter().filter(|row| row.status == KeyStatus::Published);
    Ok(ServiceKeys {
        signing: Arc::new(key),
        others: published.map(certificate).collect::<Result<_>>()?,
        states: rows.iter().map(|row| (row.version, row.status)).collect(),
    })
}

fn certificate(row: &SpidKeyRow) -> Result<Certificate> {
    Certificate::from_pem(&row.certificate_pem)
        .map_err(|error| Error::failed("reading the certificate of the ente", error))
}

/// Makes a key; gives its number. Where several nodes make the first one at once, one of them counts.
async fn make(portal: &Portal, ctx: &Ctx, status: KeyStatus) -> Result<i64> {
    let (ente, now, subject) = (ctx.ente_id(), portal.clock().now(), service::subject(portal, ctx));
    // Finding two primes takes a second or so: not on a thread that serves pages.
    let make = move || ServiceKey::generate(KeyBits::B3072, &subject, now, &ring::rand::SystemRandom::new());
    let made = tokio::task::spawn_blocking(make)
        .await
        .map_err(|error| Error::failed("making the key of the ente", error))?
        .map_err(|error| Error::failed("making the key of the ente", error))?;
    let states = portal.store().read(ente, async move |read| spid_key::states(read, ente).await).await?;
    if states.iter().filter(|(_, status)| *status != KeyStatus::Retired).count() >= PUBLISHED_MAX {
        return Err(Error::NotAllowedNow);
    }
    let version = states.last().map_or(1, |(version, _)| version + 1);
    let row = SpidKeyRow {
        version,
        status,
        sealed_private_key: portal.sealer(ente).await?.seal(&key_place(version), made.pkcs8_der())?,
        certificate_pem: made.certificate().to_pem(),
        created_at: now,
    };
    let mut note = command_note(portal, "spid_key.make", "spid_key", None);
    note.detail = Json(serde_json::json!({ "version": version }));
    let added = portal
        .store()
        .write(ente, async move |tx| {
            spid_key::add(tx, ente, &row).await?;
            audit::record(tx, ente, &note).await
        })
        .await;
    match added {
        // Another node was faster: its key is the one that counts.
        Err(sportello_store::Error::Unique) if status == KeyStatus::InUse => Ok(version),
        added => Ok(added.map(|()| version)?),
    }
}
