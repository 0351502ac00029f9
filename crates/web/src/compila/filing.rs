//! The summary, Invia, and the confirmation.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    bozza::{self, SummaryPage},
    invio::{self, InvioForm, NotSent, Sent, SentPage},
};
use sportello_domain::{
    id::BozzaId,
    modello::view::{Problem, Step},
};

use crate::{
    compila::{
        answers::DrawnSummary,
        frame::{FrameView, Steps, WarningBox, titled},
        id,
        words::{self, ProblemLink},
    },
    cx::{Cx, html, html_status},
    error::{Error, Result},
    page::{Menu, Page},
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "compila/riepilogo.html")]
struct Riepilogo<'a> {
    page: Page,
    frame: FrameView,
    steps: Steps,
    warnings: WarningBox,
    answers: DrawnSummary<'a>,
    problems: Vec<ProblemLink>,
    /// Why Invia brought the summary back.
    reason: Option<String>,
    /// Whether the reason is the tick box.
    reason_at_tick: bool,
    key: &'a str,
    hash: &'a str,
    pratiche_words: String,
    back: String,
}

#[derive(Template)]
#[template(path = "compila/inviata.html")]
struct Inviata<'a> {
    page: Page,
    sent: &'a SentPage,
    thanks: String,
    protocol: String,
    follow: PathWords,
    receipt: Option<PathWords>,
    here: String,
    received: String,
    answer: String,
}

struct PathWords {
    path: String,
    words: String,
}

/// Shows the summary; of a draft that was filed, its confirmation.
pub async fn summary(cx: Cx, Path(draft): Path<String>) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    match bozza::summary(&cx.portal, &cx.ctx, draft).await {
        Ok(summary) => draw(&cx, &summary, None),
        Err(sportello_app::Error::NotAllowedNow) => Ok(cx.see_other(&format!("/compila/{draft}/inviata"))),
        Err(error) => Err(error.into()),
    }
}

/// Invia, or Sospendi: there everything is saved already.
pub async fn submit(cx: Cx, Path(draft): Path<String>, posted: Posted) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    if posted.text("azione") == "sospendi" {
        return Ok(cx.see_other(&format!("/compila/{draft}/sospesa")));
    }
    let form = InvioForm {
        key: posted.text("chiave").to_owned(),
        hash: posted.text("impronta").to_owned(),
        revision: posted
            .text("revisione")
            .parse()
            .map_err(|_| Error::BadRequest("the form has no revision"))?,
        declared: posted.has("dichiaro"),
    };
    match invio::submit(&cx.portal, &cx.ctx, draft, form).await? {
        Sent::Filed => Ok(cx.see_other(&format!("/compila/{draft}/inviata"))),
        Sent::Again { summary, reason } => draw(&cx, &summary, Some(reason)),
    }
}

fn draw(cx: &Cx, summary: &SummaryPage, reason: Option<NotSent>) -> Result<Response> {
    let files = cx.links.to(&format!("/compila/{}/file", summary.frame.id));
    let status = match reason {
        None => StatusCode::OK,
        Some(NotSent::NotDeclared | NotSent::Problems) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(NotSent::Changed | NotSent::WindowClosed | NotSent::Duplicate) => StatusCode::CONFLICT,
    };
    html_status(status, &summary_page(&cx.page(""), summary, reason, &files))
}

fn summary_page<'a>(base: &Page, shown: &'a SummaryPage, reason: Option<NotSent>, files: &str) -> Riepilogo<'a> {
    let frame = FrameView::new(base.t, &shown.frame);
    let mut page = frame.page(base, base.t.get("compila-riepilogo-titolo"));
    if reason.is_some() {
        page = page.failed();
    }
    let last_page = shown.frame.pages.last().map(|page| frame.sub(&page.id));
    Riepilogo {
        page,
        steps: Steps::new(base, &shown.frame, Step::Riepilogo),
        warnings: WarningBox::new(base.t, &shown.warnings),
        answers: DrawnSummary::new(base.t, &shown.summary, files, Some(&base.to(&frame.path))),
        problems: shown
            .problems
            .iter()
            .map(|problem| problem_link(base, &frame, problem))
            .collect(),
        reason: reason.map(|reason| reason_words(base.t, reason)),
        reason_at_tick: reason == Some(NotSent::NotDeclared),
        key: &shown.key,
        hash: &shown.hash,
        pratiche_words: base.t.get1("compila-pratiche", "n", shown.pratiche),
        back: last_page.unwrap_or_else(|| frame.path.clone()),
        frame,
    }
}

/// A problem as a link to its field on another page, which then leads back here.
fn problem_link(base: &Page, frame: &FrameView, problem: &Problem) -> ProblemLink {
    let path = format!(
        "{}?torna=riepilogo#{}",
        frame.sub(&problem.page),
        words::target(problem)
    );
    ProblemLink {
        href: base.to(&path),
        words: words::problem_words(base.t, problem, None),
    }
}

fn reason_words(t: Text, reason: NotSent) -> String {
    match reason {
        NotSent::NotDeclared => t.get("compila-non-dichiarato"),
        NotSent::Changed => t.get("compila-cambiata"),
        NotSent::Problems => t.get("compila-con-problemi"),
        NotSent::WindowClosed => t.get("compila-finestra-chiusa"),
        NotSent::Duplicate => t.get("compila-doppione"),
    }
}

/// The confirmation.
pub async fn sent(cx: Cx, Path(draft): Path<String>) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    let sent = invio::sent(&cx.portal, &cx.ctx, draft).await?;
    html(&sent_page(&cx.page(""), &sent, draft))
}

fn sent_page<'a>(base: &Page, sent: &'a SentPage, draft: BozzaId) -> Inviata<'a> {
    let t = base.t;
    let names: Vec<&str> = sent.pratiche.iter().map(|pratica| pratica.alunno.as_str()).collect();
    let list = "/sezione-informativa/consultazione-pratiche";
    let follow = match sent.pratiche.as_slice() {
        [only] => PathWords {
            path: format!("{list}/{}", only.id),
            words: t.get("compila-inviata-consulta"),
        },
        _ => PathWords {
            path: list.to_owned(),
            words: t.get("compila-inviata-consulta-tutte"),
        },
    };
    let receipt = sent
        .receipt
        .as_ref()
        .zip(sent.pratiche.first())
        .map(|(file, pratica)| PathWords {
            path: format!("{list}/{}/ricevuta", pratica.id),
            words: t.get1("compila-ricevuta", "peso", t.size(file.bytes)),
        });
    let moment = [
        ("data", t.day(sent.received_at).into()),
        ("ora", t.time(sent.received_at).into()),
    ];
    let protocol = match &sent.protocol {
        Some(number) => t.with(
            "compila-inviata-protocollo-n",
            moment.clone().into_iter().chain([("numero", number.as_str().into())]),
        ),
        None => t.with("compila-inviata-protocollo-attesa", moment.clone()),
    };
    Inviata {
        page: titled(base, t.get("compila-inviata-titolo"))
            .menu(Menu::Pratiche)
            .crumb(t.get("menu-pratiche"), "/pratiche")
            .service(sent.title.clone()),
        thanks: t.get1("compila-inviata-testo", "nomi", names_words(t, &names)),
        protocol,
        follow,
        receipt,
        here: format!("/compila/{draft}/inviata"),
        received: t.with("compila-dopo-1-testo", moment),
        answer: t.get1("compila-dopo-3-testo", "data", t.date(sent.answer_by)),
        sent,
    }
}

/// "Tommaso, Sofia e Luca".
fn names_words(t: Text, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => t.get2("compila-elenco-nomi", "primi", first.join(", "), "ultimo", *last),
    }
}
