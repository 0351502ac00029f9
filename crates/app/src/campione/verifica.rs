//! The check of one pratica: what was found, and why.

use chrono::{DateTime, Utc};
use sportello_domain::id::PraticaId;
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    campione::{self as row, Ground, Outcome},
    seal::Place,
};
use uuid::Uuid;

use super::{CHECKERS, READERS};
use crate::{Ctx, Error, Portal, Result, error::Reason, modello, pratica::number, typed};

/// Longest note, in characters.
pub const NOTE_MAX: usize = 2_000;
/// Shortest note where one is needed, in characters.
const NOTE_MIN: usize = 5;
/// What is told where something was found and not said.
pub const NOTE_WANTED: &str = "what was found";

/// The check of a pratica.
#[derive(Clone, Debug)]
pub struct Verifica {
    /// The draw.
    pub campione: Uuid,
    /// The pratica.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// Why it is checked.
    pub ground: Ground,
    /// What was found.
    pub outcome: Option<Outcome>,
    /// What was noted.
    pub note: Option<String>,
    /// When and by whom.
    pub checked: Option<(DateTime<Utc>, String)>,
    /// Version: goes back with the form.
    pub version: i64,
    /// Whether it is the person's own: nobody checks themselves, or reads what others noted about it.
    pub own: bool,
    /// Whether the person may write down what was found.
    pub can_check: bool,
}

/// Where the note of a check is sealed.
pub(crate) fn place(pratica: PraticaId) -> Place {
    Place::new("campione_pratica", "sealed_note", pratica)
}

/// The check of a pratica of a draw.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for one that is not in the draw.
pub async fn verifica(portal: &Portal, ctx: &Ctx, campione: Uuid, pratica: PraticaId) -> Result<Verifica> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona);
    let found = portal.store().read(ente, async move |read| row::one(read, ente, campione, pratica).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    let own = found.persona_id == persona;
    let note = match found.sealed_note.filter(|_| !own) {
        Some(sealed) => Some(typed::open(&portal.sealer(ente).await?, &place(pratica), &sealed)?),
        None => None,
    };
    let document = modello::document(portal, ente, &found.hash).await?;
    let who = found.nome.zip(found.cognome).map(|(nome, cognome)| format!("{nome} {cognome}"));
    Ok(Verifica {
        campione,
        pratica,
        number: number(found.anno, found.numero),
        title: document.modello.title(ctx.lingua, found.anno_scolastico),
        ground: found.ground,
        outcome: found.outcome,
        note,
        checked: found.checked_at.zip(who),
        version: found.version,
        own,
        can_check: !own && ctx.operatore(&CHECKERS).is_ok(),
    })
}

/// Writes down what the check of a pratica found. It may be done again: what was mended is in order then.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::Forbidden`], also for one's own (L. 241/1990 art. 6-bis); [`Error::NotFound`] for one
/// that is not in the draw; [`Error::Stale`] when somebody wrote meanwhile; [`Error::Unacceptable`] with [`NOTE_WANTED`]
/// without words, where not all is in order.
pub async fn record(
    portal: &Portal,
    ctx: &Ctx,
    (campione, pratica, version): (Uuid, PraticaId, i64),
    outcome: Outcome,
    note: &str,
) -> Result<()> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&CHECKERS)?.persona, portal.clock().now());
    let least = if outcome == Outcome::Confirmed { 0 } else { NOTE_MIN };
    let note = typed::text(note, least..=NOTE_MAX).ok_or(Error::Unacceptable(NOTE_WANTED))?;
    let sealed = match note.as_str() {
        "" => None,
        note => Some(portal.sealer(ente).await?.seal(&place(pratica), note.as_bytes())?),
    };
    let detail = serde_json::json!({ "campione": campione, "outcome": outcome.stored() });
    let deed = ctx.note(portal, "campione.check", "pratica", Some(pratica.uuid()));
    let deed = AuditRow { detail: Json(detail), ..deed };
    let checked = async move |tx: &mut Tx| {
        let found = row::one(tx, ente, campione, pratica).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        if found.persona_id == by {
            return Err(Reason::Forbidden.refuse());
        }
        if found.version != version {
            return Err(Reason::Stale.refuse());
        }
        let key = (campione, pratica, version);
        if !row::check(tx, ente, key, (outcome, sealed.as_ref()), (by, now)).await? {
            return Err(Reason::Stale.refuse());
        }
        audit::record(tx, ente, &deed).await
    };
    Ok(portal.store().write(ente, checked).await?)
}
