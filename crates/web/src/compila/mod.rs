//! Filling in: drafts, their pages, the summary, Invia and its confirmation.
//!
//! Decides nothing about answers: it reads a form, calls one use case and draws what came of it.

pub mod answers;
mod conflict;
pub mod draft;
pub mod draw;
pub mod filing;
pub mod frame;
pub mod page;
pub mod posto;
pub(crate) mod prova;
#[cfg(test)]
pub(crate) mod sample;
pub mod words;

use axum::response::Response;
use sportello_domain::id::BozzaId;

use crate::{
    cx::Cx,
    error::Result,
    routes::{Access::Cittadino, Route, get, post, post_page},
};

pub(crate) use crate::{
    cx::id,
    handing::{Handing, hand_out},
};

/// Name of the buttons of a draft. An identifier of a modello cannot begin so: its questions never take this name.
pub(crate) const BUTTON: &str = "_azione";

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get("/pratiche/bozze", Cittadino, draft::list),
        get("/compila/{id}", Cittadino, draft::tasks),
        get("/compila/{id}/sospesa", Cittadino, draft::suspended),
        get("/compila/{id}/elimina", Cittadino, draft::ask_discard),
        post("/compila/{id}/elimina", Cittadino, draft::discard),
        get("/compila/{id}/file/{file}", Cittadino, draft::file),
        get("/compila/{id}/riepilogo", Cittadino, filing::summary),
        post("/compila/{id}/riepilogo", Cittadino, filing::submit),
        get("/compila/{id}/inviata", Cittadino, filing::sent),
        get("/compila/{id}/posto", Cittadino, posto::show),
        post("/compila/{id}/posto", Cittadino, posto::book),
        get("/compila/{id}/{pagina}", Cittadino, page::show),
        post_page("/compila/{id}/{pagina}", Cittadino, page::save),
    ]
}

/// The answer of a use case about an open draft. One that was sent in the meantime leads to its confirmation.
pub(crate) enum Open<T> {
    /// Still open.
    Draft(T),
    /// Sent: go there.
    Sent(Response),
}

/// Tells an open draft from one that was sent.
pub(crate) fn open<T>(cx: &Cx, draft: BozzaId, found: sportello_app::Result<T>) -> Result<Open<T>> {
    match found {
        Ok(found) => Ok(Open::Draft(found)),
        Err(sportello_app::Error::NotAllowedNow) => Ok(Open::Sent(cx.see_other(&format!("/compila/{draft}/inviata")))),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sportello_domain::modello::RESERVED_PAGE_IDS;

    use super::*;

    #[test]
    fn no_page_of_a_modello_can_hide_behind_one_of_the_portal() {
        let below = routes().into_iter().filter_map(|route| route.path.strip_prefix("/compila/{id}/"));
        let fixed = below.filter_map(|path| path.split('/').next().filter(|word| !word.starts_with('{')));
        assert_eq!(fixed.collect::<BTreeSet<_>>(), BTreeSet::from(RESERVED_PAGE_IDS));
    }
}
