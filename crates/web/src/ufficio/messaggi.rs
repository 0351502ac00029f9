//! Messages about a pratica as the office reads and writes them, its notes to itself, and what waits to be read.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    messaggio::{Outcome, Thread},
    ufficio::{
        esportazione::EXPORTERS,
        messaggi::{self, Waiting},
        posta,
    },
};
use sportello_domain::id::PraticaId;

use crate::{
    consultazione::messaggi::{Form, MessageView, refused, typed, view},
    cx::{Cx, html, html_status, id},
    error::Result,
    headers::no_store,
    page::Page,
    posted::Posted,
    tabella,
    ufficio::{
        below, framed,
        menu::{MESSAGGI, NON_CONSEGNATI},
        pratica,
    },
};

#[derive(Template)]
#[template(path = "ufficio/messaggi.html")]
struct ThreadPage {
    page: Page,
    lead: String,
    action: String,
    /// Said after something was written.
    done: Option<String>,
    messages: Vec<MessageView>,
    notes: Vec<MessageView>,
    can_write: bool,
    can_open: bool,
    form: Form,
    note: Form,
    /// What is wrong with the reason for opening what is reserved.
    sealed_problem: Option<String>,
}

#[derive(Template)]
#[template(path = "ufficio/messaggi-attesa.html")]
struct WaitingPage {
    page: Page,
    /// Path of what could not be delivered, and how much that is.
    undelivered: (&'static str, String),
    rows: Vec<WaitingView>,
    /// Path of this list as a table, for whoever may.
    take_out: Option<String>,
}

struct WaitingView {
    path: String,
    pratica: String,
    who: String,
    unread: i64,
    since: String,
}

/// What the page of a thread shows besides it.
#[derive(Default)]
struct Shown {
    form: Option<Form>,
    note: Option<Form>,
    sealed_problem: Option<String>,
    done: Option<String>,
}

/// What applicants wrote and nobody has opened.
pub async fn waiting(cx: Cx) -> Result<Response> {
    let rows = messaggi::waiting(&cx.portal, &cx.ctx).await?;
    let undelivered = posta::count(&cx.portal, &cx.ctx).await?;
    let mut page = waiting_page(&cx.page(""), &rows, undelivered);
    page.take_out = page.take_out.filter(|_| cx.ctx.operatore(&EXPORTERS).is_ok());
    html(&page)
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = messaggi::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(MESSAGGI)
}

/// Shows the messages, reserved ones closed.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let thread = messaggi::thread(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    let done = match cx.query("scritto").as_deref() {
        Some("nota") => Some(cx.t.get("messaggi-nota-scritta")),
        Some(_) => Some(cx.t.get("messaggi-scritto")),
        None => None,
    };
    html(&page(&cx.page(""), &thread, Shown { done, ..Shown::default() }))
}

/// Leads from the address of a form of the page to the page.
pub async fn back(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    Ok(cx.see_other(&path(pratica)))
}

/// Writes to the applicant.
pub async fn write(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let (pratica, typed): (PraticaId, _) = (id(&pratica)?, typed(&posted));
    let outcome = messaggi::write(&cx.portal, &cx.ctx, pratica, &typed).await;
    if let Ok(Outcome::Written) = outcome {
        return Ok(cx.see_other(&format!("{}?scritto=si", path(pratica))));
    }
    let thread = messaggi::thread(&cx.portal, &cx.ctx, pratica).await?;
    let (status, form) = refused(cx.t, outcome, typed, &thread.key)?;
    html_status(status, &page(&cx.page(""), &thread, Shown { form: Some(form), ..Shown::default() }))
}

/// Notes something for the office.
pub async fn note(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let (pratica, typed): (PraticaId, _) = (id(&pratica)?, typed(&posted));
    let outcome = messaggi::note(&cx.portal, &cx.ctx, pratica, &typed).await;
    if let Ok(Outcome::Written) = outcome {
        return Ok(cx.see_other(&format!("{}?scritto=nota", path(pratica))));
    }
    let thread = messaggi::thread(&cx.portal, &cx.ctx, pratica).await?;
    let (status, note) = refused(cx.t, outcome, typed, &thread.key)?;
    html_status(status, &page(&cx.page(""), &thread, Shown { note: Some(note), ..Shown::default() }))
}

/// Shows the messages with the reserved ones, for a reason; never kept by the browser.
pub async fn open(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match messaggi::open_reserved(&cx.portal, &cx.ctx, pratica, posted.text("motivo").trim()).await {
        Ok(thread) => html(&page(&cx.page(""), &thread, Shown::default())).map(no_store),
        Err(App::Unacceptable(_)) => {
            let thread = messaggi::thread(&cx.portal, &cx.ctx, pratica).await?;
            let sealed_problem = Some(cx.t.get("ufficio-motivo-lettura-manca"));
            let shown = Shown { sealed_problem, ..Shown::default() };
            html_status(StatusCode::UNPROCESSABLE_ENTITY, &page(&cx.page(""), &thread, shown))
        }
        Err(error) => Err(error.into()),
    }
}

fn path(pratica: PraticaId) -> String {
    format!("{}/messaggi", pratica::path(pratica))
}

fn page(base: &Page, thread: &Thread, shown: Shown) -> ThreadPage {
    let t = base.t;
    let Shown { form, note, sealed_problem, done } = shown;
    let failed = sealed_problem.is_some() || [&form, &note].into_iter().flatten().any(|form| form.problem.is_some());
    ThreadPage {
        page: below(base, t.get("messaggi-titolo"))
            .crumb(t.get1("ufficio-pratica", "numero", thread.number.as_str()), pratica::path(thread.pratica))
            .failed_if(failed),
        lead: match thread.alunno.as_str() {
            "" => thread.title.clone(),
            alunno => t.get2("ufficio-pratica-titolo", "alunno", alunno, "titolo", thread.title.as_str()),
        },
        action: path(thread.pratica),
        done,
        messages: thread.messages.iter().map(|one| view(t, one, None)).collect(),
        notes: thread.notes.iter().map(|one| view(t, one, None)).collect(),
        can_write: thread.can_write,
        can_open: thread.can_open,
        form: form.unwrap_or_else(|| Form::of(thread)),
        note: note.unwrap_or_else(|| Form::of(thread)),
        sealed_problem,
    }
}

fn waiting_page(base: &Page, rows: &[Waiting], undelivered: usize) -> WaitingPage {
    let t = base.t;
    let view = |row: &Waiting| WaitingView {
        path: path(row.pratica),
        pratica: t.get1("ufficio-pratica", "numero", row.number.as_str()),
        who: if row.alunno.is_empty() {
            row.richiedente.clone()
        } else {
            format!("{}, {}", row.alunno, t.get1("ufficio-da-richiedente", "chi", row.richiedente.as_str()))
        },
        unread: row.unread,
        since: t.moment(row.since),
    };
    WaitingPage {
        page: framed(base, t.get("messaggi-attesa-titolo")),
        undelivered: (NON_CONSEGNATI, t.get1("posta-quante", "n", undelivered)),
        take_out: tabella::of(MESSAGGI, rows.is_empty()),
        rows: rows.iter().map(view).collect(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        consultazione::messaggi::example,
        ufficio::sample::{base, see},
    };

    #[test]
    fn the_pages_render_in_every_language() {
        let thread = example();
        see("ufficio-messaggi", |base| page(&base, &thread, Shown::default()));
        see("ufficio-messaggi-errori", |base| {
            let problem = Some(base.t.get("messaggi-manca"));
            let form = Form { text: "Riga <1>".into(), problem: problem.clone(), ..Form::default() };
            page(
                &base,
                &thread,
                Shown { form: Some(form.clone()), note: Some(form), sealed_problem: problem, done: None },
            )
        });
        let row = Waiting {
            pratica: uuid(50),
            number: "2026/184".into(),
            alunno: "Sofia <Ferrari>".into(),
            richiedente: "Giulia Bianchi".into(),
            unread: 2,
            since: instant(),
        };
        see("ufficio-messaggi-attesa", |base| waiting_page(&base, std::slice::from_ref(&row), 2));
        see("ufficio-messaggi-attesa-vuota", |base| waiting_page(&base, &[], 0));
    }

    #[test]
    fn who_only_reads_sees_no_form_and_what_is_reserved_stays_closed() {
        let thread = Thread { can_write: false, can_open: false, ..example() };
        let html = page(&base(Lingua::It), &thread, Shown::default()).render().unwrap();
        assert!(!html.contains("name=\"testo\"") && !html.contains("/messaggi/riservati"));
        assert!(html.contains("Sentita la scuola.") && html.contains("class=\"chiuso\""));
    }
}
