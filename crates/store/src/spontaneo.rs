//! Payments begun at the public door, the debts that they stand for, and the links to them.
//!
//! What was written at the door is sealed; a link is kept by its hash alone.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{EnteId, PagamentoSpontaneoId, PosizioneId};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// Whether it is known what a payment stands for.
    pub enum MatchState {
        /// Nothing came yet.
        Unpaid = "da_pagare",
        /// Paid; somebody has to say for what.
        Unmatched = "da_abbinare",
        /// Paid, and its debts are known.
        Matched = "abbinato",
        /// Settled by the office in another way.
        Resolved = "risolto",
    }
}

row! {
    /// A payment begun at the door.
    #[derive(Clone, Debug)]
    pub struct PagamentoRow {
        /// Its key.
        pub id: PagamentoSpontaneoId,
        /// Its own debt, with its notice.
        pub posizione_id: PosizioneId,
        /// Idempotency key of the form that began it.
        pub chiave: String,
        /// What was written, and the link, sealed at `pagamento_spontaneo`, `sealed_dati`.
        pub sealed_dati: Sealed,
        /// First days of the months.
        pub periodi: Json<Vec<NaiveDate>>,
        /// `infanzia` or `primaria`.
        pub struttura: String,
        /// Whether it is known what it stands for.
        pub match_state: MatchState,
        /// When it was begun.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A debt that a payment stands for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AbbinamentoRow {
        /// The debt.
        pub posizione_id: PosizioneId,
        /// The payment.
        pub pagamento_id: PagamentoSpontaneoId,
        /// How much of the payment, in cents.
        pub amount_cents: i64,
        /// Day of the payment.
        pub value_date: NaiveDate,
        /// When it was decided.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO pagamento_spontaneo (ente_id, id, posizione_id, chiave, sealed_dati, periodi, struttura, match_state, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_ID: PagamentoRow = "SELECT id, posizione_id, chiave, sealed_dati, periodi, struttura, match_state, created_at
        FROM pagamento_spontaneo WHERE ente_id = $1 AND id = $2";
    BY_KEY: PagamentoRow = "SELECT id, posizione_id, chiave, sealed_dati, periodi, struttura, match_state, created_at
        FROM pagamento_spontaneo WHERE ente_id = $1 AND chiave = $2";
    OF_DEBT: PagamentoRow = "SELECT id, posizione_id, chiave, sealed_dati, periodi, struttura, match_state, created_at
        FROM pagamento_spontaneo WHERE ente_id = $1 AND posizione_id = $2";
    UNMATCHED: PagamentoRow = "SELECT id, posizione_id, chiave, sealed_dati, periodi, struttura, match_state, created_at
        FROM pagamento_spontaneo WHERE ente_id = $1 AND match_state = 'da_abbinare' ORDER BY created_at, id LIMIT $2 OFFSET $3";
    MOVE = "UPDATE pagamento_spontaneo SET match_state = $4 WHERE ente_id = $1 AND id = $2 AND match_state = $3";
    STALE: (PagamentoSpontaneoId, PosizioneId, i64) = "SELECT s.id, s.posizione_id, p.version
        FROM pagamento_spontaneo s JOIN posizione_debitoria p ON p.ente_id = s.ente_id AND p.id = s.posizione_id
        WHERE s.ente_id = $1 AND s.match_state = 'da_pagare' AND p.status = 'aperta' AND p.settled_cents = 0 AND p.scadenza < $2
        ORDER BY p.scadenza, s.id LIMIT 200";
    FORGET = "DELETE FROM pagamento_spontaneo WHERE ente_id = $1 AND id = $2 AND match_state = 'da_pagare'";
    MATCH = "INSERT INTO abbinamento (ente_id, posizione_id, pagamento_id, amount_cents, value_date, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    MATCHED: AbbinamentoRow = "SELECT posizione_id, pagamento_id, amount_cents, value_date, created_at
        FROM abbinamento WHERE ente_id = $1 AND pagamento_id = $2 ORDER BY posizione_id LIMIT 100";
    MATCH_OF: AbbinamentoRow = "SELECT posizione_id, pagamento_id, amount_cents, value_date, created_at
        FROM abbinamento WHERE ente_id = $1 AND posizione_id = $2";
    ADD_LINK = "INSERT INTO link_pagamento (ente_id, link_hash, posizione_id, until, created_at) VALUES ($1, $2, $3, $4, $5)";
    LINKED: (PosizioneId, NaiveDate) = "SELECT posizione_id, until FROM link_pagamento
        WHERE ente_id = $1 AND link_hash = $2 AND until >= $3";
    PURGE_LINKS = "DELETE FROM link_pagamento WHERE ente_id = $1 AND until < $2";
}

/// Adds a payment; its debt was added in the same transaction.
///
/// # Errors
/// `Unique` for a key that is known.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &PagamentoRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.posizione_id,
        row.chiave,
        row.sealed_dati,
        row.periodi,
        row.struttura,
        row.match_state,
        row.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// One payment.
pub async fn by_id(read: &mut Read, ente: EnteId, id: PagamentoSpontaneoId) -> Result<Option<PagamentoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The payment that a key began.
pub async fn by_key(read: &mut Read, ente: EnteId, chiave: &str) -> Result<Option<PagamentoRow>> {
    read.fetch_optional(BY_KEY, binds![ente, chiave]).await
}

/// The payment whose own debt this is.
pub async fn of_debt(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Option<PagamentoRow>> {
    read.fetch_optional(OF_DEBT, binds![ente, posizione]).await
}

/// The payments for which somebody has to say what they stand for, the oldest first: a page (limit, offset).
pub async fn unmatched(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<PagamentoRow>> {
    read.fetch_all(UNMATCHED, binds![ente, limit, offset]).await
}

/// Moves a payment from one state to another; false when it is not in the first.
pub async fn advance(
    tx: &mut Tx,
    ente: EnteId,
    id: PagamentoSpontaneoId,
    from: MatchState,
    to: MatchState,
) -> Result<bool> {
    Ok(tx.execute(MOVE, binds![ente, id, from, to]).await? == 1)
}

/// Payments of which nothing came though they were due before this day, with the debt and its version, at most 200.
pub async fn stale(
    read: &mut Read,
    ente: EnteId,
    due_before: NaiveDate,
) -> Result<Vec<(PagamentoSpontaneoId, PosizioneId, i64)>> {
    read.fetch_all(STALE, binds![ente, due_before]).await
}

/// Deletes a payment of which nothing came, with everything that was written; its debt is the caller's affair.
pub async fn forget(tx: &mut Tx, ente: EnteId, id: PagamentoSpontaneoId) -> Result<()> {
    tx.execute(FORGET, binds![ente, id]).await?;
    Ok(())
}

/// Notes that a payment stands for a debt.
///
/// # Errors
/// `Unique` when one stands for it already.
pub async fn add_match(tx: &mut Tx, ente: EnteId, row: &AbbinamentoRow) -> Result<()> {
    let binds = binds![ente, row.posizione_id, row.pagamento_id, row.amount_cents, row.value_date, row.created_at];
    tx.execute(MATCH, binds).await?;
    Ok(())
}

/// The debts that a payment stands for.
pub async fn matched(read: &mut Read, ente: EnteId, pagamento: PagamentoSpontaneoId) -> Result<Vec<AbbinamentoRow>> {
    read.fetch_all(MATCHED, binds![ente, pagamento]).await
}

/// The payment that stands for a debt.
pub async fn match_of(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Option<AbbinamentoRow>> {
    read.fetch_optional(MATCH_OF, binds![ente, posizione]).await
}

/// Adds a link to the page of a debt, by the SHA-256 of its secret (32 bytes), up to a last day.
pub async fn add_link(
    tx: &mut Tx,
    ente: EnteId,
    link_hash: &[u8],
    posizione: PosizioneId,
    until: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(ADD_LINK, binds![ente, link_hash, posizione, until, now]).await?;
    Ok(())
}

/// The debt of a link that is still good on this day, and its last day.
pub async fn linked(
    read: &mut Read,
    ente: EnteId,
    link_hash: &[u8],
    today: NaiveDate,
) -> Result<Option<(PosizioneId, NaiveDate)>> {
    read.fetch_optional(LINKED, binds![ente, link_hash, today]).await
}

/// Deletes the links whose last day lies before this one; says how many.
pub async fn purge_links(tx: &mut Tx, ente: EnteId, today: NaiveDate) -> Result<u64> {
    tx.execute(PURGE_LINKS, binds![ente, today]).await
}
