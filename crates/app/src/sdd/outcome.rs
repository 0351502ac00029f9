//! What the bank answered: read whole or not at all, booked once however often the same file comes.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sportello_documents::sepa::{self, FaultKind, Record, Refusal, Report, Status};
use sportello_domain::{
    calendar,
    id::{DistintaId, EnteId, PersonaId, PraticaId},
    riscossione::Riscossione,
    sdd::{self, Action, CreditorId},
    testo,
};
use sportello_store::{
    Json, Tx, audit,
    distinta::{self, DistintaRow, RigaRow, RigaStatus},
    esito_sdd::{self, EsitoRow},
    job::{self, NewJob},
    mandato::{self, MandatoStatus},
    notifica::{self, Channel, NotificaRow, NotificaState},
};
use uuid::Uuid;

use super::{COLLECTORS, DistintaStatus, riscossione};
use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    job::{INSOLUTO, letter_job, message_id},
    numero_avviso,
};

/// Days after an insoluto until the debt is due again.
pub(super) const NEW_TERM_DAYS: u64 = 15;
/// Refusals that are booked in one transaction.
const BOOKED_AT_ONCE: usize = 25;
/// Longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

/// What became of a record of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The debt is insoluta and payable with its own notice; the payer is told.
    Insoluto,
    /// The debt is open again and goes into the next file.
    Ripreso,
    /// The bank accepts it, or says nothing yet: nothing changes.
    InCorso,
    /// It was known before: nothing changes.
    GiaNoto,
    /// No collection of ours has this reference: somebody must look.
    Sconosciuto,
}

impl Fate {
    /// As tables say it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Insoluto => "insoluto",
            Self::Ripreso => "ripreso",
            Self::InCorso => "in_corso",
            Self::GiaNoto => "gia_noto",
            Self::Sconosciuto => "sconosciuto",
        }
    }
}

/// What became of a record of the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// Its number in the file, from 1; 0 for a word about the whole file.
    pub record: usize,
    /// Reference: of a collection, or of the whole file.
    pub reference: String,
    /// What became of it.
    pub fate: Fate,
    /// Reason code of the bank.
    pub code: Option<String>,
    /// Whether the office must look, besides what was done.
    pub look: bool,
}

impl AnswerLine {
    /// What the reason code means, in Italian.
    pub fn meaning(&self) -> Option<&'static str> {
        self.code.as_deref().and_then(sdd::reason).map(|reason| reason.meaning.as_str())
    }
}

/// A file of the bank that was read.
#[derive(Clone, Debug)]
pub struct Answer {
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Name under which it came.
    pub file_name: String,
    /// When it was read.
    pub imported_at: DateTime<Utc>,
    /// What became of each record.
    pub lines: Vec<AnswerLine>,
    /// Whether it had been read before: nothing changed now.
    pub again: bool,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// It cannot be read.
    Unreadable(FaultKind),
    /// It has another amount than the collection.
    Amount,
    /// It has another mandate than the collection.
    Mandate,
    /// It is about a collection of another creditor.
    Creditor,
}

/// Why a file of the bank was refused whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerRefused {
    /// Not a report of a known kind, or broken outside its records.
    NotAReport,
    /// About a file of that name with other collections than ours: that of another ente.
    OtherFile,
    /// These records are wrong: number from 1 (0: above the records), and why.
    Records(Vec<(usize, RecordFault)>),
}

/// Reads a file of the bank. A refused collection makes its debt an insoluto, payable with its own notice; the payer is
/// told. The same file again changes nothing.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotAllowedNow`] for an ente that does not collect; [`Error::Stale`] when another file
/// about the same collections came at the same moment.
pub async fn import(
    portal: &Portal,
    ctx: &Ctx,
    file_name: &str,
    bytes: &[u8],
) -> Result<Result<Answer, AnswerRefused>> {
    ctx.operatore(&COLLECTORS)?;
    let sha256 = hex::encode(Sha256::digest(bytes));
    if let Some(known) = known(portal, ctx.ente_id(), &sha256).await? {
        return Ok(Ok(Answer { again: true, ..known }));
    }
    let report = match sepa::read(bytes) {
        Ok(report) => report,
        Err(Refusal::Records(faults)) => {
            let faults = faults.into_iter().map(|fault| (fault.record, RecordFault::Unreadable(fault.kind)));
            return Ok(Err(AnswerRefused::Records(faults.collect())));
        }
        Err(Refusal::Document(_) | Refusal::OtherKind) => return Ok(Err(AnswerRefused::NotAReport)),
    };
    let plan = match Plan::make(portal, ctx, report).await? {
        Ok(plan) => plan,
        Err(refused) => return Ok(Err(refused)),
    };
    let file_name: String = file_name.chars().filter_map(testo::printable).take(MAX_NAME).collect();
    plan.carry_out(portal, ctx, file_name, sha256).await.map(Ok)
}

/// A file of the bank that was read before.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn answer(portal: &Portal, ctx: &Ctx, sha256: &str) -> Result<Answer> {
    ctx.operatore(&COLLECTORS)?;
    known(portal, ctx.ente_id(), sha256).await?.ok_or(Error::NotFound)
}

async fn known(portal: &Portal, ente: EnteId, sha256: &str) -> Result<Option<Answer>> {
    let sha256 = sha256.to_owned();
    let row = portal.store().read(ente, async move |read| esito_sdd::by_sha256(read, ente, &sha256).await).await?;
    let Some(row) = row else { return Ok(None) };
    let lines =
        serde_json::from_value(row.righe.0).map_err(|error| Error::failed("reading an answer of the bank", error))?;
    Ok(Some(Answer { sha256: row.sha256, file_name: row.file_name, imported_at: row.imported_at, lines, again: false }))
}

/// What a report leads to.
struct Plan {
    lines: Vec<AnswerLine>,
    /// Collections that were refused, each with the line that says so.
    refused: Vec<(usize, RigaRow)>,
    /// Our file, where it was refused as a whole.
    whole: Option<(DistintaRow, Option<String>)>,
    /// Our files that were answered.
    answered: Vec<DistintaId>,
}

impl Plan {
    /// Finds our collections, and compares what the bank repeats of them.
    async fn make(portal: &Portal, ctx: &Ctx, report: Report) -> Result<Result<Self, AnswerRefused>> {
        let creditor = &riscossione(ctx)?.creditor_id;
        let ours = Ours::find(portal, ctx.ente_id(), &report).await?;
        let mut plan = Self { lines: Vec::new(), refused: Vec::new(), whole: None, answered: Vec::new() };
        if ours.file.as_ref().is_some_and(|file| !is_about(&report, file)) {
            return Ok(Err(AnswerRefused::OtherFile));
        }
        let mut faults = Vec::new();
        for record in &report.records {
            let row = ours.rows.get(record.end_to_end.as_str());
            match row {
                Some(row) if record.amount.is_some_and(|amount| amount.cents() != row.amount_cents) => {
                    faults.push((record.number, RecordFault::Amount));
                }
                Some(row) if record.umr.as_ref().is_some_and(|said| *said != row.umr) => {
                    faults.push((record.number, RecordFault::Mandate));
                }
                Some(_) if record.creditor.as_ref().is_some_and(|said| !is_creditor(creditor, said)) => {
                    faults.push((record.number, RecordFault::Creditor));
                }
                row => plan.take(record, row),
            }
        }
        if !faults.is_empty() {
            return Ok(Err(AnswerRefused::Records(faults)));
        }
        plan.take_whole(&report, ours.file);
        plan.answered.sort();
        plan.answered.dedup();
        Ok(Ok(plan))
    }

    fn take(&mut self, record: &Record, row: Option<&RigaRow>) {
        let actions = sdd::actions(record.reason.as_deref());
        let fate = match (record.status, row) {
            (_, None) => Fate::Sconosciuto,
            (Status::Accepted | Status::Pending, Some(_)) => Fate::InCorso,
            (Status::Rejected, Some(row)) if row.status != RigaStatus::Waiting => Fate::GiaNoto,
            (Status::Rejected, Some(_)) if payable(actions) => Fate::Insoluto,
            (Status::Rejected, Some(_)) => Fate::Ripreso,
        };
        if let Some(row) = row {
            self.answered.push(row.distinta_id);
            if matches!(fate, Fate::Insoluto | Fate::Ripreso) {
                self.refused.push((self.lines.len(), row.clone()));
            }
        }
        let refused = record.status == Status::Rejected;
        let look = fate == Fate::Sconosciuto || refused && actions.contains(&Action::AlertOffice);
        let code = record.reason.clone().filter(|_| refused);
        self.lines.push(AnswerLine {
            record: record.number,
            reference: record.end_to_end.to_string(),
            fate,
            code,
            look,
        });
    }

    /// A refusal of the whole file that lists no collection: nothing of it was carried out.
    fn take_whole(&mut self, report: &Report, file: Option<DistintaRow>) {
        let batch = report.batches.iter().find(|batch| batch.status == Some(Status::Rejected) && batch.records == 0);
        let refused = report.status == Some(Status::Rejected) || batch.is_some();
        if !report.records.is_empty() || !refused && file.is_some() {
            return;
        }
        let code = report.reason.clone().or_else(|| batch.and_then(|batch| batch.reason.clone()));
        let fate = match &file {
            None => Fate::Sconosciuto,
            Some(file) if file.status == DistintaStatus::Voided => Fate::GiaNoto,
            Some(_) => Fate::Ripreso,
        };
        let reference = report.message.chars().filter_map(testo::printable).take(sdd::REFERENCE_MAX).collect();
        self.lines.push(AnswerLine { record: 0, reference, fate, code: code.clone(), look: true });
        self.whole = file.filter(|_| fate == Fate::Ripreso).map(|file| (file, code));
    }
}

/// Whether a report that names our file is about it, as far as the bank repeats what is in it.
fn is_about(report: &Report, file: &DistintaRow) -> bool {
    report.count.is_none_or(|count| i64::try_from(count) == Ok(file.count))
        && report.sum.is_none_or(|sum| sum.cents() == file.total_cents)
}

/// Whether a bank names this creditor.
fn is_creditor(creditor: &CreditorId, said: &str) -> bool {
    CreditorId::parse(said).is_ok_and(|said| said.is_same_creditor(creditor))
}

/// Whether the payer has to pay otherwise: else the fault is ours, or the bank's.
fn payable(actions: &[Action]) -> bool {
    actions.iter().any(|action| matches!(action, Action::OpenPagopa | Action::ReopenDebt))
}

/// What becomes of the mandate.
fn mandate_after(actions: &[Action]) -> Option<MandatoStatus> {
    actions.iter().find_map(|action| match action {
        Action::SuspendMandate => Some(MandatoStatus::Suspended),
        Action::RevokeMandate => Some(MandatoStatus::Revoked),
        _ => None,
    })
}

/// Our collections that a report is about, by reference, and our file that it names.
struct Ours {
    rows: HashMap<String, RigaRow>,
    file: Option<DistintaRow>,
}

impl Ours {
    /// Collections looked up in one reading.
    const AT_ONCE: usize = 500;

    async fn find(portal: &Portal, ente: EnteId, report: &Report) -> Result<Self> {
        let message = report.message.clone();
        let file = portal.store().read(ente, async move |read| distinta::by_msg_id(read, ente, &message).await).await?;
        let mut rows = HashMap::with_capacity(report.records.len());
        for chunk in report.records.chunks(Self::AT_ONCE) {
            let references: Vec<String> = chunk.iter().map(|record| record.end_to_end.to_string()).collect();
            let found = portal
                .store()
                .read(ente, async move |read| {
                    let mut found = Vec::with_capacity(references.len());
                    for reference in &references {
                        found.extend(distinta::by_end_to_end(read, ente, reference).await?);
                    }
                    Ok(found)
                })
                .await?;
            rows.extend(found.into_iter().map(|row| (row.end_to_end_id.clone(), row)));
        }
        Ok(Self { rows, file })
    }
}

impl Plan {
    /// Books it: in one transaction, or in several where there are many refusals. Interrupted between two of them, the
    /// file counts as not read, and reading it again goes on where it stopped.
    async fn carry_out(self, portal: &Portal, ctx: &Ctx, file_name: String, sha256: String) -> Result<Answer> {
        let (ente, now) = (ctx.ente_id(), portal.clock().now());
        let riscossione = riscossione(ctx)?.clone();
        let row = self.row(&sha256, &file_name, now)?;
        let mut note = ctx.note(portal, "esito.import", "esito_sdd", None);
        note.detail = Json(serde_json::json!({ "sha256": sha256, "rows": row.rows, "refused": self.refused.len() }));
        let mut bookings = self.bookings(portal, ctx, now);
        while bookings.len() > BOOKED_AT_ONCE {
            let rest = bookings.split_off(BOOKED_AT_ONCE);
            let (first, riscossione) = (std::mem::replace(&mut bookings, rest), riscossione.clone());
            let book = async move |tx: &mut Tx| Booking::book_all(&first, tx, ente, &riscossione, now).await;
            portal.store().write(ente, book).await?;
        }
        let (whole, answered) = (self.whole, self.answered);
        let of_all = whole.is_some();
        let last = async move |tx: &mut Tx| {
            if !esito_sdd::add(tx, ente, &row).await? {
                return Err(Reason::Stale.refuse());
            }
            Booking::book_all(&bookings, tx, ente, &riscossione, now).await?;
            for id in answered {
                distinta::answered(tx, ente, id).await?;
            }
            if let Some((file, code)) = whole
                && !distinta::release(tx, ente, file.id, code.as_deref(), now).await?
            {
                return Err(Reason::Stale.refuse());
            }
            audit::record(tx, ente, &note).await
        };
        // Opening all debts of a file again is one step.
        if of_all {
            portal.store().write_long(ente, last).await?
        } else {
            portal.store().write(ente, last).await?
        }
        portal.work().notify_one();
        Ok(Answer { sha256, file_name, imported_at: now, lines: self.lines, again: false })
    }

    fn row(&self, sha256: &str, file_name: &str, now: DateTime<Utc>) -> Result<EsitoRow> {
        let righe = serde_json::to_value(&self.lines);
        Ok(EsitoRow {
            sha256: sha256.to_owned(),
            file_name: file_name.to_owned(),
            imported_at: now,
            rows: i64::try_from(self.lines.len()).unwrap_or(i64::MAX),
            righe: Json(righe.map_err(|error| Error::failed("writing an answer of the bank", error))?),
        })
    }

    /// What is booked for each refused collection; of several about one enrolment, one tells the payer.
    fn bookings(&self, portal: &Portal, ctx: &Ctx, now: DateTime<Utc>) -> Vec<Booking> {
        let due_on = calendar::legal_date(now) + Days::new(NEW_TERM_DAYS);
        let mut told = HashSet::new();
        let refused = self.refused.iter().map(|(at, row)| {
            let line = &self.lines[*at];
            let failed = line.fate == Fate::Insoluto;
            let mandate = mandate_after(sdd::actions(line.code.as_deref()));
            let tells = failed && told.insert(row.pratica_id);
            Booking {
                row: row.clone(),
                code: line.code.clone(),
                due_on: failed.then_some(due_on),
                mandate,
                message: tells.then(|| Message::new(portal, ctx, now)),
            }
        });
        refused.collect()
    }
}

/// The message that tells a payer of an insoluto, and its job. Who pays is read when it is booked.
struct Message {
    id: Uuid,
    message_id: String,
    job: NewJob,
}

impl Message {
    fn new(portal: &Portal, ctx: &Ctx, now: DateTime<Utc>) -> Self {
        let id = portal.chance().uuid(now);
        Self { id, message_id: message_id(ctx, id), job: letter_job(portal, id, now) }
    }

    /// The address is that of the application with which the mandate was signed.
    fn row(&self, persona_id: PersonaId, pratica: PraticaId, now: DateTime<Utc>) -> NotificaRow {
        NotificaRow {
            id: self.id,
            persona_id,
            bozza_id: None,
            pratica_id: Some(pratica),
            channel: Channel::Email,
            message_id: self.message_id.clone(),
            kind: INSOLUTO.to_owned(),
            state: NotificaState::Queued,
            queued_at: now,
            sent_at: None,
        }
    }
}

/// A refused collection, ready to be booked.
struct Booking {
    row: RigaRow,
    code: Option<String>,
    /// Due day of the insoluto; nothing where the debt is only open again.
    due_on: Option<NaiveDate>,
    mandate: Option<MandatoStatus>,
    message: Option<Message>,
}

impl Booking {
    async fn book_all(
        all: &[Self],
        tx: &mut Tx,
        ente: EnteId,
        riscossione: &Riscossione,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        for booking in all {
            booking.book(tx, ente, riscossione, now).await?;
        }
        Ok(())
    }

    async fn book(
        &self,
        tx: &mut Tx,
        ente: EnteId,
        riscossione: &Riscossione,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let (row, code) = (&self.row, self.code.as_deref());
        let status = if self.due_on.is_some() { RigaStatus::Rejected } else { RigaStatus::Released };
        if !distinta::settle(tx, ente, row, status, code).await? {
            return Err(Reason::Stale.refuse());
        }
        if let Some(status) = self.mandate {
            mandato::end(tx, ente, row.mandato_id, status).await?;
        }
        let Some(due_on) = self.due_on else {
            let reopened = distinta::reopen(tx, ente, row.posizione_id, now).await?;
            return if reopened { Ok(()) } else { Err(Reason::Stale.refuse()) };
        };
        let notice = numero_avviso::next(tx, ente, riscossione).await?;
        let payer = distinta::fail(tx, ente, row.posizione_id, notice.as_str(), due_on, now).await?;
        let persona_id = payer.ok_or_else(|| Reason::Stale.refuse())?;
        if let Some(message) = &self.message {
            notifica::add(tx, ente, &message.row(persona_id, row.pratica_id, now)).await?;
            job::enqueue(tx, ente, &message.job).await?;
        }
        Ok(())
    }
}
