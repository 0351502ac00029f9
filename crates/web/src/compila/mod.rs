//! Filling in: drafts, their pages, the summary, Invia and its confirmation.
//!
//! Decides nothing about answers: it reads a form, calls one use case and draws what came of it.

pub mod answers;
pub mod draft;
pub mod draw;
pub mod filing;
pub mod frame;
pub mod page;
#[cfg(test)]
pub(crate) mod sample;
pub mod words;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use sportello_app::bozza::Download;
use sportello_domain::id::BozzaId;

use crate::{
    cx::Cx,
    error::{Error, Result},
    headers::SANDBOX,
    routes::{Access::Cittadino, Route, get, post, post_page},
};

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get("/pratiche/bozze", Cittadino, draft::list),
        get("/compila/{id}", Cittadino, draft::tasks),
        get("/compila/{id}/sospesa", Cittadino, draft::suspended),
        get("/compila/{id}/elimina", Cittadino, draft::ask_discard),
        post("/compila/{id}/elimina", Cittadino, draft::discard),
        get("/compila/{id}/file/{file}", Cittadino, draft::file),
        get("/compila/{id}/riepilogo", Cittadino, filing::summary),
        post("/compila/{id}/riepilogo", Cittadino, filing::submit),
        get("/compila/{id}/inviata", Cittadino, filing::sent),
        get("/compila/{id}/{pagina}", Cittadino, page::show),
        post_page("/compila/{id}/{pagina}", Cittadino, page::save),
    ]
}

/// An identifier out of an address; one that cannot be is a page that does not exist.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The answer of a use case about an open draft. One that was sent in the meantime leads to its confirmation.
pub(crate) enum Open<T> {
    /// Still open.
    Draft(T),
    /// Sent: go there.
    Sent(Response),
}

/// Tells an open draft from one that was sent.
pub(crate) fn open<T>(cx: &Cx, draft: BozzaId, found: sportello_app::Result<T>) -> Result<Open<T>> {
    match found {
        Ok(found) => Ok(Open::Draft(found)),
        Err(sportello_app::Error::NotAllowedNow) => Ok(Open::Sent(cx.see_other(&format!("/compila/{draft}/inviata")))),
        Err(error) => Err(error.into()),
    }
}

/// How a file is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handing {
    /// Made by the portal: the browser may show it.
    Inline,
    /// Given by somebody: saved, never run.
    Attachment,
}

/// Answers a file that belongs to somebody: never cached, never guessed at.
pub(crate) fn hand_out(file: Download, handing: Handing) -> Response {
    let kind = match handing {
        Handing::Inline => "inline",
        Handing::Attachment => "attachment",
    };
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(&file.media_type);
    headers.insert(header::CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    let disposition = HeaderValue::from_str(&format!("{kind}; filename=\"{}\"", header_name(&file.name)));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if handing == Handing::Attachment {
        response.extensions_mut().insert(SANDBOX);
    }
    response
}

/// A file name that fits between quotes in a header: plain letters, digits and a few marks.
fn header_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }
    };
    let name: String = name.chars().take(100).map(safe).collect();
    if name.trim_matches(['.', ' ']).is_empty() { "file".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sportello_domain::modello::RESERVED_PAGE_IDS;

    use super::*;
    use crate::headers::OwnPolicy;

    #[test]
    fn no_page_of_a_modello_can_hide_behind_one_of_the_portal() {
        let below = routes().into_iter().filter_map(|route| route.path.strip_prefix("/compila/{id}/"));
        let fixed = below.filter_map(|path| path.split('/').next().filter(|word| !word.starts_with('{')));
        assert_eq!(fixed.collect::<BTreeSet<_>>(), BTreeSet::from(RESERVED_PAGE_IDS));
    }

    #[test]
    fn a_file_that_somebody_gave_is_saved_and_never_run() {
        let file = Download {
            name: "certificato \"à\"\r\n.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: bytes::Bytes::from_static(b"%PDF-"),
        };
        let response = hand_out(file, Handing::Attachment);
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"certificato ____.pdf\"".replace("____", "_____")
        );
        assert!(response.extensions().get::<OwnPolicy>().is_some_and(|policy| policy.0.contains("sandbox")));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
    }

    #[test]
    fn a_receipt_is_shown_by_the_browser() {
        let file = Download {
            name: "ricevuta-2026-184.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: bytes::Bytes::from_static(b"%PDF-"),
        };
        let response = hand_out(file, Handing::Inline);
        assert_eq!(response.headers()["content-disposition"], "inline; filename=\"ricevuta-2026-184.pdf\"");
        assert!(response.extensions().get::<OwnPolicy>().is_none());
    }

    #[test]
    fn a_name_of_dots_is_no_name() {
        assert_eq!(header_name(".."), "file");
        assert_eq!(header_name("a/b\\c"), "a_b_c");
    }
}
