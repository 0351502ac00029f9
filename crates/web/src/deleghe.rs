//! The deleghe of a citizen: invitations to answer, what was received and given, a form to give one.
//!
//! What may be seen and done is decided by `sportello_app::delega`.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Ground,
    delega::{self, Answer, Delega, DelegaState, DelegaStep, Given, Overview, PAGE, Problem, Proposal, Step},
};
use sportello_domain::{
    delega::{DelegaScope, Term},
    id::DelegaId,
};

use crate::{
    consultazione::StatusView,
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    routes::{Access::Cittadino, Route, get, post},
    text::Text,
};

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![get(PAGE, Cittadino, show), post(PAGE, Cittadino, invite), post("/deleghe/{id}", Cittadino, answer)]
}

#[derive(Template)]
#[template(path = "deleghe/deleghe.html")]
struct DeleghePage {
    page: Page,
    done: Option<String>,
    invitations: Vec<View>,
    received: Vec<View>,
    given: Vec<View>,
    form: Form,
}

/// A delega in words.
struct View {
    id: DelegaId,
    other: String,
    scope: String,
    term: String,
    status: StatusView,
    grant: Option<String>,
    history: Vec<String>,
    can_end: bool,
    /// Address in the name of the applicant, while it is in force.
    look: Option<String>,
}

/// The form with what was typed and what is wrong with it.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) codice_fiscale: String,
    pub(crate) scope: String,
    pub(crate) dal: String,
    pub(crate) al: String,
    pub(crate) email: String,
    /// Control and words, in page order.
    pub(crate) problems: Vec<(&'static str, String)>,
}

impl Form {
    /// The form before anybody typed.
    pub(crate) fn proposing(term: Term) -> Self {
        Self {
            scope: DelegaScope::View.stored().to_owned(),
            dal: term.dal.to_string(),
            al: term.al.to_string(),
            ..Self::default()
        }
    }

    /// What was typed.
    pub(crate) fn typed(posted: &Posted) -> Self {
        let text = |name: &str| posted.text(name).to_owned();
        Self {
            codice_fiscale: text("cf"),
            scope: text("ambito"),
            dal: text("dal"),
            al: text("al"),
            email: text("email"),
            problems: Vec::new(),
        }
    }

    /// What is asked for. A day that is none lies before all days, which is refused like every day of the past.
    pub(crate) fn proposal(&self) -> Result<Proposal> {
        let day = |text: &str| text.parse().unwrap_or(NaiveDate::MIN);
        Ok(Proposal {
            codice_fiscale: self.codice_fiscale.clone(),
            scope: DelegaScope::from_stored(&self.scope).ok_or(Error::BadRequest("no such scope"))?,
            term: Term { dal: day(&self.dal), al: day(&self.al) },
            email: self.email.clone(),
        })
    }

    /// The form again, with what is wrong.
    pub(crate) fn refused(mut self, t: Text, problems: &[Problem]) -> Self {
        self.problems = problems.iter().map(|problem| problem_words(t, *problem)).collect();
        self
    }

    /// What is wrong with a control.
    pub(crate) fn at(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|(control, _)| *control == name).map(|(_, words)| words.as_str())
    }
}

fn problem_words(t: Text, problem: Problem) -> (&'static str, String) {
    let (control, key) = match problem {
        Problem::CodiceFiscale => ("cf", "deleghe-errore-cf"),
        Problem::Own => ("cf", "deleghe-errore-proprio"),
        Problem::Twin => ("cf", "deleghe-errore-doppia"),
        Problem::TooManyOpen => ("cf", "deleghe-errore-aperte"),
        Problem::TooManyToday => ("cf", "deleghe-errore-oggi"),
        Problem::Term => ("dal", "deleghe-errore-giorni"),
        Problem::Email => ("email", "deleghe-errore-email"),
        Problem::Titolare => ("titolare", "deleghe-errore-titolare"),
        Problem::Reason => ("motivo", "deleghe-errore-motivo"),
        Problem::Protocollo => ("protocollo", "deleghe-errore-protocollo"),
    };
    (control, t.get(key))
}

/// The page of a person's deleghe.
async fn show(cx: Cx) -> Result<Response> {
    let overview = delega::overview(&cx.portal, &cx.ctx).await?;
    let done = match cx.query("fatto").as_deref() {
        Some("invito") => Some(cx.t.get("deleghe-fatto-invito")),
        Some("risposta") => Some(cx.t.get("deleghe-fatto-risposta")),
        _ => None,
    };
    let form = Form::proposing(overview.proposed);
    html(&deleghe_page(&cx.page(""), overview, form, done))
}

/// Invites somebody.
async fn invite(cx: Cx, posted: Posted) -> Result<Response> {
    let form = Form::typed(&posted);
    match delega::invite(&cx.portal, &cx.ctx, form.proposal()?).await? {
        Given::Done(_) => Ok(cx.see_other(&format!("{PAGE}?fatto=invito"))),
        Given::Refused(problems) => {
            let overview = delega::overview(&cx.portal, &cx.ctx).await?;
            let page = deleghe_page(&cx.page(""), overview, form.refused(cx.t, &problems), None);
            html_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Accepts, declines or ends one.
async fn answer(cx: Cx, Path(delega): Path<String>, posted: Posted) -> Result<Response> {
    let answer = match posted.text("azione") {
        "accetta" => Answer::Accept,
        "rifiuta" => Answer::Decline,
        "termina" => Answer::End,
        _ => return Err(Error::BadRequest("no such answer")),
    };
    delega::answer(&cx.portal, &cx.ctx, id(&delega)?, answer).await?;
    Ok(cx.see_other(&format!("{PAGE}?fatto=risposta")))
}

fn deleghe_page(base: &Page, overview: Overview, form: Form, done: Option<String>) -> DeleghePage {
    let page = Page { title: base.t.get("deleghe-titolo"), ..base.clone() };
    let page = page.failed_if(!form.problems.is_empty());
    let view = |delega: &Delega, received: bool| view(&page, delega, received);
    let (invitations, received): (Vec<&Delega>, Vec<&Delega>) =
        overview.received.iter().partition(|delega| delega.state == DelegaState::Invited);
    DeleghePage {
        done,
        invitations: invitations.into_iter().map(|delega| view(delega, true)).collect(),
        received: received.into_iter().map(|delega| view(delega, true)).collect(),
        given: overview.given.iter().map(|delega| view(delega, false)).collect(),
        form,
        page,
    }
}

fn view(page: &Page, delega: &Delega, received: bool) -> View {
    let t = page.t;
    let live = received && delega.state == DelegaState::Live;
    View {
        id: delega.id,
        other: delega.other.clone(),
        scope: scope_words(t, delega.scope),
        term: t.get2("deleghe-dal-al", "dal", t.date(delega.term.dal), "al", t.date(delega.term.al)),
        status: status_view(t, delega.state),
        grant: delega.grant.as_ref().map(|(reason, protocollo)| {
            t.get2("deleghe-concessa", "motivo", reason.as_str(), "protocollo", protocollo.as_str())
        }),
        history: delega.history.iter().map(|step| step_words(t, step)).collect(),
        can_end: delega.state.can_end(),
        look: live.then(|| page.own(&format!("{}/", Ground::Delega(delega.id).path()))),
    }
}

/// A scope in words.
pub(crate) fn scope_words(t: Text, scope: DelegaScope) -> String {
    match scope {
        DelegaScope::View => t.get("deleghe-ambito-vedere"),
        DelegaScope::Pay => t.get("deleghe-ambito-pagare"),
        DelegaScope::Act => t.get("deleghe-ambito-agire"),
    }
}

fn status_view(t: Text, state: DelegaState) -> StatusView {
    let (words, icon, tint) = match state {
        DelegaState::Invited => (t.get("deleghe-stato-invitata"), "busta", "blu"),
        DelegaState::Coming => (t.get("deleghe-stato-futura"), "orologio", "blu"),
        DelegaState::Live => (t.get("deleghe-stato-attiva"), "spunta", "verde"),
        DelegaState::Declined => (t.get("deleghe-stato-rifiutata"), "info", "ambra"),
        DelegaState::Ended => (t.get("deleghe-stato-terminata"), "info", "ambra"),
        DelegaState::Expired => (t.get("deleghe-stato-scaduta"), "info", "ambra"),
    };
    StatusView { words, icon, tint }
}

fn step_words(t: Text, step: &Step) -> String {
    let what = match step.kind {
        DelegaStep::Invited => t.get("deleghe-passo-invitata"),
        DelegaStep::Granted => t.get("deleghe-passo-concessa"),
        DelegaStep::Accepted => t.get("deleghe-passo-accettata"),
        DelegaStep::Declined => t.get("deleghe-passo-rifiutata"),
        DelegaStep::Ended => t.get("deleghe-passo-terminata"),
    };
    let when = t.moment(step.at);
    match &step.by {
        Some(name) => {
            t.with("deleghe-passo-di", [("cosa", what.into()), ("quando", when.into()), ("nome", name.as_str().into())])
        }
        None => t.get2("deleghe-passo", "cosa", what, "quando", when),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{base, day, instant, see, uuid},
        page::Behalf,
        sample,
    };

    fn delega(state: DelegaState) -> Delega {
        Delega {
            id: uuid(70),
            other: "Maria Colleoni".to_owned(),
            scope: DelegaScope::Pay,
            term: Term { dal: day(), al: day() },
            state,
            grant: Some(("Richiesta scritta".to_owned(), "4127/2026".to_owned())),
            history: vec![
                Step { kind: DelegaStep::Granted, at: instant(), by: None },
                Step { kind: DelegaStep::Accepted, at: instant(), by: Some("Paolo Ferrari".to_owned()) },
            ],
        }
    }

    fn overview() -> Overview {
        use DelegaState::{Coming, Declined, Ended, Expired, Invited, Live};
        let all = || [Invited, Coming, Live, Declined, Ended, Expired].map(delega).to_vec();
        Overview { given: all(), received: all(), proposed: Term { dal: day(), al: day() } }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let form = || Form::proposing(overview().proposed);
        see("deleghe", |base| deleghe_page(&base, overview(), form(), Some("Fatto.".to_owned())));
        let none = || Overview { given: vec![], received: vec![], ..overview() };
        see("deleghe-nessuna", |base| deleghe_page(&base, none(), form(), None));
        let problems = [Problem::CodiceFiscale, Problem::Term, Problem::Email];
        see("deleghe-errori", |base| {
            let form = form().refused(base.t, &problems);
            deleghe_page(&base, none(), form, None)
        });
    }

    #[test]
    fn only_a_live_delega_received_leads_on_and_an_invitation_asks_for_an_answer() {
        let html = deleghe_page(&base(Lingua::It), overview(), Form::default(), None).render().unwrap();
        assert_eq!(html.matches("/per/").count(), 1);
        assert_eq!(html.matches("value=\"accetta\"").count(), 1);
        assert_eq!(html.matches("value=\"termina\"").count(), 5, "two received and three given can be ended");
    }

    #[test]
    fn every_page_says_in_whose_name_and_leads_back() {
        for lingua in Lingua::ALL {
            for scope in DelegaScope::ALL {
                let behalf = Some(Behalf { name: "Maria Colleoni".to_owned(), scope, desk: None });
                let page = Page { behalf, ..base(lingua) };
                let page = Page { links: page.links.behalf(Ground::Delega(uuid(70))), ..page };
                let html = deleghe_page(&page, overview(), Form::default(), None).render().unwrap();
                sample::check(&html);
                assert!(html.contains("Maria Colleoni.</strong>"));
                assert!(html.contains("href=\"/prova/deleghe\"") && html.contains("action=\"/prova/esci\""));
            }
        }
    }
}
