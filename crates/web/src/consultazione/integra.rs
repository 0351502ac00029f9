//! Answering what the office asks to complete, in the form and in words, or its notice of rejection.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    bozza::PageAction,
    pratica::{self, PraticaPage},
    risposta::{
        self, ACCEPT, Answered, Awaited, Begun, Given, MAX_FILE_BYTES, MAX_FILES, Refused, RefusedFile, Risposta,
        Sheet, Step, WordsFault,
    },
};
use sportello_domain::{id::PraticaId, modello::view::Problem};

use crate::{
    compila::{
        BUTTON,
        draw::{DrawnPage, Present, Removable, file_facts},
        page::page_action,
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
/// Verb of the buttons that take a file of no question out:
const REMOVE: &str = "rimuovi-allegato";
/// The revision of what was begun:
const REVISION: &str = "_revisione";

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
    /// What of it is kept already.
    begun: BegunView<'a>,
    tried: Tried,
}

/// What was begun to answer.
struct BegunView<'a> {
    revision: i64,
    words: &'a str,
    /// When it was kept.
    saved: Option<String>,
    files: Vec<BegunFile<'a>>,
}

/// A file of no question that is kept.
struct BegunFile<'a> {
    href: String,
    name: &'a str,
    facts: String,
    /// Why it cannot be opened.
    gone: Option<String>,
    /// Value of the button that takes it out.
    remove: String,
}

impl<'a> BegunView<'a> {
    fn new(t: Text, begun: &'a Begun, files: &str) -> Self {
        let kept = begun.others.iter().map(|other| BegunFile {
            href: format!("{files}/{}", other.file.id),
            name: &other.file.name,
            facts: file_facts(t, &other.file),
            gone: other.infected.then(|| t.get("integra-file-virus")),
            remove: format!("{REMOVE}:{}", other.file.id),
        });
        Self {
            revision: begun.revision,
            words: &begun.words,
            saved: begun.saved_at.map(|at| t.get2("integra-salvata", "data", t.day(at), "ora", t.time(at))),
            files: kept.collect(),
        }
    }
}

impl Answering<'_> {
    /// Whether a button stands before the one that sends, which Enter must press all the same.
    fn has_buttons(&self) -> bool {
        !self.begun.files.is_empty() || self.form.as_ref().is_some_and(DrawnPage::has_buttons)
    }
}

/// What is wrong with what had been typed.
#[derive(Clone, Debug, Default)]
struct Tried {
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

    fn of(t: Text, refused: &Refused, files_came: bool) -> Self {
        let page = &refused.sheet.questions.page;
        let problem = refused.words.map(|fault| match fault {
            WordsFault::Missing if page.is_some() => t.get("integra-niente"),
            WordsFault::Missing => t.get("integra-manca"),
            WordsFault::TooLong => t.get("integra-lunga"),
        });
        let many = refused.too_many.then(|| t.get1("integra-file-troppi", "n", MAX_FILES));
        let files = refused.files.iter().map(|file| refused_words(t, file));
        let questions = page.iter().flat_map(|page| links_in_page(t, page, &refused.problems));
        Self {
            whole: match refused {
                Refused { stale: true, .. } => Some(t.get("integra-altrove")),
                Refused { duplicate: true, .. } => Some(t.get("compila-doppione")),
                Refused { opened: true, .. } => Some(t.get("integra-aperte")),
                _ => None,
            },
            questions: questions.collect(),
            problem,
            files: files.chain(many).collect(),
            files_lost: files_came && (refused.stale || refused.too_many),
        }
    }
}

/// What waits for words of the applicant.
struct Asked<'a> {
    reason: &'a str,
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
    let sheet = risposta::sheet(&cx.portal, &cx.ctx, pratica, to).await?;
    // Where nothing waits any more the page of the pratica says what happened.
    let Some((asked, sheet)) = waiting(to, &shown).zip(sheet) else { return Ok(back(&cx, pratica)) };
    html(&page(&cx.page(""), to, &shown, asked, (&sheet, &cx.links.to(&files_of(pratica)), Tried::default())))
}

fn back(cx: &Cx, pratica: PraticaId) -> Response {
    cx.see_other(&format!("{LIST}/{pratica}"))
}

/// Where the files of a pratica are handed out.
fn files_of(pratica: PraticaId) -> String {
    format!("{LIST}/{pratica}/file")
}

async fn send(cx: Cx, pratica: &str, posted: Posted, to: Awaited) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let step = step(posted.text(BUTTON))?;
    let anchor = anchor_after(&step);
    // One that is none has seen nothing of what was begun.
    let revision = posted.text(REVISION).parse().unwrap_or_default();
    let words = posted.words(WORDS);
    let drawn: Vec<String> =
        posted.fields.iter().filter(|(name, _)| name == DRAWN).map(|(_, name)| name.clone()).collect();
    let (files, of_questions): (Vec<_>, Vec<_>) = posted.files.into_iter().partition(|file| file.field == FILES);
    let files_came = !files.is_empty();
    let answered = Answered { drawn, fields: posted.fields, files: of_questions };
    let answers = Some(answered).filter(|answered| !answered.drawn.is_empty());
    let risposta = Risposta { revision, step, words, files, answers };
    let refused = match risposta::give(&cx.portal, &cx.ctx, pratica, to, risposta).await {
        Ok(Given::Done | Given::Saved) | Err(App::NotAllowedNow) => return Ok(back(&cx, pratica)),
        Ok(Given::Again) => return Ok(cx.see_other(&format!("{LIST}/{pratica}/{}{anchor}", name(to)))),
        Ok(Given::Refused(refused)) => *refused,
        Err(error) => return Err(Error::App(error)),
    };
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(to, &shown) else { return Ok(back(&cx, pratica)) };
    let tried = Tried::of(cx.t, &refused, files_came);
    let files = cx.links.to(&files_of(pratica));
    let page = page(&cx.page(""), to, &shown, asked, (&refused.sheet, &files, tried));
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What a button is for.
fn step(button: &str) -> Result<Step> {
    if let Some((REMOVE, file)) = button.split_once(':') {
        return Ok(Step::RemoveOther(id(file)?));
    }
    Ok(match page_action(button)? {
        PageAction::Next => Step::Send,
        PageAction::Suspend => Step::Save,
        PageAction::RemoveFile { field } => Step::RemoveFile { control: field },
        PageAction::ReuseFile { field, file } => Step::ReuseFile { control: field, file },
        PageAction::Back | PageAction::AddRow { .. } | PageAction::RemoveRow { .. } => {
            return Err(Error::BadRequest("an unknown button"));
        }
    })
}

/// Where the page opens after a file came or went: at its question, or where files of no question are.
fn anchor_after(step: &Step) -> String {
    match step {
        Step::ReuseFile { control, .. } | Step::RemoveFile { control } => format!("#{}", control.replace('.', "-")),
        Step::RemoveOther(_) => format!("#{FILES}"),
        Step::Send | Step::Save => String::new(),
    }
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
            Some(Asked { reason, answer_by: asked.answer_by })
        }
        Awaited::Osservazioni => {
            let notice = shown.preavviso.as_ref().filter(|_| shown.can_observe)?;
            let reason = notice.reason.as_deref().unwrap_or_default();
            Some(Asked { reason, answer_by: notice.answer_by })
        }
    }
}

/// Its own name in the address.
fn name(to: Awaited) -> &'static str {
    match to {
        Awaited::Integrazione => "integra",
        Awaited::Osservazioni => "osservazioni",
    }
}

/// Title, heading of the reason, label, hint.
fn texts(t: Text, to: Awaited) -> [String; 4] {
    let keys = match to {
        Awaited::Integrazione => ["integra-titolo", "integra-motivo", "integra-risposta", "integra-risposta-aiuto"],
        Awaited::Osservazioni => ["osserva-titolo", "osserva-motivo", "osserva-osservazioni", "osserva-aiuto"],
    };
    keys.map(|key| t.get(key))
}

fn page<'a>(
    base: &Page,
    to: Awaited,
    shown: &PraticaPage,
    asked: Asked<'a>,
    (sheet, files, tried): (&'a Sheet, &'a str, Tried),
) -> Answering<'a> {
    let (t, row) = (base.t, &shown.row);
    let back = format!("{LIST}/{}", row.id);
    let [title, reason_title, label, hint] = texts(t, to);
    let Sheet { questions, begun } = sheet;
    let (form, removable) = (questions.page.as_ref(), Removable::These(&begun.at_questions));
    Answering {
        page: below(base, title)
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), back.clone())
            .failed_if(tried.failed()),
        lead: t.get1("integra-entro", "data", t.date(asked.answer_by)),
        label: if form.is_some() { t.get("integra-messaggio") } else { label },
        hint: if form.is_some() { t.get("integra-facoltativa") } else { hint },
        form: form.map(|form| DrawnPage::new(t, form, Present { href: files, removable })),
        drawn: form.iter().flat_map(|form| form.fields()).map(|field| field.name.as_str()).collect(),
        labels: &questions.others,
        account: questions.account,
        asked,
        reason_title,
        action: format!("{back}/{}", name(to)),
        back,
        accept: ACCEPT,
        files_hint: t.get2("integra-file-aiuto", "n", MAX_FILES, "mb", MAX_FILE_BYTES / (1024 * 1024)),
        begun: BegunView::new(t, begun, files),
        tried,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sportello_app::risposta::Questions;
    use sportello_domain::{
        id::AllegatoId,
        modello::view::{FileView, ProblemCode},
        pratica::PraticaStatus,
    };
    use uuid::Uuid;

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
            let questions = Questions { others: vec!["Nome".into()], ..Questions::default() };
            let sheet = Sheet { questions: questions.clone(), begun: Begun::default() };
            see(&format!("consultazione-{to:?}"), |base| {
                page(&base, to, &shown, asked(), (&sheet, "", Tried::default()))
            });
            let file = RefusedFile { name: "foto<1>.heic".into(), code: ProblemCode::FileType };
            let sheet = Sheet { questions, begun: begun() };
            let files = vec![file.clone(), file];
            let refused = Refused { words: Some(WordsFault::Missing), files, stale: true, sheet, ..Refused::default() };
            see(&format!("consultazione-{to:?}-manca"), |base| {
                let tried = Tried::of(base.t, &refused, true);
                page(&base, to, &shown, asked(), (&refused.sheet, "", tried))
            });
            assert!(waiting(to, &example(PraticaStatus::InReview)).is_none());
        }
    }

    /// Something that was begun, with a file of no question.
    fn begun() -> Begun {
        let file = FileView {
            id: AllegatoId::new(Uuid::from_u128(7)),
            name: "firma<1>.pdf".into(),
            bytes: 84_000,
            media_type: "application/pdf".into(),
        };
        Begun {
            revision: 3,
            saved_at: Some("2026-11-27T08:05:00Z".parse().unwrap()),
            words: "Riga <1>\nRiga 2".into(),
            others: vec![
                risposta::BegunFile { file: file.clone(), infected: false },
                risposta::BegunFile { file, infected: true },
            ],
            at_questions: BTreeSet::new(),
        }
    }

    #[test]
    fn the_questions_that_are_asked_again_stand_on_the_page() {
        let (to, shown) = (Awaited::Integrazione, example(PraticaStatus::IntegrationRequested));
        let drawn = sample::with_problems(sample::every_control());
        let questions = Questions { page: Some(drawn.page.clone()), others: vec!["Cognome <b>".into()], account: true };
        let at_questions = [sample::file().id].into();
        let sheet = Sheet { questions, begun: Begun { at_questions, ..begun() } };
        let asked = || waiting(to, &shown).unwrap();
        see("consultazione-riaperta", |base| page(&base, to, &shown, asked(), (&sheet, "/file", Tried::default())));
        let problems = drawn.problems.clone();
        let refused = Refused { sheet: sheet.clone(), problems, duplicate: true, ..Refused::default() };
        see("consultazione-riaperta-errata", |base| {
            let tried = Tried::of(base.t, &refused, false);
            page(&base, to, &shown, asked(), (&refused.sheet, "/file", tried))
        });
    }

    #[test]
    fn each_button_is_for_one_thing() {
        let key = "01900000-0000-7000-8000-000000000001";
        let reused = Step::ReuseFile { control: "certificato".into(), file: key.parse().unwrap() };
        for (button, expected, anchor) in [
            ("", Step::Send, ""),
            ("avanti", Step::Send, ""),
            ("sospendi", Step::Save, ""),
            (
                "rimuovi-file:figli.x.referto",
                Step::RemoveFile { control: "figli.x.referto".into() },
                "#figli-x-referto",
            ),
            (&format!("rimuovi-allegato:{key}"), Step::RemoveOther(key.parse().unwrap()), "#_allegati"),
            (&format!("riusa:certificato:{key}"), reused, "#certificato"),
        ] {
            let found = step(button).unwrap();
            assert_eq!((&found, anchor_after(&found).as_str()), (&expected, anchor), "{button}");
        }
        for button in ["indietro", "aggiungi:figli", "rimuovi:figli:x", "rimuovi-allegato:x", "distruggi"] {
            assert!(step(button).is_err(), "{button}");
        }
    }
}
