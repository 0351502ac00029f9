//! Who of the office has a pratica open: worth a few minutes, so that two people do not work on one without knowing.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId, PraticaId};

use crate::{
    binds,
    error::Result,
    statements,
    tx::{Read, Tx},
};

statements! {
    SEE = "INSERT INTO pratica_vista (ente_id, pratica_id, persona_id, seen_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, pratica_id, persona_id) DO UPDATE SET seen_at = excluded.seen_at";
    FORGET = "DELETE FROM pratica_vista WHERE ente_id = $1 AND seen_at < $2";
    SINCE: (PersonaId, String, String, DateTime<Utc>) = "SELECT v.persona_id, p.nome, p.cognome, v.seen_at FROM pratica_vista v
        JOIN persona p ON p.ente_id = v.ente_id AND p.id = v.persona_id
        WHERE v.ente_id = $1 AND v.pratica_id = $2 AND v.seen_at >= $3 ORDER BY v.seen_at DESC LIMIT 20";
}

/// Somebody looks at a pratica now. What is older than `forget` is deleted on the way.
pub async fn see(
    tx: &mut Tx,
    ente: EnteId,
    pratica: PraticaId,
    persona: PersonaId,
    now: DateTime<Utc>,
    forget: DateTime<Utc>,
) -> Result<()> {
    let (see, old) = (binds![ente, pratica, persona, now], binds![ente, forget]);
    tx.execute_all(&[(SEE, see), (FORGET, old)]).await?;
    Ok(())
}

/// Who has looked at a pratica since an instant (given and family name, and when last), the latest first, at most 20.
pub async fn since(
    read: &mut Read,
    ente: EnteId,
    pratica: PraticaId,
    from: DateTime<Utc>,
) -> Result<Vec<(PersonaId, String, String, DateTime<Utc>)>> {
    read.fetch_all(SINCE, binds![ente, pratica, from]).await
}
