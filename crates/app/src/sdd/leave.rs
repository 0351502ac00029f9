//! Leaves direct debit: debts that no file holds are paid by notice, mandates that nothing needs end.

use chrono::{DateTime, Days, Utc};
use serde_json::json;
use sportello_domain::{calendar, id::EnteId, riscossione::Riscossione};
use sportello_store::{
    Json, Tx, audit, mandato,
    posizione::{self, WaitingRow},
};

use super::outcome::NEW_TERM_DAYS;
use crate::{Error, Portal, Result, ctx::command_note, ente, error::Reason, numero_avviso};

/// Gives debts a notice of their own in place of the debit. Whoever relied on the debit has at least 15 days to pay.
pub(crate) async fn to_notices(
    tx: &mut Tx,
    ente: EnteId,
    riscossione: &Riscossione,
    debts: &[WaitingRow],
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    let earliest = calendar::legal_date(now) + Days::new(NEW_TERM_DAYS);
    for debt in debts {
        let notice = numero_avviso::next(tx, ente, riscossione).await?;
        let due_on = debt.scadenza.max(earliest);
        if !posizione::to_notice(tx, ente, (debt.id, debt.version), notice.as_str(), due_on, now).await? {
            return Err(Reason::Stale.refuse());
        }
    }
    Ok(())
}

/// Ends what outlived its use, with one row of the audit for all: mandates of enrolments that were given up, and debits
/// of enrolments that are paid by notice by now, which a bank gave back.
pub(crate) async fn end_unneeded(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let known = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let Some(riscossione) = known.settings.riscossione.clone() else { return Ok(()) };
    let mut note = command_note(portal, "mandato.end_unneeded", "mandato", None);
    "sistema".clone_into(&mut note.capacity);
    let end = async move |tx: &mut Tx| {
        let debts = posizione::left_behind(tx, ente).await?;
        to_notices(tx, ente, &riscossione, &debts, now).await?;
        let ended = mandato::end_unneeded(tx, ente, calendar::legal_date(now)).await?;
        if ended > 0 || !debts.is_empty() {
            note.detail = Json(json!({ "mandates": ended, "debts": debts.len() }));
            audit::record(tx, ente, &note).await?;
        }
        Ok(())
    };
    Ok(portal.store().write(ente, end).await?)
}
