//! Taking a pratica in charge and deciding it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    ufficio::{self, Act, OfficePage, Outcome, assegna::ASSIGNEE},
};
use sportello_domain::{
    id::{PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    consultazione::MilestoneView,
    cx::{Cx, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    ufficio::{
        below,
        insieme::stands,
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
    /// How it stands now, and what was done last.
    now: String,
    last: Option<MilestoneView>,
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

/// Gives a pratica to a member of staff.
pub async fn assign(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let version = version(&posted)?;
    let done = match posted.text("assegna-a").parse::<PersonaId>() {
        Ok(to) => ufficio::assign(&cx.portal, &cx.ctx, pratica, version, to).await,
        Err(_) => Err(App::Unacceptable(ASSIGNEE)),
    };
    match done {
        Err(App::Unacceptable(_)) => {
            let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
            let problem = Some(cx.t.get("insieme-chi-manca"));
            pratica::draw(&cx, &shown, Typed { assignee_problem: problem, ..Typed::default() })
        }
        done => finish(&cx, pratica, done, "").await,
    }
}

/// Decides a pratica.
pub async fn decide(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let act = Act {
        version: version(&posted)?,
        outcome: outcome(&posted)?,
        reason: posted.words("motivo"),
        reply: posted.words("risposta"),
    };
    match ufficio::conclude(&cx.portal, &cx.ctx, pratica, &act).await {
        Err(App::Unacceptable(_)) => again(&cx, pratica, act).await,
        done => {
            let typed = [act.reason, act.reply].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
            finish(&cx, pratica, done, &typed.join("\n\n")).await
        }
    }
}

pub(super) async fn finish(
    cx: &Cx,
    pratica: PraticaId,
    done: sportello_app::Result<()>,
    typed: &str,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(cx.see_other(&pratica::path_in_queue(cx, pratica))),
        Err(error) => late(cx, pratica, error, typed).await,
    }
}

/// Says why a form was not carried out though nothing in it was wrong; any other error stays one.
async fn late(cx: &Cx, pratica: PraticaId, error: App, typed: &str) -> Result<Response> {
    match error {
        App::Stale => refused(cx, pratica, Late::Changed, typed).await,
        App::NotAllowedNow => refused(cx, pratica, Late::NotNow, typed).await,
        error => Err(error.into()),
    }
}

/// The pratica again, with what was typed and what is wrong with it.
async fn again(cx: &Cx, pratica: PraticaId, act: Act) -> Result<Response> {
    let (t, shown) = (cx.t, ufficio::page(&cx.portal, &cx.ctx, pratica).await?);
    let observed = shown.preavviso.as_ref().is_some_and(|notice| notice.observed_at.is_some());
    let reason_problem = match act.reason.chars().count() {
        0 if act.outcome == Outcome::Reject => Some(t.get("ufficio-motivo-manca")),
        0 if act.outcome != Outcome::Accept => Some(t.get("ufficio-motivo-serve")),
        length if length > REASON_MAX => Some(t.get("ufficio-motivo-lungo")),
        _ if shown.row.status == PraticaStatus::WaitingList => Some(t.get("ufficio-posto-manca")),
        _ if act.outcome == Outcome::Reject && !shown.can_reject => Some(t.get("preavviso-prima")),
        _ => None,
    };
    let reply_problem = match act.reply.chars().count() {
        0 if observed && act.outcome.denies() => Some(t.get("preavviso-risposta-manca")),
        length if length > REASON_MAX => Some(t.get("ufficio-motivo-lungo")),
        _ => None,
    };
    let typed = Typed { reason: act.reason, reason_problem, reply: act.reply, reply_problem, ..Typed::default() };
    pratica::draw(cx, &shown, typed)
}

async fn refused(cx: &Cx, pratica: PraticaId, late: Late, typed: &str) -> Result<Response> {
    let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
    html_status(StatusCode::CONFLICT, &refused_page(&cx.page(""), &shown, late, typed))
}

fn refused_page(base: &Page, shown: &OfficePage, late: Late, typed: &str) -> RefusedPage {
    let (t, number) = (base.t, shown.row.number.as_str());
    let (title, said) = match late {
        Late::Changed => (t.get("ufficio-cambiata-titolo"), t.get1("ufficio-cambiata-testo", "numero", number)),
        Late::NotNow => (t.get("ufficio-non-ora-titolo"), t.get1("ufficio-non-ora-testo", "numero", number)),
    };
    RefusedPage {
        page: below(base, title).failed(),
        said,
        now: stands(t, &shown.row),
        last: pratica::timeline(t, shown).pop(),
        kept: typed.to_owned(),
        back: pratica::path(shown.row.id),
    }
}

pub(super) fn version(posted: &Posted) -> Result<i64> {
    posted.text("versione").parse().map_err(|_| Error::BadRequest("the form has no version"))
}

fn outcome(posted: &Posted) -> Result<Outcome> {
    match posted.text("azione") {
        "accogli" => Ok(Outcome::Accept),
        "accogli-parte" => Ok(Outcome::AcceptPartly { effects: posted.has("effetti") }),
        "lista" => Ok(Outcome::PutOnWaitingList),
        "respingi" => Ok(Outcome::Reject),
        _ => Err(Error::BadRequest("an unknown button")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::sample::{base, office_page, see};
    use sportello_domain::lingua::Lingua;

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        let shown = office_page(PraticaStatus::InReview);
        for late in [Late::Changed, Late::NotNow] {
            see(&format!("ufficio-rifiuto-{late:?}"), |base| refused_page(&base, &shown, late, "Riga 1\nRiga 2"));
        }
        let page = refused_page(&base(Lingua::It), &shown, Late::Changed, "Manca il certificato");
        assert!(page.render().unwrap().contains("Manca il certificato"));
    }

    #[test]
    fn a_button_decides_and_an_unknown_one_does_not() {
        let posted = |azione: &str| {
            let mut posted = Posted::default();
            posted.fields.push(("azione".to_owned(), azione.to_owned()));
            posted
        };
        assert_eq!(outcome(&posted("accogli")).unwrap(), Outcome::Accept);
        assert_eq!(outcome(&posted("respingi")).unwrap(), Outcome::Reject);
        assert_eq!(outcome(&posted("accogli-parte")).unwrap(), Outcome::AcceptPartly { effects: false });
        assert_eq!(outcome(&posted("lista")).unwrap(), Outcome::PutOnWaitingList);
        assert!(outcome(&posted("annulla")).is_err(), "that is asked on a page of its own");
        assert!(outcome(&posted("")).is_err());
    }
}
