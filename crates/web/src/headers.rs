//! The headers that every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// Origins that the forms of one page may also lead to (the provider's, on the page that takes the browser there), with
/// spaces between.
#[derive(Clone, Debug)]
pub struct FormTarget(pub String);

/// A content policy of its own for one answer (a file that somebody else made).
#[derive(Clone, Debug)]
pub struct OwnPolicy(pub &'static str);

/// Nothing inside such an answer may run, load or be framed: for files that people gave us.
pub const SANDBOX: OwnPolicy =
    OwnPolicy("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'");

/// The same for one that stands in a frame of ours.
pub const FRAMED_SANDBOX: OwnPolicy =
    OwnPolicy("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'");

/// The same for a file whose viewer is a part of the browser and runs in no sandbox of ours.
pub const FRAMED: OwnPolicy = OwnPolicy("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'");

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// Adds the security headers to an answer. What a handler has set itself stays.
pub fn secure(mut response: Response, hsts: bool) -> Response {
    let policy = match response.extensions().get::<OwnPolicy>() {
        Some(own) => HeaderValue::from_static(own.0),
        None => policy(response.extensions().get::<FormTarget>()),
    };
    let headers = response.headers_mut();
    set(headers, header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        set(headers, name, HeaderValue::from_static(value));
    }
    if hsts {
        set(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    response
}

/// The answer is for this person now: no browser and no proxy keeps it.
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn policy(target: Option<&FormTarget>) -> HeaderValue {
    let more = target.map(|target| format!(" {}", target.0)).unwrap_or_default();
    let text = format!(
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'{more}; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("origins are taken apart and put together from parsed addresses")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_that_leaves_names_another_origin() {
        assert_eq!(
            policy(None),
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        let leaving = policy(Some(&FormTarget("http://localhost:8090".into())));
        assert!(leaving.to_str().unwrap().contains("form-action 'self' http://localhost:8090;"));
    }
}
