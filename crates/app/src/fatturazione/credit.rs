//! The credit note for a wrong invoice: it takes the whole invoice back and frees its meals for the next run.

use chrono::Datelike;
use sportello_domain::{
    calendar,
    id::{DocumentoContabileId, EnteId},
    posizione::{PosizioneEvent, PosizioneStatus},
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    contatore,
    documento_contabile::{self as documento, DocumentoContabileRow, Kind},
    job, posizione, presenza,
};

use super::{ISSUERS, issue, riscossione};
use crate::{Ctx, Error, Portal, Result, error::Reason};

/// Shortest and longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// Takes an invoice back. Its debt is cancelled; where money came in already the debt stays paid, and what was paid is
/// the payer's credit.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Unacceptable`] without a reason; [`Error::NotAllowedNow`] for a
/// credit note, for an invoice that has one, or while the bank has its debt in a file.
pub async fn credit(
    portal: &Portal,
    ctx: &Ctx,
    invoice: DocumentoContabileId,
    reason: &str,
) -> Result<DocumentoContabileId> {
    ctx.operatore(&ISSUERS)?;
    riscossione(ctx)?;
    let reason = reason.trim();
    if !REASON.contains(&reason.chars().count()) {
        return Err(Error::Unacceptable("the reason"));
    }
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let id = DocumentoContabileId::new(portal.chance().uuid(now));
    let pdf = issue::pdf_job(portal, id, now);
    let detail = Json(serde_json::json!({ "reason": reason, "credits": invoice }));
    let note = ctx.note(portal, "documento_contabile.credit", "documento_contabile", Some(id.uuid()));
    let note = AuditRow { detail, ..note };
    portal
        .store()
        .write(ente, async move |tx| {
            let wrong = documento::by_id(tx, ente, invoice).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if wrong.kind != Kind::Invoice || documento::credit_note(tx, ente, invoice).await?.is_some() {
                return Err(Reason::NotAllowedNow.refuse());
            }
            let today = calendar::legal_date(now);
            let anno = i64::from(today.year());
            let numero = contatore::next(tx, ente, &issue::series(Kind::CreditNote, &wrong.serie), anno).await?;
            let row = DocumentoContabileRow {
                id,
                kind: Kind::CreditNote,
                anno,
                numero,
                emesso_il: today,
                scadenza: today,
                credits_id: Some(invoice),
                created_at: now,
                ..wrong
            };
            documento::add(tx, ente, &row).await?;
            cancel(tx, ente, invoice, now).await?;
            presenza::release(tx, ente, invoice).await?;
            job::enqueue(tx, ente, &pdf).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(id)
}

/// Cancels the debt of an invoice, unless its money is here.
async fn cancel(
    tx: &mut Tx,
    ente: EnteId,
    invoice: DocumentoContabileId,
    now: chrono::DateTime<chrono::Utc>,
) -> sportello_store::Result<()> {
    let Some(debt) = posizione::of_document(tx, ente, invoice).await? else { return Ok(()) };
    if matches!(debt.status, PosizioneStatus::Paid | PosizioneStatus::Debited) {
        return Ok(());
    }
    let status = debt.status.after(PosizioneEvent::Cancel).map_err(|_| Reason::NotAllowedNow.refuse())?;
    let changed = posizione::change(tx, ente, debt.id, debt.version, status, debt.settled_cents, now).await?;
    if changed { Ok(()) } else { Err(Reason::Stale.refuse()) }
}
