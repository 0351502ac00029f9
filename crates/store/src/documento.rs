//! Documents that the portal made. The bytes stand in the file store, written before the row.

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, DocumentoId, EnteId, PersonaId, PraticaId};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

/// Kind of the receipt of an INVIA (L. 241/1990 art. 18-bis).
pub const RICEVUTA: &str = "ricevuta";
/// Kind of the document of a decision or a notice.
pub const PROVVEDIMENTO: &str = "provvedimento";

row! {
    /// A document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DocumentoRow {
        /// Its key, also that of its bytes.
        pub id: DocumentoId,
        /// The INVIA that it belongs to.
        pub bozza_id: BozzaId,
        /// The pratica, for a document about one; the receipt is about all of them.
        pub pratica_id: Option<PraticaId>,
        /// [`RICEVUTA`] or [`PROVVEDIMENTO`].
        pub kind: String,
        /// Name of the file; identifiers and numbers only.
        pub name: String,
        /// Media type.
        pub media_type: String,
        /// Size in bytes.
        pub bytes: i64,
        /// SHA-256 of the content in clear, hexadecimal.
        pub sha256: String,
        /// Whether the bytes are sealed.
        pub sealed: bool,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// The receipt of an INVIA in the list of its applicant.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReceiptRow {
        /// One of the pratiche that the INVIA became, the first by number.
        pub pratica_id: PraticaId,
        /// Year of its number.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// Size in bytes.
        pub bytes: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO documento (ente_id, id, bozza_id, pratica_id, kind, name, media_type, bytes, sha256, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    BY_ID: DocumentoRow = "SELECT id, bozza_id, pratica_id, kind, name, media_type, bytes, sha256, sealed, created_at
        FROM documento WHERE ente_id = $1 AND id = $2";
    RECEIPT: DocumentoRow = "SELECT d.id, d.bozza_id, d.pratica_id, d.kind, d.name, d.media_type, d.bytes, d.sha256, d.sealed, d.created_at
        FROM documento d JOIN bozza b ON b.ente_id = d.ente_id AND b.id = d.bozza_id
        WHERE d.ente_id = $1 AND b.persona_id = $2 AND d.bozza_id = $3 AND d.kind = 'ricevuta' AND d.pratica_id IS NULL";
    RECEIPTS: ReceiptRow = "SELECT p.id AS pratica_id, p.anno, p.numero, d.bytes, d.created_at
        FROM pratica p JOIN documento d ON d.ente_id = p.ente_id AND d.bozza_id = p.bozza_id AND d.kind = 'ricevuta' AND d.pratica_id IS NULL
        WHERE p.ente_id = $1 AND p.persona_id = $2 AND NOT EXISTS (SELECT 1 FROM pratica earlier
            WHERE earlier.ente_id = p.ente_id AND earlier.persona_id = p.persona_id AND earlier.bozza_id = p.bozza_id
            AND (earlier.anno < p.anno OR (earlier.anno = p.anno AND earlier.numero < p.numero)))
        ORDER BY d.created_at DESC, p.id LIMIT 200";
}

/// Adds a document whose bytes are stored already; false when it is there, or the INVIA has one of this kind: the job ran before.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &DocumentoRow) -> Result<bool> {
    let binds = binds![
        ente,
        row.id,
        row.bozza_id,
        row.pratica_id,
        row.kind,
        row.name,
        row.media_type,
        row.bytes,
        row.sha256,
        row.sealed,
        row.created_at
    ];
    Ok(tx.execute(ADD, binds).await? == 1)
}

/// One document of the ente. Whether the caller may have it is asked first.
pub async fn by_id(read: &mut Read, ente: EnteId, id: DocumentoId) -> Result<Option<DocumentoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The receipt of one of the person's INVIA; nothing while it is being made.
pub async fn receipt(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    bozza: BozzaId,
) -> Result<Option<DocumentoRow>> {
    read.fetch_optional(RECEIPT, binds![ente, persona, bozza]).await
}

/// The receipts of a person's INVIA, the last first, at most 200.
pub async fn receipts(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<ReceiptRow>> {
    read.fetch_all(RECEIPTS, binds![ente, persona]).await
}
