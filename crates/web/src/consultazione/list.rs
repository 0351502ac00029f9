//! Sezione informativa, and the list of one's pratiche with its empty state (guide, G11).

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Signed,
    area::{self, Choices, Filter},
    pratica::{self, PraticaRow},
};
use sportello_domain::pratica::PraticaStatus;

use crate::{
    area::{self as own, ATTIVITA, Tab},
    consultazione::{LIST, StatusView, framed, status_view},
    cx::{Cx, html},
    error::Result,
    page::{Menu, Page, tel},
    text::Text,
};

/// Longest word that is searched for, in characters.
const TEXT_MAX: usize = 80;

#[derive(Template)]
#[template(path = "consultazione/indice.html")]
struct IndexPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "consultazione/elenco.html")]
struct ListPage {
    page: Page,
    /// The tabs of the area; none outside it.
    tabs: Vec<Tab>,
    /// Path that the form of the filter goes to.
    path: &'static str,
    filter: FilterView,
    rows: Vec<RowView>,
}

/// What the list can be asked for, and what it was asked for.
struct FilterView {
    /// Value, words and choice of each state.
    statuses: Vec<(&'static str, String, bool)>,
    /// Each year, and whether it is chosen.
    anni: Vec<(i32, bool)>,
    /// Place, name and choice of each child: no name stands in an address.
    alunni: Vec<(usize, String, bool)>,
    text: String,
    /// Whether it asks for anything.
    asks: bool,
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
    let filter = asked(&cx, &area::choices(&rows));
    html(&list_page(&cx.page(""), LIST, rows, &filter))
}

/// The same as a tab of the area.
pub(crate) async fn activities(cx: Cx) -> Result<Response> {
    let rows = pratica::list(&cx.portal, &cx.ctx).await?;
    let filter = asked(&cx, &area::choices(&rows));
    html(&list_page(&cx.page(""), ATTIVITA, rows, &filter))
}

/// What the address asks for; what it cannot ask for is not asked.
fn asked(cx: &Cx, offered: &Choices) -> Filter {
    let text = |name: &str| cx.query(name).unwrap_or_default().trim().chars().take(TEXT_MAX).collect::<String>();
    Filter {
        status: PraticaStatus::from_stored(&text("stato")),
        anno: text("anno").parse().ok(),
        alunno: text("figlio")
            .parse()
            .ok()
            .and_then(|place: usize| offered.alunni.get(place))
            .cloned()
            .unwrap_or_default(),
        text: text("q"),
    }
}

fn filter_view(t: Text, offered: Choices, filter: &Filter) -> FilterView {
    let status = |status: PraticaStatus| (status.stored(), status_view(t, status).words, filter.status == Some(status));
    FilterView {
        statuses: offered.statuses.into_iter().map(status).collect(),
        anni: offered.anni.into_iter().map(|anno| (anno, filter.anno == Some(anno))).collect(),
        alunni: offered
            .alunni
            .into_iter()
            .enumerate()
            .map(|(place, alunno)| (place, alunno.clone(), filter.alunno == alunno))
            .collect(),
        text: filter.text.clone(),
        asks: !filter.is_empty(),
    }
}

fn list_page(base: &Page, path: &'static str, rows: Vec<PraticaRow>, filter: &Filter) -> ListPage {
    let t = base.t;
    let offered = filter_view(t, area::choices(&rows), filter);
    let view = |row: &PraticaRow| RowView {
        path: format!("{LIST}/{}", row.id),
        number: row.number.clone(),
        title: row.title.clone(),
        alunno: row.alunno.clone(),
        received: t.day(row.received_at),
        answer_by: t.date(row.answer_by),
        status: status_view(t, row.status),
    };
    let inside = path == ATTIVITA;
    ListPage {
        page: if inside { own::framed(base, ATTIVITA) } else { framed(base, t.get("consultazione-titolo")) },
        tabs: if inside { own::tabs(base, ATTIVITA) } else { Vec::new() },
        path,
        filter: offered,
        rows: area::matching(rows, filter).iter().map(view).collect(),
    }
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

/// A pratica in a list, for the tests of pages.
#[cfg(test)]
pub(crate) fn sample_row(status: PraticaStatus) -> PraticaRow {
    use crate::compila::sample::{day, instant, uuid};

    PraticaRow {
        id: uuid(50),
        number: "2026/184".to_owned(),
        title: "Modello iscrizione mensa A.S. 2026/2027".to_owned(),
        alunno: "Sofia Ferrari".to_owned(),
        received_at: instant(),
        status,
        answer_by: day(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{
        identita::{IdentityLevel, IdentityScheme},
        lingua::Lingua,
    };

    use super::*;
    use crate::compila::sample::{base, see, uuid};

    fn rows() -> Vec<PraticaRow> {
        let row = |(index, status): (usize, PraticaStatus)| PraticaRow {
            number: format!("2026/{}", 184 + index),
            ..sample_row(status)
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
        let all = Filter::default();
        see("consultazione-elenco", |base| list_page(&base, LIST, rows(), &all));
        see("area-attivita", |base| list_page(&base, ATTIVITA, rows(), &all));
        see("area-attivita-vuota", |base| list_page(&base, ATTIVITA, Vec::new(), &all));
        let none = Filter { text: "nessuno <di> questi".into(), ..all };
        see("area-attivita-nessuna", |base| list_page(&base, ATTIVITA, rows(), &none));
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
