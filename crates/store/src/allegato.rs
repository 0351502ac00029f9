//! Files that a person gave with a draft, and which of them were filed with which pratica. The bytes stand in the
//! file store under the same identifier, written before the row.

use chrono::{DateTime, Utc};
use sportello_domain::id::{AllegatoId, BozzaId, EnteId, PersonaId, PraticaId, RowId};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A file of a draft.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AllegatoRow {
        /// Its key, also that of its bytes.
        pub id: AllegatoId,
        /// The draft that it was given with.
        pub bozza_id: BozzaId,
        /// Field of the modello.
        pub field: String,
        /// Row of the group, for a field that repeats.
        pub row_id: Option<RowId>,
        /// Name given by the person, made safe. Where `sealed`, a neutral one: names of files speak.
        pub name: String,
        /// Media type found in the content.
        pub media_type: String,
        /// Size in bytes.
        pub bytes: i64,
        /// SHA-256 of the content in clear, hexadecimal.
        pub sha256: String,
        /// Whether the bytes are sealed (class A).
        pub sealed: bool,
        /// When it was given.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO allegato (ente_id, id, bozza_id, field, row_id, name, media_type, bytes, sha256, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    REMOVE = "UPDATE allegato SET removed_at = $4 WHERE ente_id = $1 AND bozza_id = $2 AND id = $3 AND removed_at IS NULL";
    REMOVED: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND removed_at IS NOT NULL LIMIT 200";
    FORGET = "DELETE FROM allegato WHERE ente_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    OWN: AllegatoRow = "SELECT a.id, a.bozza_id, a.field, a.row_id, a.name, a.media_type, a.bytes, a.sha256, a.sealed, a.created_at
        FROM allegato a JOIN bozza b ON b.ente_id = a.ente_id AND b.id = a.bozza_id
        WHERE a.ente_id = $1 AND b.persona_id = $2 AND b.id = $3 AND a.id = $4 AND a.removed_at IS NULL";
    OF_PRATICA: AllegatoRow = "SELECT a.id, a.bozza_id, a.field, a.row_id, a.name, a.media_type, a.bytes, a.sha256, a.sealed, a.created_at
        FROM pratica_allegato p JOIN allegato a ON a.ente_id = p.ente_id AND a.id = p.allegato_id
        WHERE p.ente_id = $1 AND p.pratica_id = $2 ORDER BY a.created_at, a.id";
}

/// Adds a file whose bytes are stored already.
pub async fn add(tx: &mut Tx, ente: EnteId, file: &AllegatoRow) -> Result<()> {
    let binds = binds![
        ente,
        file.id,
        file.bozza_id,
        file.field,
        file.row_id,
        file.name,
        file.media_type,
        file.bytes,
        file.sha256,
        file.sealed,
        file.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Takes a file out of its draft; false when it is not there. The bytes go by a job.
pub async fn remove(tx: &mut Tx, ente: EnteId, bozza: BozzaId, id: AllegatoId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REMOVE, binds![ente, bozza, id, now]).await? == 1)
}

/// Files of the ente that were taken out of their draft and are still remembered, up to 200.
pub async fn removed(read: &mut Read, ente: EnteId) -> Result<Vec<AllegatoId>> {
    let rows: Vec<(AllegatoId,)> = read.fetch_all(REMOVED, binds![ente]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Forgets files that were taken out, once their bytes are gone.
pub async fn forget(tx: &mut Tx, ente: EnteId, files: &[AllegatoId]) -> Result<()> {
    for file in files {
        tx.execute(FORGET, binds![ente, *file]).await?;
    }
    Ok(())
}

/// One file of one draft of the person.
pub async fn own(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    bozza: BozzaId,
    id: AllegatoId,
) -> Result<Option<AllegatoRow>> {
    read.fetch_optional(OWN, binds![ente, persona, bozza, id]).await
}

/// The files filed with a pratica. Whether the caller may see the pratica is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<AllegatoRow>> {
    read.fetch_all(OF_PRATICA, binds![ente, pratica]).await
}
