//! What applicant and office write to each other about a pratica, and what the office notes for itself.
//!
//! Texts are sealed at `messaggio`, `sealed_text`: they may be about anything. A message that its author calls reserved
//! is read like answers of class A; who may read what is decided by the use cases.

use chrono::{DateTime, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PersonaId, PraticaId},
};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// Who wrote, and for whom.
    pub enum Side {
        /// The applicant, or who acts in their name, to the office.
        Cittadino = "cittadino",
        /// The office, to the applicant.
        Ufficio = "ufficio",
        /// The office, to itself.
        Nota = "nota",
    }
}

row! {
    /// A message with its author.
    #[derive(Clone, Debug)]
    pub struct MessaggioRow {
        /// Its key, version 7.
        pub id: Uuid,
        /// Who wrote, and for whom.
        pub side: Side,
        /// Given name of the author.
        pub nome: String,
        /// Family name of the author.
        pub cognome: String,
        /// Whether its author says that it is about health, belief or money.
        pub reserved: bool,
        /// The text, sealed.
        pub sealed_text: Sealed,
        /// When it was written.
        pub written_at: DateTime<Utc>,
        /// When the other side first opened it.
        pub read_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// How many messages of one side there are about a pratica.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Counts {
        /// All.
        pub total: i64,
        /// Those that the other side has not opened.
        pub unread: i64,
    }
}

row! {
    /// A pratica about which the applicant wrote something that the office has not opened.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WaitingRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Year of its number.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// The child's name; empty where it is about none.
        pub alunno: String,
        /// Given name of the applicant.
        pub nome: String,
        /// Family name of the applicant.
        pub cognome: String,
        /// How many messages.
        pub unread: i64,
        /// When the first of them was written.
        pub since: DateTime<Utc>,
    }
}

row! {
    /// What was written about one of a person's pratiche, in a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ConversationRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Year of its number.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// SHA-256 of its modello.
        pub hash: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// The child's name; empty where it is about none.
        pub alunno: String,
        /// How many messages of both sides.
        pub total: i64,
        /// How many of the office's the person has not opened.
        pub unread: i64,
        /// When the last one was written.
        pub last_at: DateTime<Utc>,
    }
}

/// A message to write.
#[derive(Clone, Debug)]
pub struct NewMessaggio {
    /// Its key, version 7.
    pub id: Uuid,
    /// The pratica.
    pub pratica_id: PraticaId,
    /// Who writes, and for whom.
    pub side: Side,
    /// Which person.
    pub author_id: PersonaId,
    /// Whether it is about health, belief or money.
    pub reserved: bool,
    /// The text, sealed.
    pub sealed_text: Sealed,
    /// The same when its form is sent twice.
    pub key: String,
    /// When.
    pub written_at: DateTime<Utc>,
}

statements! {
    ADD = "INSERT INTO messaggio (ente_id, id, pratica_id, side, author_id, reserved, sealed_text, key, written_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (ente_id, author_id, key) DO NOTHING";
    BY_KEY: (Uuid, PraticaId, Side, bool, Sealed) = "SELECT id, pratica_id, side, reserved, sealed_text FROM messaggio
        WHERE ente_id = $1 AND author_id = $2 AND key = $3";
    OF_PRATICA: MessaggioRow = "SELECT m.id, m.side, x.nome, x.cognome, m.reserved, m.sealed_text, m.written_at, m.read_at
        FROM messaggio m JOIN persona x ON x.ente_id = m.ente_id AND x.id = m.author_id
        WHERE m.ente_id = $1 AND m.pratica_id = $2 ORDER BY m.written_at, m.id LIMIT 500";
    COUNTS: Counts = "SELECT count(*) AS total, count(CASE WHEN read_at IS NULL THEN 1 END) AS unread FROM messaggio
        WHERE ente_id = $1 AND pratica_id = $2 AND side = $3";
    OPENED = "UPDATE messaggio SET read_at = $5, read_by = $6
        WHERE ente_id = $1 AND pratica_id = $2 AND side = $3 AND read_at IS NULL AND ($4 OR NOT reserved)";
    WAITING: WaitingRow = "SELECT p.id AS pratica_id, p.anno, p.numero, p.alunno, x.nome, x.cognome, count(*) AS unread, min(m.written_at) AS since
        FROM messaggio m JOIN pratica p ON p.ente_id = m.ente_id AND p.id = m.pratica_id
        JOIN persona x ON x.ente_id = p.ente_id AND x.id = p.persona_id
        WHERE m.ente_id = $1 AND m.side = 'cittadino' AND m.read_at IS NULL
        GROUP BY p.id, p.anno, p.numero, p.alunno, x.nome, x.cognome ORDER BY since, p.id LIMIT $2 OFFSET $3";
    OF_PERSON: ConversationRow = "SELECT p.id AS pratica_id, p.anno, p.numero, p.hash, p.anno_scolastico, p.alunno, count(*) AS total,
            count(CASE WHEN m.side = 'ufficio' AND m.read_at IS NULL THEN 1 END) AS unread, max(m.written_at) AS last_at
        FROM pratica p JOIN messaggio m ON m.ente_id = p.ente_id AND m.pratica_id = p.id
        WHERE p.ente_id = $1 AND p.persona_id = $2 AND m.side <> 'nota'
        GROUP BY p.id, p.anno, p.numero, p.hash, p.anno_scolastico, p.alunno ORDER BY last_at DESC, p.id LIMIT 200";
}

/// Writes a message; false, and nothing is written, where its form was sent before.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewMessaggio) -> Result<bool> {
    let binds = binds![
        ente,
        new.id,
        new.pratica_id,
        new.side,
        new.author_id,
        new.reserved,
        new.sealed_text,
        new.key,
        new.written_at
    ];
    Ok(tx.execute(ADD, binds).await? == 1)
}

/// The message that a person wrote with a form: its key, pratica, side, whether it is reserved, the sealed text.
pub async fn by_key(
    read: &mut Read,
    ente: EnteId,
    author: PersonaId,
    key: &str,
) -> Result<Option<(Uuid, PraticaId, Side, bool, Sealed)>> {
    read.fetch_optional(BY_KEY, binds![ente, author, key]).await
}

/// What was written about a pratica, oldest first, at most 500. Whether the caller may see it is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<MessaggioRow>> {
    read.fetch_all(OF_PRATICA, binds![ente, pratica]).await
}

/// How many messages of one side there are about a pratica.
pub async fn counts(read: &mut Read, ente: EnteId, pratica: PraticaId, side: Side) -> Result<Counts> {
    read.fetch_one(COUNTS, binds![ente, pratica, side]).await
}

/// Notes that somebody opened what `side` wrote about a pratica and nobody had opened, the reserved ones if `reserved`.
/// Says how many they were.
pub async fn opened(
    tx: &mut Tx,
    ente: EnteId,
    pratica: PraticaId,
    (side, reserved): (Side, bool),
    by: PersonaId,
    now: DateTime<Utc>,
) -> Result<u64> {
    tx.execute(OPENED, binds![ente, pratica, side, reserved, now, by]).await
}

/// The pratiche whose applicant waits for the office to read, the longest waiting first: a page (limit, offset).
pub async fn waiting(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<WaitingRow>> {
    read.fetch_all(WAITING, binds![ente, limit, offset]).await
}

/// What was written about a person's pratiche, the last first, at most 200; notes of the office do not count.
pub async fn of_person(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<ConversationRow>> {
    read.fetch_all(OF_PERSON, binds![ente, persona]).await
}
