//! The one table of routes. A route is declared here with its access, or it does not exist:
//! the router is built from this table and from nothing else.

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodRouter, on},
};
use sportello_domain::ruolo::Ruolo;

use crate::{
    accessi, accesso, aiuto, area, compila, consultazione, dati, deleghe, flood::Rate, home, modelli, pagopa, pratiche,
    scolastici, scuola, servizi, theme, ufficio, uscita,
};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Public,
    /// A citizen who is signed in; what is theirs is decided by the use case.
    Cittadino,
    /// A member of staff with one of these roles.
    Ufficio(&'static [Ruolo]),
}

/// What an unsafe route takes, and from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A safe method: no body is read.
    None,
    /// A form of ours: origin and token are checked.
    Form {
        /// Largest body in bytes.
        max_bytes: usize,
    },
    /// A form that a provider of identities sends through the browser: bound by its own protocol, not by our token.
    FromProvider {
        /// Largest body in bytes.
        max_bytes: usize,
    },
}

/// One method of one path.
pub struct Route {
    /// Method; HEAD follows GET.
    pub method: Method,
    /// Path relative to the root of the ente, as the router reads it (`/compila/{id}`).
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What it takes.
    pub body: Body,
    /// What a request takes from the allowance of its client.
    pub rate: Rate,
    pub(crate) handler: MethodRouter,
}

/// Largest form without files, in bytes.
pub const FORM_MAX_BYTES: usize = 64 * 1024;
/// Largest form with files, in bytes.
pub const UPLOAD_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Largest page of a draft, in bytes: a file for each of several children. A file that is too large for its question
/// is told at the question, with everything else kept.
pub const PAGE_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Largest form with the texts of a modello, in bytes: three of the size that is taken, each byte written as three.
pub const TEXTS_MAX_BYTES: usize = 9 * sportello_app::autori::TEXT_MAX_BYTES + FORM_MAX_BYTES;
/// Largest answer of a provider of identities, in bytes.
const ANSWER_MAX_BYTES: usize = 256 * 1024;

/// A page.
pub(crate) fn get<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    route(Method::GET, path, access, Body::None, handler)
}

/// A form without files.
pub(crate) fn post<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    route(Method::POST, path, access, Body::Form { max_bytes: FORM_MAX_BYTES }, handler)
}

/// A page of a draft, or an answer to the office, with its files.
pub(crate) fn post_page<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    route(Method::POST, path, access, Body::Form { max_bytes: PAGE_MAX_BYTES }, handler)
}

/// A form with the texts of a modello.
pub(crate) fn post_texts<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    route(Method::POST, path, access, Body::Form { max_bytes: TEXTS_MAX_BYTES }, handler)
}

/// A form with files.
pub(crate) fn post_files<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    route(Method::POST, path, access, Body::Form { max_bytes: UPLOAD_MAX_BYTES }, handler)
}

fn route<H: Handler<T, ()>, T: 'static>(
    method: Method,
    path: &'static str,
    access: Access,
    body: Body,
    handler: H,
) -> Route {
    let filter = method.clone().try_into().expect("only methods that a form can use are declared");
    Route {
        method,
        path,
        access,
        body,
        rate: match body {
            Body::None => Rate::Free,
            Body::Form { .. } => Rate::Form,
            Body::FromProvider { .. } => Rate::SignIn,
        },
        handler: on(filter, handler),
    }
}

/// A form open to everybody whose answer could tell something to whoever tries many: each address gets few tries.
pub(crate) fn guess<H: Handler<T, ()>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { rate: Rate::Guess, ..post(path, Access::Public, handler) }
}

/// A document that is made anew for each request: counted like a form, by session or address.
pub(crate) fn document<H: Handler<T, ()>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { rate: Rate::Form, ..get(path, access, handler) }
}

/// A page that costs as much as a step of a sign-in: it signs.
pub(crate) fn signing<H: Handler<T, ()>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { rate: Rate::SignIn, ..get(path, Access::Public, handler) }
}

/// What a provider of identities sends through the browser.
fn from_provider<H: Handler<T, ()>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::POST, path, Access::Public, Body::FromProvider { max_bytes: ANSWER_MAX_BYTES }, handler)
}

/// Every route of an ente.
pub fn table() -> Vec<Route> {
    let mut routes = public();
    routes.extend(sign_in());
    routes.extend(accessi::routes());
    routes.extend(area::routes());
    routes.extend(scuola::routes());
    routes.extend(compila::routes());
    routes.extend(consultazione::routes());
    routes.extend(dati::routes());
    routes.extend(deleghe::routes());
    routes.extend(scolastici::routes());
    routes.extend(pagopa::routes());
    routes.extend(ufficio::routes());
    routes
}

/// Pages that anybody can read.
fn public() -> Vec<Route> {
    use Access::Public;
    vec![
        get("/", Public, home::home),
        get("/servizi", Public, servizi::list),
        get("/servizi/{categoria}", Public, servizi::category),
        get("/servizi/{categoria}/{servizio}", Public, servizi::card),
        get("/servizi-scolastici", Public, pratiche::servizi_scolastici),
        get("/pratiche", Public, pratiche::index),
        get("/pratiche/apertura", Public, pratiche::apertura),
        get("/pratiche/apertura/servizi-scolastici", Public, pratiche::area),
        get("/pratiche/apertura/servizi-scolastici/iscrizione", Public, modelli::list),
        get("/modelli/{code}", Public, modelli::page),
        get("/modelli/{code}/avvia", Access::Cittadino, modelli::start),
        get("/privacy", Public, aiuto::privacy),
        get("/note-legali", Public, aiuto::note_legali),
        get("/accessibilita", Public, aiuto::accessibilita),
        get("/piano-di-miglioramento", Public, aiuto::piano),
        get("/mappa-del-sito", Public, aiuto::mappa),
        get("/faq", Public, aiuto::faq),
        get("/assistenza", Public, aiuto::assistenza),
        get("/segnalazione-disservizio", Public, aiuto::segnalazione),
        get("/appuntamenti", Public, aiuto::appuntamenti),
        get("/stato", Public, aiuto::stato),
        get("/tema/{file}", Public, theme::serve),
    ]
}

/// The two doors.
fn sign_in() -> Vec<Route> {
    use Access::Public;
    vec![
        get("/accesso", Public, accesso::door),
        get("/accesso/spid", Public, accesso::providers),
        signing("/accesso/spid/avvia", accesso::start),
        signing("/accesso/cie", accesso::start_cie),
        signing("/accesso/eidas", accesso::start_eidas),
        get("/accesso/fatto", Public, accesso::done),
        get("/accesso/cos-e-spid", Public, accesso::what_is_spid),
        get("/accesso/richiedi-spid", Public, accesso::get_spid),
        get("/ufficio/accesso", Public, accesso::providers),
        signing("/ufficio/accesso/avvia", accesso::start),
        signing("/ufficio/accesso/cie", accesso::start_cie),
        get("/ufficio/accesso/fatto", Public, accesso::done),
        signing("/spid/metadata", accesso::metadata),
        from_provider("/spid/acs", accesso::answer),
        signing("/cie/metadata", accesso::cie_metadata),
        from_provider("/cie/acs", accesso::answer),
        post("/esci", Public, uscita::leave),
        post("/ufficio/esci", Public, uscita::leave),
        signing("/spid/slo", uscita::by_redirect),
        from_provider("/spid/slo", uscita::by_post),
        signing("/cie/slo", uscita::by_redirect),
        from_provider("/cie/slo", uscita::by_post),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_route_is_declared_twice_and_office_paths_ask_for_staff() {
        let mut seen = HashSet::new();
        for route in table() {
            assert!(seen.insert((route.method.clone(), route.path)), "{} {} twice", route.method, route.path);
            let staff = ["/ufficio", "/scuola"].into_iter().find_map(|door| route.path.strip_prefix(door));
            let staff = staff.filter(|rest| rest.is_empty() || rest.starts_with('/'));
            let door = ["/accesso", "/accesso/avvia", "/accesso/cie", "/accesso/fatto", "/esci"];
            if staff.is_some_and(|rest| !door.contains(&rest)) {
                assert!(matches!(route.access, Access::Ufficio(_)), "{} is open", route.path);
            } else {
                assert!(!matches!(route.access, Access::Ufficio(_)), "{} lies outside /ufficio", route.path);
            }
            assert_eq!(route.method.is_safe(), route.body == Body::None, "{} {}", route.method, route.path);
        }
    }
}
