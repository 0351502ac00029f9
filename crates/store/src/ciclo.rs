//! Runs: one per service and month, and what a run reads of payers and their enrolments, some payers at a time.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    fatturazione::{Modalita, Periodo},
    id::{AlunnoId, CicloId, EnteId, IscrizioneId, PersonaId},
};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// State of a run.
    pub enum CicloStatus {
        /// Nothing was reckoned yet.
        Open = "aperto",
        /// A preview was made, or issuing has begun.
        Calculated = "calcolato",
        /// Every invoice is issued.
        Issued = "emesso",
    }
}

row! {
    /// A run.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CicloRow {
        /// Its key.
        pub id: CicloId,
        /// Service: `mensa`.
        pub servizio: String,
        /// The month that it charges.
        pub periodo: Periodo,
        /// State.
        pub status: CicloStatus,
        /// Date of its invoices, once issuing has begun.
        pub emesso_il: Option<NaiveDate>,
        /// Day by which they are due.
        pub scadenza: Option<NaiveDate>,
        /// When it was opened.
        pub created_at: DateTime<Utc>,
        /// When the last invoice was issued.
        pub issued_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// An enrolment as a run needs it.
    #[derive(Clone, Debug)]
    pub struct IscrittoRow {
        /// The enrolment.
        pub id: IscrizioneId,
        /// The child.
        pub alunno_id: AlunnoId,
        /// Who pays.
        pub persona_id: PersonaId,
        /// The child's codice fiscale.
        pub codice_fiscale: Option<String>,
        /// The child's family name.
        pub cognome: String,
        /// The child's given name.
        pub nome: String,
        /// The child's date of birth.
        pub nascita: Option<NaiveDate>,
        /// Grade of the school.
        pub grado: String,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
        /// By which way it is paid.
        pub modalita_pagamento: Modalita,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// What its invoices came to, in cents.
        pub billed_cents: i64,
        /// How many there were.
        pub billed: i64,
    }
}

statements! {
    OPEN: CicloRow = "INSERT INTO ciclo_fatturazione (ente_id, id, servizio, periodo, status, created_at)
        VALUES ($1, $2, $3, $4, 'aperto', $5)
        ON CONFLICT (ente_id, servizio, periodo) DO UPDATE SET servizio = excluded.servizio
        RETURNING id, servizio, periodo, status, emesso_il, scadenza, created_at, issued_at";
    BY_ID: CicloRow = "SELECT id, servizio, periodo, status, emesso_il, scadenza, created_at, issued_at FROM ciclo_fatturazione
        WHERE ente_id = $1 AND id = $2";
    LATEST: CicloRow = "SELECT id, servizio, periodo, status, emesso_il, scadenza, created_at, issued_at FROM ciclo_fatturazione
        WHERE ente_id = $1 AND servizio = $2 ORDER BY periodo DESC LIMIT $3 OFFSET $4";
    CALCULATED = "UPDATE ciclo_fatturazione SET status = 'calcolato' WHERE ente_id = $1 AND id = $2 AND status = 'aperto'";
    BEGIN = "UPDATE ciclo_fatturazione SET status = 'calcolato', emesso_il = $3, scadenza = $4
        WHERE ente_id = $1 AND id = $2 AND status <> 'emesso' AND emesso_il IS NULL";
    FINISH = "UPDATE ciclo_fatturazione SET status = 'emesso', issued_at = $3
        WHERE ente_id = $1 AND id = $2 AND status = 'calcolato' AND emesso_il IS NOT NULL";
    PAYERS: (PersonaId,) = "SELECT DISTINCT persona_id FROM iscrizione
        WHERE ente_id = $1 AND persona_id > $2 AND servizio = $3 AND dal <= $4 ORDER BY persona_id LIMIT $5";
    ISCRITTI: IscrittoRow = "SELECT i.id, i.alunno_id, i.persona_id, a.codice_fiscale, a.cognome, a.nome, a.nascita, p.grado, i.dal, i.al, i.modalita_pagamento, i.created_at,
            CAST(coalesce(sum(d.total_cents), 0) AS BIGINT) AS billed_cents, count(d.id) AS billed
        FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        JOIN plesso p ON p.ente_id = i.ente_id AND p.codice = i.plesso
        LEFT JOIN documento_contabile d ON d.ente_id = i.ente_id AND d.iscrizione_id = i.id AND d.kind = 'fattura'
        WHERE i.ente_id = $1 AND i.persona_id > $2 AND i.persona_id <= $3 AND i.servizio = $4 AND i.dal <= $5
        GROUP BY i.id, i.alunno_id, i.persona_id, a.codice_fiscale, a.cognome, a.nome, a.nascita, p.grado, i.dal, i.al, i.modalita_pagamento, i.created_at
        ORDER BY i.id";
}

/// The run of a service and month; opened under `id` when there is none.
pub async fn open(
    tx: &mut Tx,
    ente: EnteId,
    id: CicloId,
    servizio: &str,
    periodo: Periodo,
    now: DateTime<Utc>,
) -> Result<CicloRow> {
    let periodo = periodo.stored();
    tx.fetch_one(OPEN, binds![ente, id, servizio, periodo, now]).await
}

/// A run.
pub async fn by_id(read: &mut Read, ente: EnteId, id: CicloId) -> Result<Option<CicloRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The runs of a service, the latest month first: a page (limit, offset).
pub async fn latest(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    (limit, offset): (i64, i64),
) -> Result<Vec<CicloRow>> {
    read.fetch_all(LATEST, binds![ente, servizio, limit, offset]).await
}

/// Notes that a preview was made; false when that was known.
pub async fn calculated(tx: &mut Tx, ente: EnteId, id: CicloId) -> Result<bool> {
    Ok(tx.execute(CALCULATED, binds![ente, id]).await? == 1)
}

/// Fixes the date of the invoices and their due date, once; false when issuing had begun before.
pub async fn begin(tx: &mut Tx, ente: EnteId, id: CicloId, emesso_il: NaiveDate, scadenza: NaiveDate) -> Result<bool> {
    Ok(tx.execute(BEGIN, binds![ente, id, emesso_il, scadenza]).await? == 1)
}

/// Notes that every invoice is issued; false when it was noted before, or issuing has not begun.
pub async fn finish(tx: &mut Tx, ente: EnteId, id: CicloId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(FINISH, binds![ente, id, now]).await? == 1)
}

/// People who pay for enrolments that began by `until`: a page behind `after`.
pub async fn payers(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    after: PersonaId,
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<PersonaId>> {
    let rows: Vec<(PersonaId,)> = read.fetch_all(PAYERS, binds![ente, after, servizio, until, limit]).await?;
    Ok(rows.into_iter().map(|(persona,)| persona).collect())
}

/// All enrolments, begun by `until`, of some payers: those behind `after` up to `last`.
pub async fn iscritti(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    after: PersonaId,
    last: PersonaId,
    until: NaiveDate,
) -> Result<Vec<IscrittoRow>> {
    read.fetch_all(ISCRITTI, binds![ente, after, last, servizio, until]).await
}
