//! The pages between the home page and a modello, with the labels that families know.

use axum::response::Response;
use sportello_app::modello::{self, ModelloRow};

use crate::{
    cx::Cx,
    error::Result,
    indice::{self, Tile},
    modelli::window,
    page::{Menu, Page},
    scolastici,
    text::Text,
};

/// Path of the list of modelli for enrolment.
pub(crate) const ISCRIZIONE: &str = "/pratiche/apertura/servizi-scolastici/iscrizione";

/// How the codes begin of the modelli that stand below [`ISCRIZIONE`]; each other one is an entry of its own.
const ENROLMENT: &str = "iscrizione-";

/// Whether somebody enrols by this modello.
pub(crate) fn is_enrolment(row: &ModelloRow) -> bool {
    row.code.starts_with(ENROLMENT)
}

/// How deep the page of a modello stands.
pub(crate) fn depth(row: &ModelloRow) -> usize {
    if is_enrolment(row) { 4 } else { 3 }
}

/// Breadcrumb down to a modello, as the guide names the steps.
pub(crate) fn crumbs(page: Page, depth: usize) -> Page {
    let t = page.t;
    let steps = [
        ("menu-pratiche", "/pratiche"),
        ("pratiche-apertura", "/pratiche/apertura"),
        ("menu-servizi-scolastici", "/pratiche/apertura/servizi-scolastici"),
        ("pratiche-iscrizione", ISCRIZIONE),
    ];
    steps.into_iter().take(depth).fold(page.menu(Menu::Pratiche), |page, (key, path)| page.crumb(t.get(key), path))
}

/// `/pratiche`
pub(crate) async fn index(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let tile = |icon, label: &str, text: &str, path: &str| Tile {
        icon,
        label: t.get(label),
        text: t.get(text),
        path: path.into(),
    };
    let tiles = vec![
        tile("cartella", "pratiche-apertura", "pratiche-apertura-testo", "/pratiche/apertura"),
        tile("orologio", "pratiche-bozze", "pratiche-bozze-testo", "/pratiche/bozze"),
        tile(
            "info",
            "pratiche-consultazione",
            "pratiche-consultazione-testo",
            "/sezione-informativa/consultazione-pratiche",
        ),
    ];
    indice::answer(crumbs(cx.page(t.get("menu-pratiche")), 0), t.get("pratiche-sommario"), tiles)
}

/// `/pratiche/apertura`
pub(crate) async fn apertura(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let tiles = vec![Tile {
        icon: "scuola",
        label: t.get("menu-servizi-scolastici"),
        path: "/pratiche/apertura/servizi-scolastici".into(),
        text: t.get("pratiche-area-testo"),
    }];
    indice::answer(crumbs(cx.page(t.get("pratiche-apertura")), 1), t.get("pratiche-apertura-sommario"), tiles)
}

/// `/pratiche/apertura/servizi-scolastici`
pub(crate) async fn area(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = crumbs(cx.page(t.get("menu-servizi-scolastici")), 2);
    let rows = modello::list(&cx.portal, &cx.ctx).await?;
    let mut tiles = vec![enrolment(t, &rows)];
    tiles.extend(rows.iter().filter(|row| !is_enrolment(row)).map(|row| Tile {
        icon: "cartella",
        label: row.service.clone(),
        path: format!("/modelli/{}", row.code),
        text: format!("{} {}.", row.summary, window(t, row.window).words),
    }));
    indice::answer(page, t.get("pratiche-area-sommario"), tiles)
}

/// `/servizi-scolastici`
pub(crate) async fn servizi_scolastici(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("menu-servizi-scolastici")).menu(Menu::ServiziScolastici);
    let tile = |icon, label: &str, text: &str, path: &str| Tile {
        icon,
        label: t.get(label),
        text: t.get(text),
        path: path.into(),
    };
    let tiles = vec![
        tile("carta", "scolastici-documenti", "scolastici-documenti-testo", scolastici::DOCUMENTI),
        tile("pdf", "scolastici-pagamenti", "scolastici-pagamenti-testo", scolastici::PAGAMENTI),
        enrolment(t, &modello::list(&cx.portal, &cx.ctx).await?),
        tile(
            "info",
            "pratiche-consultazione",
            "pratiche-consultazione-testo",
            "/sezione-informativa/consultazione-pratiche",
        ),
    ];
    indice::answer(page, t.get("scolastici-sommario"), tiles)
}

/// The tile of enrolment, saying how many modelli are open.
fn enrolment(t: Text, rows: &[ModelloRow]) -> Tile {
    let open = rows.iter().filter(|row| is_enrolment(row) && matches!(row.window, modello::Window::Open { .. }));
    Tile {
        icon: "spunta",
        label: t.get("pratiche-iscrizione"),
        path: ISCRIZIONE.into(),
        text: t.get1("pratiche-iscrizione-testo", "aperti", open.count()),
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{indice::IndexPage, sample};

    #[test]
    fn index_pages_render_in_every_language() {
        for lingua in Lingua::ALL {
            let page = crumbs(sample::page(lingua, "Iscrizione", None), 4);
            let tiles = vec![Tile { icon: "info", label: "A".into(), path: "/a".into(), text: "B".into() }];
            let html = IndexPage { page, lead: "C".into(), tiles, empty: String::new(), hook: None }.render().unwrap();
            sample::check(&html);
            assert!(html.contains("href=\"/prova/pratiche/apertura/servizi-scolastici/iscrizione\""));
        }
    }
}
