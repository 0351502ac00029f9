//! Public pages that have not changed are not sent again.
//!
//! A page is named by the hash of its content; the name is weak, since compression happens afterwards.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use sha2::{Digest, Sha256};

/// Largest page that is named, in bytes; a larger one is sent as it is.
const PAGE_MAX_BYTES: usize = 256 * 1024;

/// Names the page, and answers 304 without it when the browser holds the same one (`If-None-Match`).
pub(crate) async fn name(response: Response, held: Option<&HeaderValue>) -> Response {
    let (mut parts, body) = response.into_parts();
    let size = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if size.is_some_and(|size| size > PAGE_MAX_BYTES) {
        return Response::from_parts(parts, body);
    }
    let Ok(bytes) = to_bytes(body, PAGE_MAX_BYTES).await else {
        return crate::error::plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Errore. Riprova tra poco. / Try again shortly.",
        );
    };
    let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let same =
        held.and_then(|value| value.to_str().ok()).is_some_and(|held| held.split(',').any(|one| one.trim() == tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if !same {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}
