//! Sessions: who is behind a browser.
//!
//! The browser holds a secret, the database its SHA-256: a leaked copy of the database opens no session.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_domain::{
    ente::Ente,
    id::SessionId,
    identita::{IdentityLevel, IdentityScheme},
};
use sportello_store::{Json, audit, audit::AuditRow, session as row, session::SessionKind};

use crate::{Actor, Ctx, Error, Portal, Result, Signed};

pub use sportello_store::session::EndedRow as Ended;

/// Which of the two doors: citizens and staff never share a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A citizen's session.
    Cittadino,
    /// A session of the office.
    Ufficio,
}

/// How long the sessions of a door last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one may stay unused.
    pub idle: TimeDelta,
    /// How long one lasts, used or not.
    pub longest: TimeDelta,
}

/// A live session as its person sees it: never the address of the network it came from, which is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Its name.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub here: bool,
    /// Through which scheme.
    pub scheme: IdentityScheme,
    /// Level of assurance.
    pub level: IdentityLevel,
    /// Kind of browser; empty when it did not say.
    pub browser: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// Last use, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

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

    /// How long the sessions of this door last. The one place that says so.
    pub const fn limits(self) -> Limits {
        match self {
            Self::Cittadino => Limits { idle: TimeDelta::minutes(20), longest: TimeDelta::hours(8) },
            // Staff sit at desks that others pass, and see what is not theirs.
            Self::Ufficio => Limits { idle: TimeDelta::minutes(15), longest: TimeDelta::hours(4) },
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
    let idle_since = now - audience.limits().idle;
    let found =
        portal.store().read(id, async move |read| row::by_token(read, id, &hash, now, idle_since).await).await?;
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

/// Ends the session of the person who is asking, and gives it as its provider knows it. Ending it twice is harmless.
///
/// # Errors
/// Only those of the database.
pub async fn end(portal: &Portal, ctx: &Ctx) -> Result<Option<Ended>> {
    let (ente, session): (_, SessionId) = match &ctx.actor {
        Actor::Nobody => return Ok(None),
        Actor::Cittadino(signed) | Actor::Operatore(signed, _) => (ctx.ente_id(), signed.session),
    };
    let note = ctx.note(portal, "session.end", "session", Some(session.uuid()));
    let ended = portal.store().write(ente, async move |tx| {
        let ended = row::end(tx, ente, session).await?;
        audit::record(tx, ente, &note).await?;
        Ok(ended)
    });
    Ok(ended.await?)
}

/// The open sessions of the person who is asking, of the same door, the last used first.
///
/// # Errors
/// [`Error::SignInNeeded`]; those of the database.
pub async fn open(portal: &Portal, ctx: &Ctx) -> Result<Vec<OpenSession>> {
    let (signed, audience) = own(ctx)?;
    let (ente, now, person) = (ctx.ente_id(), portal.clock().now(), (signed.persona, audience.kind()));
    let idle_since = now - audience.limits().idle;
    let rows =
        portal.store().read(ente, async move |read| row::open(read, ente, person, now, idle_since).await).await?;
    let shown = |row: row::OpenRow| OpenSession {
        here: row.id == signed.session,
        id: row.id,
        scheme: row.scheme,
        level: row.level,
        browser: row.browser,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Ends one session of the person who is asking, of the same door. One that has ended meanwhile is no error.
///
/// # Errors
/// [`Error::SignInNeeded`]; those of the database. A session of somebody else is left alone without a word.
pub async fn end_one(portal: &Portal, ctx: &Ctx, session: SessionId) -> Result<()> {
    let (signed, audience) = own(ctx)?;
    let (ente, persona, kind) = (ctx.ente_id(), signed.persona, audience.kind());
    let note = ctx.note(portal, "session.end", "session", Some(session.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            if row::end_own(tx, ente, persona, kind, session).await?.is_some() {
                audit::record(tx, ente, &note).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Ends every session of the person who is asking, of the same door, this one too.
///
/// # Errors
/// [`Error::SignInNeeded`]; those of the database.
pub async fn end_all(portal: &Portal, ctx: &Ctx) -> Result<()> {
    let (signed, audience) = own(ctx)?;
    let (ente, persona, kind) = (ctx.ente_id(), signed.persona, audience.kind());
    let note = ctx.note(portal, "session.end_all", "persona", Some(persona.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let ended = row::end_all(tx, ente, persona, kind).await?;
            let detail = Json(serde_json::json!({ "sessions": ended }));
            audit::record(tx, ente, &AuditRow { detail, ..note }).await
        })
        .await?;
    Ok(())
}

/// Whoever is signed in, with their door. Every role may look at its own sessions.
fn own(ctx: &Ctx) -> Result<(&Signed, Audience)> {
    match &ctx.actor {
        Actor::Nobody => Err(Error::SignInNeeded),
        Actor::Cittadino(signed) => Ok((signed, Audience::Cittadino)),
        Actor::Operatore(signed, _) => Ok((signed, Audience::Ufficio)),
    }
}
