//! Every call of the node of pagoPA as it came. Never changed; deleted when its time is over.

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What was answered.
    pub enum Answered {
        /// outcome OK.
        Ok = "OK",
        /// outcome KO, with a fault.
        Ko = "KO",
    }
}

row! {
    /// A call.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MessaggioRow {
        /// Its key, version 7.
        pub id: Uuid,
        /// Name of the operation, as far as it could be read.
        pub operation: String,
        /// The body, sealed at `nodo_messaggio`, `sealed_raw`.
        pub sealed_raw: Sealed,
        /// What was answered.
        pub outcome: Answered,
        /// The fault that was answered.
        pub fault_code: Option<String>,
        /// When it came.
        pub at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO nodo_messaggio (ente_id, id, operation, sealed_raw, outcome, fault_code, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST: MessaggioRow = "SELECT id, operation, sealed_raw, outcome, fault_code, at
        FROM nodo_messaggio WHERE ente_id = $1 AND at >= $2 ORDER BY at, id LIMIT 500";
    PURGE = "DELETE FROM nodo_messaggio WHERE ente_id = $1 AND at <= $2";
}

/// Keeps a call.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &MessaggioRow) -> Result<()> {
    let binds = binds![ente, row.id, row.operation, row.sealed_raw, row.outcome, row.fault_code, row.at];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The calls since an instant, at most 500.
pub async fn since(read: &mut Read, ente: EnteId, from: DateTime<Utc>) -> Result<Vec<MessaggioRow>> {
    read.fetch_all(LIST, binds![ente, from]).await
}

/// Deletes the calls that came by `before`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}
