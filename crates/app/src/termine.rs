//! The term of a pratica as the books have it, and what happens when a time is over: once a day, by the portal itself.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar::{self, Patrono},
    id::{EnteId, PraticaId},
    modello::procedura::Silence,
    pratica::PraticaEvent,
    termine::{Integrazione, Preavviso, Termine},
};
use sportello_store::{
    Read, Tx, audit,
    evento::ActorKind,
    integrazione::{self, IntegrazioneRow},
    pratica as row,
    preavviso::{self, PreavvisoRow},
    termine,
};
use uuid::Uuid;

use crate::{
    Error, Portal, Result,
    ctx::system_note,
    error::Reason,
    modello,
    moves::{self, Brings, Mover},
    ufficio,
};

/// What a term is reckoned from besides the pratica.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Days for the answer, as the procedura says.
    pub(crate) days: u32,
    /// A holiday of the ente's own.
    pub(crate) patrono: Option<Patrono>,
}

/// The term of a pratica, with what stopped it.
fn of(pratica: &row::PraticaRow, rule: Rule, asked: Option<IntegrazioneRow>, noticed: Option<PreavvisoRow>) -> Termine {
    let integrazione = asked.map(|row| Integrazione {
        asked: calendar::legal_date(row.asked_at),
        supplied: row.answered_at.map(calendar::legal_date),
    });
    let preavviso = noticed.map(|row| Preavviso {
        given: calendar::legal_date(row.given_at),
        observed: row.observed_at.map(calendar::legal_date),
    });
    let plain = Termine::new(calendar::legal_date(pratica.received_at), rule.days, rule.patrono);
    Termine { integrazione, preavviso, ..plain }
}

/// Writes the last day anew from what stopped the term.
pub(crate) async fn reckon(
    tx: &mut Tx,
    ente: EnteId,
    pratica: &row::PraticaRow,
    rule: Rule,
) -> sportello_store::Result<()> {
    let asked = integrazione::of_pratica(tx, ente, pratica.id).await?;
    let noticed = preavviso::of_pratica(tx, ente, pratica.id).await?;
    termine::set(tx, ente, pratica.id, of(pratica, rule, asked, noticed).due_on()).await
}

/// Takes up again what waits for an answer that did not come, and lets silence speak where it is assent. A day that was
/// missed is made up for; running it twice changes nothing.
pub(crate) async fn pass(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let today = calendar::legal_date(now);
    loop {
        let late = portal.store().read(ente, async move |read| late(read, ente, today).await).await?;
        if late.is_empty() {
            break;
        }
        for id in late {
            lapse(portal, ente, id).await?;
        }
    }
    silence(portal, ente, today).await
}

/// The pratiche that wait for an applicant whose time is over.
async fn late(read: &mut Read, ente: EnteId, today: NaiveDate) -> sportello_store::Result<Vec<PraticaId>> {
    let mut found = integrazione::late(read, ente, today).await?;
    found.extend(preavviso::late(read, ente, today).await?);
    Ok(found)
}

/// The portal itself, which moves a pratica now.
pub(crate) fn portale(portal: &Portal) -> Mover {
    let at = portal.clock().now();
    Mover { step: portal.chance().uuid(at), at, kind: ActorKind::Sistema, by: None }
}

async fn lapse(portal: &Portal, ente: EnteId, id: PraticaId) -> Result<()> {
    let (mover, event) = (portale(portal), PraticaEvent::Lapse);
    let note = system_note(portal, event.action(), "pratica", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if !pratica.status.allows(event) {
                return Ok(());
            }
            moves::make(tx, ente, &pratica, event, &mover, Brings::default()).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Accepts what nobody answered in time, by the procedura under which it was filed.
async fn silence(portal: &Portal, ente: EnteId, today: NaiveDate) -> Result<()> {
    let hashes = portal.store().read(ente, async move |read| termine::documents(read, ente, today).await).await?;
    for hash in hashes {
        if modello::document(portal, ente, &hash).await?.procedura.silence != Silence::Assenso {
            continue;
        }
        let mut after = PraticaId::new(Uuid::nil());
        loop {
            let hash = hash.clone();
            let read =
                async move |read: &mut sportello_store::Read| termine::over(read, ente, (&hash, today), after).await;
            let found = portal.store().read(ente, read).await?;
            let Some(last) = found.last() else { break };
            after = *last;
            for id in found {
                match ufficio::accept_by_silence(portal, ente, id).await {
                    // Its ground has moved: somebody has to look, and nothing else waits for that.
                    Err(Error::NotAllowedNow) => tracing::warn!(pratica = %id, %ente, "silence could not speak"),
                    // One that cannot be accepted holds up neither the others nor what the day has to delete.
                    Err(error @ Error::Failed { .. }) => tracing::error!(
                        pratica = %id, %ente, error = &error as &dyn std::error::Error, "silence failed"
                    ),
                    done => done?,
                }
            }
        }
    }
    Ok(())
}
