//! What waits for its number from the protocol system of the ente, and the writing of the number when it comes.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{BozzaId, EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    binds,
    error::Result,
    flight::{self, Write},
    protocollo::ProtocolloRow,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A registration that is awaited.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RichiestaRow {
        /// The INVIA; also the name under which the protocol system is asked.
        pub bozza_id: BozzaId,
        /// When it was presented.
        pub received_at: DateTime<Utc>,
        /// Sender as the register shows it.
        pub sender: String,
        /// Subject; never class-A data.
        pub subject: String,
        /// SHA-256 of what was filed, hexadecimal.
        pub sha256: String,
        /// Place in the classification plan.
        pub classificazione: String,
        /// The fascicolo.
        pub fascicolo: String,
        /// The document that was prepared in the protocol system.
        pub external_id: Option<String>,
        /// Why the system refuses it.
        pub refusal: Option<String>,
        /// Number in the emergency register, with its year, where it has one.
        pub emergenza_numero: Option<i64>,
        /// See `emergenza_numero`.
        pub emergenza_anno: Option<i64>,
    }
}

row! {
    /// How much waits.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Waiting {
        /// How many.
        pub count: i64,
        /// How many of them the system has not refused so far.
        pub untried: i64,
        /// When the oldest of them was presented.
        pub since: Option<DateTime<Utc>>,
    }
}

statements! {
    ADD = "INSERT INTO protocollo_richiesta (ente_id, bozza_id, status, received_at, sender, subject, sha256, classificazione, fascicolo)
        VALUES ($1, $2, 'attesa', $3, $4, $5, $6, $7, $8)";
    WAITING: Waiting = "SELECT count(*) AS count, count(*) - count(refusal) AS untried, min(received_at) AS since FROM protocollo_richiesta
        WHERE ente_id = $1 AND status = 'attesa'";
    OLDEST: RichiestaRow = "SELECT r.bozza_id, r.received_at, r.sender, r.subject, r.sha256, r.classificazione, r.fascicolo, r.external_id, r.refusal,
            e.numero AS emergenza_numero, e.anno AS emergenza_anno
        FROM protocollo_richiesta r LEFT JOIN registro_emergenza e ON e.ente_id = r.ente_id AND e.bozza_id = r.bozza_id
        WHERE r.ente_id = $1 AND r.status = 'attesa'
        ORDER BY CASE WHEN r.refusal IS NULL THEN 0 ELSE 1 END, r.received_at, r.bozza_id LIMIT $2";
    KEEP_EXTERNAL = "UPDATE protocollo_richiesta SET external_id = $3
        WHERE ente_id = $1 AND bozza_id = $2 AND external_id IS NULL";
    EXTERNAL: (Option<String>,) = "SELECT external_id FROM protocollo_richiesta WHERE ente_id = $1 AND bozza_id = $2";
    REFUSED = "UPDATE protocollo_richiesta SET refusal = $3, external_id = NULL
        WHERE ente_id = $1 AND bozza_id = $2 AND status = 'attesa'";
    CLOSE = "UPDATE protocollo_richiesta SET status = 'registrata', registered_at = $3, refusal = NULL
        WHERE ente_id = $1 AND bozza_id = $2 AND status = 'attesa'";
    NUMBER = "UPDATE pratica SET protocollo_aoo = $3, protocollo_anno = $4, protocollo_numero = $5
        WHERE ente_id = $1 AND bozza_id = $2";
    SENT: (PraticaId, i64, PersonaId) = "SELECT id, version, persona_id FROM pratica
        WHERE ente_id = $1 AND bozza_id = $2 AND status = $3 ORDER BY numero";
    UNKNOWN: (BozzaId,) = "SELECT p.bozza_id FROM pratica p
        LEFT JOIN protocollo_richiesta r ON r.ente_id = p.ente_id AND r.bozza_id = p.bozza_id AND r.status = 'attesa'
        WHERE p.ente_id = $1 AND p.protocollo_numero IS NULL AND r.bozza_id IS NULL LIMIT 20";
}

impl RichiestaRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.bozza_id,
            self.received_at,
            self.sender,
            self.subject,
            self.sha256,
            self.classificazione,
            self.fascicolo
        ];
        Write::new(ADD, binds)
    }
}

/// How much waits for a number.
pub async fn waiting(read: &mut Read, ente: EnteId) -> Result<Waiting> {
    read.fetch_one(WAITING, binds![ente]).await
}

/// What waits, the longest waiting first, at most `limit`. What was refused stands behind the rest.
pub async fn oldest(read: &mut Read, ente: EnteId, limit: i64) -> Result<Vec<RichiestaRow>> {
    read.fetch_all(OLDEST, binds![ente, limit]).await
}

/// Keeps the document that was prepared; gives the one that counts: that of whoever was faster.
pub async fn keep_external(tx: &mut Tx, ente: EnteId, bozza: BozzaId, external: &str) -> Result<Option<String>> {
    tx.execute(KEEP_EXTERNAL, binds![ente, bozza, external]).await?;
    let kept: Option<(Option<String>,)> = tx.fetch_optional(EXTERNAL, binds![ente, bozza]).await?;
    Ok(kept.and_then(|(kept,)| kept))
}

/// Notes why the system refuses it. The next attempt looks for its document anew.
pub async fn refused(tx: &mut Tx, ente: EnteId, bozza: BozzaId, why: &str) -> Result<()> {
    tx.execute(REFUSED, binds![ente, bozza, why]).await?;
    Ok(())
}

/// Writes the registration of something that waited, and its number into its pratiche; false, and nothing is written,
/// when it does not wait any more.
pub async fn register(tx: &mut Tx, ente: EnteId, row: &ProtocolloRow, now: DateTime<Utc>) -> Result<bool> {
    if tx.execute(CLOSE, binds![ente, row.bozza_id, now]).await? == 0 {
        return Ok(false);
    }
    let number = binds![ente, row.bozza_id, row.aoo, row.anno, row.numero];
    flight::send(tx, &[row.write(&ente), Write::new(NUMBER, number)]).await?;
    Ok(true)
}

/// The pratiche of an INVIA that are still only sent, with their versions and whose they are.
pub async fn sent(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Vec<(PraticaId, i64, PersonaId)>> {
    read.fetch_all(SENT, binds![ente, bozza, PraticaStatus::Submitted]).await
}

/// Some INVIA that have neither a number nor anything that waits for one. Empty is right.
pub async fn unknown(read: &mut Read, ente: EnteId) -> Result<Vec<BozzaId>> {
    let rows: Vec<(BozzaId,)> = read.fetch_all(UNKNOWN, binds![ente]).await?;
    Ok(rows.into_iter().map(|(bozza,)| bozza).collect())
}
