//! The enti of the installation. They change rarely and every request asks for one, so they are remembered for a while.

use std::{collections::BTreeSet, sync::Arc};

use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    ente::{Ente, EnteSettings, is_slug},
    id::EnteId,
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{Json, audit, ente as row, ruolo};

use crate::{Error, Portal, Result, error::Reason};

/// Every ente, by slug.
pub type Enti = Arc<[Arc<Ente>]>;

/// Every ente, by slug.
///
/// # Errors
/// Only those of the database.
pub async fn all(portal: &Portal) -> Result<Enti> {
    let now = portal.clock().now();
    if let Some(enti) = portal.enti().fresh(&(), now) {
        return Ok(enti);
    }
    let read = portal.store().read(EnteId::PLATFORM, async |read| row::all(read).await).await?;
    let enti: Enti = read.into_iter().map(Arc::new).collect();
    portal.enti().keep((), now, enti.clone());
    Ok(enti)
}

/// The ente of an address prefix.
///
/// # Errors
/// Only those of the database.
pub async fn by_slug(portal: &Portal, slug: &str) -> Result<Option<Arc<Ente>>> {
    Ok(all(portal).await?.iter().find(|ente| ente.slug == slug).cloned())
}

/// The ente of a key.
pub(crate) async fn by_id(portal: &Portal, id: EnteId) -> Result<Option<Arc<Ente>>> {
    Ok(all(portal).await?.iter().find(|ente| ente.id == id).cloned())
}

/// The ente that has a host of its own.
///
/// # Errors
/// Only those of the database.
pub async fn by_host(portal: &Portal, host: &str) -> Result<Option<Arc<Ente>>> {
    Ok(all(portal).await?.iter().find(|ente| ente.host.as_deref() == Some(host)).cloned())
}

/// Adds an ente with its first administrator, from the command line or the demonstration.
///
/// # Errors
/// [`crate::Error::Unacceptable`] for a prefix that is none, for a protocol system that the settings of the installation
/// do not name, and when the prefix or the host is taken.
pub async fn add(portal: &Portal, ente: Ente, administrator: &CodiceFiscale) -> Result<()> {
    if !is_slug(&ente.slug) {
        return Err(Error::Unacceptable("the prefix of the ente"));
    }
    registers(portal, &ente.slug, &ente.settings)?;
    let (id, now) = (ente.id, portal.clock().now());
    let note = crate::ctx::command_note(portal, "ente.add", "ente", Some(id.uuid()));
    let first = ruolo::NewRuolo {
        id: portal.chance().uuid(now),
        codice_fiscale: administrator.as_str().to_owned(),
        ruolo: Ruolo::Amministratore,
        ambito: Ambito::Ente,
        by: None,
        at: now,
    };
    let added = portal.store().write(EnteId::PLATFORM, async move |tx| row::add(tx, &ente, now).await).await;
    match added {
        Err(sportello_store::Error::Unique) => return Err(Error::Unacceptable("the prefix or the host of the ente")),
        other => other?,
    }
    portal
        .store()
        .write(id, async move |tx| {
            ruolo::grant(tx, id, &first).await?;
            audit::record(tx, id, &note).await
        })
        .await?;
    portal.enti().forget(&());
    Ok(())
}

/// Changes the settings of an ente, from the command line; gives the names of those that are others now. The audit log
/// keeps the names, not the values. Every node follows within ten seconds.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::Unacceptable`] for a protocol system that the settings of the
/// installation do not name, those of the database.
pub async fn change(portal: &Portal, id: EnteId, settings: EnteSettings) -> Result<Vec<String>> {
    let ente = by_id(portal, id).await?.ok_or(Error::NotFound)?;
    registers(portal, &ente.slug, &settings)?;
    let changed = changed_names(&ente.settings, &settings)?;
    if changed.is_empty() {
        return Ok(changed);
    }
    let mut note = crate::ctx::command_note(portal, "ente.change", "ente", Some(id.uuid()));
    note.detail = Json(serde_json::json!({ "settings": changed }));
    // In the lane of the ente, so that no change stands without its audit row.
    portal
        .store()
        .write(id, async move |tx| {
            if !row::change(tx, id, &settings).await? {
                return Err(Reason::NotFound.refuse());
            }
            audit::record(tx, id, &note).await
        })
        .await?;
    portal.enti().forget(&());
    Ok(changed)
}

/// Refuses the register of a protocol system that nobody could reach.
fn registers(portal: &Portal, slug: &str, settings: &EnteSettings) -> Result<()> {
    let known = settings.protocollo.is_internal() || portal.protocol_system(slug).is_some();
    if known {
        Ok(())
    } else {
        Err(Error::Unacceptable("the register `esterno` without [protocollo.PREFIX] in the settings"))
    }
}

/// The names of the settings that differ.
fn changed_names(old: &EnteSettings, new: &EnteSettings) -> Result<Vec<String>> {
    let read = |settings: &EnteSettings| match serde_json::to_value(settings) {
        Ok(serde_json::Value::Object(map)) => Ok(map),
        Ok(_) => Err(Error::Unacceptable("the settings of the ente")),
        Err(error) => Err(Error::failed("reading the settings of an ente", error)),
    };
    let (old, new) = (read(old)?, read(new)?);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    Ok(names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect())
}
