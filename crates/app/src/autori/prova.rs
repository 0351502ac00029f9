//! Trying out a copy in the office: what a person has answered is kept between pages, sealed, for a day.

use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId},
    modello::{Answers, AuthorError},
};
use sportello_store::{Tx, modello_testo as row, seal::Place};

use super::{Checked, READERS, Testi, latest};
use crate::{Ctx, Error, Portal, Result, bozza::Prova, modello::is_code};

/// How long answers are kept.
const KEPT: TimeDelta = TimeDelta::days(1);

/// The copy of a modello as its author tries it out, with its revision; what is wrong where it cannot be tried out.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] without a copy.
pub async fn prova(portal: &Portal, ctx: &Ctx, code: &str) -> Result<Result<(Prova, i64), Vec<AuthorError>>> {
    let persona = ctx.operatore(&READERS)?.persona;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, now, asked) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let (newest, kept, before) = portal
        .store()
        .read(ente, async move |read| {
            let newest = latest(read, ente, &asked).await?;
            let kept = row::prova(read, ente, &asked, persona).await?;
            let before = match &kept {
                Some((revision, _)) => row::at(read, ente, &asked, *revision).await?,
                None => None,
            };
            Ok((newest, kept, before))
        })
        .await?;
    let (revision, testi) = newest.ok_or(Error::NotFound)?;
    let (modello, procedura) = match Checked::new(testi.texts(code)).read {
        Ok(read) => *read,
        Err(faults) => return Ok(Err(faults)),
    };
    let anew = |modello, procedura| Prova::begin(modello, procedura, now);
    let Some((answered, sealed)) = kept else { return Ok(Ok((anew(modello, procedura), revision))) };
    let opened = portal.sealer(ente).await?.open(&place(code, persona), &sealed)?;
    let answers: Answers = serde_json::from_slice(&opened)
        .map_err(|error| Error::failed("reading the answers of a form that is tried out", error))?;
    if answered == revision {
        return Ok(Ok((anew(modello, procedura).with_answers(answers), revision)));
    }
    let before = before.map(Testi::from).and_then(|before| Checked::new(before.texts(code)).read.ok());
    let prova = match before {
        Some(before) => anew(before.0, before.1).with_answers(answers).over_to(modello, procedura, now),
        None => anew(modello, procedura),
    };
    Ok(Ok((prova, revision)))
}

/// Keeps what was answered.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn keep_prova(portal: &Portal, ctx: &Ctx, code: &str, revision: i64, prova: &Prova) -> Result<()> {
    let persona = ctx.operatore(&READERS)?.persona;
    let (ente, now, code) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let answers = serde_json::to_vec(prova.answers())
        .map_err(|error| Error::failed("writing the answers of a form that is tried out", error))?;
    let sealed = portal.sealer(ente).await?.seal(&place(&code, persona), &answers)?;
    let kept = async move |tx: &mut Tx| row::keep_prova(tx, ente, (&code, persona), (revision, &sealed), now).await;
    Ok(portal.store().write(ente, kept).await?)
}

/// Deletes what was tried out before yesterday.
///
/// # Errors
/// Those of the database.
pub async fn purge_prove(tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> sportello_store::Result<u64> {
    row::purge_prove(tx, ente, now - KEPT).await
}

fn place(code: &str, persona: PersonaId) -> Place {
    Place::new("modello_prova", "sealed_answers", format!("{code}/{persona}"))
}
