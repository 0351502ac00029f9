//! The receipt of an INVIA: read what was filed, set it as a PDF, keep it, let the message go.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Rome;
use sha2::{Digest, Sha256};
use sportello_documents::ricevuta::{
    Intestazione, Line, Registrazione, Ricevuta, RigaAllegato, RigaPratica, Section, Ufficio, ricevuta,
};
use sportello_domain::{
    calendar,
    ente::Ente,
    euro::Euro,
    id::{BozzaId, DocumentoId, EnteId},
    lingua::Lingua,
    modello::{
        Form,
        procedura::Silence,
        view::{Answer, SummaryLine},
    },
    testo,
};
use sportello_store::{
    allegato,
    allegato::AllegatoRow,
    documento,
    documento::DocumentoRow,
    file::FileKind,
    job::{self as row, JobRow},
    notifica, pratica,
    pratica::PraticaHead,
    protocollo,
    protocollo::ProtocolloRow,
};
use uuid::Uuid;

use super::letter_job;
use crate::{Error, Portal, Result, bozza::Loaded, ente, pratica::number};

/// Characters of a file's SHA-256 that are printed.
const PRINTED_HASH: usize = 16;
/// What stands in place of an answer of class A.
const HIDDEN: &str = "Dato riservato: si legge nella tua pratica";

/// What the job needs.
#[derive(serde::Deserialize)]
struct Payload {
    bozza: BozzaId,
    notifica: Uuid,
}

/// Everything that a receipt says, read from the database.
struct Filing {
    loaded: Loaded,
    pratiche: Vec<PraticaHead>,
    registered: Option<ProtocolloRow>,
    allegati: Vec<AllegatoRow>,
    /// Whether the receipt is there already: the job was interrupted after making it.
    made: bool,
}

/// Runs it. A second run replaces nothing: the first document stays.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let payload: Payload = serde_json::from_value(job.payload.0.clone())
        .map_err(|error| Error::failed("reading the payload of a job", error))?;
    let (ente_id, now) = (job.ente_id, portal.clock().now());
    let ente = ente::all(portal)
        .await?
        .iter()
        .find(|ente| ente.id == ente_id)
        .cloned()
        .ok_or(Error::NotFound)?;
    let filing = read(portal, ente_id, &payload).await?;
    let document = if filing.made {
        None
    } else {
        let pdf = typeset(portal, &ente, &filing).await?;
        Some(keep(portal, ente_id, &filing, &pdf, now).await?)
    };
    let (id, worker, notifica, letter) = (
        job.id,
        worker.to_owned(),
        payload.notifica,
        letter_job(portal, payload.notifica, now),
    );
    let made = document.as_ref().map(|document| document.id);
    let counts = portal
        .store()
        .write(ente_id, async move |tx| {
            let counts = match &document {
                Some(document) => documento::add(tx, ente_id, document).await?,
                None => true,
            };
            if row::done(tx, ente_id, id, &worker, now).await?
                && notifica::by_id(tx, ente_id, notifica).await?.is_some()
            {
                row::enqueue(tx, ente_id, &letter).await?;
            }
            Ok(counts)
        })
        .await?;
    // Another worker was faster: its document stays, ours has no row.
    if let (false, Some(id)) = (counts, made) {
        portal.files().remove(ente_id, FileKind::Documento, id.uuid()).await?;
    }
    portal.work().notify_one();
    Ok(())
}

/// The PDF. Setting it takes long: not on a thread that serves pages.
async fn typeset(portal: &Portal, ente: &Ente, filing: &Filing) -> Result<Vec<u8>> {
    let receipt = describe(portal, ente, filing)?;
    let typesetter = portal.clone();
    let pdf = tokio::task::spawn_blocking(move || ricevuta(typesetter.typesetter(), &receipt))
        .await
        .map_err(|error| Error::failed("setting a receipt", error))?
        .map_err(|error| Error::failed("setting a receipt", error))?;
    Ok(pdf.bytes)
}

async fn read(portal: &Portal, ente: EnteId, payload: &Payload) -> Result<Filing> {
    let (bozza, message) = (payload.bozza, payload.notifica);
    let (persona, pratiche, registered, allegati, made) = portal
        .store()
        .read(ente, async move |read| {
            let message = notifica::by_id(read, ente, message)
                .await?
                .ok_or(sportello_store::Error::NotFound)?;
            let pratiche = pratica::of_bozza(read, ente, message.persona_id, bozza).await?;
            let registered = protocollo::of_bozza(read, ente, bozza).await?;
            let mut allegati: Vec<AllegatoRow> = Vec::new();
            for head in &pratiche {
                for file in allegato::of_pratica(read, ente, head.id).await? {
                    // What was given for all children goes with each pratica and is told once.
                    if allegati.iter().all(|told| told.id != file.id) {
                        allegati.push(file);
                    }
                }
            }
            let made = documento::receipt(read, ente, message.persona_id, bozza)
                .await?
                .is_some();
            Ok((message.persona_id, pratiche, registered, allegati, made))
        })
        .await?;
    let received_at = pratiche.first().ok_or(Error::NotFound)?.received_at;
    let loaded = Loaded::of(portal, ente, persona, bozza, calendar::legal_date(received_at)).await?;
    Ok(Filing {
        loaded,
        pratiche,
        registered,
        allegati,
        made,
    })
}

/// The bytes first, sealed, then the row that names them.
async fn keep(portal: &Portal, ente: EnteId, filing: &Filing, pdf: &[u8], now: DateTime<Utc>) -> Result<DocumentoRow> {
    let id = DocumentoId::new(portal.chance().uuid(now));
    portal
        .files()
        .put_sealed(&portal.sealer(ente).await?, FileKind::Documento, id.uuid(), pdf)
        .await?;
    let first = filing.pratiche.first().ok_or(Error::NotFound)?;
    Ok(DocumentoRow {
        id,
        bozza_id: filing.loaded.row.id,
        pratica_id: None,
        kind: documento::RICEVUTA.to_owned(),
        name: format!("ricevuta-{}-{}.pdf", first.anno, first.numero),
        media_type: "application/pdf".to_owned(),
        bytes: pdf.len() as i64,
        sha256: hex::encode(Sha256::digest(pdf)),
        sealed: true,
        created_at: now,
    })
}

/// The receipt in words. It is a legal document of the ente: Italian.
fn describe(portal: &Portal, ente: &Ente, filing: &Filing) -> Result<Ricevuta> {
    let lingua = Lingua::It;
    let first = filing.pratiche.first().ok_or(Error::NotFound)?;
    let (published, form) = (&filing.loaded.published, filing.loaded.read_in(lingua));
    let procedura = &published.document.procedura;
    let settings = &ente.settings;
    let path = format!("/sezione-informativa/consultazione-pratiche/{}", first.id);
    let (richiedente, sections) = sections(&form);
    Ok(Ricevuta {
        ente: heading(ente),
        demo: settings.demo,
        title: published.document.modello.title(lingua, published.row.anno_scolastico),
        protocollo: filing.registered.as_ref().map(|entry| Registrazione {
            number: format!("{}/{}", entry.numero, entry.anno),
            date: testo::date(calendar::legal_date(entry.registered_at), lingua),
        }),
        presented_at: instant(first.received_at),
        created: first.received_at,
        pratiche: filing
            .pratiche
            .iter()
            .map(|head| RigaPratica {
                number: number(head.anno, head.numero),
                alunno: head.alunno.clone(),
            })
            .collect(),
        richiedente,
        sections,
        allegati: filing.allegati.iter().map(attachment).collect(),
        answer_by: testo::date(first.due_on, lingua),
        silence: silence(procedura.silence),
        office: Ufficio {
            name: settings.office.name.clone(),
            responsabile: settings.office.responsabile.clone(),
            phone: settings.office.phone.clone(),
            email: settings.office.email.clone(),
            hours: settings.office.hours.clone(),
        },
        remedies: REMEDIES.map(str::to_owned).to_vec(),
        legal_notes: LEGAL_NOTES.map(str::to_owned).to_vec(),
        url: portal.addressing().absolute(ente, &path),
    })
}

/// How to object (L. 241/1990; D.Lgs. 104/2010; DPR 1199/1971).
const REMEDIES: [&str; 2] = [
    "Se l'ufficio non risponde entro il termine, puoi rivolgerti al titolare del potere sostitutivo dell'ente (L. 241/1990, art. 2, comma 9-bis).",
    "Contro la decisione puoi ricorrere al TAR entro 60 giorni, o al Presidente della Repubblica entro 120 giorni, da quando la conosci.",
];

/// What was declared and on which ground.
const LEGAL_NOTES: [&str; 3] = [
    "La domanda è valida senza firma: chi l'ha presentata è stato identificato con SPID (D.Lgs. 82/2005, art. 65, comma 1, lettera b).",
    "Le dichiarazioni sono rese ai sensi degli articoli 46 e 47 del D.P.R. 445/2000. Chi dichiara il falso perde il beneficio e risponde per legge (articoli 75 e 76).",
    "Questa ricevuta vale anche come comunicazione di avvio del procedimento (L. 241/1990, articoli 8 e 18-bis).",
];

fn silence(silence: Silence) -> String {
    match silence {
        Silence::Nessuno => "Se l'ufficio non risponde, la domanda non vale come accolta: l'ufficio deve decidere.",
        Silence::Assenso => "Se l'ufficio non risponde entro il termine, la domanda vale come accolta.",
    }
    .to_owned()
}

fn heading(ente: &Ente) -> Intestazione {
    let settings = &ente.settings;
    Intestazione {
        name: settings.name.clone(),
        address: settings.address.clone(),
        pec: settings.pec.clone(),
        codice_fiscale: settings.codice_fiscale.clone(),
        crest_svg: None,
        primary: settings.theme.primary.clone(),
        tint: settings.theme.tint.clone(),
    }
}

/// "16 giugno 2026, ore 21.32", at the ente.
fn instant(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&Rome);
    format!(
        "{}, ore {}",
        testo::date(local.date_naive(), Lingua::It),
        local.format("%H.%M")
    )
}

/// The first group of answers is about the applicant; the others follow as they were asked.
fn sections(form: &Form<'_>) -> (Vec<Line>, Vec<Section>) {
    let mut sections = form.summary().sections.into_iter().map(|section| Section {
        title: section.title,
        lines: section.lines.iter().map(|line| self::line(form, line)).collect(),
    });
    let Some(first) = sections.next() else {
        return (Vec::new(), Vec::new());
    };
    let mut rest: Vec<Section> = sections.collect();
    // The privacy page stands before the applicant's own: whatever is first goes to the end.
    let applicant = if rest.is_empty() {
        Vec::new()
    } else {
        rest.remove(0).lines
    };
    rest.push(first);
    (applicant, rest)
}

fn line(form: &Form<'_>, line: &SummaryLine) -> Line {
    let Some(answer) = &line.answer else {
        return Line::empty(&line.label);
    };
    if line.privacy.sealed() {
        let masked = form
            .redacted(&line.field)
            .filter(|masked| masked.chars().any(char::is_alphanumeric));
        return match masked {
            Some(masked) => Line::code(&line.label, masked),
            None => Line::words(&line.label, HIDDEN),
        };
    }
    match answer {
        Answer::Code(code) => Line::code(&line.label, code),
        other => Line::words(&line.label, words(other)),
    }
}

/// An answer in Italian words.
fn words(answer: &Answer) -> String {
    match answer {
        Answer::Text(text) | Answer::Code(text) => text.clone(),
        Answer::Date(day) => testo::date(*day, Lingua::It),
        Answer::Cents(cents) => testo::amount(Euro::from_cents(*cents), Lingua::It),
        Answer::Flag(yes) => if *yes { "Sì" } else { "No" }.to_owned(),
        Answer::List(items) => testo::list(items, Lingua::It),
        Answer::File(file) => file.name.clone(),
    }
}

fn attachment(row: &AllegatoRow) -> RigaAllegato {
    RigaAllegato {
        name: row.name.clone(),
        size: format!("{} KB", (row.bytes + 1023) / 1024),
        sha256: row.sha256.chars().take(PRINTED_HASH).collect(),
    }
}
