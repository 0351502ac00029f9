//! SEPA mandates: the permission to debit an account for one enrolment. Which one may be used is decided in SQL by its
//! state and age; the references are made in `sportello-domain`.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{DistintaId, EnteId, IscrizioneId, MandatoId, PersonaId, PraticaId};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

/// The series of mandate numbers.
pub const SERIE: &str = "mandato";

words! {
    /// State of a mandate.
    pub enum MandatoStatus {
        /// May be used.
        Active = "attivo",
        /// Not used until somebody looks: the bank refused the account.
        Suspended = "sospeso",
        /// Ended by the payer or by their bank.
        Revoked = "revocato",
        /// Not used for 36 months.
        Expired = "scaduto",
    }
}

row! {
    /// A mandate.
    #[derive(Clone, Debug)]
    pub struct MandatoRow {
        /// Its key.
        pub id: MandatoId,
        /// The enrolment whose documents it pays.
        pub iscrizione_id: IscrizioneId,
        /// Who pays.
        pub persona_id: PersonaId,
        /// Unique mandate reference, upper case.
        pub umr: String,
        /// Day of the signature.
        pub firmato_il: NaiveDate,
        /// The account, sealed at `mandato`, `sealed_conto`.
        pub sealed_conto: Sealed,
        /// State.
        pub status: MandatoStatus,
        /// Day of the last collection.
        pub last_used_on: Option<NaiveDate>,
        /// The pratica with which it was signed.
        pub pratica_id: PraticaId,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO mandato (ente_id, id, iscrizione_id, persona_id, umr, firmato_il, sealed_conto, status, last_used_on, pratica_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    IN_USE: MandatoRow = "SELECT id, iscrizione_id, persona_id, umr, firmato_il, sealed_conto, status, last_used_on, pratica_id, created_at
        FROM mandato WHERE ente_id = $1 AND iscrizione_id = $2 AND status IN ('attivo', 'sospeso')";
    END = "UPDATE mandato SET status = $3 WHERE ente_id = $1 AND id = $2 AND status IN ('attivo', 'sospeso') AND status <> $3";
    USED = "UPDATE mandato SET last_used_on = $3 WHERE ente_id = $1
        AND id IN (SELECT mandato_id FROM distinta_riga WHERE ente_id = $1 AND distinta_id = $2)";
    END_UNNEEDED = "UPDATE mandato SET status = 'revocato' WHERE ente_id = $1 AND status IN ('attivo', 'sospeso')
        AND EXISTS (SELECT 1 FROM iscrizione i JOIN ciclo_fatturazione c ON c.ente_id = i.ente_id AND c.servizio = i.servizio AND c.status = 'emesso'
            WHERE i.ente_id = $1 AND i.id = mandato.iscrizione_id AND i.status = 'cessata' AND i.al < $2 AND c.periodo >= substr(CAST(i.al AS TEXT), 1, 7))
        AND NOT EXISTS (SELECT 1 FROM documento_contabile d JOIN posizione_debitoria p ON p.ente_id = d.ente_id AND p.documento_id = d.id
            WHERE d.ente_id = $1 AND d.iscrizione_id = mandato.iscrizione_id AND p.modalita = 'SDD' AND p.status IN ('aperta', 'in_addebito'))";
    EXPIRE = "UPDATE mandato SET status = 'scaduto' WHERE ente_id = $1 AND status = 'attivo' AND coalesce(last_used_on, firmato_il) < $2";
}

/// Adds a mandate.
///
/// # Errors
/// `Unique` when the enrolment has one in use, or for a reference used before.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &MandatoRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.iscrizione_id,
        row.persona_id,
        row.umr,
        row.firmato_il,
        row.sealed_conto,
        row.status,
        row.last_used_on,
        row.pratica_id,
        row.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The mandate of an enrolment that is active or suspended.
pub async fn in_use(read: &mut Read, ente: EnteId, iscrizione: IscrizioneId) -> Result<Option<MandatoRow>> {
    read.fetch_optional(IN_USE, binds![ente, iscrizione]).await
}

/// Suspends or revokes a mandate in use; false when it was so already, or is over.
pub async fn end(tx: &mut Tx, ente: EnteId, id: MandatoId, status: MandatoStatus) -> Result<bool> {
    Ok(tx.execute(END, binds![ente, id, status]).await? == 1)
}

/// Notes the day of the collections of a file in its mandates.
pub async fn used(tx: &mut Tx, ente: EnteId, distinta: DistintaId, on: NaiveDate) -> Result<u64> {
    tx.execute(USED, binds![ente, distinta, on]).await
}

/// Ends the mandates of enrolments that were given up, once their last month is invoiced and nothing is left to debit;
/// says how many. Until then they stand: meals that were booked are charged by them.
pub async fn end_unneeded(tx: &mut Tx, ente: EnteId, today: NaiveDate) -> Result<u64> {
    tx.execute(END_UNNEEDED, binds![ente, today]).await
}

/// Ends the active mandates that were last used, or signed, before `before`; says how many.
pub async fn expire(tx: &mut Tx, ente: EnteId, before: NaiveDate) -> Result<u64> {
    tx.execute(EXPIRE, binds![ente, before]).await
}
