//! SEPA direct debits of the office: which debts can be collected, the files for the bank, its answers.
//!
//! Role: Ragioneria. A debt in a file is not payable online; a refusal of the bank makes it so.

mod conto;
mod elenco;
mod file;
mod leave;
mod outcome;
mod prepare;

use chrono::{DateTime, Months, NaiveDate, Utc};
use sportello_domain::{calendar, euro::Euro, id::DistintaId, riscossione::Riscossione, ruolo::Ruolo, sdd};
use sportello_store::{
    collectable::{self, Collectable, Wanted},
    distinta::{self, DistintaRow},
    esito_sdd,
};

use crate::{Ctx, Error, Portal, Result, tabella::SHOWN};

pub(crate) use conto::{Conto, NewMandato};
pub use elenco::{take_out, take_out_answer};
pub use file::{annul, download};
pub(crate) use leave::{end_unneeded, to_notices};
pub use outcome::{Answer, AnswerLine, AnswerRefused, Fate, RecordFault, answer, import};
pub use prepare::{Prepared, prepare};
pub use sportello_documents::sepa::{FaultKind, REPORT_MAX_BYTES};
pub use sportello_store::distinta::DistintaStatus;

/// Roles that collect.
pub const COLLECTORS: [Ruolo; 1] = [Ruolo::Ragioneria];
/// TARGET days that a file needs at the bank before the debit.
const LEAD_DAYS: u32 = 3;
/// How far ahead a collection may be, in months.
const AHEAD_MONTHS: u32 = 6;

/// A file for the bank, in the list.
#[derive(Clone, Debug)]
pub struct Distinta {
    /// The file.
    pub id: DistintaId,
    /// Its name at the bank.
    pub msg_id: String,
    /// Day of the debit.
    pub collection_on: NaiveDate,
    /// State.
    pub status: DistintaStatus,
    /// How many collections.
    pub count: i64,
    /// Their sum.
    pub total: Euro,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was first downloaded.
    pub downloaded_at: Option<DateTime<Utc>>,
    /// Whether it can be downloaded.
    pub can_download: bool,
    /// Whether it can still be annulled: nobody has it.
    pub can_annul: bool,
}

/// A file of the bank that was read, in the list.
#[derive(Clone, Debug)]
pub struct ReadAnswer {
    /// SHA-256 of its bytes, hexadecimal: its key.
    pub sha256: String,
    /// Name under which it came.
    pub file_name: String,
    /// When it was read.
    pub imported_at: DateTime<Utc>,
    /// How many records it has.
    pub records: i64,
}

/// What can be collected on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Day of the debit.
    pub collection_on: NaiveDate,
    /// How many debts.
    pub count: i64,
    /// Their sum.
    pub total: Euro,
    /// Debts of that day without an active mandate: left out.
    pub without_mandate: i64,
}

/// The page of direct debits.
#[derive(Clone, Debug)]
pub struct SddPage {
    /// What can be collected on the first day on which there is something.
    pub proposal: Proposal,
    /// Files, the last first.
    pub distinte: Vec<Distinta>,
    /// Files of the bank, the last first.
    pub answers: Vec<ReadAnswer>,
}

/// Why a day cannot be one of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFault {
    /// Banks do not settle on it; they do on this one.
    Closed(NaiveDate),
    /// The file would not reach the bank in time; this is the first day.
    TooSoon(NaiveDate),
    /// Too far ahead; this is the last day.
    TooFar(NaiveDate),
}

/// The page of direct debits; nothing for an ente that does not collect.
///
/// # Errors
/// [`Error::Forbidden`] for other roles.
pub async fn page(portal: &Portal, ctx: &Ctx) -> Result<Option<SddPage>> {
    let ente = ctx.ente_id();
    ctx.operatore(&COLLECTORS)?;
    let Some(riscossione) = &ctx.ente.settings.riscossione else { return Ok(None) };
    let today = calendar::legal_date(portal.clock().now());
    let riscossione = riscossione.clone();
    let (proposal, distinte, answers) = portal
        .store()
        .read(ente, async move |read| {
            let on = next_collection(&collectable::terms(read, ente).await?, &riscossione, today);
            let summary = collectable::summary(read, ente, wanted(&riscossione, on)).await?;
            let proposal = proposal(on, summary);
            Ok((proposal, distinta::list(read, ente, (SHOWN, 0)).await?, esito_sdd::list(read, ente).await?))
        })
        .await?;
    let read = |(sha256, file_name, imported_at, records)| ReadAnswer { sha256, file_name, imported_at, records };
    Ok(Some(SddPage {
        proposal,
        distinte: distinte.into_iter().map(Distinta::from).collect(),
        answers: answers.into_iter().map(read).collect(),
    }))
}

/// How the ente of the call collects.
///
/// # Errors
/// [`Error::NotAllowedNow`] for one that does not.
fn riscossione(ctx: &Ctx) -> Result<&Riscossione> {
    ctx.ente.settings.riscossione.as_ref().ok_or(Error::NotAllowedNow)
}

/// Which debts a collection on a day takes. Since `on` is a day on which banks settle, these are the debts whose
/// [`sdd::debit_day`] it is, or was.
fn wanted(riscossione: &Riscossione, on: NaiveDate) -> Wanted {
    Wanted {
        collection_on: on,
        issued_by: sdd::latest_notice(on, riscossione.preavviso_sdd_giorni),
        mandate_since: mandate_since(on),
    }
}

/// The first day on which some of the debts with these days of issue and due days can be collected; the first that is
/// possible at all where none waits.
fn next_collection(terms: &[(NaiveDate, NaiveDate)], riscossione: &Riscossione, today: NaiveDate) -> NaiveDate {
    let first = sdd::first_collection_day(today, LEAD_DAYS);
    let days = terms.iter().map(|(issued, due)| sdd::debit_day(*issued, *due, riscossione.preavviso_sdd_giorni));
    days.min().map_or(first, |day| day.max(first))
}

fn proposal(collection_on: NaiveDate, summary: Collectable) -> Proposal {
    Proposal {
        collection_on,
        count: summary.count,
        total: Euro::from_cents(summary.total_cents),
        without_mandate: summary.without_mandate,
    }
}

/// Why the day cannot be one of a collection, seen from today.
fn day_fault(today: NaiveDate, on: NaiveDate) -> Option<DayFault> {
    let first = sdd::first_collection_day(today, LEAD_DAYS);
    let last = today.checked_add_months(Months::new(AHEAD_MONTHS)).unwrap_or(NaiveDate::MAX);
    match on {
        on if on < first => Some(DayFault::TooSoon(first)),
        on if on > last => Some(DayFault::TooFar(last)),
        on if !sdd::is_target_day(on) => Some(DayFault::Closed(sdd::target_day_from(on))),
        _ => None,
    }
}

impl From<DistintaRow> for Distinta {
    fn from(row: DistintaRow) -> Self {
        let status = row.status;
        Self {
            id: row.id,
            msg_id: row.msg_id,
            collection_on: row.collection_on,
            status,
            count: row.count,
            total: Euro::from_cents(row.total_cents),
            created_at: row.created_at,
            downloaded_at: row.downloaded_at,
            can_download: !matches!(status, DistintaStatus::Preparing | DistintaStatus::Voided),
            can_annul: status == DistintaStatus::Made,
        }
    }
}

/// First day of last use of a mandate that may be used on a day.
fn mandate_since(on: NaiveDate) -> NaiveDate {
    on.checked_sub_months(Months::new(sdd::MANDATE_LIFE_MONTHS)).unwrap_or(NaiveDate::MIN)
}
