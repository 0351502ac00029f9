//! Tariff plans of an ente, and what the price of an enrolment is reckoned from.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar, collation,
    euro::Euro,
    id::{EnteId, IscrizioneId},
    ruolo::Ruolo,
    tariffa::Piano,
};
use sportello_store::{
    Json, Tx, audit,
    seal::{EnteSealer, Place, Sealed},
    tariffa::{self, AssegnazioneRow, Base},
};

use crate::{Ctx, Error, Portal, Result, campi, ctx::command_note, typed};

pub use sportello_store::tariffa::PianoRow;

/// Roles that see the plans.
pub const READERS: [Ruolo; 4] = [Ruolo::Ragioneria, Ruolo::OperatoreIstruzione, Ruolo::Amministratore, Ruolo::Auditor];
/// Longest name of a decision, in characters.
const MAX_ATTO: usize = 120;

/// A plan to put in force.
#[derive(Clone, Debug)]
pub struct NewPiano {
    /// First day.
    pub dal: NaiveDate,
    /// Last day, if there is one.
    pub al: Option<NaiveDate>,
    /// The decision that sets it: "Delibera di Giunta n. 12/2026".
    pub atto: String,
    /// The plan.
    pub piano: Piano,
}

/// Puts a plan for school meals in force, from the command line. Invoices that are issued keep their prices.
///
/// # Errors
/// [`Error::Unacceptable`] without the name of the decision, or for days in the wrong order; [`Error::NotAllowedNow`]
/// when another plan begins on the same day.
pub async fn publish(portal: &Portal, ente: EnteId, new: NewPiano) -> Result<()> {
    let atto = checked_atto(&new.atto, (new.dal, new.al))?;
    let now = portal.clock().now();
    let row = PianoRow {
        id: portal.chance().uuid(now),
        servizio: campi::MENSA.to_owned(),
        dal: new.dal,
        al: new.al,
        atto,
        piano: Json(new.piano),
        created_at: now,
    };
    let note = command_note(portal, "tariffa.publish", "piano_tariffario", Some(row.id));
    let written = portal
        .store()
        .write(ente, async move |tx| {
            tariffa::add(tx, ente, &row).await?;
            audit::record(tx, ente, &note).await
        })
        .await;
    match written {
        Err(sportello_store::Error::Unique) => Err(Error::NotAllowedNow),
        other => Ok(other?),
    }
}

/// The name of the decision that sets a plan, once it and the days of the plan are in order.
pub(crate) fn checked_atto(atto: &str, (dal, al): (NaiveDate, Option<NaiveDate>)) -> Result<String> {
    let atto = typed::line(atto, 1..=MAX_ATTO).ok_or(Error::Unacceptable("the decision"))?;
    if al.is_some_and(|al| al < dal) {
        return Err(Error::Unacceptable("the last day"));
    }
    Ok(atto)
}

/// The plans for school meals, the oldest first.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<PianoRow>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    Ok(portal.store().read(ente, async move |read| tariffa::of_service(read, ente, campi::MENSA).await).await?)
}

/// The plan in force on a day, by its place among the plans of [`list`]: the latest that has begun counts, unless it is over.
pub fn in_force(piani: &[PianoRow], today: NaiveDate) -> Option<usize> {
    let begun = piani.iter().rposition(|piano| piano.dal <= today)?;
    piani[begun].al.is_none_or(|al| today <= al).then_some(begun)
}

/// Today in Italy.
pub fn today(portal: &Portal) -> NaiveDate {
    calendar::legal_date(portal.clock().now())
}

/// What the price of a new enrolment is reckoned from, its ISEE sealed.
pub(crate) struct NewAssegnazione {
    base: Base,
    sealed_isee: Option<Sealed>,
    residente: bool,
}

impl NewAssegnazione {
    /// As the family declared it; no ISEE means the highest price.
    pub(crate) fn declared(
        sealer: &EnteSealer,
        iscrizione: IscrizioneId,
        isee: Option<Euro>,
        residente: bool,
    ) -> Result<Self> {
        let seal = |isee: Euro| sealer.seal(&place(iscrizione), isee.cents().to_string().as_bytes());
        let sealed_isee = isee.map(seal).transpose()?;
        let base = if sealed_isee.is_some() { Base::Isee } else { Base::Max };
        Ok(Self { base, sealed_isee, residente })
    }

    /// Writes it for the days of the enrolment.
    pub(crate) async fn add(
        self,
        tx: &mut Tx,
        ente: EnteId,
        iscrizione_id: IscrizioneId,
        (dal, al): (NaiveDate, NaiveDate),
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let Self { base, sealed_isee, residente } = self;
        let row = AssegnazioneRow { iscrizione_id, dal, al, base, sealed_isee, residente, created_at: now };
        tariffa::assign(tx, ente, &row).await
    }
}

/// Whether somebody who lives in `comune` is a resident of the ente of this place.
pub(crate) fn is_resident(comune: &str, locality: &str) -> bool {
    collation::key(comune.trim()) == collation::key(locality.trim())
}

/// Opens the ISEE of an assignment.
pub(crate) fn open_isee(sealer: &EnteSealer, row: &AssegnazioneRow) -> Result<Option<Euro>> {
    let Some(sealed) = &row.sealed_isee else { return Ok(None) };
    let plain = sealer.open(&place(row.iscrizione_id), sealed)?;
    let cents = std::str::from_utf8(&plain).ok().and_then(|text| text.parse().ok());
    // What stands there is income: it is not told.
    cents.map(|cents| Some(Euro::from_cents(cents))).ok_or_else(|| Error::failed("reading an ISEE", "not an amount"))
}

fn place(iscrizione: IscrizioneId) -> Place {
    Place::new("assegnazione_tariffa", "sealed_isee", iscrizione)
}
