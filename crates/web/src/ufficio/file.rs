//! Files of a pratica. One of class A asks for the reason first, one that was not scanned yet whether it is wanted so.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::ufficio::{self, FileFacts, Opening};
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
    /// What opening it brings with it.
    said: Vec<String>,
    action: String,
    back: String,
    facts: FileFacts,
    submit: String,
    problem: Option<String>,
}

/// Hands out a file, or asks why it is needed and whether it is wanted before the scanner saw it.
pub async fn show(cx: Cx, Path((pratica, file)): Path<(String, String)>) -> Result<Response> {
    answer(&cx, id(&pratica)?, id(&file)?, None).await
}

/// How a browser shows a file in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framed {
    /// By the viewer of the browser.
    Pdf,
    /// As it is.
    Picture,
}

/// How a browser shows a file of this media type; nothing for one that it would have to be trusted with.
pub(super) fn framed(media_type: &str) -> Option<Framed> {
    match media_type {
        "application/pdf" => Some(Framed::Pdf),
        "image/jpeg" | "image/png" => Some(Framed::Picture),
        _ => None,
    }
}

/// Hands out a file to the frame beside the answers. One of class A, or one that was not scanned yet, is opened by its
/// own page alone.
pub async fn view(cx: Cx, Path((pratica, file)): Path<(String, String)>) -> Result<Response> {
    let (pratica, file): (PraticaId, AllegatoId) = (id(&pratica)?, id(&file)?);
    let facts = ufficio::file_facts(&cx.portal, &cx.ctx, pratica, file).await?;
    if facts.sealed || facts.waiting {
        return Ok(cx.see_other(&format!("{}/file/{file}", pratica::path(pratica))));
    }
    let download = ufficio::file(&cx.portal, &cx.ctx, pratica, file, Opening::default()).await?;
    let handing = match framed(&download.media_type) {
        Some(Framed::Pdf) => Handing::FramedPdf,
        Some(Framed::Picture) => Handing::FramedPicture,
        None => Handing::Attachment,
    };
    Ok(hand_out(download, handing))
}

/// Hands out a file for the reason given.
pub async fn hand_out_with_reason(
    cx: Cx,
    Path((pratica, file)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    answer(&cx, id(&pratica)?, id(&file)?, Some(&posted)).await
}

async fn answer(cx: &Cx, pratica: PraticaId, file: AllegatoId, posted: Option<&Posted>) -> Result<Response> {
    let opening = posted.map_or_else(Opening::default, |posted| Opening {
        reason: posted.text("motivo").trim(),
        unscanned: posted.has("comunque"),
    });
    match ufficio::file(&cx.portal, &cx.ctx, pratica, file, opening).await {
        Ok(download) => Ok(hand_out(download, Handing::Attachment)),
        Err(sportello_app::Error::Unacceptable(_)) => {
            let number = ufficio::page(&cx.portal, &cx.ctx, pratica).await?.row.number;
            let facts = ufficio::file_facts(&cx.portal, &cx.ctx, pratica, file).await?;
            let failed = posted.is_some();
            let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            html_status(status, &ask_page(&cx.page(""), (pratica, file), facts, &number, failed))
        }
        Err(error) => Err(error.into()),
    }
}

fn ask_page(
    base: &Page,
    (pratica, file): (PraticaId, AllegatoId),
    facts: FileFacts,
    number: &str,
    failed: bool,
) -> AskPage {
    let t = base.t;
    let back = pratica::path(pratica);
    let (title, submit) = match (facts.sealed, facts.waiting) {
        (false, true) => ("ufficio-allegato-non-controllato-titolo", "ufficio-allegato-comunque"),
        (true, true) => ("ufficio-allegato-titolo", "ufficio-allegato-comunque"),
        (_, false) => ("ufficio-allegato-titolo", "ufficio-allegato-scarica"),
    };
    let page = below(base, t.get(title)).crumb(t.get1("ufficio-pratica", "numero", number), back.clone());
    let waiting = facts.waiting.then(|| t.get("ufficio-allegato-non-controllato"));
    let sealed = facts.sealed.then(|| t.get1("ufficio-allegato-testo", "numero", number));
    AskPage {
        page: page.failed_if(failed && facts.sealed),
        said: waiting.into_iter().chain(sealed).collect(),
        action: format!("{back}/file/{file}"),
        back,
        facts,
        submit: t.get(submit),
        problem: (failed && facts.sealed).then(|| t.get("ufficio-motivo-lettura-manca")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compila::sample::uuid, ufficio::sample::see};

    #[test]
    fn the_page_renders_in_every_language() {
        for (name, sealed, waiting, failed) in [
            ("ufficio-allegato-false", true, false, false),
            ("ufficio-allegato-true", true, false, true),
            ("ufficio-allegato-non-controllato", false, true, false),
            ("ufficio-allegato-riservato-non-controllato", true, true, false),
        ] {
            let facts = FileFacts { sealed, waiting };
            see(name, |base| ask_page(&base, (uuid(50), uuid(9)), facts, "2026/184", failed));
        }
    }
}
