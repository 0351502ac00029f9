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

words! {
    /// Through which door a session came: citizens and staff never share one.
    pub enum SessionKind {
        /// A citizen, for their own affairs.
        Cittadino = "cittadino",
        /// A member of staff.
        Ufficio = "ufficio",
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
        /// Level of assurance.
        pub level: IdentityLevel,
        /// Token of its unsafe forms.
        pub csrf: String,
        /// Last use that was written.
        pub last_seen_at: DateTime<Utc>,
        /// When it ends.
        pub expires_at: DateTime<Utc>,
        /// Stored words of the roles held now, separated by commas; read with [`SessionRow::roles`].
        pub ruoli: Option<String>,
    }
}

statements! {
    CREATE = "INSERT INTO session (ente_id, token_hash, id, kind, persona_id, scheme, level, csrf, provider, name_id, session_index, created_at, last_seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)";
    BY_TOKEN: SessionRow = "SELECT s.id, s.kind, s.persona_id, p.codice_fiscale, p.nome, p.cognome, s.level, s.csrf, s.last_seen_at, s.expires_at,
            (SELECT string_agg(r.ruolo, ',') FROM ruolo r WHERE r.ente_id = p.ente_id AND r.codice_fiscale = p.codice_fiscale) AS ruoli
        FROM session s JOIN persona p ON p.ente_id = s.ente_id AND p.id = s.persona_id
        WHERE s.ente_id = $1 AND s.token_hash = $2 AND s.expires_at > $3 AND s.last_seen_at > $4";
    TOUCH = "UPDATE session SET last_seen_at = $3 WHERE ente_id = $1 AND id = $2 AND last_seen_at <= $4";
    END = "DELETE FROM session WHERE ente_id = $1 AND id = $2";
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

/// Ends a session; false when it was over already.
pub async fn end(tx: &mut Tx, ente: EnteId, id: SessionId) -> Result<bool> {
    Ok(tx.execute(END, binds![ente, id]).await? == 1)
}

/// Deletes the sessions that ended by `now`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, now]).await
}
