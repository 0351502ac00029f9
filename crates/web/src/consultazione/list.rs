//! Sezione informativa, and the list of one's pratiche with its empty state (guide, G11).

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Signed,
    pratica::{self, PraticaRow},
};

use crate::{
    compila::frame::model_lang,
    consultazione::{LIST, StatusView, framed, status_view},
    cx::{Cx, html},
    error::Result,
    page::{Menu, Page, tel},
};

#[derive(Template)]
#[template(path = "consultazione/indice.html")]
struct IndexPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "consultazione/elenco.html")]
struct ListPage {
    page: Page,
    lang: &'static str,
    rows: Vec<RowView>,
}

struct RowView {
    path: String,
    number: String,
    title: String,
    alunno: String,
    received: String,
    answer_by: String,
    status: StatusView,
}

#[derive(Template)]
#[template(path = "consultazione/vuoto.html")]
struct EmptyPage {
    page: Page,
    applicant: String,
    codice_fiscale: String,
    phone_href: String,
}

/// Sezione informativa.
pub async fn index(cx: Cx) -> Result<Response> {
    html(&index_page(&cx.page("")))
}

fn index_page(base: &Page) -> IndexPage {
    let page = Page {
        title: base.t.get("informativa-titolo"),
        ..base.clone()
    };
    IndexPage {
        page: page.menu(Menu::SezioneInformativa),
    }
}

/// The person's pratiche.
pub async fn list(cx: Cx) -> Result<Response> {
    let rows = pratica::list(&cx.portal, &cx.ctx).await?;
    if rows.is_empty() {
        return html(&empty_page(&cx.page(""), cx.ctx.cittadino()?));
    }
    html(&list_page(&cx.page(""), &rows))
}

fn list_page(base: &Page, rows: &[PraticaRow]) -> ListPage {
    let t = base.t;
    let view = |row: &PraticaRow| RowView {
        path: format!("{LIST}/{}", row.id),
        number: row.number.clone(),
        title: row.title.clone(),
        alunno: row.alunno.clone(),
        received: t.day(row.received_at),
        answer_by: t.date(row.answer_by),
        status: status_view(t, row.status),
    };
    ListPage {
        page: framed(base, t.get("consultazione-titolo")),
        lang: model_lang(t),
        rows: rows.iter().map(view).collect(),
    }
}

fn empty_page(base: &Page, person: &Signed) -> EmptyPage {
    EmptyPage {
        page: framed(base, base.t.get("consultazione-nessuna-titolo")).crumb(base.t.get("consultazione-titolo"), LIST),
        applicant: person.name(),
        codice_fiscale: person.codice_fiscale.clone(),
        phone_href: tel(&base.ente.settings.office.phone),
    }
}
