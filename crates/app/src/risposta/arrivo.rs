//! What came with an answer: looked at as a whole first; files that may stay are stored, whether it is sent or kept for later.

use std::collections::BTreeMap;

use sportello_domain::{
    id::AllegatoId,
    lingua::Lingua,
    modello::{
        Modello, Posted, Reopened,
        view::{Control, PageView, Problem, ProblemCode},
    },
};
use sportello_store::{
    allegato::{AllegatoRow, Scan},
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::{
    ACCEPT, Answered, Awaited, MAX_FILE_BYTES, MAX_FILES, MAX_WORDS, Questions, Refused, RefusedFile, Risposta, Step,
    WordsFault,
    iniziata::{Iniziata, Typed},
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{GoodFile, UploadedFile, Wanted, as_sent, keep_file, remove},
    typed,
};

/// An answer as it came.
pub(super) struct Arrived<'a> {
    /// The words; none where they are empty.
    pub(super) words: Option<String>,
    /// What was typed, as it was.
    pub(super) typed: Typed,
    /// The questions as nobody has answered them again; `None` where there is no form.
    blank: Option<Reopened<'a>>,
    /// What was answered to them.
    answers: Option<Answers<'a>>,
    /// Files of no question, and what they had to be.
    others: (Wanted, Vec<GoodFile>),
    /// What keeps it from being done, beside what is wrong with answers.
    pub(super) faults: Refused,
    step: Step,
}

/// Answers to questions of the form.
struct Answers<'a> {
    drawn: Vec<String>,
    /// What was typed, with the files that were there and stand-ins for those that came.
    posted: Posted,
    /// Files by name of their control: the last one that came for each.
    files: BTreeMap<String, (Wanted, GoodFile)>,
    /// Files that may not stay.
    wrong: Vec<Problem>,
    /// The questions as nobody has answered them again, with what was there before the files came, and with all.
    blank: Reopened<'a>,
    before: Reopened<'a>,
    whole: Reopened<'a>,
    lingua: Lingua,
}

impl<'a> Arrived<'a> {
    /// Looks at everything. Answers are taken into `blank`; without it there is no form. `sealed` where what is answered is of
    /// class A.
    pub(super) async fn look(
        risposta: Risposta,
        (to, sealed): (Awaited, bool),
        modello: &Modello,
        (blank, begun): (Option<Reopened<'a>>, &Iniziata),
        lingua: Lingua,
    ) -> Result<Self> {
        let mut typed = Typed::of(&risposta);
        begun.names().for_each(|file| typed.name(&file));
        let touched = |reopened: &Reopened<'_>| reopened.touches_sealed();
        let open = blank.as_ref().is_some_and(touched);
        let answers = match blank.clone().zip(risposta.answers) {
            Some((blank, answered)) => Some(Answers::look(answered, modello, (blank, begun), lingua).await?),
            None => None,
        };
        let wanted = Wanted {
            field: to.field().to_owned(),
            row: None,
            accept: ACCEPT.to_owned(),
            max_bytes: MAX_FILE_BYTES,
            // Whoever tells of a diet for the first time sends what belongs to it.
            sealed: sealed || open || answers.as_ref().is_some_and(|answers| touched(&answers.whole)),
        };
        let infected = begun.others().filter(|file| file.scan == Scan::Infected);
        let infected = infected.map(|file| RefusedFile { name: file.name.clone(), code: ProblemCode::FileInfected });
        let mut faults = Refused { files: infected.collect(), ..Refused::default() };
        let mut others = Vec::new();
        for file in risposta.files {
            let name = file.name.clone();
            match wanted.check(file).await? {
                Ok(file) => others.push(file),
                Err(code) => faults.files.push(RefusedFile { name, code }),
            }
        }
        if begun.others().count() + others.len() > MAX_FILES {
            (faults.too_many, others) = (true, Vec::new());
        }
        let mut arrived =
            Self { words: None, typed, blank, answers, others: (wanted, others), faults, step: risposta.step };
        arrived.look_at_words();
        Ok(arrived)
    }

    /// Only what is sent has to be complete.
    fn look_at_words(&mut self) {
        let words = typed::text(&self.typed.words, 0..=MAX_WORDS);
        let answers = self.answers.as_ref();
        if self.step == Step::Send {
            let amends = answers.is_some_and(|answers| answers.whole.amended().is_some());
            self.faults.words = match words.as_deref() {
                None => Some(WordsFault::TooLong),
                Some("") if !amends => Some(WordsFault::Missing),
                Some(_) => None,
            };
            // Nobody sends an answer to a question that they have not seen.
            self.faults.opened = answers.is_some_and(|answers| answers.whole.unseen(&answers.drawn));
        }
        self.words = words.filter(|words| !words.is_empty());
    }

    /// Whether nothing keeps it from being done.
    pub(super) fn is_right(&self) -> bool {
        self.problems().is_empty() && !self.faults.is_due()
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
        self.answers.as_ref().map(|answers| &answers.whole).or(self.blank.as_ref())
    }

    /// What is wrong where nothing of it is kept: files have to be chosen again.
    pub(super) fn lost(&self) -> Vec<Problem> {
        let Some(answers) = &self.answers else { return Vec::new() };
        let lost = answers.files.keys();
        lost.filter_map(|name| answers.whole.problem_at(answers.lingua, name, ProblemCode::FileAgain)).collect()
    }

    /// Says of no file that is not kept that it is there: what was there before still is.
    pub(super) fn forget_files(&self, questions: &mut Questions) {
        let Some(answers) = &self.answers else { return };
        let was = answers.before.draw(answers.lingua, &[]);
        let was = |name: &str| match was.fields().find(|field| field.name == name).map(|field| &field.control) {
            Some(Control::File { present, .. }) => present.clone(),
            _ => None,
        };
        for field in questions.page.iter_mut().flat_map(PageView::fields_mut) {
            if let Control::File { present, .. } = &mut field.control
                && answers.files.contains_key(&field.name)
            {
                *present = was(&field.name);
            }
        }
    }

    /// Stores the files that came. `scan` is what the scanner said before of the one at a control.
    pub(super) async fn store(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        scan: Option<(String, Scan)>,
    ) -> Result<Vec<AllegatoRow>> {
        let mut rows = Vec::new();
        let stored = self.store_each(portal, ctx, pratica, (scan, &mut rows)).await;
        if let Err(error) = stored {
            let ids: Vec<AllegatoId> = rows.iter().map(|row| row.id).collect();
            remove(portal, ctx.ente_id(), ids).await?;
            return Err(error);
        }
        Ok(rows)
    }

    async fn store_each(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        (scan, rows): (Option<(String, Scan)>, &mut Vec<AllegatoRow>),
    ) -> Result<()> {
        let (wanted, others) = &self.others;
        for file in others {
            let row = keep_file(portal, ctx, pratica.bozza_id, wanted, file).await?;
            self.typed.name(&file.view(row.id));
            rows.push(row);
        }
        let Some(answers) = &mut self.answers else { return Ok(()) };
        for (name, (wanted, file)) in &answers.files {
            let mut row = keep_file(portal, ctx, pratica.bozza_id, wanted, file).await?;
            row.scan = scan.as_ref().filter(|(known, _)| known == name).map_or(row.scan, |(_, scan)| *scan);
            let shown = file.view(row.id);
            self.typed.name(&shown);
            answers.posted.add_file(name.clone(), shown);
            rows.push(row);
        }
        answers.whole = answers.taken()?;
        Ok(())
    }

    /// The files of no question that were there already, in a form in which they may be filed: those that came before it was known
    /// that they are of class A are sealed now. Gives the copies.
    pub(super) async fn seal_others(
        &self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        begun: &Iniziata,
    ) -> Result<Vec<AllegatoRow>> {
        let (wanted, _) = &self.others;
        let mut copies = Vec::new();
        let open: Vec<AllegatoRow> = begun.others().filter(|row| wanted.sealed && !row.sealed).cloned().collect();
        for row in open {
            let sent = as_sent(portal, ctx.ente_id(), row.clone(), wanted.field.as_str()).await?;
            // It was good when it came.
            if let Ok(file) = wanted.check(sent).await? {
                let copy = keep_file(portal, ctx, pratica.bozza_id, wanted, &file).await?;
                copies.push(AllegatoRow { scan: row.scan, ..copy });
            }
        }
        Ok(copies)
    }

    /// Whether a file that was there already is filed as it is.
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
        Answered { drawn, fields, files }: Answered,
        modello: &Modello,
        (blank, begun): (Reopened<'a>, &Iniziata),
        lingua: Lingua,
    ) -> Result<Self> {
        let mut posted: Posted = fields.into_iter().collect();
        begun.add_files(&mut posted, &drawn);
        let (before, whole) = (blank.clone(), blank.clone());
        let (files_taken, wrong) = (BTreeMap::new(), Vec::new());
        let mut answers = Self { drawn, posted, files: files_taken, wrong, blank, before, whole, lingua };
        answers.before = answers.taken()?;
        answers.wrong = answers.look_at(files, modello).await?;
        answers.whole = answers.taken()?;
        Ok(answers)
    }

    /// The questions with what was typed and the files that are known by now.
    fn taken(&self) -> Result<Reopened<'a>> {
        let mut reopened = self.blank.clone();
        reopened.take(&self.posted, &self.drawn).map_err(|_| Error::Unacceptable("the size of all answers"))?;
        Ok(reopened)
    }

    /// Looks at the files of questions that are open, and of those that they open; gives those that may not stay.
    async fn look_at(&mut self, mut files: Vec<UploadedFile>, modello: &Modello) -> Result<Vec<Problem>> {
        let mut wrong = Vec::new();
        loop {
            let (reopened, mut later, before) = (self.taken()?, Vec::new(), files.len());
            let page = reopened.draw(self.lingua, &[]);
            for file in files {
                let name = file.field.clone();
                let wanted = Wanted::on(&page, modello, &name).filter(|_| self.drawn.contains(&name));
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

    /// A refused file stands instead of "missing" at its question.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = self.whole.problems(self.lingua);
        problems.retain(|problem| self.wrong.iter().all(|other| other.path != problem.path));
        problems.extend(self.wrong.iter().cloned());
        problems
    }
}
