//! Who else has a pratica open, so that two people do not work on one without knowing. Nobody is locked out by it.

use chrono::TimeDelta;
use sportello_domain::id::PraticaId;
use sportello_store::{pratica as row, pratica_vista};

use super::READERS;
use crate::{Ctx, Portal, Result, error::Reason};

/// So long after a look somebody counts as looking.
const LOOKING: TimeDelta = TimeDelta::minutes(5);
/// A look is written again after this.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// So long a look is kept.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Notes that the person looks at a pratica; gives the names of those others who do, the latest first.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`], [`crate::Error::NotFound`] for one of another ente.
pub async fn look(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Vec<String>> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona, portal.clock().now());
    let seen = async move |read: &mut sportello_store::Read| pratica_vista::since(read, ente, id, now - LOOKING).await;
    let looks = portal.store().read(ente, seen).await?;
    if !looks.iter().any(|(who, .., at)| *who == persona && now - *at < AGAIN) {
        portal
            .store()
            .write(ente, async move |tx| {
                row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
                pratica_vista::see(tx, ente, id, persona, now, now - KEPT).await
            })
            .await?;
    }
    let others = looks.into_iter().filter(|(who, ..)| *who != persona);
    Ok(others.map(|(_, nome, cognome, _)| format!("{nome} {cognome}")).collect())
}
