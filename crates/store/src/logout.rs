//! Logout at a provider of identities: requests of ours on their way, and requests of theirs that were carried out.
//!
//! No row here keeps a session open: sessions end before anything is asked or answered.

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;

use crate::{binds, error::Result, statements, tx::Tx};

statements! {
    SEND = "INSERT INTO logout_request (ente_id, id, provider, sent_at) VALUES ($1, $2, $3, $4)";
    ANSWERED: (String,) = "DELETE FROM logout_request WHERE ente_id = $1 AND id = $2 AND sent_at > $3 RETURNING provider";
    WAITING: (String,) = "SELECT provider FROM logout_request WHERE ente_id = $1 AND id = $2 AND sent_at > $3";
    REMEMBER = "INSERT INTO logout_seen (ente_id, provider, id, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, provider, id) DO NOTHING";
    PURGE_REQUEST = "DELETE FROM logout_request WHERE ente_id = $1 AND sent_at <= $2";
    PURGE_SEEN = "DELETE FROM logout_seen WHERE ente_id = $1 AND expires_at <= $2";
}

/// Keeps a request of ours that is about to be sent to `provider`.
pub async fn send(tx: &mut Tx, ente: EnteId, id: &str, provider: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(SEND, binds![ente, id, provider, now]).await?;
    Ok(())
}

/// The provider whose answer to our request `id`, sent after `sent_after`, is waited for.
pub async fn waiting(
    read: &mut crate::tx::Read,
    ente: EnteId,
    id: &str,
    sent_after: DateTime<Utc>,
) -> Result<Option<String>> {
    let row: Option<(String,)> = read.fetch_optional(WAITING, binds![ente, id, sent_after]).await?;
    Ok(row.map(|(provider,)| provider))
}

/// Takes the answer to our request `id` as come; false when none is waited for: each counts once.
pub async fn answered(tx: &mut Tx, ente: EnteId, id: &str, sent_after: DateTime<Utc>) -> Result<bool> {
    let row: Option<(String,)> = tx.fetch_optional(ANSWERED, binds![ente, id, sent_after]).await?;
    Ok(row.is_some())
}

/// Notes a request of a provider until it expires; false when it was seen before: a replay.
pub async fn remember(tx: &mut Tx, ente: EnteId, provider: &str, id: &str, expires_at: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REMEMBER, binds![ente, provider, id, expires_at]).await? == 1)
}

/// Deletes requests sent by `sent_by` and notes that expired by `now`.
pub async fn purge(tx: &mut Tx, ente: EnteId, sent_by: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    tx.execute_all(&[(PURGE_REQUEST, binds![ente, sent_by]), (PURGE_SEEN, binds![ente, now])]).await?;
    Ok(())
}
