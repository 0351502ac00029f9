//! The door of schools: a session of 12 hours that is bound to its device and opens attendance, nothing else.

use axum::response::Response;
use sportello_domain::ruolo::Ruolo;

use crate::{
    accesso,
    cx::Cx,
    error::Result,
    routes::{Access, Route, get, post, post_files, signing},
    ufficio::presenze,
    uscita,
};

/// Path of attendance.
pub(crate) const PRESENZE: &str = "/scuola/presenze";
const ENTER: &str = "/scuola/accesso";
const LEAVE: &str = "/scuola/esci";
/// Whom this door is for.
const SCUOLA: Access = Access::Ufficio(&[Ruolo::OperatoreScuola]);

/// Whether somebody who is not signed in may ask for the path: it leads to the sign-in, or out.
pub(crate) fn is_door(path: &str) -> bool {
    path == LEAVE || path.starts_with(ENTER)
}

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get(ENTER, Access::Public, accesso::providers),
        signing("/scuola/accesso/avvia", accesso::start),
        signing("/scuola/accesso/cie", accesso::start_cie),
        get("/scuola/accesso/fatto", Access::Public, accesso::done),
        post(LEAVE, Access::Public, uscita::leave),
        get("/scuola", SCUOLA, home),
        get(PRESENZE, SCUOLA, presenze::show),
        post_files(PRESENZE, SCUOLA, presenze::import),
    ]
}

/// `/scuola`: there is one page.
async fn home(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(PRESENZE))
}
