//! Whether an ente of the demonstration is whole: the last thing that its loading does is to write so down.
//!
//! Not for real enti: what they hold comes in piece by piece.

use sportello_domain::{ente::Ente, id::EnteId};
use sportello_store::audit;

use crate::{Error, Portal, Result, ctx::command_note};

const LOADED: &str = "demo.load";
const ENTE: &str = "ente";

/// Notes that an ente is loaded to its end.
///
/// # Errors
/// [`Error::Forbidden`] outside the demonstration.
pub async fn note_loaded(portal: &Portal, ente: EnteId) -> Result<()> {
    if !portal.simulated_providers() {
        return Err(Error::Forbidden);
    }
    let note = command_note(portal, LOADED, ENTE, Some(ente.uuid()));
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    Ok(())
}

/// Whether an ente is loaded to its end.
///
/// # Errors
/// Only those of the database.
pub async fn is_loaded(portal: &Portal, ente: &Ente) -> Result<bool> {
    let id = ente.id;
    Ok(portal.store().read(id, async move |read| audit::was_done(read, id, ENTE, id.uuid(), LOADED).await).await?)
}
