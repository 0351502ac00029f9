//! What is written of each message of a sign-in: sealed, and findable by its identifiers (DPCM 24 October 2014, art. 13).
//!
//! Searching and opening are `crate::tracciatura`. Nothing of a message stands in clear but identifiers of messages and
//! names of providers: the codice fiscale and the `NameID` are keyed hashes.

use chrono::{DateTime, SubsecRound, Utc};
use miniz_oxide::{deflate::compress_to_vec_zlib, inflate::decompress_to_vec_zlib_with_limit};
use sha2::{Digest, Sha256};
use sportello_identity::Claims;
use sportello_store::{
    saml_log::SamlLogRow,
    saml_request::SamlRequestRow,
    seal::{EnteSealer, Place, Sealed},
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result};

/// Longest message that is opened again, in bytes: far above what sign-in lets in.
const MAX_OPENED: usize = 4 << 20;
/// How hard a message is packed: quickly, since somebody waits.
const PACKING: u8 = 1;
/// How much is kept of an answer that nobody asked for, in bytes: whoever sends them must not fill the disk.
const MAX_UNASKED: usize = 4 << 10;
/// Columns of the two messages.
const REQUEST: &str = "sealed_request";
const RESPONSE: &str = "sealed_response";
/// Names under which values of people are hashed; searching uses the same.
pub(crate) const NAME_ID: &str = "saml_log.name_id";
pub(crate) const CODICE_FISCALE: &str = "saml_log.codice_fiscale";

/// The row for a request that is about to be sent.
pub(super) async fn of_request(portal: &Portal, ctx: &Ctx, request: &SamlRequestRow, xml: &str) -> Result<SamlLogRow> {
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let id = portal.chance().uuid(request.issued_at);
    Ok(SamlLogRow {
        id,
        request_id: Some(request.id.clone()),
        provider: Some(request.provider.clone()),
        sealed_request: Some(shut(&sealer, REQUEST, id, xml.as_bytes())?),
        outcome: "sent".to_owned(),
        at: request.issued_at,
        scheme: Some(request.scheme),
        request_issued_at: Some(as_written(request.issued_at)),
        xml_sha256: Some(Sha256::digest(xml).to_vec()),
        ..SamlLogRow::default()
    })
}

/// The row for an answer, whatever it is worth: `pending` is the request that it answers, where one waits.
///
/// Of an answer to no request the beginning is kept, with the hash of the whole, and no person can be found by it:
/// anybody can write a name into one.
pub(super) async fn of_answer(
    portal: &Portal,
    ctx: &Ctx,
    (xml, claims): (&[u8], &Claims),
    pending: Option<&SamlRequestRow>,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<SamlLogRow> {
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let id = portal.chance().uuid(now);
    let kept = if pending.is_some() { xml } else { &xml[..xml.len().min(MAX_UNASKED)] };
    let hash = |column, value: &Option<String>| {
        let asked = value.as_deref().filter(|_| pending.is_some());
        asked.map(|value| sealer.keyed_hash(column, value)).transpose()
    };
    Ok(SamlLogRow {
        id,
        request_id: claims.in_response_to.clone(),
        provider: pending.map(|request| request.provider.clone()),
        sealed_response: Some(shut(&sealer, RESPONSE, id, kept)?),
        response_id: claims.response_id.clone(),
        assertion_id: claims.assertion_id.clone(),
        outcome: outcome.to_owned(),
        at: now,
        scheme: pending.map(|request| request.scheme),
        request_issued_at: pending.map(|request| as_written(request.issued_at)),
        response_issued_at: claims.response_issued_at,
        response_issuer: claims.issuer.clone(),
        name_qualifier: claims.name_qualifier.clone(),
        name_id_hmac: hash(NAME_ID, &claims.name_id)?,
        codice_fiscale_hmac: hash(CODICE_FISCALE, &claims.codice_fiscale)?,
        xml_sha256: Some(Sha256::digest(xml).to_vec()),
        ..SamlLogRow::default()
    })
}

/// The message of a row as it was sent or received; nothing for a row without one.
pub(crate) fn message(sealer: &EnteSealer, row: &SamlLogRow) -> Result<Option<Vec<u8>>> {
    let (column, sealed) = match (&row.sealed_request, &row.sealed_response) {
        (Some(sealed), _) => (REQUEST, sealed),
        (None, Some(sealed)) => (RESPONSE, sealed),
        (None, None) => return Ok(None),
    };
    let kept = sealer.open(&Place::new("saml_log", column, row.id), sealed)?;
    if row.seq.is_none() {
        // From before the chain: not compressed.
        return Ok(Some(kept));
    }
    let xml = decompress_to_vec_zlib_with_limit(&kept, MAX_OPENED)
        .map_err(|error| Error::failed("unpacking a message of the sign-in log", format!("{:?}", error.status)))?;
    Ok(Some(xml))
}

/// The instant as a request says it: whole seconds.
fn as_written(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0)
}

fn shut(sealer: &EnteSealer, column: &'static str, id: Uuid, xml: &[u8]) -> Result<Sealed> {
    Ok(sealer.seal(&Place::new("saml_log", column, id), &compress_to_vec_zlib(xml, PACKING))?)
}
