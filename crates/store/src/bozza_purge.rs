//! Deleting drafts for good: by their owner, or when their time is over. A filed draft
//! stays, with the revision that was filed.

use chrono::{DateTime, Utc};
use sportello_domain::id::{AllegatoId, BozzaId, EnteId, PersonaId};

use crate::{binds, error::Result, statements, tx::Tx};

statements! {
    OWN: (BozzaId,) = "SELECT id FROM bozza WHERE ente_id = $1 AND persona_id = $2 AND id = $3 AND status = 'aperta'";
    EXPIRED: (BozzaId,) = "SELECT id FROM bozza b WHERE ente_id = $1 AND status = 'aperta' AND expires_at <= $2
            AND NOT EXISTS (SELECT 1 FROM modello_publication p WHERE p.ente_id = b.ente_id AND p.code = b.modello
                AND p.withdrawn_at IS NULL AND p.closes_at > $3 AND NOT EXISTS (SELECT 1 FROM modello_publication n
                    WHERE n.ente_id = p.ente_id AND n.code = p.code AND n.version > p.version AND n.withdrawn_at IS NULL))
        ORDER BY expires_at LIMIT 20";
    FILES: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND bozza_id = $2";
    DELETE_FILES = "DELETE FROM allegato WHERE ente_id = $1 AND bozza_id = $2";
    DELETE_REVISIONS = "DELETE FROM bozza_revision WHERE ente_id = $1 AND bozza_id = $2";
    DELETE_EARLIER = "DELETE FROM bozza_revision WHERE ente_id = $1 AND bozza_id = $2
        AND revision < (SELECT revision FROM bozza WHERE ente_id = $1 AND id = $2 AND status = 'inviata')";
    DELETE = "DELETE FROM bozza WHERE ente_id = $1 AND id = $2 AND status = 'aperta'";
}

/// Deletes an open draft of the person. Gives the files whose bytes must go too; nothing when there is no such draft.
pub async fn discard(tx: &mut Tx, ente: EnteId, persona: PersonaId, id: BozzaId) -> Result<Option<Vec<AllegatoId>>> {
    let own: Option<(BozzaId,)> = tx.fetch_optional(OWN, binds![ente, persona, id]).await?;
    match own {
        Some((id,)) => delete(tx, ente, id).await.map(Some),
        None => Ok(None),
    }
}

/// Deletes up to 20 drafts that expired by `now`, unless the present version of their modello closed later than
/// `closed_by`: a window that was made longer keeps them. Gives each with the files whose bytes must go too; called
/// again until nothing comes back.
pub async fn expired(
    tx: &mut Tx,
    ente: EnteId,
    now: DateTime<Utc>,
    closed_by: DateTime<Utc>,
) -> Result<Vec<(BozzaId, Vec<AllegatoId>)>> {
    let expired: Vec<(BozzaId,)> = tx.fetch_all(EXPIRED, binds![ente, now, closed_by]).await?;
    let mut gone = Vec::with_capacity(expired.len());
    for (id,) in expired {
        gone.push((id, delete(tx, ente, id).await?));
    }
    Ok(gone)
}

/// Deletes the revisions of a filed draft that came before the one that was filed: what somebody wrote and took back
/// is nobody's business. Says how many; an open draft keeps all.
pub async fn earlier_revisions(tx: &mut Tx, ente: EnteId, id: BozzaId) -> Result<u64> {
    tx.execute(DELETE_EARLIER, binds![ente, id]).await
}

async fn delete(tx: &mut Tx, ente: EnteId, id: BozzaId) -> Result<Vec<AllegatoId>> {
    let files: Vec<(AllegatoId,)> = tx.fetch_all(FILES, binds![ente, id]).await?;
    let binds = binds![ente, id];
    tx.execute_all(&[(DELETE_FILES, binds), (DELETE_REVISIONS, binds), (DELETE, binds)]).await?;
    Ok(files.into_iter().map(|(file,)| file).collect())
}
