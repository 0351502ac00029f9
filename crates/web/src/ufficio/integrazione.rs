//! Asking the applicant to complete a pratica.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    ufficio::{self, OfficePage, Request},
};
use sportello_domain::id::PraticaId;

use crate::{
    cx::{Cx, html, html_status, id},
    error::Result,
    page::Page,
    posted::Posted,
    ufficio::{
        below,
        decision::{REASON_MAX, late, reason, version},
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
    reason: String,
    reason_problem: Option<String>,
    /// Identifier, label, whether it is ticked.
    fields: Vec<(String, String, bool)>,
    fields_problem: Option<String>,
}

/// Shows the questions that can be asked again.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let shown = ufficio::page(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    if shown.askable.is_empty() {
        return Ok(cx.see_other(&pratica::path(shown.row.id)));
    }
    html(&page(&cx.page(""), &shown, &empty(shown.version), (None, None)))
}

/// Asks.
pub async fn ask(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let fields = posted.fields.iter().filter(|(name, _)| name == "domanda").map(|(_, value)| value.clone());
    let request = Request { version: version(&posted)?, reason: reason(&posted), fields: fields.collect() };
    match ufficio::request_integration(&cx.portal, &cx.ctx, pratica, &request).await {
        Ok(()) => Ok(cx.see_other(&pratica::path(pratica))),
        Err(App::Unacceptable(_)) => again(&cx, pratica, &request).await,
        Err(error) => late(&cx, pratica, error, &request.reason).await,
    }
}

async fn again(cx: &Cx, pratica: PraticaId, request: &Request) -> Result<Response> {
    let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
    let reason = match request.reason.chars().count() {
        0 => Some("integrazioni-motivo-manca"),
        length if length > REASON_MAX => Some("ufficio-motivo-lungo"),
        _ => None,
    };
    let fields = request.fields.is_empty().then(|| cx.t.get("integrazioni-domande-manca"));
    let problems = (reason.map(|key| cx.t.get(key)), fields);
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &page(&cx.page(""), &shown, request, problems))
}

const fn empty(version: i64) -> Request {
    Request { version, reason: String::new(), fields: Vec::new() }
}

fn page(
    base: &Page,
    shown: &OfficePage,
    request: &Request,
    (reason_problem, fields_problem): (Option<String>, Option<String>),
) -> Asking {
    let (t, back) = (base.t, pratica::path(shown.row.id));
    let failed = reason_problem.is_some() || fields_problem.is_some();
    let field = |(id, label): &(String, String)| (id.clone(), label.clone(), request.fields.contains(id));
    Asking {
        page: below(base, t.get("integrazioni-titolo"))
            .crumb(t.get1("ufficio-pratica", "numero", shown.row.number.as_str()), back.clone())
            .failed_if(failed),
        action: format!("{back}/integrazioni"),
        back,
        version: request.version,
        reason: request.reason.clone(),
        reason_problem,
        fields: shown.askable.iter().map(field).collect(),
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
        see("ufficio-integrazioni", |base| page(&base, &shown, &empty(3), (None, None)));
        see("ufficio-integrazioni-manca", |base| {
            let problems = ["integrazioni-motivo-manca", "integrazioni-domande-manca"].map(|key| Some(base.t.get(key)));
            let [reason, fields] = problems;
            let request = Request { fields: vec!["figlio_cf".into()], ..empty(3) };
            page(&base, &shown, &request, (reason, fields))
        });
    }
}
