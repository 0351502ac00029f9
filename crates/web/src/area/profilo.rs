//! Profilo: contacts that are confirmed by a code, how news are told, language, sign-ins, and where the rest is.

use askama::Template;
use axum::response::Response;
use sportello_app::profilo::{self, Asked, Channel, Confirmed, MAX_CODES, Profilo};

use super::{CODICE, PROFILO, Tab, framed, tabs};
use crate::{
    accessi,
    cx::{Cx, html, html_again},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "area/profilo.html")]
struct ProfilePage {
    page: Page,
    tabs: Vec<Tab>,
    done: Option<String>,
    /// Names and values of what a provider of identities says.
    facts: Vec<(String, String)>,
    email: String,
    confirmed: String,
    /// Said while a code is awaited.
    awaits: Option<String>,
    code_path: &'static str,
    typed: String,
    problem: Option<String>,
    by_email: bool,
    sign_ins: Vec<String>,
    sessions: &'static str,
}

#[derive(Template)]
#[template(path = "area/codice.html")]
struct CodePage {
    page: Page,
    lead: String,
    action: &'static str,
    back: &'static str,
    problem: Option<String>,
}

/// Shows the page.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let shown = profilo::page(&cx.portal, &cx.ctx).await?;
    let done = match cx.query("fatto").as_deref() {
        Some("indirizzo") => Some(cx.t.get("profilo-fatto-indirizzo")),
        Some("avvisi") => Some(cx.t.get("profilo-fatto-avvisi")),
        _ => None,
    };
    html(&ProfilePage { done, ..page(&cx.page(""), &shown) })
}

/// Leads from the address of a form to the page.
pub(super) async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(PROFILO))
}

/// Asks for another address.
pub(super) async fn ask(cx: Cx, posted: Posted) -> Result<Response> {
    let typed = posted.text("email").trim().to_owned();
    let problem = match profilo::ask(&cx.portal, &cx.ctx, &typed).await? {
        Asked::Sent => return Ok(cx.see_other(CODICE)),
        Asked::NoAddress => cx.t.get("profilo-errore-email"),
        Asked::TooMany => cx.t.get1("profilo-errore-troppi", "n", MAX_CODES),
    };
    let shown = profilo::page(&cx.portal, &cx.ctx).await?;
    html_again(&refused(page(&cx.page(""), &shown), typed, problem))
}

fn refused(page: ProfilePage, typed: String, problem: String) -> ProfilePage {
    ProfilePage { page: page.page.failed(), typed, problem: Some(problem), ..page }
}

/// Asks for the code; leads back where none is awaited.
pub(super) async fn code(cx: Cx) -> Result<Response> {
    match profilo::page(&cx.portal, &cx.ctx).await?.awaits {
        Some((address, _)) => html(&code_page(&cx.page(""), &address, None)),
        None => Ok(cx.see_other(PROFILO)),
    }
}

/// Takes the code.
pub(super) async fn confirm(cx: Cx, posted: Posted) -> Result<Response> {
    match profilo::confirm(&cx.portal, &cx.ctx, posted.text("codice")).await? {
        Confirmed::Done => Ok(cx.see_other(&format!("{PROFILO}?fatto=indirizzo"))),
        Confirmed::Wrong(left) => {
            let awaits = profilo::page(&cx.portal, &cx.ctx).await?.awaits;
            let address = awaits.map(|(address, _)| address).unwrap_or_default();
            let problem = cx.t.get1("profilo-errore-codice", "n", left);
            html_again(&code_page(&cx.page(""), &address, Some(problem)))
        }
        Confirmed::Over => {
            let shown = profilo::page(&cx.portal, &cx.ctx).await?;
            html_again(&refused(page(&cx.page(""), &shown), String::new(), cx.t.get("profilo-errore-finito")))
        }
    }
}

/// Sets how news are told.
pub(super) async fn channel(cx: Cx, posted: Posted) -> Result<Response> {
    let channel = Channel::from_stored(posted.text("canale")).ok_or(Error::BadRequest("no such channel"))?;
    profilo::set_channel(&cx.portal, &cx.ctx, channel).await?;
    Ok(cx.see_other(&format!("{PROFILO}?fatto=avvisi")))
}

fn page(base: &Page, shown: &Profilo) -> ProfilePage {
    let t = base.t;
    ProfilePage {
        tabs: tabs(base, PROFILO),
        done: None,
        facts: vec![(t.get("profilo-nome"), shown.name.clone()), (t.get("profilo-cf"), shown.codice_fiscale.clone())],
        email: shown.email.clone().unwrap_or_else(|| t.get("profilo-senza-email")),
        confirmed: confirmed(t, shown),
        awaits: shown
            .awaits
            .as_ref()
            .map(|(address, until)| t.get2("profilo-attesa", "indirizzo", address.as_str(), "ora", t.time(*until))),
        code_path: CODICE,
        typed: String::new(),
        problem: None,
        by_email: shown.channel == Channel::Email,
        sign_ins: shown.sign_ins.iter().map(|at| t.moment(*at)).collect(),
        sessions: accessi::CITTADINO,
        page: framed(base, PROFILO),
    }
}

fn confirmed(t: Text, shown: &Profilo) -> String {
    match (&shown.email, shown.confirmed_at) {
        (None, _) => String::new(),
        (Some(_), Some(at)) => t.get1("profilo-confermata", "data", t.day(at)),
        (Some(_), None) => t.get("profilo-non-confermata"),
    }
}

fn code_page(base: &Page, address: &str, problem: Option<String>) -> CodePage {
    let t = base.t;
    let page = framed(base, PROFILO);
    let page = Page { title: t.get("profilo-codice-titolo"), ..page }.crumb(t.get("area-profilo"), PROFILO);
    CodePage {
        page: page.failed_if(problem.is_some()),
        lead: t.get1("profilo-codice-testo", "indirizzo", address),
        action: CODICE,
        back: PROFILO,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, instant, see};

    fn shown() -> Profilo {
        Profilo {
            name: "Giulia <Bianchi>".into(),
            codice_fiscale: "BNCGLI85C52A794X".into(),
            email: Some("giulia@posta.example".into()),
            confirmed_at: Some(instant()),
            awaits: Some(("nuova@posta.example".into(), instant())),
            channel: Channel::Email,
            sign_ins: vec![instant(), instant()],
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        see("area-profilo", |base| page(&base, &shown()));
        let bare = Profilo {
            email: None,
            confirmed_at: None,
            awaits: None,
            channel: Channel::Area,
            sign_ins: vec![],
            ..shown()
        };
        see("area-profilo-vuoto", |base| page(&base, &bare));
        see("area-profilo-errore", |base| {
            let problem = base.t.get("profilo-errore-email");
            refused(page(&base, &shown()), "non <un> indirizzo".into(), problem)
        });
        see("area-profilo-codice", |base| code_page(&base, "nuova@posta.example", None));
        see("area-profilo-codice-errore", |base| {
            let problem = base.t.get1("profilo-errore-codice", "n", 4);
            code_page(&base, "nuova@posta.example", Some(problem))
        });
    }

    #[test]
    fn it_shows_what_is_chosen_and_awaited() {
        let html = page(&base(Lingua::It), &shown()).render().unwrap();
        assert!(html.contains("value=\"email\" checked") && html.contains("nuova@posta.example"));
        assert!(html.contains("Confermato il 16 giugno 2026") && html.contains(accessi::CITTADINO));
    }
}
