//! Whether the log of an ente is whole: for `sportello check` and for the note of each day.

use chrono::{DateTime, Utc};
use serde_json::json;
use sportello_domain::id::EnteId;
use sportello_store::{
    Json,
    saml_chain::{self, ChainCheck, ChainFault},
};

use super::{KEPT, record};
use crate::{Portal, Result, ctx::command_note};

/// What is wrong with the chain of an ente, in words; read in pages, so that a long log takes no memory.
pub(crate) async fn findings(portal: &Portal, ente: EnteId) -> Result<Vec<String>> {
    let now = portal.clock().now();
    let kept_from = now.checked_sub_months(KEPT).unwrap_or(now);
    let mut check = ChainCheck::default();
    loop {
        let mut so_far = check;
        let page = async move |read: &mut sportello_store::Read| {
            let more = saml_chain::check(read, ente, kept_from, &mut so_far).await?;
            Ok((so_far, more))
        };
        let (so_far, more) = portal.store().report(ente, page).await?;
        check = so_far;
        if !more {
            return Ok(check.faults.iter().map(|fault| words(*fault)).collect());
        }
    }
}

fn words(fault: ChainFault) -> String {
    match fault {
        ChainFault::Altered(seq) => format!("the row {seq} of the sign-in log was altered"),
        ChainFault::Missing(first, last) => format!("the rows {first} to {last} of the sign-in log are missing"),
        ChainFault::Head(seq) => format!("the sign-in log does not end with its row {seq}"),
        ChainFault::Stray(count) => format!("{count} rows of the sign-in log stand beside its chain"),
        ChainFault::Early(seq) => format!("the sign-in log was deleted up to row {seq} before its time"),
    }
}

/// Notes both ends in the audit log, with how many rows were deleted: what a copy of that log is compared with.
pub(crate) async fn note_ends(portal: &Portal, ente: EnteId, deleted: u64, before: DateTime<Utc>) -> Result<()> {
    let Some(ends) = portal.store().read(ente, async move |read| saml_chain::ends(read, ente).await).await? else {
        return Ok(());
    };
    let mut note = command_note(portal, "sign_in_log.tidy", "saml_log", None);
    "sistema".clone_into(&mut note.capacity);
    note.detail = Json(json!({
        "deleted": deleted,
        "before": before,
        "seq": ends.seq,
        "hash": hex::encode(ends.hash),
        "anchor_seq": ends.anchor_seq,
        "anchor_hash": hex::encode(ends.anchor_hash),
    }));
    record(portal, ente, note).await
}
