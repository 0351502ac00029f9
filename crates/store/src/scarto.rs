//! What is past its time: how long a kind is kept, what is proposed to be deleted, what an officer decided, what is gone.
//! What is put in place of the rest stands in [`crate::scarto_parti`].

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{EnteId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What goes.
    pub enum Kind {
        /// The files of a pratica that was rejected.
        Rejected = "allegati_respinte",
        /// What a pratica says of health and belief, certificates too, once the diet is over.
        Dieta = "dieta",
    }

    /// How far it is.
    pub enum Status {
        /// It waits for an officer.
        Proposed = "proposto",
        /// An officer keeps it, with a reason.
        Held = "trattenuto",
        /// An officer approved it.
        Approved = "approvato",
        /// It is gone.
        Done = "eseguito",
    }
}

row! {
    /// How long a kind is kept.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RegolaRow {
        /// Years.
        pub years: i64,
        /// The act that says so.
        pub atto: String,
        /// Since when the rule counts.
        pub at: DateTime<Utc>,
    }
}

row! {
    /// A proposal with the number of its pratica.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ScartoRow {
        /// Its key.
        pub id: Uuid,
        /// What goes.
        pub kind: Kind,
        /// Of which pratica.
        pub pratica_id: PraticaId,
        /// Year of the number of the pratica.
        pub anno: i64,
        /// Number of the pratica.
        pub numero: i64,
        /// The day from which the years ran.
        pub ended_on: NaiveDate,
        /// Years, when it was proposed.
        pub years: i64,
        /// The act behind the years; empty for the rule of the portal.
        pub atto: String,
        /// How far it is.
        pub status: Status,
        /// Grows with each change, from 1.
        pub version: i64,
        /// When it was proposed.
        pub proposed_at: DateTime<Utc>,
        /// When an officer decided.
        pub decided_at: Option<DateTime<Utc>>,
        /// Given name of the officer.
        pub nome: Option<String>,
        /// Family name of the officer.
        pub cognome: Option<String>,
        /// Why it is held back.
        pub motivo: Option<String>,
        /// When it was deleted.
        pub done_at: Option<DateTime<Utc>>,
        /// How many files went.
        pub files: Option<i64>,
    }
}

row! {
    /// A request about a diet whose end is not known without opening it.
    #[derive(Clone, Debug)]
    pub struct DietaEndRow {
        /// Its key.
        pub id: Uuid,
        /// The diet and its days, sealed at `dieta`, `sealed_dieta`.
        pub sealed_dieta: Sealed,
        /// The pratica with which it was asked for.
        pub pratica_id: PraticaId,
        /// Last day of the enrolment.
        pub al: NaiveDate,
    }
}

/// A proposal to make.
#[derive(Clone, Debug)]
pub struct NewScarto {
    /// Its key.
    pub id: Uuid,
    /// What goes.
    pub kind: Kind,
    /// Of which pratica.
    pub pratica_id: PraticaId,
    /// The day from which the years ran.
    pub ended_on: NaiveDate,
    /// Years.
    pub years: i64,
    /// The act behind them.
    pub atto: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A proposal with the number of its pratica and who decided; which one is what follows.
macro_rules! found {
    () => {
        "SELECT s.id, s.kind, s.pratica_id, p.anno, p.numero, s.ended_on, s.years, s.atto, s.status, s.version, s.proposed_at, s.decided_at, x.nome, x.cognome, s.motivo, s.done_at, s.files
        FROM scarto s JOIN pratica p ON p.ente_id = s.ente_id AND p.id = s.pratica_id
        LEFT JOIN persona x ON x.ente_id = s.ente_id AND x.id = s.decided_by
        WHERE s.ente_id = $1 AND"
    };
}

statements! {
    RULE: RegolaRow = "SELECT years, atto, at FROM scarto_regola WHERE ente_id = $1 AND kind = $2 ORDER BY at DESC, id DESC LIMIT 1";
    SET_RULE = "INSERT INTO scarto_regola (ente_id, id, kind, years, atto, by_persona, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    REJECTED: (PraticaId, DateTime<Utc>) = "SELECT p.id, p.decided_at FROM pratica p
        WHERE p.ente_id = $1 AND p.status = 'rigettata' AND p.decided_at < $2
            AND EXISTS (SELECT 1 FROM pratica_allegato f JOIN allegato a ON a.ente_id = f.ente_id AND a.id = f.allegato_id
                WHERE f.ente_id = p.ente_id AND f.pratica_id = p.id AND a.scan NOT IN ('infetto', 'scartato'))
            AND NOT EXISTS (SELECT 1 FROM scarto s WHERE s.ente_id = p.ente_id AND s.pratica_id = p.id AND s.kind = 'allegati_respinte')
        ORDER BY p.id LIMIT 200";
    ENROLLED: (PraticaId, NaiveDate) = "SELECT i.pratica_id, i.al FROM iscrizione i
        WHERE i.ente_id = $1 AND i.al < $2 AND (i.sealed_dieta IS NOT NULL OR EXISTS (SELECT 1 FROM integrazione g
                WHERE g.ente_id = i.ente_id AND g.pratica_id = i.pratica_id AND g.amended_art9))
            AND NOT EXISTS (SELECT 1 FROM scarto s WHERE s.ente_id = i.ente_id AND s.pratica_id = i.pratica_id AND s.kind = 'dieta')
        ORDER BY i.id LIMIT 200";
    DIETS: DietaEndRow = "SELECT d.id, d.sealed_dieta, d.pratica_id, i.al FROM dieta d
        JOIN iscrizione i ON i.ente_id = d.ente_id AND i.id = d.iscrizione_id
        WHERE d.ente_id = $1 AND d.id > $2
            AND NOT EXISTS (SELECT 1 FROM scarto s WHERE s.ente_id = d.ente_id AND s.pratica_id = d.pratica_id AND s.kind = 'dieta')
        ORDER BY d.id LIMIT 200";
    PROPOSE = "INSERT INTO scarto (ente_id, id, kind, pratica_id, ended_on, years, atto, status, version, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'proposto', 1, $8) ON CONFLICT (ente_id, pratica_id, kind) DO NOTHING";
    LIST: ScartoRow = [found!()] " s.status = $2 ORDER BY s.proposed_at DESC, s.id LIMIT 200";
    STEP: ScartoRow = [found!()] " s.id > $2 ORDER BY s.id LIMIT $3";
    COUNT: (i64,) = "SELECT count(*) FROM scarto WHERE ente_id = $1";
    BY_ID: ScartoRow = [found!()] " s.id = $2";
    DECIDE = "UPDATE scarto SET status = $4, decided_by = $5, decided_at = $6, motivo = $7, version = version + 1
        WHERE ente_id = $1 AND id = $2 AND version = $3 AND status IN ('proposto', 'trattenuto')";
    DONE = "UPDATE scarto SET status = 'eseguito', done_at = $3, files = $4, version = version + 1
        WHERE ente_id = $1 AND id = $2 AND status = 'approvato'";
    WANTED: (i64,) = "SELECT count(*) FROM pratica_allegato f
        WHERE f.ente_id = $1 AND f.allegato_id = $2 AND f.pratica_id <> $3
            AND NOT EXISTS (SELECT 1 FROM scarto s WHERE s.ente_id = f.ente_id AND s.pratica_id = f.pratica_id AND s.kind = $4 AND s.status IN ('approvato', 'eseguito'))";
}

/// The rule of a kind; none where the portal's holds.
pub async fn rule(read: &mut Read, ente: EnteId, kind: Kind) -> Result<Option<RegolaRow>> {
    read.fetch_optional(RULE, binds![ente, kind]).await
}

/// Sets the rule of a kind.
pub async fn set_rule(
    tx: &mut Tx,
    ente: EnteId,
    (id, kind): (Uuid, Kind),
    (years, atto): (i64, &str),
    (by, at): (PersonaId, DateTime<Utc>),
) -> Result<()> {
    tx.execute(SET_RULE, binds![ente, id, kind, years, atto, by, at]).await?;
    Ok(())
}

/// Rejected pratiche with files, decided before an instant, that nobody has proposed; at most 200.
pub async fn rejected(read: &mut Read, ente: EnteId, before: DateTime<Utc>) -> Result<Vec<(PraticaId, DateTime<Utc>)>> {
    read.fetch_all(REJECTED, binds![ente, before]).await
}

/// Enrolments with a diet, now or before their pratica was completed, that ended before a day, by their pratica, that nobody has proposed; at most 200.
pub async fn enrolled(read: &mut Read, ente: EnteId, before: NaiveDate) -> Result<Vec<(PraticaId, NaiveDate)>> {
    read.fetch_all(ENROLLED, binds![ente, before]).await
}

/// Requests about a diet that nobody has proposed, by key behind `after`, at most 200.
pub async fn diets(read: &mut Read, ente: EnteId, after: Uuid) -> Result<Vec<DietaEndRow>> {
    read.fetch_all(DIETS, binds![ente, after]).await
}

/// Proposes; false when the same was proposed before.
pub async fn propose(tx: &mut Tx, ente: EnteId, new: &NewScarto) -> Result<bool> {
    let binds = binds![ente, new.id, new.kind, new.pratica_id, new.ended_on, new.years, new.atto, new.at];
    Ok(tx.execute(PROPOSE, binds).await? == 1)
}

/// Those of a status, the latest first, at most 200.
pub async fn list(read: &mut Read, ente: EnteId, status: Status) -> Result<Vec<ScartoRow>> {
    read.fetch_all(LIST, binds![ente, status]).await
}

/// The next proposals behind one, in the order in which they were made, at most `limit` rows (500).
pub async fn step(read: &mut Read, ente: EnteId, after: Option<&ScartoRow>, limit: i64) -> Result<Vec<ScartoRow>> {
    let after = after.map_or(Uuid::nil(), |row| row.id);
    read.fetch_all(STEP, binds![ente, after, limit.clamp(0, 500)]).await
}

/// How many there are, whatever became of them.
pub async fn count(read: &mut Read, ente: EnteId) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(COUNT, binds![ente]).await?;
    Ok(count)
}

/// One proposal.
pub async fn by_id(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<ScartoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Decides one that waits or is held, at the version that was seen; false when it moved meanwhile.
pub async fn decide(
    tx: &mut Tx,
    ente: EnteId,
    (id, version): (Uuid, i64),
    (status, motivo): (Status, Option<&str>),
    (by, at): (PersonaId, DateTime<Utc>),
) -> Result<bool> {
    Ok(tx.execute(DECIDE, binds![ente, id, version, status, by, at, motivo]).await? == 1)
}

/// Notes that an approved one is gone; false when that was known.
pub async fn done(tx: &mut Tx, ente: EnteId, id: Uuid, at: DateTime<Utc>, files: i64) -> Result<bool> {
    Ok(tx.execute(DONE, binds![ente, id, at, files]).await? == 1)
}

/// Whether a file was filed with another pratica that still needs it.
pub async fn still_wanted(read: &mut Read, ente: EnteId, file: Uuid, pratica: PraticaId, kind: Kind) -> Result<bool> {
    let (count,): (i64,) = read.fetch_one(WANTED, binds![ente, file, pratica, kind]).await?;
    Ok(count > 0)
}
