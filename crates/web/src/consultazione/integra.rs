//! Answering what the office asks to complete, in the form and in words, or its notice of rejection.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    pratica::{self, PraticaPage},
    risposta::{self, ACCEPT, Awaited, Given, MAX_FILE_BYTES, MAX_FILES, Refused, RefusedFile, Risposta, WordsFault},
};
use sportello_domain::{
    id::PraticaId,
    modello::view::{Block, PageView, Problem},
};

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

/// Names of the portal's own controls; those of questions begin with a letter.
const WORDS: &str = "_risposta";
/// Says that the questions were drawn.
const DRAWN: &str = "_riaperte";

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
    /// Labels of questions that cannot be answered there.
    labels: Vec<&'a String>,
    labels_title: String,
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

    /// `had_form`: whether questions were there to be answered.
    fn of(t: Text, words: String, refused: &Refused, (had_form, files_lost): (bool, bool)) -> Self {
        let problem = refused.words.map(|fault| match fault {
            WordsFault::Missing if had_form => t.get("integra-niente"),
            WordsFault::Missing => t.get("integra-manca"),
            WordsFault::TooLong => t.get("integra-lunga"),
        });
        let many = refused.too_many.then(|| t.get1("integra-file-troppi", "n", MAX_FILES));
        let files = refused.files.iter().map(|file| refused_words(t, file));
        let questions = refused.form.iter().flat_map(|form| links_in_page(t, form, &refused.problems));
        Self {
            words,
            whole: refused.duplicate.then(|| t.get("compila-doppione")),
            questions: questions.collect(),
            problem,
            files: files.chain(many).collect(),
            files_lost,
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
    let form = questions(&cx, pratica, to).await?;
    let files = cx.links.to(&format!("{LIST}/{pratica}/file"));
    html(&page(&cx.page(""), to, &shown, asked, (form.as_ref(), &files, Tried::default())))
}

/// The questions that are asked again.
async fn questions(cx: &Cx, pratica: PraticaId, to: Awaited) -> Result<Option<PageView>> {
    Ok(match to {
        Awaited::Integrazione => risposta::reopened(&cx.portal, &cx.ctx, pratica).await?,
        Awaited::Osservazioni => None,
    })
}

async fn send(cx: Cx, pratica: &str, posted: Posted, to: Awaited) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let (words, drawn) = (posted.words(WORDS), posted.has(DRAWN));
    let Posted { fields, files, .. } = posted;
    let files_lost = !files.is_empty();
    let risposta = Risposta { words: words.clone(), fields: drawn.then_some(fields), files };
    let refused = match risposta::give(&cx.portal, &cx.ctx, pratica, to, risposta).await {
        // Where nothing waits any more the page of the pratica says what happened.
        Ok(Given::Done) | Err(App::NotAllowedNow) => return Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Ok(Given::Refused(refused)) => *refused,
        Err(error) => return Err(Error::App(error)),
    };
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(to, &shown) else { return Ok(cx.see_other(&format!("{LIST}/{pratica}"))) };
    let blank = if refused.form.is_none() { questions(&cx, pratica, to).await? } else { None };
    let form = refused.form.as_ref().or(blank.as_ref());
    let tried = Tried::of(cx.t, words, &refused, (form.is_some(), files_lost));
    let files = cx.links.to(&format!("{LIST}/{pratica}/file"));
    let page = page(&cx.page(""), to, &shown, asked, (form, &files, tried));
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Why a file may not stay.
fn refused_words(t: Text, file: &RefusedFile) -> String {
    let nowhere = String::new;
    let (path, anchor, page) = (nowhere(), nowhere(), nowhere());
    let (label, code) = (file.name.clone(), file.code.clone());
    problem_words(t, &Problem { path, anchor, page, label, row: None, code }, None)
}

/// Whether a question of this label is drawn.
fn is_drawn(form: &PageView, label: &str) -> bool {
    form.blocks.iter().any(|block| match block {
        Block::Field(field) => field.label == label,
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).any(|field| field.label == label),
    })
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
    (form, files, tried): (Option<&'a PageView>, &'a str, Tried),
) -> Answering<'a> {
    let (t, row) = (base.t, &shown.row);
    let back = format!("{LIST}/{}", row.id);
    let (name, [title, reason_title, label, hint]) = texts(t, to);
    Answering {
        page: below(base, title)
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), back.clone())
            .failed_if(tried.failed()),
        lead: t.get1("integra-entro", "data", t.date(asked.answer_by)),
        labels: asked.labels.iter().filter(|label| form.is_none_or(|form| !is_drawn(form, label))).collect(),
        labels_title: t.get(if form.is_some() { "integra-altre" } else { "integra-domande" }),
        hint: if form.is_some() { t.get("integra-facoltativa") } else { hint },
        form: form.map(|form| DrawnPage::new(t, form, Present { href: files, removable: false })),
        asked,
        reason_title,
        label,
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
            let blank = || (None, "", Tried::default());
            see(&format!("consultazione-{to:?}"), |base| page(&base, to, &shown, asked(), blank()));
            see(&format!("consultazione-{to:?}-manca"), |base| {
                let file = RefusedFile { name: "foto<1>.heic".into(), code: ProblemCode::FileType };
                let words = Some(WordsFault::Missing);
                let refused = Refused { words, files: vec![file.clone(), file], ..Refused::default() };
                let tried = Tried::of(base.t, "Riga <1>\nRiga 2".into(), &refused, (false, true));
                page(&base, to, &shown, asked(), (None, "", tried))
            });
            assert!(waiting(to, &example(PraticaStatus::InReview)).is_none());
        }
    }

    #[test]
    fn the_questions_that_are_asked_again_stand_on_the_page() {
        let (to, shown) = (Awaited::Integrazione, example(PraticaStatus::IntegrationRequested));
        let drawn = sample::with_problems(sample::every_control());
        let asked = || waiting(to, &shown).unwrap();
        see("consultazione-riaperta", |base| {
            page(&base, to, &shown, asked(), (Some(&drawn.page), "/file", Tried::default()))
        });
        see("consultazione-riaperta-errata", |base| {
            let refused = Refused {
                form: Some(drawn.page.clone()),
                problems: drawn.problems.clone(),
                duplicate: true,
                ..Refused::default()
            };
            let tried = Tried::of(base.t, String::new(), &refused, (true, true));
            page(&base, to, &shown, asked(), (Some(&drawn.page), "/file", tried))
        });
    }
}
