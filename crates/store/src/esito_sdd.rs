//! Files of the bank that were read, known by their bytes: the same one again changes nothing.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sportello_domain::id::EnteId;

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A file that was read.
    #[derive(Clone, Debug, PartialEq)]
    pub struct EsitoRow {
        /// SHA-256 of its bytes, hexadecimal.
        pub sha256: String,
        /// Name under which it came.
        pub file_name: String,
        /// When it was read.
        pub imported_at: DateTime<Utc>,
        /// How many records it has.
        pub rows: i64,
        /// What became of each record: references and codes, never names.
        pub righe: Json<Value>,
    }
}

statements! {
    ADD = "INSERT INTO esito_sdd (ente_id, sha256, file_name, imported_at, rows, righe) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, sha256) DO NOTHING";
    BY_SHA256: EsitoRow = "SELECT sha256, file_name, imported_at, rows, righe FROM esito_sdd WHERE ente_id = $1 AND sha256 = $2";
    LIST: (String, String, DateTime<Utc>, i64) = "SELECT sha256, file_name, imported_at, rows FROM esito_sdd
        WHERE ente_id = $1 ORDER BY imported_at DESC, sha256 LIMIT 200";
}

/// Adds a file; false when it was read before: undo what it led to.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &EsitoRow) -> Result<bool> {
    let binds = binds![ente, row.sha256, row.file_name, row.imported_at, row.rows, row.righe];
    Ok(tx.execute(ADD, binds).await? == 1)
}

/// The file of these bytes.
pub async fn by_sha256(read: &mut Read, ente: EnteId, sha256: &str) -> Result<Option<EsitoRow>> {
    read.fetch_optional(BY_SHA256, binds![ente, sha256]).await
}

/// The files, the last first, at most 200: hash, name, when, how many records.
pub async fn list(read: &mut Read, ente: EnteId) -> Result<Vec<(String, String, DateTime<Utc>, i64)>> {
    read.fetch_all(LIST, binds![ente]).await
}
