//! Daily registers: made by a job after the day is over, read by the office, checked with `sportello check`.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sportello_documents::{
    RegistroGiornaliero,
    registro::{Annullata, Registrata},
    registro_giornaliero,
};
use sportello_domain::{
    calendar,
    ente::Ente,
    foglio::{Cell, Formato},
    id::{DocumentoId, EnteId},
};
use sportello_store::{
    Json, Read, Tx,
    audit::{self, AuditRow},
    file::FileKind,
    protocollo::Direction,
    registro_giornaliero::{self as row, AnnullataRow, GENESIS, GiornalieroRow, RegistrataRow, Span},
};

use super::READERS;
use crate::{
    Ctx, Error, Portal, Result,
    bozza::Download,
    ctx::command_note,
    ente,
    error::Reason,
    tabella::{Extent, Tabella, Tutte, Uscita, plain},
};

/// How long after midnight the day before is closed: an INVIA that was received before midnight is written by then.
pub(crate) const SETTLED: TimeDelta = TimeDelta::hours(1);
/// Days made in one run of the job: more than a year that was missed.
pub(crate) const MAX_DAYS: usize = 400;
/// Most entries of a day: what fits into a file.
const MAX_ENTRIES: i64 = 50_000;
/// Registers on the page: the last year and some days.
const LISTED: i64 = 400;
/// Registers whose document and counts a check looks at; the chain is looked at whole.
const CHECKED: usize = 31;
/// Registers read at once by a check.
const CHECK_ROWS: i64 = 200;
const MEDIA_TYPE: &str = "application/xml";
/// Table of the registers.
const TABLE: &str = "registro_giornaliero";
const HEADINGS: [&str; 8] = [
    "registro_giornaliero.giorno",
    "registro_giornaliero.progressivo",
    "registro_giornaliero.registrate",
    "registro_giornaliero.annullate",
    "registro_giornaliero.primo",
    "registro_giornaliero.ultimo",
    "registro_giornaliero.byte",
    "registro_giornaliero.sha256",
];

/// The last day that is closed at an instant.
pub(crate) fn closed_before(now: DateTime<Utc>) -> NaiveDate {
    calendar::legal_date(now - SETTLED)
}

/// Makes the register of the next day that has none; false when there is nothing left to do.
pub(crate) async fn make_next(portal: &Portal, id: EnteId) -> Result<bool> {
    let ente = ente::by_id(portal, id).await?.ok_or(Error::NotFound)?;
    let (now, aoo) = (portal.clock().now(), ente.settings.aoo_code.clone());
    let Some(day) = portal.store().report(id, async move |read| Day::next(read, id, aoo, now).await).await? else {
        return Ok(false);
    };
    let document = DocumentoId::new(portal.chance().uuid(now));
    let bytes = registro_giornaliero(&day.document(&ente, now))
        .map_err(|error| Error::failed("writing a daily register", error))?;
    let new = day.row(document, &bytes, now);
    portal.files().put_sealed(&portal.sealer(id).await?, FileKind::Documento, document.uuid(), &bytes).await?;
    let kept = keep(portal, id, &ente.settings.aoo_code, new).await;
    if !matches!(kept, Ok(true)) {
        // Another worker was faster, or the row was not written: these bytes have no row.
        portal.files().remove(id, FileKind::Documento, document.uuid()).await?;
    }
    kept.map(|_| true)
}

/// Writes the row when the chain and the day are still as they were read; false when the day has its register already.
async fn keep(portal: &Portal, ente: EnteId, aoo: &str, new: GiornalieroRow) -> Result<bool> {
    let (aoo, span) = (aoo.to_owned(), span(new.giorno));
    let detail = json!({ "giorno": new.giorno, "seq": new.seq, "sha256": new.sha256 });
    let note = AuditRow {
        capacity: "sistema".to_owned(),
        detail: Json(detail),
        ..command_note(portal, "registro_giornaliero.make", TABLE, Some(new.documento_id.uuid()))
    };
    let kept = async move |tx: &mut Tx| {
        if row::of_day(tx, ente, &aoo, new.giorno).await?.is_some() {
            return Ok(false);
        }
        let same = row::counts(tx, ente, &aoo, span).await? == (new.registrazioni, new.annullamenti);
        if !same || !row::add(tx, ente, &aoo, &new).await? {
            return Err(Reason::Stale.refuse());
        }
        audit::record(tx, ente, &note).await.map(|()| true)
    };
    Ok(portal.store().write(ente, kept).await?)
}

/// The instants of a day.
fn span(giorno: NaiveDate) -> Span {
    let next = giorno.succ_opt().unwrap_or(NaiveDate::MAX);
    (calendar::start_of_day(giorno), calendar::start_of_day(next))
}

/// What a day holds and what its register follows.
struct Day {
    giorno: NaiveDate,
    seq: i64,
    previous_sha256: String,
    registered: Vec<RegistrataRow>,
    annulled: Vec<AnnullataRow>,
}

impl Day {
    async fn next(
        read: &mut Read,
        ente: EnteId,
        aoo: String,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<Option<Self>> {
        let last = row::latest(read, ente, &aoo, 1, 0).await?.pop();
        let from = last.as_ref().map_or(DateTime::UNIX_EPOCH, |last| span(last.giorno).1);
        let Some(first) = row::next(read, ente, &aoo, from).await? else { return Ok(None) };
        let giorno = calendar::legal_date(first);
        if giorno >= closed_before(now) {
            return Ok(None);
        }
        let registered = row::registered(read, ente, &aoo, span(giorno), MAX_ENTRIES).await?;
        let annulled = row::annulled(read, ente, &aoo, span(giorno), MAX_ENTRIES).await?;
        let (seq, previous_sha256) = match last {
            Some(last) => (last.seq + 1, last.sha256),
            None => (1, GENESIS.to_owned()),
        };
        Ok(Some(Self { giorno, seq, previous_sha256, registered, annulled }))
    }

    fn document(&self, ente: &Ente, now: DateTime<Utc>) -> RegistroGiornaliero {
        let settings = &ente.settings;
        RegistroGiornaliero {
            ente: settings.name.clone(),
            amministrazione: settings.ipa_code.clone(),
            aoo: settings.aoo_code.clone(),
            responsabile: settings.office.responsabile.clone(),
            seq: self.seq,
            giorno: self.giorno,
            previous_sha256: self.previous_sha256.clone(),
            created_at: now,
            registrazioni: self.registered.iter().map(registrata).collect(),
            annullamenti: self.annulled.iter().map(annullata).collect(),
        }
    }

    fn row(&self, documento_id: DocumentoId, bytes: &[u8], now: DateTime<Utc>) -> GiornalieroRow {
        let numbers = self.registered.iter().map(|entry| (entry.anno, entry.numero));
        GiornalieroRow {
            seq: self.seq,
            giorno: self.giorno,
            documento_id,
            registrazioni: self.registered.len() as i64,
            annullamenti: self.annulled.len() as i64,
            first_numero: numbers.clone().min().map(|(_, numero)| numero),
            last_numero: numbers.max().map(|(_, numero)| numero),
            bytes: bytes.len() as i64,
            sha256: hex::encode(Sha256::digest(bytes)),
            previous_sha256: self.previous_sha256.clone(),
            created_at: now,
        }
    }
}

fn registrata(entry: &RegistrataRow) -> Registrata {
    Registrata {
        anno: entry.anno,
        numero: entry.numero,
        registered_at: entry.registered_at,
        received_at: entry.received_at,
        in_uscita: entry.direction == Direction::Out,
        mittente: entry.sender.clone(),
        oggetto: entry.subject.clone(),
        impronta: entry.sha256.clone(),
        classificazione: entry.classificazione.clone(),
        fascicolo: entry.fascicolo.clone(),
    }
}

fn annullata(entry: &AnnullataRow) -> Annullata {
    Annullata {
        anno: entry.anno,
        numero: entry.numero,
        at: entry.annulled_at,
        motivo: entry.motivo.clone(),
        atto: entry.atto.clone(),
        operatore: format!("{} {}", entry.nome, entry.cognome),
    }
}

/// The daily registers of the ente, the latest first, at most 400.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<GiornalieroRow>> {
    ctx.operatore(&READERS)?;
    let (ente, aoo) = (ctx.ente_id(), ctx.ente.settings.aoo_code.clone());
    Ok(portal.store().read(ente, async move |read| row::latest(read, ente, &aoo, LISTED, 0).await).await?)
}

/// Begins to take out which daily registers there are, all of them. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&READERS)?;
    let (ente, aoo) = (ctx.ente_id(), ctx.ente.settings.aoo_code.clone());
    let page = async move |read: &mut Read, (limit, offset)| row::latest(read, ente, &aoo, limit, offset).await;
    let rows = portal.store().report(ente, async move |read| Extent::Whole.rows(read, page).await).await?;
    let uscita = Uscita::new("registro_giornaliero.export_list", (TABLE, None), "registri-giornalieri", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`HEADINGS`]; no numbers for a day on which nothing was registered.
fn cells(row: GiornalieroRow) -> Vec<Cell> {
    vec![
        Cell::Plain(row.giorno.to_string()),
        Cell::Plain(row.seq.to_string()),
        Cell::Plain(row.registrazioni.to_string()),
        Cell::Plain(row.annullamenti.to_string()),
        plain(row.first_numero),
        plain(row.last_numero),
        Cell::Plain(row.bytes.to_string()),
        Cell::Plain(row.sha256),
    ]
}

/// The register of a day, as it was made; who took it is written down.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for a day without one.
pub async fn open(portal: &Portal, ctx: &Ctx, giorno: NaiveDate) -> Result<Download> {
    ctx.operatore(&READERS)?;
    let (ente, aoo) = (ctx.ente_id(), ctx.ente.settings.aoo_code.clone());
    let found = portal.store().read(ente, async move |read| row::of_day(read, ente, &aoo, giorno).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    let id = found.documento_id.uuid();
    let note = ctx.note(portal, "registro_giornaliero.open", TABLE, Some(id));
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    let content = portal.files().get_sealed(&portal.sealer(ente).await?, FileKind::Documento, id).await?;
    Ok(Download {
        name: format!("registro-giornaliero-{giorno}.xml"),
        media_type: MEDIA_TYPE.to_owned(),
        content: content.into(),
    })
}

/// What is wrong with the daily registers of an ente: a place or a digest missing in the chain, a document that is not
/// the one that was made, a day that has more or fewer entries than its register.
pub(crate) async fn findings(portal: &Portal, ente: &Ente) -> Result<Vec<String>> {
    let (mut wrong, mut later, mut seen): (Vec<String>, Option<GiornalieroRow>, usize) = (Vec::new(), None, 0);
    loop {
        let (id, aoo, offset) = (ente.id, ente.settings.aoo_code.clone(), seen as i64);
        let rows =
            portal.store().report(id, async move |read| row::latest(read, id, &aoo, CHECK_ROWS, offset).await).await?;
        let last_page = (rows.len() as i64) < CHECK_ROWS;
        for register in rows {
            if let Some(later) = &later
                && (later.seq != register.seq + 1 || later.previous_sha256 != register.sha256)
            {
                wrong.push(format!("the daily register {} does not follow number {}", later.seq, register.seq));
            }
            if seen < CHECKED {
                wrong.extend(look(portal, ente, &register).await?);
            }
            later = Some(register);
            seen += 1;
        }
        if last_page {
            break;
        }
    }
    if let Some(first) = later.filter(|first| first.seq != 1 || first.previous_sha256 != GENESIS) {
        wrong.push(format!("the daily registers before number {} are missing", first.seq));
    }
    Ok(wrong)
}

/// What is wrong with one register.
async fn look(portal: &Portal, ente: &Ente, register: &GiornalieroRow) -> Result<Vec<String>> {
    let (id, aoo, span, seq) = (ente.id, ente.settings.aoo_code.clone(), span(register.giorno), register.seq);
    let counts = portal.store().report(id, async move |read| row::counts(read, id, &aoo, span).await).await?;
    let mut wrong = Vec::new();
    if counts != (register.registrazioni, register.annullamenti) {
        wrong.push(format!("the daily register {seq} has other entries than its day"));
    }
    let sealer = portal.sealer(id).await?;
    let kept = portal.files().get_sealed(&sealer, FileKind::Documento, register.documento_id.uuid()).await;
    if !kept.is_ok_and(|bytes| hex::encode(Sha256::digest(&bytes)) == register.sha256) {
        wrong.push(format!("the document of the daily register {seq} is not the one that was made"));
    }
    Ok(wrong)
}
