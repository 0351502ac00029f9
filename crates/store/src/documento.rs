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

statements! {
    ADD = "INSERT INTO documento (ente_id, id, bozza_id, pratica_id, kind, name, media_type, bytes, sha256, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    BY_ID: DocumentoRow = "SELECT id, bozza_id, pratica_id, kind, name, media_type, bytes, sha256, sealed, created_at
        FROM documento WHERE ente_id = $1 AND id = $2";
    RECEIPT: DocumentoRow = "SELECT d.id, d.bozza_id, d.pratica_id, d.kind, d.name, d.media_type, d.bytes, d.sha256, d.sealed, d.created_at
        FROM documento d JOIN bozza b ON b.ente_id = d.ente_id AND b.id = d.bozza_id
        WHERE d.ente_id = $1 AND b.persona_id = $2 AND d.bozza_id = $3 AND d.kind = 'ricevuta' AND d.pratica_id IS NULL";
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
