//! Files of SEPA collections and their rows. The bytes stand sealed in the file store, written before the row.
//!
//! A file is made in three steps: [`begin`] and [`add_rows`] under the state `in_preparazione`, which nobody sees, then
//! [`finish`], which moves every debt at once or refuses.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{DistintaId, EnteId, MandatoId, PersonaId, PosizioneId, PraticaId},
    sdd::SequenceType,
};

use crate::{
    binds,
    error::Result,
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
    word::words,
};

/// The series of numbers of files.
pub const SERIE: &str = "distinta";
/// Most rows of one [`add_rows`].
pub const CHUNK: usize = 100;

words! {
    /// State of a file.
    pub enum DistintaStatus {
        /// Being made; nobody sees it.
        Preparing = "in_preparazione",
        /// Made, not yet downloaded.
        Made = "generata",
        /// Downloaded for the bank.
        Sent = "inviata",
        /// The bank answered.
        Answered = "esitata",
        /// Refused by the bank as a whole, or given up before it was sent.
        Voided = "annullata",
    }

    /// What became of a collection.
    pub enum RigaStatus {
        /// Being made.
        Preparing = "in_preparazione",
        /// At the bank, or on the way to it.
        Waiting = "in_attesa",
        /// Refused: the debt is insoluta.
        Rejected = "respinta",
        /// Not collected, by no fault of the payer: the debt is open again.
        Released = "ripresa",
    }
}

row! {
    /// A file.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DistintaRow {
        /// Its key, also that of its bytes.
        pub id: DistintaId,
        /// Name of the file for the bank.
        pub msg_id: String,
        /// Day of the debit.
        pub collection_on: NaiveDate,
        /// State.
        pub status: DistintaStatus,
        /// How many collections.
        pub count: i64,
        /// Their sum, in cents.
        pub total_cents: i64,
        /// SHA-256 of the content in clear, hexadecimal; nothing while it is being made.
        pub sha256: Option<String>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// When it was first downloaded.
        pub downloaded_at: Option<DateTime<Utc>>,
    }
}

/// A collection to add to a file that is being made.
#[derive(Clone, Debug)]
pub struct NewRiga {
    /// Its file.
    pub distinta_id: DistintaId,
    /// The debt.
    pub posizione_id: PosizioneId,
    /// The mandate.
    pub mandato_id: MandatoId,
    /// Its reference at the bank.
    pub end_to_end_id: String,
    /// Kind of collection.
    pub sequence_type: SequenceType,
    /// Amount, in cents.
    pub amount_cents: i64,
}

row! {
    /// A collection.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RigaRow {
        /// Its file.
        pub distinta_id: DistintaId,
        /// The debt.
        pub posizione_id: PosizioneId,
        /// The mandate.
        pub mandato_id: MandatoId,
        /// Reference of the mandate.
        pub umr: String,
        /// The pratica with which the mandate was signed.
        pub pratica_id: PraticaId,
        /// Its reference at the bank.
        pub end_to_end_id: String,
        /// Kind of collection.
        pub sequence_type: SequenceType,
        /// Amount, in cents.
        pub amount_cents: i64,
        /// What became of it.
        pub status: RigaStatus,
        /// Why it was refused.
        pub reason_code: Option<String>,
    }
}

statements! {
    BEGIN = "INSERT INTO distinta_sdd (ente_id, id, msg_id, collection_on, status, count, total_cents, sha256, created_at, downloaded_at)
        VALUES ($1, $2, $3, $4, 'in_preparazione', 0, 0, NULL, $5, NULL)";
    ADD_ROW = "INSERT INTO distinta_riga (ente_id, distinta_id, posizione_id, mandato_id, end_to_end_id, sequence_type, amount_cents, status, reason_code)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'in_preparazione', NULL)";
    COLLECT = "UPDATE posizione_debitoria SET status = 'in_addebito', version = version + 1, updated_at = $3
        WHERE ente_id = $1 AND status = 'aperta' AND modalita = 'SDD' AND EXISTS (SELECT 1 FROM distinta_riga r
            JOIN mandato m ON m.ente_id = r.ente_id AND m.id = r.mandato_id AND m.status = 'attivo'
            WHERE r.ente_id = $1 AND r.distinta_id = $2 AND r.posizione_id = posizione_debitoria.id
              AND r.amount_cents = posizione_debitoria.amount_cents - posizione_debitoria.settled_cents)";
    LIVE = "UPDATE distinta_riga SET status = 'in_attesa' WHERE ente_id = $1 AND distinta_id = $2 AND status = 'in_preparazione'";
    FINISH = "UPDATE distinta_sdd SET status = 'generata', count = $3, total_cents = $4, sha256 = $5
        WHERE ente_id = $1 AND id = $2 AND status = 'in_preparazione'";
    PURGE_ROWS = "DELETE FROM distinta_riga WHERE ente_id = $1 AND status = 'in_preparazione' AND distinta_id IN
        (SELECT id FROM distinta_sdd WHERE ente_id = $1 AND status = 'in_preparazione' AND created_at <= $2)";
    PURGE = "DELETE FROM distinta_sdd WHERE ente_id = $1 AND status = 'in_preparazione' AND created_at <= $2";
    BY_ID: DistintaRow = "SELECT id, msg_id, collection_on, status, count, total_cents, sha256, created_at, downloaded_at
        FROM distinta_sdd WHERE ente_id = $1 AND id = $2 AND status <> 'in_preparazione'";
    BY_MSG_ID: DistintaRow = "SELECT id, msg_id, collection_on, status, count, total_cents, sha256, created_at, downloaded_at
        FROM distinta_sdd WHERE ente_id = $1 AND msg_id = $2 AND status <> 'in_preparazione'";
    LIST: DistintaRow = "SELECT id, msg_id, collection_on, status, count, total_cents, sha256, created_at, downloaded_at
        FROM distinta_sdd WHERE ente_id = $1 AND status <> 'in_preparazione' ORDER BY created_at DESC, msg_id DESC LIMIT $2 OFFSET $3";
    SENT = "UPDATE distinta_sdd SET downloaded_at = coalesce(downloaded_at, $3), status = CASE status WHEN 'generata' THEN 'inviata' ELSE status END
        WHERE ente_id = $1 AND id = $2 AND status IN ('generata', 'inviata', 'esitata') AND downloaded_at IS NULL";
    ANSWERED = "UPDATE distinta_sdd SET status = 'esitata' WHERE ente_id = $1 AND id = $2 AND status IN ('generata', 'inviata')";
    ROWS: RigaRow = "SELECT r.distinta_id, r.posizione_id, r.mandato_id, m.umr, m.pratica_id, r.end_to_end_id, r.sequence_type, r.amount_cents, r.status, r.reason_code
        FROM distinta_riga r JOIN mandato m ON m.ente_id = r.ente_id AND m.id = r.mandato_id WHERE r.ente_id = $1 AND r.distinta_id = $2 AND r.posizione_id > $3 ORDER BY r.posizione_id LIMIT 500";
    BY_END_TO_END: RigaRow = "SELECT r.distinta_id, r.posizione_id, r.mandato_id, m.umr, m.pratica_id, r.end_to_end_id, r.sequence_type, r.amount_cents, r.status, r.reason_code
        FROM distinta_riga r JOIN mandato m ON m.ente_id = r.ente_id AND m.id = r.mandato_id WHERE r.ente_id = $1 AND r.end_to_end_id = $2 AND r.status <> 'in_preparazione'";
    SETTLE = "UPDATE distinta_riga SET status = $4, reason_code = $5 WHERE ente_id = $1 AND distinta_id = $2 AND posizione_id = $3 AND status = 'in_attesa'";
    FAIL: (PersonaId,) = "UPDATE posizione_debitoria SET status = 'insoluta', codice_avviso = $3, scadenza = $4, version = version + 1, updated_at = $5
        WHERE ente_id = $1 AND id = $2 AND status = 'in_addebito' AND codice_avviso IS NULL RETURNING persona_id";
    REOPEN_ONE = "UPDATE posizione_debitoria SET status = 'aperta', version = version + 1, updated_at = $3
        WHERE ente_id = $1 AND id = $2 AND status = 'in_addebito'";
    REOPEN = "UPDATE posizione_debitoria SET status = 'aperta', version = version + 1, updated_at = $3
        WHERE ente_id = $1 AND status = 'in_addebito' AND id IN
            (SELECT posizione_id FROM distinta_riga WHERE ente_id = $1 AND distinta_id = $2 AND status = 'in_attesa')";
    RELEASE = "UPDATE distinta_riga SET status = 'ripresa', reason_code = $3 WHERE ente_id = $1 AND distinta_id = $2 AND status = 'in_attesa'";
    VOID = "UPDATE distinta_sdd SET status = 'annullata' WHERE ente_id = $1 AND id = $2 AND status IN ('generata', 'inviata', 'esitata')";
    STRAY: (PosizioneId,) = "SELECT p.id FROM posizione_debitoria p
        LEFT JOIN distinta_riga r ON r.ente_id = p.ente_id AND r.posizione_id = p.id AND r.status = 'in_attesa'
        WHERE p.ente_id = $1 AND CASE p.status WHEN 'in_addebito' THEN 1 ELSE 0 END <> CASE WHEN r.posizione_id IS NULL THEN 0 ELSE 1 END
        LIMIT 100";
    UNEQUAL: (String,) = "SELECT d.msg_id FROM distinta_sdd d WHERE d.ente_id = $1 AND d.status <> 'in_preparazione'
            AND (d.count <> (SELECT count(*) FROM distinta_riga r WHERE r.ente_id = d.ente_id AND r.distinta_id = d.id)
                OR d.total_cents <> (SELECT coalesce(sum(r.amount_cents), 0) FROM distinta_riga r WHERE r.ente_id = d.ente_id AND r.distinta_id = d.id))
        LIMIT 100";
}

/// Begins a file that nobody sees yet.
pub async fn begin(
    tx: &mut Tx,
    ente: EnteId,
    id: DistintaId,
    msg_id: &str,
    collection_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(BEGIN, binds![ente, id, msg_id, collection_on, now]).await?;
    Ok(())
}

/// Adds rows to a file that is being made, at most [`CHUNK`].
///
/// # Errors
/// `Refused` for a longer chunk; `Unique` for a debt that is in it already, or a reference used before.
pub async fn add_rows(tx: &mut Tx, ente: EnteId, rows: &[NewRiga]) -> Result<()> {
    if rows.len() > CHUNK {
        return Err(crate::error::Error::refused("a chunk of a file is too long"));
    }
    let writes: Vec<_> = rows.iter().map(|row| row.write(&ente)).collect();
    flight::send(tx, &writes).await?;
    Ok(())
}

impl NewRiga {
    fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.distinta_id,
            self.posizione_id,
            self.mandato_id,
            self.end_to_end_id,
            self.sequence_type,
            self.amount_cents
        ];
        Write::new(ADD_ROW, binds)
    }
}

/// What a finished file holds.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The file.
    pub id: DistintaId,
    /// How many collections.
    pub count: i64,
    /// Their sum, in cents.
    pub total_cents: i64,
    /// SHA-256 of its content in clear, hexadecimal.
    pub sha256: String,
}

/// Finishes a file: all its debts are in_addebito from now on. False when one of them is not open any more, owes another
/// amount than its row says, or its mandate has ended: undo then.
pub async fn finish(tx: &mut Tx, ente: EnteId, file: &Finished, now: DateTime<Utc>) -> Result<bool> {
    let expected = u64::try_from(file.count).unwrap_or_default();
    let moved = tx.execute(COLLECT, binds![ente, file.id, now]).await?;
    if moved != expected {
        // Its rows may stand in another file that was finished first: they cannot be live twice.
        return Ok(false);
    }
    let live = tx.execute(LIVE, binds![ente, file.id]).await?;
    let binds = binds![ente, file.id, file.count, file.total_cents, file.sha256];
    let finished = tx.execute(FINISH, binds).await?;
    Ok(live == expected && finished == 1)
}

/// Deletes what an interrupted preparation left, begun by `before`; says how many files.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE_ROWS, binds![ente, before]).await?;
    tx.execute(PURGE, binds![ente, before]).await
}

/// One file.
pub async fn by_id(read: &mut Read, ente: EnteId, id: DistintaId) -> Result<Option<DistintaRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The file of a name.
pub async fn by_msg_id(read: &mut Read, ente: EnteId, msg_id: &str) -> Result<Option<DistintaRow>> {
    read.fetch_optional(BY_MSG_ID, binds![ente, msg_id]).await
}

/// The files, the last first: a page (limit, offset).
pub async fn list(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<DistintaRow>> {
    read.fetch_all(LIST, binds![ente, limit, offset]).await
}

/// Notes the first download; false when there was one, or the file is void.
pub async fn sent(tx: &mut Tx, ente: EnteId, id: DistintaId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(SENT, binds![ente, id, now]).await? == 1)
}

/// Notes that the bank answered; false when that was known, or the file is void.
pub async fn answered(tx: &mut Tx, ente: EnteId, id: DistintaId) -> Result<bool> {
    Ok(tx.execute(ANSWERED, binds![ente, id]).await? == 1)
}

/// The collections of a file, by debt behind `after`, at most 500.
pub async fn rows(read: &mut Read, ente: EnteId, id: DistintaId, after: PosizioneId) -> Result<Vec<RigaRow>> {
    read.fetch_all(ROWS, binds![ente, id, after]).await
}

/// The collection of a reference.
pub async fn by_end_to_end(read: &mut Read, ente: EnteId, end_to_end_id: &str) -> Result<Option<RigaRow>> {
    read.fetch_optional(BY_END_TO_END, binds![ente, end_to_end_id]).await
}

/// Writes what became of a waiting collection; false when it does not wait any more.
pub async fn settle(
    tx: &mut Tx,
    ente: EnteId,
    row: &RigaRow,
    status: RigaStatus,
    reason_code: Option<&str>,
) -> Result<bool> {
    let binds = binds![ente, row.distinta_id, row.posizione_id, status, reason_code];
    Ok(tx.execute(SETTLE, binds).await? == 1)
}

/// Makes a debt in_addebito an insoluta with a notice and a due day of its own; gives who pays, or nothing when it is
/// not in_addebito.
pub async fn fail(
    tx: &mut Tx,
    ente: EnteId,
    posizione: PosizioneId,
    codice_avviso: &str,
    due_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<PersonaId>> {
    let row: Option<(PersonaId,)> =
        tx.fetch_optional(FAIL, binds![ente, posizione, codice_avviso, due_on, now]).await?;
    Ok(row.map(|(persona,)| persona))
}

/// Opens a debt in_addebito again, for the next file; false when it is not in_addebito.
pub async fn reopen(tx: &mut Tx, ente: EnteId, posizione: PosizioneId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REOPEN_ONE, binds![ente, posizione, now]).await? == 1)
}

/// Voids a file of which nothing was collected: the debts that still wait in it are open again. False when it was void.
pub async fn release(
    tx: &mut Tx,
    ente: EnteId,
    id: DistintaId,
    reason_code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let debts = tx.execute(REOPEN, binds![ente, id, now]).await?;
    let rows = tx.execute(RELEASE, binds![ente, id, reason_code]).await?;
    Ok(tx.execute(VOID, binds![ente, id]).await? == 1 && debts == rows)
}

/// Debts that are in_addebito without a waiting collection, or have one without being so; at most 100.
pub async fn stray(read: &mut Read, ente: EnteId) -> Result<Vec<PosizioneId>> {
    let rows: Vec<(PosizioneId,)> = read.fetch_all(STRAY, binds![ente]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Names of the files whose rows are not as many, or as much, as they say; at most 100.
pub async fn unequal(read: &mut Read, ente: EnteId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = read.fetch_all(UNEQUAL, binds![ente]).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
