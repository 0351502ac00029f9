//! Interruptions of the protocol system, and the emergency register that is kept meanwhile (DPR 445/2000 art. 63).

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, EnteId, PersonaId};
use uuid::Uuid;

use crate::{
    binds, contatore,
    error::Result,
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// An interruption, with the names of who declared it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InterruzioneRow {
        /// Its key.
        pub id: Uuid,
        /// Why the system does not work.
        pub causa: String,
        /// The act that allows the emergency register.
        pub atto: String,
        /// Since when it does not work.
        pub began_at: DateTime<Utc>,
        /// When it was declared.
        pub declared_at: DateTime<Utc>,
        /// Given name of who declared it.
        pub nome: String,
        /// Family name of who declared it.
        pub cognome: String,
        /// When the system worked again.
        pub ended_at: Option<DateTime<Utc>>,
        /// How many entries the emergency register got meanwhile.
        pub voci: i64,
        /// How many of them have their number of the protocol system.
        pub riportate: i64,
    }
}

row! {
    /// An entry of the emergency register.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EmergenzaRow {
        /// Code of the AOO.
        pub aoo: String,
        /// Number within the year.
        pub numero: i64,
        /// The year.
        pub anno: i64,
        /// The INVIA.
        pub bozza_id: BozzaId,
        /// When it was entered.
        pub registered_at: DateTime<Utc>,
        /// When it was presented.
        pub received_at: DateTime<Utc>,
        /// Sender as the register shows it.
        pub sender: String,
        /// Subject; never class-A data.
        pub subject: String,
        /// Number of the protocol system, once it was carried over.
        pub protocollo_numero: Option<i64>,
        /// See `protocollo_numero`.
        pub protocollo_anno: Option<i64>,
    }
}

/// An interruption to declare.
#[derive(Clone, Debug)]
pub struct NewInterruzione {
    /// Its key.
    pub id: Uuid,
    /// Why the system does not work.
    pub causa: String,
    /// The act that allows the emergency register.
    pub atto: String,
    /// Since when it does not work.
    pub began_at: DateTime<Utc>,
    /// When it is declared.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: PersonaId,
}

/// What is written into the emergency register: whose numbers, of which year, when.
#[derive(Clone, Debug)]
pub struct Entering {
    /// The interruption.
    pub interruzione: Uuid,
    /// Code of the AOO.
    pub aoo: String,
    /// Calendar year of the numbers: that of `at` at the ente.
    pub anno: i64,
    /// When.
    pub at: DateTime<Utc>,
}

macro_rules! found {
    () => {
        "SELECT e.aoo, e.numero, e.anno, e.bozza_id, e.registered_at, r.received_at, r.sender, r.subject,
            q.numero AS protocollo_numero, q.anno AS protocollo_anno
        FROM registro_emergenza e
            JOIN protocollo_richiesta r ON r.ente_id = e.ente_id AND r.bozza_id = e.bozza_id
            LEFT JOIN protocollo q ON q.ente_id = e.ente_id AND q.bozza_id = e.bozza_id AND q.direction = 'entrata'
        WHERE e.ente_id = $1"
    };
}

statements! {
    OPEN: (Uuid,) = "SELECT id FROM interruzione WHERE ente_id = $1 AND ended_at IS NULL";
    BEGIN = "INSERT INTO interruzione (ente_id, id, causa, atto, began_at, declared_at, declared_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    END = "UPDATE interruzione SET ended_at = $3, ended_by = $4 WHERE ente_id = $1 AND id = $2 AND ended_at IS NULL";
    LATEST: InterruzioneRow = "SELECT i.id, i.causa, i.atto, i.began_at, i.declared_at, p.nome, p.cognome, i.ended_at,
            (SELECT count(*) FROM registro_emergenza e WHERE e.ente_id = i.ente_id AND e.interruzione_id = i.id) AS voci,
            (SELECT count(*) FROM registro_emergenza e JOIN protocollo q ON q.ente_id = e.ente_id AND q.bozza_id = e.bozza_id AND q.direction = 'entrata'
                WHERE e.ente_id = i.ente_id AND e.interruzione_id = i.id) AS riportate
        FROM interruzione i JOIN persona p ON p.ente_id = i.ente_id AND p.id = i.declared_by
        WHERE i.ente_id = $1 ORDER BY i.declared_at DESC, i.id LIMIT $2 OFFSET $3";
    ENTRIES: EmergenzaRow = [found!()] " ORDER BY e.anno DESC, e.numero DESC LIMIT $2";
    STEP: EmergenzaRow = [found!()] " AND (e.aoo, e.anno, e.numero) > ($2, $3, $4) ORDER BY e.aoo, e.anno, e.numero LIMIT $5";
    COUNT: (i64,) = "SELECT count(*) FROM registro_emergenza WHERE ente_id = $1";
    UNENTERED: (BozzaId,) = "SELECT r.bozza_id FROM protocollo_richiesta r
        LEFT JOIN registro_emergenza e ON e.ente_id = r.ente_id AND e.bozza_id = r.bozza_id
        WHERE r.ente_id = $1 AND r.status = 'attesa' AND e.bozza_id IS NULL ORDER BY r.received_at, r.bozza_id LIMIT $2";
    ENTER = "INSERT INTO registro_emergenza (ente_id, aoo, anno, numero, bozza_id, interruzione_id, registered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PREPARE_ANEW = "UPDATE protocollo_richiesta SET external_id = NULL
        WHERE ente_id = $1 AND bozza_id = $2 AND status = 'attesa'";
    OF_BOZZA: (i64, i64) = "SELECT numero, anno FROM registro_emergenza WHERE ente_id = $1 AND bozza_id = $2";
    BROKEN: (String, i64, i64) = "SELECT aoo, anno, count(*) FROM registro_emergenza WHERE ente_id = $1
        GROUP BY aoo, anno HAVING count(*) <> max(numero) ORDER BY aoo, anno";
}

/// The series of numbers of the emergency register of an AOO.
fn serie(aoo: &str) -> String {
    format!("emergenza:{aoo}")
}

/// The interruption that is open.
pub async fn open(read: &mut Read, ente: EnteId) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = read.fetch_optional(OPEN, binds![ente]).await?;
    Ok(found.map(|(id,)| id))
}

/// Declares an interruption; false when one is open.
pub async fn begin(tx: &mut Tx, ente: EnteId, new: &NewInterruzione) -> Result<bool> {
    let binds = binds![ente, new.id, new.causa, new.atto, new.began_at, new.at, new.by];
    Ok(tx.execute(BEGIN, binds).await? == 1)
}

/// Ends an interruption; false when it is over.
pub async fn end(tx: &mut Tx, ente: EnteId, id: Uuid, at: DateTime<Utc>, by: PersonaId) -> Result<bool> {
    Ok(tx.execute(END, binds![ente, id, at, by]).await? == 1)
}

/// The interruptions, the latest first: a page (limit, offset).
pub async fn latest(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<InterruzioneRow>> {
    read.fetch_all(LATEST, binds![ente, limit, offset]).await
}

/// The entries of the emergency register, the latest first, at most `limit`.
pub async fn entries(read: &mut Read, ente: EnteId, limit: i64) -> Result<Vec<EmergenzaRow>> {
    read.fetch_all(ENTRIES, binds![ente, limit]).await
}

/// The next entries of the emergency register behind one, in the order of their numbers, at most 500.
pub async fn step(
    read: &mut Read,
    ente: EnteId,
    after: Option<&EmergenzaRow>,
    limit: i64,
) -> Result<Vec<EmergenzaRow>> {
    let (aoo, anno, numero) = after.map_or(("", 0, 0), |row| (row.aoo.as_str(), row.anno, row.numero));
    read.fetch_all(STEP, binds![ente, aoo, anno, numero, limit.clamp(0, 500)]).await
}

/// How many entries the emergency register has.
pub async fn count(read: &mut Read, ente: EnteId) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(COUNT, binds![ente]).await?;
    Ok(count)
}

/// Number and year of an INVIA in the emergency register.
pub async fn of_bozza(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<(i64, i64)>> {
    read.fetch_optional(OF_BOZZA, binds![ente, bozza]).await
}

/// Enters what waits and has no number of the emergency register, in the order of presentation, at most `limit`; says how
/// many.
pub async fn enter_waiting(tx: &mut Tx, ente: EnteId, into: &Entering, limit: i64) -> Result<u64> {
    let waiting: Vec<(BozzaId,)> = tx.fetch_all(UNENTERED, binds![ente, limit]).await?;
    let Some(count) = i64::try_from(waiting.len()).ok().filter(|count| *count > 0) else { return Ok(0) };
    let first = contatore::next_block(tx, ente, &serie(&into.aoo), into.anno, count).await?;
    let numbered: Vec<(i64, BozzaId)> = (first..).zip(waiting.into_iter().map(|(bozza,)| bozza)).collect();
    // A document that the system prepared before does not name the emergency number.
    let anew = numbered.iter().map(|(_, bozza)| Write::new(PREPARE_ANEW, binds![ente, *bozza]));
    let writes: Vec<_> = numbered.iter().map(|(numero, bozza)| into.write(&ente, numero, bozza)).chain(anew).collect();
    flight::send(tx, &writes).await?;
    Ok(count.unsigned_abs())
}

impl Entering {
    fn write<'a>(&'a self, ente: &'a EnteId, numero: &'a i64, bozza: &'a BozzaId) -> Write<'a> {
        Write::new(ENTER, binds![*ente, self.aoo, self.anno, *numero, *bozza, self.interruzione, self.at])
    }
}

/// AOO and year of every emergency register whose numbers have a gap. Empty is right.
pub async fn broken(read: &mut Read, ente: EnteId) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(String, i64, i64)> = read.fetch_all(BROKEN, binds![ente]).await?;
    Ok(rows.into_iter().map(|(aoo, anno, _)| (aoo, anno)).collect())
}
