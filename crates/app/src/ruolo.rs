//! Roles of staff: who holds which, given and taken away. What each role may do is decided by each use case.
//!
//! The audit names a role by the key of its row: the codice fiscale stands in the table of roles only.

mod elenco;

use chrono::{DateTime, Utc};
use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    id::{EnteId, PersonaId},
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    ruolo::{self as row, NewRuolo},
    scuola::{self, PlessoRow},
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result, campi, ctx::command_note, error::Reason};

pub use elenco::take_out;
pub use sportello_store::ruolo::RuoloRow;

/// Roles that give and take roles.
pub const ADMINISTRATORS: [Ruolo; 1] = [Ruolo::Amministratore];
/// Roles that see who holds which.
pub const READERS: [Ruolo; 2] = [Ruolo::Amministratore, Ruolo::Auditor];

const GRANT: &str = "ruolo.grant";
const REVOKE: &str = "ruolo.revoke";

/// A role for somebody, somewhere.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The person; an organisation (numeric code) holds no role.
    pub codice_fiscale: CodiceFiscale,
    /// The role.
    pub ruolo: Ruolo,
    /// Where it counts.
    pub ambito: Ambito,
}

/// What the page of roles shows.
#[derive(Clone, Debug)]
pub struct Roles {
    /// The roles that are held, by person.
    pub held: Vec<RuoloRow>,
    /// The schools that a role may name.
    pub plessi: Vec<PlessoRow>,
    /// Whether the person who asks may change them.
    pub can_change: bool,
}

/// The roles that are held.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Roles> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let can_change = ctx.operatore(&ADMINISTRATORS).is_ok();
    let read = async move |read: &mut sportello_store::Read| {
        Ok(Roles { held: row::held(read, ente).await?, plessi: scuola::plessi(read, ente).await?, can_change })
    };
    Ok(portal.store().read(ente, read).await?)
}

/// Gives a role; false when it was held already.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::Forbidden`] without the role, and for a role for oneself: that takes another
/// amministratore, or the command line. [`Error::Unacceptable`] for an organisation, an ambito that does not fit the
/// role, a service or a school that the ente does not have.
pub async fn give(portal: &Portal, ctx: &Ctx, grant: Grant) -> Result<bool> {
    let signed = ctx.operatore(&ADMINISTRATORS)?;
    if signed.codice_fiscale == grant.codice_fiscale.as_str() {
        return Err(Error::Forbidden);
    }
    let note = ctx.note(portal, GRANT, "ruolo", None);
    add(portal, ctx.ente_id(), grant, Some(signed.persona), note).await
}

/// Gives a role, from the command line or the demonstration; false when it was held already.
///
/// # Errors
/// [`Error::Unacceptable`] as for [`give`].
pub async fn grant_by_command(portal: &Portal, ente: EnteId, grant: Grant) -> Result<bool> {
    add(portal, ente, grant, None, command_note(portal, GRANT, "ruolo", None)).await
}

async fn add(portal: &Portal, ente: EnteId, grant: Grant, by: Option<PersonaId>, note: AuditRow) -> Result<bool> {
    if grant.codice_fiscale.is_numeric() {
        return Err(Error::Unacceptable("the codice fiscale of a person"));
    }
    let service_known = !matches!(&grant.ambito, Ambito::Servizio(code) if code != campi::MENSA);
    if !grant.ruolo.fits(&grant.ambito) || !service_known {
        return Err(Error::Unacceptable("where the role counts"));
    }
    let at = portal.clock().now();
    let detail = Json(serde_json::json!({ "ruolo": grant.ruolo.stored(), "ambito": grant.ambito.stored() }));
    let new = NewRuolo {
        id: portal.chance().uuid(at),
        codice_fiscale: grant.codice_fiscale.as_str().to_owned(),
        ruolo: grant.ruolo,
        ambito: grant.ambito,
        by,
        at,
    };
    let note = AuditRow { object_id: Some(new.id), detail, ..note };
    let given = async move |tx: &mut Tx| {
        if let Ambito::Plesso(code) = &new.ambito
            && !scuola::plessi(tx, ente).await?.iter().any(|plesso| plesso.codice == *code)
        {
            return Err(Reason::NotFound.refuse());
        }
        let given = row::grant(tx, ente, &new).await?;
        if given {
            audit::record(tx, ente, &note).await?;
        }
        Ok(given)
    };
    match portal.store().write(ente, given).await.map_err(Error::from) {
        Err(Error::NotFound) => Err(Error::Unacceptable("where the role counts")),
        other => other,
    }
}

/// Takes a role away, at once: the next request of its holder comes without it.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] when it is not held (any more) at this ente;
/// [`Error::NotAllowedNow`] for the last amministratore: an ente is never left without one.
pub async fn take(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<()> {
    let signed = ctx.operatore(&ADMINISTRATORS)?;
    let note = ctx.note(portal, REVOKE, "ruolo", Some(id));
    let (ente, by, now) = (ctx.ente_id(), signed.persona, portal.clock().now());
    let taken = async move |tx: &mut Tx| {
        let held = row::held(tx, ente).await?;
        let one = held.into_iter().find(|held| held.id == id).ok_or_else(|| Reason::NotFound.refuse())?;
        remove(tx, ente, &one, (Some(by), now), note).await
    };
    Ok(portal.store().write(ente, taken).await?)
}

/// Takes a role away, from the command line.
///
/// # Errors
/// As [`take`], without those of the sign-in.
pub async fn revoke_by_command(portal: &Portal, ente: EnteId, grant: Grant) -> Result<()> {
    let note = command_note(portal, REVOKE, "ruolo", None);
    let now = portal.clock().now();
    let taken = async move |tx: &mut Tx| {
        let (who, role, ambito) = (grant.codice_fiscale.as_str(), grant.ruolo, grant.ambito.stored());
        let same = |held: &RuoloRow| held.codice_fiscale == who && held.ruolo == role && held.ambito == ambito;
        let one = row::held(tx, ente).await?.into_iter().find(same).ok_or_else(|| Reason::NotFound.refuse())?;
        remove(tx, ente, &one, (None, now), note).await
    };
    Ok(portal.store().write(ente, taken).await?)
}

async fn remove(
    tx: &mut Tx,
    ente: EnteId,
    held: &RuoloRow,
    (by, now): (Option<PersonaId>, DateTime<Utc>),
    note: AuditRow,
) -> sportello_store::Result<()> {
    if held.ruolo == Ruolo::Amministratore && row::holders(tx, ente, Ruolo::Amministratore).await? <= 1 {
        return Err(Reason::NotAllowedNow.refuse());
    }
    if !row::revoke(tx, ente, held.id, by, now).await? {
        return Err(Reason::NotFound.refuse());
    }
    let detail = Json(serde_json::json!({ "ruolo": held.ruolo.stored(), "ambito": held.ambito }));
    audit::record(tx, ente, &AuditRow { object_id: Some(held.id), detail, ..note }).await
}

/// Codes of the schools whose attendance the person who asks keeps.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`] without the role of a school.
pub async fn own_plessi(portal: &Portal, ctx: &Ctx) -> Result<Vec<String>> {
    let who = ctx.operatore(&[Ruolo::OperatoreScuola])?.codice_fiscale.clone();
    let ente = ctx.ente_id();
    let read =
        async move |read: &mut sportello_store::Read| row::ambiti(read, ente, &who, Ruolo::OperatoreScuola).await;
    let ambiti = portal.store().read(ente, read).await?;
    let code = |ambito| if let Ambito::Plesso(code) = ambito { Some(code) } else { None };
    Ok(ambiti.into_iter().filter_map(code).collect())
}
