//! A draft with everything that is needed to look at it: its modello, its answers, the world.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sportello_domain::{
    calendar,
    id::{BozzaId, EnteId, PersonaId},
    lingua::Lingua,
    modello::{
        Answers, Facts, Form,
        view::{Block, FieldView, PageView, Problem},
    },
};
use sportello_store::{
    Json, bozza as row,
    bozza::{BozzaRow as Kept, BozzaStatus},
    modello as publication, pratica,
    seal::{EnteSealer, Place, Sealed},
};

use super::{BozzaFrame, BozzaPage, SummaryPage};
use crate::{
    Ctx, Error, Portal, Result,
    facts::{World, own_iscrizioni},
    modello::{self, Published},
    per_conto,
};

/// A draft of the person who is asking.
pub(crate) struct Loaded {
    pub(crate) row: Kept,
    pub(crate) published: Published,
    pub(crate) answers: Answers,
    pub(crate) facts: Facts,
}

impl Loaded {
    /// Reads a draft that is still open.
    pub(crate) async fn open(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<Self> {
        let loaded = Self::any(portal, ctx, id).await?;
        match loaded.row.status {
            BozzaStatus::Open => Ok(loaded),
            BozzaStatus::Filed => Err(Error::NotAllowedNow),
        }
    }

    /// Reads a draft, open or sent.
    pub(crate) async fn any(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<Self> {
        let today = calendar::legal_date(portal.clock().now());
        let loaded = Self::of(portal, ctx.ente_id(), per_conto::owner_of(portal, ctx, id).await?, id, today).await?;
        ctx.at_level(loaded.published.document.procedura.level)?;
        Ok(loaded)
    }

    /// Reads a draft of a person as it looks on a day.
    pub(crate) async fn of(
        portal: &Portal,
        ente: EnteId,
        persona: PersonaId,
        id: BozzaId,
        today: NaiveDate,
    ) -> Result<Self> {
        let found = portal
            .store()
            .read(ente, async move |read| {
                let Some(row) = row::by_id(read, ente, persona, id).await? else {
                    return Ok(None);
                };
                let version = publication::version(read, ente, &row.modello, row.modello_version).await?;
                Ok(Some((row, version, World::read(read, ente, persona).await?)))
            })
            .await?;
        let (row, version, world) = found.ok_or(Error::NotFound)?;
        let published = modello::with_document(portal, ente, version).await?.ok_or(Error::NotFound)?;
        let sealer = portal.sealer(ente).await?;
        let mut answers = open_answers(&sealer, &revision_place(id), &row.answers.0, row.sealed_answers.as_ref())?;
        let mut facts = world.facts(today, published.row.anno_scolastico, BTreeMap::new());
        facts.iscrizioni = own_iscrizioni(portal, ente, persona, &published.document.modello).await?;
        if row.status == BozzaStatus::Open {
            answers.refresh(&published.document.modello, &facts);
        }
        Ok(Self { row, published, answers, facts })
    }

    /// The engine's view of it, for a reader of this language.
    pub(crate) fn read_in(&self, lingua: Lingua) -> Form<'_> {
        Form::new(&self.published.document.modello, &self.answers, &self.facts, lingua)
    }

    /// The engine's view of it.
    pub(crate) fn form<'a>(&'a self, ctx: &Ctx) -> Form<'a> {
        self.read_in(ctx.lingua)
    }

    /// What every page shows.
    pub(crate) fn frame(&self, ctx: &Ctx) -> BozzaFrame {
        BozzaFrame {
            id: self.row.id,
            modello: self.row.modello.clone(),
            title: self.published.document.modello.title(ctx.lingua, self.published.row.anno_scolastico),
            revision: self.row.revision,
            saved_at: self.row.updated_at,
            send_by: self.published.last_day(self.facts.today),
            until: calendar::legal_date(self.row.expires_at),
            pages: self.form(ctx).pages(),
        }
    }

    /// One page, with `problems` beside its fields.
    pub(crate) fn page(&self, ctx: &Ctx, page: &str, problems: Vec<Problem>) -> Result<BozzaPage> {
        let form = self.form(ctx);
        let drawn = form.draw_page(page, &problems).ok_or(Error::NotFound)?;
        let mut warnings = form.warnings();
        warnings.retain(|warning| fields(&drawn).any(|field| field.name == warning.path.replace('/', ".")));
        Ok(BozzaPage { frame: self.frame(ctx), page: drawn, problems, warnings })
    }

    /// The summary.
    pub(crate) fn summary(&self, portal: &Portal, ctx: &Ctx) -> SummaryPage {
        let form = self.form(ctx);
        SummaryPage {
            frame: self.frame(ctx),
            summary: form.summary(),
            problems: form.check_all(),
            warnings: form.warnings(),
            key: portal.chance().secret(),
            hash: form.fingerprint(),
            pratiche: form.split().len(),
        }
    }
}

/// Every field drawn on a page, inside groups and outside.
pub(super) fn fields(page: &PageView) -> impl Iterator<Item = &FieldView> {
    page.blocks.iter().flat_map(|block| match block {
        Block::Field(field) => vec![field],
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect(),
    })
}

/// The published version that a draft answers.
pub(super) async fn published(portal: &Portal, ente: EnteId, code: &str, version: i64) -> Result<Published> {
    let code = code.to_owned();
    let found =
        portal.store().read(ente, async move |read| publication::version(read, ente, &code, version).await).await?;
    modello::with_document(portal, ente, found).await?.ok_or(Error::NotFound)
}

/// The world for a new draft, with what the person answered last time; that is not for the desk.
pub(super) async fn facts_for_start(portal: &Portal, ctx: &Ctx, published: &Published) -> Result<Facts> {
    let (ente, persona, code) = (ctx.ente_id(), ctx.richiedente()?, published.row.code.clone());
    let desk = ctx.desk().is_some();
    let (world, last) = portal
        .store()
        .read(ente, async move |read| {
            let last = match pratica::last_filing(read, ente, persona, &code).await? {
                Some(id) if !desk => pratica::of_persona(read, ente, persona, id).await?,
                _ => None,
            };
            Ok((World::read(read, ente, persona).await?, last))
        })
        .await?;
    let previous = match last {
        Some(last) => {
            let answers = Answers::join(&last.answers.0.to_string(), None)
                .map_err(|error| Error::failed("reading the answers of an earlier pratica", error))?;
            answers.for_next_time(&published.document.modello)
        }
        None => BTreeMap::new(),
    };
    let today = calendar::legal_date(portal.clock().now());
    let mut facts = world.facts(today, published.row.anno_scolastico, previous);
    facts.iscrizioni = own_iscrizioni(portal, ente, persona, &published.document.modello).await?;
    Ok(facts)
}

/// The answers of an earlier revision of a draft of the person, while it is kept.
pub(super) async fn earlier(portal: &Portal, ctx: &Ctx, id: BozzaId, revision: i64) -> Result<Option<Answers>> {
    let (ente, persona) = (ctx.ente_id(), per_conto::owner_of(portal, ctx, id).await?);
    let found =
        portal.store().read(ente, async move |read| row::earlier(read, ente, persona, id, revision).await).await?;
    let Some((clear, sealed)) = found else { return Ok(None) };
    let sealer = portal.sealer(ente).await?;
    open_answers(&sealer, &revision_place(id), &clear.0, sealed.as_ref()).map(Some)
}

/// Answers as the database keeps them: class-A values sealed for their draft.
pub(super) async fn keep(
    portal: &Portal,
    ctx: &Ctx,
    id: BozzaId,
    published: &Published,
    answers: &Answers,
) -> Result<row::Answers> {
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let (clear, sealed) = close_answers(&sealer, &revision_place(id), published, answers)?;
    Ok(row::Answers { clear, sealed, modello_version: published.row.version, hash: published.row.hash.clone() })
}

fn revision_place(id: BozzaId) -> Place {
    Place::new("bozza_revision", "sealed_answers", id)
}

/// Divides answers by privacy class and seals class A.
pub(crate) fn close_answers(
    sealer: &EnteSealer,
    place: &Place,
    published: &Published,
    answers: &Answers,
) -> Result<(Json<serde_json::Value>, Option<Sealed>)> {
    let parts = answers.part(&published.document.modello);
    let clear = serde_json::from_str(&parts.clear).map_err(|error| Error::failed("writing answers", error))?;
    let sealed = parts.sealed.map(|sealed| sealer.seal(place, sealed.as_bytes())).transpose()?;
    Ok((Json(clear), sealed))
}

/// Opens and joins answers.
pub(crate) fn open_answers(
    sealer: &EnteSealer,
    place: &Place,
    clear: &serde_json::Value,
    sealed: Option<&Sealed>,
) -> Result<Answers> {
    let opened = sealed.map(|sealed| sealer.open(place, sealed)).transpose()?;
    let opened = opened
        .map(String::from_utf8)
        .transpose()
        .map_err(|error| Error::failed("reading sealed answers", error.utf8_error()))?;
    Answers::join(&clear.to_string(), opened.as_deref()).map_err(|error| Error::failed("reading answers", error))
}
