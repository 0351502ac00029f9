//! Issuing: the date is fixed once, then a job writes the invoices, some payers in one transaction each.
//!
//! Exactly once per run and enrolment, whatever stops in between: a unique index refuses a second invoice, a meal is
//! charged only while no invoice has it, and numbers fall back with their transaction.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    fatturazione::{Fattura, Modalita},
    id::{CicloId, DocumentoContabileId, EnteId, JobId, PosizioneId},
    lingua::Lingua,
    posizione::PosizioneStatus,
    riscossione::Riscossione,
    testo,
};
use sportello_store::{
    Json, Tx, audit,
    ciclo::{self, CicloRow, CicloStatus, IscrittoRow},
    contatore,
    documento_contabile::{self as documento, DocumentoContabileRow, Kind},
    job::{self, JobRow, NewJob},
    posizione::{self, PosizioneRow},
    presenza,
};

use super::{
    ISSUERS, RUNS, payers,
    payers::Payers,
    riscossione,
    tell::{self, Message},
};
use crate::{
    Ctx, Error, Portal, Result, campi,
    documenti_contabili::number,
    ente,
    error::Reason,
    job::{FATTURA_PDF, FATTURAZIONE, new_job, payload},
    numero_avviso,
};

/// How often some payers are read again when their attendance changed between reading and writing.
const TRIES: usize = 3;
/// How long the job is held from one chunk to the next.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// What the job needs.
#[derive(serde::Deserialize)]
struct Payload {
    ciclo: CicloId,
}

/// A run that is being issued.
struct Run {
    ciclo: CicloRow,
    riscossione: Riscossione,
    /// What the messages to payers are named by; none when nobody is told.
    slug: Option<String>,
}

/// An invoice with the keys that were drawn for it, ready to be written.
struct Ready {
    documento: DocumentoContabileId,
    posizione: PosizioneId,
    pdf: NewJob,
    row: IscrittoRow,
    fattura: Fattura,
}

/// Begins to issue a run: its date and due date stand from now on, a job writes the invoices.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] when issuing has begun, the month is not over,
/// another run is being issued, or the date would be before that of the last invoice.
pub async fn issue(portal: &Portal, ctx: &Ctx, id: CicloId) -> Result<()> {
    ctx.operatore(&ISSUERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let riscossione = riscossione(ctx)?;
    let (today, serie) = (calendar::legal_date(now), riscossione.serie.clone());
    let due = today.checked_add_days(Days::new(u64::from(riscossione.giorni_scadenza))).unwrap_or(today);
    let note = ctx.note(portal, "ciclo.issue", "ciclo_fatturazione", Some(id.uuid()));
    let work = new_job(portal, FATTURAZIONE, json!({ "v": 1, "ciclo": id }), now);
    portal
        .store()
        .write(ente, async move |tx| {
            let row = ciclo::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            let others = ciclo::latest(tx, ente, campi::MENSA, (RUNS, 0)).await?;
            let busy = others
                .iter()
                .any(|other| other.id != id && other.emesso_il.is_some() && other.status != CicloStatus::Issued);
            let last = documento::last_date(tx, ente, Kind::Invoice, &serie, i64::from(today.year())).await?;
            let early = row.periodo.last_day() >= today || last.is_some_and(|last| last > today);
            if busy || early || !ciclo::begin(tx, ente, id, today, due).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            job::enqueue(tx, ente, &work).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// Runs the job. Begun again, it goes on where it stopped.
pub(crate) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let payload: Payload = payload(job)?;
    let (ente, id, job) = (job.ente_id, payload.ciclo, job.id);
    if !rest(portal, ente, id, Some((job, worker))).await? {
        // Somebody else has it now.
        return Ok(());
    }
    let (worker, now) = (worker.to_owned(), portal.clock().now());
    portal
        .store()
        .write(ente, async move |tx| {
            ciclo::finish(tx, ente, id, now).await?;
            job::done(tx, ente, job, &worker, now).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// Writes at once what is left of a begun run: for commands, which have no worker.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] when issuing has not begun.
pub async fn complete(portal: &Portal, ctx: &Ctx, id: CicloId) -> Result<()> {
    ctx.operatore(&ISSUERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    rest(portal, ente, id, None).await?;
    portal.store().write(ente, async move |tx| ciclo::finish(tx, ente, id, now).await).await?;
    Ok(())
}

/// Issues what is left of a run. A worker begins its lease of the job anew after each chunk; false when it is lost.
async fn rest(portal: &Portal, ente: EnteId, id: CicloId, holder: Option<(JobId, &str)>) -> Result<bool> {
    let of = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let riscossione = of.settings.riscossione.clone().ok_or(Error::NotAllowedNow)?;
    let row = portal.store().read(ente, async move |read| ciclo::by_id(read, ente, id).await).await?;
    let row = row.ok_or(Error::NotFound)?;
    let mut payers = Payers::new(portal, ente, &row, riscossione.aliquota_bp).await?;
    // A command that writes what is left fills in a history: nobody waits for its messages.
    let run = Arc::new(Run { ciclo: row, riscossione, slug: holder.map(|_| of.slug.clone()) });
    // A run that is finished gets no more invoices: what came late is charged by the next one.
    while run.ciclo.status != CicloStatus::Issued && next(portal, ente, &run, &mut payers).await? {
        if let Some((job, worker)) = holder
            && !hold(portal, ente, job, worker).await?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn hold(portal: &Portal, ente: EnteId, job: JobId, worker: &str) -> Result<bool> {
    let (worker, until) = (worker.to_owned(), portal.clock().now() + LEASE);
    Ok(portal.store().write(ente, async move |tx| job::renew(tx, ente, job, &worker, until).await).await?)
}

/// Issues the invoices of the next payers; false behind the last one.
async fn next(portal: &Portal, ente: EnteId, run: &Arc<Run>, payers: &mut Payers) -> Result<bool> {
    let after = payers.after();
    for _ in 0..TRIES {
        payers.again(after);
        let Some(chunk) = payers.next(payers::ISSUED).await? else { return Ok(false) };
        let now = portal.clock().now();
        let ready: Vec<Ready> = chunk
            .esito
            .fatture
            .iter()
            .filter_map(|fattura| {
                Some(Ready::new(portal, chunk.row(fattura.iscrizione)?.clone(), fattura.clone(), now))
            })
            .collect();
        if ready.is_empty() {
            return Ok(true);
        }
        let debts = ready.iter().map(|ready| (ready.fattura.persona, ready.posizione));
        let messages = run.slug.as_deref().map(|slug| Message::each(portal, slug, debts, now)).unwrap_or_default();
        let run = Arc::clone(run);
        let written = portal.store().write(ente, async move |tx| write(tx, ente, &run, &ready, &messages, now).await);
        match written.await.map_err(Error::from) {
            Ok(()) => return Ok(true),
            Err(Error::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Error::Stale)
}

impl Ready {
    fn new(portal: &Portal, row: IscrittoRow, fattura: Fattura, now: DateTime<Utc>) -> Self {
        let documento = DocumentoContabileId::new(portal.chance().uuid(now));
        Self {
            documento,
            posizione: PosizioneId::new(portal.chance().uuid(now)),
            pdf: pdf_job(portal, documento, now),
            row,
            fattura,
        }
    }
}

/// Writes some invoices with their numbers, meals, debts and jobs: all or none.
async fn write(
    tx: &mut Tx,
    ente: EnteId,
    run: &Run,
    ready: &[Ready],
    messages: &[Message],
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    let Run { ciclo, riscossione, .. } = run;
    let (Some(emesso_il), Some(scadenza)) = (ciclo.emesso_il, ciclo.scadenza) else {
        return Err(Reason::NotAllowedNow.refuse());
    };
    let anno = i64::from(emesso_il.year());
    let count = i64::try_from(ready.len()).unwrap_or(i64::MAX);
    let untold = tell::untold(tx, ente, ciclo.id, messages).await?;
    let lowest = contatore::next_block(tx, ente, &series(Kind::Invoice, &riscossione.serie), anno, count).await?;
    for (numero, ready) in (lowest..).zip(ready) {
        let Fattura { righe, net, vat, total, modalita, .. } = &ready.fattura;
        let row = DocumentoContabileRow {
            id: ready.documento,
            kind: Kind::Invoice,
            serie: riscossione.serie.clone(),
            anno,
            numero,
            emesso_il,
            scadenza,
            ciclo_id: ciclo.id,
            periodo: ciclo.periodo,
            alunno_id: ready.fattura.alunno,
            persona_id: ready.fattura.persona,
            iscrizione_id: ready.fattura.iscrizione,
            net_cents: net.cents(),
            vat_cents: vat.cents(),
            total_cents: total.cents(),
            aliquota_bp: riscossione.aliquota_bp,
            righe: Json(righe.clone()),
            credits_id: None,
            modalita: *modalita,
            created_at: now,
        };
        match documento::add(tx, ente, &row).await {
            // Somebody else issued it since it was read.
            Err(sportello_store::Error::Unique) => return Err(Reason::Stale.refuse()),
            other => other?,
        }
        charge(tx, ente, ciclo, ready).await?;
        let avviso = match modalita {
            Modalita::PagoPa => Some(numero_avviso::next(tx, ente, riscossione).await?),
            // A debt that the bank collects gets a notice only if that fails.
            Modalita::Sdd => None,
        };
        let debt = debt(ready.posizione, &row, riscossione, avviso.map(|avviso| avviso.as_str().to_owned()));
        posizione::add(tx, ente, &debt).await?;
        job::enqueue(tx, ente, &ready.pdf).await?;
    }
    tell::enqueue(tx, ente, &untold, now).await
}

/// Notes the invoice on its meals; they must be those that were reckoned.
async fn charge(tx: &mut Tx, ente: EnteId, ciclo: &CicloRow, ready: &Ready) -> sportello_store::Result<()> {
    let days = (ready.row.dal, ready.row.al.min(ciclo.periodo.last_day()));
    let charged = presenza::charge(tx, ente, campi::MENSA, ready.fattura.alunno, days, ready.documento).await?;
    if charged == ready.fattura.presenze.len() as u64 { Ok(()) } else { Err(Reason::Stale.refuse()) }
}

/// The debt of an invoice.
fn debt(
    id: PosizioneId,
    invoice: &DocumentoContabileRow,
    riscossione: &Riscossione,
    codice_avviso: Option<String>,
) -> PosizioneRow {
    let month = testo::month(invoice.periodo.first_day(), Lingua::It);
    PosizioneRow {
        id,
        documento_id: Some(invoice.id),
        persona_id: Some(invoice.persona_id),
        alunno_id: Some(invoice.alunno_id),
        causale: format!("Mensa scolastica {month} - retta {}", number(invoice)),
        amount_cents: invoice.total_cents,
        settled_cents: 0,
        scadenza: invoice.scadenza,
        modalita: invoice.modalita,
        status: PosizioneStatus::Open,
        codice_avviso,
        tassonomia: riscossione.tassonomia.clone(),
        version: 1,
        created_at: invoice.created_at,
        updated_at: invoice.created_at,
    }
}

/// The series of numbers of a kind of documents.
pub(super) fn series(kind: Kind, serie: &str) -> String {
    format!("{}/{serie}", kind.stored())
}

/// The job that makes the PDF of a document.
pub(super) fn pdf_job(portal: &Portal, documento: DocumentoContabileId, now: DateTime<Utc>) -> NewJob {
    new_job(portal, FATTURA_PDF, json!({ "v": 1, "documento_id": documento }), now)
}
