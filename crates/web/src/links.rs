//! The one builder of addresses: every link of an ente goes through it.

use std::sync::Arc;

use sportello_app::{Ground, address::Addressing, delega::BEHALF, per_conto, session::Audience};
use sportello_domain::ente::Ente;

use crate::{assets, cx::audience_of, visit};

/// Addresses of one ente. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    origin: Arc<str>,
    base: Arc<str>,
    /// What stands before `base` when somebody looks in the name of another; else the same.
    own: Arc<str>,
    /// Whether `base` is that of a session at the desk or of a form that is tried out, which holds few pages.
    desk: bool,
    /// Where the payment door of this ente stands, at the root of the installation: `/pagopa/slug`.
    door: Arc<str>,
}

/// The payment door: it stands at the root of the installation, for all enti alike.
pub(crate) const PAYMENT_DOOR: &str = "/pagopa";

impl Links {
    /// The links of an ente as the portal is reached.
    pub fn of(addressing: &Addressing, ente: &Ente) -> Self {
        let (root, prefix) = (addressing.root(ente), addressing.prefix(ente));
        let origin = root.strip_suffix(prefix.as_str()).unwrap_or(&root);
        Self::new(origin, &prefix, &ente.slug)
    }

    /// Links under `origin` (no slash at the end) and `base` (empty, or `/slug`) of the ente `slug`.
    pub fn new(origin: &str, base: &str, slug: &str) -> Self {
        Self {
            origin: origin.into(),
            base: base.into(),
            own: base.into(),
            desk: false,
            door: format!("{PAYMENT_DOOR}/{slug}").into(),
        }
    }

    /// The same for somebody who acts in the name of another. Under a delega every page leads to pages in that name; at
    /// the desk those of drafts stay in the session, and all others are outside it.
    #[must_use]
    pub fn behalf(&self, ground: Ground) -> Self {
        let desk = matches!(ground, Ground::PerConto(_));
        Self { base: format!("{}{}", self.own, ground.path()).into(), desk, ..self.clone() }
    }

    /// The same for a form that is tried out below `path`: the pages of its draft stay there, all others are outside it.
    #[must_use]
    pub fn preview(&self, path: &str) -> Self {
        Self { base: format!("{}{path}", self.own).into(), desk: true, ..self.clone() }
    }

    /// The links in one's own name.
    #[must_use]
    pub fn own(&self) -> Self {
        Self { base: self.own.clone(), desk: false, ..self.clone() }
    }

    /// The links of a page outside any ente, which leads to assets alone.
    pub fn outside() -> Self {
        Self::new("", "", "")
    }

    /// Address of a page of this ente; `path` begins with a slash (`/pratiche`).
    pub fn to(&self, path: &str) -> String {
        debug_assert!(path.starts_with('/'), "paths of an ente begin with a slash: {path}");
        if let Some(inside) = inside_door(path) {
            return format!("{}{inside}", self.door);
        }
        let base = if self.desk && !is_at_desk(path) { &self.own } else { &self.base };
        if path == "/" && !base.is_empty() {
            return format!("{base}/");
        }
        format!("{base}{path}")
    }

    /// The same with scheme and host, for metadata, mails and structured data.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{}", self.origin, self.to(path))
    }

    /// Address of an asset by its logical name (`app.css`, `icone.svg`).
    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// Scheme, host and port under which browsers reach this ente.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// What follows the payment door in a path of an ente; `None` for every other path.
pub(crate) fn inside_door(path: &str) -> Option<&str> {
    path.strip_prefix(PAYMENT_DOOR).filter(|inside| inside.is_empty() || inside.starts_with(['/', '?']))
}

/// The delega under which a path of an ente is asked for, and the path inside it. Only pages of citizens have one.
pub(crate) fn inside_behalf(path_and_query: &str) -> Option<(Ground, String)> {
    let rest = path_and_query.strip_prefix(BEHALF)?.strip_prefix('/')?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (delega, inside) = rest.split_at(end);
    let inside = if inside.starts_with('/') { inside.to_owned() } else { format!("/{inside}") };
    let path = inside.split('?').next().unwrap_or_default();
    let citizen = audience_of(path) == Audience::Cittadino && visit::stays_here(path);
    Some((Ground::Delega(delega.parse().ok()?), inside)).filter(|_| citizen)
}

/// The session at the desk under which a path of an ente is asked for, and the path inside it. Only the pages of a
/// session have one.
pub(crate) fn inside_desk(path_and_query: &str) -> Option<(Ground, String)> {
    let rest = path_and_query.strip_prefix(per_conto::BEHALF)?.strip_prefix('/')?;
    let (session, inside) = rest.split_at(rest.find('/')?);
    let path = inside.split('?').next().unwrap_or_default();
    let stays = is_at_desk(path) && visit::stays_here(path);
    Some((Ground::PerConto(session.parse().ok()?), inside.to_owned())).filter(|_| stays)
}

/// Whether a path is one of a session at the desk: starting a draft, filling it in and sending it, its receipt.
fn is_at_desk(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.starts_with("/compila/")
        || path.starts_with("/modelli/") && path.ends_with("/avvia")
        || path.starts_with("/sezione-informativa/consultazione-pratiche/") && path.ends_with("/ricevuta")
}

/// `value` made safe for a query string: everything but unreserved characters is percent-encoded, slashes stay.
pub fn query_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Longest destination kept through a sign-in, in bytes.
const DESTINATION_MAX: usize = 500;

/// A destination asked for in a request, when it is a path of this ente and nothing else.
///
/// Refuses other hosts (`//host`, `/\host`), schemes, control characters and overlong paths.
pub fn local_path(asked: &str) -> Option<&str> {
    let clean = asked.starts_with('/')
        && asked.len() <= DESTINATION_MAX
        && !asked[1..].starts_with(['/', '\\'])
        && asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    clean.then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_an_ente_carries_its_prefix() {
        let links = Links::new("http://127.0.0.1:8080", "/calvenzano", "calvenzano");
        assert_eq!(links.to("/"), "/calvenzano/");
        assert_eq!(links.to("/pratiche"), "/calvenzano/pratiche");
        assert_eq!(links.absolute("/pratiche"), "http://127.0.0.1:8080/calvenzano/pratiche");
        let alone = Links::new("https://servizi.example", "", "calvenzano");
        assert_eq!(alone.to("/"), "/");
        assert_eq!(alone.absolute("/pratiche"), "https://servizi.example/pratiche");
        for links in [links, alone] {
            assert_eq!(links.to("/pagopa"), "/pagopa/calvenzano");
            assert_eq!(links.to("/pagopa/spontaneo?a=b"), "/pagopa/calvenzano/spontaneo?a=b");
            assert!(!links.to("/pagopa-altro").starts_with("/pagopa/"));
        }
    }

    #[test]
    fn a_path_in_the_name_of_another_keeps_the_delega_and_nothing_else() {
        let id = "0190f5fe-0000-7000-8000-000000000001";
        let ground = Ground::Delega(id.parse().unwrap());
        for (rest, inside) in [("", "/"), ("/", "/"), ("?a=b", "/?a=b"), ("/pratiche?a=/b", "/pratiche?a=/b")] {
            assert_eq!(inside_behalf(&format!("/per/{id}{rest}")), Some((ground, inside.to_owned())), "{rest}");
        }
        for other in ["//evil.example", "/ufficio", "/ufficio/pratiche", "/\\evil.example"] {
            assert_eq!(inside_behalf(&format!("/per/{id}{other}")), None, "{other}");
        }
        for other in ["/per", "/per/", "/per/1/pratiche", "/persona", "/pratiche"] {
            assert_eq!(inside_behalf(other), None, "{other}");
        }
        let links = Links::new("http://x", "/prova", "prova");
        let behalf = links.behalf(ground);
        assert_eq!(behalf.to("/pratiche"), format!("/prova/per/{id}/pratiche"));
        assert_eq!((behalf.behalf(ground), behalf.own()), (behalf.clone(), links));
    }

    #[test]
    fn a_session_at_the_desk_holds_the_pages_of_drafts_and_no_other() {
        let id = "0190f5fe-0000-7000-8000-000000000001";
        let ground = Ground::PerConto(id.parse().unwrap());
        let receipt = "/sezione-informativa/consultazione-pratiche/1/ricevuta";
        let links = Links::new("http://x", "/prova", "prova");
        let desk = links.behalf(ground);
        for inside in ["/compila/1", "/compila/1/riepilogo?a=b", "/modelli/iscrizione-mensa/avvia", receipt] {
            assert_eq!(inside_desk(&format!("/ufficio/per/{id}{inside}")), Some((ground, inside.to_owned())));
            assert_eq!(desk.to(inside), format!("/prova/ufficio/per/{id}{inside}"));
        }
        for other in ["", "/", "/pratiche", "/pratiche/bozze", "/deleghe", "/ufficio/pratiche", "/modelli/x"] {
            assert_eq!(inside_desk(&format!("/ufficio/per/{id}{other}")), None, "{other}");
        }
        assert_eq!((desk.to("/"), desk.to("/servizi")), ("/prova/".to_owned(), "/prova/servizi".to_owned()));
        for other in ["/ufficio/per-conto", "/ufficio/per/1/compila/1", "/per/1/compila/1"] {
            assert_eq!(inside_desk(other), None, "{other}");
        }
        assert_eq!(desk.own(), links);
    }

    #[test]
    fn only_local_destinations_pass() {
        for good in ["/", "/modelli/iscrizione-mensa/avvia", "/compila/1?torna=riepilogo"] {
            assert_eq!(local_path(good), Some(good));
        }
        let long = format!("/{}", "a".repeat(DESTINATION_MAX));
        for bad in ["", "pratiche", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b", &long]
        {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(query_value("/a?b=c&d=è"), "/a%3Fb%3Dc%26d%3D%C3%A8");
    }
}
