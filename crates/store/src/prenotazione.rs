//! The order of arrival where places are few: each pratica, filed in the days before, takes the next rank of its modello
//! and school year.
//!
//! Whether booking is open is the caller's question; who stands before whom is decided here, once, by one counter.
//! When places are booked and how many there are is what the latest version says, whichever version was filed.

use chrono::{DateTime, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{BozzaId, EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    audit::AuditRow,
    binds, contatore,
    error::Result,
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A pratica of a filing, with what is said of its places and with its rank, if it took one.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PlaceRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// The child's name.
        pub alunno: String,
        /// Its state.
        pub status: PraticaStatus,
        /// Hash of the document that was filed.
        pub hash: String,
        /// Code of the modello.
        pub modello: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// First instant of booking; none where places are not booked.
        pub book_from: Option<DateTime<Utc>>,
        /// First instant at which nothing can be done any more.
        pub closes_at: DateTime<Utc>,
        /// When the version was withdrawn.
        pub withdrawn_at: Option<DateTime<Utc>>,
        /// How many places there are, where they are few.
        pub posti: Option<i64>,
        /// Its rank in the order of arrival, from 1.
        pub ordine: Option<i64>,
        /// When it took it.
        pub booked_at: Option<DateTime<Utc>>,
        /// Its points, where places go by criteria.
        pub punti: Option<i64>,
        /// Whether it enrolled a child and that ended before its time.
        pub ceased: bool,
    }
}

impl PlaceRow {
    /// Whether it still waits for its rank: a decided or withdrawn pratica takes none.
    pub fn waits(&self) -> bool {
        self.ordine.is_none() && !self.status.is_final()
    }
}

row! {
    /// A filing with a pratica that can still take a rank.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FiledRow {
        /// The filing.
        pub bozza_id: BozzaId,
        /// Calendar year of its numbers.
        pub anno: i64,
        /// The lowest of its numbers.
        pub numero: i64,
    }
}

row! {
    /// A pratica in the order of arrival, for the office.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OrdineRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// The child's name.
        pub alunno: String,
        /// Applicant's given name.
        pub richiedente_nome: String,
        /// Applicant's family name.
        pub richiedente_cognome: String,
        /// Its state.
        pub status: PraticaStatus,
        /// Its rank in the order of arrival, from 1.
        pub ordine: i64,
        /// When it took it.
        pub booked_at: DateTime<Utc>,
        /// How many before it gave up.
        pub gone: i64,
        /// How many behind it were accepted, while it is on the waiting list.
        pub jumped: i64,
        /// Whether it enrolled a child and that ended before its time.
        pub ceased: bool,
    }
}

row! {
    /// A modello and school year with few places.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OffertaRow {
        /// Code of the modello.
        pub modello: String,
        /// School year that it is for.
        pub anno_scolastico: AnnoScolastico,
        /// Hash of the document of the latest version.
        pub hash: String,
        /// First instant of booking; none where places go by criteria.
        pub book_from: Option<DateTime<Utc>>,
        /// How many places there are.
        pub posti: i64,
        /// How many booked.
        pub booked: i64,
        /// How many filed, whether they booked or not.
        pub filed: i64,
    }
}

/// Added to a place: those of the modello and year who were accepted without a rank.
macro_rules! accepted_without_rank {
    () => {
        " + (SELECT count(*) FROM pratica q WHERE q.ente_id = $1 AND q.modello = $2 AND q.anno_scolastico = $3 AND q.status IN ('accolta', 'accolta_parziale')
            AND NOT EXISTS (SELECT 1 FROM prenotazione z WHERE z.ente_id = q.ente_id AND z.pratica_id = q.id)
            AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = q.ente_id AND i.pratica_id = q.id AND i.status = 'cessata'))"
    };
}
pub(crate) use accepted_without_rank;

statements! {
    OF_BOZZA: PlaceRow = "SELECT p.id AS pratica_id, p.anno, p.numero, p.alunno, p.status, p.hash, p.modello, p.anno_scolastico, m.book_from, m.closes_at, m.withdrawn_at, m.posti, o.ordine, o.booked_at, g.punti,
            EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = p.ente_id AND i.pratica_id = p.id AND i.status = 'cessata') AS ceased
        FROM pratica p JOIN modello_publication m ON m.ente_id = p.ente_id AND m.code = p.modello AND m.version =
            (SELECT n.version FROM modello_publication n WHERE n.ente_id = p.ente_id AND n.code = p.modello AND n.anno_scolastico = p.anno_scolastico
                ORDER BY n.withdrawn_at IS NOT NULL, n.version DESC LIMIT 1)
        LEFT JOIN prenotazione o ON o.ente_id = p.ente_id AND o.pratica_id = p.id
        LEFT JOIN graduatoria g ON g.ente_id = p.ente_id AND g.pratica_id = p.id
        WHERE p.ente_id = $1 AND p.bozza_id = $2 AND p.persona_id = $3 ORDER BY p.anno, p.numero";
    OF_PRATICA: PlaceRow = "SELECT p.id AS pratica_id, p.anno, p.numero, p.alunno, p.status, p.hash, p.modello, p.anno_scolastico, m.book_from, m.closes_at, m.withdrawn_at, m.posti, o.ordine, o.booked_at, g.punti,
            EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = p.ente_id AND i.pratica_id = p.id AND i.status = 'cessata') AS ceased
        FROM pratica p JOIN modello_publication m ON m.ente_id = p.ente_id AND m.code = p.modello AND m.version =
            (SELECT n.version FROM modello_publication n WHERE n.ente_id = p.ente_id AND n.code = p.modello AND n.anno_scolastico = p.anno_scolastico
                ORDER BY n.withdrawn_at IS NOT NULL, n.version DESC LIMIT 1)
        LEFT JOIN prenotazione o ON o.ente_id = p.ente_id AND o.pratica_id = p.id
        LEFT JOIN graduatoria g ON g.ente_id = p.ente_id AND g.pratica_id = p.id
        WHERE p.ente_id = $1 AND p.id = $2 AND m.posti IS NOT NULL";
    OF_PERSONA: FiledRow = "SELECT p.bozza_id, p.anno, min(p.numero) AS numero FROM pratica p
        LEFT JOIN prenotazione o ON o.ente_id = p.ente_id AND o.pratica_id = p.id
        WHERE p.ente_id = $1 AND p.persona_id = $2 AND p.modello = $3 AND p.anno_scolastico = $4 AND o.ordine IS NULL
        AND p.status IN ($5, $6, $7, $8, $9, $10, $11, $12) GROUP BY p.bozza_id, p.anno ORDER BY p.anno, numero LIMIT 20";
    // Those who gave up stand before nobody. They are few and have an index of their own, and so do the enrolments that
    // ended before their time.
    GONE: (i64,) = "SELECT (SELECT count(*) FROM pratica p JOIN prenotazione o ON o.ente_id = p.ente_id AND o.pratica_id = p.id
            WHERE p.ente_id = $1 AND p.modello = $2 AND p.anno_scolastico = $3
            AND p.status IN ('rigettata', 'ritirata', 'annullata') AND o.ordine < $4)
        + (SELECT count(*) FROM iscrizione i JOIN prenotazione o ON o.ente_id = i.ente_id AND o.pratica_id = i.pratica_id
            WHERE i.ente_id = $1 AND i.anno_scolastico = $3 AND i.status = 'cessata' AND o.modello = $2 AND o.ordine < $4)";
    JUMPED: (i64,) = "SELECT (SELECT count(*) FROM prenotazione g JOIN pratica q ON q.ente_id = g.ente_id AND q.id = g.pratica_id
            WHERE g.ente_id = $1 AND g.modello = $2 AND g.anno_scolastico = $3 AND g.ordine > $4 AND q.status IN ('accolta', 'accolta_parziale')
            AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = q.ente_id AND i.pratica_id = q.id AND i.status = 'cessata'))" [accepted_without_rank!()] "";
    TAKEN: (i64,) = "SELECT coalesce(max(ordine), 0) FROM prenotazione WHERE ente_id = $1 AND modello = $2 AND anno_scolastico = $3";
    ORDER: OrdineRow = "SELECT p.id AS pratica_id, p.anno, p.numero, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome, p.status, o.ordine, o.booked_at,
            (SELECT count(*) FROM pratica q JOIN prenotazione g ON g.ente_id = q.ente_id AND g.pratica_id = q.id
                WHERE q.ente_id = $1 AND q.modello = $2 AND q.anno_scolastico = $3
                AND q.status IN ('rigettata', 'ritirata', 'annullata') AND g.ordine < o.ordine)
            + (SELECT count(*) FROM iscrizione i JOIN prenotazione g ON g.ente_id = i.ente_id AND g.pratica_id = i.pratica_id
                WHERE i.ente_id = $1 AND i.anno_scolastico = $3 AND i.status = 'cessata' AND g.modello = $2 AND g.ordine < o.ordine) AS gone,
            CASE WHEN p.status <> 'lista_attesa' THEN 0 ELSE (SELECT count(*) FROM prenotazione g JOIN pratica q ON q.ente_id = g.ente_id AND q.id = g.pratica_id
                WHERE g.ente_id = $1 AND g.modello = $2 AND g.anno_scolastico = $3 AND g.ordine > o.ordine AND q.status IN ('accolta', 'accolta_parziale')
                AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = q.ente_id AND i.pratica_id = q.id AND i.status = 'cessata'))" [accepted_without_rank!()] " END AS jumped,
            EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = p.ente_id AND i.pratica_id = p.id AND i.status = 'cessata') AS ceased
        FROM prenotazione o JOIN pratica p ON p.ente_id = o.ente_id AND p.id = o.pratica_id
        JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
        WHERE o.ente_id = $1 AND o.modello = $2 AND o.anno_scolastico = $3 AND o.ordine > $4 ORDER BY o.ordine LIMIT $5";
    OFFERS: OffertaRow = "SELECT m.code AS modello, m.anno_scolastico, m.hash, m.book_from, m.posti,
            (SELECT count(*) FROM prenotazione o WHERE o.ente_id = m.ente_id AND o.modello = m.code AND o.anno_scolastico = m.anno_scolastico) AS booked,
            (SELECT count(*) FROM pratica p WHERE p.ente_id = m.ente_id AND p.modello = m.code AND p.anno_scolastico = m.anno_scolastico) AS filed
        FROM modello_publication m WHERE m.ente_id = $1 AND m.posti IS NOT NULL AND m.version =
            (SELECT n.version FROM modello_publication n WHERE n.ente_id = $1 AND n.code = m.code AND n.anno_scolastico = m.anno_scolastico
                ORDER BY n.withdrawn_at IS NOT NULL, n.version DESC LIMIT 1)
        ORDER BY coalesce(m.book_from, m.opens_at) DESC, m.code, m.anno_scolastico LIMIT $2 OFFSET $3";
    BOOK = "INSERT INTO prenotazione (ente_id, pratica_id, modello, anno_scolastico, ordine, booked_at) VALUES ($1, $2, $3, $4, $5, $6)";
    BROKEN: (String, AnnoScolastico) = "SELECT modello, anno_scolastico FROM prenotazione WHERE ente_id = $1
        GROUP BY modello, anno_scolastico HAVING count(*) <> max(ordine) ORDER BY modello, anno_scolastico";
}

/// The pratiche of a filing of the person, in the order of their numbers.
pub async fn of_bozza(read: &mut Read, ente: EnteId, persona: PersonaId, bozza: BozzaId) -> Result<Vec<PlaceRow>> {
    read.fetch_all(OF_BOZZA, binds![ente, bozza, persona]).await
}

/// One pratica of a modello with few places. Whether the caller may see it was asked before.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<PlaceRow>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// The filings of a person (at most 20) with a pratica that can still take a rank.
pub async fn of_persona(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    (modello, anno): (&str, AnnoScolastico),
) -> Result<Vec<FiledRow>> {
    let [a, b, c, d, e, f, g, h] = PraticaStatus::OPEN;
    read.fetch_all(OF_PERSONA, binds![ente, persona, modello, anno, a, b, c, d, e, f, g, h]).await
}

/// How many of those before the rank `ordine` gave up.
pub async fn gone(read: &mut Read, ente: EnteId, modello: &str, anno: AnnoScolastico, ordine: i64) -> Result<i64> {
    let (gone,): (i64,) = read.fetch_one(GONE, binds![ente, modello, anno, ordine]).await?;
    Ok(gone)
}

/// How many behind the rank `ordine`, or without one, were accepted: their places are given, though others come first.
pub async fn jumped(read: &mut Read, ente: EnteId, modello: &str, anno: AnnoScolastico, ordine: i64) -> Result<i64> {
    let (jumped,): (i64,) = read.fetch_one(JUMPED, binds![ente, modello, anno, ordine]).await?;
    Ok(jumped)
}

/// The last rank given, 0 before the first.
pub async fn taken(read: &mut Read, ente: EnteId, modello: &str, anno: AnnoScolastico) -> Result<i64> {
    let (taken,): (i64,) = read.fetch_one(TAKEN, binds![ente, modello, anno]).await?;
    Ok(taken)
}

/// The order of arrival behind the rank `after`, at most `limit` rows (500).
pub async fn order(
    read: &mut Read,
    ente: EnteId,
    (modello, anno): (&str, AnnoScolastico),
    after: i64,
    limit: i64,
) -> Result<Vec<OrdineRow>> {
    read.fetch_all(ORDER, binds![ente, modello, anno, after, limit.clamp(0, 500)]).await
}

/// What has few places, the latest opening first: a page (limit, offset) of at most 500 rows.
pub async fn offers(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<OffertaRow>> {
    read.fetch_all(OFFERS, binds![ente, limit.clamp(0, 500), offset]).await
}

/// Gives the next ranks to the rows that wait, in their order, at the instant of the deed, which is written down with
/// them. All rows are of one filing.
pub async fn book(tx: &mut Tx, ente: EnteId, rows: &[PlaceRow], deed: &AuditRow) -> Result<()> {
    let waiting: Vec<&PlaceRow> = rows.iter().filter(|row| row.waits()).collect();
    let Some(first) = waiting.first() else { return Ok(()) };
    let (serie, year) = (format!("posti:{}", first.modello), i64::from(first.anno_scolastico.first_year()));
    let count = i64::try_from(waiting.len()).expect("a filing has far fewer rows than 2^63");
    let lowest = contatore::next_block(tx, ente, &serie, year, count).await?;
    let ranks: Vec<i64> = (lowest..lowest + count).collect();
    let mut writes: Vec<Write<'_>> = waiting
        .iter()
        .zip(&ranks)
        .map(|(row, ordine)| {
            Write::new(BOOK, binds![ente, row.pratica_id, row.modello, row.anno_scolastico, *ordine, deed.at])
        })
        .collect();
    writes.push(deed.write(&ente));
    flight::send(tx, &writes).await?;
    Ok(())
}

/// Code and school year of every order with a gap. Empty is right.
pub async fn broken(read: &mut Read, ente: EnteId) -> Result<Vec<(String, AnnoScolastico)>> {
    read.fetch_all(BROKEN, binds![ente]).await
}
