//! The frame of every page of an ente: title, menu, breadcrumb, person, what header and footer say.

use std::sync::Arc;

use axum::response::Response;
use sportello_app::{Actor, session::Audience};
use sportello_domain::{
    delega::DelegaScope,
    ente::{Ente, international},
    lingua::Lingua,
};

use crate::{
    accessi, area,
    cx::{Cx, see_other},
    links::Links,
    scuola,
    text::Text,
    theme,
    ufficio::{menu, per_conto},
};

/// Entries of the main menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Servizi.
    Servizi,
    /// Pratiche.
    Pratiche,
    /// Servizi scolastici.
    ServiziScolastici,
    /// Sezione informativa.
    SezioneInformativa,
    /// Area personale.
    AreaPersonale,
}

/// A step of the breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What people read.
    pub label: String,
    /// Path, relative to the root of the ente.
    pub path: String,
}

/// An entry of the main menu, ready to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// What people read.
    pub label: String,
    /// Address.
    pub href: String,
    /// Whether the page stands under it.
    pub current: bool,
}

/// The frame of a page; templates that extend `layout.html` hold it as `page`.
#[derive(Clone, Debug)]
pub struct Page {
    /// Words.
    pub t: Text,
    /// Addresses.
    pub links: Links,
    /// The ente.
    pub ente: Arc<Ente>,
    /// The page's own name: end of the breadcrumb.
    pub title: String,
    /// What follows the name in the `title` element, before the ente (name of the service or modello).
    pub service: Option<String>,
    /// Whether the title begins with "Errore:".
    pub failed: bool,
    /// Menu entry that the page stands under.
    pub menu: Option<Menu>,
    /// Steps of the breadcrumb after Home, without the page itself. `None` hides the breadcrumb.
    pub crumbs: Option<Vec<Crumb>>,
    /// Name of the person who is signed in.
    pub person: Option<String>,
    /// Token for every form of the page that posts; empty when nobody is signed in.
    pub csrf: String,
    /// Path and query of the page, relative to the root of the ente.
    pub path_and_query: Arc<str>,
    /// Which door the page belongs to.
    pub audience: Audience,
    /// Whether the page loads the script.
    pub script: bool,
    /// The areas of the office that the person sees.
    pub areas: Vec<MenuEntry>,
    /// In whose name the person looks, when it is not their own.
    pub behalf: Option<Behalf>,
    /// Whether the page only shows how it would look: nothing is sent.
    pub preview: bool,
}

/// In whose name somebody looks, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behalf {
    /// Given and family name of the applicant.
    pub name: String,
    /// What may be done.
    pub scope: DelegaScope,
    /// Path of the session at the desk, for a member of staff.
    pub desk: Option<String>,
}

impl Page {
    pub(crate) fn new(cx: &Cx, title: String) -> Self {
        let bare = Self::bare(cx.t, cx.links.clone(), cx.ctx.ente.clone(), cx.path_and_query.clone());
        Self {
            title,
            person: cx.signed().map(sportello_app::Signed::name),
            csrf: cx.signed().map(|signed| signed.csrf.clone()).unwrap_or_default(),
            audience: cx.audience(),
            areas: match &cx.ctx.actor {
                Actor::Operatore(_, roles) => menu::entries(cx.t, &cx.links, roles, &cx.path),
                Actor::Nobody | Actor::Cittadino(_) => Vec::new(),
            },
            behalf: cx.ctx.on_behalf.as_ref().map(|on| Behalf {
                name: on.name.clone(),
                scope: on.scope,
                desk: cx.ctx.desk().map(per_conto::path),
            }),
            ..bare
        }
    }

    /// The frame of a page for citizens of whom nobody is signed in.
    pub(crate) fn bare(t: Text, links: Links, ente: Arc<Ente>, path_and_query: Arc<str>) -> Self {
        Self {
            t,
            links,
            ente,
            title: String::new(),
            service: None,
            failed: false,
            menu: None,
            crumbs: Some(Vec::new()),
            person: None,
            csrf: String::new(),
            path_and_query,
            audience: Audience::Cittadino,
            script: false,
            areas: Vec::new(),
            behalf: None,
            preview: false,
        }
    }

    /// Whether the person may pay what the page shows.
    pub fn may_pay(&self) -> bool {
        self.behalf.as_ref().is_none_or(|behalf| behalf.scope.allows(DelegaScope::Pay))
    }

    /// Whether the person may act in whose name the page is.
    pub fn acts(&self) -> bool {
        self.behalf.as_ref().is_none_or(|behalf| behalf.scope.allows(DelegaScope::Act))
    }

    /// What the person may do in the name of another, in words.
    pub fn behalf_words(&self, behalf: &Behalf) -> String {
        match behalf.scope {
            DelegaScope::View => self.t.get("delega-puoi-vedere"),
            DelegaScope::Pay => self.t.get("delega-puoi-pagare"),
            DelegaScope::Act => self.t.get("delega-puoi-agire"),
        }
    }

    /// Address of a page in the person's own name.
    pub fn own(&self, path: &str) -> String {
        self.links.own().to(path)
    }

    /// Under which entry of the main menu the page stands.
    #[must_use]
    pub fn menu(mut self, menu: Menu) -> Self {
        self.menu = Some(menu);
        self
    }

    /// One more step of the breadcrumb.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.get_or_insert_default().push(Crumb { label: label.into(), path: path.into() });
        self
    }

    /// A page without breadcrumb (the home page).
    #[must_use]
    pub fn no_crumbs(mut self) -> Self {
        self.crumbs = None;
        self
    }

    /// Name of the service or modello, for the `title` element.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// The page shows errors: its title begins with "Errore:".
    #[must_use]
    pub fn failed(self) -> Self {
        self.failed_if(true)
    }

    /// The page shows errors if `failed`.
    #[must_use]
    pub fn failed_if(mut self, failed: bool) -> Self {
        self.failed = failed;
        self
    }

    /// The page loads the script.
    #[must_use]
    pub fn script(mut self) -> Self {
        self.script = true;
        self
    }

    /// Text of the `title` element: "[Errore: ]page - service - Comune di X".
    pub fn full_title(&self) -> String {
        let mut parts = vec![self.title.as_str()];
        parts.extend(self.service.as_deref());
        parts.push(&self.ente.settings.name);
        let joined = parts.join(" - ");
        if self.failed { self.t.get1("base-errore-titolo", "titolo", joined) } else { joined }
    }

    /// Address of a page of this ente.
    pub fn to(&self, path: &str) -> String {
        self.links.to(path)
    }

    /// Answers 303 to a path of this ente.
    pub(crate) fn see_other(&self, path: &str) -> Response {
        see_other(&self.links, path)
    }

    /// Address of an asset by its logical name.
    pub fn asset(&self, name: &str) -> String {
        self.links.asset(name)
    }

    /// Address of the style sheet with this ente's colours.
    pub fn theme_href(&self) -> String {
        self.own(&theme::path(&self.ente.settings.theme))
    }

    /// The entries of the main menu. An area without pages yet is absent.
    pub fn menu_entries(&self) -> Vec<MenuEntry> {
        [
            (Menu::Servizi, "menu-servizi", "/servizi"),
            (Menu::Pratiche, "menu-pratiche", "/pratiche"),
            (Menu::ServiziScolastici, "menu-servizi-scolastici", "/servizi-scolastici"),
            (Menu::SezioneInformativa, "menu-sezione-informativa", "/sezione-informativa"),
            (Menu::AreaPersonale, "menu-area-personale", area::AREA),
        ]
        .map(|(menu, key, path)| MenuEntry {
            label: self.t.get(key),
            href: self.links.to(path),
            current: self.menu == Some(menu),
        })
        .to_vec()
    }

    /// The other language: tag, name in itself, address of this page in it.
    pub fn other_language(&self) -> (&'static str, &'static str, String) {
        let (lingua, name) = match self.t.0 {
            Lingua::It => (Lingua::En, "English"),
            Lingua::En => (Lingua::It, "Italiano"),
        };
        let path = &self.path_and_query;
        let separator = if path.contains('?') { '&' } else { '?' };
        (lingua.tag(), name, self.links.to(&format!("{path}{separator}lingua={}", lingua.tag())))
    }

    /// Path of the sign-in page of this door.
    pub fn enter_path(&self) -> &'static str {
        match self.audience {
            Audience::Cittadino => "/accesso",
            Audience::Ufficio => "/ufficio/accesso",
            Audience::Scuola => "/scuola/accesso",
        }
    }

    /// Path that the form of "Esci" posts to.
    pub fn leave_path(&self) -> &'static str {
        match self.audience {
            Audience::Cittadino => "/esci",
            Audience::Ufficio => "/ufficio/esci",
            Audience::Scuola => "/scuola/esci",
        }
    }

    /// What staff call this door.
    pub fn door_name(&self) -> String {
        self.t.get(if self.school() { "scuola-nome" } else { "ufficio-nome" })
    }

    /// Path of the first page of this door.
    pub fn home_path(&self) -> &'static str {
        match self.audience {
            Audience::Cittadino => "/",
            Audience::Ufficio => "/ufficio",
            Audience::Scuola => scuola::PRESENZE,
        }
    }

    /// Path of the open sessions of this door.
    pub fn sessions_path(&self) -> &'static str {
        accessi::path(self.audience)
    }

    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        self.person.is_some()
    }

    /// Whether the page belongs to a device of a school.
    pub fn school(&self) -> bool {
        self.audience == Audience::Scuola
    }

    /// Whether the page belongs to staff.
    pub fn office(&self) -> bool {
        self.audience != Audience::Cittadino
    }
}

/// `tel:` address of a telephone number as people read it.
pub fn tel(phone: &str) -> String {
    format!("tel:{}", international(phone).unwrap_or_default())
}
