//! One sign-in of the log: its identifiers, and its messages once a reason was given.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    tracciatura::{self, Entry, Opened},
};

use super::{esito_words, moment};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, id, refused_as},
    error::Result,
    headers::no_store,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::TRACCIATURA},
};

#[derive(Template)]
#[template(path = "ufficio/tracciatura-messaggio.html")]
struct View {
    page: Page,
    path: String,
    errors: ErrorBox,
    late: Option<String>,
    messages: Vec<MessageView>,
    /// What was typed as the reason, until the messages are shown.
    reason: Option<String>,
}

struct MessageView {
    title: String,
    status: OfficeStatus,
    facts: Vec<(String, String)>,
    /// The message, once it was opened.
    xml: Option<String>,
}

/// Shows the identifiers of a message, and asks for a reason.
pub async fn show(cx: Cx, Path(messaggio): Path<String>) -> Result<Response> {
    let entry = tracciatura::entry(&cx.portal, &cx.ctx, id(&messaggio)?).await?;
    html(&closed(&cx.page(""), &entry, "", None))
}

/// Opens the messages of a sign-in.
pub async fn open(cx: Cx, Path(messaggio): Path<String>, posted: Posted) -> Result<Response> {
    let (messaggio, reason) = (id(&messaggio)?, posted.text("motivo"));
    match tracciatura::open(&cx.portal, &cx.ctx, messaggio, reason).await {
        Ok(opened) => html(&shown(&cx.page(""), messaggio, &opened)).map(no_store),
        Err(App::Unacceptable(_)) => {
            let entry = tracciatura::entry(&cx.portal, &cx.ctx, messaggio).await?;
            let problem = Some(cx.t.get("ufficio-motivo-5-500"));
            html_status(refused_as(false, true), &closed(&cx.page(""), &entry, reason, problem))
        }
        Err(error) => Err(error.into()),
    }
}

fn closed(base: &Page, entry: &Entry, reason: &str, problem: Option<String>) -> View {
    let t = base.t;
    View {
        page: page(base).failed_if(problem.is_some()),
        path: format!("{TRACCIATURA}/{}", entry.id),
        errors: ErrorBox::of_fields(t, problem.map(|problem| ("motivo", problem)).into_iter().collect()),
        late: None,
        messages: vec![message(t, entry, None)],
        reason: Some(reason.to_owned()),
    }
}

fn shown(base: &Page, id: uuid::Uuid, opened: &[Opened]) -> View {
    View {
        page: page(base),
        path: format!("{TRACCIATURA}/{id}"),
        errors: ErrorBox::of_fields(base.t, vec![]),
        late: None,
        messages: opened.iter().map(|one| message(base.t, &one.entry, Some(one.xml.clone()))).collect(),
        reason: None,
    }
}

fn page(base: &Page) -> Page {
    framed(base, base.t.get("tracciatura-accesso")).crumb(base.t.get("tracciatura-titolo"), TRACCIATURA)
}

fn message(t: Text, entry: &Entry, xml: Option<String>) -> MessageView {
    let known = [
        ("tracciatura-richiesta", entry.request_id.clone()),
        ("tracciatura-richiesta-istante", entry.request_issued_at.map(moment)),
        ("tracciatura-risposta", entry.response_id.clone()),
        ("tracciatura-risposta-istante", entry.response_issued_at.map(moment)),
        ("tracciatura-emittente", entry.response_issuer.clone()),
        ("tracciatura-asserzione", entry.assertion_id.clone()),
        ("tracciatura-qualificatore", entry.name_qualifier.clone()),
        ("tracciatura-gestore", entry.provider.clone()),
        ("tracciatura-schema", entry.scheme.map(str::to_owned)),
        ("tracciatura-esito-log", Some(entry.outcome.clone())),
        ("tracciatura-numero", entry.seq.map(|seq| seq.to_string())),
        ("tracciatura-impronta", entry.hash.clone()),
    ];
    let facts = known.into_iter().filter_map(|(key, value)| Some((t.get(key), value?))).collect();
    let title = if entry.is_request {
        t.get1("tracciatura-la-richiesta", "quando", moment(entry.at))
    } else {
        t.get1("tracciatura-la-risposta", "quando", moment(entry.at))
    };
    MessageView { title, status: esito_words(t, entry.esito), facts, xml }
}

#[cfg(test)]
mod tests {
    use sportello_app::tracciatura::Esito;

    use super::{super::tests::entry, *};
    use crate::ufficio::sample::see;

    #[test]
    fn a_sign_in_renders_closed_refused_and_open() {
        let one = entry(Esito::Failed);
        see("ufficio-tracciatura-messaggio", |base| closed(&base, &one, "", None));
        see("ufficio-tracciatura-messaggio-errore", |base| {
            let problem = Some(base.t.get("ufficio-motivo-5-500"));
            closed(&base, &one, "no", problem)
        });
        let opened = [Esito::Sent, Esito::Verified]
            .map(|esito| Opened {
                entry: entry(esito), xml: "<samlp:Response ID=\"_9a2e\">…</samlp:Response>".into()
            });
        see("ufficio-tracciatura-aperta", |base| shown(&base, one.id, &opened));
    }
}
