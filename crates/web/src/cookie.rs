//! The cookies of the portal. All belong to the host alone, travel only over secure channels, and scripts see none.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use sportello_app::session::Audience;
use sportello_domain::lingua::Lingua;

/// Session of a citizen.
pub const CITTADINO: &str = "__Host-sportello";
/// Session of the office.
pub const UFFICIO: &str = "__Host-ufficio";
/// Session of a school.
pub const SCUOLA: &str = "__Host-scuola";
/// Binds a session of a school to its device.
pub const DISPOSITIVO: &str = "__Host-dispositivo";
/// Binds the answer of a provider of identities to the browser that asked. It must come with a cross-site POST.
pub const PRELOGIN: &str = "__Host-accesso";
/// Chosen language.
pub const LINGUA: &str = "lingua";

/// How long a sign-in may take, in seconds.
const PRELOGIN_MAX_AGE_S: u32 = 15 * 60;
/// How long a session of a school lasts, in seconds.
const SCUOLA_MAX_AGE_S: u32 = 12 * 60 * 60;
/// How long a chosen language is kept, in seconds.
const LINGUA_MAX_AGE_S: u32 = 365 * 24 * 60 * 60;

/// Name of the session cookie of a door.
pub const fn session_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Cittadino => CITTADINO,
        Audience::Ufficio => UFFICIO,
        Audience::Scuola => SCUOLA,
    }
}

/// Value of a cookie of the request.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// Sets the session cookie; it ends with the browser, and the server ends it sooner. That of a school outlives the browser.
pub fn session(audience: Audience, token: &str) -> HeaderValue {
    let max_age_s = match audience {
        Audience::Cittadino | Audience::Ufficio => None,
        Audience::Scuola => Some(SCUOLA_MAX_AGE_S),
    };
    value(session_name(audience), token, SameSite::Lax, max_age_s)
}

/// Binds the session of a school to this device. It travels as the session does: without it a link from elsewhere would
/// meet a refusal.
pub fn device(secret: &str) -> HeaderValue {
    value(DISPOSITIVO, secret, SameSite::Lax, Some(SCUOLA_MAX_AGE_S))
}

/// Takes the secret of the device away.
pub fn end_device() -> HeaderValue {
    value(DISPOSITIVO, "", SameSite::Lax, Some(0))
}

/// Takes the session cookie away.
pub fn end_session(audience: Audience) -> HeaderValue {
    value(session_name(audience), "", SameSite::Lax, Some(0))
}

/// Sets the pre-login cookie.
pub fn prelogin(secret: &str) -> HeaderValue {
    value(PRELOGIN, secret, SameSite::None, Some(PRELOGIN_MAX_AGE_S))
}

/// Takes the pre-login cookie away.
pub fn end_prelogin() -> HeaderValue {
    value(PRELOGIN, "", SameSite::None, Some(0))
}

/// Keeps the chosen language.
pub fn lingua(lingua: Lingua) -> HeaderValue {
    value(LINGUA, lingua.tag(), SameSite::Lax, Some(LINGUA_MAX_AGE_S))
}

/// Adds a cookie to an answer.
pub fn set(headers: &mut HeaderMap, cookie: HeaderValue) {
    headers.append(header::SET_COOKIE, cookie);
}

fn value(name: &'static str, content: &str, same_site: SameSite, max_age_s: Option<u32>) -> HeaderValue {
    let cookie = Cookie::build((name, content)).path("/").secure(true).http_only(true).same_site(same_site).build();
    let text = match max_age_s {
        Some(seconds) => format!("{cookie}; Max-Age={seconds}"),
        None => cookie.to_string(),
    };
    HeaderValue::from_str(&text).expect("tokens are hexadecimal or base64url, and the rest is ours")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_carry_every_guard() {
        assert_eq!(session(Audience::Cittadino, "abc"), "__Host-sportello=abc; HttpOnly; SameSite=Lax; Secure; Path=/");
        assert_eq!(
            session(Audience::Scuola, "abc"),
            "__Host-scuola=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200"
        );
        assert_eq!(device("abc"), "__Host-dispositivo=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200");
        assert_eq!(i64::from(SCUOLA_MAX_AGE_S), Audience::Scuola.limits().longest.num_seconds());
        assert_eq!(prelogin("abc"), "__Host-accesso=abc; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=900");
        assert_eq!(
            end_session(Audience::Ufficio),
            "__Host-ufficio=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }
}
