//! A pratica that waits for its applicant: what it waits for, and the page with room for it.

use sportello_domain::{
    delega::DelegaScope,
    id::PraticaId,
    lingua::Lingua,
    modello::{
        Modello, Reopened,
        view::{Problem, ProblemCode},
    },
};
use sportello_store::{
    Read, integrazione,
    pratica::{self as row, PraticaRow},
    preavviso,
};

use super::{
    Awaited, Questions, Sheet,
    iniziata::Iniziata,
    riaperta::{Riaperta, questions, take},
};
use crate::{Ctx, Error, Portal, Result, bozza::offer, filed::Filed, pratica::at_level};

/// Such a pratica.
pub(super) struct Attesa {
    pub(super) to: Awaited,
    pub(super) pratica: PraticaRow,
    pub(super) filed: Filed,
    /// The questions that what is awaited is about.
    asked: Vec<String>,
}

impl Attesa {
    /// `None` where no such answer is awaited.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a pratica of somebody else, [`Error::LevelNeeded`].
    pub(super) async fn open(portal: &Portal, ctx: &Ctx, id: PraticaId, to: Awaited) -> Result<Option<Self>> {
        let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
        let read = async move |read: &mut Read| {
            let Some(pratica) = row::of_persona(read, ente, persona, id).await? else { return Ok(None) };
            let asked = match to {
                Awaited::Integrazione => integrazione::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
                Awaited::Osservazioni => preavviso::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
            };
            Ok(Some((pratica, asked.unwrap_or_default())))
        };
        let (pratica, asked) = portal.store().read(ente, read).await?.ok_or(Error::NotFound)?;
        at_level(portal, ctx, &pratica).await?;
        if !pratica.status.allows(to.event()) {
            return Ok(None);
        }
        let filed = match to {
            Awaited::Integrazione => Filed::open(portal, ente, &pratica).await?,
            Awaited::Osservazioni => Filed::open_clear(portal, ente, &pratica).await?,
        };
        Ok(Some(Self { to, pratica, filed, asked }))
    }

    pub(super) fn modello(&self) -> &Modello {
        &self.filed.document.modello
    }

    /// Whether what is answered is of class A.
    pub(super) fn is_sealed(&self) -> bool {
        self.filed.any_sealed(&self.asked)
    }

    /// The questions that are open again; what is observed changes no answer.
    pub(super) async fn riaperta(&self, portal: &Portal, ctx: &Ctx) -> Result<Option<Riaperta<'_>>> {
        Ok(match self.to {
            Awaited::Integrazione => {
                Some(Riaperta::load(portal, ctx.ente_id(), &self.pratica, &self.filed, &self.asked).await?)
            }
            Awaited::Osservazioni => None,
        })
    }

    /// What of the questions is drawn, with what is wrong beside them and the documents that may be given again.
    pub(super) async fn questions(
        &self,
        portal: &Portal,
        ctx: &Ctx,
        reopened: Option<&Reopened<'_>>,
        problems: &[Problem],
    ) -> Result<Questions> {
        let Some(reopened) = reopened else {
            let others = self.filed.labels(&self.asked, ctx.lingua);
            return Ok(Questions { others, ..Questions::default() });
        };
        let mut questions = questions(reopened, ctx.lingua, problems);
        if let Some(page) = &mut questions.page {
            // What the office asks again is not what came with this pratica.
            offer(portal, ctx, page, Some((self.pratica.anno, self.pratica.numero))).await?;
        }
        Ok(questions)
    }
}

/// The page with room for an answer to the office about one of the person's pratiche, with what was begun; `None` where no such
/// answer is awaited.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else, [`Error::LevelNeeded`].
pub async fn sheet(portal: &Portal, ctx: &Ctx, id: PraticaId, to: Awaited) -> Result<Option<Sheet>> {
    let Some(attesa) = Attesa::open(portal, ctx, id, to).await? else { return Ok(None) };
    let begun = Iniziata::load(portal, ctx.ente_id(), &attesa).await?;
    let riaperta = attesa.riaperta(portal, ctx).await?;
    let mut reopened = riaperta.as_ref().map(Riaperta::reopened);
    if let Some(reopened) = &mut reopened {
        take(reopened, &begun.posted(), &begun.taken(&begun.typed.drawn))?;
    }
    let mut standing = reopened.as_ref().map(|reopened| reopened.standing(ctx.lingua)).unwrap_or_default();
    standing.extend(reopened.iter().flat_map(|reopened| infected(reopened, &begun, ctx.lingua)));
    let questions = attesa.questions(portal, ctx, reopened.as_ref(), &standing).await?;
    Ok(Some(Sheet { questions, begun: begun.shown(&begun.typed.words) }))
}

/// What is said beside the questions whose file held a virus.
pub(super) fn infected(reopened: &Reopened<'_>, begun: &Iniziata, lingua: Lingua) -> Vec<Problem> {
    let at = begun.infected().filter_map(|(control, _)| control);
    at.filter_map(|control| reopened.problem_at(lingua, control, ProblemCode::FileInfected)).collect()
}
