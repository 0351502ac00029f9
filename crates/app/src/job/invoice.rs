//! The PDF of an invoice or a credit note: read what was issued, set it, keep it. What it says stands in `words`.

mod words;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sportello_documents::fattura;
use sportello_domain::{
    ente::Ente,
    fatturazione::Modalita,
    id::{DocumentoContabileId, EnteId},
};
use sportello_store::{
    Read,
    documento_contabile::{self as documento, DocumentoContabileRow, FiglioRow, FileRow},
    file::FileKind,
    job::{self as row, JobRow},
    mandato::{self, MandatoRow},
    persona::{self, PersonaRow},
    posizione::{self, PosizioneRow},
};

use super::payload;
use crate::{Error, Portal, Result, ente};

/// What the job needs.
#[derive(serde::Deserialize)]
struct Payload {
    documento_id: DocumentoContabileId,
}

/// Everything that a document says, read from the database.
struct Issued {
    document: DocumentoContabileRow,
    /// The invoice that a credit note corrects.
    corrects: Option<DocumentoContabileRow>,
    payer: PersonaRow,
    child: Option<FiglioRow>,
    debt: Option<PosizioneRow>,
    /// The mandate in use, for a direct debit.
    mandate: Option<MandatoRow>,
    /// Whether the file is there already: the job was interrupted after making it.
    made: bool,
}

/// Runs it. A second run replaces nothing: the first file stays, and the same document gives the same bytes.
pub(super) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let payload: Payload = payload(job)?;
    let (ente_id, now) = (job.ente_id, portal.clock().now());
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let id = payload.documento_id;
    let issued = portal.store().read(ente_id, async move |read| self::read(read, ente_id, id).await).await?;
    let issued = issued.ok_or(Error::NotFound)?;
    let file = if issued.made { None } else { Some(make(portal, &ente, &issued, now).await?) };
    let (id, worker) = (job.id, worker.to_owned());
    portal
        .store()
        .write(ente_id, async move |tx| {
            if let Some(file) = &file {
                documento::add_file(tx, ente_id, file).await?;
            }
            row::done(tx, ente_id, id, &worker, now).await
        })
        .await?;
    Ok(())
}

async fn read(read: &mut Read, ente: EnteId, id: DocumentoContabileId) -> sportello_store::Result<Option<Issued>> {
    let Some(document) = documento::by_id(read, ente, id).await? else { return Ok(None) };
    let Some(payer) = persona::by_id(read, ente, document.persona_id).await? else { return Ok(None) };
    let corrects = match document.credits_id {
        Some(invoice) => documento::by_id(read, ente, invoice).await?,
        None => None,
    };
    let children = documento::children(read, ente, document.persona_id).await?;
    let child = children.into_iter().find(|child| child.alunno_id == document.alunno_id);
    let debt = posizione::of_document(read, ente, id).await?;
    let mandate = match document.modalita {
        Modalita::Sdd => mandato::in_use(read, ente, document.iscrizione_id).await?,
        Modalita::PagoPa => None,
    };
    let made = documento::files(read, ente, id).await?.iter().any(|file| file.kind == documento::PDF);
    Ok(Some(Issued { document, corrects, payer, child, debt, mandate, made }))
}

/// The bytes first, sealed, then the row that names them.
async fn make(portal: &Portal, ente: &Ente, issued: &Issued, now: DateTime<Utc>) -> Result<FileRow> {
    let sealer = portal.sealer(ente.id).await?;
    let data = words::describe(ente, issued, &sealer)?;
    let typesetter = portal.clone();
    // Setting it takes long: not on a thread that serves pages.
    let pdf = tokio::task::spawn_blocking(move || fattura(typesetter.typesetter(), &data))
        .await
        .map_err(|error| Error::failed("setting an invoice", error))?
        .map_err(|error| Error::failed("setting an invoice", error))?
        .bytes;
    let document = &issued.document;
    portal.files().put_sealed(&sealer, FileKind::Documento, document.id.uuid(), &pdf).await?;
    let kind = document.kind.stored().replace('_', "-");
    Ok(FileRow {
        documento_id: document.id,
        kind: documento::PDF.to_owned(),
        name: format!("{kind}-{}-{}-{}.pdf", document.anno, document.serie, document.numero),
        bytes: pdf.len() as i64,
        sha256: hex::encode(Sha256::digest(&pdf)),
        sealed: true,
        created_at: now,
    })
}
