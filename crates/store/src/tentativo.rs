//! Attempts to pay online. An attempt never changes a debt; receipts close it.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId, PosizioneId, TentativoId};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// State of an attempt.
    pub enum TentativoStatus {
        /// The browser was sent away, or is about to be.
        Open = "aperto",
        /// It came back, not with a refusal: the receipt is awaited.
        Awaited = "in_verifica",
        /// Every debt of it is paid.
        Succeeded = "riuscito",
        /// The payment site did not take it, or said that it failed.
        Failed = "non_riuscito",
        /// The person gave it up.
        Cancelled = "annullato",
    }
}

row! {
    /// An attempt.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TentativoRow {
        /// Its key.
        pub id: TentativoId,
        /// The name that the payment site has for it; unguessable.
        pub id_cart: String,
        /// Idempotency key of the form that began it.
        pub chiave: String,
        /// Who tries, when they signed in.
        pub persona_id: Option<PersonaId>,
        /// State.
        pub status: TentativoStatus,
        /// Where the browser was sent.
        pub site_url: Option<String>,
        /// When it was begun.
        pub created_at: DateTime<Utc>,
        /// How the browser came back last.
        pub returned_as: Option<String>,
        /// When it came back.
        pub returned_at: Option<DateTime<Utc>>,
        /// When it was decided.
        pub closed_at: Option<DateTime<Utc>>,
    }
}

/// An attempt to begin.
#[derive(Clone, Debug)]
pub struct NewTentativo {
    /// Its key.
    pub id: TentativoId,
    /// The name that the payment site gets for it.
    pub id_cart: String,
    /// Idempotency key of the form.
    pub chiave: String,
    /// Who tries, when they signed in.
    pub persona_id: Option<PersonaId>,
    /// The debts and what is owed of each, in cents.
    pub posizioni: Vec<(PosizioneId, i64)>,
    /// When it is begun.
    pub created_at: DateTime<Utc>,
}

statements! {
    ADD = "INSERT INTO tentativo_pagamento (ente_id, id, id_cart, chiave, persona_id, status, site_url, created_at, returned_as, returned_at, closed_at)
        VALUES ($1, $2, $3, $4, $5, 'aperto', NULL, $6, NULL, NULL, NULL)";
    ADD_DEBT = "INSERT INTO tentativo_posizione (ente_id, tentativo_id, posizione_id, amount_cents) VALUES ($1, $2, $3, $4)";
    BY_ID: TentativoRow = "SELECT id, id_cart, chiave, persona_id, status, site_url, created_at, returned_as, returned_at, closed_at
        FROM tentativo_pagamento WHERE ente_id = $1 AND id = $2";
    BY_KEY: TentativoRow = "SELECT id, id_cart, chiave, persona_id, status, site_url, created_at, returned_as, returned_at, closed_at
        FROM tentativo_pagamento WHERE ente_id = $1 AND chiave = $2";
    LAST_OF: TentativoRow = "SELECT t.id, t.id_cart, t.chiave, t.persona_id, t.status, t.site_url, t.created_at, t.returned_as, t.returned_at, t.closed_at
        FROM tentativo_posizione c JOIN tentativo_pagamento t ON t.ente_id = c.ente_id AND t.id = c.tentativo_id
        WHERE c.ente_id = $1 AND c.posizione_id = $2 ORDER BY t.created_at DESC, t.id DESC LIMIT 1";
    AWAITED_SINCE: (Option<DateTime<Utc>>,) = "SELECT max(t.returned_at)
        FROM tentativo_posizione c JOIN tentativo_pagamento t ON t.ente_id = c.ente_id AND t.id = c.tentativo_id
        WHERE c.ente_id = $1 AND c.posizione_id = $2 AND t.status = 'in_verifica'";
    DEBTS: (PosizioneId, i64) = "SELECT posizione_id, amount_cents FROM tentativo_posizione
        WHERE ente_id = $1 AND tentativo_id = $2 ORDER BY posizione_id LIMIT 5";
    SENT_TO = "UPDATE tentativo_pagamento SET site_url = $3 WHERE ente_id = $1 AND id = $2 AND status = 'aperto'";
    REFUSED = "UPDATE tentativo_pagamento SET status = 'non_riuscito', closed_at = $3 WHERE ente_id = $1 AND id = $2 AND status = 'aperto'";
    RETURNED = "UPDATE tentativo_pagamento SET status = $3, returned_as = $4, returned_at = $5, closed_at = $6
        WHERE ente_id = $1 AND id = $2 AND (status = 'aperto' OR ($3 = 'in_verifica' AND status IN ('non_riuscito', 'annullato')))";
    CLOSE = "UPDATE tentativo_pagamento SET status = 'riuscito', closed_at = $3
        WHERE ente_id = $1 AND status <> 'riuscito' AND (id_cart = $4 OR status IN ('aperto', 'in_verifica'))
          AND id IN (SELECT tentativo_id FROM tentativo_posizione WHERE ente_id = $1 AND posizione_id = $2)
          AND NOT EXISTS (SELECT 1 FROM tentativo_posizione c JOIN posizione_debitoria p ON p.ente_id = c.ente_id AND p.id = c.posizione_id
            WHERE c.ente_id = $1 AND c.tentativo_id = tentativo_pagamento.id AND p.status <> 'pagata')";
}

/// Begins an attempt.
///
/// # Errors
/// `Unique` for a key or a cart that is known.
pub async fn begin(tx: &mut Tx, ente: EnteId, new: &NewTentativo) -> Result<()> {
    tx.execute(ADD, binds![ente, new.id, new.id_cart, new.chiave, new.persona_id, new.created_at]).await?;
    for (posizione, cents) in &new.posizioni {
        tx.execute(ADD_DEBT, binds![ente, new.id, *posizione, *cents]).await?;
    }
    Ok(())
}

/// One attempt.
pub async fn by_id(read: &mut Read, ente: EnteId, id: TentativoId) -> Result<Option<TentativoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The attempt that a key began.
pub async fn by_key(read: &mut Read, ente: EnteId, chiave: &str) -> Result<Option<TentativoRow>> {
    read.fetch_optional(BY_KEY, binds![ente, chiave]).await
}

/// The last attempt to pay a debt.
pub async fn last_of(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Option<TentativoRow>> {
    read.fetch_optional(LAST_OF, binds![ente, posizione]).await
}

/// When the browser of the last attempt came back whose receipt for this debt is awaited.
pub async fn awaited_since(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Option<DateTime<Utc>>> {
    let (since,): (Option<DateTime<Utc>>,) = read.fetch_one(AWAITED_SINCE, binds![ente, posizione]).await?;
    Ok(since)
}

/// The debts of an attempt and what was owed of each, in cents; by key.
pub async fn debts(read: &mut Read, ente: EnteId, id: TentativoId) -> Result<Vec<(PosizioneId, i64)>> {
    read.fetch_all(DEBTS, binds![ente, id]).await
}

/// Notes where the browser is sent; false when the attempt is not open any more.
pub async fn sent_to(tx: &mut Tx, ente: EnteId, id: TentativoId, site_url: &str) -> Result<bool> {
    Ok(tx.execute(SENT_TO, binds![ente, id, site_url]).await? == 1)
}

/// Notes that the payment site did not take the cart; false when the attempt is not open any more.
pub async fn refused(tx: &mut Tx, ente: EnteId, id: TentativoId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REFUSED, binds![ente, id, now]).await? == 1)
}

/// Notes how the browser came back; false when that changes nothing: what succeeded stays so, and a refusal does not undo
/// that a receipt is awaited.
pub async fn returned(
    tx: &mut Tx,
    ente: EnteId,
    id: TentativoId,
    status: TentativoStatus,
    returned_as: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let closed_at = (status != TentativoStatus::Awaited).then_some(now);
    Ok(tx.execute(RETURNED, binds![ente, id, status, returned_as, now, closed_at]).await? == 1)
}

/// Closes the attempts with a debt that was just paid, where it was the last of their debts: those whose receipts were
/// awaited, and the one that the receipt names by its cart. Says how many.
pub async fn close(
    tx: &mut Tx,
    ente: EnteId,
    posizione: PosizioneId,
    id_cart: Option<&str>,
    now: DateTime<Utc>,
) -> Result<u64> {
    tx.execute(CLOSE, binds![ente, posizione, now, id_cart]).await
}
