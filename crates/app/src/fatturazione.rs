//! The monthly run of school meals: a preview as often as one likes, then every invoice once.
//!
//! What an invoice comes to is decided by `sportello_domain::fatturazione`. Role: Ragioneria.

mod cicli;
mod credit;
mod elenco;
mod issue;
mod payers;
mod register;
mod tell;

use chrono::{DateTime, Months, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    euro::Euro,
    fatturazione::{Anomaly, Modalita, Periodo},
    id::{AlunnoId, CicloId},
    riscossione::Riscossione,
    ruolo::Ruolo,
};
use sportello_store::{
    audit,
    ciclo::{self, CicloRow},
    documento_contabile as documento,
};

use crate::{Ctx, Error, Portal, Result, campi};

pub use cicli::{take_out_anomalies, take_out_runs};
pub use credit::{Lines, credit};
pub use elenco::{Elenco, take_out};
pub(crate) use issue::run;
pub use issue::{complete, issue};
pub use register::{
    DebtState, DocumentFilter, DocumentList, DocumentQuery, DocumentRow, Nota, OfficeDebt, OfficeDocument, document,
    documents, pdf,
};
pub use sportello_store::{ciclo::CicloStatus, documento_contabile::Kind as DocumentKind};

/// Roles that invoice.
pub const ISSUERS: [Ruolo; 1] = [Ruolo::Ragioneria];
/// Roles that look at runs.
pub const READERS: [Ruolo; 2] = [Ruolo::Ragioneria, Ruolo::Auditor];
/// Runs on the page: the latest ones.
const RUNS: i64 = 24;
/// Most anomalies that a preview names.
const ANOMALIES_NAMED: usize = 200;
/// Months that can be chosen for a new run, the last one first.
const MONTHS_OFFERED: u32 = 12;

/// A run, in the list and on its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ciclo {
    /// The run.
    pub id: CicloId,
    /// The month that it charges.
    pub periodo: Periodo,
    /// State.
    pub status: CicloStatus,
    /// Date of its invoices, once issuing has begun.
    pub issued_on: Option<NaiveDate>,
    /// Day by which they are due.
    pub due_on: Option<NaiveDate>,
    /// When the last invoice was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// Whether it can be issued now: its month is over and issuing has not begun.
    pub can_issue: bool,
    /// Whether invoices are being issued in the background.
    pub issuing: bool,
}

/// The page of runs.
#[derive(Clone, Debug)]
pub struct FatturazionePage {
    /// Runs, the latest month first.
    pub cicli: Vec<Ciclo>,
    /// Months without a run that one can be opened for, the last one first.
    pub months: Vec<Periodo>,
}

/// Something odd in a preview.
#[derive(Clone, Debug)]
pub struct AnomalyRow {
    /// The child.
    pub alunno_id: AlunnoId,
    /// Family and given name.
    pub alunno: String,
    /// What is odd.
    pub anomaly: Anomaly,
}

/// What a run would issue now, beside what it has issued.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The run.
    pub ciclo: Ciclo,
    /// How many invoices would be issued.
    pub count: usize,
    /// How many of them would be debited by the bank.
    pub by_debit: usize,
    /// How many meals they charge.
    pub meals: usize,
    /// Their net amount.
    pub net: Euro,
    /// Their VAT.
    pub vat: Euro,
    /// Their total.
    pub total: Euro,
    /// What is odd, on the page at most 200.
    pub anomalies: Vec<AnomalyRow>,
    /// How many things are odd.
    pub anomaly_count: usize,
    /// How many invoices were issued.
    pub issued_count: i64,
    /// Their total.
    pub issued_total: Euro,
}

/// The runs; nothing for an ente that does not invoice.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn page(portal: &Portal, ctx: &Ctx) -> Result<Option<FatturazionePage>> {
    ctx.operatore(&READERS)?;
    if ctx.ente.settings.riscossione.is_none() {
        return Ok(None);
    }
    let (ente, today) = (ctx.ente_id(), calendar::legal_date(portal.clock().now()));
    let rows =
        portal.store().read(ente, async move |read| ciclo::latest(read, ente, campi::MENSA, (RUNS, 0)).await).await?;
    let month = |back| Some(Periodo::of(today.checked_sub_months(Months::new(back))?));
    let offered = (1..=MONTHS_OFFERED).filter_map(month);
    let months = offered.filter(|month| rows.iter().all(|row| row.periodo != *month)).collect();
    Ok(Some(FatturazionePage { cicli: rows.iter().map(|row| Ciclo::new(row, today)).collect(), months }))
}

/// Opens the run of a month, or finds it.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotAllowedNow`] for an ente that does not invoice, or a month that is not over.
pub async fn open(portal: &Portal, ctx: &Ctx, periodo: Periodo) -> Result<CicloId> {
    ctx.operatore(&ISSUERS)?;
    riscossione(ctx)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    if periodo.last_day() >= calendar::legal_date(now) {
        return Err(Error::NotAllowedNow);
    }
    let id = CicloId::new(portal.chance().uuid(now));
    let note = ctx.note(portal, "ciclo.open", "ciclo_fatturazione", Some(id.uuid()));
    let opened = portal.store().write(ente, async move |tx| {
        let row = ciclo::open(tx, ente, id, campi::MENSA, periodo, now).await?;
        if row.id == id {
            audit::record(tx, ente, &note).await?;
        }
        Ok(row.id)
    });
    Ok(opened.await?)
}

/// What a run would issue now. Nothing is written but that somebody looked.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] for an ente that does not invoice.
pub async fn preview(portal: &Portal, ctx: &Ctx, id: CicloId) -> Result<Preview> {
    reckon(portal, ctx, id, ANOMALIES_NAMED).await
}

/// [`preview`], with at most so many anomalies.
async fn reckon(portal: &Portal, ctx: &Ctx, id: CicloId, named: usize) -> Result<Preview> {
    ctx.operatore(&READERS)?;
    let (ente, today) = (ctx.ente_id(), calendar::legal_date(portal.clock().now()));
    let aliquota_bp = riscossione(ctx)?.aliquota_bp;
    let seen = portal.store().write(ente, async move |tx| {
        ciclo::calculated(tx, ente, id).await?;
        Ok((ciclo::by_id(tx, ente, id).await?, documento::issued(tx, ente, id).await?))
    });
    let (row, issued) = seen.await?;
    let row = row.ok_or(Error::NotFound)?;
    let mut preview = Preview {
        ciclo: Ciclo::new(&row, today),
        count: 0,
        by_debit: 0,
        meals: 0,
        net: Euro::ZERO,
        vat: Euro::ZERO,
        total: Euro::ZERO,
        anomalies: Vec::new(),
        anomaly_count: 0,
        issued_count: issued.count,
        issued_total: Euro::from_cents(issued.total_cents),
    };
    if row.status == CicloStatus::Issued {
        return Ok(preview);
    }
    let mut payers = payers::Payers::new(portal, ente, &row, aliquota_bp).await?;
    while let Some(chunk) = payers.next(payers::PREVIEWED).await? {
        preview.add(&chunk, named);
    }
    Ok(preview)
}

impl Preview {
    fn add(&mut self, chunk: &payers::Chunk, named: usize) {
        for fattura in &chunk.esito.fatture {
            self.count += 1;
            self.by_debit += usize::from(fattura.modalita == Modalita::Sdd);
            self.meals += fattura.presenze.len();
            self.net = sum(self.net, fattura.net);
            self.vat = sum(self.vat, fattura.vat);
            self.total = sum(self.total, fattura.total);
        }
        self.anomaly_count += chunk.esito.anomalies.len();
        for (iscrizione, anomaly) in &chunk.esito.anomalies {
            if self.anomalies.len() < named
                && let Some((alunno_id, alunno)) = chunk.child(*iscrizione)
            {
                self.anomalies.push(AnomalyRow { alunno_id, alunno, anomaly: *anomaly });
            }
        }
    }
}

impl Ciclo {
    fn new(row: &CicloRow, today: NaiveDate) -> Self {
        Self {
            id: row.id,
            periodo: row.periodo,
            status: row.status,
            issued_on: row.emesso_il,
            due_on: row.scadenza,
            issued_at: row.issued_at,
            can_issue: row.emesso_il.is_none() && row.periodo.last_day() < today,
            issuing: row.emesso_il.is_some() && row.status != CicloStatus::Issued,
        }
    }
}

fn sum(one: Euro, other: Euro) -> Euro {
    Euro::from_cents(one.cents() + other.cents())
}

/// How the ente of the call invoices.
///
/// # Errors
/// [`Error::NotAllowedNow`] for one that does not.
fn riscossione(ctx: &Ctx) -> Result<&Riscossione> {
    ctx.ente.settings.riscossione.as_ref().ok_or(Error::NotAllowedNow)
}
