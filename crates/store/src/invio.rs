//! INVIA: a draft becomes pratiche, with their numbers, their protocol registration and all that follows from them,
//! in the caller's transaction and in few flights.
//!
//! Not for deciding whether a draft may be filed: the caller did that, on the revision that it names.

mod write;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{AllegatoId, BozzaId, EnteId, PersonaId, PraticaId, RowId},
    protocollo::{Registro, fascicolo},
};

use crate::{
    audit::AuditRow,
    bind::Json,
    contatore::{self, Wanted},
    error::Result,
    evento::EventoRow,
    flight,
    graduatoria::NewPunti,
    idempotenza::NewAnswer,
    interruzione::{self, Entering},
    job::NewJob,
    notifica::NotificaRow,
    protocollo::{Direction, ProtocolloRow},
    protocollo_richiesta::{self, RichiestaRow},
    seal::Sealed,
    statements,
    tx::Tx,
};

/// What may still wait to be entered into the emergency register comes before the filing itself.
const ENTERED_AT_ONCE: i64 = 100;

/// What one INVIA writes.
#[derive(Clone, Debug)]
pub struct Invio {
    /// The draft.
    pub bozza_id: BozzaId,
    /// Its owner: applicant and payer.
    pub persona_id: PersonaId,
    /// Revision that was shown and checked.
    pub revision: i64,
    /// Code of the modello.
    pub modello: String,
    /// Version of the modello.
    pub modello_version: i64,
    /// Hash of its document.
    pub hash: String,
    /// School year.
    pub anno_scolastico: AnnoScolastico,
    /// Calendar year of the numbers: that of `received_at` at the ente.
    pub anno: i64,
    /// When the server received INVIA.
    pub received_at: DateTime<Utc>,
    /// Last day for the answer.
    pub due_on: NaiveDate,
    /// First pratica number of a year.
    pub first_numero: i64,
    /// Its registration.
    pub registrazione: Registrazione,
    /// The pratiche, in the order of their numbers; at least one.
    pub pratiche: Vec<NewPratica>,
    /// First steps of the timelines.
    pub steps: Vec<EventoRow>,
    /// Which files are filed with which pratica.
    pub allegati: Vec<(PraticaId, AllegatoId)>,
    /// Messages to the applicant.
    pub notifiche: Vec<NotificaRow>,
    /// Work that follows.
    pub jobs: Vec<NewJob>,
    /// Audit rows.
    pub audit: Vec<AuditRow>,
    /// Answer kept under the idempotency key.
    pub answer: NewAnswer,
}

/// What a register needs.
#[derive(Clone, Debug)]
pub struct Registrazione {
    /// Code of the AOO.
    pub aoo: String,
    /// Who gives the number.
    pub register: Register,
    /// Sender as the register shows it.
    pub sender: String,
    /// Subject; never class-A data.
    pub subject: String,
    /// SHA-256 of what was filed, hexadecimal.
    pub sha256: String,
    /// Place in the classification plan: `VII/1`.
    pub classificazione: String,
}

/// Who gives the protocol number.
#[derive(Clone, Debug)]
pub enum Register {
    /// The portal, in this transaction.
    Internal {
        /// First number of a year.
        first_numero: i64,
    },
    /// The protocol system of the ente, later.
    External {
        /// The work that asks for it. One at a time takes all that waits: it is enqueued where nothing waited before.
        job: NewJob,
    },
}

/// One pratica of an INVIA.
#[derive(Clone, Debug)]
pub struct NewPratica {
    /// Its key.
    pub id: PraticaId,
    /// Row of the draft's group.
    pub row_id: Option<RowId>,
    /// The child's given and family name.
    pub alunno: String,
    /// The child's and the applicant's name, folded for search.
    pub search_key: String,
    /// The child's codice fiscale.
    pub alunno_codice_fiscale: Option<String>,
    /// Code of the school that was chosen, where the modello asks for one.
    pub plesso: Option<String>,
    /// Service, for an enrolment: puts it under the duplicate rule.
    pub servizio: Option<String>,
    /// Whether another live pratica for the same child, service and year is there.
    pub contested: bool,
    /// Answers in clear.
    pub answers: Json<Value>,
    /// Class-A answers, sealed at `pratica`, `sealed_answers`.
    pub sealed_answers: Option<Sealed>,
    /// Its points, where places go by criteria.
    pub punti: Option<NewPunti>,
}

/// What became of an INVIA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// Filed: the numbers of the pratiche in their order, and the protocol number.
    Filed {
        /// Pratica numbers.
        numeri: Vec<i64>,
        /// Protocol number, with the internal register.
        protocollo: Option<i64>,
    },
    /// The draft is not open at that revision any more (or not the person's); nothing was written.
    Changed,
}

statements! {
    CLOSE = "UPDATE bozza SET status = 'inviata', updated_at = $5
        WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND revision = $4 AND status = 'aperta'";
    PRATICA = "INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, search_key, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, plesso)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18, $19, $20, $21, $22, $23, $24, $25)";
    ALLEGATO = "INSERT INTO pratica_allegato (ente_id, pratica_id, allegato_id) VALUES ($1, $2, $3)";
}

/// Files a draft.
///
/// # Errors
/// `Unique` when a pratica breaks the duplicate rule or the idempotency key was used: ask both first, in the same
/// transaction.
pub async fn submit(tx: &mut Tx, ente: EnteId, invio: &Invio) -> Result<Submitted> {
    let count = i64::try_from(invio.pratiche.len()).expect("a draft has far fewer rows than 2^63");
    let with = &invio.registrazione;
    let register = match &with.register {
        Register::Internal { first_numero } => Some((with.aoo.as_str(), *first_numero)),
        Register::External { .. } => None,
    };
    let wanted = Wanted {
        bozza_id: invio.bozza_id,
        persona_id: invio.persona_id,
        revision: invio.revision,
        anno: invio.anno,
        count,
        first_numero: invio.first_numero,
        register,
    };
    let Some(taken) = contatore::take(tx, ente, &wanted).await? else {
        return Ok(Submitted::Changed);
    };
    let numeri: Vec<i64> = (taken.lowest..taken.lowest + count).collect();
    let fascicolo = fascicolo(invio.anno, &with.classificazione, taken.lowest);
    let registered = taken.protocollo.map(|numero| registration(invio, numero, &fascicolo));
    let awaited = awaited(tx, ente, invio, fascicolo).await?;
    flight::send(tx, &write::all(&ente, invio, &numeri, registered.as_ref(), awaited.as_ref())).await?;
    if awaited.is_some() {
        enter(tx, ente, invio).await?;
    }
    Ok(Submitted::Filed { numeri, protocollo: taken.protocollo })
}

fn registration(invio: &Invio, numero: i64, fascicolo: &str) -> ProtocolloRow {
    let with = &invio.registrazione;
    ProtocolloRow {
        aoo: with.aoo.clone(),
        anno: invio.anno,
        numero,
        registro: Registro::Internal,
        direction: Direction::In,
        registered_at: invio.received_at,
        received_at: invio.received_at,
        sender: with.sender.clone(),
        subject: with.subject.clone(),
        sha256: with.sha256.clone(),
        classificazione: with.classificazione.clone(),
        fascicolo: Some(fascicolo.to_owned()),
        bozza_id: invio.bozza_id,
    }
}

/// While the protocol system is interrupted, what is filed is entered into the emergency register at once.
async fn enter(tx: &mut Tx, ente: EnteId, invio: &Invio) -> Result<()> {
    let Some(interruzione) = interruzione::open(tx, ente).await? else { return Ok(()) };
    let (aoo, anno, at) = (invio.registrazione.aoo.clone(), invio.anno, invio.received_at);
    interruzione::enter_waiting(tx, ente, &Entering { interruzione, aoo, anno, at }, ENTERED_AT_ONCE).await?;
    Ok(())
}

/// What waits for its number, and the job that asks for it unless one is under way.
struct Awaited<'a> {
    row: RichiestaRow,
    job: Option<&'a NewJob>,
}

async fn awaited<'a>(tx: &mut Tx, ente: EnteId, invio: &'a Invio, fascicolo: String) -> Result<Option<Awaited<'a>>> {
    let with = &invio.registrazione;
    let Register::External { job } = &with.register else { return Ok(None) };
    let none_waits = protocollo_richiesta::waiting(tx, ente).await?.count == 0;
    let row = RichiestaRow {
        bozza_id: invio.bozza_id,
        received_at: invio.received_at,
        sender: with.sender.clone(),
        subject: with.subject.clone(),
        sha256: with.sha256.clone(),
        classificazione: with.classificazione.clone(),
        fascicolo,
        external_id: None,
        refusal: None,
        emergenza_numero: None,
        emergenza_anno: None,
    };
    Ok(Some(Awaited { row, job: none_waits.then_some(job) }))
}
