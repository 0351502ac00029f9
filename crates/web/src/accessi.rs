//! The open sessions of a person, at each door: look at them, end one, end all.

use askama::Template;
use axum::response::Response;
use sportello_app::session::{self, Audience, OpenSession};
use sportello_domain::{
    id::SessionId,
    identita::{IdentityLevel, IdentityScheme},
    ruolo::Ruolo,
};

use crate::{
    cx::{Cx, html, id},
    error::Result,
    headers::no_store,
    page::Page,
    posted::Posted,
    routes::{Access, Route, get, post},
    text::Text,
    uscita::left,
};

/// Path of a citizen's sessions.
pub(crate) const CITTADINO: &str = "/area-personale/accessi";
/// Path of the sessions of a member of staff.
pub(crate) const UFFICIO: &str = "/ufficio/accessi";
/// Value of the button that ends them all.
const ALL: &str = "tutti";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let staff = Access::Ufficio(&Ruolo::ALL);
    vec![
        get(CITTADINO, Access::Cittadino, show),
        post(CITTADINO, Access::Cittadino, end),
        get(UFFICIO, staff, show),
        post(UFFICIO, staff, end),
    ]
}

/// Path of the sessions of a door.
pub(crate) const fn path(audience: Audience) -> &'static str {
    match audience {
        Audience::Cittadino => CITTADINO,
        // A device of a school opens attendance alone: the list is in the office.
        Audience::Ufficio | Audience::Scuola => UFFICIO,
    }
}

/// A session, ready to draw.
struct Row {
    id: SessionId,
    here: bool,
    browser: String,
    door: String,
    opened: String,
    last_used: String,
}

/// What both pages show.
struct Sessions {
    rows: Vec<Row>,
    /// Where its forms go.
    path: &'static str,
    /// How long a session lasts.
    limits: String,
    /// Whether one was just ended.
    done: bool,
}

#[derive(Template)]
#[template(path = "accesso/accessi.html")]
struct CittadinoPage {
    page: Page,
    shown: Sessions,
}

#[derive(Template)]
#[template(path = "ufficio/accessi.html")]
struct UfficioPage {
    page: Page,
    shown: Sessions,
}

/// The list.
async fn show(cx: Cx) -> Result<Response> {
    let open = session::open(&cx.portal, &cx.ctx).await?;
    let page = cx.page(cx.t.get("accessi-titolo"));
    let shown = sessions(cx.t, cx.audience(), &open, cx.query("chiuso").is_some());
    match cx.audience() {
        Audience::Cittadino => html(&CittadinoPage { page, shown }),
        Audience::Ufficio | Audience::Scuola => {
            html(&UfficioPage { page: page.service(cx.t.get("ufficio-nome")), shown })
        }
    }
    .map(no_store)
}

/// Ends one session, or all.
async fn end(cx: Cx, posted: Posted) -> Result<Response> {
    let audience = cx.audience();
    let chosen = posted.text("chiudi");
    if chosen == ALL {
        session::end_all(&cx.portal, &cx.ctx).await?;
        return Ok(left(&cx, cx.see_other(home(audience))));
    }
    let chosen: SessionId = id(chosen)?;
    session::end_one(&cx.portal, &cx.ctx, chosen).await?;
    let here = cx.signed().is_some_and(|signed| signed.session == chosen);
    Ok(if here {
        left(&cx, cx.see_other(home(audience)))
    } else {
        cx.see_other(&format!("{}?chiuso=si", path(audience)))
    })
}

/// Where somebody stands who has left.
pub(crate) const fn home(audience: Audience) -> &'static str {
    match audience {
        Audience::Cittadino => "/",
        Audience::Ufficio => "/ufficio/accesso",
        Audience::Scuola => "/scuola/accesso",
    }
}

fn sessions(t: Text, audience: Audience, open: &[OpenSession], done: bool) -> Sessions {
    let limits = audience.limits();
    Sessions {
        rows: open.iter().map(|open| row(t, open)).collect(),
        path: path(audience),
        limits: t.get2("accessi-durata", "minuti", limits.idle.num_minutes(), "ore", limits.longest.num_hours()),
        done,
    }
}

fn row(t: Text, open: &OpenSession) -> Row {
    let scheme = match open.scheme {
        IdentityScheme::Spid => "SPID",
        IdentityScheme::Cie => "CIE",
        IdentityScheme::Eidas => "eIDAS",
    };
    let level = match open.level {
        IdentityLevel::L1 => 1,
        IdentityLevel::L2 => 2,
        IdentityLevel::L3 => 3,
    };
    Row {
        id: open.id,
        here: open.here,
        browser: if open.browser.is_empty() { t.get("accessi-browser-ignoto") } else { open.browser.clone() },
        door: match open.audience {
            Audience::Cittadino | Audience::Ufficio => {
                t.get2("accessi-porta-livello", "porta", scheme, "livello", level)
            }
            Audience::Scuola => t.get1("accessi-porta-scuola", "porta", scheme),
        },
        opened: t.moment(open.created_at),
        last_used: t.moment(open.last_seen_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compila::sample::{instant, see, uuid};

    fn open(n: u32, browser: &str) -> OpenSession {
        OpenSession {
            id: uuid(n),
            here: n == 1,
            audience: if n == 3 { Audience::Scuola } else { Audience::Ufficio },
            scheme: IdentityScheme::Spid,
            level: IdentityLevel::L2,
            browser: browser.into(),
            created_at: instant(),
            last_seen_at: instant(),
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let list = [open(1, "Firefox, Windows"), open(2, "")];
        see("accessi", |base| CittadinoPage { shown: sessions(base.t, Audience::Cittadino, &list, true), page: base });
        see("ufficio-accessi", |base| UfficioPage {
            shown: sessions(base.t, Audience::Ufficio, &[open(1, "Chrome, Mac"), open(3, "Chrome, Android")], false),
            page: base,
        });
    }

    #[test]
    fn a_session_says_where_and_when_but_no_address() {
        let html = CittadinoPage {
            page: crate::sample::page(sportello_domain::lingua::Lingua::It, "I tuoi accessi", Some("Giulia")),
            shown: sessions(Text(sportello_domain::lingua::Lingua::It), Audience::Cittadino, &[open(1, "<b>")], false),
        };
        let html = html.render().unwrap();
        assert!(
            html.contains("&#60;b&#62;") && html.contains("SPID, livello 2") && html.contains("20 minuti"),
            "{html}"
        );
    }
}
