//! Roles of staff, by codice fiscale: they can be given to somebody who has never signed in.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId},
    ruolo::Ruolo,
};

use crate::{
    binds,
    error::Result,
    statements,
    tx::{Read, Tx},
};

statements! {
    GRANT = "INSERT INTO ruolo (ente_id, codice_fiscale, ruolo, granted_at, granted_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ente_id, codice_fiscale, ruolo) DO NOTHING";
    OF: (Ruolo,) = "SELECT ruolo FROM ruolo WHERE ente_id = $1 AND codice_fiscale = $2 ORDER BY ruolo";
}

/// Gives a role; false when it was held already. Nobody gave it when it came from the command line.
pub async fn grant(
    tx: &mut Tx,
    ente: EnteId,
    codice_fiscale: &str,
    ruolo: Ruolo,
    by: Option<PersonaId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(GRANT, binds![ente, codice_fiscale, ruolo, now, by]).await? == 1)
}

/// The roles of one person.
pub async fn of(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<Vec<Ruolo>> {
    let rows: Vec<(Ruolo,)> = read.fetch_all(OF, binds![ente, codice_fiscale]).await?;
    Ok(rows.into_iter().map(|(ruolo,)| ruolo).collect())
}
