//! A draft with everything that is needed to look at it: its modello, its answers, the world.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sportello_domain::{
    calendar,
    id::{BozzaId, EnteId, PersonaId},
    identita::IdentityLevel,
    lingua::Lingua,
    modello::{Answers, Facts, Form, Modello, PersonaFacts, view::Problem},
};
use sportello_store::{
    Json, Tx, bozza as row,
    bozza::{BozzaRow as Kept, BozzaStatus},
    modello as publication, pratica,
    seal::{EnteSealer, Place, Sealed},
};

use super::{BozzaFrame, BozzaPage, Creditor, SummaryPage};
use crate::{
    Ctx, Error, Portal, Result, campi,
    facts::{World, own_iscrizioni, plessi},
    modello::{self, Published},
    per_conto,
};

/// A draft of the person who is asking.
pub(crate) struct Loaded {
    pub(crate) row: Kept,
    /// The version that it answers from now on.
    pub(crate) published: Published,
    /// The level of sign-in that it asks for.
    pub(super) level: IdentityLevel,
    pub(crate) answers: Answers,
    pub(crate) facts: Facts,
    /// The instant as which it is looked at.
    pub(super) now: DateTime<Utc>,
    /// The version that it was saved under, with its answers, while that is another one.
    pub(crate) former: Option<Former>,
}

/// A draft as it was saved before a newer version of its modello came.
pub(crate) struct Former {
    pub(crate) published: Published,
    pub(crate) answers: Answers,
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
        let now = portal.clock().now();
        let mut loaded = Self::of(portal, ctx.ente_id(), ctx.richiedente()?, id, now).await?;
        if let Some(desk) = ctx.desk() {
            if loaded.row.per_conto_id != Some(desk) {
                return Err(Error::NotFound);
            }
            loaded.facts = at_desk(loaded.facts);
        }
        ctx.at_level(loaded.level)?;
        Ok(loaded)
    }

    /// Reads a draft of a person as it looks at an instant.
    pub(crate) async fn of(
        portal: &Portal,
        ente: EnteId,
        persona: PersonaId,
        id: BozzaId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let found = portal
            .store()
            .read(ente, async move |read| {
                let Some(row) = row::by_id(read, ente, persona, id).await? else {
                    return Ok(None);
                };
                let around = row::around(read, ente, &row).await?;
                Ok(Some((row, around)))
            })
            .await?;
        let (mut row, around) = found.ok_or(Error::NotFound)?;
        let published = modello::with_document(portal, ente, around.version).await?.ok_or(Error::NotFound)?;
        let current = modello::with_document(portal, ente, around.current).await?;
        let world = World::of(around.famiglia, around.persona)?;
        let level = level(&published, current.as_ref());
        let newer = match row.status {
            BozzaStatus::Open => current.filter(|current| published.gives_way_to(&current.row, portal.clock().now())),
            BozzaStatus::Filed => None,
        };
        let sealer = portal.sealer(ente).await?;
        let mut answers = open_answers(
            &sealer,
            &revision_place(id),
            std::mem::take(&mut row.answers.0),
            row.sealed_answers.as_ref(),
        )?;
        let (plessi, today) = (plessi(portal, ente).await?, calendar::legal_date(now));
        let mut facts = world.facts(&plessi, today, published.row.anno_scolastico, BTreeMap::new());
        facts.infected = around.infected.into_iter().collect();
        facts.iscrizioni = own_iscrizioni(portal, ente, persona, &published.document.modello).await?;
        if row.status == BozzaStatus::Open {
            answers.refresh(&published.document.modello, &facts);
        }
        let mut loaded = Self { row, published, level, answers, facts, now, former: None };
        if let Some(newer) = newer {
            loaded.facts.anno_scolastico = newer.row.anno_scolastico;
            loaded.facts.iscrizioni = own_iscrizioni(portal, ente, persona, &newer.document.modello).await?;
            loaded.adopt(newer);
        }
        Ok(loaded)
    }

    /// Goes over to a newer version of the modello. What is saved next is saved under it.
    pub(super) fn adopt(&mut self, newer: Published) {
        let answers = self.answers_in(&newer, &self.answers);
        let published = std::mem::replace(&mut self.published, newer);
        self.former = Some(Former { published, answers: std::mem::replace(&mut self.answers, answers) });
    }

    /// Answers to the version in hand as they stand in a newer one.
    pub(super) fn answers_in(&self, newer: &Published, answers: &Answers) -> Answers {
        let (old, new) = (&self.published, newer);
        let another_year = old.row.anno_scolastico != new.row.anno_scolastico;
        if old.row.hash == new.row.hash && !another_year {
            return answers.clone();
        }
        answers.reconcile(&old.document.modello, &new.document.modello, &self.facts, another_year)
    }

    /// The draft as it was before the newer version, when `version` is the one that it was saved under.
    pub(super) fn as_before(&self, version: Option<i64>) -> Option<Self> {
        let former = self.former.as_ref().filter(|former| Some(former.published.row.version) == version)?;
        Some(Self {
            row: self.row.clone(),
            published: former.published.clone(),
            level: self.level,
            answers: former.answers.clone(),
            facts: self.facts.clone(),
            now: self.now,
            former: None,
        })
    }

    /// The engine's view of it, for a reader of this language.
    pub(crate) fn read_in(&self, lingua: Lingua) -> Form<'_> {
        Form::new(&self.published.document.modello, &self.answers, &self.facts, lingua)
    }

    /// The engine's view of it.
    pub(crate) fn form<'a>(&'a self, ctx: &Ctx) -> Form<'a> {
        self.read_in(ctx.lingua)
    }

    /// Title of its modello.
    pub(crate) fn title(&self, ctx: &Ctx) -> String {
        self.published.document.modello.title(ctx.lingua, self.published.row.anno_scolastico)
    }

    /// What every page shows.
    pub(crate) fn frame(&self, ctx: &Ctx) -> BozzaFrame {
        let form = self.form(ctx);
        self.frame_with(ctx, &form, &form.check_all())
    }

    /// The same for somebody who looks at it already and knows all that is wrong.
    fn frame_with(&self, ctx: &Ctx, form: &Form<'_>, problems: &[Problem]) -> BozzaFrame {
        let pages = form.pages_with(problems);
        let again = pages.iter().filter(|page| self.answers.review.contains(&page.id));
        BozzaFrame {
            id: self.row.id,
            modello: self.row.modello.clone(),
            title: self.title(ctx),
            revision: self.row.revision,
            version: self.published.row.version,
            saved_at: self.row.updated_at,
            send_by: self.published.send_by(self.now),
            until: calendar::legal_date(self.expires_at()),
            changed_at: self.published.row.published_at,
            review: again.cloned().collect(),
            pages,
            aside: form.aside(),
        }
    }

    /// When it is deleted: a window that was made longer keeps it.
    pub(crate) fn expires_at(&self) -> DateTime<Utc> {
        self.row.expires_at.max(self.published.draft_expires_at())
    }

    /// One page, with `problems` beside its fields.
    pub(crate) fn page(&self, ctx: &Ctx, page: &str, problems: Vec<Problem>) -> Result<BozzaPage> {
        let form = self.form(ctx);
        let drawn = form.draw_page(page, &problems).ok_or(Error::NotFound)?;
        let mut warnings = form.warnings();
        warnings.retain(|warning| drawn.fields().any(|field| field.name == warning.path.replace('/', ".")));
        // "You may go on all the same" is not said of what stops one.
        warnings.retain(|warning| problems.iter().all(|problem| problem.path != warning.path));
        let frame = self.frame_with(ctx, &form, &form.check_all());
        let mandate = drawn.fields().any(|field| field.name == campi::MANDATO);
        let creditor = ctx.ente.settings.riscossione.as_ref().filter(|_| mandate).map(|riscossione| Creditor {
            name: ctx.ente.settings.name.clone(),
            id: riscossione.creditor_id.as_str().to_owned(),
        });
        Ok(BozzaPage { frame, page: drawn, problems, warnings, creditor })
    }

    /// The summary, with a fresh idempotency key.
    pub(crate) fn summary(&self, ctx: &Ctx, key: String) -> SummaryPage {
        let form = self.form(ctx);
        let problems = form.check_all();
        SummaryPage {
            frame: self.frame_with(ctx, &form, &problems),
            summary: form.summary(),
            problems,
            warnings: form.warnings(),
            key,
            hash: form.fingerprint(),
            pratiche: form.split().len(),
        }
    }
}

/// The level that a draft asks for: that of its version, or a higher one that the service has come to ask for since.
fn level(published: &Published, current: Option<&Published>) -> IdentityLevel {
    let own = published.document.procedura.level;
    current.map_or(own, |current| own.max(current.document.procedura.level))
}

/// What the desk is told of the world: not how the applicant is reached and not which children they have. They stand
/// there and say it.
fn at_desk(facts: Facts) -> Facts {
    let identita = PersonaFacts { email: None, cellulare: None, ..facts.identita };
    Facts { identita, family: Vec::new(), ..facts }
}

/// The published version that a draft answers when it is opened.
pub(super) async fn published(portal: &Portal, ente: EnteId, code: &str, version: i64) -> Result<Published> {
    let wanted = code.to_owned();
    let found =
        portal.store().read(ente, async move |read| publication::version(read, ente, &wanted, version).await).await?;
    let saved = modello::with_document(portal, ente, found).await?.ok_or(Error::NotFound)?;
    let current = modello::current(portal, ente, code).await?;
    let newer = current.filter(|current| saved.gives_way_to(&current.row, portal.clock().now()));
    Ok(newer.unwrap_or(saved))
}

/// The world for a new draft, with what the person answered last time; at the desk without that.
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
            let answers = Answers::of_document(&last.answers.0)
                .map_err(|error| Error::failed("reading the answers of an earlier pratica", error))?;
            answers.for_next_time(&published.document.modello)
        }
        None => BTreeMap::new(),
    };
    let today = calendar::legal_date(portal.clock().now());
    let mut facts = world.facts(&plessi(portal, ente).await?, today, published.row.anno_scolastico, previous);
    facts.iscrizioni = own_iscrizioni(portal, ente, persona, &published.document.modello).await?;
    Ok(if desk { at_desk(facts) } else { facts })
}

/// A draft that goes over to a newer version of its modello with INVIA, as it is to be saved just before.
#[derive(Clone, Debug)]
pub(crate) struct Adopted {
    id: BozzaId,
    revision: i64,
    answers: row::Answers,
}

/// What INVIA must save first, when the draft has not been saved under the version that was shown. From then on the
/// draft stands at the next revision.
pub(crate) async fn adopted(portal: &Portal, ctx: &Ctx, loaded: &mut Loaded) -> Result<Option<Adopted>> {
    if loaded.former.take().is_none() {
        return Ok(None);
    }
    let answers = keep(portal, ctx, loaded.row.id, &loaded.published, &loaded.answers).await?;
    let adopted = Adopted { id: loaded.row.id, revision: loaded.row.revision, answers };
    loaded.row.revision += 1;
    Ok(Some(adopted))
}

/// Saves it; false when the draft was saved elsewhere in the meantime.
pub(crate) async fn keep_adopted(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    adopted: Option<&Adopted>,
    now: DateTime<Utc>,
) -> sportello_store::Result<bool> {
    let Some(Adopted { id, revision, answers }) = adopted else { return Ok(true) };
    let saved = row::save(tx, ente, persona, *id, *revision, answers, now).await?;
    Ok(matches!(saved, row::Saved::Revision(_)))
}

/// The answers of an earlier revision of a draft of the person, while it is kept.
pub(super) async fn earlier(portal: &Portal, ctx: &Ctx, id: BozzaId, revision: i64) -> Result<Option<Answers>> {
    let (ente, persona, desk) = (ctx.ente_id(), ctx.richiedente()?, ctx.desk());
    let found = portal
        .store()
        .read(ente, async move |read| {
            per_conto::here(read, ente, id, desk).await?;
            row::earlier(read, ente, persona, id, revision).await
        })
        .await?;
    let Some((clear, sealed)) = found else { return Ok(None) };
    let sealer = portal.sealer(ente).await?;
    open_answers(&sealer, &revision_place(id), clear.0, sealed.as_ref()).map(Some)
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
    let (clear, sealed) = close_answers(&sealer, &revision_place(id), &published.document.modello, answers)?;
    Ok(row::Answers { clear, sealed, modello_version: published.row.version, hash: published.row.hash.clone() })
}

fn revision_place(id: BozzaId) -> Place {
    Place::new("bozza_revision", "sealed_answers", id)
}

/// Divides answers by privacy class and seals class A.
pub(crate) fn close_answers(
    sealer: &EnteSealer,
    place: &Place,
    modello: &Modello,
    answers: &Answers,
) -> Result<(Json<Answers>, Option<Sealed>)> {
    let parts = answers.part(modello);
    let sealed = parts.sealed.map(|sealed| sealer.seal(place, sealed.as_bytes())).transpose()?;
    Ok((Json(parts.clear), sealed))
}

/// Opens and joins the answers of a pratica.
pub(crate) fn open_filed(
    sealer: &EnteSealer,
    place: &Place,
    clear: &serde_json::Value,
    sealed: Option<&Sealed>,
) -> Result<Answers> {
    let clear = Answers::of_document(clear).map_err(|error| Error::failed("reading answers", error))?;
    open_answers(sealer, place, clear, sealed)
}

/// Opens and joins answers.
fn open_answers(sealer: &EnteSealer, place: &Place, clear: Answers, sealed: Option<&Sealed>) -> Result<Answers> {
    let opened = sealed.map(|sealed| sealer.open(place, sealed)).transpose()?;
    let opened = opened
        .map(String::from_utf8)
        .transpose()
        .map_err(|error| Error::failed("reading sealed answers", error.utf8_error()))?;
    Answers::join(clear, opened.as_deref()).map_err(|error| Error::failed("reading answers", error))
}
