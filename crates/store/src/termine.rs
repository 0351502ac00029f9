//! The last day for the answer to a pratica: written where something stops it, asked where it is over.

use chrono::NaiveDate;
use sportello_domain::{
    id::{EnteId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    binds,
    error::Result,
    statements,
    tx::{Read, Tx},
};

/// The states in which the term runs.
const RUNS: [PraticaStatus; 5] = [
    PraticaStatus::Submitted,
    PraticaStatus::Registered,
    PraticaStatus::InReview,
    PraticaStatus::Integrated,
    PraticaStatus::Observations,
];

statements! {
    MOVE = "UPDATE pratica SET due_on = $3 WHERE ente_id = $1 AND id = $2";
    DOCUMENTS: (String,) = "SELECT DISTINCT hash FROM pratica WHERE ente_id = $1 AND status IN ($2, $3, $4, $5, $6) AND due_on < $7 ORDER BY hash";
    OVER: (PraticaId,) = "SELECT id FROM pratica
        WHERE ente_id = $1 AND status IN ($2, $3, $4, $5, $6) AND due_on < $7 AND hash = $8 AND id > $9 ORDER BY id LIMIT 100";
}

/// Moves the last day.
pub async fn set(tx: &mut Tx, ente: EnteId, pratica: PraticaId, due_on: NaiveDate) -> Result<()> {
    tx.execute(MOVE, binds![ente, pratica, due_on]).await?;
    Ok(())
}

/// The documents of pratiche whose term runs and ended before `today`.
pub async fn documents(read: &mut Read, ente: EnteId, today: NaiveDate) -> Result<Vec<String>> {
    let [a, b, c, d, e] = RUNS;
    let rows: Vec<(String,)> = read.fetch_all(DOCUMENTS, binds![ente, a, b, c, d, e, today]).await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// The pratiche of one document whose term runs and ended before `today`, after a key, at most 100.
pub async fn over(
    read: &mut Read,
    ente: EnteId,
    (hash, today): (&str, NaiveDate),
    after: PraticaId,
) -> Result<Vec<PraticaId>> {
    let [a, b, c, d, e] = RUNS;
    let rows: Vec<(PraticaId,)> = read.fetch_all(OVER, binds![ente, a, b, c, d, e, today, hash, after]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
