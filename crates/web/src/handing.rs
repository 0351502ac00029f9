//! Handing out a file that belongs to somebody: what the portal made, or what somebody gave.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use sportello_app::bozza::Download;

use crate::headers::{FRAMED, FRAMED_SANDBOX, SANDBOX, no_store};

/// How a file is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handing {
    /// Made by the portal: the browser may show it.
    Inline,
    /// Given by somebody: saved, never run.
    Attachment,
    /// A PDF that somebody gave, in a frame of ours: its viewer shuts it in, and runs in no frame that does so too.
    FramedPdf,
    /// A picture that somebody gave, in a frame of ours.
    FramedPicture,
}

/// Answers a file that belongs to somebody: never cached, never guessed at.
pub(crate) fn hand_out(file: Download, handing: Handing) -> Response {
    let kind = match handing {
        Handing::Inline | Handing::FramedPdf | Handing::FramedPicture => "inline",
        Handing::Attachment => "attachment",
    };
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(&file.media_type);
    headers.insert(header::CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    let disposition = HeaderValue::from_str(&format!("{kind}; filename=\"{}\"", header_name(&file.name)));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    match handing {
        Handing::Inline => None,
        Handing::Attachment => response.extensions_mut().insert(SANDBOX),
        Handing::FramedPdf => response.extensions_mut().insert(FRAMED),
        Handing::FramedPicture => response.extensions_mut().insert(FRAMED_SANDBOX),
    };
    no_store(response)
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
    use super::*;
    use crate::headers::OwnPolicy;

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
    fn a_file_in_a_frame_stays_in_ours() {
        for (handing, shut_in) in [(Handing::FramedPdf, false), (Handing::FramedPicture, true)] {
            let content = bytes::Bytes::from_static(b"%PDF-");
            let file = Download { name: "a.pdf".to_owned(), media_type: "application/pdf".to_owned(), content };
            let response = hand_out(file, handing);
            let policy = response.extensions().get::<OwnPolicy>().unwrap().0;
            assert!(policy.starts_with("default-src 'none'") && policy.ends_with("frame-ancestors 'self'"), "{policy}");
            assert_eq!(policy.contains("sandbox"), shut_in);
            assert_eq!(response.headers()["cache-control"], "no-store");
        }
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
