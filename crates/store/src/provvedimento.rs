//! What the office decided on a pratica, or told before it decides: its words, its number, its document, its first opening.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{DocumentoId, EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A decision, or a notice.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ProvvedimentoRow {
        /// Its key, also that of its document.
        pub id: DocumentoId,
        /// The pratica.
        pub pratica_id: PraticaId,
        /// The state that it led to.
        pub kind: PraticaStatus,
        /// When.
        pub made_at: DateTime<Utc>,
        /// Who; nobody where silence decided.
        pub made_by: Option<PersonaId>,
        /// What it says, sealed at `provvedimento`, `sealed_text`.
        pub sealed_text: Sealed,
        /// Register of its number, once it has one.
        pub protocollo_aoo: Option<String>,
        /// Year of its number.
        pub protocollo_anno: Option<i64>,
        /// Its number.
        pub protocollo_numero: Option<i64>,
        /// When the applicant opened its document for the first time.
        pub opened_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// One of a list, with its document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ListedRow {
        /// Its key, also that of its document.
        pub id: DocumentoId,
        /// The state that it led to.
        pub kind: PraticaStatus,
        /// When.
        pub made_at: DateTime<Utc>,
        /// What it says, sealed at `provvedimento`, `sealed_text`.
        pub sealed_text: Sealed,
        /// Year of its number.
        pub protocollo_anno: Option<i64>,
        /// Its number.
        pub protocollo_numero: Option<i64>,
        /// When the applicant opened its document for the first time.
        pub opened_at: Option<DateTime<Utc>>,
        /// Name of its document, once that is made.
        pub name: Option<String>,
        /// Media type of it.
        pub media_type: Option<String>,
        /// Size of it in bytes.
        pub bytes: Option<i64>,
    }
}

row! {
    /// One of a person's, whose document is made.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OwnRow {
        /// Its key, also that of its document.
        pub id: DocumentoId,
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Year of the number of the pratica.
        pub anno: i64,
        /// Number of the pratica.
        pub numero: i64,
        /// The state that it led to.
        pub kind: PraticaStatus,
        /// When.
        pub made_at: DateTime<Utc>,
        /// Size of its document in bytes.
        pub bytes: i64,
    }
}

statements! {
    ADD = "INSERT INTO provvedimento (ente_id, id, pratica_id, kind, made_at, made_by, sealed_text, protocollo_aoo, protocollo_anno, protocollo_numero)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_ID: ProvvedimentoRow = "SELECT id, pratica_id, kind, made_at, made_by, sealed_text, protocollo_aoo, protocollo_anno, protocollo_numero, opened_at
        FROM provvedimento WHERE ente_id = $1 AND id = $2";
    OF_PRATICA: ListedRow = "SELECT p.id, p.kind, p.made_at, p.sealed_text, p.protocollo_anno, p.protocollo_numero, p.opened_at, d.name, d.media_type, d.bytes
        FROM provvedimento p LEFT JOIN documento d ON d.ente_id = p.ente_id AND d.id = p.id
        WHERE p.ente_id = $1 AND p.pratica_id = $2 ORDER BY p.made_at, p.id";
    OF_PERSON: OwnRow = "SELECT v.id, v.pratica_id, p.anno, p.numero, v.kind, v.made_at, d.bytes
        FROM pratica p JOIN provvedimento v ON v.ente_id = p.ente_id AND v.pratica_id = p.id
        JOIN documento d ON d.ente_id = v.ente_id AND d.id = v.id
        WHERE p.ente_id = $1 AND p.persona_id = $2 ORDER BY v.made_at DESC, v.id LIMIT 500";
    FORGET_CLEAR = "UPDATE pratica SET decision_reason = NULL WHERE ente_id = $1 AND id IN (SELECT p.id FROM pratica p
        WHERE p.ente_id = $1 AND p.decision_reason IS NOT NULL AND p.decided_by IS NOT NULL AND EXISTS (SELECT 1 FROM provvedimento v
            WHERE v.ente_id = p.ente_id AND v.pratica_id = p.id AND v.kind = p.status AND v.made_by = p.decided_by) LIMIT 100)";
    OPENED = "UPDATE provvedimento SET opened_at = $3, opened_by = $4 WHERE ente_id = $1 AND id = $2 AND opened_at IS NULL";
}

/// Adds one.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &ProvvedimentoRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.pratica_id,
        row.kind,
        row.made_at,
        row.made_by,
        row.sealed_text,
        row.protocollo_aoo,
        row.protocollo_anno,
        row.protocollo_numero
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// One of the ente. For the job that makes its document.
pub async fn by_id(read: &mut Read, ente: EnteId, id: DocumentoId) -> Result<Option<ProvvedimentoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Those of a pratica, in their order. Whether the caller may see the pratica is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<ListedRow>> {
    read.fetch_all(OF_PRATICA, binds![ente, pratica]).await
}

/// What was decided or told about the pratiche of a person and has its document, the last first, at most 500.
pub async fn of_person(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<OwnRow>> {
    read.fetch_all(OF_PERSON, binds![ente, persona]).await
}

/// Deletes reasons of decisions that stand in clear beside the sealed words of their document, 100 at most; false when there
/// were none.
pub async fn forget_clear(tx: &mut Tx, ente: EnteId) -> Result<bool> {
    Ok(tx.execute(FORGET_CLEAR, binds![ente]).await? > 0)
}

/// Notes the first opening; false when it was opened before.
pub async fn opened(tx: &mut Tx, ente: EnteId, id: DocumentoId, by: PersonaId, at: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(OPENED, binds![ente, id, at, by]).await? == 1)
}
