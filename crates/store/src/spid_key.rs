//! Signing keys of an ente as a service provider: one signs, others are published before and after it, so that no
//! provider meets a key that it does not know. The private keys are sealed.

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;

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
    /// What a key is for now.
    pub enum KeyStatus {
        /// In the metadata, not signing: to come, or just gone.
        Published = "pubblicata",
        /// Signs, and is in the metadata. One at most.
        InUse = "in_uso",
        /// Nothing any more.
        Retired = "ritirata",
    }
}

row! {
    /// A key pair with its certificate.
    #[derive(Clone, Debug)]
    pub struct SpidKeyRow {
        /// Grows with each new key or certificate.
        pub version: i64,
        /// What it is for.
        pub status: KeyStatus,
        /// PKCS#8 DER, sealed at `spid_key`, `sealed_private_key`.
        pub sealed_private_key: Sealed,
        /// Certificate in PEM.
        pub certificate_pem: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO spid_key (ente_id, version, status, sealed_private_key, certificate_pem, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    ALL: SpidKeyRow = "SELECT version, status, sealed_private_key, certificate_pem, created_at FROM spid_key
        WHERE ente_id = $1 ORDER BY version";
    STATES: (i64, KeyStatus) = "SELECT version, status FROM spid_key WHERE ente_id = $1 ORDER BY version";
    SET_STATUS = "UPDATE spid_key SET status = $3 WHERE ente_id = $1 AND version = $2 AND status <> $3";
}

/// Adds a key.
///
/// # Errors
/// `Unique` when the version is taken, or another key signs already: another node was faster.
pub async fn add(tx: &mut Tx, ente: EnteId, key: &SpidKeyRow) -> Result<()> {
    let binds = binds![ente, key.version, key.status, key.sealed_private_key, key.certificate_pem, key.created_at];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Every key, oldest first.
pub async fn all(read: &mut Read, ente: EnteId) -> Result<Vec<SpidKeyRow>> {
    read.fetch_all(ALL, binds![ente]).await
}

/// Which keys there are and what each is for: enough to see whether something changed.
pub async fn states(read: &mut Read, ente: EnteId) -> Result<Vec<(i64, KeyStatus)>> {
    read.fetch_all(STATES, binds![ente]).await
}

/// Changes what a key is for; false when it is that already, or not there.
///
/// # Errors
/// `Unique` when another key signs: say first what that one is for.
pub async fn set_status(tx: &mut Tx, ente: EnteId, version: i64, status: KeyStatus) -> Result<bool> {
    Ok(tx.execute(SET_STATUS, binds![ente, version, status]).await? == 1)
}
