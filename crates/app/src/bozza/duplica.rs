//! A pratica of an earlier year begun again: a draft of the modello of today with what still fits of its answers.

use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{BozzaId, PraticaId},
    modello::Answers,
};
use sportello_store::{
    audit,
    bozza::{self as row, NewBozza},
    pratica::{self, PraticaRow},
};

use super::loaded;
use crate::{
    Ctx, Error, Portal, Result,
    modello::{self, Published, Window},
    pratica::at_level,
};

/// What can be begun again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Title of the modello of today.
    pub title: String,
    /// The draft of it that the person has already: one is all there may be.
    pub draft: Option<BozzaId>,
}

/// What a pratica of the person can be begun again as; nothing where there is no newer year that is open.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else, [`Error::LevelNeeded`].
pub async fn offer(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Option<Offer>> {
    let pratica = own(portal, ctx, id).await?;
    let Some(published) = newer(portal, ctx, &pratica).await? else { return Ok(None) };
    let (ente, persona, code) = (ctx.ente_id(), ctx.richiedente()?, pratica.modello);
    let draft = portal.store().read(ente, async move |read| row::open_of(read, ente, persona, &code).await).await?;
    let title = published.document.modello.title(ctx.lingua, published.row.anno_scolastico);
    Ok(Some(Offer { title, draft }))
}

/// Begins a pratica of the person again: a draft of the modello of today, all of whose pages are to be looked at. One that
/// is there already stays as it is.
///
/// # Errors
/// Those of [`offer`]; [`Error::NotAllowedNow`] where nothing is offered.
pub async fn duplicate(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<BozzaId> {
    let pratica = own(portal, ctx, id).await?;
    let published = newer(portal, ctx, &pratica).await?.ok_or(Error::NotAllowedNow)?;
    ctx.at_level(published.document.procedura.level)?;
    let (ente, persona, now) = (ctx.ente_id(), ctx.richiedente()?, portal.clock().now());
    let old = modello::document(portal, ente, &pratica.hash).await?;
    // Without what is sealed: it is not even opened.
    let earlier = Answers::of_document(&pratica.answers.0)
        .map_err(|error| Error::failed("reading the answers of an earlier pratica", error))?;
    let facts = loaded::facts_for_start(portal, ctx, &published).await?;
    let answers = earlier.start_again(&old.modello, &published.document.modello, &facts);
    let bozza = BozzaId::new(portal.chance().uuid(now));
    let new = NewBozza {
        id: bozza,
        persona_id: persona,
        modello: pratica.modello,
        answers: loaded::keep(portal, ctx, bozza, &published, &answers).await?,
        created_at: now,
        expires_at: published.draft_expires_at(),
    };
    let note = ctx.note(portal, "bozza.duplicate", "bozza", Some(bozza.uuid()));
    let begun = portal.store().write(ente, async move |tx| {
        if let Some(open) = row::open_of(tx, ente, persona, &new.modello).await? {
            return Ok(open);
        }
        row::create(tx, ente, &new).await?;
        audit::record(tx, ente, &note).await?;
        Ok(new.id)
    });
    Ok(begun.await?)
}

/// A pratica of the person; nobody at the desk sees what was filed before.
async fn own(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<PraticaRow> {
    let ente = ctx.ente_id();
    let persona = ctx.titolare(sportello_domain::delega::DelegaScope::Act)?;
    let found = portal.store().read(ente, async move |read| pratica::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &found).await?;
    Ok(found)
}

/// The present version of its modello, where that is open and for a later year.
async fn newer(portal: &Portal, ctx: &Ctx, pratica: &PraticaRow) -> Result<Option<Published>> {
    let current = modello::current(portal, ctx.ente_id(), &pratica.modello).await?;
    let later = |anno: AnnoScolastico| anno.first_year() > pratica.anno_scolastico.first_year();
    let open = |published: &Published| matches!(published.window(portal.clock().now()), Window::Open { .. });
    Ok(current.filter(|published| later(published.row.anno_scolastico) && open(published)))
}
