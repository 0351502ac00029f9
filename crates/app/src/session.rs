//! Sessions: who is behind a browser.
//!
//! The browser holds a secret, the database its SHA-256: a leaked copy of the database opens no session.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use sportello_domain::{ente::Ente, id::SessionId};
use sportello_store::{audit, session as row, session::SessionKind};

use crate::{Actor, Ctx, Portal, Result, Signed};

/// Which of the two doors: citizens and staff never share a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A citizen's session.
    Cittadino,
    /// A session of the office.
    Ufficio,
}

/// How long a session may stay unused.
pub const IDLE: TimeDelta = TimeDelta::minutes(20);
/// How long a session lasts, used or not.
pub const LONGEST: TimeDelta = TimeDelta::hours(8);

/// Longest secret that is looked up: what the portal makes has 64 characters.
const MAX_TOKEN: usize = 128;

impl Audience {
    /// The stored kind.
    pub(crate) const fn kind(self) -> SessionKind {
        match self {
            Self::Cittadino => SessionKind::Cittadino,
            Self::Ufficio => SessionKind::Ufficio,
        }
    }
}

impl From<SessionKind> for Audience {
    fn from(kind: SessionKind) -> Self {
        match kind {
            SessionKind::Cittadino => Self::Cittadino,
            SessionKind::Ufficio => Self::Ufficio,
        }
    }
}

/// What the database keeps of a secret.
pub(crate) fn fingerprint(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Who holds `token` at this ente; [`Actor::Nobody`] for an unknown, expired or foreign one.
///
/// # Errors
/// Only those of the database: a wrong token is no error.
pub async fn resume(portal: &Portal, ente: &Ente, audience: Audience, token: &str) -> Result<Actor> {
    if token.is_empty() || token.len() > MAX_TOKEN {
        return Ok(Actor::Nobody);
    }
    let (id, now, hash) = (ente.id, portal.clock().now(), fingerprint(token));
    let found =
        portal.store().read(id, async move |read| row::by_token(read, id, &hash, now, now - IDLE).await).await?;
    let Some(session) = found.filter(|session| session.kind == audience.kind()) else {
        return Ok(Actor::Nobody);
    };
    if session.needs_touch(now) {
        let session = session.id;
        portal.store().write(id, async move |tx| row::touch(tx, id, session, now).await).await?;
    }
    let roles = session.roles()?;
    let signed = Signed {
        session: session.id,
        persona: session.persona_id,
        nome: session.nome,
        cognome: session.cognome,
        codice_fiscale: session.codice_fiscale,
        level: session.level,
        csrf: session.csrf,
    };
    Ok(match audience {
        Audience::Cittadino => Actor::Cittadino(signed),
        Audience::Ufficio => Actor::Operatore(signed, roles),
    })
}

/// Ends the session of the person who is asking. Ending it twice is harmless.
///
/// # Errors
/// Only those of the database.
pub async fn end(portal: &Portal, ctx: &Ctx) -> Result<()> {
    let (ente, session): (_, SessionId) = match &ctx.actor {
        Actor::Nobody => return Ok(()),
        Actor::Cittadino(signed) | Actor::Operatore(signed, _) => (ctx.ente_id(), signed.session),
    };
    let note = ctx.note(portal, "session.end", "session", Some(session.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            row::end(tx, ente, session).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
