//! Proposte: changes that wait for a second person, and the acts by which an ente goes without one. What a change means
//! is decided elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, PersonaId, PropostaId};
use uuid::Uuid;

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What a proposta changes.
    pub enum PropostaKind {
        /// The accounts on which the ente collects, and its codes at pagoPA and at the bank.
        Conti = "conti",
        /// The series of the numbers of invoices.
        Numerazione = "numerazione",
        /// The tariffs of a service.
        Tariffe = "tariffe",
    }

    /// How far a proposta is.
    pub enum PropostaStatus {
        /// Waits for a second person.
        Waiting = "in_attesa",
        /// Confirmed: it took effect.
        Confirmed = "confermata",
        /// A second person said no.
        Refused = "respinta",
        /// Whoever proposed it took it back.
        Withdrawn = "ritirata",
        /// Nobody answered in time.
        Expired = "scaduta",
    }
}

/// A proposta to write.
#[derive(Clone, Debug)]
pub struct NewProposta {
    /// Its key, version 7.
    pub id: PropostaId,
    /// What it changes.
    pub kind: PropostaKind,
    /// What stands now.
    pub before: Value,
    /// What would stand.
    pub after: Value,
    /// SHA-256 of the canonical JSON of what it changes, as it stands now.
    pub base_sha256: String,
    /// Who proposes.
    pub proposed_by: PersonaId,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// From when on nobody can confirm it any more.
    pub expires_at: DateTime<Utc>,
}

row! {
    /// A proposta with the names of its people.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PropostaRow {
        /// Its key.
        pub id: PropostaId,
        /// What it changes.
        pub kind: PropostaKind,
        /// What stood when it was proposed.
        pub before: Json<Value>,
        /// What would stand.
        pub after: Json<Value>,
        /// SHA-256 of what it changes, as it stood.
        pub base_sha256: String,
        /// How far it is.
        pub status: PropostaStatus,
        /// Who proposed.
        pub proposed_by: PersonaId,
        /// Given name of who proposed.
        pub proposed_nome: String,
        /// Family name of who proposed.
        pub proposed_cognome: String,
        /// When.
        pub proposed_at: DateTime<Utc>,
        /// From when on nobody can confirm it.
        pub expires_at: DateTime<Utc>,
        /// Given name of who decided; nobody for one that expired.
        pub decided_nome: Option<String>,
        /// Family name of who decided.
        pub decided_cognome: Option<String>,
        /// When it was decided.
        pub decided_at: Option<DateTime<Utc>>,
        /// Why it was refused or withdrawn.
        pub motivo: Option<String>,
    }
}

row! {
    /// An act by which an ente goes without a second person, or comes back to one.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ControlloRow {
        /// Whether a second person is needed since.
        pub active: bool,
        /// Kind and number of the act: "Determina n. 41".
        pub atto: String,
        /// Its date.
        pub atto_date: NaiveDate,
        /// Given name of who recorded it.
        pub nome: String,
        /// Family name of who recorded it.
        pub cognome: String,
        /// When.
        pub at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO proposta (ente_id, id, kind, before, after, base_sha256, status, proposed_by, proposed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'in_attesa', $7, $8, $9)";
    WAITING: (i64,) = "SELECT count(*) FROM proposta WHERE ente_id = $1 AND status = 'in_attesa'";
    FIND: PropostaRow = "SELECT r.id, r.kind, r.before, r.after, r.base_sha256, r.status, r.proposed_by, p.nome AS proposed_nome, p.cognome AS proposed_cognome, r.proposed_at, r.expires_at, d.nome AS decided_nome, d.cognome AS decided_cognome, r.decided_at, r.motivo
        FROM proposta r JOIN persona p ON p.ente_id = r.ente_id AND p.id = r.proposed_by
        LEFT JOIN persona d ON d.ente_id = r.ente_id AND d.id = r.decided_by
        WHERE r.ente_id = $1 AND r.id = $2";
    LATEST: PropostaRow = "SELECT r.id, r.kind, r.before, r.after, r.base_sha256, r.status, r.proposed_by, p.nome AS proposed_nome, p.cognome AS proposed_cognome, r.proposed_at, r.expires_at, d.nome AS decided_nome, d.cognome AS decided_cognome, r.decided_at, r.motivo
        FROM proposta r JOIN persona p ON p.ente_id = r.ente_id AND p.id = r.proposed_by
        LEFT JOIN persona d ON d.ente_id = r.ente_id AND d.id = r.decided_by
        WHERE r.ente_id = $1 ORDER BY r.proposed_at DESC, r.id LIMIT $2 OFFSET $3";
    DECIDE = "UPDATE proposta SET status = $3, decided_by = $4, decided_at = $5, motivo = $6
        WHERE ente_id = $1 AND id = $2 AND status = 'in_attesa'";
    EXPIRE = "UPDATE proposta SET status = 'scaduta', decided_at = $2
        WHERE ente_id = $1 AND status = 'in_attesa' AND expires_at <= $2";
    SET_CONTROLLO = "INSERT INTO secondo_controllo (ente_id, id, active, atto, atto_date, by_persona, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CONTROLLO: ControlloRow = "SELECT c.active, c.atto, c.atto_date, p.nome, p.cognome, c.at
        FROM secondo_controllo c JOIN persona p ON p.ente_id = c.ente_id AND p.id = c.by_persona
        WHERE c.ente_id = $1 ORDER BY c.at DESC, c.id DESC LIMIT 1";
}

/// Writes a proposta: it waits.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewProposta) -> Result<()> {
    let (before, after) = (Json(new.before.clone()), Json(new.after.clone()));
    let binds = binds![
        ente,
        new.id,
        new.kind,
        before,
        after,
        new.base_sha256,
        new.proposed_by,
        new.proposed_at,
        new.expires_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// How many wait for a second person.
pub async fn waiting(read: &mut Read, ente: EnteId) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(WAITING, binds![ente]).await?;
    Ok(count)
}

/// One proposta of the ente.
pub async fn find(read: &mut Read, ente: EnteId, id: PropostaId) -> Result<Option<PropostaRow>> {
    read.fetch_optional(FIND, binds![ente, id]).await
}

/// The proposte of the ente, the latest first: a page (limit, offset).
pub async fn latest(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<PropostaRow>> {
    read.fetch_all(LATEST, binds![ente, limit, offset]).await
}

/// Decides a proposta that waits; false when it waits no more.
pub async fn decide(
    tx: &mut Tx,
    ente: EnteId,
    id: PropostaId,
    status: PropostaStatus,
    (by, at): (PersonaId, DateTime<Utc>),
    motivo: Option<&str>,
) -> Result<bool> {
    let motivo = motivo.map(str::to_owned);
    Ok(tx.execute(DECIDE, binds![ente, id, status, by, at, motivo]).await? == 1)
}

/// Lets those expire whose time is over by `now`; says how many.
pub async fn expire(tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> Result<u64> {
    tx.execute(EXPIRE, binds![ente, now]).await
}

/// Records an act about the second person: from now on one is needed (`active`), or none is.
pub async fn set_controllo(
    tx: &mut Tx,
    ente: EnteId,
    (id, active): (Uuid, bool),
    (atto, atto_date): (&str, NaiveDate),
    (by, at): (PersonaId, DateTime<Utc>),
) -> Result<()> {
    tx.execute(SET_CONTROLLO, binds![ente, id, active, atto, atto_date, by, at]).await?;
    Ok(())
}

/// The act in force about the second person; none where the usual rule holds, that one is needed.
pub async fn controllo(read: &mut Read, ente: EnteId) -> Result<Option<ControlloRow>> {
    read.fetch_optional(CONTROLLO, binds![ente]).await
}
