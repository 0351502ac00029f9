//! The children with their enrolments, and who else sees them.
//!
//! What the menu of a child is is never said here: a link leads to the pratica in which it is written.

use askama::Template;
use axum::response::Response;
use sportello_app::area::{self, Enrolment, Figlio, Viewer};
use sportello_domain::delega::DelegaScope;

use super::{FIGLI, Tab, framed, tabs};
use crate::{
    consultazione::LIST,
    cx::{Cx, html},
    error::Result,
    page::Page,
    text::Text,
};

#[derive(Template)]
#[template(path = "area/figli.html")]
struct ChildrenPage {
    page: Page,
    tabs: Vec<Tab>,
    children: Vec<View>,
    viewers: Vec<String>,
    /// Whether the person looks at their own: who else sees them is told to nobody else.
    own: bool,
    list: &'static str,
}

struct View {
    name: String,
    enrolments: Vec<EnrolmentView>,
}

struct EnrolmentView {
    what: String,
    school: String,
    days: String,
    active: bool,
    pratica: String,
    menu: Option<String>,
}

/// Shows them.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let (children, viewers) = area::children(&cx.portal, &cx.ctx).await?;
    html(&page(&cx.page(""), &children, &viewers))
}

fn page(base: &Page, children: &[Figlio], viewers: &[Viewer]) -> ChildrenPage {
    let t = base.t;
    let view = |child: &Figlio| View {
        name: child.name.clone(),
        enrolments: child.enrolments.iter().map(|one| enrolment(t, one)).collect(),
    };
    ChildrenPage {
        tabs: tabs(base, FIGLI),
        children: children.iter().map(view).collect(),
        viewers: viewers.iter().map(|one| viewer(t, one)).collect(),
        own: base.behalf.is_none(),
        list: LIST,
        page: framed(base, FIGLI),
    }
}

fn enrolment(t: Text, one: &Enrolment) -> EnrolmentView {
    let servizio = match one.servizio.as_str() {
        "mensa" => t.get("area-servizio-mensa"),
        other => other.to_owned(),
    };
    EnrolmentView {
        what: t.get2("area-servizio-anno", "servizio", servizio, "anno", one.anno_scolastico.to_string()),
        school: t.get2("area-scuola-classe", "scuola", one.scuola.0.as_str(), "classe", one.scuola.1.as_str()),
        days: t.get2("area-dal-al", "dal", t.date(one.days.0), "al", t.date(one.days.1)),
        active: one.active,
        pratica: format!("{LIST}/{}", one.pratica),
        menu: one.menu.map(|menu| format!("{LIST}/{menu}")),
    }
}

fn viewer(t: Text, one: &Viewer) -> String {
    let (name, until) = (one.name.as_str(), t.date(one.until));
    match one.scope {
        DelegaScope::View => t.get2("area-vede", "nome", name, "data", until),
        DelegaScope::Pay => t.get2("area-vede-paga", "nome", name, "data", until),
        DelegaScope::Act => t.get2("area-vede-agisce", "nome", name, "data", until),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{anno_scolastico::AnnoScolastico, lingua::Lingua};

    use super::*;
    use crate::compila::sample::{base, day, see, uuid};

    fn child() -> Figlio {
        let one = |active, menu: Option<u32>| Enrolment {
            servizio: "mensa".into(),
            anno_scolastico: AnnoScolastico::beginning_in(2026),
            scuola: ("Scuola <primaria>".into(), "3ª A".into()),
            days: (day(), day()),
            active,
            pratica: uuid(50),
            menu: menu.map(uuid),
        };
        Figlio { id: uuid(1), name: "Sofia <Ferrari>".into(), enrolments: vec![one(true, Some(51)), one(false, None)] }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let viewer = |scope| Viewer { name: "Paolo Ferrari".into(), scope, until: day() };
        let viewers = [DelegaScope::View, DelegaScope::Pay, DelegaScope::Act].map(viewer);
        see("area-figli", |base| page(&base, &[child()], &viewers));
        see("area-figli-vuota", |base| page(&base, &[], &[]));
    }

    #[test]
    fn it_leads_to_the_menu_and_says_nothing_of_it() {
        let html = page(&base(Lingua::It), &[child()], &[]).render().unwrap().to_lowercase();
        assert!(html.contains("menu secondo la domanda") && html.contains("nessun altro"));
        for word in ["dieta", "celiac", "religio", "sanitaria"] {
            assert!(!html.contains(word), "{word}");
        }
    }
}
