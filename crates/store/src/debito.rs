//! Debts as those read them who pay or are paid: with child, invoice, debtor, and what is known of their payment.
//!
//! The debts themselves stand in `posizione`; nothing is changed here.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    euro::Euro,
    fatturazione::{Modalita, Periodo},
    id::{AlunnoId, DocumentoContabileId, EnteId, PersonaId, PosizioneId, PraticaId},
    posizione::PosizioneStatus,
    spontaneo::matching::OpenDebt,
};

use crate::{binds, error::Result, row, statements, tx::Read};

row! {
    /// A debt of a person.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DebitoRow {
        /// The debt.
        pub id: PosizioneId,
        /// The invoice behind it.
        pub documento_id: Option<DocumentoContabileId>,
        /// The child.
        pub alunno_id: Option<AlunnoId>,
        /// The child's given name.
        pub nome: Option<String>,
        /// The child's family name.
        pub cognome: Option<String>,
        /// Number of the invoice within its series and year.
        pub numero: Option<i64>,
        /// Suffix of its number.
        pub serie: Option<String>,
        /// Year of its date.
        pub anno: Option<i64>,
        /// The month that it charges.
        pub periodo: Option<Periodo>,
        /// Reason in words, without names.
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
        /// Notice number, where it has one.
        pub codice_avviso: Option<String>,
        /// Day of its payment.
        pub paid_on: Option<NaiveDate>,
        /// Day of its collection, while it waits in a file of direct debits.
        pub debit_on: Option<NaiveDate>,
        /// When the browser of the last attempt came back whose receipt is awaited.
        pub awaited_since: Option<DateTime<Utc>>,
    }
}

row! {
    /// Who owes a debt.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DebitoreRow {
        /// The person.
        pub persona_id: PersonaId,
        /// Codice fiscale.
        pub codice_fiscale: String,
        /// Given name.
        pub nome: String,
        /// Family name.
        pub cognome: String,
        /// Address of the profile.
        pub email: Option<String>,
        /// The pratica of the enrolment that is charged.
        pub pratica_id: Option<PraticaId>,
    }
}

row! {
    /// A debt that a spontaneous payment may stand for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OpenRow {
        /// The debt.
        pub id: PosizioneId,
        /// The child.
        pub alunno_id: AlunnoId,
        /// The child's given name.
        pub nome: String,
        /// The child's family name.
        pub cognome: String,
        /// Reason in words, without names.
        pub causale: String,
        /// The month that its invoice charges.
        pub periodo: Option<Periodo>,
        /// Day by which it is to be paid.
        pub scadenza: NaiveDate,
        /// What is still owed, in cents.
        pub owed_cents: i64,
        /// Version that was read.
        pub version: i64,
    }
}

impl OpenRow {
    /// What the rules of matching need of it.
    pub fn debt(&self) -> OpenDebt<PosizioneId> {
        OpenDebt {
            key: self.id,
            alunno: self.alunno_id,
            alunno_name: format!("{} {}", self.nome, self.cognome),
            due_on: self.scadenza,
            amount: Euro::from_cents(self.owed_cents),
        }
    }
}

statements! {
    OF_PERSON: DebitoRow = "SELECT p.id, p.documento_id, p.alunno_id, a.nome, a.cognome, d.numero, d.serie, d.anno, d.periodo, p.causale, p.amount_cents, p.settled_cents, p.scadenza, p.modalita, p.status, p.codice_avviso,
            coalesce((SELECT b.value_date FROM abbinamento b WHERE b.ente_id = p.ente_id AND b.posizione_id = p.id),
                (SELECT max(i.value_date) FROM incasso i LEFT JOIN ricevuta_pagopa q ON q.ente_id = i.ente_id AND q.receipt_id = i.receipt_id
                WHERE i.ente_id = p.ente_id AND i.posizione_id = p.id AND coalesce(q.anomalia, '') <> 'doppia')) AS paid_on,
            (SELECT max(f.collection_on) FROM distinta_riga r JOIN distinta_sdd f ON f.ente_id = r.ente_id AND f.id = r.distinta_id
                WHERE r.ente_id = p.ente_id AND r.posizione_id = p.id AND r.status = 'in_attesa') AS debit_on,
            (SELECT max(t.returned_at) FROM tentativo_posizione c JOIN tentativo_pagamento t ON t.ente_id = c.ente_id AND t.id = c.tentativo_id
                WHERE c.ente_id = p.ente_id AND c.posizione_id = p.id AND t.status = 'in_verifica') AS awaited_since
        FROM posizione_debitoria p LEFT JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        LEFT JOIN alunno a ON a.ente_id = p.ente_id AND a.id = p.alunno_id
        WHERE p.ente_id = $1 AND p.persona_id = $2 ORDER BY p.scadenza, p.id LIMIT 500";
    DEBTOR: DebitoreRow = "SELECT x.id AS persona_id, x.codice_fiscale, x.nome, x.cognome, x.email, i.pratica_id
        FROM posizione_debitoria p JOIN persona x ON x.ente_id = p.ente_id AND x.id = p.persona_id
        LEFT JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        LEFT JOIN iscrizione i ON i.ente_id = d.ente_id AND i.id = d.iscrizione_id
        WHERE p.ente_id = $1 AND p.id = $2";
    OPEN_OF: OpenRow = "SELECT p.id, p.alunno_id, a.nome, a.cognome, p.causale, d.periodo, p.scadenza, p.amount_cents - p.settled_cents AS owed_cents, p.version
        FROM persona x JOIN posizione_debitoria p ON p.ente_id = x.ente_id AND p.persona_id = x.id
        JOIN alunno a ON a.ente_id = p.ente_id AND a.id = p.alunno_id
        LEFT JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        WHERE x.ente_id = $1 AND x.codice_fiscale = $2 AND p.status IN ('aperta', 'insoluta')
        ORDER BY p.scadenza, p.id LIMIT 100";
    // What a bank debits is not the family's to pay, and what is being verified may be paid.
    OVERDUE: (i64,) = "SELECT count(*) FROM posizione_debitoria p WHERE p.ente_id = $1 AND p.persona_id = $2 AND p.scadenza < $3
        AND (p.status = 'insoluta' OR (p.status = 'aperta' AND p.modalita = 'PAGOPA'))
        AND NOT EXISTS (SELECT 1 FROM tentativo_posizione c JOIN tentativo_pagamento t ON t.ente_id = c.ente_id AND t.id = c.tentativo_id
            WHERE c.ente_id = p.ente_id AND c.posizione_id = p.id AND t.status = 'in_verifica')";
    MISMATCHED: (PosizioneId,) = "SELECT id FROM posizione_debitoria
        WHERE ente_id = $1 AND status = 'pagata' AND settled_cents <> amount_cents ORDER BY id LIMIT 100";
}

/// The debts of a person, the earliest due first, at most 500.
pub async fn of_person(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<DebitoRow>> {
    read.fetch_all(OF_PERSON, binds![ente, persona]).await
}

/// Who owes a debt; nobody whom the ente knows, for a spontaneous payment.
pub async fn debtor(read: &mut Read, ente: EnteId, posizione: PosizioneId) -> Result<Option<DebitoreRow>> {
    read.fetch_optional(DEBTOR, binds![ente, posizione]).await
}

/// What the person of a codice fiscale has to pay, the earliest due first, at most 100.
pub async fn open_of(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<Vec<OpenRow>> {
    read.fetch_all(OPEN_OF, binds![ente, codice_fiscale]).await
}

/// How many debts a person should have paid before `today`.
pub async fn overdue(read: &mut Read, ente: EnteId, persona: PersonaId, today: NaiveDate) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(OVERDUE, binds![ente, persona, today]).await?;
    Ok(count)
}

/// Paid debts of which not everything was collected; none is right.
pub async fn mismatched(read: &mut Read, ente: EnteId) -> Result<Vec<PosizioneId>> {
    let rows: Vec<(PosizioneId,)> = read.fetch_all(MISMATCHED, binds![ente]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
