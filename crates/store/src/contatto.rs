//! The code with which a person confirms a new address: one at a time. How many were sent in
//! a day stays when it was used.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A code and the address that it confirms.
    #[derive(Clone, Debug)]
    pub struct CodiceRow {
        /// The address, sealed at `contatto_codice`, `sealed_address`.
        pub sealed_address: Sealed,
        /// The code, sealed at `contatto_codice`, `sealed_code`, until its e-mail left.
        pub sealed_code: Option<Sealed>,
        /// Keyed hash of the code.
        pub code_hash: Vec<u8>,
        /// How often a wrong one was typed.
        pub attempts: i64,
        /// Until when it counts.
        pub expires_at: DateTime<Utc>,
        /// How many were sent since the first.
        pub sent_count: i64,
        /// When the first of them was asked for.
        pub first_sent_at: DateTime<Utc>,
    }
}

statements! {
    OF: CodiceRow = "SELECT sealed_address, sealed_code, code_hash, attempts, expires_at, sent_count, first_sent_at
        FROM contatto_codice WHERE ente_id = $1 AND persona_id = $2";
    PUT = "INSERT INTO contatto_codice (ente_id, persona_id, sealed_address, sealed_code, code_hash, attempts, expires_at, sent_count, first_sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (ente_id, persona_id) DO UPDATE SET sealed_address = excluded.sealed_address, sealed_code = excluded.sealed_code,
            code_hash = excluded.code_hash, attempts = excluded.attempts, expires_at = excluded.expires_at,
            sent_count = excluded.sent_count, first_sent_at = excluded.first_sent_at";
    ATTEMPTED = "UPDATE contatto_codice SET attempts = attempts + 1 WHERE ente_id = $1 AND persona_id = $2";
    LEFT = "UPDATE contatto_codice SET sealed_code = NULL WHERE ente_id = $1 AND persona_id = $2 AND code_hash = $3";
    USED = "UPDATE contatto_codice SET sealed_code = NULL, expires_at = $3 WHERE ente_id = $1 AND persona_id = $2";
}

/// The code of a person.
pub async fn of(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Option<CodiceRow>> {
    read.fetch_optional(OF, binds![ente, persona]).await
}

/// Puts a code in the place of the one before.
pub async fn put(tx: &mut Tx, ente: EnteId, persona: PersonaId, row: &CodiceRow) -> Result<()> {
    let binds = binds![
        ente,
        persona,
        row.sealed_address,
        row.sealed_code,
        row.code_hash,
        row.attempts,
        row.expires_at,
        row.sent_count,
        row.first_sent_at
    ];
    tx.execute(PUT, binds).await?;
    Ok(())
}

/// Counts a wrong code.
pub async fn attempted(tx: &mut Tx, ente: EnteId, persona: PersonaId) -> Result<()> {
    tx.execute(ATTEMPTED, binds![ente, persona]).await?;
    Ok(())
}

/// Forgets the code of this hash once its e-mail left: only the hash stays. One that took its place meanwhile is left alone.
pub async fn left(tx: &mut Tx, ente: EnteId, persona: PersonaId, code_hash: &[u8]) -> Result<()> {
    tx.execute(LEFT, binds![ente, persona, code_hash]).await?;
    Ok(())
}

/// Ends a code that was used; how many were sent stays.
pub async fn used(tx: &mut Tx, ente: EnteId, persona: PersonaId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(USED, binds![ente, persona, now]).await?;
    Ok(())
}
