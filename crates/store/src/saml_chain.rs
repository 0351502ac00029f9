//! The chain of the sign-in log of an ente: every row hashes itself and the row before, so that one that was altered or
//! taken out is found.
//!
//! Triggers keep the newest hash apart from the rows, so that a chain that was cut short is found too. Deletion after 24
//! months moves the anchor, from which the rest is checked. Not a defence against who may change every table and compute
//! anew: for that the ends are noted in the audit log, and copied elsewhere with it (`docs/adr/0011-sign-in-log.md`).

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sportello_domain::id::EnteId;

use crate::{
    binds,
    error::Result,
    row,
    saml_log::SamlLogRow,
    statements,
    tx::{Read, Tx},
};

/// What the first row builds on.
const GENESIS: [u8; 32] = [0; 32];
/// Rows checked in one read.
const PAGE_ROWS: i64 = 200;
/// Faults after which a check ends.
const MAX_FAULTS: usize = 100;

row! {
    /// Both ends of a chain.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SamlChainRow {
        /// Number of the newest row.
        pub seq: i64,
        /// Its hash.
        pub hash: Vec<u8>,
        /// Number of the newest row that was deleted when its time was over; 0 for none.
        pub anchor_seq: i64,
        /// Its hash: what the oldest row left builds on.
        pub anchor_hash: Vec<u8>,
        /// When the message of that row was sent or received.
        pub anchor_at: Option<DateTime<Utc>>,
        /// When the first row was written.
        pub started_at: DateTime<Utc>,
    }
}

statements! {
    ENDS: SamlChainRow = "SELECT seq, hash, anchor_seq, anchor_hash, anchor_at, started_at FROM saml_chain WHERE ente_id = $1";
    HEAD: (i64, Vec<u8>) = "SELECT seq, hash FROM saml_chain WHERE ente_id = $1";
    MOVE_ANCHOR = "UPDATE saml_chain SET anchor_seq = $2, anchor_hash = $3, anchor_at = $4 WHERE ente_id = $1";
    PAGE: SamlLogRow = "SELECT id, request_id, provider, sealed_request, sealed_response, response_id, assertion_id, outcome, at,
            scheme, request_issued_at, response_issued_at, response_issuer, name_qualifier, name_id_hmac, codice_fiscale_hmac, xml_sha256, seq, hash
        FROM saml_log WHERE ente_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    STRAY: (i64,) = "SELECT count(*) FROM saml_log WHERE ente_id = $1 AND seq IS NULL AND at >= $2";
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// A row does not hash to what it says.
    Altered(i64),
    /// Rows are missing: the first and the last of them.
    Missing(i64, i64),
    /// The newest row is another than the one that was written last.
    Head(i64),
    /// Rows came in beside the chain.
    Stray(i64),
    /// Rows were deleted before their time.
    Early(i64),
}

/// How far a check has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainCheck {
    at: Option<(i64, Vec<u8>)>,
    /// Rows that were looked at.
    pub rows: u64,
    /// What is wrong; at most a hundred, then the check ends.
    pub faults: Vec<ChainFault>,
}

/// Where the chain stands: the number and the hash of the newest row.
pub(crate) async fn head(read: &mut Read, ente: EnteId) -> Result<(i64, Vec<u8>)> {
    let head: Option<(i64, Vec<u8>)> = read.fetch_optional(HEAD, binds![ente]).await?;
    Ok(head.unwrap_or_else(|| (0, GENESIS.to_vec())))
}

/// Both ends; nothing before the first row.
pub async fn ends(read: &mut Read, ente: EnteId) -> Result<Option<SamlChainRow>> {
    read.fetch_optional(ENDS, binds![ente]).await
}

pub(crate) async fn anchor(read: &mut Read, ente: EnteId) -> Result<i64> {
    Ok(ends(read, ente).await?.map_or(0, |ends| ends.anchor_seq))
}

/// Hash of the anchor, when it is the row of this number.
pub(crate) async fn anchor_of(read: &mut Read, ente: EnteId, seq: i64) -> Result<Option<Vec<u8>>> {
    Ok(ends(read, ente).await?.filter(|ends| ends.anchor_seq == seq).map(|ends| ends.anchor_hash))
}

pub(crate) async fn move_anchor(tx: &mut Tx, ente: EnteId, seq: i64, hash: &[u8], at: DateTime<Utc>) -> Result<()> {
    let hash = hash.to_vec();
    tx.execute(MOVE_ANCHOR, binds![ente, seq, hash, at]).await?;
    Ok(())
}

/// The hash of a row: SHA-256 of a name, the hash before, and each value behind its length.
pub fn link(ente: EnteId, seq: i64, previous: &[u8], row: &SamlLogRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(b"sportello saml log 1");
    hash.update(previous);
    let mut put = |value: Option<&[u8]>| match value {
        None => hash.update([0]),
        Some(value) => {
            hash.update([1]);
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
    };
    let micros = |at: DateTime<Utc>| at.timestamp_micros().to_be_bytes();
    put(Some(ente.uuid().as_bytes()));
    put(Some(&seq.to_be_bytes()));
    put(Some(row.id.as_bytes()));
    put(row.request_id.as_deref().map(str::as_bytes));
    put(row.provider.as_deref().map(str::as_bytes));
    for sealed in [&row.sealed_request, &row.sealed_response] {
        let digest = sealed.as_ref().map(|sealed| Sha256::digest(sealed.as_bytes()));
        put(digest.as_ref().map(|digest| digest.as_slice()));
    }
    put(row.response_id.as_deref().map(str::as_bytes));
    put(row.assertion_id.as_deref().map(str::as_bytes));
    put(Some(row.outcome.as_bytes()));
    put(Some(&micros(row.at)));
    put(row.scheme.map(|scheme| scheme.stored().as_bytes()));
    put(row.request_issued_at.map(micros).as_ref().map(<[u8; 8]>::as_slice));
    put(row.response_issued_at.map(micros).as_ref().map(<[u8; 8]>::as_slice));
    put(row.response_issuer.as_deref().map(str::as_bytes));
    put(row.name_qualifier.as_deref().map(str::as_bytes));
    put(row.name_id_hmac.as_deref());
    put(row.codice_fiscale_hmac.as_deref());
    put(row.xml_sha256.as_deref());
    hash.finalize().to_vec()
}

/// Checks the next rows; says whether there may be more. `kept_from` is the instant before which rows may be gone.
///
/// Each call is a snapshot of its own: rows may be added and deleted in between.
pub async fn check(read: &mut Read, ente: EnteId, kept_from: DateTime<Utc>, check: &mut ChainCheck) -> Result<bool> {
    let Some(ends) = ends(read, ente).await? else {
        return orphans(read, ente, check).await;
    };
    if check.at.is_none() {
        if ends.anchor_at.is_some_and(|at| at >= kept_from) {
            check.faults.push(ChainFault::Early(ends.anchor_seq));
        }
        let (stray,): (i64,) = read.fetch_one(STRAY, binds![ente, ends.started_at]).await?;
        if stray > 0 {
            check.faults.push(ChainFault::Stray(stray));
        }
    }
    let (mut last, mut previous) = match check.at.take() {
        Some((seq, hash)) if seq >= ends.anchor_seq => (seq, hash),
        _ => (ends.anchor_seq, ends.anchor_hash.clone()),
    };
    let rows: Vec<SamlLogRow> = read.fetch_all(PAGE, binds![ente, last, PAGE_ROWS]).await?;
    let more = rows.len() as i64 == PAGE_ROWS;
    for row in rows {
        check.rows += 1;
        let (seq, hash) = (row.seq.unwrap_or_default(), row.hash.clone().unwrap_or_default());
        if seq != last + 1 {
            check.faults.push(ChainFault::Missing(last + 1, seq - 1));
        } else if link(ente, seq, &previous, &row) != hash {
            check.faults.push(ChainFault::Altered(seq));
        }
        (last, previous) = (seq, hash);
    }
    if !more && (last, &previous) != (ends.seq, &ends.hash) {
        check.faults.push(ChainFault::Head(ends.seq));
    }
    check.at = Some((last, previous));
    Ok(more && check.faults.len() < MAX_FAULTS)
}

/// Without ends there must be no numbered row.
async fn orphans(read: &mut Read, ente: EnteId, check: &mut ChainCheck) -> Result<bool> {
    let rows: Vec<SamlLogRow> = read.fetch_all(PAGE, binds![ente, 0_i64, 1_i64]).await?;
    check.faults.extend(rows.first().map(|row| ChainFault::Head(row.seq.unwrap_or_default())));
    Ok(false)
}
