//! People as one ente knows them. The account key is the codice fiscale.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId},
    identita::Identita,
};

use crate::{
    binds,
    error::Result,
    flight::Ask,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A person.
    #[derive(Clone, Debug)]
    pub struct PersonaRow {
        /// The person within the ente.
        pub id: PersonaId,
        /// The account key.
        pub codice_fiscale: String,
        /// Given name.
        pub nome: String,
        /// Family name.
        pub cognome: String,
        /// Date of birth.
        pub nascita: Option<NaiveDate>,
        /// Belfiore code of the place of birth.
        pub luogo_nascita: Option<String>,
        /// Where mail goes.
        pub email: Option<String>,
        /// Mobile telephone.
        pub cellulare: Option<String>,
    }
}

statements! {
    // Names are the provider's, at each sign-in; contacts belong to the person once they are there.
    SIGN_IN: PersonaRow = "INSERT INTO persona (ente_id, id, codice_fiscale, nome, cognome, nascita, luogo_nascita, email, cellulare, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (ente_id, codice_fiscale) DO UPDATE SET nome = excluded.nome, cognome = excluded.cognome,
            nascita = coalesce(excluded.nascita, persona.nascita),
            luogo_nascita = coalesce(excluded.luogo_nascita, persona.luogo_nascita),
            email = coalesce(persona.email, excluded.email),
            cellulare = coalesce(persona.cellulare, excluded.cellulare), updated_at = excluded.updated_at
        RETURNING id, codice_fiscale, nome, cognome, nascita, luogo_nascita, email, cellulare";
    // Whoever is known already keeps what a provider of identities said of them.
    AT_DESK: PersonaRow = "INSERT INTO persona (ente_id, id, codice_fiscale, nome, cognome, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, codice_fiscale) DO UPDATE SET updated_at = persona.updated_at
        RETURNING id, codice_fiscale, nome, cognome, nascita, luogo_nascita, email, cellulare";
    SET_EMAIL = "UPDATE persona SET email = $3, updated_at = $4 WHERE ente_id = $1 AND id = $2";
    BY_ID: PersonaRow = "SELECT id, codice_fiscale, nome, cognome, nascita, luogo_nascita, email, cellulare
        FROM persona WHERE ente_id = $1 AND id = $2";
    BY_CODE: PersonaRow = "SELECT id, codice_fiscale, nome, cognome, nascita, luogo_nascita, email, cellulare
        FROM persona WHERE ente_id = $1 AND codice_fiscale = $2";
}

/// Writes what a provider of identities says and gives the person, new (under `new_id`) or known.
pub async fn sign_in(
    tx: &mut Tx,
    ente: EnteId,
    new_id: PersonaId,
    identita: &Identita,
    now: DateTime<Utc>,
) -> Result<PersonaRow> {
    let known = identita;
    let binds = binds![
        ente,
        new_id,
        known.codice_fiscale,
        known.nome,
        known.cognome,
        known.nascita,
        known.luogo_nascita,
        known.email,
        known.cellulare,
        now
    ];
    tx.fetch_one(SIGN_IN, binds).await
}

/// The person of a codice fiscale, new (under `new_id`, with these given and family names) or as they are known already.
pub async fn at_desk(
    tx: &mut Tx,
    ente: EnteId,
    new_id: PersonaId,
    codice_fiscale: &str,
    (nome, cognome): (&str, &str),
    now: DateTime<Utc>,
) -> Result<PersonaRow> {
    tx.fetch_one(AT_DESK, binds![ente, new_id, codice_fiscale, nome, cognome, now]).await
}

/// Sets where the mail of a person goes.
pub async fn set_email(tx: &mut Tx, ente: EnteId, id: PersonaId, email: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(SET_EMAIL, binds![ente, id, email, now]).await?;
    Ok(())
}

/// One person.
pub async fn by_id(read: &mut Read, ente: EnteId, id: PersonaId) -> Result<Option<PersonaRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Asks for [`by_id`].
pub(crate) fn ask<'a>(ente: &'a EnteId, id: &'a PersonaId) -> Ask<'a, PersonaRow> {
    Ask::new(BY_ID, &[ente, id])
}

/// The person with a codice fiscale, for the office.
pub async fn by_codice_fiscale(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<Option<PersonaRow>> {
    read.fetch_optional(BY_CODE, binds![ente, codice_fiscale]).await
}
