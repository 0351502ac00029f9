//! Whether a second person is needed: always, unless an act that is recorded says otherwise.

use chrono::{NaiveDate, TimeDelta};
use sportello_domain::{calendar, id::EnteId};
use sportello_store::{
    Read, Tx, audit,
    proposta::{self as row, ControlloRow},
};

use super::{READERS, fault};
use crate::{Ctx, Error, Portal, Result, error::Reason, ruolo::ADMINISTRATORS, typed};

/// Longest name of an act, in characters.
const ATTO_MAX: usize = 120;

/// The act by which an ente goes without a second person, or comes back to one.
#[derive(Clone, Debug)]
pub struct Atto {
    /// Kind and number: "Determina n. 41".
    pub name: String,
    /// Its date; not in the future.
    pub date: NaiveDate,
}

/// The act in force; none where the usual rule holds, that a second person is needed.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn controllo(portal: &Portal, ctx: &Ctx) -> Result<Option<ControlloRow>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    Ok(portal.store().read(ente, async move |read| row::controllo(read, ente).await).await?)
}

/// Records an act: from now on a second person is needed (`active`), or none is.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::Forbidden`] for whoever is not amministratore; [`Error::Unacceptable`] without the
/// name of the act or with a date in the future; [`Error::NotAllowedNow`] when it is so already.
pub async fn set_controllo(portal: &Portal, ctx: &Ctx, active: bool, atto: Atto) -> Result<()> {
    let by = ctx.operatore(&ADMINISTRATORS)?.persona;
    let name = typed::line(&atto.name, 1..=ATTO_MAX).ok_or(Error::Unacceptable(fault::ATTO))?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    if atto.date > calendar::legal_date(now) {
        return Err(Error::Unacceptable(fault::ATTO_DATE));
    }
    let id = portal.chance().uuid(now);
    let mut note = ctx.note(portal, "controllo.set", "secondo_controllo", Some(id));
    note.detail.0["active"] = active.into();
    let set = async move |tx: &mut Tx| {
        let last = row::controllo(tx, ente).await?;
        if last.as_ref().is_none_or(|act| act.active) == active {
            return Err(Reason::NotAllowedNow.refuse());
        }
        // The latest act counts, also where the clock of this node is behind that of the last one.
        let at = last.map_or(now, |act| now.max(act.at + TimeDelta::microseconds(1)));
        row::set_controllo(tx, ente, (id, active), (&name, atto.date), (by, at)).await?;
        audit::record(tx, ente, &note).await
    };
    Ok(portal.store().write(ente, set).await?)
}

/// Whether a second person is needed at this moment.
pub(super) async fn is_active(read: &mut Read, ente: EnteId) -> sportello_store::Result<bool> {
    Ok(row::controllo(read, ente).await?.is_none_or(|act| act.active))
}
