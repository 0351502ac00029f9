//! Published modelli: the document once per hash, and the versions that an ente opened for a window.

use chrono::{DateTime, Utc};
use sportello_domain::{anno_scolastico::AnnoScolastico, id::EnteId};

use crate::{
    bind::Bind,
    binds,
    error::Result,
    flight::Ask,
    row, statements,
    tx::{Read, Tx},
};

/// A modello to publish.
#[derive(Clone, Debug)]
pub struct NewPublication {
    /// Immutable code.
    pub code: String,
    /// SHA-256 of the document, in hexadecimal.
    pub hash: String,
    /// Canonical JSON of the modello.
    pub document: String,
    /// School year that it is for.
    pub anno_scolastico: AnnoScolastico,
    /// First instant at which it can be filed.
    pub opens_at: DateTime<Utc>,
    /// First instant at which it cannot be filed any more.
    pub closes_at: DateTime<Utc>,
    /// From when those who filed book their place; none where places are not booked.
    pub book_from: Option<DateTime<Utc>>,
    /// How many places there are, where they are few: with `book_from` they are booked, without it they go by criteria.
    pub posti: Option<i64>,
    /// When it is published.
    pub published_at: DateTime<Utc>,
    /// The revision of its texts, where they are kept.
    pub revision: Option<i64>,
}

row! {
    /// A published version.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PublicationRow {
        /// Immutable code.
        pub code: String,
        /// Counted from 1 per code.
        pub version: i64,
        /// Which document.
        pub hash: String,
        /// School year that it is for.
        pub anno_scolastico: AnnoScolastico,
        /// First instant at which it can be filed.
        pub opens_at: DateTime<Utc>,
        /// First instant at which it cannot be filed any more.
        pub closes_at: DateTime<Utc>,
        /// From when those who filed book their place; none where places are not booked.
        pub book_from: Option<DateTime<Utc>>,
        /// How many places there are, where they are few: with `book_from` they are booked, without it they go by criteria.
        pub posti: Option<i64>,
        /// When it was published.
        pub published_at: DateTime<Utc>,
        /// When it was withdrawn.
        pub withdrawn_at: Option<DateTime<Utc>>,
        /// The revision of its texts, where they are kept.
        pub revision: Option<i64>,
    }
}

statements! {
    KEEP = "INSERT INTO modello_document (ente_id, hash, document, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, hash) DO NOTHING";
    LATEST: (i64,) = "SELECT coalesce(max(version), 0) FROM modello_publication WHERE ente_id = $1 AND code = $2";
    PUBLISH = "INSERT INTO modello_publication (ente_id, code, version, hash, anno_scolastico, opens_at, closes_at, published_at, book_from, posti, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    WITHDRAW = "UPDATE modello_publication SET withdrawn_at = $4
        WHERE ente_id = $1 AND code = $2 AND version = $3 AND withdrawn_at IS NULL";
    CURRENT: PublicationRow = "SELECT code, version, hash, anno_scolastico, opens_at, closes_at, book_from, posti, published_at, withdrawn_at, revision
        FROM modello_publication WHERE ente_id = $1 AND code = $2 AND withdrawn_at IS NULL ORDER BY version DESC LIMIT 1";
    VERSION: PublicationRow = "SELECT code, version, hash, anno_scolastico, opens_at, closes_at, book_from, posti, published_at, withdrawn_at, revision
        FROM modello_publication WHERE ente_id = $1 AND code = $2 AND version = $3";
    ALL_CURRENT: PublicationRow = "SELECT code, version, hash, anno_scolastico, opens_at, closes_at, book_from, posti, published_at, withdrawn_at, revision
        FROM modello_publication m WHERE ente_id = $1 AND withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM modello_publication n
            WHERE n.ente_id = m.ente_id AND n.code = m.code AND n.version > m.version AND n.withdrawn_at IS NULL)
        ORDER BY code";
    VERSIONS: PublicationRow = "SELECT code, version, hash, anno_scolastico, opens_at, closes_at, book_from, posti, published_at, withdrawn_at, revision
        FROM modello_publication WHERE ente_id = $1 AND code = $2 ORDER BY version DESC LIMIT $3 OFFSET $4";
    LATEST_OF_ALL: PublicationRow = "SELECT code, version, hash, anno_scolastico, opens_at, closes_at, book_from, posti, published_at, withdrawn_at, revision
        FROM modello_publication m WHERE ente_id = $1 AND NOT EXISTS (SELECT 1 FROM modello_publication n
            WHERE n.ente_id = m.ente_id AND n.code = m.code AND n.version > m.version)
        ORDER BY code";
    DOCUMENT: (String,) = "SELECT document FROM modello_document WHERE ente_id = $1 AND hash = $2";
}

/// Publishes a modello as the next version of its code; gives the version.
pub async fn publish(tx: &mut Tx, ente: EnteId, new: &NewPublication) -> Result<i64> {
    let (latest,): (i64,) = tx.fetch_one(LATEST, binds![ente, new.code]).await?;
    let version = latest + 1;
    let publish = binds![
        ente,
        new.code,
        version,
        new.hash,
        new.anno_scolastico,
        new.opens_at,
        new.closes_at,
        new.published_at,
        new.book_from,
        new.posti,
        new.revision
    ];
    let keep = binds![ente, new.hash, new.document, new.published_at];
    tx.execute_all(&[(KEEP, keep), (PUBLISH, publish)]).await?;
    Ok(version)
}

/// Withdraws a version; false when it is not there or was withdrawn before.
pub async fn withdraw(tx: &mut Tx, ente: EnteId, code: &str, version: i64, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(WITHDRAW, binds![ente, code, version, now]).await? == 1)
}

/// The version of a code that new drafts take.
pub async fn current(read: &mut Read, ente: EnteId, code: &str) -> Result<Option<PublicationRow>> {
    read.fetch_optional(CURRENT, binds![ente, code]).await
}

/// One version, withdrawn or not.
pub async fn version(read: &mut Read, ente: EnteId, code: &str, version: i64) -> Result<Option<PublicationRow>> {
    read.fetch_optional(VERSION, binds![ente, code, version]).await
}

/// Asks for [`current`].
pub(crate) fn ask_current<'a>(ente: &'a EnteId, code: &'a dyn Bind) -> Ask<'a, PublicationRow> {
    Ask::new(CURRENT, &[ente, code])
}

/// Asks for [`version`].
pub(crate) fn ask_version<'a>(ente: &'a EnteId, code: &'a dyn Bind, version: &'a i64) -> Ask<'a, PublicationRow> {
    Ask::new(VERSION, &[ente, code, version])
}

/// The current version of every code.
pub async fn all_current(read: &mut Read, ente: EnteId) -> Result<Vec<PublicationRow>> {
    read.fetch_all(ALL_CURRENT, binds![ente]).await
}

/// The versions of a code, the latest first, withdrawn ones too: a page (limit, offset).
pub async fn versions(
    read: &mut Read,
    ente: EnteId,
    code: &str,
    (limit, offset): (i64, i64),
) -> Result<Vec<PublicationRow>> {
    read.fetch_all(VERSIONS, binds![ente, code, limit, offset]).await
}

/// The latest version of every code, withdrawn or not.
pub async fn latest_of_all(read: &mut Read, ente: EnteId) -> Result<Vec<PublicationRow>> {
    read.fetch_all(LATEST_OF_ALL, binds![ente]).await
}

/// The document of a hash: canonical JSON. It never changes, so it may be cached by hash.
pub async fn document(read: &mut Read, ente: EnteId, hash: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = read.fetch_optional(DOCUMENT, binds![ente, hash]).await?;
    Ok(row.map(|(document,)| document))
}
