//! Tasks of the office: what an accepted pratica leaves to be done by hand.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What is to be done.
    pub enum CompitoKind {
        /// Make the certificate of what was paid.
        Certificazione = "certificazione",
        /// Keep a child off the list of meals for a while.
        Sospensione = "sospensione",
        /// Look at invoices that were issued before a tariff changed for their days.
        Conguaglio = "conguaglio",
        /// Decide one on the waiting list, for which a place became free.
        Posto = "posto",
    }
}

row! {
    /// A task that is to be done, with its pratica.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CompitoRow {
        /// Its key.
        pub id: Uuid,
        /// What is to be done.
        pub kind: CompitoKind,
        /// The pratica that left it.
        pub pratica_id: PraticaId,
        /// Year of the number of the pratica.
        pub anno: i64,
        /// Number of the pratica.
        pub numero: i64,
        /// The child's name; empty where the pratica is about none.
        pub alunno: String,
        /// Given name of the applicant.
        pub nome: String,
        /// Family name of the applicant.
        pub cognome: String,
        /// When it came up.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO compito (ente_id, id, kind, pratica_id, created_at, done_at, done_by)
        VALUES ($1, $2, $3, $4, $5, NULL, NULL)";
    OPEN: CompitoRow = "SELECT c.id, c.kind, c.pratica_id, p.anno, p.numero, p.alunno, x.nome, x.cognome, c.created_at
        FROM compito c JOIN pratica p ON p.ente_id = c.ente_id AND p.id = c.pratica_id
        JOIN persona x ON x.ente_id = p.ente_id AND x.id = p.persona_id
        WHERE c.ente_id = $1 AND c.done_at IS NULL AND (c.created_at, c.id) > ($2, $3) ORDER BY c.created_at, c.id LIMIT $4";
    COUNT: (i64,) = "SELECT count(*) FROM compito WHERE ente_id = $1 AND done_at IS NULL";
    SETTLE = "UPDATE compito SET done_at = $4, done_by = $5 WHERE ente_id = $1 AND pratica_id = $2 AND kind = $3 AND done_at IS NULL";
    DONE = "UPDATE compito SET done_at = $3, done_by = $4 WHERE ente_id = $1 AND id = $2 AND done_at IS NULL";
}

/// Adds a task.
///
/// # Errors
/// `Unique` when the pratica left one of this kind before.
pub async fn add(
    tx: &mut Tx,
    ente: EnteId,
    (id, kind): (Uuid, CompitoKind),
    pratica: PraticaId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(ADD, binds![ente, id, kind, pratica, now]).await?;
    Ok(())
}

/// Notes that a pratica leaves nothing of a kind to be done any more.
pub async fn settle(
    tx: &mut Tx,
    ente: EnteId,
    (pratica, kind): (PraticaId, CompitoKind),
    by: PersonaId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(SETTLE, binds![ente, pratica, kind, now, by]).await?;
    Ok(())
}

/// What is to be done behind a task, the oldest first, at most `limit` rows (500).
pub async fn open(read: &mut Read, ente: EnteId, after: Option<&CompitoRow>, limit: i64) -> Result<Vec<CompitoRow>> {
    let (at, id) = after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |row| (row.created_at, row.id));
    read.fetch_all(OPEN, binds![ente, at, id, limit.clamp(0, 500)]).await
}

/// How much is to be done.
pub async fn count(read: &mut Read, ente: EnteId) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(COUNT, binds![ente]).await?;
    Ok(count)
}

/// Notes who did a task; false when it was done, or is not there.
pub async fn done(tx: &mut Tx, ente: EnteId, id: Uuid, by: PersonaId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(DONE, binds![ente, id, now, by]).await? == 1)
}
