//! Receipts of pagoPA, as the node sent them: append only, each once, whether a debt answers to them or not.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PosizioneId},
    posizione::Anomalia,
};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements, stored_words,
    tx::{Read, Tx},
};

stored_words!(Anomalia);

row! {
    /// A receipt. The message itself is read by [`raw`].
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RicevutaRow {
        /// Identifier that the node gave to it.
        pub receipt_id: String,
        /// Notice number.
        pub codice_avviso: String,
        /// The debt of the notice.
        pub posizione_id: Option<PosizioneId>,
        /// Amount paid, in cents.
        pub amount_cents: i64,
        /// When it was paid.
        pub paid_at: DateTime<Utc>,
        /// Name of the payment service provider.
        pub psp_name: String,
        /// Whether the platform stood in for us while we did not answer.
        pub stand_in: bool,
        /// Why the office has to look at it.
        pub anomalia: Option<Anomalia>,
        /// When it came.
        pub received_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO ricevuta_pagopa (ente_id, receipt_id, codice_avviso, posizione_id, amount_cents, paid_at, psp_name, stand_in, anomalia, sealed_raw, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    BY_ID: RicevutaRow = "SELECT receipt_id, codice_avviso, posizione_id, amount_cents, paid_at, psp_name, stand_in, anomalia, received_at
        FROM ricevuta_pagopa WHERE ente_id = $1 AND receipt_id = $2";
    RAW: (Sealed,) = "SELECT sealed_raw FROM ricevuta_pagopa WHERE ente_id = $1 AND receipt_id = $2";
    OF_DEBT: RicevutaRow = "SELECT receipt_id, codice_avviso, posizione_id, amount_cents, paid_at, psp_name, stand_in, anomalia, received_at
        FROM ricevuta_pagopa WHERE ente_id = $1 AND posizione_id = $2 ORDER BY received_at, receipt_id LIMIT 100";
    ANOMALIES: RicevutaRow = "SELECT receipt_id, codice_avviso, posizione_id, amount_cents, paid_at, psp_name, stand_in, anomalia, received_at
        FROM ricevuta_pagopa q WHERE q.ente_id = $1 AND q.anomalia IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM riconciliazione r WHERE r.ente_id = q.ente_id AND r.receipt_id = q.receipt_id)
        ORDER BY q.received_at DESC, q.receipt_id LIMIT $2 OFFSET $3";
}

/// Adds a receipt with its message, sealed at `ricevuta_pagopa`, `sealed_raw`.
///
/// # Errors
/// `Unique` for one that is known.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &RicevutaRow, sealed_raw: &Sealed) -> Result<()> {
    let binds = binds![
        ente,
        row.receipt_id,
        row.codice_avviso,
        row.posizione_id,
        row.amount_cents,
        row.paid_at,
        row.psp_name,
        row.stand_in,
        row.anomalia,
        *sealed_raw,
        row.received_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// A receipt by its identifier.
pub async fn by_id(read: &mut Read, ente: EnteId, receipt_id: &str) -> Result<Option<RicevutaRow>> {
    read.fetch_optional(BY_ID, binds![ente, receipt_id]).await
}

/// The message of a receipt.
pub async fn raw(read: &mut Read, ente: EnteId, receipt_id: &str) -> Result<Option<Sealed>> {
    let row: Option<(Sealed,)> = read.fetch_optional(RAW, binds![ente, receipt_id]).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// The receipts for a debt, in the order in which they came, at most 100.
pub async fn of_debt(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Vec<RicevutaRow>> {
    read.fetch_all(OF_DEBT, binds![ente, posizione]).await
}

/// The receipts that the office has to look at and has not decided about, the last first: a page (limit, offset).
pub async fn anomalies(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<RicevutaRow>> {
    read.fetch_all(ANOMALIES, binds![ente, limit, offset]).await
}
