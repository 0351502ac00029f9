//! Makes a file for the bank: every open debt of the day with a mandate goes in, all at once or none.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_documents::sepa::{Batch, Collection, Creditor, Heading, Pain008, SepaError, Totals};
use sportello_domain::{
    calendar,
    euro::Euro,
    iban::Iban,
    id::{DistintaId, EnteId, MandatoId, PosizioneId},
    riscossione::Riscossione,
    sdd::{EndToEndId, MessageId, SequenceType, Umr, is_sepa},
};
use sportello_store::{
    Json, audit,
    collectable::{self, CollectableRow, PAGE, Wanted},
    contatore,
    distinta::{self, CHUNK, Finished, NewRiga},
    file::FileKind,
    mandato,
    seal::EnteSealer,
};
use uuid::Uuid;

use super::{COLLECTORS, Conto, DayFault, day_fault, mandate_since, riscossione, wanted};
use crate::{Ctx, Error, Portal, Result, error::Reason};

/// Most collections of one file: its bytes must fit the file store.
const MAX_ROWS: usize = 30_000;
/// What an interrupted preparation left is deleted after this time.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// What came of a wish to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// A file was made.
    Made(DistintaId),
    /// The day cannot be one of a collection.
    Day(DayFault),
    /// No debt can be collected on that day.
    Nothing,
}

/// Makes the file for a day of debit; its debts are in addebito from then on.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotAllowedNow`] for an ente that does not collect; [`Error::Stale`] when one of the
/// debts changed in the meantime: nothing was made then.
pub async fn prepare(portal: &Portal, ctx: &Ctx, on: NaiveDate) -> Result<Prepared> {
    ctx.operatore(&COLLECTORS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let riscossione = riscossione(ctx)?;
    if let Some(fault) = day_fault(calendar::legal_date(now), on) {
        return Ok(Prepared::Day(fault));
    }
    let lines = collectable(portal, ente, wanted(riscossione, on)).await?;
    if lines.is_empty() {
        return Ok(Prepared::Nothing);
    }
    let id = DistintaId::new(portal.chance().uuid(now));
    let message = begin(portal, ente, id, on, now).await?;
    let totals = totals(&lines);
    let content = write(riscossione, &message, on, totals, &lines, now)?;
    let sha256 = hex::encode(Sha256::digest(&content));
    let sealer = portal.sealer(ente).await?;
    portal.files().put_sealed(&sealer, FileKind::Documento, id.uuid(), &content).await?;
    stage(portal, ente, id, &lines).await?;
    let count = i64::try_from(totals.count).unwrap_or(i64::MAX);
    let file = Finished { id, count, total_cents: totals.sum.cents(), sha256 };
    finish(portal, ctx, file, on, now).await?;
    Ok(Prepared::Made(id))
}

/// One collection before it is written.
struct Line {
    posizione_id: PosizioneId,
    mandato_id: MandatoId,
    end_to_end: EndToEndId,
    umr: Umr,
    firmato_il: NaiveDate,
    amount: Euro,
    holder: String,
    iban: Iban,
    text: String,
}

/// Reads what can be collected, page by page, and opens the accounts.
async fn collectable(portal: &Portal, ente: EnteId, wanted: Wanted) -> Result<Vec<Line>> {
    let sealer = portal.sealer(ente).await?;
    let (mut lines, mut after) = (Vec::new(), PosizioneId::new(Uuid::nil()));
    loop {
        let rows =
            portal.store().read(ente, async move |read| collectable::debts(read, ente, wanted, after).await).await?;
        let Some(last) = rows.last() else { return Ok(lines) };
        after = last.posizione_id;
        let full = rows.len() == PAGE;
        for row in rows {
            lines.push(Line::open(&sealer, row)?);
        }
        if lines.len() > MAX_ROWS {
            return Err(Error::failed("making a file for the bank", "more collections than a file may hold"));
        }
        if !full {
            return Ok(lines);
        }
    }
}

impl Line {
    fn open(sealer: &EnteSealer, row: CollectableRow) -> Result<Self> {
        let conto = Conto::open(sealer, row.mandato_id, &row.sealed_conto)?;
        let reference = |error| Error::failed("naming a collection", error);
        let year = i32::try_from(row.anno).unwrap_or_default();
        let (numero, attempt) = (row.numero.unsigned_abs(), u32::try_from(row.attempts).unwrap_or(u32::MAX));
        let end_to_end = EndToEndId::issue(year, &row.serie, numero, attempt.saturating_add(1)).map_err(reference)?;
        Ok(Self {
            posizione_id: row.posizione_id,
            mandato_id: row.mandato_id,
            end_to_end,
            umr: Umr::parse(&row.umr).map_err(reference)?,
            firmato_il: row.firmato_il,
            amount: Euro::from_cents(row.amount_cents),
            holder: holder(&conto),
            iban: conto.iban()?,
            text: row.causale,
        })
    }
}

/// The holder's name; their codice fiscale where banks could read no letter of it.
fn holder(conto: &Conto) -> String {
    let readable = conto.intestatario.chars().any(|letter| is_sepa(letter) && letter.is_alphabetic());
    if readable { conto.intestatario.clone() } else { conto.codice_fiscale.clone() }
}

fn totals(lines: &[Line]) -> Totals {
    let sum = lines.iter().map(|line| line.amount.cents()).sum();
    Totals { count: lines.len() as u64, sum: Euro::from_cents(sum) }
}

/// Begins a file under a new name, and clears away what is over: abandoned files, mandates not used for too long.
async fn begin(portal: &Portal, ente: EnteId, id: DistintaId, on: NaiveDate, now: DateTime<Utc>) -> Result<MessageId> {
    let today = calendar::legal_date(now);
    let (year, unused_since) = (today.year(), mandate_since(today));
    let message = portal
        .store()
        .write(ente, async move |tx| {
            distinta::purge(tx, ente, now - ABANDONED).await?;
            mandato::expire(tx, ente, unused_since).await?;
            let number = contatore::next(tx, ente, distinta::SERIE, i64::from(year)).await?;
            let message = MessageId::issue(year, number.unsigned_abs());
            distinta::begin(tx, ente, id, message.as_str(), on, now).await?;
            Ok(message)
        })
        .await?;
    Ok(message)
}

/// The bytes of the file: one batch, since every collection is of one day, recurrent, on one account.
fn write(
    riscossione: &Riscossione,
    message: &MessageId,
    collection_on: NaiveDate,
    totals: Totals,
    lines: &[Line],
    created_at: DateTime<Utc>,
) -> Result<Vec<u8>> {
    let iban =
        Iban::parse(&riscossione.iban).map_err(|error| Error::failed("reading the account of the ente", error))?;
    let creditor = Creditor { name: &riscossione.intestatario, iban: &iban, id: &riscossione.creditor_id };
    let heading = Heading { message, created_at, creditor, totals };
    let written = || -> Result<Vec<u8>, SepaError> {
        let mut file = Pain008::begin(Vec::new(), heading)?;
        file.batch(Batch { collection_on, sequence: SequenceType::Recurrent, totals })?;
        for line in lines {
            file.collection(&Collection {
                end_to_end: &line.end_to_end,
                amount: line.amount,
                umr: &line.umr,
                signed_on: line.firmato_il,
                holder: &line.holder,
                iban: &line.iban,
                text: &line.text,
            })?;
        }
        file.end()
    };
    written().map_err(|error| Error::failed("writing a file for the bank", error))
}

/// Stages the rows in chunks; nobody sees them yet.
async fn stage(portal: &Portal, ente: EnteId, distinta_id: DistintaId, lines: &[Line]) -> Result<()> {
    for chunk in lines.chunks(CHUNK) {
        let rows: Vec<NewRiga> = chunk
            .iter()
            .map(|line| NewRiga {
                distinta_id,
                posizione_id: line.posizione_id,
                mandato_id: line.mandato_id,
                end_to_end_id: line.end_to_end.to_string(),
                sequence_type: SequenceType::Recurrent,
                amount_cents: line.amount.cents(),
            })
            .collect();
        let staged = portal.store().write(ente, async move |tx| distinta::add_rows(tx, ente, &rows).await).await;
        match staged {
            // Somebody else is making a file of the same debts.
            Err(sportello_store::Error::Unique) => return Err(Error::Stale),
            staged => staged?,
        }
    }
    Ok(())
}

/// The switch: debts, rows and file in one transaction.
async fn finish(portal: &Portal, ctx: &Ctx, file: Finished, on: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let (ente, id) = (ctx.ente_id(), file.id);
    let mut note = ctx.note(portal, "distinta.prepare", "distinta_sdd", Some(id.uuid()));
    note.detail = Json(serde_json::json!({ "count": file.count, "collection_on": on }));
    portal
        .store()
        .write_long(ente, async move |tx| {
            if !distinta::finish(tx, ente, &file, now).await? {
                return Err(Reason::Stale.refuse());
            }
            mandato::used(tx, ente, id, on).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
