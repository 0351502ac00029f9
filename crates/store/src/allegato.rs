//! Files that a person gave with a draft, and which of them were filed with which pratica. The bytes stand in the
//! file store under the same identifier, written before the row.

use chrono::{DateTime, Utc};
use sportello_domain::id::{AllegatoId, BozzaId, EnteId, PersonaId, PraticaId, RowId};

use crate::{
    binds,
    error::Result,
    flight::Ask,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What the scanner of viruses said of a file.
    pub enum Scan {
        /// There was no scanner.
        Unscanned = "non_controllato",
        /// Its job has not run yet.
        Waiting = "in_attesa",
        /// Nothing was found.
        Clean = "pulito",
        /// It held a virus: its bytes are gone.
        Infected = "infetto",
        /// Its time was over: its bytes are gone.
        Discarded = "scartato",
    }
}

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
        /// What the scanner said of it.
        pub scan: Scan,
    }
}

row! {
    /// A file that a person filed, and with which pratica.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EarlierRow {
        /// Its key.
        pub id: AllegatoId,
        /// Field of the modello.
        pub field: String,
        /// Name given by the person, or a neutral one.
        pub name: String,
        /// Media type found in the content.
        pub media_type: String,
        /// Size in bytes.
        pub bytes: i64,
        /// SHA-256 of the content in clear, hexadecimal.
        pub sha256: String,
        /// When it was given.
        pub created_at: DateTime<Utc>,
        /// Year of the pratica.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// The document of its modello.
        pub hash: String,
    }
}

statements! {
    ADD = "INSERT INTO allegato (ente_id, id, bozza_id, field, row_id, name, media_type, bytes, sha256, sealed, created_at, scan)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    FILE_WITH = "INSERT INTO pratica_allegato (ente_id, pratica_id, allegato_id) VALUES ($1, $2, $3)";
    REMOVE = "UPDATE allegato SET removed_at = $4 WHERE ente_id = $1 AND bozza_id = $2 AND id = $3 AND removed_at IS NULL";
    REMOVED: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND removed_at IS NOT NULL LIMIT 200";
    FORGET = "DELETE FROM allegato WHERE ente_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    OWN: AllegatoRow = "SELECT a.id, a.bozza_id, a.field, a.row_id, a.name, a.media_type, a.bytes, a.sha256, a.sealed, a.created_at, a.scan
        FROM allegato a JOIN bozza b ON b.ente_id = a.ente_id AND b.id = a.bozza_id
        WHERE a.ente_id = $1 AND b.persona_id = $2 AND b.id = $3 AND a.id = $4 AND a.removed_at IS NULL";
    BY_ID: AllegatoRow = "SELECT id, bozza_id, field, row_id, name, media_type, bytes, sha256, sealed, created_at, scan
        FROM allegato WHERE ente_id = $1 AND id = $2 AND removed_at IS NULL";
    SCANNED = "UPDATE allegato SET scan = $3, scanned_at = $4 WHERE ente_id = $1 AND id = $2
        AND scan IN ('in_attesa', 'non_controllato')";
    AWAIT = "UPDATE allegato SET scan = 'in_attesa' WHERE ente_id = $1 AND id = $2 AND scan = 'non_controllato'";
    DISCARD = "UPDATE allegato SET scan = 'scartato', name = 'eliminato' WHERE ente_id = $1 AND id = $2 AND scan NOT IN ('infetto', 'scartato')";
    INFECTED: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND bozza_id = $2 AND scan = 'infetto'
        AND removed_at IS NULL";
    UNSCANNED: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND scan = 'non_controllato'
        AND removed_at IS NULL ORDER BY created_at LIMIT 200";
    STUCK: (AllegatoId,) = "SELECT id FROM allegato WHERE ente_id = $1 AND scan = 'in_attesa' AND created_at < $2
        AND removed_at IS NULL ORDER BY created_at LIMIT 200";
    FILED_WITH: (PraticaId, PersonaId) = "SELECT p.id, p.persona_id
        FROM pratica_allegato a JOIN pratica p ON p.ente_id = a.ente_id AND p.id = a.pratica_id
        WHERE a.ente_id = $1 AND a.allegato_id = $2 ORDER BY p.id";
    EARLIER: EarlierRow = "SELECT a.id, a.field, a.name, a.media_type, a.bytes, a.sha256, a.created_at, p.anno, p.numero, p.hash
        FROM pratica p JOIN pratica_allegato f ON f.ente_id = p.ente_id AND f.pratica_id = p.id
        JOIN allegato a ON a.ente_id = f.ente_id AND a.id = f.allegato_id
        WHERE p.ente_id = $1 AND p.persona_id = $2 AND a.created_at >= $3 AND a.scan NOT IN ('infetto', 'scartato') AND a.removed_at IS NULL
        ORDER BY a.created_at DESC, a.id, p.numero LIMIT 50";
    OF_PRATICA: AllegatoRow = "SELECT a.id, a.bozza_id, a.field, a.row_id, a.name, a.media_type, a.bytes, a.sha256, a.sealed, a.created_at, a.scan
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
        file.created_at,
        file.scan
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Notes that the bytes of a file are gone because its time was over; its name goes, too. False when they were gone before.
pub async fn discard(tx: &mut Tx, ente: EnteId, id: AllegatoId) -> Result<bool> {
    Ok(tx.execute(DISCARD, binds![ente, id]).await? == 1)
}

/// Files one with a pratica that was sent already.
pub async fn file_with(tx: &mut Tx, ente: EnteId, pratica: PraticaId, id: AllegatoId) -> Result<()> {
    tx.execute(FILE_WITH, binds![ente, pratica, id]).await?;
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

/// One file of the ente, unless it was taken out. For the job that scans it.
pub async fn by_id(read: &mut Read, ente: EnteId, id: AllegatoId) -> Result<Option<AllegatoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Keeps what the scanner said; false when it has said it before.
pub async fn scanned(tx: &mut Tx, ente: EnteId, id: AllegatoId, scan: Scan, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(SCANNED, binds![ente, id, scan, now]).await? == 1)
}

/// Notes that a file from before the scanner waits for it.
pub async fn await_scan(tx: &mut Tx, ente: EnteId, id: AllegatoId) -> Result<bool> {
    Ok(tx.execute(AWAIT, binds![ente, id]).await? == 1)
}

/// The files of a draft that hold a virus.
pub async fn infected(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Vec<AllegatoId>> {
    let rows: Vec<(AllegatoId,)> = read.fetch_all(INFECTED, binds![ente, bozza]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Asks for [`infected`].
pub(crate) fn ask_infected<'a>(ente: &'a EnteId, bozza: &'a BozzaId) -> Ask<'a, (AllegatoId,)> {
    Ask::new(INFECTED, &[ente, bozza])
}

/// Up to 200 files from a time without scanner, the oldest first.
pub async fn unscanned(read: &mut Read, ente: EnteId) -> Result<Vec<AllegatoId>> {
    let rows: Vec<(AllegatoId,)> = read.fetch_all(UNSCANNED, binds![ente]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Up to 200 files given before an instant that still wait for the scanner, the oldest first.
pub async fn stuck(read: &mut Read, ente: EnteId, before: DateTime<Utc>) -> Result<Vec<AllegatoId>> {
    let rows: Vec<(AllegatoId,)> = read.fetch_all(STUCK, binds![ente, before]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The pratiche that a file was filed with, and whose they are.
pub async fn filed_with(read: &mut Read, ente: EnteId, id: AllegatoId) -> Result<Vec<(PraticaId, PersonaId)>> {
    read.fetch_all(FILED_WITH, binds![ente, id]).await
}

/// The files that a person filed since then, up to 50, the newest first; those that held a virus are not among them.
pub async fn earlier(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    since: DateTime<Utc>,
) -> Result<Vec<EarlierRow>> {
    read.fetch_all(EARLIER, binds![ente, persona, since]).await
}
