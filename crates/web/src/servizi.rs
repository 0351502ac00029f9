//! The services of an ente: list, search, category, card.
//!
//! A service is data. The mensa has words of its own in the message files; every other modello that an ente offers is a
//! service that its procedura describes, so a form that an author writes has its card without a line here. Which
//! services an ente has follows from the modelli that it offers.

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

/// A service with words of its own: keys of the message files.
struct Written {
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

/// The services with words of their own.
const WRITTEN: [Written; 1] = [Written {
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
    conditions: &["mensa-condizioni-1", "scheda-condizioni-dichiarazione"],
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

/// A service that an ente has.
enum Servizio<'r> {
    /// With words of its own, and its modelli: at least one.
    Written(&'static Written, Vec<&'r ModelloRow>),
    /// What one modello is for, as its procedura says.
    OfModello(&'r ModelloRow),
}

impl<'r> Servizio<'r> {
    fn category(&self) -> Category {
        match self {
            Self::Written(written, _) => written.category,
            // The only area that has modelli so far.
            Self::OfModello(_) => EDUCAZIONE,
        }
    }

    fn slug(&self) -> &str {
        match self {
            Self::Written(written, _) => written.slug,
            Self::OfModello(row) => &row.code,
        }
    }

    fn path(&self) -> String {
        format!("/servizi/{}/{}", self.category().slug, self.slug())
    }

    fn title(&self, t: Text) -> String {
        match self {
            Self::Written(written, _) => t.get(written.title),
            Self::OfModello(row) => row.service.clone(),
        }
    }

    fn description(&self, t: Text) -> String {
        match self {
            Self::Written(written, _) => t.get(written.description),
            Self::OfModello(row) => row.summary.clone(),
        }
    }

    fn modelli(&self) -> &[&'r ModelloRow] {
        match self {
            Self::Written(_, rows) => rows,
            Self::OfModello(row) => std::slice::from_ref(row),
        }
    }

    fn tile(&self, t: Text) -> Tile {
        let icon = match self {
            Self::Written(written, _) => written.icon,
            Self::OfModello(_) => "cartella",
        };
        Tile { icon, label: self.title(t), path: self.path(), text: self.description(t) }
    }
}

/// The services that this ente has: those with words of their own, then the modelli that none of them claims.
fn offered(rows: &[ModelloRow]) -> Vec<Servizio<'_>> {
    let claims = |written: &Written, row: &ModelloRow| row.code.starts_with(written.modello);
    let mut servizi: Vec<Servizio<'_>> = Vec::new();
    for written in &WRITTEN {
        let mine: Vec<&ModelloRow> = rows.iter().filter(|row| claims(written, row)).collect();
        if !mine.is_empty() {
            servizi.push(Servizio::Written(written, mine));
        }
    }
    let alone = rows.iter().filter(|row| !WRITTEN.iter().any(|written| claims(written, row)));
    servizi.extend(alone.map(Servizio::OfModello));
    servizi
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
    let servizi = offered(rows);
    let tiles = if query.is_empty() {
        servizi.iter().map(|servizio| servizio.tile(t)).collect()
    } else {
        search::find(t, rows, &query)
    };
    let mut categories: Vec<Category> = Vec::new();
    for servizio in servizi.iter().filter(|_| query.is_empty()) {
        if !categories.contains(&servizio.category()) {
            categories.push(servizio.category());
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
    let found: Vec<_> = offered(&rows).into_iter().filter(|servizio| servizio.category().slug == slug).collect();
    let category = found.first().ok_or(Error::NotFound)?.category();
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
        .into_iter()
        .find(|servizio| servizio.category().slug == category && servizio.slug() == slug)
        .ok_or(Error::NotFound)?;
    let mine = servizio.modelli();
    let shown =
        mine.iter().find(|row| matches!(row.window, Window::Open { .. })).or(mine.first()).ok_or(Error::NotFound)?;
    let details = modello::page(&cx.portal, &cx.ctx, &shown.code).await?;
    html(&card::page(cx.page(servizio.title(cx.t)), &servizio, &details))
}
