//! The modelli of the ente: what is offered and for which window, the copies that are edited.

pub mod anteprima;
pub mod pubblica;
pub mod ritira;
pub mod testi;

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    autori::{self, Version, Voce},
    modello::Window,
};

use crate::{
    cx::{Cx, html},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::MODELLI},
};

/// Path of one modello.
pub(crate) fn path(code: &str) -> String {
    format!("{MODELLI}/{code}")
}

#[derive(Template)]
#[template(path = "ufficio/modelli.html")]
struct ModelliPage {
    page: Page,
    voci: Vec<VoceView>,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct VoceView {
    href: String,
    title: String,
    code: String,
    version: String,
    status: OfficeStatus,
    window: String,
    copy: String,
}

/// Lists them.
pub async fn list(cx: Cx) -> Result<Response> {
    let voci = autori::list(&cx.portal, &cx.ctx).await?;
    html(&list_page(&cx.page(""), &voci))
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = autori::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(MODELLI)
}

/// Hands the published versions of one out as a table, all of them.
pub async fn take_out_versions(cx: Cx, Path(modello): Path<String>, posted: Posted) -> Result<Response> {
    let table = autori::take_out_versions(&cx.portal, &cx.ctx, &modello, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the page of one.
pub async fn back(cx: Cx, Path(modello): Path<String>) -> Response {
    cx.see_other(&path(&modello))
}

fn list_page(base: &Page, voci: &[Voce]) -> ModelliPage {
    let t = base.t;
    let view = |voce: &Voce| VoceView {
        href: base.to(&path(&voce.code)),
        title: voce.title.clone(),
        code: voce.code.clone(),
        version: voce.published.as_ref().map_or_else(String::new, |version| version_words(t, version)),
        status: status(t, voce.published.as_ref()),
        window: voce.published.as_ref().map_or_else(String::new, |version| window_words(t, version)),
        copy: match (voce.revision, voce.ahead()) {
            (None, _) => t.get("modelli-copia-nessuna"),
            (Some(revision), true) => t.get1("modelli-copia-avanti", "n", revision),
            (Some(revision), false) => t.get1("modelli-copia-uguale", "n", revision),
        },
    };
    ModelliPage {
        page: framed(base, t.get("modelli-titolo")),
        voci: voci.iter().map(view).collect(),
        take_out: tabella::of(MODELLI, voci.is_empty()),
    }
}

/// The frame of a page about one modello.
fn about(base: &Page, code: &str, title: String) -> Page {
    framed(base, title).crumb(base.t.get("modelli-titolo"), MODELLI).crumb(code, path(code))
}

/// "Versione 3, A.S. 2026/2027".
fn version_words(t: Text, version: &Version) -> String {
    t.get2("modelli-versione", "n", version.number, "anno", version.anno_scolastico.to_string())
}

/// Whether a version can be filled in now.
fn status(t: Text, version: Option<&Version>) -> OfficeStatus {
    let (key, shape) = match version {
        None => ("modelli-stato-mai", "st-chiusa"),
        Some(version) if version.withdrawn_at.is_some() => ("modelli-stato-ritirato", "st-errore"),
        Some(version) => match version.window {
            Window::Open { .. } => ("modelli-stato-aperto", "st-ok"),
            Window::Coming { .. } => ("modelli-stato-futuro", "st-attesa"),
            Window::Closed { .. } => ("modelli-stato-chiuso", "st-chiusa"),
        },
    };
    OfficeStatus { words: t.get(key), shape }
}

/// From when to when, and how places are booked.
fn window_words(t: Text, version: &Version) -> String {
    let window =
        t.get2("modelli-finestra", "dal", t.window_start(version.opens_at), "al", t.window_end(version.closes_at));
    match &version.booking {
        None => window,
        Some(booking) => {
            let places = match booking.from {
                Some(from) => t.get2("modelli-posti", "quando", t.moment(from), "n", booking.posti),
                None => t.get1("modelli-posti-criteri", "n", booking.posti),
            };
            format!("{window} {places}")
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use sportello_domain::anno_scolastico::AnnoScolastico;

    use super::*;
    use crate::{
        compila::sample::{end, instant},
        ufficio::sample::see,
    };

    /// A version that is open.
    pub fn version(number: i64) -> Version {
        Version {
            number,
            anno_scolastico: AnnoScolastico::beginning_in(2026),
            opens_at: instant(),
            closes_at: end(),
            booking: Some(sportello_app::modello::Booking { from: Some(instant()), posti: 50 }),
            published_at: instant(),
            withdrawn_at: None,
            revision: Some(2),
            window: Window::Open { opens_at: instant(), closes_at: end() },
        }
    }

    #[test]
    fn the_list_renders_in_every_language() {
        let voce = |code: &str, published: Option<Version>, revision| Voce {
            code: code.into(),
            title: format!("Modello <{code}>"),
            published,
            revision,
        };
        let ranked = Some(sportello_app::modello::Booking { from: None, posti: 50 });
        let withdrawn = Version { withdrawn_at: Some(instant()), booking: ranked, ..version(3) };
        let voci = [voce("a", None, None), voce("b", Some(version(1)), Some(3)), voce("c", Some(withdrawn), Some(2))];
        see("ufficio-modelli", |base| list_page(&base, &voci));
    }
}
