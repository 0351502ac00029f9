//! What an applicant began to answer to the office and has not sent: one for a pratica. Each save is a revision, and a save on a
//! stale one changes nothing.
//!
//! Whether the applicant may answer is asked before.

use chrono::{DateTime, Utc};
use sportello_domain::id::{AllegatoId, EnteId, PraticaId};

use crate::{
    allegato::AllegatoRow,
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// An answer that is begun.
    #[derive(Clone, Debug)]
    pub struct RispostaRow {
        /// Last revision, counted from 1.
        pub revision: i64,
        /// What was typed, sealed at `risposta`, `sealed`: it may be about anything.
        pub sealed: Sealed,
        /// When it was saved last.
        pub saved_at: DateTime<Utc>,
    }
}

statements! {
    OF_PRATICA: RispostaRow = "SELECT revision, sealed, saved_at FROM risposta WHERE ente_id = $1 AND pratica_id = $2";
    FILES: AllegatoRow = "SELECT a.id, a.bozza_id, a.field, a.row_id, a.name, a.media_type, a.bytes, a.sha256, a.sealed, a.created_at, a.scan
        FROM risposta_allegato r JOIN allegato a ON a.ente_id = r.ente_id AND a.id = r.allegato_id
        WHERE r.ente_id = $1 AND r.pratica_id = $2 ORDER BY a.created_at, a.id";
    BEGIN = "INSERT INTO risposta (ente_id, pratica_id, revision, sealed, saved_at) VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT (ente_id, pratica_id) DO NOTHING";
    SAVE = "UPDATE risposta SET revision = revision + 1, sealed = $4, saved_at = $5
        WHERE ente_id = $1 AND pratica_id = $2 AND revision = $3";
    ADD_FILE = "INSERT INTO risposta_allegato (ente_id, pratica_id, allegato_id) VALUES ($1, $2, $3)";
    LEAVE_FILE = "DELETE FROM risposta_allegato WHERE ente_id = $1 AND pratica_id = $2 AND allegato_id = $3";
    REMOVE_FILES = "UPDATE allegato SET removed_at = $3 WHERE ente_id = $1 AND removed_at IS NULL
        AND id IN (SELECT allegato_id FROM risposta_allegato WHERE ente_id = $1 AND pratica_id = $2)";
    LEAVE_FILES = "DELETE FROM risposta_allegato WHERE ente_id = $1 AND pratica_id = $2";
    DELETE = "DELETE FROM risposta WHERE ente_id = $1 AND pratica_id = $2";
}

/// What was begun about a pratica.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<RispostaRow>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// The files that came with it, as they came.
pub async fn files(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<AllegatoRow>> {
    read.fetch_all(FILES, binds![ente, pratica]).await
}

/// Saves what was typed over revision `expected`, 0 where nothing was begun; false, and nothing is changed, where it stands at
/// another one.
pub async fn save(
    tx: &mut Tx,
    ente: EnteId,
    pratica: PraticaId,
    expected: i64,
    sealed: &Sealed,
    now: DateTime<Utc>,
) -> Result<bool> {
    let saved = match expected {
        0 => tx.execute(BEGIN, binds![ente, pratica, sealed, now]).await?,
        _ => tx.execute(SAVE, binds![ente, pratica, expected, sealed, now]).await?,
    };
    Ok(saved == 1)
}

/// Puts a file beside what was begun.
pub async fn add_file(tx: &mut Tx, ente: EnteId, pratica: PraticaId, file: AllegatoId) -> Result<()> {
    tx.execute(ADD_FILE, binds![ente, pratica, file]).await?;
    Ok(())
}

/// Takes a file away from it; what becomes of the file is the caller's.
pub async fn leave_file(tx: &mut Tx, ente: EnteId, pratica: PraticaId, file: AllegatoId) -> Result<()> {
    tx.execute(LEAVE_FILE, binds![ente, pratica, file]).await?;
    Ok(())
}

/// Deletes what was begun, if anything; the bytes of its files go by a job.
pub async fn delete(tx: &mut Tx, ente: EnteId, pratica: PraticaId, now: DateTime<Utc>) -> Result<()> {
    let of_pratica = binds![ente, pratica];
    let removed = binds![ente, pratica, now];
    tx.execute_all(&[(REMOVE_FILES, removed), (LEAVE_FILES, of_pratica), (DELETE, of_pratica)]).await?;
    Ok(())
}
