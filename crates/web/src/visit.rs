//! What an address and a request's headers say before any page is asked for: which ente, which language.

use axum::http::{HeaderMap, Uri, header};
use sportello_domain::lingua::Lingua;

use crate::cookie;

/// Splits `/slug/rest` into its slug and the rest, which keeps its slash; `None` for the root.
/// A bare `/slug` has an empty rest.
pub fn split_prefix(path: &str) -> Option<(&str, &str)> {
    let inside = path.strip_prefix('/').filter(|inside| !inside.is_empty())?;
    let end = inside.find('/').unwrap_or(inside.len());
    Some(inside.split_at(end))
}

/// Host that the request names, in lower case, with its port; none when it names several.
pub fn host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let named = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => {
            let mut hosts = headers.get_all(header::HOST).iter();
            let only = hosts.next().filter(|_| hosts.next().is_none());
            only?.to_str().ok()?
        }
    };
    Some(named.to_ascii_lowercase())
}

/// Whether a path of an ente leads nowhere else once it stands alone in a link or a redirect: `//host` and `/\\host`
/// name another site.
pub fn stays_here(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')
}

/// `host` without its port.
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The language of a visit: the cookie, else the browser, else Italian.
pub fn lingua(headers: &HeaderMap) -> Lingua {
    let chosen = cookie::read(headers, cookie::LINGUA).and_then(|tag| Lingua::from_tag(&tag));
    chosen.or_else(|| by_browser(headers)).unwrap_or_default()
}

/// The best of our languages in `Accept-Language`, by its weights; the first of equals.
fn by_browser(headers: &HeaderMap) -> Option<Lingua> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Lingua, f32)> = None;
    for part in header.split(',').take(20) {
        let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=").and_then(|number| number.parse().ok()).unwrap_or(0.0);
        let Some(lingua) = Lingua::from_tag(tag.trim()) else {
            continue;
        };
        if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
            best = Some((lingua, weight));
        }
    }
    best.map(|(lingua, _)| lingua)
}

/// A language asked for by a link (`?lingua=en`), and the path and query without it.
pub fn asked_lingua(path_and_query: &str) -> Option<(Lingua, String)> {
    let (path, query) = path_and_query.split_once('?')?;
    let tag = query.split('&').find_map(|pair| pair.strip_prefix("lingua="))?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lingua=")).collect();
    let back = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    Some((Lingua::from_tag(tag).unwrap_or_default(), back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_split() {
        assert_eq!(split_prefix("/"), None);
        assert_eq!(split_prefix("/calvenzano"), Some(("calvenzano", "")));
        assert_eq!(split_prefix("/calvenzano/"), Some(("calvenzano", "/")));
        assert_eq!(split_prefix("/calvenzano/pratiche/apertura"), Some(("calvenzano", "/pratiche/apertura")));
    }

    #[test]
    fn the_language_comes_from_the_cookie_then_the_browser_then_italian() {
        let with = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        for (headers, expected) in [
            (with(&[]), Lingua::It),
            (with(&[("accept-language", "en-GB,en;q=0.9,it;q=0.8")]), Lingua::En),
            (with(&[("accept-language", "de,fr;q=0.9")]), Lingua::It),
            (with(&[("accept-language", "de, it;q=0.5, en;q=0.4")]), Lingua::It),
            (with(&[("accept-language", "en;q=0, it")]), Lingua::It),
            (with(&[("accept-language", "en"), ("cookie", "a=b; lingua=it")]), Lingua::It),
        ] {
            assert_eq!(lingua(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_language_link_leads_back_without_itself() {
        assert_eq!(asked_lingua("/pratiche"), None);
        assert_eq!(asked_lingua("/pratiche?lingua=en"), Some((Lingua::En, "/pratiche".into())));
        assert_eq!(asked_lingua("/servizi?q=retta&lingua=it"), Some((Lingua::It, "/servizi?q=retta".into())));
    }

    #[test]
    fn ports_are_dropped() {
        assert_eq!(without_port("127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(without_port("servizi.example"), "servizi.example");
        assert_eq!(without_port("[::1]:8080"), "[::1]");
    }

    #[test]
    fn a_path_that_names_another_site_is_told_apart() {
        for good in ["/", "/pratiche", "/a//b", "/a/../b"] {
            assert!(stays_here(good), "{good}");
        }
        for bad in ["", "//evil.example", "//", "/\\evil.example", "/a\\b", "evil"] {
            assert!(!stays_here(bad), "{bad}");
        }
    }

    #[test]
    fn two_hosts_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "A.example:8080".parse().unwrap());
        assert_eq!(host(&Uri::from_static("/"), &headers).as_deref(), Some("a.example:8080"));
        headers.append(header::HOST, "b.example".parse().unwrap());
        assert_eq!(host(&Uri::from_static("/"), &headers), None);
    }
}
