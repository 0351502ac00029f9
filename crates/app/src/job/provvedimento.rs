//! The document of a decision or a notice: read what was written, set it as a PDF, keep it. What it says stands in `words`.

mod words;

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sportello_documents::provvedimento;
use sportello_domain::id::DocumentoId;
use sportello_store::{
    documento::{self, DocumentoRow},
    file::FileKind,
    job::{self as row, JobRow, NewJob},
    persona::{self, PersonaRow},
    pratica::{self, PraticaRow},
    preavviso::{self, PreavvisoRow},
    provvedimento::{self as rows, ProvvedimentoRow},
};

use super::{PROVVEDIMENTO, new_job, payload};
use crate::{
    Error, Portal, Result, ente,
    modello::{self, Document},
    provvedimento::{Words, place},
};

#[derive(serde::Deserialize)]
struct Payload {
    provvedimento: DocumentoId,
}

/// Everything that it says.
struct Case {
    row: ProvvedimentoRow,
    words: Words,
    pratica: PraticaRow,
    person: PersonaRow,
    notice: Option<PreavvisoRow>,
    document: std::sync::Arc<Document>,
}

/// The job for a new one.
pub(crate) fn job(portal: &Portal, id: DocumentoId, now: DateTime<Utc>) -> NewJob {
    new_job(portal, PROVVEDIMENTO, json!({ "v": 1, "provvedimento": id }), now)
}

/// Runs it. A second run replaces nothing: the first document stays, and the same data give the same bytes.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let Payload { provvedimento: id } = payload(job)?;
    let (ente_id, now) = (job.ente_id, portal.clock().now());
    let made = portal.store().read(ente_id, async move |read| documento::by_id(read, ente_id, id).await).await?;
    let document = if made.is_some() { None } else { Some(make(portal, job, id, now).await?) };
    let (job, worker) = (job.id, worker.to_owned());
    portal
        .store()
        .write(ente_id, async move |tx| {
            if let Some(document) = &document {
                documento::add(tx, ente_id, document).await?;
            }
            row::done(tx, ente_id, job, &worker, now).await
        })
        .await?;
    Ok(())
}

/// The bytes first, sealed, then the row that names them.
async fn make(portal: &Portal, job: &JobRow, id: DocumentoId, now: DateTime<Utc>) -> Result<DocumentoRow> {
    let ente_id = job.ente_id;
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let case = read(portal, job, id).await?;
    let said = words::describe(portal, &ente, &case);
    let typesetter = portal.clone();
    // Setting it takes long: not on a thread that serves pages.
    let pdf = tokio::task::spawn_blocking(move || provvedimento(typesetter.typesetter(), &said))
        .await
        .map_err(|error| Error::failed("setting a decision", error))?
        .map_err(|error| Error::failed("setting a decision", error))?;
    portal.files().put_sealed(&portal.sealer(ente_id).await?, FileKind::Documento, id.uuid(), &pdf.bytes).await?;
    Ok(DocumentoRow {
        id,
        bozza_id: case.pratica.bozza_id,
        pratica_id: Some(case.pratica.id),
        kind: documento::PROVVEDIMENTO.to_owned(),
        name: format!("{}-{}-{}.pdf", words::name(case.row.kind), case.pratica.anno, case.pratica.numero),
        media_type: "application/pdf".to_owned(),
        bytes: pdf.bytes.len() as i64,
        sha256: hex::encode(Sha256::digest(&pdf.bytes)),
        sealed: true,
        created_at: now,
    })
}

async fn read(portal: &Portal, job: &JobRow, id: DocumentoId) -> Result<Case> {
    let ente = job.ente_id;
    let gone = || sportello_store::Error::NotFound;
    let (row, pratica, person, notice) = portal
        .store()
        .read(ente, async move |read| {
            let row = rows::by_id(read, ente, id).await?.ok_or_else(gone)?;
            let pratica = pratica::by_id(read, ente, row.pratica_id).await?.ok_or_else(gone)?;
            let person = persona::by_id(read, ente, pratica.persona_id).await?.ok_or_else(gone)?;
            let notice = preavviso::of_pratica(read, ente, pratica.id).await?;
            Ok((row, pratica, person, notice))
        })
        .await?;
    let text = portal.sealer(ente).await?.open(&place(id), &row.sealed_text)?;
    let words = serde_json::from_slice(&text).map_err(|error| Error::failed("reading a decision", error))?;
    let document = modello::document(portal, ente, &pratica.hash).await?;
    Ok(Case { row, words, pratica, person, notice, document })
}
