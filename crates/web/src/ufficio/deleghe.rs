//! Granting a delega on an applicant's written request: the invited person still has to accept it.

use askama::Template;
use axum::response::Response;
use sportello_app::delega::{self, Given, Grant};
use sportello_domain::{calendar::legal_date, delega::Term};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    deleghe::Form,
    error::Result,
    page::Page,
    posted::Posted,
    ufficio::{framed, menu::DELEGHE},
};

#[derive(Template)]
#[template(path = "ufficio/deleghe.html")]
struct GrantPage {
    page: Page,
    done: bool,
    errors: ErrorBox,
    form: Form,
    titolare: String,
    motivo: String,
    protocollo: String,
}

/// The form; behind one that was taken, that it was.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = cx.query("fatto").is_some();
    let form = Form::proposing(Term::proposed(legal_date(cx.portal.clock().now())));
    html(&grant_page(&cx.page(""), form, &empty(), done))
}

fn empty() -> Grant {
    Grant { titolare: String::new(), reason: String::new(), protocollo: String::new() }
}

/// Grants one.
pub async fn grant(cx: Cx, posted: Posted) -> Result<Response> {
    let form = Form::typed(&posted);
    let grant = Grant {
        titolare: posted.text("titolare").to_owned(),
        reason: posted.text("motivo").to_owned(),
        protocollo: posted.text("protocollo").to_owned(),
    };
    match delega::grant(&cx.portal, &cx.ctx, form.proposal()?, grant.clone()).await? {
        Given::Done(_) => Ok(cx.see_other(&format!("{DELEGHE}?fatto=si"))),
        Given::Refused(problems) => html_again(&grant_page(&cx.page(""), form.refused(cx.t, &problems), &grant, false)),
    }
}

fn grant_page(base: &Page, form: Form, grant: &Grant, done: bool) -> GrantPage {
    let page = framed(base, base.t.get("ufficio-deleghe-titolo"));
    GrantPage {
        page: page.failed_if(!form.problems.is_empty()),
        done,
        errors: ErrorBox::of_fields(base.t, form.problems.clone()),
        form,
        titolare: grant.titolare.clone(),
        motivo: grant.reason.clone(),
        protocollo: grant.protocollo.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::delega::Problem;

    use super::*;
    use crate::{compila::sample::day, ufficio::sample::see};

    #[test]
    fn the_page_renders_in_every_language() {
        let form = || Form::proposing(Term::proposed(day()));
        see("ufficio-deleghe", |base| grant_page(&base, form(), &empty(), true));
        let problems = [Problem::Titolare, Problem::CodiceFiscale, Problem::Term, Problem::Reason, Problem::Protocollo];
        see("ufficio-deleghe-errori", |base| {
            let form = form().refused(base.t, &problems);
            grant_page(&base, form, &empty(), false)
        });
    }
}
