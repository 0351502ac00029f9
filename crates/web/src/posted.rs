//! What a form sends: read once, within limits, with its token checked, before any handler sees it.
//!
//! Every unsafe route passes here (see `routes.rs`), so a handler cannot forget the checks.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    body::{Body, to_bytes},
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use sportello_app::bozza::UploadedFile;
use sportello_domain::identita::IdentityLevel;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    accesso::level_query,
    cx::{Cx, html_status},
    error::{Error, Result},
    links::Links,
    page::Page,
};

/// Where a sign-in in another tab ends.
const DONE: &str = "/accesso/fatto";
/// Name of the hidden field with the token of the session.
pub const CSRF_FIELD: &str = "_csrf";
/// Most fields of one form.
const FIELDS_MAX: usize = 400;
/// Most files of one form.
const FILES_MAX: usize = 20;
/// Longest name of a field, in bytes.
const NAME_MAX: usize = 200;
/// Largest file that is kept, in bytes: what a modello may ask for at most. A larger one is read over.
const FILE_MAX_BYTES: usize = 20 * 1024 * 1024;
/// Longest text of all fields of a form with files, in bytes.
const TEXT_MAX_BYTES: usize = 256 * 1024;
/// What files of all forms together may hold in memory, in parts of [`PART_BYTES`].
const MEMORY_PARTS: usize = 1024;
/// Size of a part, in bytes.
const PART_BYTES: usize = 64 * 1024;

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
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// First value of a field; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// First value of a field of several lines: plain ends of lines, no blanks around it.
    pub fn words(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n").trim().to_owned()
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

/// What becomes of the files of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// They go to the handler.
    Kept,
    /// They are read over; of each only its control and name remain.
    Dropped,
}

/// The memory that files of all forms share.
pub(crate) fn memory() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MEMORY_PARTS))
}

/// What one form has taken of it; given back when this goes.
pub(crate) struct Held {
    memory: Arc<Semaphore>,
    bytes: usize,
    parts: Option<OwnedSemaphorePermit>,
}

impl Held {
    pub(crate) fn new(memory: &Arc<Semaphore>) -> Self {
        Self { memory: memory.clone(), bytes: 0, parts: None }
    }

    /// Takes room for so many bytes more: as they come, so that whoever sends slowly holds little.
    fn take(&mut self, bytes: usize) -> Result<()> {
        self.bytes += bytes;
        let held = self.parts.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = u32::try_from(self.bytes.div_ceil(PART_BYTES) - held).map_err(|_| Error::TooLarge)?;
        if missing == 0 {
            return Ok(());
        }
        let more = self.memory.clone().try_acquire_many_owned(missing);
        let more = more.map_err(|_| Error::App(sportello_app::Error::Busy))?;
        match &mut self.parts {
            Some(parts) => parts.merge(more),
            None => self.parts = Some(more),
        }
        Ok(())
    }

    /// Gives back what a file held that is not kept after all.
    fn give_back(&mut self, bytes: usize) {
        self.bytes -= bytes;
        let needed = self.bytes.div_ceil(PART_BYTES);
        if let Some(parts) = &mut self.parts {
            drop(parts.split(parts.num_permits().saturating_sub(needed)));
        }
    }
}

/// Reads the body of a form.
///
/// # Errors
/// [`Error::TooLarge`] over `max_bytes`, [`Error::BadRequest`] for another media type or a form beyond its limits, busy
/// when the files of all forms together are too many.
pub(crate) async fn read(request: Request, max_bytes: usize, files: Files, held: &mut Held) -> Result<Posted> {
    // Whoever says that more comes than is read gets the answer at once.
    if declared_bytes(request.headers()).is_some_and(|declared| declared > max_bytes as u64) {
        return Err(Error::TooLarge);
    }
    let kind = media_type(request.headers());
    if kind == "multipart/form-data" {
        return read_multipart(request, max_bytes, files, held).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, max_bytes).await.map_err(|_| Error::TooLarge)?;
    match kind.as_str() {
        "application/x-www-form-urlencoded" => read_urlencoded(parts, bytes).await,
        _ if bytes.is_empty() => Ok(Posted::default()),
        _ => Err(Error::BadRequest("not a form")),
    }
}

fn declared_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
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

async fn read_multipart(mut request: Request, max_bytes: usize, files: Files, held: &mut Held) -> Result<Posted> {
    DefaultBodyLimit::max(max_bytes).apply(&mut request);
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| Error::BadRequest("the form is broken"))?;
    let (mut posted, mut text_bytes) = (Posted::default(), 0);
    while let Some(field) = multipart.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().ok_or(Error::BadRequest("a part has no name"))?.to_owned();
        match field.file_name().map(str::to_owned) {
            None => {
                let value = read_text(field, &mut text_bytes).await?;
                posted.push(name, value)?;
            }
            Some(file_name) => {
                let (content, bytes) = read_file(field, files, held).await?;
                if file_name.is_empty() && bytes == 0 {
                    continue;
                }
                if posted.files.len() >= FILES_MAX || name.len() > NAME_MAX {
                    return Err(Error::BadRequest("too many files"));
                }
                posted.files.push(UploadedFile { field: name, name: file_name, bytes: bytes as u64, content });
            }
        }
    }
    Ok(posted)
}

fn broken(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        Error::BadRequest("the form is broken")
    }
}

/// One text; `total` counts those of the whole form.
async fn read_text(mut field: Field<'_>, total: &mut usize) -> Result<String> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        *total += chunk.len();
        if *total > TEXT_MAX_BYTES {
            return Err(Error::TooLarge);
        }
        text.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// One file: what is kept of it, and how large it is.
async fn read_file(mut field: Field<'_>, files: Files, held: &mut Held) -> Result<(Vec<u8>, usize)> {
    let (mut content, mut bytes) = (Vec::new(), 0);
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes += chunk.len();
        if files == Files::Dropped || bytes > FILE_MAX_BYTES {
            held.give_back(content.len());
            content = Vec::new();
            continue;
        }
        held.take(chunk.len())?;
        content.extend_from_slice(&chunk);
    }
    Ok((content, bytes))
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
    /// The level of assurance that the sign-in lacked.
    level: Option<IdentityLevel>,
}

/// The page with the form to send again.
#[derive(askama::Template)]
#[template(path = "ripeti.html")]
struct RepeatPage<'a> {
    page: Page,
    action: String,
    fields: &'a [(String, String)],
    files_lost: bool,
    /// Where to sign in before, and why.
    sign_in: Option<SignIn>,
}

/// A sign-in in another tab.
struct SignIn {
    href: String,
    why: String,
}

impl Repeat {
    /// Keeps the fields; files cannot be kept in a page.
    pub fn new(posted: Posted) -> Self {
        Self { fields: posted.fields, files_lost: !posted.files.is_empty(), level: None }
    }

    /// The same for a service that asks for a level which the sign-in did not have.
    #[must_use]
    pub fn at_level(self, level: IdentityLevel) -> Self {
        Self { level: Some(level), ..self }
    }

    /// Keeps the fields of a form that a handler is about to take.
    pub(crate) fn of(slot: &Slot) -> Self {
        let inside = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = inside.as_ref().map(|form| (form.fields.clone(), !form.files.is_empty()));
        let (fields, files_lost) = kept.unwrap_or_default();
        Self { fields, files_lost, level: None }
    }

    /// The page: it says that nothing was done, leads to the sign-in where one is needed, and holds the fields.
    pub(crate) fn page(&self, cx: &Cx) -> Result<Response> {
        let sign_in = self.sign_in(cx);
        let title = match (self.level, &sign_in) {
            (Some(_), _) => "errore-livello",
            (None, Some(_)) => "ripeti-accedi",
            (None, None) => "ripeti-scaduto",
        };
        html_status(
            StatusCode::FORBIDDEN,
            &RepeatPage {
                page: cx.page(cx.t.get(title)),
                action: cx.links.to(&cx.path_and_query),
                fields: &self.fields,
                files_lost: self.files_lost,
                sign_in,
            },
        )
    }

    fn sign_in(&self, cx: &Cx) -> Option<SignIn> {
        let sign_in = |path: &str, why| SignIn { href: cx.links.own().to(path), why: cx.t.get(why) };
        match self.level {
            Some(level) => Some(sign_in(&format!("/accesso?{}", level_query(DONE, level)), "ripeti-passo-livello")),
            None if cx.signed().is_none() => Some(sign_in(&cx.sign_in_path(DONE), "ripeti-passo-accedi-come")),
            None => None,
        }
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
        let slot = parts.extensions.get::<Slot>().ok_or(Error::BadRequest("no form on a safe method"))?;
        let mut inside = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.take().ok_or(Error::BadRequest("the form was read twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let links = Links::new("http://127.0.0.1:8080", "/calvenzano", "calvenzano");
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
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], None),
        ] {
            assert_eq!(provenance(&headers(given), &links).ok(), expected, "{given:?}");
        }
    }

    fn form(kind: &str, body: impl Into<Body>) -> Request {
        Request::builder().method("POST").header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
    }

    async fn read(request: Request, max_bytes: usize) -> Result<Posted> {
        super::read(request, max_bytes, Files::Kept, &mut Held::new(&memory())).await
    }

    #[tokio::test]
    async fn both_kinds_of_form_are_read() {
        let posted =
            read(form("application/x-www-form-urlencoded", "nome=Zo%C3%AB+R.&_csrf=x&scelta=a&scelta=b"), 1000)
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
        assert_eq!((posted.files[0].field.as_str(), posted.files[0].content.as_slice()), ("isee", &b"%PDF-"[..]));
    }

    #[tokio::test]
    async fn forms_beyond_their_limits_are_refused() {
        let long = "a".repeat(1001);
        assert!(matches!(read(form("application/x-www-form-urlencoded", long), 1000).await, Err(Error::TooLarge)));
        let many = "a=1&".repeat(FIELDS_MAX + 1);
        assert!(matches!(
            read(form("application/x-www-form-urlencoded", many), 100_000).await,
            Err(Error::BadRequest(_))
        ));
        assert!(matches!(read(form("application/json", "{}"), 1000).await, Err(Error::BadRequest(_))));
    }

    fn upload(bytes: usize) -> Request {
        let file = "a".repeat(bytes);
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"nome\"\r\n\r\nSofia\r\n--b\r\nContent-Disposition: form-data; \
             name=\"isee\"; filename=\"isee.pdf\"\r\n\r\n{file}\r\n--b--\r\n"
        );
        form("multipart/form-data; boundary=b", body)
    }

    #[tokio::test]
    async fn files_of_all_forms_share_one_memory() {
        let memory = Arc::new(Semaphore::new(2));
        let (mut first, mut second) = (Held::new(&memory), Held::new(&memory));
        let posted = super::read(upload(PART_BYTES + 1), 1_000_000, Files::Kept, &mut first).await.unwrap();
        assert_eq!(posted.files[0].content.len(), PART_BYTES + 1);
        let refused = super::read(upload(10), 1_000_000, Files::Kept, &mut second).await;
        assert!(matches!(refused, Err(Error::App(sportello_app::Error::Busy))));
        drop(first);
        assert!(super::read(upload(10), 1_000_000, Files::Kept, &mut Held::new(&memory)).await.is_ok());
    }

    #[tokio::test]
    async fn a_file_beyond_every_limit_is_read_over_and_loses_no_words() {
        let memory = Arc::new(Semaphore::new(FILE_MAX_BYTES / PART_BYTES + 1));
        let mut held = Held::new(&memory);
        let posted = super::read(upload(FILE_MAX_BYTES + 1), 2 * FILE_MAX_BYTES, Files::Kept, &mut held).await.unwrap();
        assert_eq!(posted.text("nome"), "Sofia");
        assert_eq!((posted.files[0].bytes, posted.files[0].content.len()), (FILE_MAX_BYTES as u64 + 1, 0));
        assert_eq!(memory.available_permits(), FILE_MAX_BYTES / PART_BYTES + 1);
    }

    #[tokio::test]
    async fn what_says_that_it_is_ten_gigabytes_is_not_waited_for() {
        let never = futures::stream::pending::<std::io::Result<bytes::Bytes>>();
        let mut request = form("multipart/form-data; boundary=b", Body::from_stream(never));
        request.headers_mut().insert(header::CONTENT_LENGTH, "10737418240".parse().unwrap());
        assert!(matches!(read(request, 1_000_000).await, Err(Error::TooLarge)));
    }

    #[tokio::test]
    async fn a_file_that_is_not_wanted_takes_no_memory_and_loses_no_words() {
        let memory = Arc::new(Semaphore::new(0));
        let posted = super::read(upload(500_000), 1_000_000, Files::Dropped, &mut Held::new(&memory)).await.unwrap();
        assert_eq!(posted.text("nome"), "Sofia");
        assert!(posted.files[0].content.is_empty());
    }

    #[tokio::test]
    async fn a_form_with_files_has_its_limits_too() {
        assert!(matches!(read(upload(2000), 1000).await, Err(Error::TooLarge)));
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        let long = format!("{part}{}\r\n--b--\r\n", "a".repeat(TEXT_MAX_BYTES + 1));
        let many = format!("{}--b--\r\n", format!("{part}x\r\n").repeat(FIELDS_MAX + 1));
        let unfinished = format!("{part}x");
        let kind = "multipart/form-data; boundary=b";
        assert!(matches!(read(form(kind, long), 1_000_000).await, Err(Error::TooLarge)));
        for body in [many, unfinished, "x".to_owned()] {
            assert!(matches!(read(form(kind, body), 1_000_000).await, Err(Error::BadRequest(_))));
        }
        assert!(matches!(read(form("multipart/form-data", "x"), 1000).await, Err(Error::BadRequest(_))));
    }
}
