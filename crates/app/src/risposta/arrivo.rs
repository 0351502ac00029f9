//! What came with an answer: looked at as a whole first, stored only when all of it may stay.

use std::collections::BTreeMap;

use sportello_domain::{
    id::{AllegatoId, EnteId, PraticaId},
    lingua::Lingua,
    modello::{Modello, Posted, Reopened, view::Problem},
};
use sportello_store::{
    Tx,
    allegato::{self, AllegatoRow, Scan},
    job::{self, NewJob},
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::{ACCEPT, Awaited, FILES, MAX_FILE_BYTES, MAX_FILES, MAX_WORDS, Refused, RefusedFile, Risposta, WordsFault};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{Given as GoodFile, UploadedFile, Wanted, keep_file, remove},
    job::scan_job,
};

/// An answer that was looked at; nothing of it is stored yet.
pub(super) struct Arrived {
    /// The words; none where they are empty.
    pub(super) words: Option<String>,
    /// What was typed into the questions that are asked again, and stand-ins for their files; `None` where they were not drawn.
    posted: Option<Posted>,
    /// Files of questions, by name of their control: the last one that came for each.
    of_questions: BTreeMap<String, (Wanted, GoodFile)>,
    /// Files of no question, with what they had to be.
    others: Vec<GoodFile>,
    wanted: Wanted,
    /// What is wrong with it.
    pub(super) refused: Refused,
}

impl Arrived {
    /// Files of no question; `sealed` where what is answered is of class A.
    pub(super) fn new(to: Awaited, sealed: bool) -> Self {
        let (field, accept) = (to.field().to_owned(), ACCEPT.to_owned());
        Self {
            words: None,
            posted: None,
            of_questions: BTreeMap::new(),
            others: Vec::new(),
            wanted: Wanted { field, row: None, accept, max_bytes: MAX_FILE_BYTES, sealed },
            refused: Refused::default(),
        }
    }

    /// Looks at everything: one thing that is wrong keeps all of it from being stored. Answers of the form are taken into
    /// `reopened`; without it there is no form.
    pub(super) async fn look(
        &mut self,
        risposta: Risposta,
        modello: &Modello,
        reopened: Option<&mut Reopened<'_>>,
        lingua: Lingua,
    ) -> Result<()> {
        let Risposta { words, fields, files } = risposta;
        self.refused.words = (words.chars().count() > MAX_WORDS).then_some(WordsFault::TooLong);
        self.words = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        let (others, of_questions): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.field == FILES);
        self.refused.too_many = others.len() > MAX_FILES;
        for file in others {
            let name = file.name.clone();
            match self.wanted.check(file).await? {
                Ok(file) => self.others.push(file),
                Err(code) => self.refused.files.push(RefusedFile { name, code }),
            }
        }
        if let Some((reopened, fields)) = reopened.zip(fields) {
            self.posted = Some(fields.into_iter().collect());
            self.questions(modello, reopened, of_questions, lingua).await?;
        }
        Ok(())
    }

    async fn questions(
        &mut self,
        modello: &Modello,
        reopened: &mut Reopened<'_>,
        files: Vec<UploadedFile>,
        lingua: Lingua,
    ) -> Result<()> {
        let posted = self.posted.get_or_insert_default();
        take(reopened, posted)?;
        let mut wrong: Vec<Problem> = Vec::new();
        for file in files {
            let (name, drawn) = (file.field.clone(), reopened.draw(lingua, &[]));
            let Some(wanted) = Wanted::on(&drawn, modello, &name) else { continue };
            match wanted.check(file).await? {
                Ok(file) => {
                    posted.add_file(name.clone(), file.view(AllegatoId::new(Uuid::nil())));
                    self.of_questions.insert(name, (wanted, file));
                }
                Err(code) => wrong.extend(reopened.problem_at(lingua, &name, code)),
            }
        }
        take(reopened, posted)?;
        let mut problems = reopened.problems(lingua);
        // A refused file stands instead of "missing" at its question.
        problems.retain(|problem| wrong.iter().all(|other| other.path != problem.path));
        problems.extend(wrong);
        self.refused.form = Some(reopened.draw(lingua, &problems));
        self.refused.problems = problems;
        Ok(())
    }

    /// Notes that nothing was said.
    pub(super) fn says_nothing(&mut self) {
        self.refused.words = self.refused.words.or(Some(WordsFault::Missing));
    }

    /// Stores the files. `reopened` takes what was typed, with the files as they are stored.
    pub(super) async fn keep(
        mut self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        reopened: Option<&mut Reopened<'_>>,
    ) -> Result<Kept> {
        let mut rows = Vec::new();
        let stored = self.store(portal, ctx, pratica, &mut rows).await.and_then(|()| match reopened {
            Some(reopened) => self.posted.iter().try_for_each(|posted| take(reopened, posted)),
            None => Ok(()),
        });
        if let Err(error) = stored {
            // No row will name them.
            let stored: Vec<AllegatoId> = rows.iter().map(|row: &AllegatoRow| row.id).collect();
            remove(portal, ctx.ente_id(), stored).await?;
            return Err(error);
        }
        let now = portal.clock().now();
        let waiting = rows.iter().filter(|file| file.scan == Scan::Waiting);
        let scans = waiting.map(|file| scan_job(portal, file.id, now)).collect();
        Ok(Kept { rows, scans })
    }

    async fn store(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        rows: &mut Vec<AllegatoRow>,
    ) -> Result<()> {
        for file in &self.others {
            rows.push(keep_file(portal, ctx, pratica.bozza_id, &self.wanted, file).await?);
        }
        for (name, (wanted, file)) in &self.of_questions {
            let row = keep_file(portal, ctx, pratica.bozza_id, wanted, file).await?;
            if let Some(posted) = &mut self.posted {
                posted.add_file(name.clone(), file.view(row.id));
            }
            rows.push(row);
        }
        Ok(())
    }
}

fn take(reopened: &mut Reopened<'_>, posted: &Posted) -> Result<()> {
    reopened.take(posted).map_err(|_| Error::Unacceptable("the size of all answers"))
}

/// Files that are stored and have no row yet.
pub(super) struct Kept {
    rows: Vec<AllegatoRow>,
    scans: Vec<NewJob>,
}

impl Kept {
    /// Their keys.
    pub(super) fn ids(&self) -> Vec<AllegatoId> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// Files them with the pratica.
    pub(super) async fn write(&self, tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> sportello_store::Result<()> {
        for file in &self.rows {
            allegato::add(tx, ente, file).await?;
            allegato::file_with(tx, ente, pratica, file.id).await?;
        }
        for scan in &self.scans {
            job::enqueue(tx, ente, scan).await?;
        }
        Ok(())
    }
}
