//! The log of sign-ins: one row for the request sent, one for the response received, good or broken.
//!
//! Kept 24 months (DPCM 24 October 2014, art. 13 c. 2). Both messages hold a codice fiscale, so both are sealed.

use chrono::{DateTime, Utc};
use sportello_domain::id::EnteId;
use uuid::Uuid;

use crate::{binds, error::Result, row, seal::Sealed, statements, tx::Tx};

row! {
    /// A message of a sign-in.
    #[derive(Clone, Debug)]
    pub struct SamlLogRow {
        /// Its key, version 7; also the row that its sealed messages are bound to.
        pub id: Uuid,
        /// SAML ID of the request, where it could be read.
        pub request_id: Option<String>,
        /// Entity id of the provider, where it is known.
        pub provider: Option<String>,
        /// The request as sent, sealed at `saml_log`, `sealed_request`.
        pub sealed_request: Option<Sealed>,
        /// The response as received, sealed at `saml_log`, `sealed_response`.
        pub sealed_response: Option<Sealed>,
        /// SAML ID of the response, where it could be read.
        pub response_id: Option<String>,
        /// SAML ID of the assertion, where it could be read.
        pub assertion_id: Option<String>,
        /// What became of it: a short word, never data of the person.
        pub outcome: String,
        /// When it was sent or received.
        pub at: DateTime<Utc>,
    }
}

statements! {
    RECORD = "INSERT INTO saml_log (ente_id, id, request_id, provider, sealed_request, sealed_response, response_id, assertion_id, outcome, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PURGE = "DELETE FROM saml_log WHERE ente_id = $1 AND id IN
        (SELECT id FROM saml_log WHERE ente_id = $1 AND at < $2 ORDER BY at LIMIT $3)";
}

/// Writes a message of a sign-in.
pub async fn record(tx: &mut Tx, ente: EnteId, row: &SamlLogRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.request_id,
        row.provider,
        row.sealed_request,
        row.sealed_response,
        row.response_id,
        row.assertion_id,
        row.outcome,
        row.at
    ];
    tx.execute(RECORD, binds).await?;
    Ok(())
}

/// Deletes up to `at_most` messages older than `before`; says how many. Called again while it says `at_most`.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>, at_most: i64) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before, at_most]).await
}
