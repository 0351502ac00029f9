//! Sample checks of declarations: the draws, what they draw from, the pratiche that were drawn and what their check found.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PersonaId, PraticaId},
};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    pratica::PraticaRow,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// Why a pratica is checked.
    pub enum Ground {
        /// It was drawn.
        Drawn = "sorteggio",
        /// What it says does not fit together.
        Inconsistent = "incongruenza",
    }

    /// What a check found.
    pub enum Outcome {
        /// What was declared is so.
        Confirmed = "conforme",
        /// What was declared is false.
        Refuted = "difforme",
        /// Something is wrong that is no falsehood: whoever declared it is told, and mends it.
        Mendable = "irregolarita_sanabile",
    }
}

row! {
    /// A draw.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CampioneRow {
        /// Its key.
        pub id: Uuid,
        /// Code of the modello; none for all of them.
        pub modello: Option<String>,
        /// First day of the decisions.
        pub dal: NaiveDate,
        /// Last day of the decisions.
        pub al: NaiveDate,
        /// Percentage that was drawn.
        pub percent: i64,
        /// The seed, in hexadecimal digits.
        pub seed: String,
        /// How many it was drawn from.
        pub population: i64,
        /// SHA-256 of their list, in hexadecimal digits.
        pub population_sha256: String,
        /// When.
        pub drawn_at: DateTime<Utc>,
        /// Given name of whoever drew.
        pub nome: String,
        /// Family name of whoever drew.
        pub cognome: String,
        /// How many are checked.
        pub chosen: i64,
        /// How many of them were not drawn, and do not fit together.
        pub added: i64,
        /// Of how many the outcome is known.
        pub checked: i64,
    }
}

row! {
    /// A pratica of a draw in its list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EstrattaRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Year of its number.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// Why it is checked.
        pub ground: Ground,
        /// What was found.
        pub outcome: Option<Outcome>,
        /// When.
        pub checked_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// A pratica of a draw, whole.
    #[derive(Clone, Debug)]
    pub struct VerificaRow {
        /// Year of its number.
        pub anno: i64,
        /// Its number.
        pub numero: i64,
        /// Hash of its document.
        pub hash: String,
        /// Its school year.
        pub anno_scolastico: AnnoScolastico,
        /// Its applicant.
        pub persona_id: PersonaId,
        /// Why it is checked.
        pub ground: Ground,
        /// What was found.
        pub outcome: Option<Outcome>,
        /// What was noted, sealed at `campione_pratica`, `sealed_note` with the key of the pratica.
        pub sealed_note: Option<Sealed>,
        /// When.
        pub checked_at: Option<DateTime<Utc>>,
        /// Given name of whoever checked it.
        pub nome: Option<String>,
        /// Family name of whoever checked it.
        pub cognome: Option<String>,
        /// Grows with each change, from 1.
        pub version: i64,
    }
}

row! {
    /// What the page of a pratica says of its check.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OfPratica {
        /// The draw.
        pub campione_id: Uuid,
        /// When.
        pub drawn_at: DateTime<Utc>,
        /// What was found.
        pub outcome: Option<Outcome>,
    }
}

/// A draw to keep.
#[derive(Clone, Debug)]
pub struct NewCampione {
    /// Its key.
    pub id: Uuid,
    /// What it is drawn from.
    pub scope: Scope,
    /// Percentage.
    pub percent: i64,
    /// The seed, in hexadecimal digits.
    pub seed: String,
    /// How many it was drawn from.
    pub population: i64,
    /// SHA-256 of their list, in hexadecimal digits.
    pub population_sha256: String,
    /// Their list.
    pub population_list: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who drew.
    pub by: PersonaId,
}

/// What a draw is drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Code of the modello; none for all of them.
    pub modello: Option<String>,
    /// First day of the decisions.
    pub dal: NaiveDate,
    /// Last day of the decisions.
    pub al: NaiveDate,
}

statements! {
    ACCEPTED: PraticaRow = "SELECT id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers, protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on, assigned_to, decided_at, decision_reason
        FROM pratica WHERE ente_id = $1 AND decided_at >= $2 AND decided_at < $3 AND (decided_at, id) > ($2, $4)
            AND status IN ('accolta', 'accolta_parziale') AND (modello = $5 OR $5 IS NULL)
        ORDER BY decided_at, id LIMIT 200";
    BEFORE: (Uuid,) = "SELECT id FROM campione WHERE ente_id = $1 AND al >= $2 AND dal <= $3
            AND (modello = $4 OR modello IS NULL OR $4 IS NULL) ORDER BY al DESC, id LIMIT 1";
    ADD = "INSERT INTO campione (ente_id, id, modello, dal, al, percent, seed, population, population_sha256, population_list, drawn_at, drawn_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    CHOOSE = "INSERT INTO campione_pratica (ente_id, pratica_id, campione_id, ground, version) VALUES ($1, $2, $3, $4, 1)";
    LIST: CampioneRow = "SELECT c.id, c.modello, c.dal, c.al, c.percent, c.seed, c.population, c.population_sha256, c.drawn_at, x.nome, x.cognome,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id) AS chosen,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id AND e.ground = 'incongruenza') AS added,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id AND e.outcome IS NOT NULL) AS checked
        FROM campione c JOIN persona x ON x.ente_id = c.ente_id AND x.id = c.drawn_by
        WHERE c.ente_id = $1 ORDER BY c.al DESC, c.id DESC LIMIT $2 OFFSET $3";
    BY_ID: CampioneRow = "SELECT c.id, c.modello, c.dal, c.al, c.percent, c.seed, c.population, c.population_sha256, c.drawn_at, x.nome, x.cognome,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id) AS chosen,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id AND e.ground = 'incongruenza') AS added,
            (SELECT count(*) FROM campione_pratica e WHERE e.ente_id = c.ente_id AND e.campione_id = c.id AND e.outcome IS NOT NULL) AS checked
        FROM campione c JOIN persona x ON x.ente_id = c.ente_id AND x.id = c.drawn_by
        WHERE c.ente_id = $1 AND c.id = $2";
    POPULATION: (String,) = "SELECT population_list FROM campione WHERE ente_id = $1 AND id = $2";
    PRATICHE: EstrattaRow = "SELECT e.pratica_id, p.anno, p.numero, e.ground, e.outcome, e.checked_at
        FROM campione_pratica e JOIN pratica p ON p.ente_id = e.ente_id AND p.id = e.pratica_id
        WHERE e.ente_id = $1 AND e.campione_id = $2 ORDER BY (e.outcome IS NOT NULL), p.anno, p.numero LIMIT $3 OFFSET $4";
    ONE: VerificaRow = "SELECT p.anno, p.numero, p.hash, p.anno_scolastico, p.persona_id, e.ground, e.outcome, e.sealed_note, e.checked_at, x.nome, x.cognome, e.version
        FROM campione_pratica e JOIN pratica p ON p.ente_id = e.ente_id AND p.id = e.pratica_id
        LEFT JOIN persona x ON x.ente_id = e.ente_id AND x.id = e.checked_by
        WHERE e.ente_id = $1 AND e.campione_id = $2 AND e.pratica_id = $3";
    OF_PRATICA: OfPratica = "SELECT e.campione_id, c.drawn_at, e.outcome
        FROM campione_pratica e JOIN campione c ON c.ente_id = e.ente_id AND c.id = e.campione_id
        WHERE e.ente_id = $1 AND e.pratica_id = $2";
    CHECK = "UPDATE campione_pratica SET outcome = $5, sealed_note = $6, checked_at = $7, checked_by = $8, version = version + 1
        WHERE ente_id = $1 AND campione_id = $2 AND pratica_id = $3 AND version = $4";
}

/// Pratiche that were accepted, also in part and also by silence, from an instant to before another one, by that instant
/// and their key; of those decided at the first instant only the ones behind `after`. At most 200.
pub async fn accepted(
    read: &mut Read,
    ente: EnteId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    after: PraticaId,
    modello: Option<&str>,
) -> Result<Vec<PraticaRow>> {
    read.fetch_all(ACCEPTED, binds![ente, from, until, after, modello]).await
}

/// A draw that has something in common with what is to be drawn from; the latest.
pub async fn before(read: &mut Read, ente: EnteId, scope: &Scope) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = read.fetch_optional(BEFORE, binds![ente, scope.dal, scope.al, scope.modello]).await?;
    Ok(found.map(|(id,)| id))
}

/// Keeps a draw.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewCampione) -> Result<()> {
    let scope = &new.scope;
    let binds = binds![
        ente,
        new.id,
        scope.modello,
        scope.dal,
        scope.al,
        new.percent,
        new.seed,
        new.population,
        new.population_sha256,
        new.population_list,
        new.at,
        new.by
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Puts a pratica among those that are checked.
pub async fn choose(tx: &mut Tx, ente: EnteId, campione: Uuid, pratica: PraticaId, ground: Ground) -> Result<()> {
    tx.execute(CHOOSE, binds![ente, pratica, campione, ground]).await?;
    Ok(())
}

/// The draws, the latest period first: a page (limit, offset).
pub async fn list(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<CampioneRow>> {
    read.fetch_all(LIST, binds![ente, limit, offset]).await
}

/// One draw.
pub async fn by_id(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<CampioneRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The list that a draw was drawn from, byte by byte as its digest was made.
pub async fn population(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> = read.fetch_optional(POPULATION, binds![ente, id]).await?;
    Ok(found.map(|(list,)| list))
}

/// The pratiche of a draw, those without outcome first, then by number.
pub async fn pratiche(
    read: &mut Read,
    ente: EnteId,
    id: Uuid,
    (limit, offset): (i64, i64),
) -> Result<Vec<EstrattaRow>> {
    read.fetch_all(PRATICHE, binds![ente, id, limit, offset]).await
}

/// One pratica of a draw.
pub async fn one(read: &mut Read, ente: EnteId, id: Uuid, pratica: PraticaId) -> Result<Option<VerificaRow>> {
    read.fetch_optional(ONE, binds![ente, id, pratica]).await
}

/// The check of a pratica, where it is in a draw.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<OfPratica>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// Writes down what a check found, at the version that was seen; false when somebody else did meanwhile.
pub async fn check(
    tx: &mut Tx,
    ente: EnteId,
    (id, pratica, version): (Uuid, PraticaId, i64),
    (outcome, note): (Outcome, Option<&Sealed>),
    (by, at): (PersonaId, DateTime<Utc>),
) -> Result<bool> {
    Ok(tx.execute(CHECK, binds![ente, id, pratica, version, outcome, note, at, by]).await? == 1)
}
