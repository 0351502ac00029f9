//! Taking a pratica in charge and deciding it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    ufficio::{self, Decision},
};
use sportello_domain::id::PraticaId;

use crate::{
    cx::{Cx, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    ufficio::{
        below,
        pratica::{self, Typed},
    },
};

/// Longest reason, in characters.
pub(super) const REASON_MAX: usize = 2000;

#[derive(Template)]
#[template(path = "ufficio/rifiuto.html")]
struct RefusedPage {
    page: Page,
    said: String,
    /// What had been typed, so that it is not lost.
    kept: String,
    back: String,
}

/// Why a form was not carried out though nothing in it was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Late {
    /// Somebody saved the pratica in the meantime.
    Changed,
    /// Its state does not allow this any more.
    NotNow,
}

/// Takes a pratica in charge.
pub async fn take(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let done = ufficio::take(&cx.portal, &cx.ctx, pratica, version(&posted)?).await;
    finish(&cx, pratica, done, "").await
}

/// Accepts or rejects a pratica.
pub async fn decide(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let decision = Decision { version: version(&posted)?, accept: accept(&posted)?, reason: reason(&posted) };
    let done = ufficio::decide(&cx.portal, &cx.ctx, pratica, &decision).await;
    finish(&cx, pratica, done, &decision.reason).await
}

pub(super) async fn finish(
    cx: &Cx,
    pratica: PraticaId,
    done: sportello_app::Result<()>,
    typed: &str,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(cx.see_other(&pratica::path(pratica))),
        Err(App::Unacceptable(_)) => again(cx, pratica, typed).await,
        Err(error) => late(cx, pratica, error, typed).await,
    }
}

/// Says why a form was not carried out though nothing in it was wrong; any other error stays one.
pub(super) async fn late(cx: &Cx, pratica: PraticaId, error: App, typed: &str) -> Result<Response> {
    match error {
        App::Stale => refused(cx, pratica, Late::Changed, typed).await,
        App::NotAllowedNow => refused(cx, pratica, Late::NotNow, typed).await,
        error => Err(error.into()),
    }
}

/// The pratica again, with what was typed and what is wrong with it.
async fn again(cx: &Cx, pratica: PraticaId, typed: &str) -> Result<Response> {
    let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
    let problem = if typed.chars().count() > REASON_MAX {
        cx.t.get("ufficio-motivo-lungo")
    } else {
        cx.t.get("ufficio-motivo-manca")
    };
    let typed = Typed { reason: typed.to_owned(), reason_problem: Some(problem), ..Typed::default() };
    pratica::draw(cx, &shown, typed)
}

async fn refused(cx: &Cx, pratica: PraticaId, late: Late, typed: &str) -> Result<Response> {
    let number = ufficio::page(&cx.portal, &cx.ctx, pratica).await?.row.number;
    html_status(StatusCode::CONFLICT, &refused_page(&cx.page(""), pratica, &number, late, typed))
}

fn refused_page(base: &Page, pratica: PraticaId, number: &str, late: Late, typed: &str) -> RefusedPage {
    let t = base.t;
    let (title, said) = match late {
        Late::Changed => (t.get("ufficio-cambiata-titolo"), t.get1("ufficio-cambiata-testo", "numero", number)),
        Late::NotNow => (t.get("ufficio-non-ora-titolo"), t.get1("ufficio-non-ora-testo", "numero", number)),
    };
    RefusedPage { page: below(base, title).failed(), said, kept: typed.to_owned(), back: pratica::path(pratica) }
}

pub(super) fn version(posted: &Posted) -> Result<i64> {
    posted.text("versione").parse().map_err(|_| Error::BadRequest("the form has no version"))
}

fn accept(posted: &Posted) -> Result<bool> {
    match posted.text("azione") {
        "accogli" => Ok(true),
        "respingi" => Ok(false),
        _ => Err(Error::BadRequest("an unknown button")),
    }
}

/// The reason with plain line ends, without blanks around it.
pub(super) fn reason(posted: &Posted) -> String {
    posted.text("motivo").replace("\r\n", "\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::uuid,
        ufficio::sample::{base, see},
    };
    use sportello_domain::lingua::Lingua;

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        for late in [Late::Changed, Late::NotNow] {
            see(&format!("ufficio-rifiuto-{late:?}"), |base| {
                refused_page(&base, uuid(50), "2026/184", late, "Riga 1\nRiga 2")
            });
        }
        let page = refused_page(&base(Lingua::It), uuid(50), "2026/184", Late::Changed, "Manca il certificato");
        assert!(page.render().unwrap().contains("Manca il certificato"));
    }

    #[test]
    fn a_button_decides_and_an_unknown_one_does_not() {
        let posted = |azione: &str| {
            let mut posted = Posted::default();
            posted.fields.push(("azione".to_owned(), azione.to_owned()));
            posted
        };
        assert!(accept(&posted("accogli")).unwrap());
        assert!(!accept(&posted("respingi")).unwrap());
        assert!(accept(&posted("")).is_err());
    }
}
