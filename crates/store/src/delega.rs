//! Deleghe and what became of each. A row is found by its applicant, by the codice fiscale of the invited person, or by
//! the person who accepted; never by its key alone, but for the job that writes to the invited person.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    delega::{DelegaScope, DelegaStatus, Term},
    id::{DelegaId, EnteId, PersonaId},
};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What happened to a delega.
    pub enum DelegaStep {
        /// The applicant invited somebody.
        Invited = "invitata",
        /// The office did, on the applicant's written request.
        Granted = "concessa",
        /// The invited person accepted.
        Accepted = "accettata",
        /// The invited person declined.
        Declined = "rifiutata",
        /// One of the two ended it.
        Ended = "terminata",
    }
}

/// A delega to give.
#[derive(Clone, Debug)]
pub struct NewDelega {
    /// Its key, version 7.
    pub id: DelegaId,
    /// The applicant, in whose name others may look.
    pub titolare_id: PersonaId,
    /// Codice fiscale of the invited person.
    pub delegato_codice_fiscale: String,
    /// What they may do.
    pub ambito: DelegaScope,
    /// First day.
    pub dal: NaiveDate,
    /// Last day.
    pub al: NaiveDate,
    /// Where the invitation goes, when the applicant gave an address.
    pub email: Option<String>,
    /// The office's part, when it grants: who, why, protocol reference of the written request.
    pub grant: Option<(PersonaId, String, String)>,
    /// When.
    pub created_at: DateTime<Utc>,
}

row! {
    /// A delega with the names of its people.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DelegaRow {
        /// Its key.
        pub id: DelegaId,
        /// The applicant.
        pub titolare_id: PersonaId,
        /// Given name of the applicant.
        pub titolare_nome: String,
        /// Family name of the applicant.
        pub titolare_cognome: String,
        /// Codice fiscale of the invited person.
        pub delegato_codice_fiscale: String,
        /// The delegate, once they accepted.
        pub delegato_id: Option<PersonaId>,
        /// Given name of the delegate, once they accepted.
        pub delegato_nome: Option<String>,
        /// Family name of the delegate, once they accepted.
        pub delegato_cognome: Option<String>,
        /// What the delegate may do.
        pub ambito: DelegaScope,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
        /// How far it is.
        pub status: DelegaStatus,
        /// Why the office granted it.
        pub motivo: Option<String>,
        /// Protocol reference of the applicant's written request.
        pub protocollo: Option<String>,
    }
}

row! {
    /// Something that happened to a delega.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DelegaEventoRow {
        /// The delega.
        pub delega_id: DelegaId,
        /// What.
        pub kind: DelegaStep,
        /// When.
        pub at: DateTime<Utc>,
        /// Who.
        pub persona_id: PersonaId,
        /// Given name of who did it.
        pub nome: String,
        /// Family name of who did it.
        pub cognome: String,
    }
}

row! {
    /// What counts against the limits of a person.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct DelegaCounts {
        /// Invitations that wait for an answer.
        pub open: i64,
        /// Deleghe given since the instant asked for.
        pub recent: i64,
        /// Deleghe to this codice fiscale that are open or in force.
        pub twins: i64,
    }
}

impl DelegaRow {
    /// Its days.
    pub const fn term(&self) -> Term {
        Term { dal: self.dal, al: self.al }
    }
}

statements! {
    ADD = "INSERT INTO delega (ente_id, id, titolare_id, delegato_codice_fiscale, ambito, dal, al, status, email, granted_by, motivo, protocollo, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'invitata', $8, $9, $10, $11, $12)";
    GIVEN: DelegaRow = "SELECT d.id, d.titolare_id, t.nome AS titolare_nome, t.cognome AS titolare_cognome, d.delegato_codice_fiscale, d.delegato_id, p.nome AS delegato_nome, p.cognome AS delegato_cognome, d.ambito, d.dal, d.al, d.status, d.motivo, d.protocollo
        FROM delega d JOIN persona t ON t.ente_id = d.ente_id AND t.id = d.titolare_id
        LEFT JOIN persona p ON p.ente_id = d.ente_id AND p.id = d.delegato_id
        WHERE d.ente_id = $1 AND d.titolare_id = $2 ORDER BY d.created_at DESC, d.id LIMIT 100";
    RECEIVED: DelegaRow = "SELECT d.id, d.titolare_id, t.nome AS titolare_nome, t.cognome AS titolare_cognome, d.delegato_codice_fiscale, d.delegato_id, p.nome AS delegato_nome, p.cognome AS delegato_cognome, d.ambito, d.dal, d.al, d.status, d.motivo, d.protocollo
        FROM delega d JOIN persona t ON t.ente_id = d.ente_id AND t.id = d.titolare_id
        LEFT JOIN persona p ON p.ente_id = d.ente_id AND p.id = d.delegato_id
        WHERE d.ente_id = $1 AND d.delegato_codice_fiscale = $2 ORDER BY d.created_at DESC, d.id LIMIT 100";
    OF_PARTY: DelegaRow = "SELECT d.id, d.titolare_id, t.nome AS titolare_nome, t.cognome AS titolare_cognome, d.delegato_codice_fiscale, d.delegato_id, p.nome AS delegato_nome, p.cognome AS delegato_cognome, d.ambito, d.dal, d.al, d.status, d.motivo, d.protocollo
        FROM delega d JOIN persona t ON t.ente_id = d.ente_id AND t.id = d.titolare_id
        LEFT JOIN persona p ON p.ente_id = d.ente_id AND p.id = d.delegato_id
        WHERE d.ente_id = $1 AND d.id = $2 AND (d.titolare_id = $3 OR d.delegato_codice_fiscale = $4)";
    ADDRESS: (Option<String>, String, String) = "SELECT d.email, t.nome, t.cognome FROM delega d JOIN persona t ON t.ente_id = d.ente_id AND t.id = d.titolare_id
        WHERE d.ente_id = $1 AND d.id = $2 AND d.status = 'invitata'";
    FORGET_ADDRESS = "UPDATE delega SET email = NULL WHERE ente_id = $1 AND id = $2";
    COUNTS: DelegaCounts = "SELECT count(CASE WHEN status = 'invitata' AND al >= $4 THEN 1 END) AS open,
            count(CASE WHEN created_at > $5 THEN 1 END) AS recent,
            count(CASE WHEN status IN ('invitata', 'accettata') AND al >= $4 AND delegato_codice_fiscale = $3 THEN 1 END) AS twins
        FROM delega WHERE ente_id = $1 AND titolare_id = $2";
    MOVE = "UPDATE delega SET status = $4, delegato_id = coalesce(delegato_id, $5), email = NULL
        WHERE ente_id = $1 AND id = $2 AND status = $3";
    STEP = "INSERT INTO delega_evento (ente_id, id, delega_id, kind, at, persona_id) VALUES ($1, $2, $3, $4, $5, $6)";
    STEPS_OF: DelegaEventoRow = "SELECT e.delega_id, e.kind, e.at, e.persona_id, p.nome, p.cognome
        FROM delega_evento e JOIN persona p ON p.ente_id = e.ente_id AND p.id = e.persona_id
        JOIN delega d ON d.ente_id = e.ente_id AND d.id = e.delega_id
        WHERE e.ente_id = $1 AND (d.titolare_id = $2 OR d.delegato_codice_fiscale = $3) ORDER BY e.at, e.id LIMIT 1000";
}

/// Gives a delega: it waits for the invited person. Write its first step in the same transaction.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewDelega) -> Result<()> {
    let (by, motivo, protocollo) = match &new.grant {
        Some((by, motivo, protocollo)) => (Some(*by), Some(motivo.clone()), Some(protocollo.clone())),
        None => (None, None, None),
    };
    let binds = binds![
        ente,
        new.id,
        new.titolare_id,
        new.delegato_codice_fiscale,
        new.ambito,
        new.dal,
        new.al,
        new.email,
        by,
        motivo,
        protocollo,
        new.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The deleghe that a person gave, the latest first, at most 100.
pub async fn given(read: &mut Read, ente: EnteId, titolare: PersonaId) -> Result<Vec<DelegaRow>> {
    read.fetch_all(GIVEN, binds![ente, titolare]).await
}

/// The deleghe to a codice fiscale, the latest first, at most 100.
pub async fn received(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<Vec<DelegaRow>> {
    read.fetch_all(RECEIVED, binds![ente, codice_fiscale]).await
}

/// One delega, for one of its two people.
pub async fn of_party(
    read: &mut Read,
    ente: EnteId,
    id: DelegaId,
    persona: PersonaId,
    codice_fiscale: &str,
) -> Result<Option<DelegaRow>> {
    read.fetch_optional(OF_PARTY, binds![ente, id, persona, codice_fiscale]).await
}

/// The address that an open invitation goes to, and the applicant's given and family name.
pub async fn address(read: &mut Read, ente: EnteId, id: DelegaId) -> Result<Option<(Option<String>, String, String)>> {
    read.fetch_optional(ADDRESS, binds![ente, id]).await
}

/// Forgets the address of an invitation that was sent.
pub async fn forget_address(tx: &mut Tx, ente: EnteId, id: DelegaId) -> Result<()> {
    tx.execute(FORGET_ADDRESS, binds![ente, id]).await?;
    Ok(())
}

/// What counts against the limits of an applicant who invites `codice_fiscale`.
pub async fn counts(
    read: &mut Read,
    ente: EnteId,
    titolare: PersonaId,
    codice_fiscale: &str,
    today: NaiveDate,
    since: DateTime<Utc>,
) -> Result<DelegaCounts> {
    read.fetch_one(COUNTS, binds![ente, titolare, codice_fiscale, today, since]).await
}

/// Moves a delega on from a state; `delegato` is who accepts. False when it is in another state by now. The address of
/// the invitation is forgotten.
pub async fn advance(
    tx: &mut Tx,
    ente: EnteId,
    id: DelegaId,
    from: DelegaStatus,
    to: DelegaStatus,
    delegato: Option<PersonaId>,
) -> Result<bool> {
    Ok(tx.execute(MOVE, binds![ente, id, from, to, delegato]).await? == 1)
}

/// Writes down what happened to a delega.
pub async fn step(
    tx: &mut Tx,
    ente: EnteId,
    (id, delega): (Uuid, DelegaId),
    kind: DelegaStep,
    by: PersonaId,
    at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(STEP, binds![ente, id, delega, kind, at, by]).await?;
    Ok(())
}

/// What happened to the deleghe that a person gave or received, the oldest first, at most 1,000.
pub async fn steps(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    codice_fiscale: &str,
) -> Result<Vec<DelegaEventoRow>> {
    read.fetch_all(STEPS_OF, binds![ente, persona, codice_fiscale]).await
}
