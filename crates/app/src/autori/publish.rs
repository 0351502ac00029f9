//! Publishing a copy for a window, seeing before what changes, and withdrawing. The command line and the page of the
//! office come through the same function.

use sportello_domain::{
    id::{EnteId, PersonaId},
    modello::{AuthorError, Texts},
};
use sportello_store::{
    Tx,
    audit::{self, AuditRow},
    modello as publication, modello_testo as row,
};

use super::{
    AUTHORS, Checked, Difference, Offer, OfferFault, READERS, TABLE, Testi, Version, copia, latest, noted,
    with_document,
};
use crate::{
    Ctx, Error, Portal, Result,
    ctx::command_note,
    ente,
    error::Reason,
    graduatoria,
    modello::{self, VERSIONS, is_code},
};

/// Why a copy was not published.
#[derive(Debug)]
pub enum NotPublished {
    /// The texts are wrong.
    Faults(Vec<AuthorError>),
    /// The window, the year or the places are.
    Offer(OfferFault),
}

/// What publishing the copy would change.
#[derive(Debug)]
pub struct Comparison {
    /// The revision that would be published.
    pub revision: i64,
    /// What is wrong with it: nothing can be published.
    pub faults: Vec<AuthorError>,
    /// What it is compared with; none for a first version.
    pub against: Option<Version>,
    /// The differences of form, English and procedura; none when the published texts were not kept.
    pub differences: Option<[Difference; 3]>,
    /// Titles of the pages that drafts are told to look at again, when they were filled in whole.
    pub asked_again: Vec<String>,
}

/// What publishing the copy would change.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] without a copy.
pub async fn compare(portal: &Portal, ctx: &Ctx, code: &str) -> Result<Comparison> {
    ctx.operatore(&READERS)?;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, asked) = (ctx.ente_id(), code.to_owned());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let newest = latest(read, ente, &asked).await?;
            let current = publication::current(read, ente, &asked).await?;
            let before = match current.as_ref().and_then(|row| row.revision) {
                Some(revision) => row::at(read, ente, &asked, revision).await?,
                None => None,
            };
            Ok((newest, current, before))
        })
        .await?;
    let (Some((revision, testi)), current, before) = found else { return Err(Error::NotFound) };
    let checked = Checked::new(testi.texts(code));
    let mut comparison = Comparison {
        revision,
        faults: checked.faults().to_vec(),
        against: None,
        differences: None,
        asked_again: Vec::new(),
    };
    let Some(current) = current else { return Ok(comparison) };
    let published = with_document(portal, ente, current).await?;
    let (anno, now) = (published.row.anno_scolastico, portal.clock().now());
    if let Ok(read) = &checked.read {
        let pages = published.document.modello.asked_again(&read.0);
        comparison.asked_again = pages.iter().map(|page| page.title.fill(ctx.lingua, anno)).collect();
    }
    comparison.against = Some(Version::new(&published, now));
    comparison.differences = before.map(|before| {
        let (before, after) = (Testi::from(before), testi.each());
        let before = before.each();
        std::array::from_fn(|at| Difference::new(before[at], after[at]))
    });
    Ok(comparison)
}

/// Publishes the copy as the next version of its code; gives the version.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] without a copy; [`Error::Stale`] when `revision`
/// is not the latest any more; [`Error::Unacceptable`] when booking or the ranking would end for those who are in it.
pub async fn publish(
    portal: &Portal,
    ctx: &Ctx,
    code: &str,
    revision: i64,
    offer: Offer,
) -> Result<Result<i64, NotPublished>> {
    let by = ctx.operatore(&AUTHORS)?.persona;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, asked) = (ctx.ente_id(), code.to_owned());
    let newest = portal.store().read(ente, async move |read| latest(read, ente, &asked).await).await?;
    let (newest, testi) = newest.ok_or(Error::NotFound)?;
    if newest != revision {
        return Err(Error::Stale);
    }
    let note = ctx.note(portal, "modello.publish", TABLE, None);
    put_out(portal, ente, testi.texts(code), offer, Act { note, by: Some(by), revision: Some(revision) }).await
}

/// The same for texts from files, by whoever may run commands on the machine. They become the latest revision of the
/// copy; earlier ones stay.
///
/// # Errors
/// [`Error::Unacceptable`] as [`publish`].
pub async fn publish_by_command(
    portal: &Portal,
    ente: EnteId,
    texts: Texts<'_>,
    offer: Offer,
) -> Result<Result<i64, NotPublished>> {
    let note = command_note(portal, "modello.publish", TABLE, None);
    put_out(portal, ente, texts, offer, Act { note, by: None, revision: None }).await
}

/// Who publishes what.
struct Act {
    note: AuditRow,
    by: Option<PersonaId>,
    /// The revision that was seen.
    revision: Option<i64>,
}

async fn put_out(
    portal: &Portal,
    ente: EnteId,
    texts: Texts<'_>,
    offer: Offer,
    act: Act,
) -> Result<Result<i64, NotPublished>> {
    let (modello, procedura) = match Checked::new(texts).read {
        Ok(read) => *read,
        Err(faults) => return Ok(Err(NotPublished::Faults(faults))),
    };
    let publication = match offer.of(modello, procedura) {
        Ok(publication) => publication,
        Err(fault) => return Ok(Err(NotPublished::Offer(fault))),
    };
    let mut new = modello::new_publication(portal, publication)?;
    let (testi, code, now) = (Testi::of(texts), texts.name.to_owned(), new.published_at);
    let here = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?;
    let asked = portal.clone();
    let published = async move |tx: &mut Tx| {
        let newest = row::latest(tx, ente, &code).await?;
        let number = newest.as_ref().map_or(0, |row| row.revision);
        if act.revision.is_some_and(|seen| seen != number) {
            return Err(Reason::Stale.refuse());
        }
        let revision = if newest.is_some_and(|row| Testi::from(row) == testi) {
            number
        } else {
            copia::add(tx, ente, &testi.row(code.clone(), number + 1, act.by, now)).await?;
            number + 1
        };
        new.revision = Some(revision);
        let version = modello::add(tx, ente, &new).await?;
        // More places than before: those on the waiting list move up.
        graduatoria::move_up(tx, &asked, &here, (&new.code, new.anno_scolastico)).await?;
        let mut note = noted(act.note, &code, revision);
        note.detail.0["version"] = version.into();
        audit::record(tx, ente, &note).await?;
        Ok(version)
    };
    Ok(Ok(portal.store().write(ente, published).await?))
}

/// Takes a version back: nobody begins or sends it any more, and what was filed stays.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::NotAllowedNow`] for one that was
/// withdrawn before.
pub async fn withdraw(portal: &Portal, ctx: &Ctx, code: &str, version: i64) -> Result<()> {
    ctx.operatore(&AUTHORS)?;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, now, code) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let (asked, here) = (portal.clone(), ctx.ente.clone());
    let note = ctx.note(portal, "modello.withdraw", TABLE, None);
    let withdrawn = async move |tx: &mut Tx| {
        let found = publication::version(tx, ente, &code, version).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        if !publication::withdraw(tx, ente, &code, version, now).await? {
            return Err(Reason::NotAllowedNow.refuse());
        }
        modello::keeps_places(tx, ente, &found).await?;
        // What counts now may have more places.
        graduatoria::move_up(tx, &asked, &here, (&code, found.anno_scolastico)).await?;
        let mut note = noted(note, &code, found.revision.unwrap_or_default());
        note.detail.0["version"] = version.into();
        audit::record(tx, ente, &note).await
    };
    Ok(portal.store().write(ente, withdrawn).await?)
}

/// One version, its title, and the version that would count once it is withdrawn.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`].
pub async fn version(
    portal: &Portal,
    ctx: &Ctx,
    code: &str,
    version: i64,
) -> Result<(Version, String, Option<Version>)> {
    ctx.operatore(&READERS)?;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, now, asked) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let rows = portal
        .store()
        .read(ente, async move |read| publication::versions(read, ente, &asked, (VERSIONS, 0)).await)
        .await?;
    let next = rows.iter().find(|row| row.version != version && row.withdrawn_at.is_none()).cloned();
    let found = rows.into_iter().find(|row| row.version == version).ok_or(Error::NotFound)?;
    let found = with_document(portal, ente, found).await?;
    let next = match next {
        Some(row) => Some(Version::new(&with_document(portal, ente, row).await?, now)),
        None => None,
    };
    let title = found.document.modello.title(ctx.lingua, found.row.anno_scolastico);
    Ok((Version::new(&found, now), title, next))
}
