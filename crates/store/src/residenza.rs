//! Where people live, as they declared it, from which day on. Rows are added and never change.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{AlunnoId, EnteId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

/// Whose residence it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chi {
    /// A person.
    Persona(PersonaId),
    /// A child.
    Alunno(AlunnoId),
}

row! {
    /// A residence.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ResidenzaRow {
        /// Its key.
        pub id: Uuid,
        /// First day.
        pub dal: NaiveDate,
        /// Comune and its province.
        pub comune: String,
        /// Street and number.
        pub indirizzo: String,
        /// Postcode.
        pub cap: String,
        /// The pratica with which it was declared.
        pub pratica_id: PraticaId,
        /// When it was accepted.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO residenza (ente_id, id, persona_id, alunno_id, dal, comune, indirizzo, cap, pratica_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_PERSONA: ResidenzaRow = "SELECT id, dal, comune, indirizzo, cap, pratica_id, created_at FROM residenza
        WHERE ente_id = $1 AND persona_id = $2 ORDER BY dal DESC, created_at DESC LIMIT 50";
    DECLARED_LATER: (i64,) = "SELECT count(*) FROM residenza r JOIN pratica p ON p.ente_id = r.ente_id AND p.id = r.pratica_id
        WHERE r.ente_id = $1 AND r.persona_id = $2 AND p.received_at > $3";
}

/// Adds a residence of a person or a child.
pub async fn add(tx: &mut Tx, ente: EnteId, chi: Chi, row: &ResidenzaRow) -> Result<()> {
    let (persona, alunno) = match chi {
        Chi::Persona(id) => (Some(id), None),
        Chi::Alunno(id) => (None, Some(id)),
    };
    let binds = binds![
        ente,
        row.id,
        persona,
        alunno,
        row.dal,
        row.comune,
        row.indirizzo,
        row.cap,
        row.pratica_id,
        row.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The residences of a person, the latest first, at most 50.
pub async fn of_persona(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<ResidenzaRow>> {
    read.fetch_all(OF_PERSONA, binds![ente, persona]).await
}

/// Whether a residence was accepted that the person declared after `received_at`.
pub async fn declared_later(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    received_at: DateTime<Utc>,
) -> Result<bool> {
    let (count,): (i64,) = read.fetch_one(DECLARED_LATER, binds![ente, persona, received_at]).await?;
    Ok(count > 0)
}
