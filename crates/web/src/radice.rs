//! The root of an installation, outside any ente: the list of enti, health, robots.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use sportello_app::address::Addressing;
use sportello_domain::{collation, ente::Ente};

use crate::{
    cookie,
    cx::html,
    error::{Error, chain, plain},
    links::{Links, PAYMENT_DOOR},
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

/// The page that opens the payment door.
#[derive(askama::Template)]
#[template(path = "radice-pagopa.html")]
struct DoorPage {
    t: Text,
    links: Links,
    enti: Vec<EnteEntry>,
    asked: String,
    other: (&'static str, &'static str),
}

/// Longest name asked for, in characters.
const NAME_MAX_CHARS: usize = 100;

/// `/`: the enti of this installation.
pub(crate) async fn enti(State(entry): State<Entry>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&entry, &uri, &headers, async |t| {
        let enti = entries(&entry, |ente| format!("/{}/", ente.slug), |_| true).await?;
        html(&root_page(t, enti, entry.settings.demo_sim.clone()))
    })
    .await
}

/// `/pagopa`: the enti that can be paid, those whose name holds the words of `q` first asked for.
pub(crate) async fn pagopa(State(entry): State<Entry>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&entry, &uri, &headers, async |t| {
        let asked = asked_name(&uri);
        let wanted = collation::key(&asked);
        let found = entries(
            &entry,
            |ente| format!("{PAYMENT_DOOR}/{}", ente.slug),
            |ente| ente.settings.riscossione.is_some() && collation::key(&ente.settings.name).contains(&wanted),
        );
        html(&door_page(t, found.await?, asked))
    })
    .await
}

/// What the box of the payment door asks for, cut to a sensible length.
fn asked_name(uri: &Uri) -> String {
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return String::new();
    };
    let asked = pairs.into_iter().find(|(name, _)| name == "q").map(|(_, value)| value);
    asked.unwrap_or_default().trim().chars().take(NAME_MAX_CHARS).collect()
}

/// What every page outside an ente shares: the host, the language, the answer when something fails.
async fn answer(
    entry: &Entry,
    uri: &Uri,
    headers: &HeaderMap,
    page: impl AsyncFnOnce(Text) -> Result<Response, Error>,
) -> Response {
    if let Addressing::ByPrefix { origin } = entry.portal.addressing()
        && !is_our_host(origin, visit::host(uri, headers).as_deref())
    {
        return misdirected();
    }
    if let Some((lingua, back)) = uri.path_and_query().and_then(|asked| visit::asked_lingua(asked.as_str())) {
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response();
        cookie::set(response.headers_mut(), cookie::lingua(lingua));
        return response;
    }
    match page(Text(visit::lingua(headers))).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(error = %chain(&error), "the list of enti failed");
            plain(StatusCode::SERVICE_UNAVAILABLE, "Il servizio non risponde. Riprova tra poco. / Try again shortly.")
        }
    }
}

async fn entries(
    entry: &Entry,
    href: impl Fn(&Ente) -> String,
    wanted: impl Fn(&Ente) -> bool,
) -> Result<Vec<EnteEntry>, Error> {
    let enti = sportello_app::ente::all(&entry.portal).await?;
    let view = |ente: &Ente| EnteEntry { name: ente.settings.name.clone(), href: href(ente), demo: ente.settings.demo };
    Ok(enti.iter().map(|ente| &**ente).filter(|ente| wanted(ente)).map(view).collect())
}

fn root_page(t: Text, enti: Vec<EnteEntry>, sim: Option<String>) -> RootPage {
    RootPage { t, links: Links::outside(), enti, sim, other: other_language(t) }
}

fn door_page(t: Text, enti: Vec<EnteEntry>, asked: String) -> DoorPage {
    DoorPage { t, links: Links::outside(), enti, asked, other: other_language(t) }
}

/// Tag and own name of the language that the page is not in.
fn other_language(t: Text) -> (&'static str, &'static str) {
    if t.tag() == "it" { ("en", "English") } else { ("it", "Italiano") }
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
    let page = NoEntePage { t, links: Links::outside() };
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
            let entry = || EnteEntry { name: "Comune di Prova".into(), href: "/pagopa/prova".into(), demo: true };
            let found = door_page(t, vec![entry()], String::new()).render().unwrap();
            crate::sample::check(&found);
            assert!(found.contains("href=\"/pagopa/prova\""));
            let none = door_page(t, Vec::new(), "<b>nessuno".into()).render().unwrap();
            crate::sample::check(&none);
            assert!(none.contains("&#60;b&#62;nessuno") && !none.contains("<b>nessuno"));
            crate::sample::check(&NoEntePage { t, links: Links::outside() }.render().unwrap());
        }
    }
}
