//! Roles of staff, by codice fiscale: they can be given to somebody who has never signed in. A role that was taken away
//! stays on record and counts no more.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId},
    ruolo::{Ambito, Ruolo},
};
use uuid::Uuid;

use crate::{
    binds,
    error::{Error, Result},
    row, statements,
    tx::{Read, Tx},
};

/// A role to give.
#[derive(Clone, Debug)]
pub struct NewRuolo {
    /// Its key, if it is not held already.
    pub id: Uuid,
    /// To whom.
    pub codice_fiscale: String,
    /// Which.
    pub ruolo: Ruolo,
    /// Where it counts.
    pub ambito: Ambito,
    /// Who gives it; nobody on the command line.
    pub by: Option<PersonaId>,
    /// When.
    pub at: DateTime<Utc>,
}

row! {
    /// A role that is held.
    #[derive(Clone, Debug)]
    pub struct RuoloRow {
        /// Its key.
        pub id: Uuid,
        /// Who holds it.
        pub codice_fiscale: String,
        /// Which.
        pub ruolo: Ruolo,
        /// Where it counts, as stored; read with [`RuoloRow::ambito`].
        pub ambito: String,
        /// When it was given.
        pub granted_at: DateTime<Utc>,
        /// Given name of the holder, once they have signed in.
        pub nome: Option<String>,
        /// Family name of the holder, once they have signed in.
        pub cognome: Option<String>,
        /// Given name of who gave it; nobody when it came from the command line.
        pub by_nome: Option<String>,
        /// Family name of who gave it.
        pub by_cognome: Option<String>,
    }
}

statements! {
    GRANT = "INSERT INTO ruolo (ente_id, id, codice_fiscale, ruolo, ambito, granted_at, granted_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (ente_id, codice_fiscale, ruolo, ambito) WHERE revoked_at IS NULL DO NOTHING";
    REVOKE = "UPDATE ruolo SET revoked_at = $3, revoked_by = $4 WHERE ente_id = $1 AND id = $2 AND revoked_at IS NULL";
    OF: (Ruolo,) = "SELECT DISTINCT ruolo FROM ruolo
        WHERE ente_id = $1 AND codice_fiscale = $2 AND revoked_at IS NULL ORDER BY ruolo";
    AMBITI: (String,) = "SELECT ambito FROM ruolo
        WHERE ente_id = $1 AND codice_fiscale = $2 AND ruolo = $3 AND revoked_at IS NULL ORDER BY ambito";
    HELD: RuoloRow = "SELECT r.id, r.codice_fiscale, r.ruolo, r.ambito, r.granted_at, p.nome, p.cognome,
            g.nome AS by_nome, g.cognome AS by_cognome
        FROM ruolo r LEFT JOIN persona p ON p.ente_id = r.ente_id AND p.codice_fiscale = r.codice_fiscale
            LEFT JOIN persona g ON g.ente_id = r.ente_id AND g.id = r.granted_by
        WHERE r.ente_id = $1 AND r.revoked_at IS NULL ORDER BY r.codice_fiscale, r.ruolo, r.ambito";
    CLERKS: (PersonaId, String, String) = "SELECT DISTINCT p.id, p.nome, p.cognome FROM ruolo r
        JOIN persona p ON p.ente_id = r.ente_id AND p.codice_fiscale = r.codice_fiscale
        WHERE r.ente_id = $1 AND r.ruolo IN ($2, $3) AND r.revoked_at IS NULL ORDER BY p.cognome, p.nome, p.id LIMIT 500";
    HOLDERS: (i64,) = "SELECT count(DISTINCT codice_fiscale) FROM ruolo
        WHERE ente_id = $1 AND ruolo = $2 AND revoked_at IS NULL";
}

impl RuoloRow {
    /// Where the role counts.
    ///
    /// # Errors
    /// `Value` for a text that names no ambito.
    pub fn ambito(&self) -> Result<Ambito> {
        Ambito::from_stored(&self.ambito).ok_or(Error::value("Ambito", "an unknown text"))
    }
}

/// Gives a role; false when it was held already in the same ambito.
pub async fn grant(tx: &mut Tx, ente: EnteId, new: &NewRuolo) -> Result<bool> {
    let binds = binds![ente, new.id, new.codice_fiscale, new.ruolo, new.ambito.stored(), new.at, new.by];
    Ok(tx.execute(GRANT, binds).await? == 1)
}

/// Takes a role away; false when it is not held (any more).
pub async fn revoke(tx: &mut Tx, ente: EnteId, id: Uuid, by: Option<PersonaId>, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REVOKE, binds![ente, id, now, by]).await? == 1)
}

/// The roles of one person, in whatever ambito.
pub async fn of(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<Vec<Ruolo>> {
    let rows: Vec<(Ruolo,)> = read.fetch_all(OF, binds![ente, codice_fiscale]).await?;
    Ok(rows.into_iter().map(|(ruolo,)| ruolo).collect())
}

/// Where one role of one person counts; empty when it is not held.
///
/// # Errors
/// `Value` for a text that names no ambito.
pub async fn ambiti(read: &mut Read, ente: EnteId, codice_fiscale: &str, ruolo: Ruolo) -> Result<Vec<Ambito>> {
    let rows: Vec<(String,)> = read.fetch_all(AMBITI, binds![ente, codice_fiscale, ruolo]).await?;
    let read = |(text,): (String,)| Ambito::from_stored(&text).ok_or(Error::value("Ambito", "an unknown text"));
    rows.into_iter().map(read).collect()
}

/// Every role that is held, by person.
pub async fn held(read: &mut Read, ente: EnteId) -> Result<Vec<RuoloRow>> {
    read.fetch_all(HELD, binds![ente]).await
}

/// How many people hold a role.
pub async fn holders(read: &mut Read, ente: EnteId, ruolo: Ruolo) -> Result<i64> {
    Ok(read.fetch_one::<(i64,)>(HOLDERS, binds![ente, ruolo]).await?.0)
}

/// Those who hold one of two roles and have signed in at least once, with given and family name, by family name; at most
/// 500.
pub async fn clerks(read: &mut Read, ente: EnteId, roles: [Ruolo; 2]) -> Result<Vec<(PersonaId, String, String)>> {
    read.fetch_all(CLERKS, binds![ente, roles[0], roles[1]]).await
}
