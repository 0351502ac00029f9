//! Sezione informativa, and the list of one's pratiche with its empty state (guide, G11).

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Signed,
    pratica::{self, PraticaRow},
};

use crate::{
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

/// The same for somebody who looks in the name of another.
#[derive(Template)]
#[template(path = "consultazione/messaggio.html")]
struct NothingPage {
    page: Page,
    said: String,
    back: String,
    back_words: String,
}

/// Sezione informativa.
pub async fn index(cx: Cx) -> Result<Response> {
    html(&index_page(&cx.page("")))
}

fn index_page(base: &Page) -> IndexPage {
    let page = Page { title: base.t.get("informativa-titolo"), ..base.clone() };
    IndexPage { page: page.menu(Menu::SezioneInformativa) }
}

/// The person's pratiche.
pub async fn list(cx: Cx) -> Result<Response> {
    let rows = pratica::list(&cx.portal, &cx.ctx).await?;
    if rows.is_empty() {
        let base = cx.page("");
        let page = framed(&base, base.t.get("consultazione-nessuna-titolo"));
        return empty(&cx, page.crumb(base.t.get("consultazione-titolo"), LIST));
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
    ListPage { page: framed(base, t.get("consultazione-titolo")), rows: rows.iter().map(view).collect() }
}

/// Nothing stands in this person's name: what that usually means, and three ways out (guide, G11).
pub(crate) fn empty(cx: &Cx, page: Page) -> Result<Response> {
    match &cx.ctx.on_behalf {
        None => html(&empty_page(page, cx.ctx.cittadino()?)),
        Some(behalf) => html(&NothingPage {
            said: cx.t.get1("delega-nessuna-domanda", "nome", behalf.name.as_str()),
            back: "/".to_owned(),
            back_words: cx.t.get("errore-vai-home"),
            page,
        }),
    }
}

fn empty_page(page: Page, person: &Signed) -> EmptyPage {
    EmptyPage {
        applicant: person.name(),
        codice_fiscale: person.codice_fiscale.clone(),
        phone_href: tel(&page.ente.settings.office.phone),
        page,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{
        identita::{IdentityLevel, IdentityScheme},
        lingua::Lingua,
        pratica::PraticaStatus,
    };

    use super::*;
    use crate::compila::sample::{base, day, instant, see, uuid};

    fn rows() -> Vec<PraticaRow> {
        let row = |(index, status): (usize, PraticaStatus)| PraticaRow {
            id: uuid(50),
            number: format!("2026/{}", 184 + index),
            title: "Modello iscrizione mensa A.S. 2026/2027".to_owned(),
            alunno: "Sofia Ferrari".to_owned(),
            received_at: instant(),
            status,
            answer_by: day(),
        };
        PraticaStatus::OPEN.into_iter().chain(PraticaStatus::OVER).enumerate().map(row).collect()
    }

    fn paolo() -> Signed {
        Signed {
            session: uuid(60),
            persona: uuid(61),
            nome: "Paolo".to_owned(),
            cognome: "Ferrari".to_owned(),
            codice_fiscale: "FRRPLA84S09A794V".to_owned(),
            scheme: IdentityScheme::Spid,
            level: IdentityLevel::L2,
            csrf: "token".to_owned(),
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        see("consultazione-indice", |base| index_page(&base));
        see("consultazione-elenco", |base| list_page(&base, &rows()));
        see("consultazione-vuoto", |base| empty_page(base, &paolo()));
    }

    #[test]
    fn the_empty_list_says_whose_it_is_and_gives_three_ways_out() {
        let html = empty_page(base(Lingua::It), &paolo()).render().unwrap();
        assert!(html.contains("Non troviamo iscrizioni a nome di Paolo Ferrari, FRRPLA84S09A794V."));
        assert!(html.contains("l’altro genitore") || html.contains("dall’altro genitore"));
        let ways = html.split("class=\"list-unstyled strade\"").nth(1).unwrap().split("</ol>").next().unwrap();
        assert_eq!(ways.matches("<h3>").count(), 3);
    }
}
