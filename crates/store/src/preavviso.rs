//! The notice of rejection of a pratica, what the applicant observed, what the office answered: once for a pratica.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{EnteId, PersonaId, PraticaId};

use crate::{
    bind::Json,
    binds,
    error::Result,
    integrazione::Answer,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A notice, with what came of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PreavvisoRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// When the office gave it.
        pub given_at: DateTime<Utc>,
        /// Who gave it.
        pub given_by: PersonaId,
        /// Why the office means to reject, sealed at `preavviso`, `sealed_reason`: it may be about anything.
        pub sealed_reason: Sealed,
        /// The questions that it is about.
        pub fields: Json<Vec<String>>,
        /// Last day for observations.
        pub answer_by: NaiveDate,
        /// When they came.
        pub observed_at: Option<DateTime<Utc>>,
        /// Whose they are.
        pub observed_by: Option<PersonaId>,
        /// The observations, sealed at `preavviso`, `sealed_observations`.
        pub sealed_observations: Option<Sealed>,
        /// What the decision answers to them, sealed at `preavviso`, `sealed_reply`.
        pub sealed_reply: Option<Sealed>,
    }
}

statements! {
    GIVE = "INSERT INTO preavviso (ente_id, pratica_id, given_at, given_by, sealed_reason, fields, answer_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ente_id, pratica_id) DO NOTHING";
    OF_PRATICA: PreavvisoRow = "SELECT pratica_id, given_at, given_by, sealed_reason, fields, answer_by, observed_at, observed_by, sealed_observations, sealed_reply
        FROM preavviso WHERE ente_id = $1 AND pratica_id = $2";
    OBSERVE = "UPDATE preavviso SET observed_at = $3, observed_by = $4, sealed_observations = $5
        WHERE ente_id = $1 AND pratica_id = $2 AND observed_at IS NULL";
    REPLY = "UPDATE preavviso SET sealed_reply = $3 WHERE ente_id = $1 AND pratica_id = $2 AND observed_at IS NOT NULL";
    LATE: (PraticaId,) = "SELECT p.id FROM preavviso i JOIN pratica p ON p.ente_id = i.ente_id AND p.id = i.pratica_id
        WHERE i.ente_id = $1 AND i.observed_at IS NULL AND i.answer_by < $2 AND p.status = 'preavviso_rigetto' ORDER BY p.id LIMIT 100";
}

/// Gives notice; false, and nothing is written, where one was given before.
pub async fn give(tx: &mut Tx, ente: EnteId, row: &PreavvisoRow) -> Result<bool> {
    let binds = binds![ente, row.pratica_id, row.given_at, row.given_by, row.sealed_reason, row.fields, row.answer_by];
    Ok(tx.execute(GIVE, binds).await? == 1)
}

/// The notice of a pratica. Whether the caller may see the pratica is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<PreavvisoRow>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// Keeps the observations, sealed at `preavviso`, `sealed_observations`; false where nothing waits for them.
pub async fn observe(tx: &mut Tx, ente: EnteId, pratica: PraticaId, came: &Answer) -> Result<bool> {
    Ok(tx.execute(OBSERVE, binds![ente, pratica, came.at, came.by, came.sealed]).await? == 1)
}

/// Keeps what the decision answers to the observations; false where none came.
pub async fn reply(tx: &mut Tx, ente: EnteId, pratica: PraticaId, sealed: &Sealed) -> Result<bool> {
    Ok(tx.execute(REPLY, binds![ente, pratica, sealed]).await? == 1)
}

/// Pratiche whose last day for observations was before `today` and that wait for them, at most 100.
pub async fn late(read: &mut Read, ente: EnteId, today: NaiveDate) -> Result<Vec<PraticaId>> {
    let rows: Vec<(PraticaId,)> = read.fetch_all(LATE, binds![ente, today]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
