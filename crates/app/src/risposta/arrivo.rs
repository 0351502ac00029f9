//! What came with an answer: looked at as a whole first; files that may stay are stored, whether it is sent or kept for later.

use std::collections::BTreeMap;

use sportello_domain::{
    id::{AllegatoId, BozzaId},
    lingua::Lingua,
    modello::{
        Modello, Posted, Reopened,
        view::{Problem, ProblemCode},
    },
};
use sportello_store::allegato::{AllegatoRow, Scan};
use uuid::Uuid;

use super::{
    ACCEPT, Answered, MAX_FILE_BYTES, MAX_FILES, MAX_WORDS, Refused, RefusedFile, Risposta, Step, WordsFault,
    attesa::{Attesa, infected},
    iniziata::{Iniziata, Typed},
    riaperta::take,
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{GoodFile, UploadedFile, Wanted, as_sent, keep_file, refused_first},
    typed,
};

/// An answer as it came.
pub(super) struct Arrived<'a> {
    /// The words; none where they are empty.
    pub(super) words: Option<String>,
    /// What was typed, as it was.
    pub(super) typed: Typed,
    /// What was answered to the questions that are asked again; `None` where there is no form.
    answers: Option<Answers<'a>>,
    /// Files of no question, and what they had to be.
    others: (Wanted, Vec<GoodFile>),
    /// What keeps it from being done, beside what is wrong with answers.
    pub(super) faults: Refused,
    step: Step,
}

/// Answers to questions of the form.
struct Answers<'a> {
    /// Names of the controls that were drawn; `None` for a page that drew none.
    drawn: Option<Vec<String>>,
    /// Controls whose answers are taken: they, and those of the files that were there.
    taken: Vec<String>,
    /// What was typed, with the files that were there and stand-ins for those that came.
    posted: Posted,
    /// Files by name of their control: the last one that came for each.
    files: BTreeMap<String, (Wanted, GoodFile)>,
    /// Files that may not stay.
    wrong: Vec<Problem>,
    /// The questions as nobody has answered them again.
    blank: Reopened<'a>,
    /// The questions with everything that came.
    whole: Reopened<'a>,
    lingua: Lingua,
}

impl<'a> Arrived<'a> {
    /// Looks at everything. Answers are taken into `blank`; without it there is no form.
    pub(super) async fn look(
        risposta: Risposta,
        attesa: &Attesa,
        blank: Option<Reopened<'a>>,
        begun: &Iniziata,
        lingua: Lingua,
    ) -> Result<Self> {
        let mut typed = Typed::of(&risposta);
        begun.names().for_each(|file| typed.name(&file));
        let answers = match blank {
            Some(blank) => Some(Answers::look(risposta.answers, attesa.modello(), blank, begun, lingua).await?),
            None => None,
        };
        // Whoever tells of a diet for the first time sends what belongs to it.
        let touched = |answers: &Answers<'_>| answers.blank.touches_sealed() || answers.whole.touches_sealed();
        let wanted = Wanted {
            field: attesa.to.field().to_owned(),
            row: None,
            accept: ACCEPT.to_owned(),
            max_bytes: MAX_FILE_BYTES,
            sealed: attesa.is_sealed() || answers.as_ref().is_some_and(touched),
        };
        let infected = begun.infected().filter(|(control, _)| control.is_none());
        let infected = infected.map(|(_, file)| RefusedFile { name: file.name, code: ProblemCode::FileInfected });
        let mut faults = Refused { files: infected.collect(), ..Refused::default() };
        let mut others = Vec::new();
        for file in risposta.files {
            let name = file.name.clone();
            match wanted.check(file).await? {
                // It came already: a button was pressed twice.
                Ok(file) if begun.others().iter().any(|row| file.is(row)) => {}
                Ok(file) => others.push(file),
                Err(code) => faults.files.push(RefusedFile { name, code }),
            }
        }
        if !others.is_empty() && begun.count_others() + others.len() > MAX_FILES {
            (faults.too_many, others) = (true, Vec::new());
        }
        let mut arrived = Self { words: None, typed, answers, others: (wanted, others), faults, step: risposta.step };
        arrived.look_at_whole();
        Ok(arrived)
    }

    /// Only what is sent has to be complete.
    fn look_at_whole(&mut self) {
        let words = typed::text(&self.typed.words, 0..=MAX_WORDS);
        if self.step == Step::Send {
            let answers = self.answers.as_ref();
            let amends = answers.is_some_and(|answers| answers.whole.amended().is_some());
            self.faults.words = match words.as_deref() {
                None => Some(WordsFault::TooLong),
                Some("") if !amends => Some(WordsFault::Missing),
                Some(_) => None,
            };
            self.faults.opened = answers.is_some_and(Answers::are_unseen);
        }
        self.words = words.filter(|words| !words.is_empty());
    }

    /// Whether files came that may stay and were not there.
    pub(super) fn has_files(&self) -> bool {
        !self.others.1.is_empty() || self.answers.as_ref().is_some_and(|answers| !answers.files.is_empty())
    }

    /// Whether nothing keeps it from being done.
    pub(super) fn is_right(&self) -> bool {
        self.problems().is_empty() && !self.faults.has_any()
    }

    /// What is to be done with it.
    pub(super) fn step(&self) -> &Step {
        &self.step
    }

    /// What is wrong with the answers: of those that are not sent only the files that may not stay.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let Some(answers) = &self.answers else { return Vec::new() };
        if self.step == Step::Send { answers.problems() } else { answers.wrong.clone() }
    }

    /// The questions with everything that came; `None` where there is no form.
    pub(super) fn whole(&self) -> Option<&Reopened<'a>> {
        self.answers.as_ref().map(|answers| &answers.whole)
    }

    /// Takes it over what was begun elsewhere in the meantime: no file that came with it is there.
    pub(super) fn take_over(&mut self, begun: &Iniziata) -> Result<()> {
        let Some(answers) = &mut self.answers else { return Ok(()) };
        answers.posted = self.typed.posted();
        begun.add_files(&mut answers.posted);
        answers.taken = begun.taken(answers.drawn());
        answers.whole = answers.with_all()?;
        Ok(())
    }

    /// The questions whose files have to be chosen again where nothing of it is kept.
    pub(super) fn lost(&self) -> Vec<Problem> {
        let Some(answers) = &self.answers else { return Vec::new() };
        let lost = answers.files.keys();
        lost.filter_map(|name| answers.whole.problem_at(answers.lingua, name, ProblemCode::FileAgain)).collect()
    }

    /// The files that held a virus and are told of with it.
    pub(super) fn told(&self, begun: &Iniziata) -> Vec<AllegatoId> {
        let shown = |control: &str| match &self.answers {
            Some(answers) => answers.whole.problem_at(answers.lingua, control, ProblemCode::FileInfected).is_some(),
            None => false,
        };
        let told = begun.infected().filter(|(control, _)| control.is_none_or(|control| shown(control)));
        told.map(|(_, file)| file.id).collect()
    }

    /// Stores the files that came; what is stored is in `rows`, whatever happens. `scan` is what the scanner said before of the
    /// one at a control.
    pub(super) async fn store(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        bozza: BozzaId,
        scan: Option<(String, Scan)>,
        rows: &mut Vec<AllegatoRow>,
    ) -> Result<()> {
        let (wanted, others) = &self.others;
        for file in others {
            let row = keep_file(portal, ctx, bozza, wanted, file).await?;
            self.typed.name(&file.view(row.id));
            rows.push(row);
        }
        let Some(answers) = &mut self.answers else { return Ok(()) };
        for (name, (wanted, file)) in &answers.files {
            let mut row = keep_file(portal, ctx, bozza, wanted, file).await?;
            row.scan = scan.as_ref().filter(|(known, _)| known == name).map_or(row.scan, |(_, scan)| *scan);
            let shown = file.view(row.id);
            self.typed.name(&shown);
            answers.posted.add_file(name.clone(), shown);
            rows.push(row);
        }
        answers.whole = answers.with_all()?;
        Ok(())
    }

    /// Stores a sealed copy of each file of no question that came before it was known to be of class A; what is stored is in
    /// `rows`, whatever happens.
    pub(super) async fn seal_others(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        begun: &Iniziata,
        rows: &mut Vec<AllegatoRow>,
    ) -> Result<()> {
        for row in begun.others() {
            let (wanted, _) = &self.others;
            if self.takes_as_is(row) || row.scan == Scan::Infected {
                continue;
            }
            let sent = as_sent(portal, ctx.ente_id(), row.clone(), wanted.field.as_str()).await?;
            let file = wanted.check(sent).await?.map_err(|code| {
                Error::failed("sealing a file that was kept", std::io::Error::other(format!("{code:?}")))
            })?;
            let copy = keep_file(portal, ctx, row.bozza_id, wanted, &file).await?;
            self.typed.name(&file.view(copy.id));
            rows.push(AllegatoRow { scan: row.scan, ..copy });
        }
        Ok(())
    }

    /// Whether a file of no question that was there already is filed as it is.
    pub(super) fn takes_as_is(&self, row: &AllegatoRow) -> bool {
        row.sealed || !self.others.0.sealed
    }

    /// The names of the controls for which files came.
    pub(super) fn answered_with_files(&self) -> impl Iterator<Item = &String> {
        self.answers.iter().flat_map(|answers| answers.files.keys())
    }
}

impl<'a> Answers<'a> {
    async fn look(
        answered: Option<Answered>,
        modello: &Modello,
        blank: Reopened<'a>,
        begun: &Iniziata,
        lingua: Lingua,
    ) -> Result<Self> {
        let drawn = answered.as_ref().map(|answered| answered.drawn.clone());
        let Answered { fields, files, .. } = answered.unwrap_or_default();
        let mut posted: Posted = fields.into_iter().collect();
        begun.add_files(&mut posted);
        let (taken, whole) = (begun.taken(drawn.as_deref().unwrap_or_default()), blank.clone());
        let (files_here, wrong) = (BTreeMap::new(), Vec::new());
        let mut answers = Self { drawn, taken, posted, files: files_here, wrong, blank, whole, lingua };
        answers.wrong = answers.look_at(files, modello).await?;
        answers.forget_known(begun);
        answers.whole = answers.with_all()?;
        let told = infected(&answers.whole, begun, lingua);
        let told = told.into_iter().filter(|problem| !answers.has_file_at(&problem.path));
        let told: Vec<Problem> = told.collect();
        answers.wrong.extend(told);
        Ok(answers)
    }

    fn drawn(&self) -> &[String] {
        self.drawn.as_deref().unwrap_or_default()
    }

    /// Files that came already are no new ones: a button was pressed twice.
    fn forget_known(&mut self, begun: &Iniziata) {
        let known = |name: &String, file: &GoodFile| begun.at(name).is_some_and(|row| file.is(row));
        let (files, posted) = (&mut self.files, &mut self.posted);
        files.retain(|name, (_, file)| {
            let shown = begun.shown_at(name).filter(|_| known(name, file));
            shown.map(|shown| posted.add_file(name.clone(), shown)).is_none()
        });
    }

    fn has_file_at(&self, path: &str) -> bool {
        self.files.contains_key(&path.replace('/', "."))
    }

    /// Whether a question is open that the page did not show: nobody sends an answer to what they have not seen.
    fn are_unseen(&self) -> bool {
        self.drawn.as_ref().is_some_and(|drawn| self.whole.unseen(drawn))
    }

    /// The questions with what was typed and the files that are known by now.
    fn with_all(&self) -> Result<Reopened<'a>> {
        let mut reopened = self.blank.clone();
        take(&mut reopened, &self.posted, &self.taken)?;
        Ok(reopened)
    }

    /// Looks at the files of questions that are open, and of those that they open; gives those that may not stay.
    async fn look_at(&mut self, mut files: Vec<UploadedFile>, modello: &Modello) -> Result<Vec<Problem>> {
        let mut wrong = Vec::new();
        loop {
            let (reopened, mut later, before) = (self.with_all()?, Vec::new(), files.len());
            let page = reopened.draw(self.lingua, &[]);
            for file in files {
                let name = file.field.clone();
                let wanted = Wanted::on(&page, modello, &name).filter(|_| self.drawn().contains(&name));
                let Some(wanted) = wanted else {
                    later.push(file);
                    continue;
                };
                match wanted.check(file).await? {
                    Ok(file) => {
                        self.posted.add_file(name.clone(), file.view(AllegatoId::new(Uuid::nil())));
                        self.files.insert(name, (wanted, file));
                    }
                    Err(code) => wrong.extend(reopened.problem_at(self.lingua, &name, code)),
                }
            }
            if later.len() == before {
                return Ok(wrong);
            }
            files = later;
        }
    }

    fn problems(&self) -> Vec<Problem> {
        refused_first(self.whole.problems(self.lingua), &self.wrong)
    }
}
