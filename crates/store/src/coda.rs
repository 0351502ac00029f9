//! The queue of the office: pages of pratiche by filter and order, with counts.
//!
//! Each order has an index that holds every column a filter asks about, so the rows themselves are read for one page only.
//! What matches is counted and paged up to [`MOST`] rows: no page costs more than one walk through an index.

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

/// Rows of one list that are counted and paged through. Where more match, the filters have to say more.
pub const MOST: i64 = 2_000;

/// In which order rows come. Rows that are equal in it come by their number, the sooner due first where it is not that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The sooner due first.
    #[default]
    Due,
    /// As they arrived: numbers are given in that order.
    Number,
    /// One modello after the other, by code.
    Modello,
    /// One state after the other, by stored word.
    Status,
    /// One member of staff after the other, beginning with nobody.
    Assignee,
}

/// Which pratiche are asked for. `Default` is every one.
#[derive(Clone, Debug, Default)]
pub struct CodaQuery {
    /// Only those in one of these states, at most 13; every state where it is empty.
    pub states: Vec<PraticaStatus>,
    /// Only those that nobody works on.
    pub unassigned: bool,
    /// Only those of one member of staff.
    pub assignee: Option<PersonaId>,
    /// Only those due by this day.
    pub due_by: Option<NaiveDate>,
    /// Only those whose registration the protocol system refuses.
    pub refused: bool,
    /// Only those of a modello, by code.
    pub modello: Option<String>,
    /// Only those for a school, by code.
    pub plesso: Option<String>,
    /// Only those received at this instant or later.
    pub received_from: Option<DateTime<Utc>>,
    /// Only those received before this instant.
    pub received_until: Option<DateTime<Utc>>,
    /// Part of a child's or applicant's name, folded like `search_key`; an alternative to `numero`.
    pub text: Option<String>,
    /// Number of a pratica.
    pub numero: Option<i64>,
    /// Year of the number.
    pub anno: Option<i64>,
    /// In which order.
    pub order: Order,
    /// From the end.
    pub down: bool,
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
        /// How many rows match, as far as they are counted: at most one more than [`MOST`].
        pub total: i64,
    }
}

row! {
    /// How many pratiche each saved filter holds, each counted up to one more than [`MOST`].
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
        /// The applicant was asked to complete it.
        pub awaiting: i64,
        /// The applicant answered a notice.
        pub observations: i64,
        /// The protocol system refuses to register it.
        pub refused: i64,
        /// Decided or withdrawn.
        pub closed: i64,
    }
}

/// The same text in each order. What is counted is found first, by an index alone. A CROSS JOIN keeps SQLite from beginning
/// with every pratica where few registrations are refused.
macro_rules! pages {
    ($($name:ident: $order:literal;)*) => {
        statements! {
            $($name: CodaRow = "WITH found AS MATERIALIZED (SELECT anno, numero, due_on, modello, status, assigned_to FROM pratica
                WHERE ente_id = $1
                    AND (status IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) OR $2 IS NULL)
                    AND (assigned_to IS NULL OR NOT $15)
                    AND (assigned_to = $16 OR $16 IS NULL)
                    AND (due_on <= $17 OR $17 IS NULL)
                    AND (modello = $18 OR $18 IS NULL)
                    AND (plesso = $19 OR $19 IS NULL)
                    AND (received_at >= $20 OR $20 IS NULL) AND (received_at < $21 OR $21 IS NULL)
                    AND (search_key LIKE $22 ESCAPE '!' OR (numero = $23 AND (anno = $24 OR $24 IS NULL)) OR ($22 IS NULL AND $23 IS NULL))
                    AND (NOT $25 OR (anno, numero) IN (SELECT q.anno, q.numero FROM protocollo_richiesta w
                        CROSS JOIN pratica q WHERE q.ente_id = w.ente_id AND q.bozza_id = w.bozza_id AND w.ente_id = $1 AND w.status = 'attesa' AND w.refusal IS NOT NULL))
                ORDER BY " $order " LIMIT $26)
            SELECT p.id, p.anno AS anno, p.numero AS numero, p.modello, p.hash, p.anno_scolastico, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome,
                p.received_at, p.due_on, p.status, p.contested, p.assigned_to, s.nome AS assegnatario_nome, s.cognome AS assegnatario_cognome,
                (SELECT count(*) FROM found) AS total
            FROM (SELECT anno, numero FROM found ORDER BY " $order " LIMIT $27 OFFSET $28) shown
            JOIN pratica p ON p.ente_id = $1 AND p.anno = shown.anno AND p.numero = shown.numero
            JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
            LEFT JOIN persona s ON s.ente_id = p.ente_id AND s.id = p.assigned_to
            ORDER BY " $order;)*
            COUNTS: CodaCounts = "SELECT
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status IN ($5, $6, $7, $8, $9, $10, $11, $12) LIMIT $4) q) AS open,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status IN ($5, $6, $7, $8, $9, $10, $11, $12) AND assigned_to IS NULL LIMIT $4) q) AS unassigned,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status IN ($5, $6, $7, $8, $9, $10, $11, $12) AND assigned_to = $2 LIMIT $4) q) AS mine,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status IN ($5, $6, $7, $8, $9, $10, $11, $12) AND due_on <= $3 LIMIT $4) q) AS due_soon,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status = 'richiesta_integrazioni' LIMIT $4) q) AS awaiting,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status = 'osservazioni' LIMIT $4) q) AS observations,
                (SELECT count(*) FROM (SELECT 1 FROM protocollo_richiesta w CROSS JOIN pratica p
                    WHERE p.ente_id = w.ente_id AND p.bozza_id = w.bozza_id AND w.ente_id = $1 AND w.status = 'attesa' AND w.refusal IS NOT NULL LIMIT $4) q) AS refused,
                (SELECT count(*) FROM (SELECT 1 FROM pratica WHERE ente_id = $1 AND status IN ($13, $14, $15, $16, $17) LIMIT $4) q) AS closed";
        }
    };
}

pages! {
    BY_DUE: "due_on, anno, numero";
    BY_DUE_DOWN: "due_on DESC, anno DESC, numero DESC";
    BY_NUMBER: "anno, numero";
    BY_NUMBER_DOWN: "anno DESC, numero DESC";
    BY_MODELLO: "modello, due_on, anno, numero";
    BY_MODELLO_DOWN: "modello DESC, due_on DESC, anno DESC, numero DESC";
    BY_STATUS: "status, due_on, anno, numero";
    BY_STATUS_DOWN: "status DESC, due_on DESC, anno DESC, numero DESC";
    BY_ASSIGNEE: "assigned_to NULLS FIRST, due_on, anno, numero";
    BY_ASSIGNEE_DOWN: "assigned_to DESC NULLS LAST, due_on DESC, anno DESC, numero DESC";
}

/// The text for an order.
const fn text_of(order: Order, down: bool) -> &'static str {
    match (order, down) {
        (Order::Due, false) => BY_DUE,
        (Order::Due, true) => BY_DUE_DOWN,
        (Order::Number, false) => BY_NUMBER,
        (Order::Number, true) => BY_NUMBER_DOWN,
        (Order::Modello, false) => BY_MODELLO,
        (Order::Modello, true) => BY_MODELLO_DOWN,
        (Order::Status, false) => BY_STATUS,
        (Order::Status, true) => BY_STATUS_DOWN,
        (Order::Assignee, false) => BY_ASSIGNEE,
        (Order::Assignee, true) => BY_ASSIGNEE_DOWN,
    }
}

/// A page of the queue.
pub async fn page(read: &mut Read, ente: EnteId, query: &CodaQuery) -> Result<Vec<CodaRow>> {
    let like = query.text.as_deref().map(contains);
    let (limit, counted) = (query.limit.clamp(0, 500), MOST + 1);
    // Places that are over name the first state again.
    let [a, b, c, d, e, f, g, h, i, j, k, l, m]: [Option<PraticaStatus>; 13] =
        std::array::from_fn(|at| query.states.get(at).or_else(|| query.states.first()).copied());
    let binds = binds![
        ente,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        j,
        k,
        l,
        m,
        query.unassigned,
        query.assignee,
        query.due_by,
        query.modello,
        query.plesso,
        query.received_from,
        query.received_until,
        like,
        query.numero,
        query.anno,
        query.refused,
        counted,
        limit,
        query.offset
    ];
    read.fetch_all(text_of(query.order, query.down), binds).await
}

/// How many pratiche each saved filter holds, for one member of staff; `due_by` is the last day that counts as soon.
pub async fn counts(read: &mut Read, ente: EnteId, mine: PersonaId, due_by: NaiveDate) -> Result<CodaCounts> {
    let [a, b, c, d, e, f, g, h] = PraticaStatus::OPEN;
    let [i, j, k, l, m] = PraticaStatus::OVER;
    read.fetch_one(COUNTS, binds![ente, mine, due_by, MOST + 1, a, b, c, d, e, f, g, h, i, j, k, l, m]).await
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
