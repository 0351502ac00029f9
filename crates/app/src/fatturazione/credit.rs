//! The credit note for a wrong invoice: it takes lines of it back, or all, and frees their meals for the next run.
//!
//! An invoice gets one credit note. What it makes of the debt is decided by `sportello_domain::posizione::credit`.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    euro::Euro,
    fatturazione::Riga,
    id::{DocumentoContabileId, EnteId},
    iva, posizione as rule,
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    contatore,
    documento_contabile::{self as documento, DocumentoContabileRow, Kind},
    job,
    posizione::{self, Reduced},
    presenza, riconciliazione,
};

use super::{ISSUERS, issue, riscossione};
use crate::{Ctx, Error, Portal, REASON, Result, error::Reason, typed};

/// The deed in the audit rows.
pub(super) const DEED: &str = "documento_contabile.credit";

/// What a credit note takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The whole invoice.
    All,
    /// Some of its lines, by their places from 0.
    Some(Vec<usize>),
}

/// Takes an invoice back, or some of its lines. Its debt shrinks, or is cancelled; what was paid and is not owed any more
/// becomes the payer's credit, which waits for the office to give it back.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Unacceptable`] without a reason, or for lines that it does not have;
/// [`Error::NotAllowedNow`] for a credit note, for an invoice that has one, or while the bank has its debt in a file.
pub async fn credit(
    portal: &Portal,
    ctx: &Ctx,
    invoice: DocumentoContabileId,
    lines: &Lines,
    reason: &str,
) -> Result<DocumentoContabileId> {
    ctx.operatore(&ISSUERS)?;
    riscossione(ctx)?;
    let reason = typed::text(reason, REASON).ok_or(Error::Unacceptable("the reason"))?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let wrong = portal.store().read(ente, async move |read| documento::by_id(read, ente, invoice).await).await?;
    let wrong = wrong.ok_or(Error::NotFound)?;
    let part = Part::new(&wrong, lines).ok_or(Error::Unacceptable("the lines"))?;
    let id = DocumentoContabileId::new(portal.chance().uuid(now));
    let pdf = issue::pdf_job(portal, id, now);
    let detail = Json(serde_json::json!({ "reason": reason, "credits": invoice }));
    let note = AuditRow { detail, ..ctx.note(portal, DEED, "documento_contabile", Some(id.uuid())) };
    portal
        .store()
        .write(ente, async move |tx| {
            if wrong.kind != Kind::Invoice || documento::credit_note(tx, ente, invoice).await?.is_some() {
                return Err(Reason::NotAllowedNow.refuse());
            }
            let numero = number(tx, ente, &wrong.serie, now).await?;
            let row = part.document(wrong, (id, numero), now);
            documento::add(tx, ente, &row).await?;
            reduce(tx, ente, &row, now).await?;
            part.release(tx, ente, invoice).await?;
            job::enqueue(tx, ente, &pdf).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(id)
}

/// The number of the next credit note of the year: taken in the transaction that uses it, so that none is missing.
async fn number(tx: &mut Tx, ente: EnteId, serie: &str, now: DateTime<Utc>) -> sportello_store::Result<i64> {
    let anno = i64::from(calendar::legal_date(now).year());
    contatore::next(tx, ente, &issue::series(Kind::CreditNote, serie), anno).await
}

/// What is taken back.
struct Part {
    righe: Vec<Riga>,
    net: Euro,
    vat: Euro,
    total: Euro,
    /// The days whose meals are free again; none when all are.
    days: Option<Vec<NaiveDate>>,
}

impl Part {
    /// None for lines that the invoice does not have, or for no line at all. Every line is the whole invoice, to the cent.
    fn new(wrong: &DocumentoContabileRow, lines: &Lines) -> Option<Self> {
        let all = &wrong.righe.0;
        let righe = match lines {
            Lines::All => all.clone(),
            Lines::Some(places) => {
                let there = !places.is_empty() && places.iter().all(|place| *place < all.len());
                let chosen = all.iter().enumerate().filter(|(place, _)| places.contains(place));
                there.then(|| chosen.map(|(_, riga)| riga.clone()).collect())?
            }
        };
        if righe.len() == all.len() {
            let (net, vat, total) = (wrong.net_cents, wrong.vat_cents, wrong.total_cents);
            let [net, vat, total] = [net, vat, total].map(Euro::from_cents);
            return Some(Self { righe, net, vat, total, days: None });
        }
        let total = Euro::from_cents(righe.iter().map(|riga| riga.amount.cents()).sum());
        let parts = iva::split(total, wrong.aliquota_bp);
        let days = righe.iter().flat_map(|riga| riga.days.iter().copied()).collect();
        Some(Self { righe, net: parts.net, vat: parts.vat, total, days: Some(days) })
    }

    async fn release(&self, tx: &mut Tx, ente: EnteId, invoice: DocumentoContabileId) -> sportello_store::Result<u64> {
        match &self.days {
            None => presenza::release(tx, ente, invoice).await,
            Some(days) => presenza::release_days(tx, ente, invoice, days).await,
        }
    }

    fn document(
        &self,
        wrong: DocumentoContabileRow,
        (id, numero): (DocumentoContabileId, i64),
        now: DateTime<Utc>,
    ) -> DocumentoContabileRow {
        let today = calendar::legal_date(now);
        DocumentoContabileRow {
            kind: Kind::CreditNote,
            anno: i64::from(today.year()),
            numero,
            emesso_il: today,
            scadenza: today,
            net_cents: self.net.cents(),
            vat_cents: self.vat.cents(),
            total_cents: self.total.cents(),
            righe: Json(self.righe.clone()),
            credits_id: Some(wrong.id),
            created_at: now,
            id,
            ..wrong
        }
    }
}

/// Takes what a credit note says off the debt of its invoice, and keeps what the payer gets back.
async fn reduce(
    tx: &mut Tx,
    ente: EnteId,
    nota: &DocumentoContabileRow,
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    let Some(invoice) = nota.credits_id else { return Ok(()) };
    let Some(debt) = posizione::of_document(tx, ente, invoice).await? else { return Ok(()) };
    let [amount, settled, credited] = [debt.amount_cents, debt.settled_cents, nota.total_cents].map(Euro::from_cents);
    let after = rule::credit(debt.status, amount, settled, credited);
    let after = after.map_err(|_| Reason::NotAllowedNow.refuse())?;
    let to = Reduced { status: after.status, amount_cents: after.amount.cents(), settled_cents: after.settled.cents() };
    if !posizione::reduce(tx, ente, debt.id, debt.version, to, now).await? {
        return Err(Reason::Stale.refuse());
    }
    if after.credit > Euro::ZERO {
        riconciliazione::add_credit(tx, ente, nota.id, after.credit.cents(), now).await?;
    }
    Ok(())
}
