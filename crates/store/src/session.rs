//! Sessions of signed-in people. Only the hash of the browser's secret is kept.
//!
//! The ente of a request is known before its session, so a session of another ente is simply not found.

use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId, SessionId},
    identita::{IdentityLevel, IdentityScheme},
    ruolo::Ruolo,
};

use crate::{
    binds,
    error::{Error, Result},
    row, statements,
    tx::{Read, Tx},
    word::words,
};

/// How old the last use of a session must be before it is written again.
pub const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Most sessions of one person that are listed.
const OPEN_MAX: i64 = 100;

words! {
    /// Through which door a session came: citizens and staff never share one.
    pub enum SessionKind {
        /// A citizen, for their own affairs.
        Cittadino = "cittadino",
        /// A member of staff.
        Ufficio = "ufficio",
        /// A member of staff of a school, bound to one device.
        Scuola = "scuola",
    }
}

/// A session to open.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its name for logs and revocation.
    pub id: SessionId,
    /// SHA-256 of the secret in the cookie, 32 bytes.
    pub token_hash: Vec<u8>,
    /// The door.
    pub kind: SessionKind,
    /// Who signed in.
    pub persona_id: PersonaId,
    /// Through which scheme.
    pub scheme: IdentityScheme,
    /// Level of assurance.
    pub level: IdentityLevel,
    /// Token that every unsafe form of this session carries.
    pub csrf: String,
    /// Entity id of the provider, for its logout.
    pub provider: Option<String>,
    /// SAML NameID, for the provider's logout.
    pub name_id: Option<String>,
    /// SAML SessionIndex, for the provider's logout.
    pub session_index: Option<String>,
    /// Kind of browser in a few words, for its person to recognise it; empty when it did not say.
    pub browser: String,
    /// SHA-256 of the secret that binds it to its device, 32 bytes.
    pub device_hash: Option<Vec<u8>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}

row! {
    /// A live session with its person.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Its name.
        pub id: SessionId,
        /// The door.
        pub kind: SessionKind,
        /// The person.
        pub persona_id: PersonaId,
        /// The person's account key.
        pub codice_fiscale: String,
        /// Given name.
        pub nome: String,
        /// Family name.
        pub cognome: String,
        /// Through which scheme.
        pub scheme: IdentityScheme,
        /// Level of assurance.
        pub level: IdentityLevel,
        /// Token of its unsafe forms.
        pub csrf: String,
        /// SHA-256 of the secret that binds it to its device, 32 bytes.
        pub device_hash: Option<Vec<u8>>,
        /// Last use that was written.
        pub last_seen_at: DateTime<Utc>,
        /// When it ends.
        pub expires_at: DateTime<Utc>,
        /// Stored words of the roles held now, separated by commas; read with [`SessionRow::roles`].
        pub ruoli: Option<String>,
    }
}

row! {
    /// A live session as its person sees it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OpenRow {
        /// Its name.
        pub id: SessionId,
        /// The door.
        pub kind: SessionKind,
        /// Through which scheme.
        pub scheme: IdentityScheme,
        /// Level of assurance.
        pub level: IdentityLevel,
        /// Kind of browser; empty when it did not say.
        pub browser: String,
        /// When it was opened.
        pub created_at: DateTime<Utc>,
        /// Last use that was written.
        pub last_seen_at: DateTime<Utc>,
    }
}

row! {
    /// A session that has just ended, as its provider knows it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct EndedRow {
        /// Its name.
        pub id: SessionId,
        /// Through which scheme.
        pub scheme: IdentityScheme,
        /// Entity id of the provider.
        pub provider: Option<String>,
        /// SAML NameID.
        pub name_id: Option<String>,
        /// SAML SessionIndex, at level 1 only.
        pub session_index: Option<String>,
    }
}

statements! {
    CREATE = "INSERT INTO session (ente_id, token_hash, id, kind, persona_id, scheme, level, csrf, provider, name_id, session_index, browser, device_hash, created_at, last_seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15)";
    BY_TOKEN: SessionRow = "SELECT s.id, s.kind, s.persona_id, p.codice_fiscale, p.nome, p.cognome, s.scheme, s.level, s.csrf, s.device_hash, s.last_seen_at, s.expires_at,
            CASE WHEN s.kind <> 'cittadino' THEN (SELECT string_agg(r.ruolo, ',') FROM (SELECT DISTINCT ruolo FROM ruolo
                WHERE ente_id = s.ente_id AND codice_fiscale = p.codice_fiscale AND revoked_at IS NULL) r) END AS ruoli
        FROM session s JOIN persona p ON p.ente_id = s.ente_id AND p.id = s.persona_id
        WHERE s.ente_id = $1 AND s.token_hash = $2 AND s.expires_at > $3 AND s.last_seen_at > $4";
    TOUCH = "UPDATE session SET last_seen_at = $3 WHERE ente_id = $1 AND id = $2 AND last_seen_at <= $4";
    END: EndedRow = "DELETE FROM session WHERE ente_id = $1 AND id = $2
        RETURNING id, scheme, provider, name_id, session_index";
    OPEN: OpenRow = "SELECT id, kind, scheme, level, browser, created_at, last_seen_at FROM session
        WHERE ente_id = $1 AND persona_id = $2 AND kind IN ($3, $4) AND expires_at > $5
            AND (last_seen_at > $6 OR device_hash IS NOT NULL)
        ORDER BY last_seen_at DESC, id DESC LIMIT $7";
    END_OWN: EndedRow = "DELETE FROM session WHERE ente_id = $1 AND persona_id = $2 AND kind IN ($3, $4) AND id = $5
        RETURNING id, scheme, provider, name_id, session_index";
    END_ALL = "DELETE FROM session WHERE ente_id = $1 AND persona_id = $2 AND kind IN ($3, $4)";
    END_NAMED: (SessionId,) = "DELETE FROM session WHERE ente_id = $1 AND provider = $2 AND name_id = $3
        AND (session_index = $4 OR session_index IS NULL OR $4 IS NULL) RETURNING id";
    PURGE = "DELETE FROM session WHERE ente_id = $1 AND expires_at <= $2";
}

impl SessionRow {
    /// The roles that the person holds at this moment.
    ///
    /// # Errors
    /// `Value` for a word that is no role.
    pub fn roles(&self) -> Result<Vec<Ruolo>> {
        let words = self.ruoli.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
        words.map(|word| Ruolo::from_stored(word).ok_or(Error::value("Ruolo", "an unknown word"))).collect()
    }

    /// Whether [`touch`] is worth a write.
    pub fn needs_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= TOUCH_EVERY
    }
}

/// Opens a session.
pub async fn create(tx: &mut Tx, ente: EnteId, new: &NewSession) -> Result<()> {
    let binds = binds![
        ente,
        new.token_hash,
        new.id,
        new.kind,
        new.persona_id,
        new.scheme,
        new.level,
        new.csrf,
        new.provider,
        new.name_id,
        new.session_index,
        new.browser,
        new.device_hash,
        new.created_at,
        new.expires_at
    ];
    tx.execute(CREATE, binds).await?;
    Ok(())
}

/// The live session of a secret's hash with its person and roles, in one read: not ended at `now`, used after
/// `idle_since`.
pub async fn by_token(
    read: &mut Read,
    ente: EnteId,
    token_hash: &[u8],
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Option<SessionRow>> {
    read.fetch_optional(BY_TOKEN, binds![ente, token_hash, now, idle_since]).await
}

/// Notes that a session is in use, at most once in [`TOUCH_EVERY`]; true when it was written.
pub async fn touch(tx: &mut Tx, ente: EnteId, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
    let before = now - TOUCH_EVERY;
    Ok(tx.execute(TOUCH, binds![ente, id, now, before]).await? == 1)
}

/// Ends a session; nothing when it was over already.
pub async fn end(tx: &mut Tx, ente: EnteId, id: SessionId) -> Result<Option<EndedRow>> {
    tx.fetch_optional(END, binds![ente, id]).await
}

/// Whose sessions: of one person, and of which doors (twice the same where it is one).
pub type Own = (PersonaId, [SessionKind; 2]);

/// The live sessions of one person and their doors, the last used first, at most [`OPEN_MAX`]. One that is bound to a device
/// is not ended by being unused.
pub async fn open(
    read: &mut Read,
    ente: EnteId,
    (persona, [kind, other]): Own,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Vec<OpenRow>> {
    read.fetch_all(OPEN, binds![ente, persona, kind, other, now, idle_since, OPEN_MAX]).await
}

/// Ends one session of this person and doors; nothing when it is not theirs or over already.
pub async fn end_own(
    tx: &mut Tx,
    ente: EnteId,
    (persona, [kind, other]): Own,
    id: SessionId,
) -> Result<Option<EndedRow>> {
    tx.fetch_optional(END_OWN, binds![ente, persona, kind, other, id]).await
}

/// Ends every session of this person and doors; says how many.
pub async fn end_all(tx: &mut Tx, ente: EnteId, (persona, [kind, other]): Own) -> Result<u64> {
    tx.execute(END_ALL, binds![ente, persona, kind, other]).await
}

/// Ends the sessions that a provider names: those of `session_index`, or all of the name without one. A session that
/// has no index at the provider is one of the name.
pub async fn end_named(
    tx: &mut Tx,
    ente: EnteId,
    provider: &str,
    name_id: &str,
    session_index: Option<&str>,
) -> Result<Vec<SessionId>> {
    let rows: Vec<(SessionId,)> = tx.fetch_all(END_NAMED, binds![ente, provider, name_id, session_index]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes the sessions that ended by `now`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, now]).await
}
