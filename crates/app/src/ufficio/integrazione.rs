//! Asking the applicant to complete a pratica, and letting silence accept one.

use std::{collections::BTreeSet, sync::Arc};

use sportello_domain::{
    calendar,
    id::{EnteId, PraticaId},
    lingua::Lingua,
    pratica::{PraticaEvent, PraticaStatus},
    termine::Integrazione,
};
use sportello_store::{
    Json, Read,
    allegato::{self, Scan},
    audit, graduatoria,
    integrazione::{self, IntegrazioneRow},
    istruttoria::Decision as Decided,
    job, notifica, pratica as row,
};

use super::{
    DECIDERS,
    decide::{MAX_REASON, clerk, seen},
    effect,
    review::is_contested,
};
use crate::{
    Ctx, Error, Portal, Result,
    ctx::{Actor, system_note},
    ente,
    error::Reason,
    filed::Filed,
    integrazione::place,
    job::{INTEGRAZIONE, outcome_message, pratica_message},
    moves::{self, Brings},
    provvedimento::{self, Words},
    termine::{self, Rule, portale},
    typed,
};

/// What the office asks.
#[derive(Clone, Debug)]
pub struct Request {
    /// Version of the pratica that was shown.
    pub version: i64,
    /// Why, in words for the applicant.
    pub reason: String,
    /// Identifiers of the questions that it is about.
    pub fields: Vec<String>,
}

/// Asks the applicant to complete a pratica. The term stands still until the answer, 30 days at most, and once.
///
/// # Errors
/// [`Error::Unacceptable`] without a reason or without questions of this pratica, [`Error::Stale`],
/// [`Error::NotAllowedNow`] in another state or where something was asked before, [`Error::Forbidden`].
pub async fn request_integration(portal: &Portal, ctx: &Ctx, id: PraticaId, request: &Request) -> Result<()> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona);
    let reason = typed::text(&request.reason, 1..=MAX_REASON).ok_or(Error::Unacceptable("the reason"))?;
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let shown = shown.ok_or(Error::NotFound)?;
    // As on the page: whether a question of class A was answered is not told here either.
    let filed = Filed::open_clear(portal, ente, &shown).await?;
    let fields = named(&filed, &request.fields).filter(|fields| !fields.is_empty());
    let fields = fields.ok_or(Error::Unacceptable("the questions"))?;
    let (version, event) = (request.version, PraticaEvent::RequestIntegration);
    let rule = Rule { days: filed.document.procedura.answer_days, patrono: ctx.ente.settings.patrono };
    let mover = clerk(portal, persona);
    let stop = Integrazione { asked: calendar::legal_date(mover.at), supplied: None };
    let row = IntegrazioneRow {
        pratica_id: id,
        asked_at: mover.at,
        asked_by: persona,
        reason: String::new(),
        sealed_reason: Some(portal.sealer(ente).await?.seal(&place(id), reason.as_bytes())?),
        fields: Json(fields),
        answer_by: stop.last_day(rule.patrono),
        answered_at: None,
        answered_by: None,
        sealed_answer: None,
        answers_before: None,
        sealed_before: None,
        amended_sealed: false,
        amended_art9: false,
    };
    let (message, letter) = pratica_message(portal, &ctx.ente, (id, shown.persona_id), INTEGRAZIONE, mover.at);
    let note = ctx.note(portal, event.action(), "pratica", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            moves::make(tx, ente, &pratica, event, &mover, Brings::default()).await?;
            if !integrazione::ask(tx, ente, &row).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            termine::reckon(tx, ente, &pratica, rule).await?;
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

/// The questions that an office may name, each once: those that were shown to the applicant, and every one of class A,
/// since which of them was answered is not for every clerk to know.
pub(super) fn askable(filed: &Filed, lingua: Lingua) -> Vec<(String, String)> {
    let lines = filed.form(lingua).summary().sections.into_iter().flat_map(|section| section.lines);
    let shown: BTreeSet<String> = lines.map(|line| line.field).collect();
    let fields = filed.document.modello.fields.iter();
    fields
        .filter(|campo| campo.privacy.sealed() || shown.contains(&campo.id))
        .map(|campo| (campo.id.clone(), campo.label.fill(lingua, filed.anno())))
        .collect()
}

/// What was named, in the order of the form; nothing where a name is none of the questions.
pub(super) fn named(filed: &Filed, wanted: &[String]) -> Option<Vec<String>> {
    let askable = askable(filed, Lingua::It);
    let known = |field: &String| askable.iter().any(|(known, _)| known == field);
    let found: Vec<String> =
        askable.iter().map(|(field, _)| field.clone()).filter(|field| wanted.contains(field)).collect();
    wanted.iter().all(known).then_some(found)
}

/// Accepts a pratica whose term is over without an answer. The caller looks whether silence is assent.
///
/// # Errors
/// [`Error::NotAllowedNow`] where it has moved on, or the ground of an effect has.
pub(crate) async fn accept_by_silence(portal: &Portal, ente: EnteId, id: PraticaId) -> Result<()> {
    let about = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let ctx = Ctx {
        ente: Arc::clone(&about),
        actor: Actor::Nobody,
        request: portal.request_id(),
        lingua: Lingua::It,
        on_behalf: None,
    };
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let shown = shown.ok_or(Error::NotFound)?;
    let effects = effect::prepare(portal, &ctx, &shown).await?;
    let (mover, event) = (portale(portal), PraticaEvent::AcceptBySilence);
    let words = Words { reason: Some(provvedimento::SILENCE.to_owned()), ..Words::default() };
    let told = (PraticaStatus::Accepted, None);
    let document = provvedimento::prepare(portal, &about, &shown, told, &words, mover.at).await?;
    let (message, letter) = outcome_message(portal, &ctx, &shown, mover.at);
    let note = system_note(portal, event.action(), "pratica", Some(id.uuid()));
    let decided = Decided { at: mover.at, by: None, reason: Some(provvedimento::SILENCE.to_owned()) };
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            // Two families who want the same child, and a file that held a virus, are for a person to look at.
            let doubtful = is_contested(tx, ente, &pratica).await? || holds_virus(tx, ente, id).await?;
            let moved = pratica.version != shown.version || pratica.due_on >= calendar::legal_date(mover.at);
            // Where places are few silence would give those that are not there.
            let (_, posti) = graduatoria::terms(tx, ente, &pratica.modello, pratica.anno_scolastico).await?;
            if doubtful || moved || posti.is_some() {
                return Err(Reason::NotAllowedNow.refuse());
            }
            let brings = Brings { assigned_to: None, decision: Some(decided) };
            moves::make(tx, ente, &pratica, event, &mover, brings).await?;
            effects.apply(tx, ente, &pratica, mover.at).await?;
            document.write(tx, ente).await?;
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}

async fn holds_virus(read: &mut Read, ente: EnteId, id: PraticaId) -> sportello_store::Result<bool> {
    Ok(allegato::of_pratica(read, ente, id).await?.iter().any(|file| file.scan == Scan::Infected))
}
