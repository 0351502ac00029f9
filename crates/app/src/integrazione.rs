//! What the office asked an applicant to complete: how it is shown, and the answer of the applicant.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{delega::DelegaScope, id::PraticaId, lingua::Lingua, pratica::PraticaEvent};
use sportello_store::{
    audit,
    evento::ActorKind,
    integrazione::{self as rows, Answer, IntegrazioneRow},
    pratica as row,
    seal::{EnteSealer, Place},
};

use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    filed::Filed,
    modello,
    moves::{self, Brings, Mover},
    pratica::at_level,
    termine::{self, Rule},
    typed,
};

/// Longest answer, in characters.
pub const MAX_ANSWER: usize = 4_000;

/// What was asked, and what came.
#[derive(Clone, Debug)]
pub struct Integrazione {
    /// When the office asked.
    pub asked_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Labels of the questions that it is about.
    pub labels: Vec<String>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// When the answer came.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer, for whoever may read it.
    pub answer: Option<String>,
}

fn place(pratica: PraticaId) -> Place {
    Place::new("integrazione", "sealed_answer", pratica)
}

/// A request as it is shown; with a sealer its answer too.
pub(crate) fn shown(
    row: IntegrazioneRow,
    filed: &Filed,
    lingua: Lingua,
    sealer: Option<&EnteSealer>,
) -> Result<Integrazione> {
    let label = |field: &String| Some(filed.document.modello.campo(field)?.label.fill(lingua, filed.anno()));
    let answer = match (&row.sealed_answer, sealer) {
        (Some(sealed), Some(sealer)) => {
            let plain = sealer.open(&place(row.pratica_id), sealed)?;
            Some(String::from_utf8(plain).map_err(|error| Error::failed("reading an answer", error))?)
        }
        _ => None,
    };
    Ok(Integrazione {
        asked_at: row.asked_at,
        labels: row.fields.0.iter().filter_map(label).collect(),
        reason: row.reason,
        answer_by: row.answer_by,
        answered_at: row.answered_at,
        answer,
    })
}

/// Whether one of the questions is of class A: then the answer is read like answers of class A.
pub(crate) fn is_sealed(row: &IntegrazioneRow, filed: &Filed) -> bool {
    let sealed = |field: &String| filed.document.modello.campo(field).is_some_and(|campo| campo.privacy.sealed());
    row.fields.0.iter().any(sealed)
}

/// Gives the office what it asked for; the term runs again.
///
/// # Errors
/// [`Error::Unacceptable`] for an answer without words, [`Error::NotFound`] for a pratica of somebody else,
/// [`Error::NotAllowedNow`] where nothing is asked, [`Error::LevelNeeded`].
pub async fn give(portal: &Portal, ctx: &Ctx, id: PraticaId, answer: &str) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?, portal.clock().now());
    let found = portal.store().read(ente, async move |read| row::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &found).await?;
    let answer = typed::text(answer, 1..=MAX_ANSWER).ok_or(Error::Unacceptable("the answer"))?;
    let days = modello::document(portal, ente, &found.hash).await?.procedura.answer_days;
    let rule = Rule { days, patrono: ctx.ente.settings.patrono };
    let (by, event) = (ctx.cittadino()?.persona, PraticaEvent::Integrate);
    let sealed = portal.sealer(ente).await?.seal(&place(id), answer.as_bytes())?;
    let mover = Mover { step: portal.chance().uuid(now), at: now, kind: ActorKind::Cittadino, by: Some(by) };
    let (answer, note) = (Answer { at: now, by, sealed }, ctx.note(portal, event.action(), "pratica", Some(id.uuid())));
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::of_persona(tx, ente, persona, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            moves::make(tx, ente, &pratica, event, &mover, Brings::default()).await?;
            if !rows::answer(tx, ente, id, &answer).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            termine::reckon(tx, ente, &pratica, rule).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
