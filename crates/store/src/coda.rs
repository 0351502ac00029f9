//! The queue of the office: pages of pratiche by filter, the most urgent first, with counts.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{binds, error::Result, row, statements, tx::Read};

/// The states in which a pratica is over or still open; where they are fewer, one stands again.
pub(crate) const fn states(over: bool) -> [PraticaStatus; 8] {
    let [accepted, partly, rejected, withdrawn, annulled] = PraticaStatus::OVER;
    if over {
        [accepted, partly, rejected, withdrawn, annulled, annulled, annulled, annulled]
    } else {
        PraticaStatus::OPEN
    }
}

/// Which pratiche are asked for. `Default` is everything that waits for a decision.
#[derive(Clone, Debug, Default)]
pub struct CodaQuery {
    /// Those that are over (decided or withdrawn) instead of those that wait.
    pub closed: bool,
    /// Only those that nobody works on.
    pub unassigned: bool,
    /// Only those of one member of staff.
    pub assignee: Option<PersonaId>,
    /// Only those due by this day.
    pub due_by: Option<NaiveDate>,
    /// Part of a child's or applicant's name, folded like `search_key`; an alternative to `numero`.
    pub text: Option<String>,
    /// Number of a pratica.
    pub numero: Option<i64>,
    /// Year of the number.
    pub anno: Option<i64>,
    /// Rows to pass over.
    pub offset: i64,
    /// Rows to give, at most 500.
    pub limit: i64,
}

row! {
    /// A row of the queue.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CodaRow {
        /// The pratica.
        pub id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// Code of the modello.
        pub modello: String,
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
        /// Whether it is contested.
        pub contested: bool,
        /// Who works on it.
        pub assigned_to: Option<PersonaId>,
        /// Given name of who works on it.
        pub assegnatario_nome: Option<String>,
        /// Family name of who works on it.
        pub assegnatario_cognome: Option<String>,
        /// How many rows match in all.
        pub total: i64,
    }
}

row! {
    /// How many pratiche each saved filter holds.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CodaCounts {
        /// Waiting for a decision.
        pub open: i64,
        /// Waiting, and nobody works on it.
        pub unassigned: i64,
        /// Waiting, with the person who asks.
        pub mine: i64,
        /// Waiting, due by the day asked for.
        pub due_soon: i64,
        /// Decided or withdrawn.
        pub closed: i64,
    }
}

statements! {
    PAGE: CodaRow = "SELECT p.id, p.anno, p.numero, p.modello, p.hash, p.anno_scolastico, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome,
            p.received_at, p.due_on, p.status, p.contested, p.assigned_to, s.nome AS assegnatario_nome, s.cognome AS assegnatario_cognome,
            count(*) OVER () AS total
        FROM pratica p
        JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
        LEFT JOIN persona s ON s.ente_id = p.ente_id AND s.id = p.assigned_to
        WHERE p.ente_id = $1
            AND p.status IN ($2, $11, $12, $13, $14, $15, $16, $17)
            AND (p.assigned_to IS NULL OR NOT $3)
            AND (p.assigned_to = $4 OR $4 IS NULL)
            AND (p.due_on <= $5 OR $5 IS NULL)
            AND (p.search_key LIKE $6 ESCAPE '!' OR (p.numero = $7 AND (p.anno = $8 OR $8 IS NULL)) OR ($6 IS NULL AND $7 IS NULL))
        ORDER BY p.due_on, p.anno, p.numero LIMIT $9 OFFSET $10";
    COUNTS: CodaCounts = "SELECT count(*) FILTER (WHERE waits) AS open, count(*) FILTER (WHERE waits AND assigned_to IS NULL) AS unassigned,
            count(*) FILTER (WHERE waits AND assigned_to = $2) AS mine, count(*) FILTER (WHERE waits AND due_on <= $3) AS due_soon,
            count(*) FILTER (WHERE NOT waits) AS closed
        FROM (SELECT assigned_to, due_on, status IN ($4, $5, $6, $7, $8, $9, $10, $11) AS waits FROM pratica WHERE ente_id = $1) q";
}

/// A page of the queue.
pub async fn page(read: &mut Read, ente: EnteId, query: &CodaQuery) -> Result<Vec<CodaRow>> {
    let like = query.text.as_deref().map(contains);
    let limit = query.limit.clamp(0, 500);
    let [first, rest @ ..] = states(query.closed);
    let binds = binds![
        ente,
        first,
        query.unassigned,
        query.assignee,
        query.due_by,
        like,
        query.numero,
        query.anno,
        limit,
        query.offset,
        rest[0],
        rest[1],
        rest[2],
        rest[3],
        rest[4],
        rest[5],
        rest[6]
    ];
    read.fetch_all(PAGE, binds).await
}

/// How many pratiche each saved filter holds, for one member of staff; `due_by` is the last day that counts as soon.
pub async fn counts(read: &mut Read, ente: EnteId, mine: PersonaId, due_by: NaiveDate) -> Result<CodaCounts> {
    let [a, b, c, d, e, f, g, h] = PraticaStatus::OPEN;
    read.fetch_one(COUNTS, binds![ente, mine, due_by, a, b, c, d, e, f, g, h]).await
}

/// A LIKE pattern for a text anywhere, with `!` before what LIKE would read as its own.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}
