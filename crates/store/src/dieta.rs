//! Accepted requests about a diet, class art9: which diet and its days are sealed. Which one holds on a day is decided by
//! those who may open them.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, IscrizioneId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// An accepted request about a diet.
    #[derive(Clone, Debug)]
    pub struct DietaRow {
        /// Its key.
        pub id: Uuid,
        /// The enrolment.
        pub iscrizione_id: IscrizioneId,
        /// The diet and its days, sealed at `dieta`, `sealed_dieta`.
        pub sealed_dieta: Sealed,
        /// The pratica with which it was asked for.
        pub pratica_id: PraticaId,
        /// When it was accepted.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// The same with who pays for the enrolment.
    #[derive(Clone, Debug)]
    pub struct DovutaRow {
        /// Its key.
        pub id: Uuid,
        /// The enrolment.
        pub iscrizione_id: IscrizioneId,
        /// The diet and its days, sealed at `dieta`, `sealed_dieta`.
        pub sealed_dieta: Sealed,
        /// The pratica with which it was asked for.
        pub pratica_id: PraticaId,
        /// Who pays.
        pub persona_id: PersonaId,
    }
}

statements! {
    ADD = "INSERT INTO dieta (ente_id, id, iscrizione_id, sealed_dieta, pratica_id, created_at, reminded_at)
        VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    OF_ISCRIZIONE: DietaRow = "SELECT id, iscrizione_id, sealed_dieta, pratica_id, created_at FROM dieta
        WHERE ente_id = $1 AND iscrizione_id = $2 ORDER BY created_at DESC, id DESC LIMIT 100";
    UNREMINDED: DovutaRow = "SELECT d.id, d.iscrizione_id, d.sealed_dieta, d.pratica_id, i.persona_id
        FROM dieta d JOIN iscrizione i ON i.ente_id = d.ente_id AND i.id = d.iscrizione_id AND i.status = 'attiva'
        WHERE d.ente_id = $1 AND d.id > $2 AND d.reminded_at IS NULL ORDER BY d.id LIMIT 200";
    REMINDED = "UPDATE dieta SET reminded_at = $3 WHERE ente_id = $1 AND id = $2 AND reminded_at IS NULL";
}

/// Adds an accepted request.
///
/// # Errors
/// `Unique` when the pratica made one before.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &DietaRow) -> Result<()> {
    let binds = binds![ente, row.id, row.iscrizione_id, row.sealed_dieta, row.pratica_id, row.created_at];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The accepted requests about an enrolment, the last one first, at most 100.
pub async fn of_iscrizione(read: &mut Read, ente: EnteId, iscrizione: IscrizioneId) -> Result<Vec<DietaRow>> {
    read.fetch_all(OF_ISCRIZIONE, binds![ente, iscrizione]).await
}

/// Those of enrolments in force whose payer was not reminded, by key behind `after`, at most 200.
pub async fn unreminded(read: &mut Read, ente: EnteId, after: Uuid) -> Result<Vec<DovutaRow>> {
    read.fetch_all(UNREMINDED, binds![ente, after]).await
}

/// Notes that the payer was reminded; false when that was known.
pub async fn reminded(tx: &mut Tx, ente: EnteId, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REMINDED, binds![ente, id, now]).await? == 1)
}
