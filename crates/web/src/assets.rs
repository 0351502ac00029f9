//! Style sheets, fonts, icons and the script: embedded, named by content, served compressed.
//!
//! `cargo xtask assets` makes them; nothing here changes while the program runs.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../dist/web"]
struct Embedded;

/// Logical name -> name with content hash.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let file = Embedded::get("manifest.json").expect("the build script has seen the manifest");
    serde_json::from_slice(&file.data).expect("the manifest is made by the assets command")
});

/// Address of an asset by its logical name. An unknown one leads to an address that answers 404.
pub fn href(name: &str) -> String {
    match MANIFEST.get(name) {
        Some(hashed) => format!("/assets/{hashed}"),
        None => format!("/assets/{name}"),
    }
}

/// Answers one asset, for good: its name changes when its content does.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if !MANIFEST.values().any(|hashed| *hashed == name) {
        return StatusCode::NOT_FOUND.into_response();
    }
    answer(&name, &headers, "public, max-age=31536000, immutable")
}

/// Answers the picture that browsers ask for by themselves.
pub async fn favicon(headers: HeaderMap) -> Response {
    match MANIFEST.get("stemma.svg") {
        Some(name) => answer(name, &headers, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let (data, encoding) = match stored(name, headers) {
        Some(found) => found,
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    let body = match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest stored form that the browser takes.
fn stored(name: &str, headers: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        let wanted = accepted.split(',').any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            pieces.next() == Some(encoding) && !pieces.any(|piece| piece == "q=0")
        });
        if let Some(file) = wanted.then(|| Embedded::get(&format!("{name}.{ending}"))).flatten() {
            return Some((file.data, Some(encoding)));
        }
    }
    Embedded::get(name).map(|file| (file.data, None))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_manifest_is_there_and_has_a_type() {
        for (name, hashed) in MANIFEST.iter() {
            assert!(Embedded::get(hashed).is_some(), "{name} -> {hashed}");
            assert_ne!(media_type(hashed), "application/octet-stream", "{hashed}");
        }
    }

    #[test]
    fn the_browser_chooses_the_encoding() {
        let name = &MANIFEST["app.css"];
        for (accepted, expected) in
            [("gzip, deflate, br", Some("br")), ("gzip", Some("gzip")), ("br;q=0, gzip", Some("gzip")), ("", None)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(stored(name, &headers).unwrap().1, expected, "{accepted}");
        }
    }
}
