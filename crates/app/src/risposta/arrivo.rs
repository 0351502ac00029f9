//! What came with an answer: looked at as a whole first, stored only when all of it may stay.

use std::collections::BTreeMap;

use sportello_domain::{
    id::{AllegatoId, EnteId, PraticaId},
    lingua::Lingua,
    modello::{
        Answers as FiledAnswers, Modello, Posted, Reopened,
        view::{Control, PageView, Problem, ProblemCode},
    },
};
use sportello_store::{
    Tx,
    allegato::{self, AllegatoRow, Scan},
    job::{self, NewJob},
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::{
    ACCEPT, Answered, Awaited, MAX_FILE_BYTES, MAX_FILES, MAX_WORDS, Questions, Refused, RefusedFile, Risposta,
    WordsFault, riaperta::questions,
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{GoodFile, UploadedFile, Wanted, keep_file, remove},
    job::scan_job,
    typed,
};

/// An answer that may be given; nothing of it is stored yet.
pub(super) struct Arrived<'a> {
    /// The words; none where they are empty.
    pub(super) words: Option<String>,
    /// What was answered to the questions that are asked again.
    answers: Option<Answers<'a>>,
    /// Files of no question, and what they had to be.
    others: (Wanted, Vec<GoodFile>),
}

/// Answers to questions of the form.
struct Answers<'a> {
    drawn: Vec<String>,
    /// What was typed, and stand-ins for the files.
    posted: Posted,
    /// Files by name of their control: the last one that came for each.
    files: BTreeMap<String, (Wanted, GoodFile)>,
    /// What is wrong with them.
    problems: Vec<Problem>,
    /// The questions with what was typed, without the files and with them.
    typed: Reopened<'a>,
    whole: Reopened<'a>,
    lingua: Lingua,
}

impl<'a> Arrived<'a> {
    /// Looks at everything: one thing that is wrong keeps all of it from being stored. Answers are taken into `reopened`; without
    /// it there is no form. `sealed` where what is answered is of class A.
    pub(super) async fn look(
        risposta: Risposta,
        (to, sealed): (Awaited, bool),
        modello: &Modello,
        mut reopened: Option<&mut Reopened<'a>>,
        lingua: Lingua,
    ) -> Result<Result<Self, Refused>> {
        let answers = match reopened.as_deref_mut().zip(risposta.answers) {
            Some((reopened, answered)) => Some(Answers::look(answered, modello, reopened, lingua).await?),
            None => None,
        };
        let wanted = Wanted {
            field: to.field().to_owned(),
            row: None,
            accept: ACCEPT.to_owned(),
            max_bytes: MAX_FILE_BYTES,
            // Whoever tells of a diet for the first time sends what belongs to it.
            sealed: sealed || reopened.as_ref().is_some_and(|reopened| reopened.touches_sealed()),
        };
        let mut refused = Refused { too_many: risposta.files.len() > MAX_FILES, ..Refused::default() };
        let mut others = Vec::new();
        for file in risposta.files {
            let name = file.name.clone();
            match wanted.check(file).await? {
                Ok(file) => others.push(file),
                Err(code) => refused.files.push(RefusedFile { name, code }),
            }
        }
        let words = typed::text(&risposta.words, 0..=MAX_WORDS);
        let amends = || reopened.as_ref().is_some_and(|reopened| reopened.amended().is_some());
        refused.words = match words.as_deref() {
            None => Some(WordsFault::TooLong),
            Some("") if !amends() => Some(WordsFault::Missing),
            Some(_) => None,
        };
        let arrived = Self { words: words.filter(|words| !words.is_empty()), answers, others: (wanted, others) };
        let answers = arrived.answers.as_ref();
        // Nobody sends an answer to a question that they have not seen.
        refused.opened = answers.is_some_and(|answers| answers.whole.unseen(&answers.drawn));
        let wrong = refused.opened || answers.is_some_and(|answers| !answers.problems.is_empty());
        Ok(if wrong || refused.is_due() { Err(arrived.refuse(refused)) } else { Ok(arrived) })
    }

    /// What is drawn where it is not given: with what was typed, and what is wrong with it.
    pub(super) fn refuse(&self, refused: Refused) -> Refused {
        let Some(answers) = &self.answers else { return refused };
        let lost = answers.files.keys();
        let lost = lost.filter_map(|name| answers.whole.problem_at(answers.lingua, name, ProblemCode::FileAgain));
        let problems: Vec<Problem> = answers.problems.iter().cloned().chain(lost).collect();
        let mut questions = questions(&answers.whole, answers.lingua, &problems);
        answers.forget_files(&mut questions);
        Refused { problems, questions: Some(questions), ..refused }
    }

    /// Stores the files. `reopened` takes what was typed again, with the files as they are stored.
    pub(super) async fn keep(
        mut self,
        portal: &Portal,
        ctx: &Ctx,
        pratica: &PraticaRow,
        mut reopened: Option<&mut Reopened<'a>>,
    ) -> Result<Kept> {
        let mut rows = Vec::new();
        let stored = self.store(portal, ctx, pratica, &mut rows).await.and_then(|()| {
            let both = reopened.as_deref_mut().zip(self.answers.as_ref());
            both.map_or(Ok(()), |(reopened, answers)| take(reopened, &answers.posted, &answers.drawn))
        });
        let amended = reopened.as_ref().and_then(|reopened| reopened.amended());
        let held = |id: AllegatoId| amended.iter().flat_map(FiledAnswers::files).any(|file| file.id == id);
        let named = |row: &AllegatoRow| stored.is_ok() && (Awaited::of(&row.field).is_some() || held(row.id));
        // No row names what is left over: of an answer that failed, or of a question that another answer hid.
        let (rows, left): (Vec<AllegatoRow>, Vec<AllegatoRow>) = rows.into_iter().partition(named);
        let left: Vec<AllegatoId> = left.iter().map(|row| row.id).collect();
        if let Err(error) = remove(portal, ctx.ente_id(), left).await {
            tracing::warn!(ente = %ctx.ente_id(), %error, "files of an answer that was not given take room");
        }
        stored?;
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
        let (wanted, others) = &self.others;
        for file in others {
            rows.push(keep_file(portal, ctx, pratica.bozza_id, wanted, file).await?);
        }
        let Some(Answers { posted, files, .. }) = &mut self.answers else { return Ok(()) };
        for (name, (wanted, file)) in files {
            let row = keep_file(portal, ctx, pratica.bozza_id, wanted, file).await?;
            posted.add_file(name.clone(), file.view(row.id));
            rows.push(row);
        }
        Ok(())
    }
}

impl<'a> Answers<'a> {
    async fn look(
        Answered { drawn, fields, files }: Answered,
        modello: &Modello,
        reopened: &mut Reopened<'a>,
        lingua: Lingua,
    ) -> Result<Self> {
        let posted: Posted = fields.into_iter().collect();
        take(reopened, &posted, &drawn)?;
        let (typed, whole) = (reopened.clone(), reopened.clone());
        let mut answers = Self { drawn, posted, files: BTreeMap::new(), problems: Vec::new(), typed, whole, lingua };
        let wrong = answers.look_at(files, modello, reopened).await?;
        answers.whole = reopened.clone();
        answers.problems = reopened.problems(lingua);
        // A refused file stands instead of "missing" at its question.
        answers.problems.retain(|problem| wrong.iter().all(|other| other.path != problem.path));
        answers.problems.extend(wrong);
        Ok(answers)
    }

    /// Looks at the files of questions that are open, and of those that they open; gives those that may not stay.
    async fn look_at(
        &mut self,
        mut files: Vec<UploadedFile>,
        modello: &Modello,
        reopened: &mut Reopened<'a>,
    ) -> Result<Vec<Problem>> {
        let mut wrong = Vec::new();
        loop {
            let (page, mut later, before) = (reopened.draw(self.lingua, &[]), Vec::new(), files.len());
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
            take(reopened, &self.posted, &self.drawn)?;
            files = later;
        }
    }

    /// Says of no file that is not kept that it is there: what was filed before still is.
    fn forget_files(&self, questions: &mut Questions) {
        let typed = self.typed.draw(self.lingua, &[]);
        let before = |name: &str| match typed.fields().find(|field| field.name == name).map(|field| &field.control) {
            Some(Control::File { present, .. }) => present.clone(),
            _ => None,
        };
        for field in questions.page.iter_mut().flat_map(PageView::fields_mut) {
            if let Control::File { present, .. } = &mut field.control
                && self.files.contains_key(&field.name)
            {
                *present = before(&field.name);
            }
        }
    }
}

fn take(reopened: &mut Reopened<'_>, posted: &Posted, drawn: &[String]) -> Result<()> {
    reopened.take(posted, drawn).map_err(|_| Error::Unacceptable("the size of all answers"))
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
