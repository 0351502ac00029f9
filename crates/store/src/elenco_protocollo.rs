//! The protocol register as the office searches it: the latest entries first, page after page.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{BozzaId, EnteId},
    protocollo::Registro,
};

use crate::{bind::Binds, error::Result, protocollo::Direction, row, statements, tx::Read};

/// Which entries are asked for. `Default` is all of them.
#[derive(Clone, Debug, Default)]
pub struct ProtocolloQuery {
    /// Only this number.
    pub numero: Option<i64>,
    /// Only this year.
    pub anno: Option<i64>,
    /// Only those registered at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those registered before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Part of a child's or applicant's name, folded like `pratica.search_key`.
    pub text: Option<String>,
    /// Only in this place of the classification plan.
    pub classificazione: Option<String>,
    /// Only annulled ones.
    pub annulled: bool,
    /// Rows to pass over.
    pub offset: i64,
    /// Rows to give, at most 500.
    pub limit: i64,
}

row! {
    /// An entry in the list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct VoceRow {
        /// Register of the number.
        pub aoo: String,
        /// Calendar year of the number.
        pub anno: i64,
        /// Number within register and year.
        pub numero: i64,
        /// Whose register it is.
        pub registro: Registro,
        /// Which way.
        pub direction: Direction,
        /// When it was registered.
        pub registered_at: DateTime<Utc>,
        /// When it was presented.
        pub received_at: DateTime<Utc>,
        /// Sender or recipient.
        pub sender: String,
        /// Subject.
        pub subject: String,
        /// Place in the classification plan.
        pub classificazione: String,
        /// The INVIA that it belongs to.
        pub bozza_id: BozzaId,
        /// When it was annulled.
        pub annulled_at: Option<DateTime<Utc>>,
        /// How many rows match in all.
        pub total: i64,
    }
}

/// Columns of an entry.
macro_rules! columns {
    () => {
        "SELECT r.aoo, r.anno, r.numero, r.registro, r.direction, r.registered_at, r.received_at, r.sender, r.subject, r.classificazione, r.bozza_id, x.annulled_at"
    };
}

/// Entries that a query finds.
macro_rules! found {
    () => {
        " FROM protocollo r
        LEFT JOIN protocollo_annullo x ON x.ente_id = r.ente_id AND x.aoo = r.aoo AND x.anno = r.anno AND x.numero = r.numero
        WHERE r.ente_id = $1
            AND (r.numero = $2 OR $2 IS NULL)
            AND (r.anno = $3 OR $3 IS NULL)
            AND (r.registered_at >= $4 OR $4 IS NULL)
            AND (r.registered_at < $5 OR $5 IS NULL)
            AND (EXISTS (SELECT 1 FROM pratica q WHERE q.ente_id = r.ente_id AND q.bozza_id = r.bozza_id AND q.search_key LIKE $6 ESCAPE '!') OR $6 IS NULL)
            AND (r.classificazione = $7 OR $7 IS NULL)
            AND (x.annulled_at IS NOT NULL OR NOT $8)"
    };
}

statements! {
    PAGE: VoceRow = [columns!()] ", count(*) OVER () AS total" [found!()] " ORDER BY r.registered_at DESC, r.anno DESC, r.numero DESC, r.aoo LIMIT $9 OFFSET $10";
    STEP: VoceRow = [columns!()] ", CAST(0 AS BIGINT) AS total" [found!()] " AND (r.aoo, r.anno, r.numero) > ($10, $11, $12) ORDER BY r.aoo, r.anno, r.numero LIMIT $9";
}

/// A page of the register.
pub async fn page(read: &mut Read, ente: EnteId, query: &ProtocolloQuery) -> Result<Vec<VoceRow>> {
    found(read, ente, query, (PAGE, &[&query.offset])).await
}

/// The next entries behind one (its register, year and number), in the order of their numbers, at most 500 and without
/// their total; `offset` counts not.
pub async fn step(
    read: &mut Read,
    ente: EnteId,
    query: &ProtocolloQuery,
    (aoo, anno, numero): (&str, i64, i64),
) -> Result<Vec<VoceRow>> {
    found(read, ente, query, (STEP, &[&aoo, &anno, &numero])).await
}

/// What a statement finds that begins behind a place.
async fn found(
    read: &mut Read,
    ente: EnteId,
    query: &ProtocolloQuery,
    (sql, place): (&'static str, Binds<'_>),
) -> Result<Vec<VoceRow>> {
    let like = query.text.as_deref().map(crate::coda::contains);
    let limit = query.limit.clamp(0, 500);
    let asked: Binds<'_> = &[
        &ente,
        &query.numero,
        &query.anno,
        &query.from,
        &query.until,
        &like,
        &query.classificazione,
        &query.annulled,
        &limit,
    ];
    read.fetch_all(sql, &[asked, place].concat()).await
}
