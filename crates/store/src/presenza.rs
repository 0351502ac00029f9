//! Attendance: one live row per child, service and day; a correction keeps the row that it supersedes.
//!
//! A file is staged in chunks and switched in by one transaction. A day that an invoice has charged changes no more.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AlunnoId, DocumentoContabileId, EnteId, IscrizioneId, PersonaId},
    presenza::PresenzaState,
};
use uuid::Uuid;

use crate::{
    binds,
    error::{Error, Result},
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
};

/// Most lines of one [`stage`].
pub const CHUNK: usize = 100;
/// Most lines that [`charged`] names.
const NAMED: i64 = 100;

/// A line of a file of attendance, its child found.
#[derive(Clone, Debug)]
pub struct PresenzaLine {
    /// Line in the file, from 1.
    pub line: i64,
    /// Key of the row to make, version 7.
    pub id: Uuid,
    /// The child.
    pub alunno_id: AlunnoId,
    /// The day.
    pub data: NaiveDate,
    /// What the child did.
    pub stato: PresenzaState,
    /// When it was said.
    pub reported_at: Option<DateTime<Utc>>,
}

/// The file that is switched in.
#[derive(Clone, Debug)]
pub struct Switch {
    /// Its key.
    pub importazione: Uuid,
    /// Where it comes from: `file`.
    pub source: &'static str,
    /// Who brings it; nobody from the command line.
    pub by: Option<PersonaId>,
    /// When.
    pub at: DateTime<Utc>,
}

row! {
    /// A child who may be named in a file: enrolled in the service, from a day to a day.
    #[derive(Clone, Debug)]
    pub struct EnrolledRow {
        /// The enrolment: the key of the page.
        pub iscrizione_id: IscrizioneId,
        /// The child.
        pub alunno_id: AlunnoId,
        /// Codice fiscale.
        pub codice_fiscale: String,
        /// School.
        pub plesso: String,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
    }
}

row! {
    /// A day that no invoice has charged.
    #[derive(Clone, Debug)]
    pub struct GiornoRow {
        /// The enrolment that the day belongs to.
        pub iscrizione_id: IscrizioneId,
        /// The row of attendance.
        pub id: Uuid,
        /// The day.
        pub data: NaiveDate,
        /// What the child did.
        pub stato: PresenzaState,
    }
}

row! {
    /// How many days of a month have a state.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CountRow {
        /// The state.
        pub stato: PresenzaState,
        /// How many days of children.
        pub count: i64,
    }
}

statements! {
    STAGE = "INSERT INTO presenza_riga (ente_id, importazione_id, line, presenza_id, servizio, alunno_id, data, stato, reported_at, staged_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CHARGED: (i64,) = "SELECT r.line FROM presenza_riga r
        JOIN presenza p ON p.ente_id = r.ente_id AND p.servizio = r.servizio AND p.alunno_id = r.alunno_id AND p.data = r.data AND p.superseded_at IS NULL
        WHERE r.ente_id = $1 AND r.importazione_id = $2 AND p.documento_id IS NOT NULL AND p.stato <> r.stato ORDER BY r.line LIMIT $3";
    SUPERSEDE = "UPDATE presenza SET superseded_at = $3, superseded_by = $4
        WHERE ente_id = $1 AND id IN (SELECT p.id FROM presenza_riga r
            JOIN presenza p ON p.ente_id = r.ente_id AND p.servizio = r.servizio AND p.alunno_id = r.alunno_id AND p.data = r.data AND p.superseded_at IS NULL
            WHERE r.ente_id = $1 AND r.importazione_id = $2 AND p.documento_id IS NULL AND p.stato <> r.stato)";
    SWITCH = "INSERT INTO presenza (ente_id, id, servizio, alunno_id, data, stato, reported_at, source, importazione_id)
        SELECT ente_id, presenza_id, servizio, alunno_id, data, stato, reported_at, CAST($3 AS TEXT), importazione_id FROM presenza_riga
        WHERE ente_id = $1 AND importazione_id = $2
        ON CONFLICT (ente_id, servizio, alunno_id, data) WHERE superseded_at IS NULL DO NOTHING";
    CLEAR = "DELETE FROM presenza_riga WHERE ente_id = $1 AND importazione_id = $2";
    PURGE = "DELETE FROM presenza_riga WHERE ente_id = $1 AND staged_at <= $2";
    ENROLLED: EnrolledRow = "SELECT i.id AS iscrizione_id, i.alunno_id, a.codice_fiscale, i.plesso, i.dal, i.al FROM iscrizione i
        JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        WHERE i.ente_id = $1 AND i.id > $2 AND i.servizio = $3 AND i.al >= $4 AND a.codice_fiscale IS NOT NULL
        ORDER BY i.id LIMIT $5";
    UNCHARGED: GiornoRow = "SELECT i.id AS iscrizione_id, p.id, p.data, p.stato FROM iscrizione i
        JOIN presenza p ON p.ente_id = i.ente_id AND p.servizio = i.servizio AND p.alunno_id = i.alunno_id
            AND p.data >= i.dal AND p.data <= i.al AND p.superseded_at IS NULL AND p.documento_id IS NULL
        WHERE i.ente_id = $1 AND i.persona_id > $2 AND i.persona_id <= $3 AND i.servizio = $4 AND p.data <= $5
            AND p.stato IN ('presente', 'assente_fuori_termine', 'in_bianco', 'pasto_al_sacco')
        ORDER BY i.id, p.data";
    CHARGE = "UPDATE presenza SET documento_id = $2 WHERE ente_id = $1 AND servizio = $3 AND alunno_id = $4
        AND data >= $5 AND data <= $6 AND superseded_at IS NULL AND documento_id IS NULL
        AND stato IN ('presente', 'assente_fuori_termine', 'in_bianco', 'pasto_al_sacco')";
    RELEASE = "UPDATE presenza SET documento_id = NULL WHERE ente_id = $1 AND documento_id = $2";
    RELEASE_DAY = "UPDATE presenza SET documento_id = NULL WHERE ente_id = $1 AND documento_id = $2 AND data = $3";
    COUNTS: CountRow = "SELECT stato, count(*) AS count FROM presenza
        WHERE ente_id = $1 AND servizio = $2 AND data >= $3 AND data <= $4 AND superseded_at IS NULL GROUP BY stato ORDER BY stato";
}

/// Stages lines of a file, at most [`CHUNK`] at a time. `staged_at` is the same for the whole file.
///
/// # Errors
/// `Refused` for a longer chunk; `Unique` when a line, or a child's day, was staged before.
pub async fn stage(
    tx: &mut Tx,
    ente: EnteId,
    importazione: Uuid,
    servizio: &str,
    lines: &[PresenzaLine],
    staged_at: DateTime<Utc>,
) -> Result<()> {
    if lines.len() > CHUNK {
        return Err(Error::refused("a chunk of an import is too long"));
    }
    let rows: Vec<_> = lines.iter().map(|line| (ente, importazione, servizio, line, staged_at)).collect();
    let writes: Vec<_> = rows
        .iter()
        .map(|(ente, importazione, servizio, line, staged_at)| {
            let binds = binds![
                *ente,
                *importazione,
                line.line,
                line.id,
                *servizio,
                line.alunno_id,
                line.data,
                line.stato,
                line.reported_at,
                *staged_at
            ];
            Write::new(STAGE, binds)
        })
        .collect();
    flight::send(tx, &writes).await?;
    Ok(())
}

/// Lines of a staged file that would change a day which an invoice has charged; at most 100. Ask it in the transaction
/// of [`apply`].
pub async fn charged(read: &mut Read, ente: EnteId, importazione: Uuid) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = read.fetch_all(CHARGED, binds![ente, importazione, NAMED]).await?;
    Ok(rows.into_iter().map(|(line,)| line).collect())
}

/// Switches a staged file in; says how many rows are new. What is there already with the same state stays.
pub async fn apply(tx: &mut Tx, ente: EnteId, switch: &Switch) -> Result<u64> {
    tx.execute(SUPERSEDE, binds![ente, switch.importazione, switch.at, switch.by]).await?;
    let new = tx.execute(SWITCH, binds![ente, switch.importazione, switch.source]).await?;
    tx.execute(CLEAR, binds![ente, switch.importazione]).await?;
    Ok(new)
}

/// Throws a staged file away.
pub async fn discard(tx: &mut Tx, ente: EnteId, importazione: Uuid) -> Result<u64> {
    tx.execute(CLEAR, binds![ente, importazione]).await
}

/// Deletes what an interrupted import staged by `before`; says how many lines.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}

/// Children with a codice fiscale who are enrolled on `since` or later, by enrolment: a page behind `after`.
pub async fn enrolled(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    since: NaiveDate,
    after: IscrizioneId,
    limit: i64,
) -> Result<Vec<EnrolledRow>> {
    read.fetch_all(ENROLLED, binds![ente, after, servizio, since, limit]).await
}

/// Days to charge, up to `until`, of all enrolments of some payers: those behind `after` up to `last`.
pub async fn uncharged(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    after: PersonaId,
    last: PersonaId,
    until: NaiveDate,
) -> Result<Vec<GiornoRow>> {
    read.fetch_all(UNCHARGED, binds![ente, after, last, servizio, until]).await
}

/// Notes the invoice on the days of a child that it charges, from a day to a day; says how many there were. The caller
/// compares it with the invoice, in the same transaction.
pub async fn charge(
    tx: &mut Tx,
    ente: EnteId,
    servizio: &str,
    alunno: AlunnoId,
    (from, to): (NaiveDate, NaiveDate),
    documento: DocumentoContabileId,
) -> Result<u64> {
    tx.execute(CHARGE, binds![ente, documento, servizio, alunno, from, to]).await
}

/// Frees the days that an invoice charged: its credit note takes it back.
pub async fn release(tx: &mut Tx, ente: EnteId, documento: DocumentoContabileId) -> Result<u64> {
    tx.execute(RELEASE, binds![ente, documento]).await
}

/// Frees some of the days that an invoice charged: its credit note takes some of its lines back.
pub async fn release_days(
    tx: &mut Tx,
    ente: EnteId,
    documento: DocumentoContabileId,
    days: &[NaiveDate],
) -> Result<u64> {
    let rows: Vec<_> = days.iter().map(|day| (ente, documento, *day)).collect();
    let writes: Vec<_> =
        rows.iter().map(|(ente, documento, day)| Write::new(RELEASE_DAY, binds![*ente, *documento, *day])).collect();
    flight::send(tx, &writes).await
}

/// How many days of children have which state, from a day to a day. Reads what the ente has of the service: a report.
pub async fn counts(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<CountRow>> {
    read.fetch_all(COUNTS, binds![ente, servizio, from, to]).await
}
