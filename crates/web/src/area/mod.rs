//! The personal area of a citizen: tabs that are links, each with a page of its own.
//!
//! Whose it is is decided by the use cases; nothing here looks anything up by itself.

mod documenti;
mod figli;
mod messaggi;
mod profilo;
mod scrivania;

use crate::{
    consultazione::list,
    page::{Menu, Page},
    routes::{Access::Cittadino, Route, get, post},
    text::Text,
};

/// Path of the first page.
pub(crate) const AREA: &str = "/area-personale";
/// Path of the person's pratiche.
pub(crate) const ATTIVITA: &str = "/area-personale/attivita";
/// Path of the conversations with the office.
const MESSAGGI: &str = "/area-personale/messaggi";
/// Path of what was issued.
const DOCUMENTI: &str = "/area-personale/documenti";
/// Path of the children.
const FIGLI: &str = "/area-personale/figli";

/// Path of what the person decides about themselves.
const PROFILO: &str = "/area-personale/profilo";
/// Path of the form for a code.
const CODICE: &str = "/area-personale/profilo/codice";

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get(AREA, Cittadino, scrivania::show),
        get(MESSAGGI, Cittadino, messaggi::show),
        get(ATTIVITA, Cittadino, list::activities),
        get(DOCUMENTI, Cittadino, documenti::show),
        get(FIGLI, Cittadino, figli::show),
        get(PROFILO, Cittadino, profilo::show),
        get("/area-personale/profilo/contatto", Cittadino, profilo::back),
        post("/area-personale/profilo/contatto", Cittadino, profilo::ask),
        get(CODICE, Cittadino, profilo::code),
        post(CODICE, Cittadino, profilo::confirm),
        get("/area-personale/profilo/avvisi", Cittadino, profilo::back),
        post("/area-personale/profilo/avvisi", Cittadino, profilo::channel),
    ]
}

/// A tab, ready to draw.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// What people read.
    pub(crate) words: String,
    /// Path of its page.
    pub(crate) path: &'static str,
    /// Whether it is the page that is shown.
    pub(crate) current: bool,
}

/// The tabs; `path` is the page that is shown.
pub(crate) fn tabs(page: &Page, path: &str) -> Vec<Tab> {
    let all = [AREA, MESSAGGI, ATTIVITA, DOCUMENTI, FIGLI, PROFILO];
    // What is only for those who may act, or for the person alone, has no tab for others.
    let seen = all.into_iter().filter(|tab| match *tab {
        MESSAGGI => page.acts(),
        PROFILO => page.behalf.is_none(),
        _ => true,
    });
    seen.map(|tab| Tab { words: name(page.t, tab), path: tab, current: tab == path }).collect()
}

fn name(t: Text, tab: &str) -> String {
    match tab {
        MESSAGGI => t.get("area-messaggi"),
        ATTIVITA => t.get("area-attivita"),
        DOCUMENTI => t.get("area-documenti"),
        FIGLI => t.get("area-figli"),
        PROFILO => t.get("area-profilo"),
        _ => t.get("area-scrivania"),
    }
}

/// Frame of the page of a tab.
pub(crate) fn framed(base: &Page, tab: &str) -> Page {
    let page = Page { title: name(base.t, tab), ..base.clone() }.menu(Menu::AreaPersonale);
    let page = page.service(base.t.get("menu-area-personale"));
    if tab == AREA { page } else { page.crumb(base.t.get("menu-area-personale"), AREA) }
}
