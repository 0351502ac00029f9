//! Signing keys of an ente as a service provider. The private key is sealed.

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A key pair with its certificate.
    #[derive(Clone, Debug)]
    pub struct SpidKeyRow {
        /// Grows with each new key; the highest signs.
        pub version: i64,
        /// PKCS#8 DER, sealed at `spid_key`, `sealed_private_key`.
        pub sealed_private_key: Sealed,
        /// Certificate in PEM.
        pub certificate_pem: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO spid_key (ente_id, version, sealed_private_key, certificate_pem, created_at) VALUES ($1, $2, $3, $4, $5)";
    CURRENT: SpidKeyRow = "SELECT version, sealed_private_key, certificate_pem, created_at FROM spid_key
        WHERE ente_id = $1 ORDER BY version DESC LIMIT 1";
}

/// Adds a key.
///
/// # Errors
/// `Unique` when the version is taken: another node was faster.
pub async fn add(tx: &mut Tx, ente: EnteId, key: &SpidKeyRow) -> Result<()> {
    tx.execute(ADD, binds![ente, key.version, key.sealed_private_key, key.certificate_pem, key.created_at]).await?;
    Ok(())
}

/// The key that signs now.
pub async fn current(read: &mut Read, ente: EnteId) -> Result<Option<SpidKeyRow>> {
    read.fetch_optional(CURRENT, binds![ente]).await
}
