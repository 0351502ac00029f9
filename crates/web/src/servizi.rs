//! The services of an ente: list, search, category, card.
//!
//! A service is data: which words describe it stands in the message files, whether it exists for an ente follows
//! from the modelli that the ente offers.

mod card;
mod search;

use axum::{extract::Path, response::Response};
use sportello_app::modello::{self, ModelloRow, Window};

use crate::{
    cx::{Cx, html},
    error::{Error, Result},
    indice::{IndexPage, Tile},
    page::{Menu, Page},
    text::Text,
};

/// A service, as its card describes it. Texts are keys of the message files.
pub(crate) struct Servizio {
    category: Category,
    slug: &'static str,
    /// Beginning of the codes of its modelli.
    modello: &'static str,
    icon: &'static str,
    title: &'static str,
    description: &'static str,
    addressed: &'static [&'static str],
    how: &'static [&'static str],
    needed: &'static [&'static str],
    achieved: &'static [&'static str],
    times: &'static [&'static str],
    costs: &'static [&'static str],
    conditions: &'static [&'static str],
    topics: &'static [&'static str],
    /// Words by which people look for it, the old ones included.
    words: &'static [&'static str],
}

/// A category of services.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Category {
    slug: &'static str,
    title: &'static str,
    text: &'static str,
}

const EDUCAZIONE: Category =
    Category { slug: "educazione-e-formazione", title: "categoria-educazione", text: "categoria-educazione-testo" };

/// Every service that the portal can offer.
const SERVIZI: [Servizio; 1] = [Servizio {
    category: EDUCAZIONE,
    slug: "mensa-scolastica",
    modello: "iscrizione-mensa",
    icon: "scuola",
    title: "mensa-titolo",
    description: "mensa-descrizione",
    addressed: &["mensa-rivolto-1", "mensa-rivolto-2"],
    how: &["mensa-come-1", "mensa-come-2", "mensa-come-3"],
    needed: &["mensa-serve-1", "mensa-serve-2", "mensa-serve-3", "mensa-serve-4"],
    achieved: &["mensa-ottieni-1", "mensa-ottieni-2"],
    times: &["mensa-tempi-1"],
    costs: &["mensa-costi-1", "mensa-costi-2"],
    conditions: &["mensa-condizioni-1", "mensa-condizioni-2"],
    topics: &["argomento-istruzione", "argomento-famiglie"],
    words: &[
        "mensa",
        "refezione",
        "pasti",
        "pasto",
        "scuola",
        "scolastica",
        "iscrizione",
        "iscrivere",
        "dieta",
        "canteen",
        "school",
        "meals",
        "enrolment",
    ],
}];

impl Servizio {
    fn path(&self) -> String {
        format!("/servizi/{}/{}", self.category.slug, self.slug)
    }

    /// The modelli of this service that the ente offers.
    fn modelli<'a>(&self, rows: &'a [ModelloRow]) -> Vec<&'a ModelloRow> {
        rows.iter().filter(|row| row.code.starts_with(self.modello)).collect()
    }

    fn tile(&self, t: Text) -> Tile {
        Tile { icon: self.icon, label: t.get(self.title), path: self.path(), text: t.get(self.description) }
    }
}

/// The services that this ente has.
fn offered(rows: &[ModelloRow]) -> impl Iterator<Item = &'static Servizio> {
    let present: Vec<bool> = SERVIZI.iter().map(|servizio| !servizio.modelli(rows).is_empty()).collect();
    SERVIZI.iter().zip(present).filter(|(_, present)| *present).map(|(servizio, _)| servizio)
}

#[derive(askama::Template)]
#[template(path = "servizi.html")]
struct ListPage {
    page: Page,
    query: String,
    tiles: Vec<Tile>,
    categories: Vec<Tile>,
}

/// `/servizi`, with `?q=` for a search.
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let rows = modello::list(&cx.portal, &cx.ctx).await?;
    let query = search::clean(&cx.query("q").unwrap_or_default());
    html(&list_page(&cx.page(cx.t.get("menu-servizi")), &rows, query))
}

fn list_page(page: &Page, rows: &[ModelloRow], query: String) -> ListPage {
    let t = page.t;
    let tiles = if query.is_empty() {
        offered(rows).map(|servizio| servizio.tile(t)).collect()
    } else {
        search::find(t, rows, &query)
    };
    let mut categories: Vec<Category> = Vec::new();
    for servizio in offered(rows).filter(|_| query.is_empty()) {
        if !categories.contains(&servizio.category) {
            categories.push(servizio.category);
        }
    }
    let categories = categories
        .into_iter()
        .map(|category| Tile {
            icon: "cartella",
            label: t.get(category.title),
            path: format!("/servizi/{}", category.slug),
            text: t.get(category.text),
        })
        .collect();
    let page = page.clone().menu(Menu::Servizi);
    ListPage { page, query, tiles, categories }
}

/// `/servizi/{categoria}`
pub(crate) async fn category(cx: Cx, Path(slug): Path<String>) -> Result<Response> {
    let t = cx.t;
    let rows = modello::list(&cx.portal, &cx.ctx).await?;
    let found: Vec<_> = offered(&rows).filter(|servizio| servizio.category.slug == slug).collect();
    let category = found.first().ok_or(Error::NotFound)?.category;
    let page = cx.page(t.get(category.title)).menu(Menu::Servizi).crumb(t.get("menu-servizi"), "/servizi");
    html(&IndexPage {
        page,
        lead: t.get(category.text),
        tiles: found.iter().map(|servizio| servizio.tile(t)).collect(),
        empty: String::new(),
        hook: Some("service-link"),
    })
}

/// `/servizi/{categoria}/{servizio}`
pub(crate) async fn card(cx: Cx, Path((category, slug)): Path<(String, String)>) -> Result<Response> {
    let rows = modello::list(&cx.portal, &cx.ctx).await?;
    let servizio = offered(&rows)
        .find(|servizio| servizio.category.slug == category && servizio.slug == slug)
        .ok_or(Error::NotFound)?;
    let mine: Vec<ModelloRow> = servizio.modelli(&rows).into_iter().cloned().collect();
    let shown =
        mine.iter().find(|row| matches!(row.window, Window::Open { .. })).or(mine.first()).ok_or(Error::NotFound)?;
    let details = modello::page(&cx.portal, &cx.ctx, &shown.code).await?;
    html(&card::page(cx.page(cx.t.get(servizio.title)), servizio, mine, details))
}
