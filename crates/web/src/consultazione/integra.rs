//! Answering what the office asks to complete.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    integrazione::{self, Integrazione, MAX_ANSWER},
    pratica::{self, PraticaPage},
};
use sportello_domain::id::PraticaId;

use crate::{
    consultazione::{LIST, detail::below},
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
};

#[derive(Template)]
#[template(path = "consultazione/integra.html")]
struct Answering<'a> {
    page: Page,
    asked: &'a Integrazione,
    lead: String,
    action: String,
    back: String,
    /// What had been typed.
    typed: String,
    problem: Option<String>,
}

/// Shows what is asked, with room for an answer.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let shown = pratica::page(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    match waiting(&shown) {
        Some(asked) => html(&page(&cx.page(""), &shown, asked, String::new(), None)),
        None => Ok(cx.see_other(&format!("{LIST}/{}", shown.row.id))),
    }
}

/// Gives the answer to the office.
pub async fn give(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let typed = posted.text("risposta").replace("\r\n", "\n").trim().to_owned();
    match integrazione::give(&cx.portal, &cx.ctx, pratica, &typed).await {
        // Where nothing waits any more the page of the pratica says what happened.
        Ok(()) | Err(App::NotAllowedNow) => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Err(App::Unacceptable(_)) => again(&cx, pratica, typed).await,
        Err(error) => Err(Error::App(error)),
    }
}

async fn again(cx: &Cx, pratica: PraticaId, typed: String) -> Result<Response> {
    let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
    let Some(asked) = waiting(&shown) else { return Ok(cx.see_other(&format!("{LIST}/{pratica}"))) };
    let long = typed.chars().count() > MAX_ANSWER;
    let problem = cx.t.get(if long { "integra-lunga" } else { "integra-manca" });
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page(&cx.page(""), &shown, asked, typed, Some(problem)))
}

/// What is asked, where an answer is awaited from this person.
fn waiting(shown: &PraticaPage) -> Option<&Integrazione> {
    shown.integrazione.as_ref().filter(|_| shown.can_integrate)
}

fn page<'a>(
    base: &Page,
    shown: &PraticaPage,
    asked: &'a Integrazione,
    typed: String,
    problem: Option<String>,
) -> Answering<'a> {
    let (t, row) = (base.t, &shown.row);
    let back = format!("{LIST}/{}", row.id);
    Answering {
        page: below(base, t.get("integra-titolo"))
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), back.clone())
            .failed_if(problem.is_some()),
        asked,
        lead: t.get1("integra-entro", "data", t.date(asked.answer_by)),
        action: format!("{back}/integra"),
        back,
        typed,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::pratica::PraticaStatus;

    use super::*;
    use crate::{compila::sample::see, consultazione::detail::example};

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        let shown = example(PraticaStatus::IntegrationRequested);
        let asked = waiting(&shown).unwrap();
        see("consultazione-integra", |base| page(&base, &shown, asked, String::new(), None));
        see("consultazione-integra-manca", |base| {
            let problem = base.t.get("integra-manca");
            page(&base, &shown, asked, "Riga <1>\nRiga 2".into(), Some(problem))
        });
        assert!(waiting(&example(PraticaStatus::InReview)).is_none());
    }
}
