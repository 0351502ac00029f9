//! What the office asked an applicant to complete, and what came: once for a pratica.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, PersonaId, PraticaId};

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
    /// A request of the office, with its answer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct IntegrazioneRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// When the office asked.
        pub asked_at: DateTime<Utc>,
        /// Who asked.
        pub asked_by: PersonaId,
        /// Why, in clear, where nobody has sealed it yet; empty else.
        pub reason: String,
        /// Why, as the applicant reads it, sealed at `integrazione`, `sealed_reason`: it may be about anything.
        pub sealed_reason: Option<Sealed>,
        /// The questions that it is about.
        pub fields: Json<Vec<String>>,
        /// Last day for the answer.
        pub answer_by: NaiveDate,
        /// When the answer came.
        pub answered_at: Option<DateTime<Utc>>,
        /// Whose answer it is.
        pub answered_by: Option<PersonaId>,
        /// The words of the answer, if any, sealed at `integrazione`, `sealed_answer`: they may be about anything.
        pub sealed_answer: Option<Sealed>,
        /// The answers in clear as they were filed first, where they were amended.
        pub answers_before: Option<Json<Value>>,
        /// Those of class A, sealed at `integrazione`, `sealed_before`.
        pub sealed_before: Option<Sealed>,
        /// Whether answers of class A were amended: then the words and the files are read as those are.
        pub amended_sealed: bool,
        /// Whether answers about health or belief were: what is about them has a time of its own.
        pub amended_art9: bool,
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: PersonaId,
    /// The words, sealed, where there are any.
    pub sealed: Option<Sealed>,
}

/// The answers of a pratica as they were before they were amended.
#[derive(Clone, Debug)]
pub struct Before {
    /// In clear.
    pub answers: Json<Value>,
    /// Those of class A, sealed at `integrazione`, `sealed_before`.
    pub sealed: Option<Sealed>,
    /// Whether answers of class A were amended.
    pub sealed_differs: bool,
    /// Whether answers about health or belief were.
    pub art9_differs: bool,
}

statements! {
    ASK = "INSERT INTO integrazione (ente_id, pratica_id, asked_at, asked_by, reason, sealed_reason, fields, answer_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ente_id, pratica_id) DO NOTHING";
    OF_PRATICA: IntegrazioneRow = "SELECT pratica_id, asked_at, asked_by, reason, sealed_reason, fields, answer_by, answered_at, answered_by, sealed_answer, answers_before, sealed_before, amended_sealed, amended_art9
        FROM integrazione WHERE ente_id = $1 AND pratica_id = $2";
    ANSWER = "UPDATE integrazione SET answered_at = $3, answered_by = $4, sealed_answer = $5, answers_before = $6, sealed_before = $7, amended_sealed = $8, amended_art9 = $9
        WHERE ente_id = $1 AND pratica_id = $2 AND answered_at IS NULL";
    LATE: (PraticaId,) = "SELECT p.id FROM integrazione i JOIN pratica p ON p.ente_id = i.ente_id AND p.id = i.pratica_id
        WHERE i.ente_id = $1 AND i.answered_at IS NULL AND i.answer_by < $2 AND p.status = 'richiesta_integrazioni' ORDER BY p.id LIMIT 100";
    CLEAR: (PraticaId, String) = "SELECT pratica_id, reason FROM integrazione WHERE ente_id = $1 AND reason <> '' ORDER BY pratica_id LIMIT 100";
    SEAL = "UPDATE integrazione SET sealed_reason = $3, reason = '' WHERE ente_id = $1 AND pratica_id = $2 AND reason <> ''";
}

/// Asks; false, and nothing is written, where something was asked before.
pub async fn ask(tx: &mut Tx, ente: EnteId, row: &IntegrazioneRow) -> Result<bool> {
    let binds = binds![
        ente,
        row.pratica_id,
        row.asked_at,
        row.asked_by,
        row.reason,
        row.sealed_reason,
        row.fields,
        row.answer_by
    ];
    Ok(tx.execute(ASK, binds).await? == 1)
}

/// What was asked of a pratica. Whether the caller may see the pratica is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<IntegrazioneRow>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// Answers, with words sealed at `integrazione`, `sealed_answer`; false where nothing waits for an answer. `before`: what was filed
/// first, where the answers are amended.
pub async fn answer(
    tx: &mut Tx,
    ente: EnteId,
    pratica: PraticaId,
    answer: &Answer,
    before: Option<&Before>,
) -> Result<bool> {
    let (clear, sealed) = (before.map(|before| &before.answers), before.and_then(|before| before.sealed.as_ref()));
    let differs = before.is_some_and(|before| before.sealed_differs);
    let art9 = before.is_some_and(|before| before.art9_differs);
    let binds = binds![ente, pratica, answer.at, answer.by, answer.sealed, clear, sealed, differs, art9];
    Ok(tx.execute(ANSWER, binds).await? == 1)
}

/// Requests whose reason stands in clear, since they are older than the seal, at most 100.
pub async fn clear(read: &mut Read, ente: EnteId) -> Result<Vec<(PraticaId, String)>> {
    read.fetch_all(CLEAR, binds![ente]).await
}

/// Puts the sealed reason in the place of the clear one.
pub async fn seal(tx: &mut Tx, ente: EnteId, pratica: PraticaId, reason: &Sealed) -> Result<()> {
    tx.execute(SEAL, binds![ente, pratica, reason]).await?;
    Ok(())
}

/// Pratiche that wait for an answer whose last day was before `today`, at most 100.
pub async fn late(read: &mut Read, ente: EnteId, today: NaiveDate) -> Result<Vec<PraticaId>> {
    let rows: Vec<(PraticaId,)> = read.fetch_all(LATE, binds![ente, today]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
