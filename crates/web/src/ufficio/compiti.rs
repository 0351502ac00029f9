//! Tasks that accepted pratiche leave to the office.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::ufficio::{
    compiti::{self, Compiti},
    esportazione::EXPORTERS,
};

use crate::{
    cx::{Cx, html, id},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    ufficio::{framed, menu::COMPITI, outlook::task, pratica},
};

#[derive(Template)]
#[template(path = "ufficio/compiti.html")]
struct CompitiPage {
    page: Page,
    /// What was done.
    done: Option<String>,
    open: Vec<CompitoView>,
    can_do: bool,
    /// Path of this list as a table, for whoever may.
    take_out: Option<String>,
}

struct CompitoView {
    what: String,
    who: String,
    /// Words and path of the pratica.
    pratica: (String, String),
    since: String,
    /// Where the form goes that marks it as done, and what its button says, whole.
    action: String,
    label: String,
}

/// Shows what is to be done.
pub async fn show(cx: Cx) -> Result<Response> {
    let found = compiti::list(&cx.portal, &cx.ctx).await?;
    let done = (cx.query("fatto").as_deref() == Some("si")).then(|| cx.t.get("compiti-segnato"));
    let mut page = compiti_page(&cx.page(""), &found, done);
    page.take_out = page.take_out.filter(|_| cx.ctx.operatore(&EXPORTERS).is_ok());
    html(&page)
}

/// Leads from the address of a form to the list.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(COMPITI))
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = compiti::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Marks a task as done. One that somebody else marked just before is done too.
pub async fn done(cx: Cx, Path(compito): Path<String>) -> Result<Response> {
    let compito: uuid::Uuid = id(&compito)?;
    match compiti::done(&cx.portal, &cx.ctx, compito).await {
        Ok(()) | Err(sportello_app::Error::NotFound) => Ok(cx.see_other(&format!("{COMPITI}?fatto=si"))),
        Err(error) => Err(error.into()),
    }
}

fn compiti_page(base: &Page, found: &Compiti, done: Option<String>) -> CompitiPage {
    let t = base.t;
    let view = |one: &compiti::Compito| {
        let (what, number) = (task(t, one.kind), one.number.as_str());
        CompitoView {
            label: t.get2("compiti-fatto-di", "compito", what.as_str(), "numero", number),
            what,
            who: one.who().to_owned(),
            pratica: (t.get1("ufficio-pratica", "numero", number), pratica::path(one.pratica)),
            since: t.day(one.created_at),
            action: format!("{COMPITI}/{}/fatto", one.id),
        }
    };
    let page = framed(base, t.get("compiti-titolo"));
    let take_out = tabella::of(COMPITI, found.open.is_empty());
    CompitiPage { page, done, open: found.open.iter().map(view).collect(), can_do: found.can_do, take_out }
}

#[cfg(test)]
mod tests {
    use sportello_app::ufficio::compiti::CompitoKind;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    #[test]
    fn the_page_renders_in_every_language() {
        let one = |number, kind, alunno: &str| compiti::Compito {
            id: uuid(number),
            kind,
            pratica: uuid(50),
            number: "2026/184".into(),
            alunno: alunno.into(),
            richiedente: "Giulia Bianchi".into(),
            created_at: instant(),
        };
        let open = vec![
            one(1, CompitoKind::Certificazione, "Sofia Ferrari"),
            one(2, CompitoKind::Sospensione, ""),
            one(3, CompitoKind::Conguaglio, "Luca Ferrari"),
            one(4, CompitoKind::Posto, "Ugo Ferrari"),
        ];
        let found = Compiti { open, can_do: true };
        see("ufficio-compiti", |base| compiti_page(&base, &found, Some("Fatto".into())));
        let read_only = Compiti { can_do: false, ..found };
        let html = compiti_page(&crate::ufficio::sample::base(sportello_domain::lingua::Lingua::It), &read_only, None);
        assert!(!html.render().unwrap().contains("/fatto\""), "who only reads sees no button");
        let it = crate::ufficio::sample::base(sportello_domain::lingua::Lingua::It);
        assert_eq!(compiti_page(&it, &read_only, None).take_out.as_deref(), Some("/ufficio/compiti/elenco"));
        assert_eq!(
            compiti_page(&it, &Compiti { open: Vec::new(), ..read_only }, None).take_out,
            None,
            "nothing to take"
        );
        see("ufficio-compiti-vuota", |base| compiti_page(&base, &Compiti { open: Vec::new(), can_do: true }, None));
    }
}
