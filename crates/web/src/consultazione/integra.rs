//! Answering what the office asks to complete, or its notice of rejection.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    bozza::UploadedFile,
    pratica::{self, PraticaPage},
    risposta::{self, ACCEPT, Awaited, Given, MAX_FILE_BYTES, MAX_FILES, MAX_WORDS, RefusedFile, Risposta},
};
use sportello_domain::{id::PraticaId, modello::view::Problem};

use crate::{
    compila::words::problem_words,
    consultazione::{LIST, detail::below},
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::Text,
};

/// Name of the control for files.
const FILES: &str = "allegati";

#[derive(Template)]
#[template(path = "consultazione/integra.html")]
struct Answering<'a> {
    page: Page,
    asked: Asked<'a>,
    /// Until when.
    lead: String,
    reason_title: String,
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
    problem: Option<String>,
    files: Vec<String>,
}

impl Tried {
    /// What is wrong with the files, in one.
    fn files_problem(&self) -> Option<String> {
        (!self.files.is_empty()).then(|| self.files.join(". "))
    }

    fn failed(&self) -> bool {
        self.problem.is_some() || !self.files.is_empty()
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
    let shown = pratica::page(&cx.portal, &cx.ctx, id(pratica)?).await?;
    match waiting(to, &shown) {
        Some(asked) => html(&page(&cx.page(""), to, &shown, asked, Tried::default())),
        None => Ok(cx.see_other(&format!("{LIST}/{}", shown.row.id))),
    }
}

async fn send(cx: Cx, pratica: &str, posted: Posted, to: Awaited) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let words = posted.words("risposta");
    let files: Vec<UploadedFile> = posted.files.into_iter().filter(|file| file.field == FILES).collect();
    let count = files.len();
    let done = risposta::give(&cx.portal, &cx.ctx, pratica, to, Risposta { words: words.clone(), files }).await;
    let t = cx.t;
    let tried = match done {
        // Where nothing waits any more the page of the pratica says what happened.
        Ok(Given::Done) | Err(App::NotAllowedNow) => return Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Ok(Given::Refused(files)) => {
            Tried { words, problem: None, files: files.into_iter().map(|file| refused(t, file)).collect() }
        }
        Err(App::Unacceptable(_)) => {
            let problem = match words.chars().count() {
                0 => Some(t.get("integra-manca")),
                length if length > MAX_WORDS => Some(t.get("integra-lunga")),
                _ => None,
            };
            let many = (count > MAX_FILES).then(|| t.get1("integra-file-troppi", "n", MAX_FILES));
            Tried { words, problem, files: many.into_iter().collect() }
        }
        Err(error) => return Err(Error::App(error)),
    };
    again(&cx, pratica, to, tried).await
}

async fn again(cx: &Cx, pratica: PraticaId, to: Awaited, tried: Tried) -> Result<Response> {
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(to, &shown) else { return Ok(cx.see_other(&format!("{LIST}/{pratica}"))) };
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page(&cx.page(""), to, &shown, asked, tried))
}

/// Why a file may not stay.
fn refused(t: Text, file: RefusedFile) -> String {
    let nowhere = String::new;
    let (path, anchor, page) = (nowhere(), nowhere(), nowhere());
    problem_words(t, &Problem { path, anchor, page, label: file.name, row: None, code: file.code }, None)
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

fn page<'a>(base: &Page, to: Awaited, shown: &PraticaPage, asked: Asked<'a>, tried: Tried) -> Answering<'a> {
    let (t, row) = (base.t, &shown.row);
    let back = format!("{LIST}/{}", row.id);
    let (name, [title, reason_title, label, hint]) = texts(t, to);
    Answering {
        page: below(base, title)
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), back.clone())
            .failed_if(tried.failed()),
        lead: t.get1("integra-entro", "data", t.date(asked.answer_by)),
        asked,
        reason_title,
        label,
        hint,
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
    use crate::{compila::sample::see, consultazione::detail::example};

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        for (to, status) in [
            (Awaited::Integrazione, PraticaStatus::IntegrationRequested),
            (Awaited::Osservazioni, PraticaStatus::RejectionNotice),
        ] {
            let shown = example(status);
            let asked = || waiting(to, &shown).unwrap();
            see(&format!("consultazione-{to:?}"), |base| page(&base, to, &shown, asked(), Tried::default()));
            see(&format!("consultazione-{to:?}-manca"), |base| {
                let file = RefusedFile { name: "foto<1>.heic".into(), code: ProblemCode::FileType };
                let problem = Some(base.t.get("integra-manca"));
                let files = vec![refused(base.t, file.clone()), refused(base.t, file)];
                page(&base, to, &shown, asked(), Tried { words: "Riga <1>\nRiga 2".into(), problem, files })
            });
            assert!(waiting(to, &example(PraticaStatus::InReview)).is_none());
        }
    }
}
