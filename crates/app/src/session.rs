//! Sessions: who is behind a browser.
//!
//! The browser holds a secret, the database its SHA-256: a leaked copy of the database opens no session.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_domain::{
    ente::Ente,
    id::SessionId,
    identita::{IdentityLevel, IdentityScheme},
    ruolo::Ruolo,
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
    /// A session of a school, bound to one device: attendance alone.
    Scuola,
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
    /// The door: staff see those of their devices too.
    pub audience: Audience,
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
            Self::Scuola => SessionKind::Scuola,
        }
    }

    /// How long the sessions of this door last. The one place that says so.
    pub const fn limits(self) -> Limits {
        match self {
            Self::Cittadino => Limits { idle: TimeDelta::minutes(20), longest: TimeDelta::hours(8) },
            // Staff sit at desks that others pass, and see what is not theirs.
            Self::Ufficio => Limits { idle: TimeDelta::minutes(15), longest: TimeDelta::hours(4) },
            // Two minutes a day, from morning to the end of lessons: signing in each time would take longer.
            Self::Scuola => Limits { idle: TimeDelta::hours(12), longest: TimeDelta::hours(12) },
        }
    }
}

impl From<SessionKind> for Audience {
    fn from(kind: SessionKind) -> Self {
        match kind {
            SessionKind::Cittadino => Self::Cittadino,
            SessionKind::Ufficio => Self::Ufficio,
            SessionKind::Scuola => Self::Scuola,
        }
    }
}

/// What the database keeps of a secret.
pub(crate) fn fingerprint(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Who holds `token` at this ente; [`Actor::Nobody`] for an unknown, expired or foreign one, and for one that is bound to
/// a device.
///
/// # Errors
/// Only those of the database: a wrong token is no error.
pub async fn resume(portal: &Portal, ente: &Ente, audience: Audience, token: &str) -> Result<Actor> {
    let session = live(portal, ente, audience, token).await?.filter(|session| session.device_hash.is_none());
    taken_up(portal, ente, audience, session).await
}

/// Who holds `token` at the door of schools of the ente of `ctx`, on the device that holds `device`.
///
/// # Errors
/// [`Error::OtherDevice`], with an audit row, for the secret of a session that lives without that of its device (empty
/// where there is none): the first may be stolen. A wrong `token` is no error.
pub async fn resume_on_device(portal: &Portal, ctx: &Ctx, token: &str, device: &str) -> Result<Actor> {
    let (audience, ente) = (Audience::Scuola, ctx.ente_id());
    let session = live(portal, &ctx.ente, audience, token).await?;
    let hash = (device.len() <= MAX_TOKEN).then(|| fingerprint(device));
    if let Some(session) = session.as_ref().filter(|session| session.device_hash != hash) {
        let detail = Json(serde_json::json!({ "reason": "another device" }));
        let note = AuditRow { detail, ..ctx.note(portal, "session.refuse", "session", Some(session.id.uuid())) };
        portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
        return Err(Error::OtherDevice);
    }
    taken_up(portal, &ctx.ente, audience, session).await
}

/// The session of a secret that lives at this door.
async fn live(portal: &Portal, ente: &Ente, audience: Audience, token: &str) -> Result<Option<row::SessionRow>> {
    if token.is_empty() || token.len() > MAX_TOKEN {
        return Ok(None);
    }
    let (id, now, hash) = (ente.id, portal.clock().now(), fingerprint(token));
    let idle_since = now - audience.limits().idle;
    let found =
        portal.store().read(id, async move |read| row::by_token(read, id, &hash, now, idle_since).await).await?;
    Ok(found.filter(|session| session.kind == audience.kind()))
}

/// Who a session is, and that it is in use.
async fn taken_up(portal: &Portal, ente: &Ente, audience: Audience, session: Option<row::SessionRow>) -> Result<Actor> {
    let Some(session) = session else { return Ok(Actor::Nobody) };
    let (id, now) = (ente.id, portal.clock().now());
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
        scheme: session.scheme,
        level: session.level,
        csrf: session.csrf,
    };
    Ok(match audience {
        Audience::Cittadino => Actor::Cittadino(signed),
        Audience::Ufficio => Actor::Operatore(signed, roles),
        // Whatever else the person is: from a school nothing but attendance is opened.
        Audience::Scuola => {
            Actor::Operatore(signed, roles.into_iter().filter(|role| *role == Ruolo::OperatoreScuola).collect())
        }
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
    let (signed, person, audience) = own(ctx)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let idle_since = now - audience.limits().idle;
    let rows =
        portal.store().read(ente, async move |read| row::open(read, ente, person, now, idle_since).await).await?;
    let shown = |row: row::OpenRow| OpenSession {
        here: row.id == signed.session,
        audience: row.kind.into(),
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
    let (_, person, _) = own(ctx)?;
    let ente = ctx.ente_id();
    let note = ctx.note(portal, "session.end", "session", Some(session.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            if row::end_own(tx, ente, person, session).await?.is_some() {
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
    let (signed, person, _) = own(ctx)?;
    let ente = ctx.ente_id();
    let note = ctx.note(portal, "session.end_all", "persona", Some(signed.persona.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let ended = row::end_all(tx, ente, person).await?;
            let detail = Json(serde_json::json!({ "sessions": ended }));
            audit::record(tx, ente, &AuditRow { detail, ..note }).await
        })
        .await?;
    Ok(())
}

/// Whoever is signed in, whose sessions they see, and the door whose limits hold. Every role may look at its own sessions;
/// staff see those on devices of a school beside those of the office.
fn own(ctx: &Ctx) -> Result<(&Signed, row::Own, Audience)> {
    match &ctx.actor {
        Actor::Nobody => Err(Error::SignInNeeded),
        Actor::Cittadino(signed) => Ok((signed, (signed.persona, [SessionKind::Cittadino; 2]), Audience::Cittadino)),
        Actor::Operatore(signed, _) => {
            Ok((signed, (signed.persona, [SessionKind::Ufficio, SessionKind::Scuola]), Audience::Ufficio))
        }
    }
}
