//! "Servizi online": the home page of an ente.

use axum::response::Response;
use sportello_app::{
    Actor,
    bozza::{self, BozzaRow},
    modello::{self, ModelloRow, Window},
};

use sportello_domain::delega::DelegaScope;

use crate::{
    cx::{Cx, html},
    error::Result,
    page::Page,
    pratiche::is_enrolment,
};

/// Drafts shown on the home page; the others stand in their list.
const DRAFTS_SHOWN: usize = 3;

#[derive(askama::Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    open: Vec<ModelloRow>,
    drafts: Vec<BozzaRow>,
}

/// `/`
pub(crate) async fn home(cx: Cx) -> Result<Response> {
    let mut drafts = match cx.ctx.actor {
        // Drafts are for those who may act.
        Actor::Cittadino(_) if cx.ctx.titolare(DelegaScope::Act).is_ok() => bozza::list(&cx.portal, &cx.ctx).await?,
        Actor::Cittadino(_) | Actor::Nobody | Actor::Operatore(..) => Vec::new(),
    };
    drafts.truncate(DRAFTS_SHOWN);
    let open = modello::list(&cx.portal, &cx.ctx).await?;
    // The enrolment has its moment; what can be asked for all year long stands in the lists.
    let open = open.into_iter().filter(|row| is_enrolment(row) && matches!(row.window, Window::Open { .. })).collect();
    html(&HomePage { page: cx.page(cx.t.get("base-servizi-online")).no_crumbs(), open, drafts })
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    #[test]
    fn renders_in_every_language_signed_in_or_not() {
        for lingua in Lingua::ALL {
            for (person, open) in [(None, vec![sample::modello_row()]), (Some("Giulia Bianchi"), Vec::new())] {
                let page = sample::page(lingua, "Servizi online", person).no_crumbs();
                let drafts = if person.is_some() { vec![sample::bozza_row()] } else { Vec::new() };
                let html = HomePage { page, open, drafts }.render().unwrap();
                sample::check(&html);
                assert_eq!(html.contains("/prova/compila/"), person.is_some());
                assert_eq!(html.contains("name=\"_csrf\" value=\"token\""), person.is_some());
            }
        }
    }
}
