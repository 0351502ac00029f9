//! The preview of a copy at the width of a phone. In the frame stand the pages of a draft as a citizen sees them; what
//! is typed there is no draft, and nothing is sent.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::autori;
use sportello_domain::id::RowId;

use crate::{
    compila::prova::{self, Asked},
    cx::{Cx, html},
    error::{Error, Result},
    headers::OwnPolicy,
    page::Page,
    posted::Posted,
    ufficio::modelli::{about, path},
};

/// A page of the preview stands in a frame of ours, and of nobody else.
const FRAMED: OwnPolicy =
    OwnPolicy("default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'self'");

#[derive(Template)]
#[template(path = "ufficio/modello-anteprima.html")]
struct AnteprimaPage {
    page: Page,
    /// Address of the form.
    form: String,
    own: String,
}

/// Shows the frame.
pub async fn show(cx: Cx, Path(modello): Path<String>) -> Result<Response> {
    // Somebody without the role, or a code that is not there, gets no empty frame.
    autori::prova(&cx.portal, &cx.ctx, &modello).await?.ok();
    html(&view(&cx.page(""), &modello))
}

fn view(base: &Page, code: &str) -> AnteprimaPage {
    let own = path(code);
    AnteprimaPage {
        page: about(base, code, base.t.get("modelli-anteprima-titolo")),
        form: base.to(&format!("{own}/anteprima{}", prova::path())),
        own: base.to(&own),
    }
}

/// The task list of the form.
pub async fn tasks(cx: Cx, Path((modello, _)): Path<(String, String)>) -> Result<Response> {
    answer(&cx, &modello, None, None).await
}

/// A page of the form.
pub async fn page(cx: Cx, Path((modello, _, pagina)): Path<(String, String, String)>) -> Result<Response> {
    answer(&cx, &modello, Some(&pagina), None).await
}

/// A page that was sent.
pub async fn send(
    cx: Cx,
    Path((modello, _, pagina)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response> {
    answer(&cx, &modello, Some(&pagina), Some(posted)).await
}

async fn answer(cx: &Cx, code: &str, page: Option<&str>, posted: Option<Posted>) -> Result<Response> {
    let below = format!("{}/anteprima", path(code));
    let inside = cx.path_and_query.strip_prefix(&below).ok_or(Error::NotFound)?;
    let links = cx.links.preview(&below);
    let csrf = cx.signed().map(|signed| signed.csrf.clone()).unwrap_or_default();
    let base = Page { csrf, preview: true, ..Page::bare(cx.t, links, cx.ctx.ente.clone(), inside.into()) };
    let mut response = match autori::prova(&cx.portal, &cx.ctx, code).await? {
        Err(faults) => prova::faults(&base, faults)?,
        Ok((mut prova, revision)) => {
            let base = prova::framed(base, &prova);
            let from_summary = cx.query("torna").as_deref() == Some("riepilogo");
            let new_row = RowId::new(cx.portal.request_id().uuid());
            let typed = posted.is_some();
            let asked = Asked { page, from_summary, posted };
            let response = prova::answer(&base, &cx.ctx, &mut prova, asked, new_row)?;
            if typed {
                autori::keep_prova(&cx.portal, &cx.ctx, code, revision, &prova).await?;
            }
            response
        }
    };
    response.extensions_mut().insert(FRAMED);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::sample::see;

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-modello-anteprima", |base| view(&base, "prova"));
    }
}
