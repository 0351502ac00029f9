//! Who gave a pratica to whom. For the office alone: the applicant sees the states of the timeline, not these.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

/// An assignment to write.
#[derive(Clone, Copy, Debug)]
pub struct NewAssegnazione {
    /// Its key, version 7.
    pub id: Uuid,
    /// The pratica.
    pub pratica_id: PraticaId,
    /// Version that it was decided on.
    pub version: i64,
    /// Who works on it from now on.
    pub to: PersonaId,
    /// Who says so.
    pub by: PersonaId,
    /// When.
    pub at: DateTime<Utc>,
}

row! {
    /// An assignment, with names.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AssegnazioneRow {
        /// When.
        pub at: DateTime<Utc>,
        /// Given name of whoever works on it since.
        pub to_nome: String,
        /// Family name of the same.
        pub to_cognome: String,
        /// Given name of whoever said so.
        pub by_nome: String,
        /// Family name of the same.
        pub by_cognome: String,
    }
}

statements! {
    ASSIGN = "UPDATE pratica SET assigned_to = $4, version = version + 1 WHERE ente_id = $1 AND id = $2 AND version = $3";
    ADD = "INSERT INTO assegnazione (ente_id, id, pratica_id, assigned_to, assigned_by, at) VALUES ($1, $2, $3, $4, $5, $6)";
    OF_PRATICA: AssegnazioneRow = "SELECT a.at, t.nome AS to_nome, t.cognome AS to_cognome, b.nome AS by_nome, b.cognome AS by_cognome
        FROM assegnazione a
        JOIN persona t ON t.ente_id = a.ente_id AND t.id = a.assigned_to
        JOIN persona b ON b.ente_id = a.ente_id AND b.id = a.assigned_by
        WHERE a.ente_id = $1 AND a.pratica_id = $2 ORDER BY a.at, a.id LIMIT 500";
}

/// Gives a pratica to a member of staff; false, and nothing is written, when it is not at that version any more (or not
/// there).
pub async fn assign(tx: &mut Tx, ente: EnteId, new: &NewAssegnazione) -> Result<bool> {
    if tx.execute(ASSIGN, binds![ente, new.pratica_id, new.version, new.to]).await? == 0 {
        return Ok(false);
    }
    tx.execute(ADD, binds![ente, new.id, new.pratica_id, new.to, new.by, new.at]).await?;
    Ok(true)
}

/// The assignments of a pratica, oldest first, at most 500.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<AssegnazioneRow>> {
    read.fetch_all(OF_PRATICA, binds![ente, pratica]).await
}
