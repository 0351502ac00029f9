//! The log for an authority: one line of JSON for the whole, one for each message, with hashes to check it by.
//!
//! Bounded, and read in steps, so that it is never in memory as a whole.

use std::{collections::VecDeque, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sportello_domain::ente::Ente;
use sportello_store::{
    Json,
    audit::AuditRow,
    saml_chain,
    saml_log::{self, SamlLogRow},
    seal::EnteSealer,
};
use uuid::Uuid;

use super::{PROTOCOL_WANTED, Search, allow, message, reason_of, record};
use crate::{Ctx, Error, Portal, Result, ctx::command_note, typed};

/// Messages in one export at most: a request beyond it is narrowed by dates.
const MAX_ROWS: usize = 5_000;
/// Messages read in one step.
const STEP_ROWS: usize = 50;
/// Longest reference of a request, in characters.
const MAX_PROTOCOL: usize = 80;

/// The request of an authority.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Why: 5 to 500 characters.
    pub reason: String,
    /// Under which number the request is registered.
    pub protocol: String,
}

impl Authority {
    fn checked(&self) -> Result<(String, String)> {
        let protocol = typed::line(&self.protocol, 1..=MAX_PROTOCOL).ok_or(Error::Unacceptable(PROTOCOL_WANTED))?;
        Ok((reason_of(&self.reason)?, protocol))
    }
}

/// An export that is being read.
pub struct Export {
    portal: Portal,
    ente: Arc<Ente>,
    sealer: EnteSealer,
    head: Option<String>,
    left: VecDeque<Uuid>,
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("left", &self.left.len()).finish_non_exhaustive()
    }
}

/// Exports what a search finds. The reason and the reference are in the audit log before the first byte leaves.
///
/// # Errors
/// Those of [`allow`]; [`Error::Unacceptable`] without reason or reference, or where more than 5,000 messages match.
pub async fn export(portal: &Portal, ctx: &Ctx, search: &Search, authority: &Authority) -> Result<Export> {
    allow(portal, ctx).await?;
    begin(portal, &ctx.ente, search, authority, ctx.note(portal, "sign_in_log.export", "saml_log", None)).await
}

/// The same from the command line, by whoever may run commands on the machine.
///
/// # Errors
/// Those of [`export`] but for the role.
pub async fn export_by_command(
    portal: &Portal,
    ente: &Arc<Ente>,
    search: &Search,
    authority: &Authority,
) -> Result<Export> {
    begin(portal, ente, search, authority, command_note(portal, "sign_in_log.export", "saml_log", None)).await
}

async fn begin(
    portal: &Portal,
    ente: &Arc<Ente>,
    search: &Search,
    authority: &Authority,
    note: AuditRow,
) -> Result<Export> {
    let (id, (reason, protocol)) = (ente.id, authority.checked()?);
    let query = search.query(portal, id).await?;
    let find = async move |read: &mut sportello_store::Read| {
        let found = saml_log::find(read, id, &query, MAX_ROWS as i64 + 1).await?;
        Ok((found, saml_chain::ends(read, id).await?))
    };
    let (mut found, ends) = portal.store().report(id, find).await?;
    if found.len() > MAX_ROWS {
        return Err(Error::Unacceptable("the number of messages: at most 5,000"));
    }
    // Oldest first, as the chain goes.
    found.reverse();
    let detail = json!({ "reason": reason, "protocol": protocol, "fields": search.asked(), "count": found.len() });
    record(portal, id, AuditRow { detail: Json(detail), ..note }).await?;
    let head = json!({
        "format": "sportello sign-in log 1",
        "ente": ente.slug,
        "ente_id": id.uuid(),
        "made_at": portal.clock().now(),
        "reason": reason,
        "protocol": protocol,
        "messages": found.len(),
        "chain": ends.map(|ends| json!({
            "seq": ends.seq,
            "hash": hex::encode(ends.hash),
            "anchor_seq": ends.anchor_seq,
            "anchor_hash": hex::encode(ends.anchor_hash),
        })),
    });
    let sealer = portal.sealer(id).await?;
    Ok(Export { portal: portal.clone(), ente: ente.clone(), sealer, head: Some(line(&head)), left: found.into() })
}

impl Export {
    /// The next lines; nothing at the end. A message that was deleted meanwhile, its time being over, is left out.
    ///
    /// # Errors
    /// Those of the database, and a message that cannot be opened.
    pub async fn next(&mut self) -> Result<Option<String>> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        let step: Vec<Uuid> = self.left.drain(..STEP_ROWS.min(self.left.len())).collect();
        if step.is_empty() {
            return Ok(None);
        }
        let ente = self.ente.id;
        let read = async move |read: &mut sportello_store::Read| {
            let mut rows = Vec::with_capacity(step.len());
            for id in step {
                let Some(row) = saml_log::get(read, ente, id).await? else { continue };
                let previous = match row.seq {
                    Some(seq) => saml_log::previous_hash(read, ente, seq).await?,
                    None => None,
                };
                rows.push((row, previous));
            }
            Ok(rows)
        };
        let rows = self.portal.store().read(ente, read).await?;
        let mut lines = String::new();
        for (row, previous) in &rows {
            lines.push_str(&line(&self.message(row, previous.as_deref())?));
        }
        Ok(Some(lines))
    }

    fn message(&self, row: &SamlLogRow, previous: Option<&[u8]>) -> Result<Value> {
        let whole = match (row.seq, previous) {
            (Some(seq), Some(previous)) => {
                Some(row.hash.as_deref() == Some(saml_chain::link(self.ente.id, seq, previous, row).as_slice()))
            }
            _ => None,
        };
        let sealed = row.sealed_request.as_ref().or(row.sealed_response.as_ref());
        Ok(json!({
            "id": row.id,
            "kind": if row.sealed_request.is_some() { "request" } else { "response" },
            "at": row.at,
            "outcome": row.outcome,
            "scheme": row.scheme.map(|scheme| scheme.stored()),
            "provider": row.provider,
            "AuthnReq_ID": row.request_id,
            "AuthnReq_IssueInstant": row.request_issued_at,
            "Resp_ID": row.response_id,
            "Resp_IssueInstant": row.response_issued_at,
            "Resp_Issuer": row.response_issuer,
            "Assertion_ID": row.assertion_id,
            "Assertion_subject_NameQualifier": row.name_qualifier,
            "name_id_hmac": row.name_id_hmac.as_ref().map(hex::encode),
            "codice_fiscale_hmac": row.codice_fiscale_hmac.as_ref().map(hex::encode),
            "sealed_sha256": sealed.map(|sealed| hex::encode(Sha256::digest(sealed.as_bytes()))),
            "xml_sha256": row.xml_sha256.as_ref().map(hex::encode),
            "xml_base64": message(&self.sealer, row)?.map(|xml| STANDARD.encode(xml)),
            "seq": row.seq,
            "previous_hash": previous.map(hex::encode),
            "hash": row.hash.as_ref().map(hex::encode),
            "hash_is_right": whole,
        }))
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
