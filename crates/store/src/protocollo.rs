//! The internal register of protocol (DPR 445/2000 art. 53). Nothing in it is ever changed or deleted.

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, EnteId};

use crate::{binds, error::Result, flight::Write, row, statements, tx::Read, word::words};

words! {
    /// Which way a document went.
    pub enum Direction {
        /// To the ente.
        In = "entrata",
        /// From the ente.
        Out = "uscita",
    }
}

row! {
    /// A registration.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProtocolloRow {
        /// Code of the AOO whose register it is.
        pub aoo: String,
        /// Calendar year of the number.
        pub anno: i64,
        /// Number within AOO and year; given by the store on filing.
        pub numero: i64,
        /// Which way.
        pub direction: Direction,
        /// When it was registered.
        pub registered_at: DateTime<Utc>,
        /// When it was presented: the instant that counts.
        pub received_at: DateTime<Utc>,
        /// Sender (in) or recipient (out), as the register shows it.
        pub sender: String,
        /// Subject; never class-A data.
        pub subject: String,
        /// SHA-256 of the main document, hexadecimal.
        pub sha256: String,
        /// The INVIA that it belongs to.
        pub bozza_id: BozzaId,
    }
}

statements! {
    ADD = "INSERT INTO protocollo (ente_id, aoo, anno, numero, direction, registered_at, received_at, sender, subject, sha256, bozza_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    OF_BOZZA: ProtocolloRow = "SELECT aoo, anno, numero, direction, registered_at, received_at, sender, subject, sha256, bozza_id
        FROM protocollo WHERE ente_id = $1 AND bozza_id = $2 AND direction = 'entrata'";
    BROKEN: (String, i64, i64) = "SELECT aoo, anno, count(*) FROM protocollo WHERE ente_id = $1
        GROUP BY aoo, anno HAVING count(*) <> max(numero) - min(numero) + 1 ORDER BY aoo, anno";
}

impl ProtocolloRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.aoo,
            self.anno,
            self.numero,
            self.direction,
            self.registered_at,
            self.received_at,
            self.sender,
            self.subject,
            self.sha256,
            self.bozza_id
        ];
        Write::new(ADD, binds)
    }
}

/// The registration of an INVIA.
pub async fn of_bozza(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<ProtocolloRow>> {
    read.fetch_optional(OF_BOZZA, binds![ente, bozza]).await
}

/// AOO and year of every register whose numbers have a gap. Empty is right.
pub async fn broken(read: &mut Read, ente: EnteId) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(String, i64, i64)> = read.fetch_all(BROKEN, binds![ente]).await?;
    Ok(rows.into_iter().map(|(aoo, anno, _)| (aoo, anno)).collect())
}
