//! What a form sends: read once, within limits, with its token checked, before any handler sees it.
//!
//! Every unsafe route passes here (see `routes.rs`), so a handler cannot forget the checks.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use sportello_app::bozza::UploadedFile;
use subtle::ConstantTimeEq;

use crate::{
    cx::{Cx, html_status},
    error::{Error, Result},
    links::Links,
    page::Page,
};

/// Name of the hidden field with the token of the session.
pub const CSRF_FIELD: &str = "_csrf";
/// Most fields of one form.
const FIELDS_MAX: usize = 400;
/// Most files of one form.
const FILES_MAX: usize = 20;
/// Longest name of a field, in bytes.
const NAME_MAX: usize = 200;

/// Names, values and files of one form, in the order of the page. The token is not among them.
#[derive(Debug, Default)]
pub struct Posted {
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// Files that were chosen (a file control left empty sends none).
    pub files: Vec<UploadedFile>,
    token: Option<String>,
}

impl Posted {
    /// First value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// First value of a field; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether a tick box was ticked or a button pressed.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn push(&mut self, name: String, value: String) -> Result<()> {
        if self.fields.len() >= FIELDS_MAX || name.len() > NAME_MAX {
            return Err(Error::BadRequest("too many fields"));
        }
        if name == CSRF_FIELD {
            self.token = Some(value);
        } else {
            self.fields.push((name, value));
        }
        Ok(())
    }
}

/// Reads the body of a form.
///
/// # Errors
/// [`Error::TooLarge`] over `max_bytes`, [`Error::BadRequest`] for another media type or a form beyond its limits.
pub async fn read(request: Request, max_bytes: usize) -> Result<Posted> {
    let (parts, body) = request.into_parts();
    let kind = media_type(&parts.headers);
    let bytes = to_bytes(body, max_bytes).await.map_err(|_| Error::TooLarge)?;
    match kind.as_str() {
        "multipart/form-data" => read_multipart(parts, bytes).await,
        "application/x-www-form-urlencoded" => read_urlencoded(parts, bytes).await,
        _ if bytes.is_empty() => Ok(Posted::default()),
        _ => Err(Error::BadRequest("not a form")),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn read_urlencoded(parts: Parts, bytes: bytes::Bytes) -> Result<Posted> {
    let request = Request::from_parts(parts, Body::from(bytes));
    let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(|_| Error::BadRequest("the form is broken"))?;
    let mut posted = Posted::default();
    for (name, value) in pairs {
        posted.push(name, value)?;
    }
    Ok(posted)
}

async fn read_multipart(parts: Parts, bytes: bytes::Bytes) -> Result<Posted> {
    const BROKEN: Error = Error::BadRequest("the form is broken");
    let mut request = Request::from_parts(parts, Body::from(bytes));
    // The size has been checked; the framework's own lower limit would cut an allowed file.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| BROKEN)?;
    let mut posted = Posted::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| BROKEN)? {
        let name = field.name().ok_or(BROKEN)?.to_owned();
        match field.file_name().map(str::to_owned) {
            None => {
                let value = field.text().await.map_err(|_| BROKEN)?;
                posted.push(name, value)?;
            }
            Some(file_name) => {
                let content = field.bytes().await.map_err(|_| BROKEN)?.to_vec();
                if file_name.is_empty() && content.is_empty() {
                    continue;
                }
                if posted.files.len() >= FILES_MAX || name.len() > NAME_MAX {
                    return Err(Error::BadRequest("too many files"));
                }
                posted.files.push(UploadedFile {
                    field: name,
                    name: file_name,
                    content,
                });
            }
        }
    }
    Ok(posted)
}

/// Where an unsafe request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The browser says: from this very site.
    SameOrigin,
    /// The browser says nothing.
    Unknown,
}

/// Looks at `Sec-Fetch-Site` and `Origin` of an unsafe request.
///
/// # Errors
/// [`Error::CrossSite`] when either names another site.
pub fn provenance(headers: &HeaderMap, links: &Links) -> Result<Provenance> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let by_fetch = match text("sec-fetch-site") {
        Some("same-origin") => Provenance::SameOrigin,
        None | Some("none") => Provenance::Unknown,
        Some(_) => return Err(Error::CrossSite),
    };
    match text("origin") {
        Some(origin) if origin == links.origin() => Ok(Provenance::SameOrigin),
        Some(_) => Err(Error::CrossSite),
        None => Ok(by_fetch),
    }
}

/// Checks the token of a form against the session's.
///
/// # Errors
/// [`Error::Repeat`] with the same fields when the form surely came from this site, else [`Error::FormExpired`].
pub fn check_token(cx: &Cx, posted: Posted, provenance: Provenance) -> Result<Posted> {
    let Some(signed) = cx.signed() else { return Ok(posted) };
    let sent = posted.token.as_deref().unwrap_or_default();
    if sent.as_bytes().ct_eq(signed.csrf.as_bytes()).into() && !signed.csrf.is_empty() {
        return Ok(posted);
    }
    match provenance {
        Provenance::SameOrigin => Err(Error::Repeat(Box::new(Repeat::new(posted)))),
        Provenance::Unknown => Err(Error::FormExpired),
    }
}

/// A form that was not carried out and can be sent again with one press of a button.
#[derive(Debug)]
pub struct Repeat {
    fields: Vec<(String, String)>,
    files_lost: bool,
}

/// The page with the form to send again.
#[derive(askama::Template)]
#[template(path = "ripeti.html")]
struct RepeatPage<'a> {
    page: Page,
    action: String,
    fields: &'a [(String, String)],
    files_lost: bool,
    sign_in: Option<String>,
}

impl Repeat {
    /// Keeps the fields; files cannot be kept in a page.
    pub fn new(posted: Posted) -> Self {
        Self {
            fields: posted.fields,
            files_lost: !posted.files.is_empty(),
        }
    }

    /// The page: it says that nothing was done, leads to the sign-in where one is needed, and holds the fields.
    pub(crate) fn page(&self, cx: &Cx) -> Result<Response> {
        let needed = cx.signed().is_none();
        let title = if needed {
            cx.t.get("ripeti-accedi")
        } else {
            cx.t.get("ripeti-scaduto")
        };
        html_status(
            StatusCode::FORBIDDEN,
            &RepeatPage {
                page: cx.page(title),
                action: cx.links.to(&cx.path_and_query),
                fields: &self.fields,
                files_lost: self.files_lost,
                sign_in: needed.then(|| cx.links.to(&cx.sign_in_path("/accesso/fatto"))),
            },
        )
    }
}

/// The checked form on its way to the handler.
#[derive(Clone)]
pub(crate) struct Slot(Arc<Mutex<Option<Posted>>>);

impl Slot {
    pub(crate) fn new(posted: Posted) -> Self {
        Self(Arc::new(Mutex::new(Some(posted))))
    }
}

impl<S: Sync> FromRequestParts<S> for Posted {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let slot = parts
            .extensions
            .get::<Slot>()
            .ok_or(Error::BadRequest("no form on a safe method"))?;
        let mut inside = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.take().ok_or(Error::BadRequest("the form was read twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let links = Links::new("http://127.0.0.1:8080", "/calvenzano");
        let same = "http://127.0.0.1:8080";
        for (given, expected) in [
            (&[("origin", same)][..], Some(Provenance::SameOrigin)),
            (&[("sec-fetch-site", "same-origin")], Some(Provenance::SameOrigin)),
            (&[("sec-fetch-site", "none")], Some(Provenance::Unknown)),
            (&[], Some(Provenance::Unknown)),
            (&[("origin", "null")], None),
            (&[("origin", "http://localhost:8080")], None),
            (&[("sec-fetch-site", "same-site")], None),
            (&[("sec-fetch-site", "cross-site"), ("origin", same)], None),
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
                None,
            ),
        ] {
            assert_eq!(provenance(&headers(given), &links).ok(), expected, "{given:?}");
        }
    }

    fn form(kind: &str, body: impl Into<Body>) -> Request {
        Request::builder()
            .method("POST")
            .header(header::CONTENT_TYPE, kind)
            .body(body.into())
            .unwrap()
    }

    #[tokio::test]
    async fn both_kinds_of_form_are_read() {
        let posted = read(
            form(
                "application/x-www-form-urlencoded",
                "nome=Zo%C3%AB+R.&_csrf=x&scelta=a&scelta=b",
            ),
            1000,
        )
        .await
        .unwrap();
        assert_eq!(posted.text("nome"), "Zoë R.");
        assert_eq!(posted.fields.iter().filter(|(name, _)| name == "scelta").count(), 2);
        assert_eq!((posted.token.as_deref(), posted.get(CSRF_FIELD)), (Some("x"), None));

        let body = "--b\r\nContent-Disposition: form-data; name=\"nome\"\r\n\r\nSofia\r\n--b\r\nContent-Disposition: form-data; \
                    name=\"isee\"; filename=\"isee.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-\r\n--b\r\nContent-Disposition: \
                    form-data; name=\"altro\"; filename=\"\"\r\n\r\n\r\n--b--\r\n";
        let posted = read(form("multipart/form-data; boundary=b", body), 1000).await.unwrap();
        assert_eq!(posted.text("nome"), "Sofia");
        assert_eq!(posted.files.len(), 1);
        assert_eq!(
            (posted.files[0].field.as_str(), posted.files[0].content.as_slice()),
            ("isee", &b"%PDF-"[..])
        );
    }

    #[tokio::test]
    async fn forms_beyond_their_limits_are_refused() {
        let long = "a".repeat(1001);
        assert!(matches!(
            read(form("application/x-www-form-urlencoded", long), 1000).await,
            Err(Error::TooLarge)
        ));
        let many = "a=1&".repeat(FIELDS_MAX + 1);
        assert!(matches!(
            read(form("application/x-www-form-urlencoded", many), 100_000).await,
            Err(Error::BadRequest(_))
        ));
        assert!(matches!(
            read(form("application/json", "{}"), 1000).await,
            Err(Error::BadRequest(_))
        ));
    }
}
