//! Files of a pratica; one of class A asks for the reason first.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::ufficio;
use sportello_domain::id::{AllegatoId, PraticaId};

use crate::{
    cx::{Cx, html_status, id},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    ufficio::{below, pratica},
};

#[derive(Template)]
#[template(path = "ufficio/allegato.html")]
struct AskPage {
    page: Page,
    said: String,
    action: String,
    back: String,
    problem: Option<String>,
}

/// Hands out a file, or asks why it is needed.
pub async fn show(cx: Cx, Path((pratica, file)): Path<(String, String)>) -> Result<Response> {
    answer(&cx, id(&pratica)?, id(&file)?, None).await
}

/// Hands out a file for the reason given.
pub async fn hand_out_with_reason(
    cx: Cx,
    Path((pratica, file)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    answer(&cx, id(&pratica)?, id(&file)?, Some(posted.text("motivo").trim())).await
}

async fn answer(cx: &Cx, pratica: PraticaId, file: AllegatoId, reason: Option<&str>) -> Result<Response> {
    match ufficio::file(&cx.portal, &cx.ctx, pratica, file, reason.unwrap_or_default()).await {
        Ok(download) => Ok(hand_out(download, Handing::Attachment)),
        Err(sportello_app::Error::Unacceptable(_)) => {
            let number = ufficio::page(&cx.portal, &cx.ctx, pratica).await?.row.number;
            let status = if reason.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            html_status(status, &ask_page(&cx.page(""), pratica, file, &number, reason.is_some()))
        }
        Err(error) => Err(error.into()),
    }
}

fn ask_page(base: &Page, pratica: PraticaId, file: AllegatoId, number: &str, failed: bool) -> AskPage {
    let t = base.t;
    let back = pratica::path(pratica);
    let page =
        below(base, t.get("ufficio-allegato-titolo")).crumb(t.get1("ufficio-pratica", "numero", number), back.clone());
    AskPage {
        page: page.failed_if(failed),
        said: t.get1("ufficio-allegato-testo", "numero", number),
        action: format!("{back}/file/{file}"),
        back,
        problem: failed.then(|| t.get("ufficio-motivo-lettura-manca")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compila::sample::uuid, ufficio::sample::see};

    #[test]
    fn the_page_renders_in_every_language() {
        for failed in [false, true] {
            see(&format!("ufficio-allegato-{failed}"), |base| ask_page(&base, uuid(50), uuid(9), "2026/184", failed));
        }
    }
}
