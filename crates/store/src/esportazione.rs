//! The pratiche of one modello for a table: what is in it, then its rows step by step in the order of their numbers.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{bind::Json, binds, coda::states, error::Result, row, seal::Sealed, statements, tx::Read};

/// Which pratiche are asked for.
#[derive(Clone, Debug, Default)]
pub struct EsportazioneQuery {
    /// Code of the modello.
    pub modello: String,
    /// Only those of a school year.
    pub anno_scolastico: Option<AnnoScolastico>,
    /// Only those that are over, or only those that are not.
    pub over: Option<bool>,
    /// Only those received at this instant or later.
    pub received_from: Option<DateTime<Utc>>,
    /// Only those received before this instant.
    pub received_until: Option<DateTime<Utc>>,
}

row! {
    /// The pratiche that were filed with one document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Content {
        /// Hash of the document.
        pub hash: String,
        /// Newest version that published it.
        pub version: i64,
        /// How many pratiche.
        pub count: i64,
    }
}

row! {
    /// A pratica of the table.
    #[derive(Clone, Debug)]
    pub struct EsportazioneRow {
        /// Its key.
        pub id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// Hash of its document.
        pub hash: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// The child's given and family name.
        pub alunno: String,
        /// Applicant's given name.
        pub richiedente_nome: String,
        /// Applicant's family name.
        pub richiedente_cognome: String,
        /// State.
        pub status: PraticaStatus,
        /// Answers in clear.
        pub answers: Json<Value>,
        /// Class-A answers, sealed at `pratica`, `sealed_answers`.
        pub sealed_answers: Option<Sealed>,
        /// Year of the protocol number.
        pub protocollo_anno: Option<i64>,
        /// Protocol number.
        pub protocollo_numero: Option<i64>,
        /// When the server received INVIA.
        pub received_at: DateTime<Utc>,
    }
}

row! {
    /// A modello that was ever published.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ModelloRow {
        /// Its code.
        pub code: String,
        /// Document of its newest version.
        pub hash: String,
        /// School year of its newest version.
        pub anno_scolastico: AnnoScolastico,
    }
}

statements! {
    MODELLI: ModelloRow = "SELECT code, hash, anno_scolastico FROM modello_publication m WHERE ente_id = $1 AND version = (
            SELECT max(n.version) FROM modello_publication n WHERE n.ente_id = $1 AND n.code = m.code) ORDER BY code";
    ANNI: (AnnoScolastico,) = "SELECT DISTINCT anno_scolastico FROM modello_publication WHERE ente_id = $1 ORDER BY anno_scolastico DESC";
    CONTENT: Content = "SELECT hash, max(modello_version) AS version, count(*) AS count FROM pratica
        WHERE ente_id = $1 AND modello = $2 AND (anno_scolastico = $3 OR $3 IS NULL) AND (status IN ($4, $5, $6, $9, $10, $11, $12, $13) OR $4 IS NULL)
            AND (received_at >= $7 OR $7 IS NULL) AND (received_at < $8 OR $8 IS NULL)
        GROUP BY hash ORDER BY max(modello_version) DESC";
    // Not by an index on the modello: the rows come in the order of their numbers, and each step begins where one ended.
    STEP: EsportazioneRow = "SELECT p.id, p.anno, p.numero, p.hash, p.anno_scolastico, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome,
            p.status, p.answers, p.sealed_answers, p.protocollo_anno, p.protocollo_numero, p.received_at
        FROM pratica p JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
        WHERE p.ente_id = $1 AND p.modello || '' = $2 AND (p.anno_scolastico = $3 OR $3 IS NULL) AND (p.status IN ($4, $5, $6, $12, $13, $14, $15, $16) OR $4 IS NULL)
            AND (p.received_at >= $7 OR $7 IS NULL) AND (p.received_at < $8 OR $8 IS NULL) AND (p.anno, p.numero) > ($9, $10)
        ORDER BY p.anno, p.numero LIMIT $11";
}

/// Every modello that the ente ever published, by code, and the school years of its publications, the newest first.
pub async fn choices(read: &mut Read, ente: EnteId) -> Result<(Vec<ModelloRow>, Vec<AnnoScolastico>)> {
    let modelli = read.fetch_all(MODELLI, binds![ente]).await?;
    let anni: Vec<(AnnoScolastico,)> = read.fetch_all(ANNI, binds![ente]).await?;
    Ok((modelli, anni.into_iter().map(|(anno,)| anno).collect()))
}

/// What the table would hold: its documents, those of newer versions first, with their counts.
pub async fn content(read: &mut Read, ente: EnteId, query: &EsportazioneQuery) -> Result<Vec<Content>> {
    let state = |at: usize| query.over.map(|over| states(over)[at]);
    let (from, until) = (query.received_from, query.received_until);
    let binds = binds![
        ente,
        query.modello,
        query.anno_scolastico,
        state(0),
        state(1),
        state(2),
        from,
        until,
        state(3),
        state(4),
        state(5),
        state(6),
        state(7)
    ];
    read.fetch_all(CONTENT, binds).await
}

/// The next rows after a number (year and number), at most 500.
pub async fn step(
    read: &mut Read,
    ente: EnteId,
    query: &EsportazioneQuery,
    (anno, numero): (i64, i64),
    limit: i64,
) -> Result<Vec<EsportazioneRow>> {
    let state = |at: usize| query.over.map(|over| states(over)[at]);
    let binds = binds![
        ente,
        query.modello,
        query.anno_scolastico,
        state(0),
        state(1),
        state(2),
        query.received_from,
        query.received_until,
        anno,
        numero,
        limit.clamp(0, 500),
        state(3),
        state(4),
        state(5),
        state(6),
        state(7)
    ];
    read.fetch_all(STEP, binds).await
}
