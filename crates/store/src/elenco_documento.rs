//! The list of invoices and credit notes as the office reads it: pages by filter and search, the latest first.

use chrono::NaiveDate;
use sportello_domain::{
    fatturazione::{Modalita, Periodo},
    id::{CicloId, DocumentoContabileId, EnteId},
    posizione::PosizioneStatus,
};

use crate::{
    bind::{Bind, Binds},
    documento_contabile::Kind,
    error::Result,
    row, statements,
    tx::Read,
};

/// Which documents are asked for. `Default` is all of them.
#[derive(Clone, Debug, Default)]
pub struct ElencoQuery {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only those whose debt is in one of two states.
    pub status: Option<[PosizioneStatus; 2]>,
    /// Only those whose debt was due before this day.
    pub due_before: Option<NaiveDate>,
    /// Only invoices that a credit note corrects.
    pub credited: bool,
    /// Only those of a run.
    pub ciclo: Option<CicloId>,
    /// Part of a child's or payer's name, folded like `pratica.search_key`; an alternative to `numero`.
    pub text: Option<String>,
    /// Number within series and year.
    pub numero: Option<i64>,
    /// Series of the number.
    pub serie: Option<String>,
    /// Year of the number.
    pub anno: Option<i64>,
    /// Rows to pass over.
    pub offset: i64,
    /// Rows to give, at most 500.
    pub limit: i64,
}

row! {
    /// A document in the list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ElencoRow {
        /// The document.
        pub id: DocumentoContabileId,
        /// Invoice or credit note.
        pub kind: Kind,
        /// Number within kind, series and year.
        pub numero: i64,
        /// Suffix of its number.
        pub serie: String,
        /// Year of its date.
        pub anno: i64,
        /// The month that it charges.
        pub periodo: Periodo,
        /// Date.
        pub emesso_il: NaiveDate,
        /// Total in cents.
        pub total_cents: i64,
        /// The child's given name.
        pub alunno_nome: String,
        /// The child's family name.
        pub alunno_cognome: String,
        /// Given name of the payer.
        pub pagante_nome: String,
        /// Family name of the payer.
        pub pagante_cognome: String,
        /// State of its debt; none for a credit note.
        pub status: Option<PosizioneStatus>,
        /// By which way its debt is collected.
        pub modalita: Option<Modalita>,
        /// Day by which its debt is to be paid.
        pub scadenza: Option<NaiveDate>,
        /// What a credit note took back of it, in cents.
        pub credited_cents: Option<i64>,
        /// How many rows match in all.
        pub total: i64,
    }
}

/// Columns of a document.
macro_rules! columns {
    () => {
        "SELECT d.id, d.kind, d.numero, d.serie, d.anno, d.periodo, d.emesso_il, d.total_cents,
            a.nome AS alunno_nome, a.cognome AS alunno_cognome, x.nome AS pagante_nome, x.cognome AS pagante_cognome,
            p.status, p.modalita, p.scadenza, n.total_cents AS credited_cents"
    };
}

/// Documents that a query finds.
macro_rules! found {
    () => {
        " FROM documento_contabile d
        JOIN alunno a ON a.ente_id = d.ente_id AND a.id = d.alunno_id
        JOIN persona x ON x.ente_id = d.ente_id AND x.id = d.persona_id
        JOIN iscrizione i ON i.ente_id = d.ente_id AND i.id = d.iscrizione_id
        JOIN pratica q ON q.ente_id = i.ente_id AND q.id = i.pratica_id
        LEFT JOIN posizione_debitoria p ON p.ente_id = d.ente_id AND p.documento_id = d.id
        LEFT JOIN documento_contabile n ON n.ente_id = d.ente_id AND n.credits_id = d.id
        WHERE d.ente_id = $1
            AND (d.kind = $2 OR $2 IS NULL)
            AND (p.status IN ($3, $4) OR $3 IS NULL)
            AND (p.scadenza < $5 OR $5 IS NULL)
            AND (n.id IS NOT NULL OR NOT $6)
            AND (d.ciclo_id = $7 OR $7 IS NULL)
            AND (q.search_key LIKE $8 ESCAPE '!' OR (d.numero = $9 AND (d.anno = $10 OR $10 IS NULL) AND (d.serie = $13 OR $13 IS NULL)) OR ($8 IS NULL AND $9 IS NULL))"
    };
}

statements! {
    PAGE: ElencoRow = [columns!()] ", count(*) OVER () AS total" [found!()] " ORDER BY d.emesso_il DESC, d.kind, d.numero DESC, d.id LIMIT $11 OFFSET $12";
    STEP: ElencoRow = [columns!()] ", CAST(0 AS BIGINT) AS total" [found!()] " AND d.id > $12 ORDER BY d.id LIMIT $11";
}

/// A page of the list.
pub async fn page(read: &mut Read, ente: EnteId, query: &ElencoQuery) -> Result<Vec<ElencoRow>> {
    found(read, ente, query, (PAGE, &query.offset)).await
}

/// The next rows behind a document, in the order of issue, at most 500 and without their total; `offset` counts not.
pub async fn step(
    read: &mut Read,
    ente: EnteId,
    query: &ElencoQuery,
    after: DocumentoContabileId,
) -> Result<Vec<ElencoRow>> {
    found(read, ente, query, (STEP, &after)).await
}

/// What a statement finds that begins behind a place.
async fn found(
    read: &mut Read,
    ente: EnteId,
    query: &ElencoQuery,
    (sql, place): (&'static str, &dyn Bind),
) -> Result<Vec<ElencoRow>> {
    let like = query.text.as_deref().map(crate::coda::contains);
    let (one, other) = (query.status.map(|status| status[0]), query.status.map(|status| status[1]));
    let limit = query.limit.clamp(0, 500);
    let binds: Binds<'_> = &[
        &ente,
        &query.kind,
        &one,
        &other,
        &query.due_before,
        &query.credited,
        &query.ciclo,
        &like,
        &query.numero,
        &query.anno,
        &limit,
        place,
        &query.serie,
    ];
    read.fetch_all(sql, binds).await
}
