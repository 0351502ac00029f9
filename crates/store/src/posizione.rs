//! Debts. Which move is legal is known to `sportello-domain`; a change names the version that it saw.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    fatturazione::Modalita,
    id::{AlunnoId, DocumentoContabileId, EnteId, IscrizioneId, PersonaId, PosizioneId},
    posizione::PosizioneStatus,
};

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A debt.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PosizioneRow {
        /// Its key.
        pub id: PosizioneId,
        /// The invoice behind it; none for a spontaneous payment.
        pub documento_id: Option<DocumentoContabileId>,
        /// Who owes it; nobody whom the ente knows, for a spontaneous payment.
        pub persona_id: Option<PersonaId>,
        /// The child.
        pub alunno_id: Option<AlunnoId>,
        /// Its reason in words, at most 140 characters, without personal data.
        pub causale: String,
        /// Amount in cents.
        pub amount_cents: i64,
        /// How much of it was collected, in cents.
        pub settled_cents: i64,
        /// Day by which it is to be paid.
        pub scadenza: NaiveDate,
        /// By which way it is collected.
        pub modalita: Modalita,
        /// State.
        pub status: PosizioneStatus,
        /// Notice number, 18 digits; a debt for direct debit has one only once it failed.
        pub codice_avviso: Option<String>,
        /// Taxonomy code of pagoPA.
        pub tassonomia: String,
        /// Grows with each change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// When it changed last.
        pub updated_at: DateTime<Utc>,
    }
}

row! {
    /// A debt for direct debit that is in no file.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WaitingRow {
        /// The debt.
        pub id: PosizioneId,
        /// Version that was read.
        pub version: i64,
        /// Day by which it is to be paid.
        pub scadenza: NaiveDate,
        /// What is still owed, in cents.
        pub owed_cents: i64,
    }
}

statements! {
    ADD = "INSERT INTO posizione_debitoria (ente_id, id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    BY_ID: PosizioneRow = "SELECT id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at
        FROM posizione_debitoria WHERE ente_id = $1 AND id = $2";
    BY_NOTICE: PosizioneRow = "SELECT id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at
        FROM posizione_debitoria WHERE ente_id = $1 AND codice_avviso = $2";
    OF_DOCUMENT: PosizioneRow = "SELECT id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at
        FROM posizione_debitoria WHERE ente_id = $1 AND documento_id = $2";
    OF_PERSON: PosizioneRow = "SELECT id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at
        FROM posizione_debitoria WHERE ente_id = $1 AND persona_id = $2 ORDER BY scadenza DESC, id LIMIT 500";
    WAITING: WaitingRow = "SELECT p.id, p.version, p.scadenza, p.amount_cents - p.settled_cents AS owed_cents
        FROM documento_contabile d JOIN posizione_debitoria p ON p.ente_id = d.ente_id AND p.documento_id = d.id
        WHERE d.ente_id = $1 AND d.iscrizione_id = $2 AND p.status = 'aperta' AND p.modalita = 'SDD' ORDER BY p.id LIMIT 100";
    LEFT_BEHIND: WaitingRow = "SELECT p.id, p.version, p.scadenza, p.amount_cents - p.settled_cents AS owed_cents
        FROM posizione_debitoria p JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        JOIN iscrizione i ON i.ente_id = d.ente_id AND i.id = d.iscrizione_id
        WHERE p.ente_id = $1 AND p.status = 'aperta' AND p.modalita = 'SDD' AND i.modalita_pagamento = 'PAGOPA' ORDER BY p.id LIMIT 100";
    TO_NOTICE = "UPDATE posizione_debitoria SET modalita = 'PAGOPA', codice_avviso = $4, scadenza = $5, version = version + 1, updated_at = $6
        WHERE ente_id = $1 AND id = $2 AND version = $3 AND status = 'aperta' AND modalita = 'SDD' AND codice_avviso IS NULL";
    REDUCE = "UPDATE posizione_debitoria SET status = $4, amount_cents = $5, settled_cents = $6, version = version + 1, updated_at = $7
        WHERE ente_id = $1 AND id = $2 AND version = $3";
    CHANGE = "UPDATE posizione_debitoria SET status = $4, settled_cents = $5, version = version + 1, updated_at = $6
        WHERE ente_id = $1 AND id = $2 AND version = $3";
}

/// Adds a debt.
///
/// # Errors
/// `Unique` when the invoice has one, or the notice number is taken.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &PosizioneRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.documento_id,
        row.persona_id,
        row.alunno_id,
        row.causale,
        row.amount_cents,
        row.settled_cents,
        row.scadenza,
        row.modalita,
        row.status,
        row.codice_avviso,
        row.tassonomia,
        row.version,
        row.created_at,
        row.updated_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// A debt.
pub async fn by_id(read: &mut Read, ente: EnteId, id: PosizioneId) -> Result<Option<PosizioneRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The debt of a notice number.
pub async fn by_notice(read: &mut Read, ente: EnteId, codice_avviso: &str) -> Result<Option<PosizioneRow>> {
    read.fetch_optional(BY_NOTICE, binds![ente, codice_avviso]).await
}

/// The debt of an invoice.
pub async fn of_document(
    read: &mut Read,
    ente: EnteId,
    documento: DocumentoContabileId,
) -> Result<Option<PosizioneRow>> {
    read.fetch_optional(OF_DOCUMENT, binds![ente, documento]).await
}

/// The debts of a person, the latest due first, at most 500.
pub async fn of_person(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<PosizioneRow>> {
    read.fetch_all(OF_PERSON, binds![ente, persona]).await
}

/// Changes state and collected amount (cents) of a debt; false when somebody changed it since that version was read.
pub async fn change(
    tx: &mut Tx,
    ente: EnteId,
    id: PosizioneId,
    version: i64,
    status: PosizioneStatus,
    settled_cents: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(CHANGE, binds![ente, id, version, status, settled_cents, now]).await? == 1)
}

/// The debts of an enrolment for direct debit that are in no file, at most 100.
pub async fn waiting(read: &mut Read, ente: EnteId, iscrizione: IscrizioneId) -> Result<Vec<WaitingRow>> {
    read.fetch_all(WAITING, binds![ente, iscrizione]).await
}

/// Debts for direct debit, in no file, of enrolments that are paid by notice by now: a bank gave them back unread. At
/// most 100.
pub async fn left_behind(read: &mut Read, ente: EnteId) -> Result<Vec<WaitingRow>> {
    read.fetch_all(LEFT_BEHIND, binds![ente]).await
}

/// Makes a waiting debt one that is paid by notice; false when somebody changed it since that version was read.
pub async fn to_notice(
    tx: &mut Tx,
    ente: EnteId,
    (id, version): (PosizioneId, i64),
    codice_avviso: &str,
    scadenza: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(TO_NOTICE, binds![ente, id, version, codice_avviso, scadenza, now]).await? == 1)
}

/// What a debt becomes when a credit note takes a part of it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// State.
    pub status: PosizioneStatus,
    /// What is owed in all, in cents, above zero.
    pub amount_cents: i64,
    /// How much of it was collected, in cents.
    pub settled_cents: i64,
}

/// Reduces a debt; false when somebody changed it since that version was read.
pub async fn reduce(
    tx: &mut Tx,
    ente: EnteId,
    id: PosizioneId,
    version: i64,
    to: Reduced,
    now: DateTime<Utc>,
) -> Result<bool> {
    let binds = binds![ente, id, version, to.status, to.amount_cents, to.settled_cents, now];
    Ok(tx.execute(REDUCE, binds).await? == 1)
}
