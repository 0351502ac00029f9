//! Which debts can be collected by direct debit, and with which mandate. Nothing is written here: what is collected goes
//! into a file ([`crate::distinta`]).

use chrono::NaiveDate;
use sportello_domain::id::{EnteId, MandatoId, PosizioneId};

use crate::{binds, error::Result, row, seal::Sealed, statements, tx::Read};

/// Most rows of one page of [`debts`].
pub const PAGE: usize = 500;

row! {
    /// An open debt that may be collected, with its mandate.
    #[derive(Clone, Debug)]
    pub struct CollectableRow {
        /// The debt.
        pub posizione_id: PosizioneId,
        /// The mandate.
        pub mandato_id: MandatoId,
        /// Its reference.
        pub umr: String,
        /// When it was signed.
        pub firmato_il: NaiveDate,
        /// The account, sealed at `mandato`, `sealed_conto`.
        pub sealed_conto: Sealed,
        /// What is still owed, in cents.
        pub amount_cents: i64,
        /// What the debt is for.
        pub causale: String,
        /// Year of the document.
        pub anno: i64,
        /// Series of the document.
        pub serie: String,
        /// Number of the document.
        pub numero: i64,
        /// How often its collection was tried before.
        pub attempts: i64,
    }
}

row! {
    /// What can be collected on a day.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Collectable {
        /// How many debts.
        pub count: i64,
        /// What is owed, in cents.
        pub total_cents: i64,
        /// Debts of that day without an active mandate: they are left out.
        pub without_mandate: i64,
    }
}

statements! {
    SUMMARY: Collectable = "SELECT count(m.id) AS count, CAST(coalesce(sum(CASE WHEN m.id IS NULL THEN 0 ELSE p.amount_cents - p.settled_cents END), 0) AS BIGINT) AS total_cents,
            count(*) - count(m.id) AS without_mandate
        FROM posizione_debitoria p JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        LEFT JOIN mandato m ON m.ente_id = d.ente_id AND m.iscrizione_id = d.iscrizione_id AND m.status = 'attivo' AND coalesce(m.last_used_on, m.firmato_il) >= $4
        WHERE p.ente_id = $1 AND p.status = 'aperta' AND p.modalita = 'SDD' AND p.scadenza <= $2 AND d.emesso_il <= $3";
    TERMS: (NaiveDate, NaiveDate) = "SELECT DISTINCT d.emesso_il, p.scadenza FROM posizione_debitoria p
        JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        WHERE p.ente_id = $1 AND p.status = 'aperta' AND p.modalita = 'SDD' ORDER BY p.scadenza, d.emesso_il LIMIT 1000";
    COLLECTABLE: CollectableRow = "SELECT p.id AS posizione_id, m.id AS mandato_id, m.umr, m.firmato_il, m.sealed_conto, p.amount_cents - p.settled_cents AS amount_cents, p.causale, d.anno, d.serie, d.numero,
            (SELECT count(*) FROM distinta_riga r WHERE r.ente_id = p.ente_id AND r.posizione_id = p.id) AS attempts
        FROM posizione_debitoria p JOIN documento_contabile d ON d.ente_id = p.ente_id AND d.id = p.documento_id
        JOIN mandato m ON m.ente_id = d.ente_id AND m.iscrizione_id = d.iscrizione_id AND m.status = 'attivo' AND coalesce(m.last_used_on, m.firmato_il) >= $4
        WHERE p.ente_id = $1 AND p.status = 'aperta' AND p.modalita = 'SDD' AND p.scadenza <= $2 AND d.emesso_il <= $3 AND p.id > $5
        ORDER BY p.id LIMIT 500";
}

/// Which debts are looked at: those due by `collection_on`, told by `issued_by`, whose mandate was signed or used since
/// `mandate_since`.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Day of the debit.
    pub collection_on: NaiveDate,
    /// Last day of issue that leaves enough notice.
    pub issued_by: NaiveDate,
    /// First day of last use of a mandate that is still in force.
    pub mandate_since: NaiveDate,
}

/// Days of issue and due days of the debts that wait to be collected, the earliest due first, at most 1,000 pairs.
pub async fn terms(read: &mut Read, ente: EnteId) -> Result<Vec<(NaiveDate, NaiveDate)>> {
    read.fetch_all(TERMS, binds![ente]).await
}

/// How much can be collected.
pub async fn summary(read: &mut Read, ente: EnteId, wanted: Wanted) -> Result<Collectable> {
    let Wanted { collection_on, issued_by, mandate_since } = wanted;
    read.fetch_one(SUMMARY, binds![ente, collection_on, issued_by, mandate_since]).await
}

/// The debts that can be collected, by key behind `after`, at most [`PAGE`].
pub async fn debts(read: &mut Read, ente: EnteId, wanted: Wanted, after: PosizioneId) -> Result<Vec<CollectableRow>> {
    let Wanted { collection_on, issued_by, mandate_since } = wanted;
    read.fetch_all(COLLECTABLE, binds![ente, collection_on, issued_by, mandate_since, after]).await
}
