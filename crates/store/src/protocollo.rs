//! The protocol register (DPR 445/2000 art. 53-54). Nothing in it is ever changed or deleted: an annulment is an entry of
//! its own beside the registration.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{BozzaId, EnteId, PersonaId, PraticaId},
    protocollo::Registro,
};

use crate::{
    binds, contatore,
    error::Result,
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
    word::words,
};

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
        /// Code of the AOO whose register it is; for the protocol system of the ente see
        /// [`sportello_domain::protocollo::external_aoo`].
        pub aoo: String,
        /// Calendar year of the number.
        pub anno: i64,
        /// Number within AOO and year; given by the store with the internal register.
        pub numero: i64,
        /// Whose register it is.
        pub registro: Registro,
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
        /// Place in the classification plan: `VII/1`.
        pub classificazione: String,
        /// The fascicolo; none for entries older than fascicoli.
        pub fascicolo: Option<String>,
        /// The INVIA that it belongs to.
        pub bozza_id: BozzaId,
    }
}

row! {
    /// An annulment (DPR 445/2000 art. 54), with the name of who made it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AnnulloRow {
        /// Why.
        pub motivo: String,
        /// The act that allows it.
        pub atto: String,
        /// When.
        pub annulled_at: DateTime<Utc>,
        /// Who.
        pub annulled_by: PersonaId,
        /// Given name.
        pub nome: String,
        /// Family name.
        pub cognome: String,
    }
}

/// An annulment to write.
#[derive(Clone, Debug)]
pub struct NewAnnullo {
    /// Why.
    pub motivo: String,
    /// The act that allows it.
    pub atto: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: PersonaId,
}

statements! {
    ADD = "INSERT INTO protocollo (ente_id, aoo, anno, numero, registro, direction, registered_at, received_at, sender, subject, sha256, classificazione, fascicolo, bozza_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    OF_BOZZA: ProtocolloRow = "SELECT aoo, anno, numero, registro, direction, registered_at, received_at, sender, subject, sha256, classificazione, fascicolo, bozza_id
        FROM protocollo WHERE ente_id = $1 AND bozza_id = $2 AND direction = 'entrata'";
    BROKEN: (String, i64, i64) = "SELECT aoo, anno, count(*) FROM protocollo WHERE ente_id = $1 AND registro = 'interno'
        GROUP BY aoo, anno HAVING count(*) <> max(numero) - min(numero) + 1 ORDER BY aoo, anno";
    ANNUL = "INSERT INTO protocollo_annullo (ente_id, aoo, anno, numero, motivo, atto, annulled_at, annulled_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    ANNULLO: AnnulloRow = "SELECT a.motivo, a.atto, a.annulled_at, a.annulled_by, p.nome, p.cognome
        FROM protocollo_annullo a JOIN persona p ON p.ente_id = a.ente_id AND p.id = a.annulled_by
        WHERE a.ente_id = $1 AND a.aoo = $2 AND a.anno = $3 AND a.numero = $4";
    PRATICHE: (PraticaId, i64, i64) = "SELECT id, anno, numero FROM pratica WHERE ente_id = $1 AND bozza_id = $2 ORDER BY numero";
}

impl ProtocolloRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.aoo,
            self.anno,
            self.numero,
            self.registro,
            self.direction,
            self.registered_at,
            self.received_at,
            self.sender,
            self.subject,
            self.sha256,
            self.classificazione,
            self.fascicolo,
            self.bozza_id
        ];
        Write::new(ADD, binds)
    }
}

/// Registers in the internal register, under the next number of its AOO and year, which it gives back.
pub async fn register(tx: &mut Tx, ente: EnteId, mut row: ProtocolloRow) -> Result<i64> {
    row.numero = contatore::next(tx, ente, &contatore::protocollo(&row.aoo), row.anno).await?;
    flight::send(tx, &[row.write(&ente)]).await?;
    Ok(row.numero)
}

/// The registration of an INVIA.
pub async fn of_bozza(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<ProtocolloRow>> {
    read.fetch_optional(OF_BOZZA, binds![ente, bozza]).await
}

/// AOO and year of every internal register whose numbers have a gap. Empty is right.
pub async fn broken(read: &mut Read, ente: EnteId) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(String, i64, i64)> = read.fetch_all(BROKEN, binds![ente]).await?;
    Ok(rows.into_iter().map(|(aoo, anno, _)| (aoo, anno)).collect())
}

/// Annuls a registration; false when it is annulled already.
pub async fn annul(tx: &mut Tx, ente: EnteId, row: &ProtocolloRow, new: &NewAnnullo) -> Result<bool> {
    let binds = binds![ente, row.aoo, row.anno, row.numero, new.motivo, new.atto, new.at, new.by];
    Ok(tx.execute(ANNUL, binds).await? == 1)
}

/// The annulment of a registration, if it is annulled.
pub async fn annullo(read: &mut Read, ente: EnteId, row: &ProtocolloRow) -> Result<Option<AnnulloRow>> {
    read.fetch_optional(ANNULLO, binds![ente, row.aoo, row.anno, row.numero]).await
}

/// The pratiche that share the registration of an INVIA: key, year and number, in the order of their numbers.
pub async fn pratiche(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Vec<(PraticaId, i64, i64)>> {
    read.fetch_all(PRATICHE, binds![ente, bozza]).await
}
