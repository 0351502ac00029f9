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
        BUTTON, Open,
        answers::{DrawnSummary, Files},
        frame::{FrameView, Steps, WarningBox, titled},
        open, posto,
        words::{self, ProblemLink},
    },
    cx::{Cx, html, html_status, id},
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
    /// Where the places are booked, when they are few.
    posto: Option<PathWords>,
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
    match open(&cx, draft, bozza::summary(&cx.portal, &cx.ctx, draft).await)? {
        Open::Draft(summary) => draw(&cx, &summary, None),
        Open::Sent(response) => Ok(response),
    }
}

/// Invia, or Sospendi: there everything is saved already.
pub async fn submit(cx: Cx, Path(draft): Path<String>, posted: Posted) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    if posted.text(BUTTON) == "sospendi" {
        return Ok(cx.see_other(&format!("/compila/{draft}/sospesa")));
    }
    let form = InvioForm {
        key: posted.text("chiave").to_owned(),
        hash: posted.text("impronta").to_owned(),
        revision: posted.text("revisione").parse().map_err(|_| Error::BadRequest("the form has no revision"))?,
        declared: posted.has("dichiaro"),
    };
    match invio::submit(&cx.portal, &cx.ctx, draft, form).await? {
        Sent::Filed => Ok(cx.see_other(&format!("/compila/{draft}/inviata"))),
        Sent::Again { summary, reason } => draw(&cx, &summary, Some(reason)),
    }
}

fn draw(cx: &Cx, summary: &SummaryPage, reason: Option<NotSent>) -> Result<Response> {
    draw_summary(&cx.page(""), summary, reason)
}

/// Draws the summary, with why Invia brought it back.
pub(super) fn draw_summary(base: &Page, summary: &SummaryPage, reason: Option<NotSent>) -> Result<Response> {
    let files = base.to(&format!("/compila/{}/file", summary.frame.id));
    let status = match reason {
        None => StatusCode::OK,
        Some(NotSent::NotDeclared | NotSent::Problems) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(NotSent::Changed | NotSent::Review | NotSent::WindowClosed | NotSent::Duplicate) => StatusCode::CONFLICT,
    };
    html_status(status, &summary_page(base, summary, reason, &files))
}

fn summary_page<'a>(base: &Page, shown: &'a SummaryPage, reason: Option<NotSent>, files: &str) -> Riepilogo<'a> {
    let frame = FrameView::new(base.t, &shown.frame);
    let page = frame.page(base, base.t.get("compila-riepilogo-titolo")).failed_if(reason.is_some());
    let own = Files { href: files, scans: &bozza::Scans::new(), of_others: false };
    let last_page = shown.frame.pages.last().map(|page| frame.sub(&page.id));
    Riepilogo {
        page,
        steps: Steps::new(base, &shown.frame, Step::Riepilogo),
        warnings: WarningBox::new(base.t, &shown.warnings),
        answers: DrawnSummary::new(base.t, &shown.summary, &own, Some(&base.to(&frame.path))),
        problems: shown.problems.iter().map(|problem| problem_link(base, &frame, problem)).collect(),
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
    let path = format!("{}?torna=riepilogo#{}", frame.sub(&problem.page), words::target(problem));
    ProblemLink { href: base.to(&path), words: words::problem_words(base.t, problem, None) }
}

fn reason_words(t: Text, reason: NotSent) -> String {
    match reason {
        NotSent::NotDeclared => t.get("compila-non-dichiarato"),
        NotSent::Changed => t.get("compila-cambiata"),
        NotSent::Problems => t.get("compila-con-problemi"),
        NotSent::Review => t.get("compila-da-rivedere"),
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
    let named = sent.pratiche.iter().map(|pratica| pratica.alunno.as_str()).filter(|name| !name.is_empty());
    let names: Vec<&str> = named.collect();
    let list = "/sezione-informativa/consultazione-pratiche";
    let desk = base.behalf.as_ref().and_then(|behalf| behalf.desk.clone());
    let follow = match (desk, sent.pratiche.as_slice()) {
        (Some(desk), _) => PathWords { path: desk, words: t.get("per-conto-torna") },
        (None, [only]) => PathWords { path: format!("{list}/{}", only.id), words: t.get("compila-inviata-consulta") },
        (None, _) => PathWords { path: list.to_owned(), words: t.get("compila-inviata-consulta-tutte") },
    };
    let receipt = sent.receipt.as_ref().zip(sent.pratiche.first()).map(|(file, pratica)| PathWords {
        path: format!("{list}/{}/ricevuta", pratica.id),
        words: t.get1("compila-ricevuta", "peso", t.size(file.bytes)),
    });
    let moment = [("data", t.day(sent.received_at).into()), ("ora", t.time(sent.received_at).into())];
    let booking = || PathWords { path: posto::path(draft), words: t.get("posto-titolo") };
    let protocol = match &sent.protocol {
        Some(number) => t.with(
            "compila-inviata-protocollo-n",
            moment.clone().into_iter().chain([("numero", number.as_str().into())]),
        ),
        None => match &sent.emergency {
            Some(number) => t.with(
                "compila-inviata-protocollo-emergenza",
                moment.clone().into_iter().chain([("numero", number.as_str().into())]),
            ),
            None => t.with("compila-inviata-protocollo-attesa", moment.clone()),
        },
    };
    Inviata {
        page: titled(base, t.get("compila-inviata-titolo"))
            .menu(Menu::Pratiche)
            .crumb(t.get("menu-pratiche"), "/pratiche")
            .service(sent.title.clone()),
        thanks: match names.as_slice() {
            [] => t.get("compila-inviata-testo-sola"),
            names => t.get1("compila-inviata-testo", "nomi", names_words(t, names)),
        },
        protocol,
        follow,
        receipt,
        posto: sent.books_place.then(booking),
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

#[cfg(test)]
mod tests {
    use sportello_app::invio::SentPratica;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{self, base, day, instant, see, uuid};

    const REASONS: [NotSent; 6] = [
        NotSent::NotDeclared,
        NotSent::Changed,
        NotSent::Problems,
        NotSent::Review,
        NotSent::WindowClosed,
        NotSent::Duplicate,
    ];

    fn sent(names: &[&str], protocol: Option<&str>) -> SentPage {
        let pratica = |(index, name): (usize, &&str)| SentPratica {
            id: uuid(50),
            number: format!("2026/{}", 184 + index),
            alunno: (*name).to_owned(),
            code_missing: *name == "Luca",
        };
        SentPage {
            title: "Modello iscrizione mensa A.S. 2026/2027".to_owned(),
            pratiche: names.iter().enumerate().map(pratica).collect(),
            protocol: protocol.map(str::to_owned),
            emergency: (names.len() > 1 && protocol.is_none()).then(|| "3/2026".to_owned()),
            received_at: instant(),
            email: "giulia.bianchi@posta.example".to_owned(),
            receipt: protocol.map(|_| sample::file()),
            answer_by: day(),
            books_place: protocol.is_none(),
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let (good, bad) = (sample::summary_page(false), sample::summary_page(true));
        see("compila-riepilogo", |base| summary_page(&base, &good, None, "/f"));
        see("compila-riepilogo-manca", |base| summary_page(&base, &bad, None, "/f"));
        for reason in REASONS {
            let shown = if reason == NotSent::Problems { &bad } else { &good };
            see(&format!("compila-riepilogo-{reason:?}"), |base| summary_page(&base, shown, Some(reason), "/f"));
        }
        let (two, one) = (sent(&["Tommaso", "Sofia"], Some("4127/2026")), sent(&["Sofia"], None));
        see("compila-inviata", |base| sent_page(&base, &two, uuid(1)));
        let nobody = sent(&[""], Some("4127/2026"));
        see("compila-inviata-nessuno", |base| sent_page(&base, &nobody, uuid(1)));
        let html = sent_page(&base(Lingua::It), &nobody, uuid(1)).render().unwrap();
        assert!(
            html.contains("Abbiamo ricevuto la domanda. ") && html.contains("<dt>Numero della pratica</dt>"),
            "{html}"
        );
        see("compila-inviata-attesa", |base| sent_page(&base, &one, uuid(1)));
    }

    #[test]
    fn the_confirmation_names_the_children_and_the_numbers() {
        let shown = sent(&["Tommaso", "Sofia", "Luca"], Some("4127/2026"));
        let html = sent_page(&base(Lingua::It), &shown, uuid(1)).render().unwrap();
        for words in [
            "Tommaso, Sofia e Luca",
            "codice fiscale di Luca, comunicalo",
            "2026/186",
            "n. 4127/2026 del 16 giugno 2026, ore 21.32",
            "(PDF, 184 KB)",
        ] {
            assert!(html.contains(words), "{words}");
        }
    }

    #[test]
    fn a_missing_tick_is_said_on_top_and_at_the_box() {
        let shown = sample::summary_page(false);
        let html = summary_page(&base(Lingua::It), &shown, Some(NotSent::NotDeclared), "/f").render().unwrap();
        assert_eq!(html.matches("Spunta la casella").count(), 2);
        assert!(html.contains("href=\"#dichiaro\"") && html.contains("<title>Errore: Riepilogo"));
    }

    #[test]
    fn every_group_can_be_changed_and_leads_back() {
        let shown = sample::summary_page(true);
        let html = summary_page(&base(Lingua::It), &shown, None, "/f").render().unwrap();
        assert_eq!(html.matches("?torna=riepilogo\">Modifica").count(), shown.summary.sections.len());
        assert!(html.contains("/figli?torna=riepilogo#"), "problems link to their fields");
        assert!(!html.contains("<Bianchi>"));
    }
}
