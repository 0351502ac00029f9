//! Giving notice of rejection (L. 241/1990 art. 10-bis): before it, nothing is rejected.

use sportello_domain::{
    calendar,
    id::PraticaId,
    pratica::{PraticaEvent, PraticaStatus},
    termine::Preavviso,
};
use sportello_store::{
    Json, audit, job, notifica, pratica as row,
    preavviso::{self, PreavvisoRow},
};

use super::{
    DECIDERS, Request,
    decide::{MAX_REASON, clerk, seen},
    integrazione::named,
};
use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    filed::Filed,
    job::{PREAVVISO, pratica_message},
    moves::{self, Brings},
    preavviso::place,
    provvedimento::{self, Words},
    termine::{self, Rule},
    typed,
};

/// Tells the applicant why the office means to reject. The term stands still for ten days, or until ten days after the
/// observations. Questions may be named; where one of them is of class A, so is what is written.
///
/// # Errors
/// [`Error::Unacceptable`] without a reason or for a question that is none of this pratica, [`Error::Stale`],
/// [`Error::NotAllowedNow`] in another state or where notice was given before, [`Error::Forbidden`].
pub async fn give_notice(portal: &Portal, ctx: &Ctx, id: PraticaId, request: &Request) -> Result<()> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona);
    let reason = typed::text(&request.reason, 1..=MAX_REASON).ok_or(Error::Unacceptable("the reason"))?;
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let shown = shown.ok_or(Error::NotFound)?;
    // As on the page: whether a question of class A was answered is not told here either.
    let filed = Filed::open_clear(portal, ente, &shown).await?;
    let fields = named(&filed, &request.fields).ok_or(Error::Unacceptable("the questions"))?;
    let (version, event) = (request.version, PraticaEvent::GiveNotice);
    let rule = Rule { days: filed.document.procedura.answer_days, patrono: ctx.ente.settings.patrono };
    let mover = clerk(portal, persona);
    let stop = Preavviso { given: calendar::legal_date(mover.at), observed: None };
    let row = PreavvisoRow {
        pratica_id: id,
        given_at: mover.at,
        given_by: persona,
        sealed_reason: portal.sealer(ente).await?.seal(&place("sealed_reason", id), reason.as_bytes())?,
        fields: Json(fields),
        answer_by: stop.last_day(rule.patrono),
        observed_at: None,
        observed_by: None,
        sealed_observations: None,
        sealed_reply: None,
    };
    let words = Words { reason: Some(reason), ..Words::default() };
    let told = (PraticaStatus::RejectionNotice, Some(persona));
    let document = provvedimento::prepare(portal, &ctx.ente, &shown, told, &words, mover.at).await?;
    let (message, letter) = pratica_message(portal, &ctx.ente, (id, shown.persona_id), PREAVVISO, mover.at);
    let note = ctx.note(portal, event.action(), "pratica", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            moves::make(tx, ente, &pratica, event, &mover, Brings::default()).await?;
            if !preavviso::give(tx, ente, &row).await? {
                return Err(Reason::NotAllowedNow.refuse());
            }
            termine::reckon(tx, ente, &pratica, rule).await?;
            document.write(tx, ente).await?;
            notifica::add(tx, ente, &message).await?;
            job::enqueue(tx, ente, &letter).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.work().notify_one();
    Ok(())
}
