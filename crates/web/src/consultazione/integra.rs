//! Answering what the office asks to complete, in the form and in words, or its notice of rejection.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    pratica::{self, PraticaPage},
    risposta::{
        self, ACCEPT, Answered, Awaited, Given, MAX_FILE_BYTES, MAX_FILES, Questions, Refused, RefusedFile, Risposta,
        WordsFault,
    },
};
use sportello_domain::{id::PraticaId, modello::view::Problem};

use crate::{
    compila::{
        draw::{DrawnPage, Present},
        words::{ProblemLink, links_in_page, problem_words},
    },
    consultazione::{LIST, detail::below},
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::Text,
};

/// Names of the portal's own controls; those of questions begin with a letter. The words:
const WORDS: &str = "_risposta";
/// Files of no question:
const FILES: &str = "_allegati";
/// The name of each question that was drawn:
const DRAWN: &str = "_riaperta";

#[derive(Template)]
#[template(path = "consultazione/integra.html")]
struct Answering<'a> {
    page: Page,
    asked: Asked<'a>,
    /// Until when.
    lead: String,
    reason_title: String,
    /// The questions that are asked again, with room for other answers.
    form: Option<DrawnPage<'a>>,
    /// Names of their controls.
    drawn: Vec<&'a str>,
    /// Labels of questions that words alone can answer.
    labels: &'a [String],
    /// Whether the account can be changed.
    account: bool,
    label: String,
    hint: String,
    action: String,
    back: String,
    /// Media types that are taken.
    accept: &'static str,
    files_hint: String,
    tried: Tried,
}

/// What had been typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
struct Tried {
    words: String,
    /// What is wrong with the answer as a whole.
    whole: Option<String>,
    /// What is wrong with the questions.
    questions: Vec<ProblemLink>,
    /// What is wrong with the words.
    problem: Option<String>,
    files: Vec<String>,
    /// Whether files were chosen, which are gone.
    files_lost: bool,
}

impl Tried {
    /// What is wrong with the files, in one.
    fn files_problem(&self) -> Option<String> {
        (!self.files.is_empty()).then(|| self.files.join(". "))
    }

    fn failed(&self) -> bool {
        self.whole.is_some() || self.problem.is_some() || !self.files.is_empty() || !self.questions.is_empty()
    }

    fn of(t: Text, words: String, refused: &Refused, shown: &Questions) -> Self {
        let problem = refused.words.map(|fault| match fault {
            WordsFault::Missing if shown.page.is_some() => t.get("integra-niente"),
            WordsFault::Missing => t.get("integra-manca"),
            WordsFault::TooLong => t.get("integra-lunga"),
        });
        let many = refused.too_many.then(|| t.get1("integra-file-troppi", "n", MAX_FILES));
        let files = refused.files.iter().map(|file| refused_words(t, file));
        let questions = shown.page.iter().flat_map(|page| links_in_page(t, page, &refused.problems));
        Self {
            words,
            whole: match (refused.duplicate, refused.opened) {
                (true, _) => Some(t.get("compila-doppione")),
                (false, true) => Some(t.get("integra-aperte")),
                (false, false) => None,
            },
            questions: questions.collect(),
            problem,
            files: files.chain(many).collect(),
            files_lost: false,
        }
    }
}

/// What waits for words of the applicant.
struct Asked<'a> {
    reason: &'a str,
    labels: &'a [String],
    answer_by: NaiveDate,
}

/// Shows what is asked, with room for an answer.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    blank(cx, &pratica, Awaited::Integrazione).await
}

/// Gives the answer to the office.
pub async fn give(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    send(cx, &pratica, posted, Awaited::Integrazione).await
}

/// Shows the notice of rejection, with room for observations.
pub async fn show_notice(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    blank(cx, &pratica, Awaited::Osservazioni).await
}

/// Gives the observations to the office.
pub async fn observe(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    send(cx, &pratica, posted, Awaited::Osservazioni).await
}

async fn blank(cx: Cx, pratica: &str, to: Awaited) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(to, &shown) else { return Ok(cx.see_other(&format!("{LIST}/{pratica}"))) };
    let questions = questions(&cx, pratica, &asked, to).await?;
    html(&page(&cx.page(""), to, &shown, asked, (&questions, &cx.links.to(&files_of(pratica)), Tried::default())))
}

/// The questions that are asked again; those of a notice are answered in words.
async fn questions(cx: &Cx, pratica: PraticaId, asked: &Asked<'_>, to: Awaited) -> Result<Questions> {
    let found = match to {
        Awaited::Integrazione => risposta::questions_again(&cx.portal, &cx.ctx, pratica).await?,
        Awaited::Osservazioni => None,
    };
    Ok(found.unwrap_or_else(|| Questions { others: asked.labels.to_vec(), ..Questions::default() }))
}

/// Where the files of a pratica are handed out.
fn files_of(pratica: PraticaId) -> String {
    format!("{LIST}/{pratica}/file")
}

async fn send(cx: Cx, pratica: &str, posted: Posted, to: Awaited) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let words = posted.words(WORDS);
    let drawn: Vec<String> =
        posted.fields.iter().filter(|(name, _)| name == DRAWN).map(|(_, name)| name.clone()).collect();
    let (files, of_questions): (Vec<_>, Vec<_>) = posted.files.into_iter().partition(|file| file.field == FILES);
    let files_lost = !files.is_empty();
    let answered = Answered { drawn, fields: posted.fields, files: of_questions };
    let answers = Some(answered).filter(|answered| !answered.drawn.is_empty());
    let risposta = Risposta { words: words.clone(), files, answers };
    let refused = match risposta::give(&cx.portal, &cx.ctx, pratica, to, risposta).await {
        // Where nothing waits any more the page of the pratica says what happened.
        Ok(Given::Done) | Err(App::NotAllowedNow) => return Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Ok(Given::Refused(refused)) => *refused,
        Err(error) => return Err(Error::App(error)),
    };
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(to, &shown) else { return Ok(cx.see_other(&format!("{LIST}/{pratica}"))) };
    let blank = match &refused.questions {
        Some(_) => Questions::default(),
        None => questions(&cx, pratica, &asked, to).await?,
    };
    let questions = refused.questions.as_ref().unwrap_or(&blank);
    let tried = Tried { files_lost, ..Tried::of(cx.t, words, &refused, questions) };
    let files = cx.links.to(&files_of(pratica));
    let page = page(&cx.page(""), to, &shown, asked, (questions, &files, tried));
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Why a file may not stay.
fn refused_words(t: Text, file: &RefusedFile) -> String {
    let nowhere = String::new;
    let (path, anchor, page) = (nowhere(), nowhere(), nowhere());
    let (label, code) = (file.name.clone(), file.code.clone());
    problem_words(t, &Problem { path, anchor, page, label, row: None, code }, None)
}

/// What is asked, where an answer is awaited from this person.
fn waiting(to: Awaited, shown: &PraticaPage) -> Option<Asked<'_>> {
    match to {
        Awaited::Integrazione => {
            let asked = shown.integrazione.as_ref().filter(|_| shown.can_integrate)?;
            let reason = asked.reason.as_deref().unwrap_or_default();
            Some(Asked { reason, labels: &asked.labels, answer_by: asked.answer_by })
        }
        Awaited::Osservazioni => {
            let notice = shown.preavviso.as_ref().filter(|_| shown.can_observe)?;
            let reason = notice.reason.as_deref().unwrap_or_default();
            Some(Asked { reason, labels: &notice.labels, answer_by: notice.answer_by })
        }
    }
}

/// Its own name in the address; title, heading of the reason, label, hint.
fn texts(t: Text, to: Awaited) -> (&'static str, [String; 4]) {
    match to {
        Awaited::Integrazione => {
            let [title, reason] = [t.get("integra-titolo"), t.get("integra-motivo")];
            ("integra", [title, reason, t.get("integra-risposta"), t.get("integra-risposta-aiuto")])
        }
        Awaited::Osservazioni => {
            let [title, reason] = [t.get("osserva-titolo"), t.get("osserva-motivo")];
            ("osservazioni", [title, reason, t.get("osserva-osservazioni"), t.get("osserva-aiuto")])
        }
    }
}

fn page<'a>(
    base: &Page,
    to: Awaited,
    shown: &PraticaPage,
    asked: Asked<'a>,
    (questions, files, tried): (&'a Questions, &'a str, Tried),
) -> Answering<'a> {
    let (t, row) = (base.t, &shown.row);
    let back = format!("{LIST}/{}", row.id);
    let (name, [title, reason_title, label, hint]) = texts(t, to);
    let form = questions.page.as_ref();
    Answering {
        page: below(base, title)
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), back.clone())
            .failed_if(tried.failed()),
        lead: t.get1("integra-entro", "data", t.date(asked.answer_by)),
        label: if form.is_some() { t.get("integra-messaggio") } else { label },
        hint: if form.is_some() { t.get("integra-facoltativa") } else { hint },
        form: form.map(|form| DrawnPage::new(t, form, Present { href: files, removable: false })),
        drawn: form.iter().flat_map(|form| form.fields()).map(|field| field.name.as_str()).collect(),
        labels: &questions.others,
        account: questions.account,
        asked,
        reason_title,
        action: format!("{back}/{name}"),
        back,
        accept: ACCEPT,
        files_hint: t.get2("integra-file-aiuto", "n", MAX_FILES, "mb", MAX_FILE_BYTES / (1024 * 1024)),
        tried,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{modello::view::ProblemCode, pratica::PraticaStatus};

    use super::*;
    use crate::{
        compila::sample::{self, see},
        consultazione::detail::example,
    };

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        for (to, status) in [
            (Awaited::Integrazione, PraticaStatus::IntegrationRequested),
            (Awaited::Osservazioni, PraticaStatus::RejectionNotice),
        ] {
            let shown = example(status);
            let asked = || waiting(to, &shown).unwrap();
            let questions = Questions { others: asked().labels.to_vec(), ..Questions::default() };
            let blank = || (&questions, "", Tried::default());
            see(&format!("consultazione-{to:?}"), |base| page(&base, to, &shown, asked(), blank()));
            see(&format!("consultazione-{to:?}-manca"), |base| {
                let file = RefusedFile { name: "foto<1>.heic".into(), code: ProblemCode::FileType };
                let words = Some(WordsFault::Missing);
                let refused = Refused { words, files: vec![file.clone(), file], ..Refused::default() };
                let tried = Tried::of(base.t, "Riga <1>\nRiga 2".into(), &refused, &questions);
                page(&base, to, &shown, asked(), (&questions, "", Tried { files_lost: true, ..tried }))
            });
            assert!(waiting(to, &example(PraticaStatus::InReview)).is_none());
        }
    }

    #[test]
    fn the_questions_that_are_asked_again_stand_on_the_page() {
        let (to, shown) = (Awaited::Integrazione, example(PraticaStatus::IntegrationRequested));
        let drawn = sample::with_problems(sample::every_control());
        let questions = Questions { page: Some(drawn.page.clone()), others: vec!["Cognome <b>".into()], account: true };
        let asked = || waiting(to, &shown).unwrap();
        see("consultazione-riaperta", |base| page(&base, to, &shown, asked(), (&questions, "/file", Tried::default())));
        see("consultazione-riaperta-errata", |base| {
            let problems = drawn.problems.clone();
            let refused =
                Refused { questions: Some(questions.clone()), problems, duplicate: true, ..Refused::default() };
            let tried = Tried::of(base.t, String::new(), &refused, &questions);
            page(&base, to, &shown, asked(), (&questions, "/file", tried))
        });
    }
}
