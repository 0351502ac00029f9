//! The log of sign-ins: one row for each request sent, one for each response received, good or broken.
//!
//! Kept 24 months (DPCM 24 October 2014, art. 13 c. 2). Both messages hold a codice fiscale, so both are sealed, and what
//! is searched of a person is a keyed hash. Rows are chained: `saml_chain.rs`.

use chrono::{DateTime, Utc};
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, saml_chain,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A message of a sign-in.
    #[derive(Clone, Debug, Default)]
    pub struct SamlLogRow {
        /// Its key, version 7; also the row that its sealed messages are bound to.
        pub id: Uuid,
        /// SAML ID of the request, where it could be read.
        pub request_id: Option<String>,
        /// Entity id of the provider, where it is known.
        pub provider: Option<String>,
        /// The request as sent, sealed at `saml_log`, `sealed_request`; compressed in numbered rows.
        pub sealed_request: Option<Sealed>,
        /// The response as received, sealed at `saml_log`, `sealed_response`; compressed in numbered rows.
        pub sealed_response: Option<Sealed>,
        /// SAML ID of the response, where it could be read.
        pub response_id: Option<String>,
        /// SAML ID of the assertion, where it could be read.
        pub assertion_id: Option<String>,
        /// What became of it: a short word, never data of the person.
        pub outcome: String,
        /// When it was sent or received.
        pub at: DateTime<Utc>,
        /// Scheme of the request, where the request is known.
        pub scheme: Option<IdentityScheme>,
        /// `IssueInstant` of the request, where the request is known.
        pub request_issued_at: Option<DateTime<Utc>>,
        /// `IssueInstant` that the response says.
        pub response_issued_at: Option<DateTime<Utc>>,
        /// `Issuer` that the response says.
        pub response_issuer: Option<String>,
        /// `NameQualifier` that the response says.
        pub name_qualifier: Option<String>,
        /// Keyed hash of the `NameID`.
        pub name_id_hmac: Option<Vec<u8>>,
        /// Keyed hash of the codice fiscale that the response says.
        pub codice_fiscale_hmac: Option<Vec<u8>>,
        /// SHA-256 of the message before it was compressed and sealed.
        pub xml_sha256: Option<Vec<u8>>,
        /// Place in the chain of the ente, from 1; given by [`record`], nothing in rows from before the chain.
        pub seq: Option<i64>,
        /// Hash of the row and of the one before; given by [`record`].
        pub hash: Option<Vec<u8>>,
    }
}

/// What is searched for; what is left out is not asked. Values of people come as keyed hashes.
#[derive(Clone, Debug, Default)]
pub struct SamlLogQuery {
    /// First instant of the log.
    pub from: DateTime<Utc>,
    /// The instant after the last.
    pub until: DateTime<Utc>,
    /// SAML ID of the request.
    pub request_id: Option<String>,
    /// SAML ID of the response.
    pub response_id: Option<String>,
    /// SAML ID of the assertion.
    pub assertion_id: Option<String>,
    /// Keyed hash of the `NameID`.
    pub name_id_hmac: Option<Vec<u8>>,
    /// Keyed hash of the codice fiscale.
    pub codice_fiscale_hmac: Option<Vec<u8>>,
    /// `Issuer` of the response.
    pub response_issuer: Option<String>,
    /// `NameQualifier` of the response.
    pub name_qualifier: Option<String>,
    /// `IssueInstant` of the request.
    pub request_issued_at: Option<DateTime<Utc>>,
    /// `IssueInstant` of the response.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// `sent`, `verified` or `failed`.
    pub outcome: Option<&'static str>,
}

statements! {
    RECORD = "INSERT INTO saml_log (ente_id, id, request_id, provider, sealed_request, sealed_response, response_id, assertion_id, outcome, at,
            scheme, request_issued_at, response_issued_at, response_issuer, name_qualifier, name_id_hmac, codice_fiscale_hmac, xml_sha256, seq, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    GET: SamlLogRow = "SELECT id, request_id, provider, sealed_request, sealed_response, response_id, assertion_id, outcome, at,
            scheme, request_issued_at, response_issued_at, response_issuer, name_qualifier, name_id_hmac, codice_fiscale_hmac, xml_sha256, seq, hash
        FROM saml_log WHERE ente_id = $1 AND id = $2";
    // The messages of one sign-in.
    OF_REQUEST: SamlLogRow = "SELECT id, request_id, provider, sealed_request, sealed_response, response_id, assertion_id, outcome, at,
            scheme, request_issued_at, response_issued_at, response_issuer, name_qualifier, name_id_hmac, codice_fiscale_hmac, xml_sha256, seq, hash
        FROM saml_log WHERE ente_id = $1 AND request_id = $2 ORDER BY at, seq, id LIMIT $3";
    PREVIOUS_HASH: (Vec<u8>,) = "SELECT hash FROM saml_log WHERE ente_id = $1 AND seq = $2 AND hash IS NOT NULL";
    // By identifier: each part of the union has an index, and one whose parameter is NULL gives nothing.
    BY_KEY: (Uuid,) = "SELECT id FROM saml_log WHERE ente_id = $1 AND id IN (
            SELECT id FROM saml_log WHERE ente_id = $1 AND request_id = $4
            UNION SELECT id FROM saml_log WHERE ente_id = $1 AND response_id = $5
            UNION SELECT id FROM saml_log WHERE ente_id = $1 AND assertion_id = $6
            UNION SELECT id FROM saml_log WHERE ente_id = $1 AND name_id_hmac = $7
            UNION SELECT id FROM saml_log WHERE ente_id = $1 AND codice_fiscale_hmac = $8)
        AND at >= $2 AND at < $3
        AND (request_id = $4 OR $4 IS NULL) AND (response_id = $5 OR $5 IS NULL) AND (assertion_id = $6 OR $6 IS NULL)
        AND (name_id_hmac = $7 OR $7 IS NULL) AND (codice_fiscale_hmac = $8 OR $8 IS NULL)
        AND (response_issuer = $9 OR $9 IS NULL) AND (name_qualifier = $10 OR $10 IS NULL)
        AND (request_issued_at = $11 OR $11 IS NULL) AND (response_issued_at = $12 OR $12 IS NULL)
        AND (CASE outcome WHEN 'sent' THEN 'sent' WHEN 'verified' THEN 'verified' ELSE 'failed' END = $13 OR $13 IS NULL)
        ORDER BY at DESC, seq DESC, id DESC LIMIT $14";
    BY_TIME: (Uuid,) = "SELECT id FROM saml_log WHERE ente_id = $1 AND at >= $2 AND at < $3
        AND (response_issuer = $4 OR $4 IS NULL) AND (name_qualifier = $5 OR $5 IS NULL)
        AND (request_issued_at = $6 OR $6 IS NULL) AND (response_issued_at = $7 OR $7 IS NULL)
        AND (CASE outcome WHEN 'sent' THEN 'sent' WHEN 'verified' THEN 'verified' ELSE 'failed' END = $8 OR $8 IS NULL)
        ORDER BY at DESC, seq DESC, id DESC LIMIT $9";
    OLDEST: (i64, Vec<u8>, DateTime<Utc>) = "SELECT seq, hash, at FROM saml_log WHERE ente_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    DELETE = "DELETE FROM saml_log WHERE ente_id = $1 AND seq <= $2";
    PURGE_UNNUMBERED = "DELETE FROM saml_log WHERE ente_id = $1 AND id IN
        (SELECT id FROM saml_log WHERE ente_id = $1 AND at < $2 AND seq IS NULL ORDER BY at LIMIT $3)";
}

/// Writes a message of a sign-in as the next of the chain. One flight more than the row itself: where the chain stands.
///
/// Exact under concurrent writers: those of one ente take turns on both databases, and a number is taken once.
pub async fn record(tx: &mut Tx, ente: EnteId, row: &SamlLogRow) -> Result<()> {
    let (last, previous) = saml_chain::head(tx, ente).await?;
    let seq = last + 1;
    let hash = saml_chain::link(ente, seq, &previous, row);
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
        row.at,
        row.scheme,
        row.request_issued_at,
        row.response_issued_at,
        row.response_issuer,
        row.name_qualifier,
        row.name_id_hmac,
        row.codice_fiscale_hmac,
        row.xml_sha256,
        seq,
        hash
    ];
    tx.execute(RECORD, binds).await?;
    Ok(())
}

/// One message.
pub async fn get(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<SamlLogRow>> {
    read.fetch_optional(GET, binds![ente, id]).await
}

/// The messages that name a request, oldest first, `at_most` of them.
pub async fn of_request(read: &mut Read, ente: EnteId, request_id: &str, at_most: i64) -> Result<Vec<SamlLogRow>> {
    read.fetch_all(OF_REQUEST, binds![ente, request_id, at_most]).await
}

/// The hash that a row of the chain builds on: that of the row before, or of the anchor; nothing where it is missing.
pub async fn previous_hash(read: &mut Read, ente: EnteId, seq: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = read.fetch_optional(PREVIOUS_HASH, binds![ente, seq - 1]).await?;
    match row {
        Some((hash,)) => Ok(Some(hash)),
        None => saml_chain::anchor_of(read, ente, seq - 1).await,
    }
}

/// Keys of the messages that match, newest first, `at_most` of them.
pub async fn find(read: &mut Read, ente: EnteId, query: &SamlLogQuery, at_most: i64) -> Result<Vec<Uuid>> {
    let by_key = query.request_id.is_some()
        || query.response_id.is_some()
        || query.assertion_id.is_some()
        || query.name_id_hmac.is_some()
        || query.codice_fiscale_hmac.is_some();
    let outcome = query.outcome.map(str::to_owned);
    let found: Vec<(Uuid,)> = if by_key {
        let binds = binds![
            ente,
            query.from,
            query.until,
            query.request_id,
            query.response_id,
            query.assertion_id,
            query.name_id_hmac,
            query.codice_fiscale_hmac,
            query.response_issuer,
            query.name_qualifier,
            query.request_issued_at,
            query.response_issued_at,
            outcome,
            at_most
        ];
        read.fetch_all(BY_KEY, binds).await?
    } else {
        let binds = binds![
            ente,
            query.from,
            query.until,
            query.response_issuer,
            query.name_qualifier,
            query.request_issued_at,
            query.response_issued_at,
            outcome,
            at_most
        ];
        read.fetch_all(BY_TIME, binds).await?
    };
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Deletes up to `at_most` messages older than `before`, from the old end of the chain; says how many. Called again while
/// it says `at_most`. The anchor keeps the hash of the last one that went.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>, at_most: i64) -> Result<u64> {
    let unnumbered = tx.execute(PURGE_UNNUMBERED, binds![ente, before, at_most]).await?;
    let left = at_most - i64::try_from(unnumbered).unwrap_or(at_most);
    if left == 0 {
        return Ok(unnumbered);
    }
    let from = saml_chain::anchor(tx, ente).await?;
    let oldest: Vec<(i64, Vec<u8>, DateTime<Utc>)> = tx.fetch_all(OLDEST, binds![ente, from, left]).await?;
    let Some((seq, hash, at)) = oldest.into_iter().take_while(|(_, _, at)| *at < before).last() else {
        return Ok(unnumbered);
    };
    saml_chain::move_anchor(tx, ente, seq, &hash, at).await?;
    Ok(unnumbered + tx.execute(DELETE, binds![ente, seq]).await?)
}
