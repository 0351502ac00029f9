//! The comune's own site, as far as a citizen crosses it on the way to the portal: the icon "Servizi online" and the
//! banner PagoPA.

use askama::Template;
use axum::{Router, extract::Path, http::StatusCode, response::Html, routing::get};

/// An ente of the demonstration, by its address prefix and name.
const ENTI: [(&str, &str); 3] = [
    ("calvenzano", "Comune di Calvenzano"),
    ("borgorosa", "Comune di Borgorosa"),
    ("unione-valfiorita", "Unione dei Comuni della Valfiorita"),
];

#[derive(Template)]
#[template(path = "site.html")]
struct SitePage<'a> {
    name: &'a str,
    portal: String,
    payments: String,
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    enti: [(&'static str, &'static str); 3],
}

/// Routes of the site; `portal` is the address of the portal.
pub fn router(portal: &str) -> Router {
    let portal = portal.to_owned();
    Router::new()
        .route("/", get(|| async { render(&IndexPage { enti: ENTI }) }))
        .route("/comune/{slug}", get(move |Path(slug): Path<String>| async move { site(&portal, &slug) }))
}

fn site(portal: &str, slug: &str) -> Result<Html<String>, StatusCode> {
    let (slug, name) = ENTI.into_iter().find(|(known, _)| *known == slug).ok_or(StatusCode::NOT_FOUND)?;
    render(&SitePage { name, portal: format!("{portal}/{slug}/"), payments: format!("{portal}/pagopa") })
}

/// A page, or 500 where its template fails.
pub fn render(page: &impl Template) -> Result<Html<String>, StatusCode> {
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
