//! The receipt of an INVIA: read what was filed, set it as a PDF, keep it, let the message go. What it says stands in
//! `words`.

mod words;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sportello_documents::ricevuta;
use sportello_domain::{
    ente::Ente,
    id::{BozzaId, DocumentoId, EnteId},
    identita::IdentityScheme,
};
use sportello_store::{
    allegato,
    allegato::AllegatoRow,
    audit, bozza_purge, documento,
    documento::DocumentoRow,
    file::FileKind,
    job::{self as row, JobRow},
    notifica, per_conto, pratica,
    pratica::PraticaHead,
    protocollo,
    protocollo::ProtocolloRow,
};
use uuid::Uuid;

pub(crate) use words::words as answer_words;

use super::{letter_at_once, payload};
use crate::{Error, Portal, Result, bozza::Loaded, ente, pratica::SUBMIT, risposta::came_with};

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
    /// Its number in the emergency register, where it has one.
    emergency: Option<String>,
    allegati: Vec<AllegatoRow>,
    /// Through which scheme whoever sent it had signed in; `None` at the desk, and where the deed does not say.
    scheme: Option<IdentityScheme>,
    /// Given and family name of the member of staff who filed it at the desk, if one did.
    at_desk: Option<String>,
    /// Whether the receipt is there already: the job was interrupted after making it.
    made: bool,
}

/// Runs it. A second run replaces nothing: the first document stays.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let payload: Payload = payload(job)?;
    let (ente_id, now) = (job.ente_id, portal.clock().now());
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let filing = read(portal, ente_id, &payload).await?;
    let document = if filing.made {
        None
    } else {
        let pdf = typeset(portal, &ente, &filing).await?;
        Some(keep(portal, ente_id, &filing, &pdf, now).await?)
    };
    let (id, worker, notifica, letter) =
        (job.id, worker.to_owned(), payload.notifica, letter_at_once(portal, payload.notifica, now));
    let made = document.as_ref().map(|document| document.id);
    let bozza = payload.bozza;
    let counts = portal
        .store()
        .write(ente_id, async move |tx| {
            let counts = match &document {
                Some(document) => documento::add(tx, ente_id, document).await?,
                None => true,
            };
            bozza_purge::earlier_revisions(tx, ente_id, bozza).await?;
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
    let receipt = words::describe(portal, ente, filing)?;
    let typesetter = portal.clone();
    let pdf = tokio::task::spawn_blocking(move || ricevuta(typesetter.typesetter(), &receipt))
        .await
        .map_err(|error| Error::failed("setting a receipt", error))?
        .map_err(|error| Error::failed("setting a receipt", error))?;
    Ok(pdf.bytes)
}

async fn read(portal: &Portal, ente: EnteId, payload: &Payload) -> Result<Filing> {
    let (bozza, message) = (payload.bozza, payload.notifica);
    let (persona, pratiche, (registered, emergency), allegati, sent, desk, made) = portal
        .store()
        .read(ente, async move |read| {
            let message = notifica::by_id(read, ente, message).await?.ok_or(sportello_store::Error::NotFound)?;
            let pratiche = pratica::of_bozza(read, ente, message.persona_id, bozza).await?;
            let registered = protocollo::of_bozza(read, ente, bozza).await?;
            let emergency = crate::pratica::emergency(read, ente, bozza).await?;
            let mut allegati: Vec<AllegatoRow> = Vec::new();
            for head in &pratiche {
                for file in allegato::of_pratica(read, ente, head.id).await? {
                    // What was given for all children goes with each pratica and is told once.
                    if came_with(&file, head.received_at) && allegati.iter().all(|told| told.id != file.id) {
                        allegati.push(file);
                    }
                }
            }
            let made = documento::receipt(read, ente, message.persona_id, bozza).await?.is_some();
            let desk = per_conto::filed_by(read, ente, bozza).await?;
            let first = pratiche.first().ok_or(sportello_store::Error::NotFound)?.id;
            let sent = audit::done(read, ente, "pratica", first.uuid(), SUBMIT).await?;
            Ok((message.persona_id, pratiche, (registered, emergency), allegati, sent, desk, made))
        })
        .await?;
    let received_at = pratiche.first().ok_or(Error::NotFound)?.received_at;
    let loaded = Loaded::of(portal, ente, persona, bozza, received_at).await?;
    let at_desk = desk.map(|(_, nome, cognome)| format!("{nome} {cognome}"));
    let scheme = sent.and_then(|deed| IdentityScheme::from_stored(deed.detail.0["scheme"].as_str()?));
    Ok(Filing { loaded, pratiche, registered, emergency, allegati, scheme, at_desk, made })
}

/// The bytes first, sealed, then the row that names them.
async fn keep(portal: &Portal, ente: EnteId, filing: &Filing, pdf: &[u8], now: DateTime<Utc>) -> Result<DocumentoRow> {
    let id = DocumentoId::new(portal.chance().uuid(now));
    portal.files().put_sealed(&portal.sealer(ente).await?, FileKind::Documento, id.uuid(), pdf).await?;
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
