//! The questions of a pratica that the office asks again, open for its applicant until the answer, and what is written of other
//! answers to them.

use std::collections::BTreeMap;

use sportello_domain::{
    calendar,
    id::{EnteId, PraticaId},
    lingua::Lingua,
    modello::{
        Answers, Facts, Posted, Reopened,
        view::{Privacy, Problem},
    },
};
use sportello_store::{
    Json, Read, Tx, allegato,
    graduatoria::{self as punti, NewPunti},
    integrazione::Before,
    pratica::{self as row, Amended, PraticaRow},
    seal::{EnteSealer, Place, Sealed},
};

use super::Questions;
use crate::{
    Error, Portal, Result,
    bozza::close_answers,
    campi,
    facts::{World, own_iscrizioni, plessi},
    filed::Filed,
    graduatoria,
    integrazione::before_place,
    invio::subject::Subject,
};

/// Takes what was typed where `drawn` says that it could be.
pub(super) fn take(reopened: &mut Reopened<'_>, posted: &Posted, drawn: &[String]) -> Result<()> {
    reopened.take(posted, drawn).map_err(|_| Error::Unacceptable("the size of all answers"))
}

/// What of them is drawn, with what is wrong beside it.
pub(super) fn questions(reopened: &Reopened<'_>, lingua: Lingua, problems: &[Problem]) -> Questions {
    let page = Some(reopened.draw(lingua, problems)).filter(|page| !page.blocks.is_empty());
    let names = |field: &str| page.iter().flat_map(|page| page.fields()).any(|drawn| drawn.name == field);
    let account = names(campi::PAYMENT[0]) && !names(campi::MANDATO);
    Questions { others: reopened.unanswerable(lingua), account, page }
}

/// A filing of which some questions are asked again.
pub(super) struct Riaperta<'a> {
    filed: &'a Filed,
    facts: Facts,
    asked: &'a [String],
}

impl<'a> Riaperta<'a> {
    /// With what the world is now, but on the day of the filing: what is right on that day stays right.
    pub(super) async fn load(
        portal: &Portal,
        ente: EnteId,
        pratica: &PraticaRow,
        filed: &'a Filed,
        asked: &'a [String],
    ) -> Result<Self> {
        let (persona, bozza) = (pratica.persona_id, pratica.bozza_id);
        let read = async move |read: &mut Read| {
            Ok((World::read(read, ente, persona).await?, allegato::infected(read, ente, bozza).await?))
        };
        let (world, infected) = portal.store().read(ente, read).await?;
        let (plessi, day) = (plessi(portal, ente).await?, calendar::legal_date(pratica.received_at));
        let mut facts = world.facts(&plessi, day, pratica.anno_scolastico, BTreeMap::new());
        facts.infected = infected.into_iter().collect();
        facts.iscrizioni = own_iscrizioni(portal, ente, persona, &filed.document.modello).await?;
        Ok(Self { filed, facts, asked })
    }

    /// The engine's view of it.
    pub(super) fn reopened(&self) -> Reopened<'_> {
        Reopened::new(&self.filed.document.modello, &self.filed.answers, &self.facts, self.asked)
    }

    /// What is written of amended answers; `applicant` is the name of the applicant. In a ranking it can
    /// only fall: an answer that was corrected afterwards moves nobody ahead of those who were right at once.
    pub(super) fn amendment(
        &self,
        sealer: &EnteSealer,
        pratica: &PraticaRow,
        applicant: &str,
        answers: &Answers,
    ) -> Result<Amendment> {
        let modello = &self.filed.document.modello;
        let place = Place::new("pratica", "sealed_answers", pratica.id);
        let was = pratica.sealed_answers.as_ref().map(|sealed| sealer.open(&place, sealed)).transpose()?;
        let sealed = was.map(|plain| sealer.seal(&before_place(pratica.id), &plain)).transpose()?;
        let before = Before {
            answers: pratica.answers.clone(),
            sealed,
            sealed_differs: answers.differs_in(&self.filed.answers, modello, Privacy::sealed),
            art9_differs: answers.differs_in(&self.filed.answers, modello, |class| class == Privacy::Art9),
        };
        let (clear, sealed_answers) = close_answers(sealer, &place, modello, answers)?;
        let clear = serde_json::to_value(&clear.0).map_err(|error| Error::failed("writing answers", error))?;
        let subject = |answers| Subject::of(modello, &self.facts, answers, applicant);
        let (subject, filed) = (subject(answers), subject(&self.filed.answers));
        Ok(Amendment {
            another_code: subject.codice_fiscale != filed.codice_fiscale,
            another_name: subject.alunno != filed.alunno,
            fall: Fall::of(sealer, pratica.id, self, answers)?,
            answers: Json(clear),
            before,
            sealed_answers,
            subject,
        })
    }
}

/// Amended answers, to be written with the answer that brings them.
pub(super) struct Amendment {
    /// What was filed first.
    pub(super) before: Before,
    answers: Json<serde_json::Value>,
    sealed_answers: Option<Sealed>,
    subject: Subject,
    /// Whether another codice fiscale of the child was answered. The office may have written one where none was.
    another_code: bool,
    /// Whether the child has another name; one that a register gives may have changed since.
    another_name: bool,
    fall: Option<Fall>,
}

/// What a pratica loses in a ranking: worked out for both states with the facts of now, so that these take nothing.
struct Fall {
    points: i64,
    now: NewPunti,
}

impl Fall {
    fn of(sealer: &EnteSealer, id: PraticaId, riaperta: &Riaperta<'_>, answers: &Answers) -> Result<Option<Self>> {
        let points = |answers| graduatoria::points(sealer, &riaperta.filed.document, &riaperta.facts, (id, answers));
        let both = points(&riaperta.filed.answers)?.zip(points(answers)?);
        Ok(both.map(|(filed, now)| Self { points: (filed.punti - now.punti).max(0), now }))
    }
}

impl Amendment {
    /// Writes them; false, and nothing is written, where the applicant has another live pratica for the child of now. One of
    /// somebody else only marks it as contested, and the applicant is not told.
    pub(super) async fn write(&self, tx: &mut Tx, ente: EnteId, pratica: &PraticaRow) -> sportello_store::Result<bool> {
        let (mut code, mut contested) = (pratica.alunno_codice_fiscale.clone(), pratica.contested);
        if self.another_code {
            (code, contested) = (self.subject.codice_fiscale.clone(), false);
            if let Some((servizio, code)) = pratica.servizio.as_ref().zip(code.as_ref()) {
                let live = row::live(tx, ente, servizio, pratica.anno_scolastico, code).await?;
                let mut others = live.iter().filter(|(other, _)| *other != pratica.id);
                if others.clone().any(|(_, persona)| *persona == pratica.persona_id) {
                    return Ok(false);
                }
                contested = others.next().is_some();
            }
        }
        let Subject { alunno, search_key, plesso, .. } = self.subject.clone();
        let amended = Amended {
            answers: self.answers.clone(),
            sealed_answers: self.sealed_answers.clone(),
            named: self.another_name.then_some((alunno, search_key)),
            alunno_codice_fiscale: code,
            plesso,
            contested,
        };
        row::amend(tx, ente, pratica.id, &amended).await?;
        if let Some(fall) = &self.fall {
            punti::lower(tx, ente, pratica.id, (fall.points, &fall.now)).await?;
        }
        Ok(true)
    }
}
