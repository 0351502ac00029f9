//! What the accounts office decided about money that nothing expects, and the credits that credit notes leave.
//!
//! Append only: one decision about one payment, receipt or credit. The money itself stands in `incasso`.

use chrono::{DateTime, Utc};
use sportello_domain::id::{DocumentoContabileId, EnteId, PagamentoSpontaneoId, PersonaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What became of money.
    pub enum Esito {
        /// It stands for debts, which are paid now.
        Matched = "abbinato",
        /// It is given back.
        Refunded = "rimborsato",
        /// The office settled it in another way.
        Other = "altro",
    }
}

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A spontaneous payment.
    Pagamento(PagamentoSpontaneoId),
    /// A receipt that did not fit, by the identifier of the node.
    Ricevuta(String),
    /// What a credit note left.
    Nota(DocumentoContabileId),
}

/// A decision to keep.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Its key.
    pub id: Uuid,
    /// What it is about.
    pub subject: Subject,
    /// What became of the money.
    pub esito: Esito,
    /// Why, in the words of who decided; empty for a match.
    pub motivo: String,
    /// Who decided.
    pub persona_id: PersonaId,
    /// When.
    pub created_at: DateTime<Utc>,
}

row! {
    /// A decision that was taken.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DecisionRow {
        /// The spontaneous payment.
        pub pagamento_id: Option<PagamentoSpontaneoId>,
        /// The receipt.
        pub receipt_id: Option<String>,
        /// The credit note.
        pub nota_id: Option<DocumentoContabileId>,
        /// What became of the money.
        pub esito: Esito,
        /// Why.
        pub motivo: String,
        /// Who decided.
        pub persona_id: PersonaId,
        /// Given name of who decided.
        pub nome: String,
        /// Family name of who decided.
        pub cognome: String,
        /// When.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A credit that waits.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CreditoRow {
        /// The credit note.
        pub nota_id: DocumentoContabileId,
        /// Number of the credit note within its series and year.
        pub numero: i64,
        /// Suffix of its number.
        pub serie: String,
        /// Year of its date.
        pub anno: i64,
        /// Given name of the payer.
        pub nome: String,
        /// Family name of the payer.
        pub cognome: String,
        /// What the payer gets back, in cents.
        pub amount_cents: i64,
        /// Since when.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO riconciliazione (ente_id, id, pagamento_id, receipt_id, nota_id, esito, motivo, persona_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_PAYMENT: DecisionRow = "SELECT r.pagamento_id, r.receipt_id, r.nota_id, r.esito, r.motivo, r.persona_id, x.nome, x.cognome, r.created_at
        FROM riconciliazione r JOIN persona x ON x.ente_id = r.ente_id AND x.id = r.persona_id
        WHERE r.ente_id = $1 AND r.pagamento_id = $2";
    OF_RECEIPT: DecisionRow = "SELECT r.pagamento_id, r.receipt_id, r.nota_id, r.esito, r.motivo, r.persona_id, x.nome, x.cognome, r.created_at
        FROM riconciliazione r JOIN persona x ON x.ente_id = r.ente_id AND x.id = r.persona_id
        WHERE r.ente_id = $1 AND r.receipt_id = $2";
    OF_NOTE: DecisionRow = "SELECT r.pagamento_id, r.receipt_id, r.nota_id, r.esito, r.motivo, r.persona_id, x.nome, x.cognome, r.created_at
        FROM riconciliazione r JOIN persona x ON x.ente_id = r.ente_id AND x.id = r.persona_id
        WHERE r.ente_id = $1 AND r.nota_id = $2";
    LATEST: DecisionRow = "SELECT r.pagamento_id, r.receipt_id, r.nota_id, r.esito, r.motivo, r.persona_id, x.nome, x.cognome, r.created_at
        FROM riconciliazione r JOIN persona x ON x.ente_id = r.ente_id AND x.id = r.persona_id
        WHERE r.ente_id = $1 ORDER BY r.created_at DESC, r.id LIMIT 20";
    ADD_CREDIT = "INSERT INTO credito (ente_id, nota_id, amount_cents, created_at) VALUES ($1, $2, $3, $4)";
    CREDIT: (i64,) = "SELECT amount_cents FROM credito WHERE ente_id = $1 AND nota_id = $2";
    CREDITS: CreditoRow = "SELECT c.nota_id, d.numero, d.serie, d.anno, x.nome, x.cognome, c.amount_cents, c.created_at
        FROM credito c JOIN documento_contabile d ON d.ente_id = c.ente_id AND d.id = c.nota_id
        JOIN persona x ON x.ente_id = d.ente_id AND x.id = d.persona_id
        WHERE c.ente_id = $1 AND NOT EXISTS (SELECT 1 FROM riconciliazione r WHERE r.ente_id = c.ente_id AND r.nota_id = c.nota_id)
        ORDER BY c.created_at, c.nota_id LIMIT $2 OFFSET $3";
}

/// Keeps a decision.
///
/// # Errors
/// `Unique` when something was decided about the same thing before.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewDecision) -> Result<()> {
    let (pagamento, receipt, nota) = match &new.subject {
        Subject::Pagamento(id) => (Some(*id), None, None),
        Subject::Ricevuta(id) => (None, Some(id.as_str()), None),
        Subject::Nota(id) => (None, None, Some(*id)),
    };
    let (by, at) = (new.persona_id, new.created_at);
    tx.execute(ADD, binds![ente, new.id, pagamento, receipt, nota, new.esito, new.motivo, by, at]).await?;
    Ok(())
}

/// What was decided about something.
pub async fn of(read: &mut Read, ente: EnteId, subject: &Subject) -> Result<Option<DecisionRow>> {
    match subject {
        Subject::Pagamento(id) => read.fetch_optional(OF_PAYMENT, binds![ente, *id]).await,
        Subject::Ricevuta(id) => read.fetch_optional(OF_RECEIPT, binds![ente, *id]).await,
        Subject::Nota(id) => read.fetch_optional(OF_NOTE, binds![ente, *id]).await,
    }
}

/// The last 20 decisions, the latest first.
pub async fn latest(read: &mut Read, ente: EnteId) -> Result<Vec<DecisionRow>> {
    read.fetch_all(LATEST, binds![ente]).await
}

/// Keeps what a payer gets back because of a credit note, in cents.
///
/// # Errors
/// `Unique` when the note left one before.
pub async fn add_credit(
    tx: &mut Tx,
    ente: EnteId,
    nota: DocumentoContabileId,
    amount_cents: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(ADD_CREDIT, binds![ente, nota, amount_cents, now]).await?;
    Ok(())
}

/// What a credit note left to give back, in cents.
pub async fn credit(read: &mut Read, ente: EnteId, nota: DocumentoContabileId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = read.fetch_optional(CREDIT, binds![ente, nota]).await?;
    Ok(row.map(|(amount,)| amount))
}

/// The credits about which nothing was decided, the oldest first: a page (limit, offset).
pub async fn credits(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<CreditoRow>> {
    read.fetch_all(CREDITS, binds![ente, limit, offset]).await
}
