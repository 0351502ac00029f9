//! The signed lists of providers of identities, one after the other. What may follow what is decided in `sportello-app`.

use chrono::{DateTime, Utc};
use sportello_domain::{id::EnteId, identita::IdentityScheme};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A list that was taken in.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RegistroGestoriRow {
        /// Grows with each list of a scheme; the highest is in use.
        pub number: i64,
        /// Identifier of the document: never taken twice.
        pub document_id: String,
        /// SHA-256 of the document, 64 hexadecimal digits.
        pub sha256: String,
        /// When the registry published it, where it says so.
        pub issued_at: Option<DateTime<Utc>>,
        /// End of its validity, where it has one.
        pub valid_until: Option<DateTime<Utc>>,
        /// Entity ids of its providers.
        pub entities: Json<Vec<String>>,
        /// Whether it lists simulators.
        pub simulated: bool,
        /// When it was taken in.
        pub taken_at: DateTime<Utc>,
        /// When the source was last heard to have nothing newer.
        pub checked_at: DateTime<Utc>,
    }
}

statements! {
    CURRENT: RegistroGestoriRow = "SELECT number, document_id, sha256, issued_at, valid_until, entities, simulated, taken_at, checked_at
        FROM registro_gestori WHERE ente_id = $1 AND scheme = $2 ORDER BY number DESC LIMIT 1";
    SEEN: (i64,) = "SELECT number FROM registro_gestori WHERE ente_id = $1 AND scheme = $2 AND document_id = $3";
    ADD = "INSERT INTO registro_gestori (ente_id, scheme, number, document_id, sha256, issued_at, valid_until, entities, simulated,
            taken_at, checked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    CHECKED = "UPDATE registro_gestori SET checked_at = $4 WHERE ente_id = $1 AND scheme = $2 AND number = $3";
}

/// The list of a scheme that is in use.
pub async fn current(read: &mut Read, scheme: IdentityScheme) -> Result<Option<RegistroGestoriRow>> {
    read.fetch_optional(CURRENT, binds![EnteId::PLATFORM, scheme]).await
}

/// Whether a document of this identifier was ever taken in.
pub async fn was_seen(read: &mut Read, scheme: IdentityScheme, document_id: &str) -> Result<bool> {
    Ok(read.fetch_optional::<(i64,)>(SEEN, binds![EnteId::PLATFORM, scheme, document_id]).await?.is_some())
}

/// Adds a list, which is in use from then on.
///
/// # Errors
/// `Unique` when the number or the document is there already.
pub async fn add(tx: &mut Tx, scheme: IdentityScheme, list: &RegistroGestoriRow) -> Result<()> {
    let binds = binds![
        EnteId::PLATFORM,
        scheme,
        list.number,
        list.document_id,
        list.sha256,
        list.issued_at,
        list.valid_until,
        list.entities,
        list.simulated,
        list.taken_at,
        list.checked_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Notes that the source still publishes this list.
pub async fn checked(tx: &mut Tx, scheme: IdentityScheme, number: i64, at: DateTime<Utc>) -> Result<()> {
    tx.execute(CHECKED, binds![EnteId::PLATFORM, scheme, number, at]).await?;
    Ok(())
}
