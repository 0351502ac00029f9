//! What the portal holds about the person who asks: the page that says so, the archive, one pratica as data.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::dati;

use crate::{
    consultazione::{LIST, framed},
    cx::{Cx, html, id},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    routes::{Access, Route, document, get, post},
    tabella,
};

/// Path of the page.
pub(crate) const PATH: &str = "/area-personale/i-miei-dati";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get(PATH, Access::Cittadino, show),
        post(PATH, Access::Cittadino, hand_out_all),
        document("/sezione-informativa/consultazione-pratiche/{id}/dati", Access::Cittadino, pratica),
        document("/sezione-informativa/consultazione-pratiche/{id}/copia", Access::Cittadino, copy),
    ]
}

#[derive(Template)]
#[template(path = "dati.html")]
struct DataPage {
    page: Page,
}

/// Says what is in the archive.
async fn show(cx: Cx) -> Result<Response> {
    cx.ctx.oneself()?;
    html(&data_page(&cx.page("")))
}

fn data_page(base: &Page) -> DataPage {
    let page = framed(base, base.t.get("dati-titolo"));
    DataPage { page: page.crumb(base.t.get("consultazione-titolo"), LIST) }
}

/// Hands the archive out.
async fn hand_out_all(cx: Cx, _posted: Posted) -> Result<Response> {
    Ok(tabella::archive(dati::own(&cx.portal, &cx.ctx).await?))
}

/// Hands one pratica out as data.
async fn pratica(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    Ok(hand_out(dati::pratica(&cx.portal, &cx.ctx, id(&pratica)?).await?, Handing::Attachment))
}

/// Hands one pratica out as a document to print.
async fn copy(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    Ok(hand_out(dati::copy(&cx.portal, &cx.ctx, id(&pratica)?).await?, Handing::Inline))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compila::sample::see;

    #[test]
    fn the_page_renders_in_every_language() {
        see("dati", |base| data_page(&base));
    }
}
