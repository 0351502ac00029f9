//! Periodic work, claimed once per legal day by the node that writes first.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::EnteId;

use crate::{binds, error::Result, statements, tx::Tx};

statements! {
    CLAIM = "INSERT INTO schedule (ente_id, kind, local_date, claimed_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, kind, local_date) DO NOTHING";
    PROBE = "INSERT INTO schedule (ente_id, kind, local_date, claimed_at) VALUES ($1, 'prova', $2, $3)
        ON CONFLICT (ente_id, kind, local_date) DO UPDATE SET claimed_at = excluded.claimed_at";
    PURGE = "DELETE FROM schedule WHERE ente_id = $1 AND local_date < $2";
}

/// Claims the work of a day (Europe/Rome); false when it was claimed before. Enqueue its job in the same transaction.
pub async fn claim(tx: &mut Tx, ente: EnteId, kind: &str, day: NaiveDate, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(CLAIM, binds![ente, kind, day, now]).await? == 1)
}

/// Writes a mark, to see that writing works (a full disk still reads).
pub async fn probe(tx: &mut Tx, ente: EnteId, day: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    tx.execute(PROBE, binds![ente, day, now]).await?;
    Ok(())
}

/// Deletes the claims of days before `day`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, day: NaiveDate) -> Result<u64> {
    tx.execute(PURGE, binds![ente, day]).await
}
