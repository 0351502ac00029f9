//! Daily registers of protocol (DPR 445/2000 art. 53 c. 5; DPCM 3 December 2013 art. 7): one document for each day on which
//! the internal register took something in or annulled something. Each names the digest of the one before, so that one
//! that was altered or taken out is found.
//!
//! Not for the documents themselves: their bytes stand, sealed, in the file store.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{DocumentoId, EnteId};

use crate::{
    binds,
    error::Result,
    protocollo::Direction,
    row, statements,
    tx::{Read, Tx},
};

/// Digest that the first register of an AOO names as the one before.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

row! {
    /// A daily register.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GiornalieroRow {
        /// Place in the chain of the AOO, from 1.
        pub seq: i64,
        /// The day (Europe/Rome).
        pub giorno: NaiveDate,
        /// Key of its bytes in the file store.
        pub documento_id: DocumentoId,
        /// Registrations of the day.
        pub registrazioni: i64,
        /// Annulments of the day.
        pub annullamenti: i64,
        /// Lowest number of the day; none without registrations.
        pub first_numero: Option<i64>,
        /// Highest number of the day.
        pub last_numero: Option<i64>,
        /// Size in bytes.
        pub bytes: i64,
        /// SHA-256 of the document, hexadecimal.
        pub sha256: String,
        /// That of the register before; [`GENESIS`] for the first.
        pub previous_sha256: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A registration as the daily register tells it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RegistrataRow {
        /// Calendar year of the number.
        pub anno: i64,
        /// Number.
        pub numero: i64,
        /// When it was registered.
        pub registered_at: DateTime<Utc>,
        /// When it was presented.
        pub received_at: DateTime<Utc>,
        /// Which way.
        pub direction: Direction,
        /// Sender, or recipient of what goes out.
        pub sender: String,
        /// Subject.
        pub subject: String,
        /// SHA-256 of the main document.
        pub sha256: String,
        /// Place in the classification plan.
        pub classificazione: String,
        /// The fascicolo.
        pub fascicolo: Option<String>,
    }
}

row! {
    /// An annulment as the daily register tells it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AnnullataRow {
        /// Calendar year of the number.
        pub anno: i64,
        /// Number.
        pub numero: i64,
        /// When it was annulled.
        pub annulled_at: DateTime<Utc>,
        /// Why.
        pub motivo: String,
        /// The act that allows it.
        pub atto: String,
        /// Given name of who did it.
        pub nome: String,
        /// Family name of who did it.
        pub cognome: String,
    }
}

statements! {
    REGISTERED: RegistrataRow = "SELECT anno, numero, registered_at, received_at, direction, sender, subject, sha256, classificazione, fascicolo
        FROM protocollo WHERE ente_id = $1 AND aoo = $2 AND registro = 'interno' AND registered_at >= $3 AND registered_at < $4
        ORDER BY anno, numero LIMIT $5";
    ANNULLED: AnnullataRow = "SELECT a.anno, a.numero, a.annulled_at, a.motivo, a.atto, p.nome, p.cognome
        FROM protocollo_annullo a JOIN persona p ON p.ente_id = a.ente_id AND p.id = a.annulled_by
        WHERE a.ente_id = $1 AND a.aoo = $2 AND a.annulled_at >= $3 AND a.annulled_at < $4
        ORDER BY a.annulled_at, a.anno, a.numero LIMIT $5";
    NEXT_REGISTERED: (Option<DateTime<Utc>>,) = "SELECT min(registered_at) FROM protocollo
        WHERE ente_id = $1 AND aoo = $2 AND registro = 'interno' AND registered_at >= $3";
    NEXT_ANNULLED: (Option<DateTime<Utc>>,) = "SELECT min(annulled_at) FROM protocollo_annullo
        WHERE ente_id = $1 AND aoo = $2 AND annulled_at >= $3";
    COUNT_REGISTERED: (i64,) = "SELECT count(*) FROM protocollo
        WHERE ente_id = $1 AND aoo = $2 AND registro = 'interno' AND registered_at >= $3 AND registered_at < $4";
    COUNT_ANNULLED: (i64,) = "SELECT count(*) FROM protocollo_annullo
        WHERE ente_id = $1 AND aoo = $2 AND annulled_at >= $3 AND annulled_at < $4";
    ADD = "INSERT INTO registro_giornaliero (ente_id, aoo, seq, giorno, documento_id, registrazioni, annullamenti, first_numero, last_numero, bytes, sha256, previous_sha256, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
    LATEST: GiornalieroRow = "SELECT seq, giorno, documento_id, registrazioni, annullamenti, first_numero, last_numero, bytes, sha256, previous_sha256, created_at
        FROM registro_giornaliero WHERE ente_id = $1 AND aoo = $2 ORDER BY seq DESC LIMIT $3 OFFSET $4";
    OF_DAY: GiornalieroRow = "SELECT seq, giorno, documento_id, registrazioni, annullamenti, first_numero, last_numero, bytes, sha256, previous_sha256, created_at
        FROM registro_giornaliero WHERE ente_id = $1 AND aoo = $2 AND giorno = $3";
}

/// Half-open span of instants: a legal day.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// What an AOO registered in a span, by number, at most `limit`.
pub async fn registered(
    read: &mut Read,
    ente: EnteId,
    aoo: &str,
    span: Span,
    limit: i64,
) -> Result<Vec<RegistrataRow>> {
    read.fetch_all(REGISTERED, binds![ente, aoo, span.0, span.1, limit]).await
}

/// What an AOO annulled in a span, in order, at most `limit`.
pub async fn annulled(read: &mut Read, ente: EnteId, aoo: &str, span: Span, limit: i64) -> Result<Vec<AnnullataRow>> {
    read.fetch_all(ANNULLED, binds![ente, aoo, span.0, span.1, limit]).await
}

/// How many registrations and annulments an AOO has in a span.
pub async fn counts(read: &mut Read, ente: EnteId, aoo: &str, span: Span) -> Result<(i64, i64)> {
    let (registered,): (i64,) = read.fetch_one(COUNT_REGISTERED, binds![ente, aoo, span.0, span.1]).await?;
    let (annulled,): (i64,) = read.fetch_one(COUNT_ANNULLED, binds![ente, aoo, span.0, span.1]).await?;
    Ok((registered, annulled))
}

/// The first instant from `from` on at which the AOO registered or annulled something.
pub async fn next(read: &mut Read, ente: EnteId, aoo: &str, from: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let (registered,): (Option<DateTime<Utc>>,) = read.fetch_one(NEXT_REGISTERED, binds![ente, aoo, from]).await?;
    let (annulled,): (Option<DateTime<Utc>>,) = read.fetch_one(NEXT_ANNULLED, binds![ente, aoo, from]).await?;
    Ok(registered.into_iter().chain(annulled).min())
}

/// Adds a register whose bytes are stored already; false when there is one of its day or place.
pub async fn add(tx: &mut Tx, ente: EnteId, aoo: &str, row: &GiornalieroRow) -> Result<bool> {
    let binds = binds![
        ente,
        aoo,
        row.seq,
        row.giorno,
        row.documento_id,
        row.registrazioni,
        row.annullamenti,
        row.first_numero,
        row.last_numero,
        row.bytes,
        row.sha256,
        row.previous_sha256,
        row.created_at
    ];
    Ok(tx.execute(ADD, binds).await? == 1)
}

/// The registers of an AOO, the latest first: `limit` of them after the first `offset`.
pub async fn latest(read: &mut Read, ente: EnteId, aoo: &str, limit: i64, offset: i64) -> Result<Vec<GiornalieroRow>> {
    read.fetch_all(LATEST, binds![ente, aoo, limit.clamp(0, 500), offset.max(0)]).await
}

/// The register of a day.
pub async fn of_day(read: &mut Read, ente: EnteId, aoo: &str, giorno: NaiveDate) -> Result<Option<GiornalieroRow>> {
    read.fetch_optional(OF_DAY, binds![ente, aoo, giorno]).await
}
