//! The modelli of an ente: their list, their pages, and "Avvia pratica".

use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use sportello_app::{
    bozza,
    graduatoria::Criterio,
    modello::{self, Filed, ModelloPage, ModelloRow, Window},
};

use crate::{
    compila::posto,
    cx::{Cx, html},
    error::Result,
    page::Page,
    pratiche,
    text::Text,
};

/// A window in words, with its colour and icon.
pub(crate) struct WindowView {
    pub(crate) words: String,
    pub(crate) colour: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) open: bool,
}

/// Puts a window into words: until when, from when, or since when not any more.
pub(crate) fn window(t: Text, window: Window) -> WindowView {
    let (words, colour, icon) = match window {
        Window::Open { closes_at, .. } => {
            (t.get1("modello-aperto", "fine", t.window_end(closes_at)), "verde", "orologio")
        }
        Window::Coming { opens_at } => (t.get1("modello-apre", "inizio", t.moment(opens_at)), "blu", "calendario"),
        Window::Closed { closed_at } => {
            (t.get1("modello-chiuso", "fine", t.window_start(closed_at)), "ambra", "attenzione")
        }
    };
    WindowView { words, colour, icon, open: matches!(window, Window::Open { .. }) }
}

/// The same with both ends of a window that is open.
pub(crate) fn whole_window(t: Text, state: Window) -> WindowView {
    let view = window(t, state);
    match state {
        Window::Open { opens_at, closes_at } => {
            let (from, to) = (t.window_start(opens_at), t.window_end(closes_at));
            WindowView { words: t.get2("modello-aperto-dal", "inizio", from, "fine", to), ..view }
        }
        Window::Coming { .. } | Window::Closed { .. } => view,
    }
}

/// Few places, in words.
struct Posti {
    words: String,
    how: String,
    /// By which criteria places go, where they are not booked.
    criteri: Vec<String>,
    /// Where the person's own filings book.
    filed: Vec<FiledLink>,
}

struct FiledLink {
    path: String,
    words: String,
}

/// Puts the places of a modello into words, while they can be booked or are going to be.
fn posti(t: Text, modello: &ModelloPage, now: DateTime<Utc>) -> Option<Posti> {
    let criterio =
        |criterio: &Criterio| t.get2("posto-criterio", "criterio", criterio.label.as_str(), "punti", criterio.points);
    let criteri: Vec<String> = modello.criteri.iter().map(criterio).collect();
    if !criteri.is_empty() {
        // They are said also after the closing: they are what the order follows from.
        let posti = modello.booking.map(|booking| booking.posti);
        let words = posti.map_or_else(|| t.get("posto-criteri"), |posti| t.get1("posto-criteri-posti", "posti", posti));
        return Some(Posti { words, how: t.get("posto-criteri-come"), criteri, filed: Vec::new() });
    }
    let booking = modello.booking.filter(|_| !matches!(modello.row.window, Window::Closed { .. }))?;
    let from = booking.from?;
    let link = |filed: &Filed| FiledLink {
        path: posto::path(filed.bozza),
        words: t.get1("posto-prenota-domanda", "numero", filed.number.as_str()),
    };
    Some(Posti {
        words: posto::offered(t, (from, booking.posti), modello.taken, from <= now),
        how: t.get("posto-come"),
        criteri,
        filed: modello.filed.iter().map(link).collect(),
    })
}

/// A modello in the list, with its window in words.
struct Entry {
    row: ModelloRow,
    window: WindowView,
}

#[derive(askama::Template)]
#[template(path = "modelli.html")]
struct ListPage {
    page: Page,
    entries: Vec<Entry>,
}

#[derive(askama::Template)]
#[template(path = "modello.html")]
struct ModelloHtml {
    page: Page,
    modello: ModelloPage,
    window: WindowView,
    posti: Option<Posti>,
    others: Vec<ModelloRow>,
}

/// `/pratiche/apertura/servizi-scolastici/iscrizione`: the modelli by which somebody enrols.
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let rows = modello::list(&cx.portal, &cx.ctx).await?.into_iter().filter(pratiche::is_enrolment);
    let entries = rows.map(|row| Entry { window: window(cx.t, row.window), row }).collect();
    html(&ListPage { page: pratiche::crumbs(cx.page(cx.t.get("pratiche-iscrizione")), 3), entries })
}

/// `/modelli/{code}`
pub(crate) async fn page(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let modello = modello::page(&cx.portal, &cx.ctx, &code).await?;
    let mut others = modello::list(&cx.portal, &cx.ctx).await?;
    others.retain(|row| row.code != code);
    html(&ModelloHtml {
        page: pratiche::crumbs(cx.page(modello.row.title.clone()), pratiche::depth(&modello.row)),
        window: whole_window(cx.t, modello.row.window),
        posti: posti(cx.t, &modello, cx.portal.clock().now()),
        modello,
        others,
    })
}

/// `/modelli/{code}/avvia`: takes up the person's draft, or starts one, and goes there.
pub(crate) async fn start(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let id = bozza::start(&cx.portal, &cx.ctx, &code).await?;
    Ok(cx.see_other(&format!("/compila/{id}")))
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    fn windows() -> [Window; 3] {
        let at = "2026-07-31T22:00:00Z".parse().unwrap();
        [
            Window::Open { opens_at: at, closes_at: at },
            Window::Coming { opens_at: at },
            Window::Closed { closed_at: at },
        ]
    }

    #[test]
    fn pages_render_in_every_language_and_window() {
        for lingua in Lingua::ALL {
            for state in windows() {
                let t = Text(lingua);
                let row = ModelloRow { window: state, ..sample::modello_row() };
                let modello = sample::modello_page(row.clone());
                let html = ModelloHtml {
                    page: pratiche::crumbs(sample::page(lingua, &row.title, None), 4),
                    window: whole_window(t, state),
                    posti: posti(t, &modello, modello.opens_at),
                    modello,
                    others: vec![row.clone()],
                };
                let html = html.render().unwrap();
                sample::check(&html);
                let open = matches!(state, Window::Open { .. });
                assert_eq!(html.contains("/prova/modelli/iscrizione-mensa-2026/avvia"), open);
                let criteri = vec![Criterio { label: "Disabilità <art. 3>".into(), points: 50 }];
                let booking = Some(sportello_app::modello::Booking { from: None, posti: 50 });
                for booking in [booking, None] {
                    let ranked = ModelloPage { criteri: criteri.clone(), booking, ..sample::modello_page(row.clone()) };
                    let html = ModelloHtml {
                        page: pratiche::crumbs(sample::page(lingua, &row.title, None), 4),
                        window: whole_window(t, state),
                        posti: posti(t, &ranked, ranked.opens_at),
                        modello: ranked,
                        others: Vec::new(),
                    };
                    let html = html.render().unwrap();
                    sample::check(&html);
                    assert!(html.contains("Disabilità &#60;art. 3&#62;"), "criteria are said, whatever the window");
                }
                let page = pratiche::crumbs(sample::page(lingua, "Iscrizione servizi scolastici", None), 3);
                let entries = vec![Entry { window: window(t, state), row }];
                sample::check(&ListPage { page, entries }.render().unwrap());
            }
            let page = sample::page(lingua, "Iscrizione servizi scolastici", None);
            sample::check(&ListPage { page, entries: Vec::new() }.render().unwrap());
        }
    }
}
