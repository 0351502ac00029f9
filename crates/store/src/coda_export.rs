//! The queue as a table: the same filters as its pages, read step by step in the order of the numbers.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{anno_scolastico::AnnoScolastico, id::EnteId, pratica::PraticaStatus};

use crate::{
    bind::Bind,
    coda::{CodaQuery, contains},
    error::Result,
    row, statements,
    tx::Read,
};

row! {
    /// A pratica of the table.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CodaExportRow {
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// Hash of its document.
        pub hash: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// The child's name.
        pub alunno: String,
        /// Applicant's given name.
        pub richiedente_nome: String,
        /// Applicant's family name.
        pub richiedente_cognome: String,
        /// When it was received.
        pub received_at: DateTime<Utc>,
        /// Last day for the answer.
        pub due_on: NaiveDate,
        /// State.
        pub status: PraticaStatus,
        /// Year of the protocol number.
        pub protocollo_anno: Option<i64>,
        /// Protocol number.
        pub protocollo_numero: Option<i64>,
        /// Given name of who works on it.
        pub assegnatario_nome: Option<String>,
        /// Family name of who works on it.
        pub assegnatario_cognome: Option<String>,
    }
}

/// What the filters of the queue leave, after a number.
macro_rules! found {
    ($($name:ident: $row:ty = $head:literal, $tail:literal;)*) => {
        statements! {
            $($name: $row = $head "
        WHERE p.ente_id = $1
            AND (p.status IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) OR $2 IS NULL)
            AND (p.assigned_to IS NULL OR NOT $15)
            AND (p.assigned_to = $16 OR $16 IS NULL)
            AND (p.due_on <= $17 OR $17 IS NULL)
            AND (p.modello = $18 OR $18 IS NULL)
            AND (p.plesso = $19 OR $19 IS NULL)
            AND (p.received_at >= $20 OR $20 IS NULL) AND (p.received_at < $21 OR $21 IS NULL)
            AND (p.search_key LIKE $22 ESCAPE '!' OR (p.numero = $23 AND (p.anno = $24 OR $24 IS NULL)) OR ($22 IS NULL AND $23 IS NULL))
            AND (NOT $25 OR EXISTS (SELECT 1 FROM protocollo_richiesta w
                WHERE w.ente_id = p.ente_id AND w.bozza_id = p.bozza_id AND w.status = 'attesa' AND w.refusal IS NOT NULL))
            AND (p.anno, p.numero) > ($26, $27) " $tail;)*
        }
    };
}

found! {
    STEP: CodaExportRow = "SELECT p.anno, p.numero, p.hash, p.anno_scolastico, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome,
            p.received_at, p.due_on, p.status, p.protocollo_anno, p.protocollo_numero, s.nome AS assegnatario_nome, s.cognome AS assegnatario_cognome
        FROM pratica p
        JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
        LEFT JOIN persona s ON s.ente_id = p.ente_id AND s.id = p.assigned_to", "ORDER BY p.anno, p.numero LIMIT $28";
    COUNT: (i64,) = "SELECT count(*) FROM pratica p", "";
}

/// The next rows after a number (year and number), at most 500. Of the query everything but its page and order counts.
pub async fn step(
    read: &mut Read,
    ente: EnteId,
    query: &CodaQuery,
    after: (i64, i64),
    rows: i64,
) -> Result<Vec<CodaExportRow>> {
    let rows = rows.clamp(0, 500);
    let filters = Filters::of(ente, query, after);
    let mut binds = filters.binds();
    binds.push(&rows);
    read.fetch_all(STEP, &binds).await
}

/// How many rows there are in all.
pub async fn count(read: &mut Read, ente: EnteId, query: &CodaQuery) -> Result<i64> {
    let filters = Filters::of(ente, query, (0, 0));
    let (rows,): (i64,) = read.fetch_one(COUNT, &filters.binds()).await?;
    Ok(rows)
}

/// The values of the filters, in the order of their places.
struct Filters<'q> {
    ente: EnteId,
    query: &'q CodaQuery,
    states: [Option<PraticaStatus>; 13],
    like: Option<String>,
    after: (i64, i64),
}

impl<'q> Filters<'q> {
    fn of(ente: EnteId, query: &'q CodaQuery, after: (i64, i64)) -> Self {
        // Places that are over name the first state again.
        let states = std::array::from_fn(|at| query.states.get(at).or_else(|| query.states.first()).copied());
        Self { ente, query, states, like: query.text.as_deref().map(contains), after }
    }

    fn binds(&self) -> Vec<&dyn Bind> {
        // Every filter is named here, so that one which the pages learn is not forgotten by the table.
        let CodaQuery {
            states: _,
            unassigned,
            assignee,
            due_by,
            refused,
            modello,
            plesso,
            received_from,
            received_until,
            text: _,
            numero,
            anno,
            order: _,
            down: _,
            offset: _,
            limit: _,
        } = self.query;
        let mut all: Vec<&dyn Bind> = vec![&self.ente];
        all.extend(self.states.iter().map(|state| state as &dyn Bind));
        let rest: [&dyn Bind; 13] = [
            unassigned,
            assignee,
            due_by,
            modello,
            plesso,
            received_from,
            received_until,
            &self.like,
            numero,
            anno,
            refused,
            &self.after.0,
            &self.after.1,
        ];
        all.extend(rest);
        all
    }
}
