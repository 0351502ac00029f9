//! The root of an installation, outside any ente: the list of enti, health, robots.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use sportello_app::address::Addressing;

use crate::{
    cookie,
    cx::html,
    error::{Error, chain, plain},
    links::Links,
    router::Entry,
    text::Text,
    visit,
};

/// An ente in the list.
struct EnteEntry {
    name: String,
    href: String,
    demo: bool,
}

/// The page that lists the enti.
#[derive(askama::Template)]
#[template(path = "radice.html")]
struct RootPage {
    t: Text,
    links: Links,
    enti: Vec<EnteEntry>,
    sim: Option<String>,
    other: (&'static str, &'static str),
}

/// `/`: the enti of this installation.
pub(crate) async fn enti(State(entry): State<Entry>, uri: axum::http::Uri, headers: HeaderMap) -> Response {
    if let Addressing::ByPrefix { origin } = entry.portal.addressing()
        && !is_our_host(origin, visit::host(&uri, &headers).as_deref())
    {
        return misdirected();
    }
    if let Some((lingua, back)) = uri.path_and_query().and_then(|asked| visit::asked_lingua(asked.as_str())) {
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response();
        cookie::set(response.headers_mut(), cookie::lingua(lingua));
        return response;
    }
    match list(&entry, Text(visit::lingua(&headers))).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(error = %chain(&error), "the list of enti failed");
            plain(StatusCode::SERVICE_UNAVAILABLE, "Il servizio non risponde. Riprova tra poco. / Try again shortly.")
        }
    }
}

async fn list(entry: &Entry, t: Text) -> Result<Response, Error> {
    let enti = sportello_app::ente::all(&entry.portal).await?;
    let enti = enti
        .iter()
        .map(|ente| EnteEntry {
            name: ente.settings.name.clone(),
            href: format!("/{}/", ente.slug),
            demo: ente.settings.demo,
        })
        .collect();
    html(&root_page(t, enti, entry.settings.demo_sim.clone()))
}

fn root_page(t: Text, enti: Vec<EnteEntry>, sim: Option<String>) -> RootPage {
    let other = if t.tag() == "it" { ("en", "English") } else { ("it", "Italiano") };
    RootPage { t, links: Links::new("", ""), enti, sim, other }
}

/// The program runs.
pub(crate) async fn healthz() -> Response {
    plain(StatusCode::OK, "ok")
}

/// The program can do its work.
pub(crate) async fn readyz(State(entry): State<Entry>) -> Response {
    match entry.portal.ready().await {
        Ok(()) => plain(StatusCode::OK, "ready"),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "not ready");
            plain(StatusCode::SERVICE_UNAVAILABLE, "not ready")
        }
    }
}

/// What crawlers should leave alone.
pub(crate) async fn robots() -> Response {
    plain(StatusCode::OK, "User-agent: *\nDisallow: /*/compila/\nDisallow: /*/ufficio/\nDisallow: /*/accesso/spid/")
}

/// With prefixes there is one host: the configured one. Everything else is somebody else's name for us.
pub(crate) fn is_our_host(origin: &str, host: Option<&str>) -> bool {
    let (_, ours) = origin.split_once("://").unwrap_or_default();
    host == Some(ours)
}

/// A host that no ente has.
pub(crate) fn misdirected() -> Response {
    plain(StatusCode::MISDIRECTED_REQUEST, "Questo indirizzo non appartiene al portale. / This address is not ours.")
}

/// A prefix that no ente has.
pub(crate) fn not_found(headers: &HeaderMap) -> Response {
    let t = Text(visit::lingua(headers));
    let page = NoEntePage { t, links: Links::new("", "") };
    match crate::cx::html_status(StatusCode::NOT_FOUND, &page) {
        Ok(response) => response,
        Err(_) => plain(StatusCode::NOT_FOUND, "Pagina non trovata. / Page not found."),
    }
}

/// The page for a prefix that no ente has.
#[derive(askama::Template)]
#[template(path = "radice-404.html")]
struct NoEntePage {
    t: Text,
    links: Links,
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;

    #[test]
    fn the_root_pages_render_in_every_language() {
        for lingua in Lingua::ALL {
            let t = Text(lingua);
            let enti = vec![EnteEntry { name: "Comune di Prova".into(), href: "/prova/".into(), demo: true }];
            crate::sample::check(&root_page(t, enti, Some("http://localhost:8090".into())).render().unwrap());
            crate::sample::check(&NoEntePage { t, links: Links::new("", "") }.render().unwrap());
        }
    }
}
