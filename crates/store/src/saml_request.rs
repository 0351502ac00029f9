//! Sign-in requests on their way and assertions seen: each is good for one sign-in.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, SessionId},
    identita::{IdentityLevel, IdentityScheme},
};

use crate::{
    binds,
    error::Result,
    row,
    session::SessionKind,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A request that was sent to a provider.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SamlRequestRow {
        /// SAML ID of the request.
        pub id: String,
        /// Entity id of the provider.
        pub provider: String,
        /// Through which scheme.
        pub scheme: IdentityScheme,
        /// Instant written into it.
        pub issued_at: DateTime<Utc>,
        /// Level asked for.
        pub level: IdentityLevel,
        /// Path of this ente to return to.
        pub destination: String,
        /// Which door.
        pub audience: SessionKind,
        /// SHA-256 of the secret in the pre-login cookie, 32 bytes.
        pub prelogin_hash: Vec<u8>,
        /// Kind of browser that asked, in a few words; empty when it did not say.
        pub browser: String,
        /// Session of this browser and door that the sign-in ends.
        pub replaces: Option<SessionId>,
    }
}

statements! {
    ISSUE = "INSERT INTO saml_request (ente_id, id, provider, scheme, issued_at, level, destination, audience, relay_state, prelogin_hash, browser, replaces)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11)";
    PENDING: SamlRequestRow = "SELECT id, provider, scheme, issued_at, level, destination, audience, prelogin_hash, browser, replaces
        FROM saml_request WHERE ente_id = $1 AND id = $2 AND consumed_at IS NULL AND issued_at > $3";
    CONSUME: SamlRequestRow = "UPDATE saml_request SET consumed_at = $4
        WHERE ente_id = $1 AND id = $2 AND consumed_at IS NULL AND issued_at > $3 AND prelogin_hash = $5
        RETURNING id, provider, scheme, issued_at, level, destination, audience, prelogin_hash, browser, replaces";
    REMEMBER = "INSERT INTO saml_assertion (ente_id, assertion_id, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (ente_id, assertion_id) DO NOTHING";
    PURGE_REQUEST = "DELETE FROM saml_request WHERE ente_id = $1 AND issued_at <= $2";
    PURGE_ASSERTION = "DELETE FROM saml_assertion WHERE ente_id = $1 AND expires_at <= $2";
}

/// Keeps a request that is about to be sent. Its `RelayState` is not kept: an answer is found by the request that it names,
/// and the column goes with a later schema.
pub async fn issue(tx: &mut Tx, ente: EnteId, request: &SamlRequestRow) -> Result<()> {
    let binds = binds![
        ente,
        request.id,
        request.provider,
        request.scheme,
        request.issued_at,
        request.level,
        request.destination,
        request.audience,
        request.prelogin_hash,
        request.browser,
        request.replaces
    ];
    tx.execute(ISSUE, binds).await?;
    Ok(())
}

/// A request that waits for its answer and was issued after `issued_after`: what the answer is checked against,
/// before the lane.
pub async fn pending(
    read: &mut Read,
    ente: EnteId,
    id: &str,
    issued_after: DateTime<Utc>,
) -> Result<Option<SamlRequestRow>> {
    read.fetch_optional(PENDING, binds![ente, id, issued_after]).await
}

/// Uses up a request, once, for the browser that holds the pre-login secret; nothing when it was used up, is too
/// old, or belongs to another browser or ente.
pub async fn consume(
    tx: &mut Tx,
    ente: EnteId,
    id: &str,
    issued_after: DateTime<Utc>,
    prelogin_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<SamlRequestRow>> {
    tx.fetch_optional(CONSUME, binds![ente, id, issued_after, now, prelogin_hash]).await
}

/// Notes an assertion until it expires; false when it was seen before: a replay.
pub async fn remember_assertion(
    tx: &mut Tx,
    ente: EnteId,
    assertion_id: &str,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(REMEMBER, binds![ente, assertion_id, expires_at]).await? == 1)
}

/// Deletes requests issued by `issued_by` and assertions that expired by `now`.
pub async fn purge(tx: &mut Tx, ente: EnteId, issued_by: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    tx.execute_all(&[(PURGE_REQUEST, binds![ente, issued_by]), (PURGE_ASSERTION, binds![ente, now])]).await?;
    Ok(())
}
