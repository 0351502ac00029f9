//! Which drafts their owners must be reminded of, each once; not those of the desk, which nobody can open at home. The job
//! of each is enqueued in the same transaction.

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, EnteId, PersonaId};

use crate::{binds, error::Result, statements, tx::Tx};

/// Most drafts marked in one transaction.
pub const CHUNK: usize = 100;

statements! {
    CLOSING: (BozzaId, PersonaId) = "SELECT id, persona_id FROM bozza
        WHERE ente_id = $1 AND modello = $2 AND status = 'aperta' AND per_conto_id IS NULL AND updated_at <= $4
            AND (closing_told IS NULL OR closing_told <> $3)
        ORDER BY id LIMIT 100";
    CLOSING_TOLD = "UPDATE bozza SET closing_told = $3 WHERE ente_id = $1 AND id = $2";
    EXPIRING: (BozzaId, PersonaId) = "SELECT id, persona_id FROM bozza b
        WHERE ente_id = $1 AND status = 'aperta' AND per_conto_id IS NULL AND expires_at <= $2 AND expiry_told_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM modello_publication p WHERE p.ente_id = b.ente_id AND p.code = b.modello
                AND p.withdrawn_at IS NULL AND p.closes_at > $3 AND NOT EXISTS (SELECT 1 FROM modello_publication n
                    WHERE n.ente_id = p.ente_id AND n.code = p.code AND n.version > p.version AND n.withdrawn_at IS NULL))
        ORDER BY expires_at LIMIT 100";
    EXPIRY_TOLD = "UPDATE bozza SET expiry_told_at = $3 WHERE ente_id = $1 AND id = $2";
}

/// Marks up to [`CHUNK`] open drafts of a modello whose window closes at `closes_at`, saved last before `quiet_since`, and
/// gives them with their owners. Called again until fewer come back.
pub async fn closing(
    tx: &mut Tx,
    ente: EnteId,
    modello: &str,
    closes_at: DateTime<Utc>,
    quiet_since: DateTime<Utc>,
) -> Result<Vec<(BozzaId, PersonaId)>> {
    let due: Vec<(BozzaId, PersonaId)> = tx.fetch_all(CLOSING, binds![ente, modello, closes_at, quiet_since]).await?;
    for (id, _) in &due {
        tx.execute(CLOSING_TOLD, binds![ente, *id, closes_at]).await?;
    }
    Ok(due)
}

/// Marks up to [`CHUNK`] open drafts that go by `expires_by` because the window of their modello closed by `closed_by`
/// ([`crate::bozza_purge::expired`]), and gives them with their owners. Called again until fewer come back.
pub async fn expiring(
    tx: &mut Tx,
    ente: EnteId,
    expires_by: DateTime<Utc>,
    closed_by: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(BozzaId, PersonaId)>> {
    let due: Vec<(BozzaId, PersonaId)> = tx.fetch_all(EXPIRING, binds![ente, expires_by, closed_by]).await?;
    for (id, _) in &due {
        tx.execute(EXPIRY_TOLD, binds![ente, *id, now]).await?;
    }
    Ok(due)
}
