//! What the office decides on a pratica, or tells before it decides, as a document with an outgoing protocol number: written in
//! the transaction of the move, made as a PDF by a job, opened by the applicant.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sportello_domain::{
    calendar,
    delega::DelegaScope,
    ente::Ente,
    id::{AllegatoId, BozzaId, DocumentoId, EnteId, PersonaId, PraticaId},
    lingua::Lingua,
    modello::view::FileView,
    pratica::PraticaStatus,
    protocollo::Registro,
};
use sportello_store::{
    Read, Tx, audit,
    documento::{self, DocumentoRow},
    job::{self, NewJob},
    persona,
    pratica::{self as row, PraticaRow},
    protocollo::{self, Direction, ProtocolloRow},
    provvedimento::{self as rows, ListedRow, ProvvedimentoRow},
    seal::{EnteSealer, Place},
};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::Download,
    job::provvedimento_job,
    modello,
    pratica::{at_level, number, open_document, protocol_number},
};

/// What one says besides what its kind says; kept sealed, since it may be about anything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Why.
    pub(crate) reason: Option<String>,
    /// What the applicant observed.
    pub(crate) observations: Option<String>,
    /// What is answered to it.
    pub(crate) reply: Option<String>,
}

/// One as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provvedimento {
    /// Its key.
    pub id: DocumentoId,
    /// The state of the pratica that it led to: says what it is.
    pub kind: PraticaStatus,
    /// When.
    pub made_at: DateTime<Utc>,
    /// "4310/2026", once it has a number.
    pub protocol: Option<String>,
    /// Its document, once that is made.
    pub file: Option<FileView>,
    /// When the applicant opened it for the first time.
    pub opened_at: Option<DateTime<Utc>>,
}

/// What the applicant and the file of the pratica read where nobody answered.
pub(crate) const SILENCE: &str =
    "Il termine è passato senza risposta: la domanda vale come accolta (L. 241/1990, art. 20).";
/// What stands for a reason that whoever looks may not read.
const IN_DOCUMENT: &str = "Il motivo è nel provvedimento.";

/// Where its words are sealed.
pub(crate) fn place(id: DocumentoId) -> Place {
    Place::new("provvedimento", "sealed_text", id)
}

/// The title of a document, in Italian.
pub(crate) const fn title(kind: PraticaStatus, by_silence: bool) -> &'static str {
    match kind {
        PraticaStatus::RejectionNotice => "Preavviso di rigetto",
        PraticaStatus::Accepted if by_silence => "Accoglimento per silenzio: attestazione",
        PraticaStatus::Accepted => "Accoglimento della domanda",
        PraticaStatus::PartlyAccepted => "Accoglimento in parte della domanda",
        PraticaStatus::WaitingList => "Inserimento in lista d'attesa",
        PraticaStatus::Rejected => "Rigetto della domanda",
        PraticaStatus::Annulled => "Annullamento della pratica",
        _ => "Comunicazione sulla pratica",
    }
}

/// One that is written with the move that it is about.
pub(crate) struct Ready {
    row: ProvvedimentoRow,
    /// Its registration, still without a number; none with an external register, whose number comes later.
    entry: Option<ProtocolloRow>,
    bozza: BozzaId,
    job: NewJob,
}

/// Reads and seals what it needs, before the transaction.
pub(crate) async fn prepare(
    portal: &Portal,
    ente: &Ente,
    pratica: &PraticaRow,
    (kind, by): (PraticaStatus, Option<PersonaId>),
    words: &Words,
    at: DateTime<Utc>,
) -> Result<Ready> {
    let (ente_id, applicant) = (ente.id, pratica.persona_id);
    let read = async move |read: &mut Read| persona::by_id(read, ente_id, applicant).await;
    let person = portal.store().read(ente_id, read).await?.ok_or(Error::NotFound)?;
    let document = modello::document(portal, ente_id, &pratica.hash).await?;
    let id = DocumentoId::new(portal.chance().uuid(at));
    let text = serde_json::to_vec(words).map_err(|error| Error::failed("writing a decision", error))?;
    let sealed_text = portal.sealer(ente_id).await?.seal(&place(id), &text)?;
    let (number, subject) =
        (number(pratica.anno, pratica.numero), document.procedura.subject.fill(Lingua::It, pratica.anno_scolastico));
    let entry = ente.settings.protocollo.is_internal().then(|| ProtocolloRow {
        aoo: ente.settings.aoo_code.clone(),
        anno: i64::from(calendar::legal_date(at).year()),
        numero: 0,
        registro: Registro::Internal,
        direction: Direction::Out,
        registered_at: at,
        received_at: at,
        sender: format!("{} {}", person.nome, person.cognome),
        subject: format!("{}, pratica {number}: {subject}", title(kind, by.is_none())),
        sha256: hex::encode(Sha256::digest(&text)),
        classificazione: document.procedura.classificazione.to_string(),
        fascicolo: None,
        bozza_id: pratica.bozza_id,
    });
    let row = ProvvedimentoRow {
        id,
        pratica_id: pratica.id,
        kind,
        made_at: at,
        made_by: by,
        sealed_text,
        protocollo_aoo: None,
        protocollo_anno: None,
        protocollo_numero: None,
        opened_at: None,
    };
    Ok(Ready { row, entry, bozza: pratica.bozza_id, job: provvedimento_job(portal, id, at) })
}

impl Ready {
    /// Registers and writes it, in the transaction of the move.
    pub(crate) async fn write(mut self, tx: &mut Tx, ente: EnteId) -> sportello_store::Result<()> {
        if let Some(mut entry) = self.entry {
            // It belongs with what was filed.
            entry.fascicolo = protocollo::of_bozza(tx, ente, self.bozza).await?.and_then(|filed| filed.fascicolo);
            self.row.protocollo_aoo = Some(entry.aoo.clone());
            self.row.protocollo_anno = Some(entry.anno);
            self.row.protocollo_numero = Some(protocollo::register(tx, ente, entry).await?);
        }
        rows::add(tx, ente, &self.row).await?;
        job::enqueue(tx, ente, &self.job).await
    }
}

/// Why a pratica was decided as it was; where whoever looks may not read that, where it is to be read.
pub(crate) fn reason(
    pratica: &PraticaRow,
    acts: &[ListedRow],
    sealer: &EnteSealer,
    closed: bool,
) -> Result<Option<String>> {
    let hidden = |reason: String| if closed { IN_DOCUMENT.to_owned() } else { reason };
    // What stands in clear the portal itself said, that silence decided; or an older portal wrote what a person had typed.
    if let Some(reason) = &pratica.decision_reason {
        return Ok(Some(if reason == SILENCE { reason.clone() } else { hidden(reason.clone()) }));
    }
    let decides = |act: &&ListedRow| act.kind == pratica.status && act.kind != PraticaStatus::RejectionNotice;
    let Some(act) = acts.iter().rfind(decides) else { return Ok(None) };
    let text = sealer.open(&place(act.id), &act.sealed_text)?;
    // What stands there is not told.
    let words: Words =
        serde_json::from_slice(&text).map_err(|_| Error::failed("reading a decision", "not its form"))?;
    Ok(words.reason.map(hidden))
}

/// Those of a pratica as they are shown.
pub(crate) fn shown(found: Vec<ListedRow>) -> Vec<Provvedimento> {
    found.into_iter().map(view).collect()
}

fn view(row: ListedRow) -> Provvedimento {
    let file = row.name.zip(row.media_type).zip(row.bytes).map(|((name, media_type), bytes)| FileView {
        id: AllegatoId::new(row.id.uuid()),
        name,
        bytes: u64::try_from(bytes).unwrap_or_default(),
        media_type,
    });
    Provvedimento {
        id: row.id,
        kind: row.kind,
        made_at: row.made_at,
        protocol: row.protocollo_numero.zip(row.protocollo_anno).map(|(numero, anno)| protocol_number(numero, anno)),
        file,
        opened_at: row.opened_at,
    }
}

/// The document of one, for the applicant; `None` while it is being made. The first opening is written down before it.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else or one that is not of it, [`Error::LevelNeeded`].
pub async fn open(portal: &Portal, ctx: &Ctx, id: PraticaId, which: DocumentoId) -> Result<Option<Download>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let by = ctx.cittadino()?.persona;
    let found = portal
        .store()
        .read(ente, async move |read| match row::of_persona(read, ente, persona, id).await? {
            Some(pratica) => Ok(Some((pratica, find(read, ente, id, which).await?))),
            None => Ok(None),
        })
        .await?;
    let (pratica, document) = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &pratica).await?;
    let Some(document) = document.ok_or(Error::NotFound)? else { return Ok(None) };
    let (now, note) = (portal.clock().now(), ctx.note(portal, "provvedimento.open", "documento", Some(which.uuid())));
    portal
        .store()
        .write(ente, async move |tx| {
            if rows::opened(tx, ente, which, by, now).await? {
                audit::record(tx, ente, &note).await?;
            }
            Ok(())
        })
        .await?;
    Ok(Some(open_document(portal, ctx, document).await?))
}

/// One of a pratica: nothing where it is none of it, and no document while that is being made.
pub(crate) async fn find(
    read: &mut Read,
    ente: EnteId,
    pratica: PraticaId,
    which: DocumentoId,
) -> sportello_store::Result<Option<Option<DocumentoRow>>> {
    let found = rows::by_id(read, ente, which).await?.filter(|row| row.pratica_id == pratica);
    match found {
        Some(_) => Ok(Some(documento::by_id(read, ente, which).await?)),
        None => Ok(None),
    }
}
