//! Tariff plans, and what the price of an enrolment is reckoned from. Prices are made in `sportello-domain`.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{EnteId, IscrizioneId, PersonaId},
    tariffa::Piano,
};
use uuid::Uuid;

use crate::{
    bind::Json,
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// What a price is reckoned from.
    pub enum Base {
        /// An ISEE that was declared.
        Isee = "isee",
        /// Nothing was declared: the highest price.
        Max = "massima",
    }
}

row! {
    /// A tariff plan.
    #[derive(Clone, Debug)]
    pub struct PianoRow {
        /// Its key.
        pub id: Uuid,
        /// Service: `mensa`.
        pub servizio: String,
        /// First day.
        pub dal: NaiveDate,
        /// Last day, if there is one.
        pub al: Option<NaiveDate>,
        /// The decision that set it.
        pub atto: String,
        /// The plan.
        pub piano: Json<Piano>,
        /// When it was written.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// What the price of an enrolment is reckoned from, from a day to a day.
    #[derive(Clone, Debug)]
    pub struct AssegnazioneRow {
        /// The enrolment.
        pub iscrizione_id: IscrizioneId,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
        /// What was declared.
        pub base: Base,
        /// The ISEE in cents as text, sealed at `assegnazione_tariffa`, `sealed_isee`, key of the enrolment.
        pub sealed_isee: Option<Sealed>,
        /// Whether the family lives in the ente.
        pub residente: bool,
        /// When it was written.
        pub created_at: DateTime<Utc>,
    }
}

statements! {
    ADD = "INSERT INTO piano_tariffario (ente_id, id, servizio, dal, al, atto, piano, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_SERVICE: PianoRow = "SELECT id, servizio, dal, al, atto, piano, created_at FROM piano_tariffario
        WHERE ente_id = $1 AND servizio = $2 ORDER BY dal";
    ASSIGN = "INSERT INTO assegnazione_tariffa (ente_id, iscrizione_id, dal, al, base, sealed_isee, residente, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_ISCRIZIONE: AssegnazioneRow = "SELECT iscrizione_id, dal, al, base, sealed_isee, residente, created_at
        FROM assegnazione_tariffa WHERE ente_id = $1 AND iscrizione_id = $2 ORDER BY dal";
    SPLIT = "INSERT INTO assegnazione_tariffa (ente_id, iscrizione_id, dal, al, base, sealed_isee, residente, created_at)
        SELECT ente_id, iscrizione_id, $3, al, base, sealed_isee, residente, $4 FROM assegnazione_tariffa
        WHERE ente_id = $1 AND iscrizione_id = $2 AND dal < $3 AND al >= $3";
    CUT = "UPDATE assegnazione_tariffa SET al = $4 WHERE ente_id = $1 AND iscrizione_id = $2 AND dal < $3 AND al >= $3";
    RESIDENTE = "UPDATE assegnazione_tariffa SET residente = $4 WHERE ente_id = $1 AND iscrizione_id = $2 AND dal >= $3";
    OF_PAYERS: AssegnazioneRow = "SELECT t.iscrizione_id, t.dal, t.al, t.base, t.sealed_isee, t.residente, t.created_at
        FROM iscrizione i JOIN assegnazione_tariffa t ON t.ente_id = i.ente_id AND t.iscrizione_id = i.id
        WHERE i.ente_id = $1 AND i.persona_id > $2 AND i.persona_id <= $3 AND i.servizio = $4
        ORDER BY t.iscrizione_id, t.dal";
}

/// Adds a plan.
///
/// # Errors
/// `Unique` when the service has another one from the same day.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &PianoRow) -> Result<()> {
    let binds = binds![ente, row.id, row.servizio, row.dal, row.al, row.atto, row.piano, row.created_at];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// The plans of a service, the oldest first.
pub async fn of_service(read: &mut Read, ente: EnteId, servizio: &str) -> Result<Vec<PianoRow>> {
    read.fetch_all(OF_SERVICE, binds![ente, servizio]).await
}

/// Writes what the price of an enrolment is reckoned from. Intervals of an enrolment must not overlap.
///
/// # Errors
/// `Unique` when the enrolment has another one from the same day.
pub async fn assign(tx: &mut Tx, ente: EnteId, row: &AssegnazioneRow) -> Result<()> {
    let binds =
        binds![ente, row.iscrizione_id, row.dal, row.al, row.base, row.sealed_isee, row.residente, row.created_at];
    tx.execute(ASSIGN, binds).await?;
    Ok(())
}

/// What the price of an enrolment is reckoned from, the oldest first.
pub async fn of_iscrizione(read: &mut Read, ente: EnteId, iscrizione: IscrizioneId) -> Result<Vec<AssegnazioneRow>> {
    read.fetch_all(OF_ISCRIZIONE, binds![ente, iscrizione]).await
}

/// Says whether the family of an enrolment lives in the ente from a day on. The interval of that day is cut in two;
/// days before keep what they had.
pub async fn set_residente(
    tx: &mut Tx,
    ente: EnteId,
    iscrizione: IscrizioneId,
    (from, residente): (NaiveDate, bool),
    now: DateTime<Utc>,
) -> Result<()> {
    let before = from.pred_opt().unwrap_or(from);
    tx.execute(SPLIT, binds![ente, iscrizione, from, now]).await?;
    tx.execute(CUT, binds![ente, iscrizione, from, before]).await?;
    tx.execute(RESIDENTE, binds![ente, iscrizione, from, residente]).await?;
    Ok(())
}

/// What the prices of all enrolments of some payers are reckoned from: those behind `after` up to `last`.
pub async fn of_payers(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    after: PersonaId,
    last: PersonaId,
) -> Result<Vec<AssegnazioneRow>> {
    read.fetch_all(OF_PAYERS, binds![ente, after, last, servizio]).await
}
