//! Pratiche as they are kept, and what their applicant may see of them: strictly by person.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{BozzaId, EnteId, PersonaId, PraticaId, RowId},
    pratica::PraticaStatus,
};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A pratica, whole.
    #[derive(Clone, Debug)]
    pub struct PraticaRow {
        /// Its key.
        pub id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// The draft that it was.
        pub bozza_id: BozzaId,
        /// Row of the draft's group, where one draft makes several pratiche.
        pub row_id: Option<RowId>,
        /// Code of the modello.
        pub modello: String,
        /// Version of the modello.
        pub modello_version: i64,
        /// Hash of its document.
        pub hash: String,
        /// Applicant and payer.
        pub persona_id: PersonaId,
        /// The child's given and family name.
        pub alunno: String,
        /// The child's codice fiscale.
        pub alunno_codice_fiscale: Option<String>,
        /// Service of an enrolment; with child and school year the key of the duplicate rule.
        pub servizio: Option<String>,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// Whether another live pratica for the same child, service and year was there before.
        pub contested: bool,
        /// State.
        pub status: PraticaStatus,
        /// Grows with each change, from 1.
        pub version: i64,
        /// Answers in clear.
        pub answers: Json<Value>,
        /// Class-A answers, sealed at `pratica`, `sealed_answers`.
        pub sealed_answers: Option<Sealed>,
        /// AOO of the protocol number.
        pub protocollo_aoo: Option<String>,
        /// Year of the protocol number.
        pub protocollo_anno: Option<i64>,
        /// Protocol number; none while an external register has not answered.
        pub protocollo_numero: Option<i64>,
        /// When the server received INVIA.
        pub received_at: DateTime<Utc>,
        /// Last day for the answer.
        pub due_on: NaiveDate,
        /// Who of the office works on it.
        pub assigned_to: Option<PersonaId>,
        /// When it was decided.
        pub decided_at: Option<DateTime<Utc>>,
        /// Why.
        pub decision_reason: Option<String>,
    }
}

row! {
    /// A pratica in its applicant's list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PraticaHead {
        /// Its key.
        pub id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// Code of the modello.
        pub modello: String,
        /// Hash of its document.
        pub hash: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// The child's name.
        pub alunno: String,
        /// State.
        pub status: PraticaStatus,
        /// Year of the protocol number.
        pub protocollo_anno: Option<i64>,
        /// Protocol number.
        pub protocollo_numero: Option<i64>,
        /// When the server received INVIA.
        pub received_at: DateTime<Utc>,
        /// Last day for the answer.
        pub due_on: NaiveDate,
        /// Whether it is an enrolment of a child without codice fiscale.
        pub code_missing: bool,
    }
}

/// The answers of a pratica that were amended, with the columns that are read from them.
#[derive(Clone, Debug)]
pub struct Amended {
    /// Answers in clear.
    pub answers: Json<Value>,
    /// Class-A answers, sealed at `pratica`, `sealed_answers`.
    pub sealed_answers: Option<Sealed>,
    /// The child's given and family name, and with the applicant's, folded for search; `None` leaves both.
    pub named: Option<(String, String)>,
    /// The child's codice fiscale.
    pub alunno_codice_fiscale: Option<String>,
    /// Code of the school that was chosen.
    pub plesso: Option<String>,
    /// Whether another live pratica for the same child, service and year is there.
    pub contested: bool,
}

/// Children that [`live_children`] asks about in one statement: as many as a draft usually may have.
const ASKED_AT_ONCE: usize = 8;

statements! {
    OF_PERSONA: PraticaRow = "SELECT id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, assigned_to, decided_at, decision_reason
        FROM pratica WHERE ente_id = $1 AND persona_id = $2 AND id = $3";
    BY_ID: PraticaRow = "SELECT id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, assigned_to, decided_at, decision_reason
        FROM pratica WHERE ente_id = $1 AND id = $2";
    LIST: PraticaHead = "SELECT id, anno, numero, modello, hash, anno_scolastico, alunno, status, protocollo_anno, protocollo_numero, received_at, due_on, (servizio IS NOT NULL AND alunno_codice_fiscale IS NULL) AS code_missing
        FROM pratica WHERE ente_id = $1 AND persona_id = $2 ORDER BY received_at DESC, numero DESC LIMIT 500";
    OF_BOZZA: PraticaHead = "SELECT id, anno, numero, modello, hash, anno_scolastico, alunno, status, protocollo_anno, protocollo_numero, received_at, due_on, (servizio IS NOT NULL AND alunno_codice_fiscale IS NULL) AS code_missing
        FROM pratica WHERE ente_id = $1 AND persona_id = $2 AND bozza_id = $3 ORDER BY numero";
    LIVE: (PraticaId, PersonaId) = "SELECT id, persona_id FROM pratica
        WHERE ente_id = $1 AND servizio = $2 AND anno_scolastico = $3 AND alunno_codice_fiscale = $4
        AND status NOT IN ('rigettata', 'ritirata', 'annullata') ORDER BY received_at, numero LIMIT 10";
    LIVE_CHILDREN: (String, i64) = "SELECT alunno_codice_fiscale, count(CASE WHEN persona_id = $4 THEN 1 END) FROM pratica
        WHERE ente_id = $1 AND servizio = $2 AND anno_scolastico = $3 AND alunno_codice_fiscale IN ($5, $6, $7, $8, $9, $10, $11, $12)
        AND status NOT IN ('rigettata', 'ritirata', 'annullata') GROUP BY alunno_codice_fiscale";
    LAST_FILING: (PraticaId,) = "SELECT id FROM pratica WHERE ente_id = $1 AND persona_id = $2 AND modello = $3
        ORDER BY received_at DESC, numero DESC LIMIT 1";
    EARLIER_OF_CHILD: PraticaRow = "SELECT id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, assigned_to, decided_at, decision_reason
        FROM pratica WHERE ente_id = $1 AND alunno_codice_fiscale = $2 AND modello = $3 AND anno_scolastico < $4
        AND status NOT IN ('rigettata', 'ritirata', 'annullata') ORDER BY anno_scolastico DESC, received_at DESC, numero DESC LIMIT 1";
    EARLIER_OF_PERSONA: PraticaRow = "SELECT id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, assigned_to, decided_at, decision_reason
        FROM pratica WHERE ente_id = $1 AND persona_id = $2 AND modello = $3 AND anno_scolastico < $4 AND alunno = $5 AND (alunno_codice_fiscale IS NULL OR $6)
        AND status NOT IN ('rigettata', 'ritirata', 'annullata') ORDER BY anno_scolastico DESC, received_at DESC, numero DESC LIMIT 1";
    SET_CODE = "UPDATE pratica SET alunno_codice_fiscale = $4, version = version + 1
        WHERE ente_id = $1 AND id = $2 AND version = $3 AND servizio IS NOT NULL AND alunno_codice_fiscale IS NULL
        AND status NOT IN ('rigettata', 'ritirata', 'annullata')";
    AMEND = "UPDATE pratica SET answers = $3, sealed_answers = $4, alunno = coalesce($5, alunno), search_key = coalesce($6, search_key), alunno_codice_fiscale = $7, plesso = $8, contested = $9
        WHERE ente_id = $1 AND id = $2";
    BROKEN: (i64, i64) = "SELECT anno, count(*) FROM pratica WHERE ente_id = $1
        GROUP BY anno HAVING count(*) <> max(numero) - min(numero) + 1 ORDER BY anno";
}

/// One pratica of the person.
pub async fn of_persona(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    id: PraticaId,
) -> Result<Option<PraticaRow>> {
    read.fetch_optional(OF_PERSONA, binds![ente, persona, id]).await
}

/// One pratica, for the office and for jobs.
pub async fn by_id(read: &mut Read, ente: EnteId, id: PraticaId) -> Result<Option<PraticaRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Writes the codice fiscale of the child of an enrolment that was filed without; false when the pratica changed since
/// `version`, has one, or is over.
pub async fn set_code(tx: &mut Tx, ente: EnteId, id: PraticaId, version: i64, codice_fiscale: &str) -> Result<bool> {
    Ok(tx.execute(SET_CODE, binds![ente, id, version, codice_fiscale]).await? == 1)
}

/// Puts amended answers in the place of those that were filed, in the transaction of the move that brings them.
pub async fn amend(tx: &mut Tx, ente: EnteId, id: PraticaId, to: &Amended) -> Result<()> {
    let (alunno, search_key) = to.named.as_ref().map(|(alunno, key)| (alunno.as_str(), key.as_str())).unzip();
    let binds = binds![
        ente,
        id,
        to.answers,
        to.sealed_answers,
        alunno,
        search_key,
        to.alunno_codice_fiscale,
        to.plesso,
        to.contested
    ];
    tx.execute(AMEND, binds).await?;
    Ok(())
}

/// The person's pratiche, newest first, at most 500.
pub async fn list(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<PraticaHead>> {
    read.fetch_all(LIST, binds![ente, persona]).await
}

/// The pratiche that one of the person's drafts became, by number.
pub async fn of_bozza(read: &mut Read, ente: EnteId, persona: PersonaId, bozza: BozzaId) -> Result<Vec<PraticaHead>> {
    read.fetch_all(OF_BOZZA, binds![ente, persona, bozza]).await
}

/// The live enrolment pratiche for a child, service and school year with their applicants, oldest first, at most 10.
pub async fn live(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    anno: AnnoScolastico,
    codice_fiscale: &str,
) -> Result<Vec<(PraticaId, PersonaId)>> {
    read.fetch_all(LIVE, binds![ente, servizio, anno, codice_fiscale]).await
}

/// Which of these children (codici fiscali) have a live enrolment pratica for a service and school year, and whether one
/// of them is the person's own: what the duplicate rule is decided on.
pub async fn live_children(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    anno: AnnoScolastico,
    persona: PersonaId,
    children: &[&str],
) -> Result<Vec<(String, bool)>> {
    let mut found = Vec::new();
    for chunk in children.chunks(ASKED_AT_ONCE) {
        // Places that are over name the first child again.
        let [a, b, c, d, e, f, g, h]: [&str; ASKED_AT_ONCE] =
            std::array::from_fn(|at| *chunk.get(at).unwrap_or(&chunk[0]));
        let binds = binds![ente, servizio, anno, persona, a, b, c, d, e, f, g, h];
        let rows: Vec<(String, i64)> = read.fetch_all(LIVE_CHILDREN, binds).await?;
        found.extend(rows.into_iter().map(|(child, own)| (child, own > 0)));
    }
    Ok(found)
}

/// The person's last filing of a modello, for prefilling.
pub async fn last_filing(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    modello: &str,
) -> Result<Option<PraticaId>> {
    let row: Option<(PraticaId,)> = read.fetch_optional(LAST_FILING, binds![ente, persona, modello]).await?;
    Ok(row.map(|(id,)| id))
}

/// The last filing of the same modello for an earlier school year that stands: for the same child, whoever filed it. Where either
/// has no codice fiscale, or both are about no child: that of the same applicant for a child of the same name.
pub async fn earlier(read: &mut Read, ente: EnteId, of: &PraticaRow) -> Result<Option<PraticaRow>> {
    let (modello, anno) = (&of.modello, of.anno_scolastico);
    if let Some(child) = &of.alunno_codice_fiscale {
        let found = read.fetch_optional(EARLIER_OF_CHILD, binds![ente, child, modello, anno]).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let any = of.alunno_codice_fiscale.is_none();
    read.fetch_optional(EARLIER_OF_PERSONA, binds![ente, of.persona_id, modello, anno, of.alunno, any]).await
}

/// The years whose pratica numbers have a gap. Empty is right.
pub async fn broken(read: &mut Read, ente: EnteId) -> Result<Vec<i64>> {
    let rows: Vec<(i64, i64)> = read.fetch_all(BROKEN, binds![ente]).await?;
    Ok(rows.into_iter().map(|(anno, _)| anno).collect())
}
