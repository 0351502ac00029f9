//! What the office writes about a pratica on a page of its own: a request to complete, a notice of rejection, an annulment.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    ufficio::{self, Act, OfficePage, Outcome, Request},
};
use sportello_domain::{id::PraticaId, lingua::Lingua};

use crate::{
    cx::{Cx, html, html_status, id},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{
        below,
        decision::{REASON_MAX, finish, version},
        pratica,
    },
};

#[derive(Template)]
#[template(path = "ufficio/integrazioni.html")]
struct Asking {
    page: Page,
    action: String,
    back: String,
    version: i64,
    /// What happens to the term.
    lead: String,
    label: String,
    confirm: String,
    reason: String,
    reason_problem: Option<String>,
    /// What comes of naming a question.
    fields_help: Option<String>,
    /// Identifier, label, whether it is ticked.
    fields: Vec<(String, String, bool)>,
    fields_problem: Option<String>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What is missing.
    Integrazioni,
    /// Why the office means to reject.
    Preavviso,
    /// Why it is annulled.
    Annulla,
}

/// Shows the questions that can be asked again.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    blank(cx, &pratica, Kind::Integrazioni).await
}

/// Asks.
pub async fn ask(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    send(cx, &pratica, posted, Kind::Integrazioni).await
}

/// Shows the form of a notice of rejection.
pub async fn show_notice(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    blank(cx, &pratica, Kind::Preavviso).await
}

/// Gives notice.
pub async fn give_notice(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    send(cx, &pratica, posted, Kind::Preavviso).await
}

/// Asks before a pratica is annulled.
pub async fn ask_annul(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    blank(cx, &pratica, Kind::Annulla).await
}

/// Annuls a pratica.
pub async fn annul(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    send(cx, &pratica, posted, Kind::Annulla).await
}

async fn blank(cx: Cx, pratica: &str, kind: Kind) -> Result<Response> {
    let shown = ufficio::page(&cx.portal, &cx.ctx, id(pratica)?).await?;
    if !kind.possible(&shown) {
        return Ok(cx.see_other(&pratica::path(shown.row.id)));
    }
    html(&page(&cx.page(""), kind, &shown, &empty(shown.version), (None, None)))
}

async fn send(cx: Cx, pratica: &str, posted: Posted, kind: Kind) -> Result<Response> {
    let pratica: PraticaId = id(pratica)?;
    let fields = posted.fields.iter().filter(|(name, _)| name == "domanda").map(|(_, value)| value.clone());
    let typed = posted.words("motivo");
    // What we wrote ourselves says nothing yet.
    let reason = if typed == kind.template() { String::new() } else { typed };
    let request = Request { version: version(&posted)?, reason, fields: fields.collect() };
    let done = match kind {
        Kind::Integrazioni => ufficio::request_integration(&cx.portal, &cx.ctx, pratica, &request).await,
        Kind::Preavviso => ufficio::give_notice(&cx.portal, &cx.ctx, pratica, &request).await,
        Kind::Annulla => {
            let (version, reason) = (request.version, request.reason.clone());
            let act = Act { version, outcome: Outcome::Annul, reason, reply: String::new() };
            ufficio::conclude(&cx.portal, &cx.ctx, pratica, &act).await
        }
    };
    match done {
        Err(App::Unacceptable(_)) => again(&cx, pratica, &request, kind).await,
        done => finish(&cx, pratica, done, &request.reason).await,
    }
}

async fn again(cx: &Cx, pratica: PraticaId, request: &Request, kind: Kind) -> Result<Response> {
    let (t, shown) = (cx.t, ufficio::page(&cx.portal, &cx.ctx, pratica).await?);
    let reason = match (request.reason.chars().count(), kind) {
        (0, Kind::Integrazioni) => Some(t.get("integrazioni-motivo-manca")),
        (0, Kind::Preavviso) => Some(t.get("preavviso-motivo-manca")),
        (0, Kind::Annulla) => Some(t.get("ufficio-motivo-serve")),
        (length, _) if length > REASON_MAX => Some(t.get("ufficio-motivo-lungo")),
        _ => None,
    };
    let none = kind == Kind::Integrazioni && request.fields.is_empty();
    let problems = (reason, none.then(|| t.get("integrazioni-domande-manca")));
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page(&cx.page(""), kind, &shown, request, problems))
}

impl Kind {
    /// How the text begins, to be gone on with: in Italian, as the document that it stands in.
    fn template(self) -> String {
        match self {
            Self::Integrazioni => String::new(),
            Self::Preavviso => Text(Lingua::It).get("preavviso-modello"),
            Self::Annulla => Text(Lingua::It).get("ufficio-annulla-modello"),
        }
    }

    fn possible(self, shown: &OfficePage) -> bool {
        match self {
            Self::Integrazioni => shown.can_ask && !shown.askable.is_empty(),
            Self::Preavviso => shown.can_notice,
            Self::Annulla => shown.can_annul,
        }
    }
}

const fn empty(version: i64) -> Request {
    Request { version, reason: String::new(), fields: Vec::new() }
}

fn page(
    base: &Page,
    kind: Kind,
    shown: &OfficePage,
    request: &Request,
    (reason_problem, fields_problem): (Option<String>, Option<String>),
) -> Asking {
    let (t, back) = (base.t, pratica::path(shown.row.id));
    let failed = reason_problem.is_some() || fields_problem.is_some();
    let field = |(id, label): &(String, String)| (id.clone(), label.clone(), request.fields.contains(id));
    let (title, lead, label, confirm, name) = match kind {
        Kind::Integrazioni => (
            t.get("integrazioni-titolo"),
            t.get("integrazioni-testo"),
            t.get("integrazioni-motivo"),
            t.get("integrazioni-chiedi"),
            "integrazioni",
        ),
        Kind::Preavviso => (
            t.get("preavviso-titolo"),
            t.get("preavviso-testo"),
            t.get("preavviso-motivo"),
            t.get("preavviso-invia"),
            "preavviso",
        ),
        Kind::Annulla => (
            t.get("ufficio-annulla-titolo"),
            t.get("ufficio-annulla-testo"),
            t.get("ufficio-motivo"),
            t.get("ufficio-annulla-conferma"),
            "annulla",
        ),
    };
    let askable = if kind == Kind::Annulla { &[][..] } else { &shown.askable[..] };
    Asking {
        page: below(base, title)
            .crumb(t.get1("ufficio-pratica", "numero", shown.row.number.as_str()), back.clone())
            .failed_if(failed),
        action: format!("{back}/{name}"),
        back,
        lead,
        label,
        confirm,
        version: request.version,
        reason: if request.reason.is_empty() { kind.template() } else { request.reason.clone() },
        reason_problem,
        fields_help: (kind == Kind::Integrazioni).then(|| t.get("integrazioni-domande-aiuto")),
        fields: askable.iter().map(field).collect(),
        fields_problem,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::pratica::PraticaStatus;

    use super::*;
    use crate::ufficio::sample::{office_page, see};

    #[test]
    fn the_pages_render_in_every_language_and_keep_what_was_typed() {
        let shown = office_page(PraticaStatus::InReview);
        see("ufficio-integrazioni", |base| page(&base, Kind::Integrazioni, &shown, &empty(3), (None, None)));
        see("ufficio-preavviso", |base| page(&base, Kind::Preavviso, &shown, &empty(3), (None, None)));
        see("ufficio-annulla", |base| page(&base, Kind::Annulla, &shown, &empty(3), (None, None)));
        see("ufficio-integrazioni-manca", |base| {
            let problems = ["integrazioni-motivo-manca", "integrazioni-domande-manca"].map(|key| Some(base.t.get(key)));
            let [reason, fields] = problems;
            let request = Request { fields: vec!["figlio_cf".into()], ..empty(3) };
            page(&base, Kind::Integrazioni, &shown, &request, (reason, fields))
        });
    }
}
