//! The ledger of amounts collected: append only, one line for each receipt and for each direct debit.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{EnteId, IncassoId, PosizioneId};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// How an amount came.
    pub enum Mezzo {
        /// Through pagoPA.
        PagoPa = "pagopa",
        /// By direct debit.
        Sdd = "sdd",
    }
}

row! {
    /// An amount that came.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct IncassoRow {
        /// Its key.
        pub id: IncassoId,
        /// The debt; none when nobody knows which.
        pub posizione_id: Option<PosizioneId>,
        /// How it came.
        pub mezzo: Mezzo,
        /// Amount in cents.
        pub amount_cents: i64,
        /// Day of the payment.
        pub value_date: NaiveDate,
        /// Its receipt of pagoPA.
        pub receipt_id: Option<String>,
        /// Its reference at the bank.
        pub end_to_end_id: Option<String>,
        /// When it was booked.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// What the receipts say and what the ledger has of them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Balance {
        /// Receipts of pagoPA.
        pub receipts: i64,
        /// Their sum in cents.
        pub receipt_cents: i64,
        /// Lines of the ledger that came through pagoPA.
        pub lines: i64,
        /// Their sum in cents.
        pub line_cents: i64,
    }
}

impl Balance {
    /// Whether each receipt is booked once, to the cent.
    pub fn is_even(&self) -> bool {
        (self.receipts, self.receipt_cents) == (self.lines, self.line_cents)
    }
}

statements! {
    ADD = "INSERT INTO incasso (ente_id, id, posizione_id, mezzo, amount_cents, value_date, receipt_id, end_to_end_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_DEBT: IncassoRow = "SELECT id, posizione_id, mezzo, amount_cents, value_date, receipt_id, end_to_end_id, created_at
        FROM incasso WHERE ente_id = $1 AND posizione_id = $2 ORDER BY value_date, id LIMIT 100";
    BALANCE: Balance = "SELECT
        (SELECT count(*) FROM ricevuta_pagopa WHERE ente_id = $1) AS receipts,
        (SELECT CAST(coalesce(sum(amount_cents), 0) AS BIGINT) FROM ricevuta_pagopa WHERE ente_id = $1) AS receipt_cents,
        (SELECT count(*) FROM incasso WHERE ente_id = $1 AND mezzo = 'pagopa') AS lines,
        (SELECT CAST(coalesce(sum(amount_cents), 0) AS BIGINT) FROM incasso WHERE ente_id = $1 AND mezzo = 'pagopa') AS line_cents
        FROM ente WHERE id = $1";
}

/// Books an amount.
///
/// # Errors
/// `Unique` for a receipt or a reference that is booked.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &IncassoRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.posizione_id,
        row.mezzo,
        row.amount_cents,
        row.value_date,
        row.receipt_id,
        row.end_to_end_id,
        row.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// What came for a debt, in order of day, at most 100.
pub async fn of_debt(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Vec<IncassoRow>> {
    read.fetch_all(OF_DEBT, binds![ente, posizione]).await
}

/// Receipts against ledger.
pub async fn balance(read: &mut Read, ente: EnteId) -> Result<Balance> {
    read.fetch_one(BALANCE, binds![ente]).await
}
