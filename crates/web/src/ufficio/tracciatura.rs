//! The sign-in log for the auditor: the search and its results.
//!
//! A search goes by POST: a codice fiscale stands in no address. Which role may do this is decided, and a refusal written
//! down, by the use cases.

mod messaggio;

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sportello_app::{
    Error as App,
    tracciatura::{self, Authority, Entry, Esito, Export, Found, Search},
};
use sportello_domain::calendar;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, refused_as},
    error::Result,
    headers::no_store,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::TRACCIATURA},
};

pub(crate) use messaggio::{open, show as show_one};

/// Names of the fields that hold text, with the key of their words.
const TEXTS: [(&str, &str); 9] = [
    ("codice-fiscale", "tracciatura-codice-fiscale"),
    ("soggetto", "tracciatura-soggetto"),
    ("qualificatore", "tracciatura-qualificatore"),
    ("richiesta", "tracciatura-richiesta"),
    ("richiesta-istante", "tracciatura-richiesta-istante"),
    ("risposta", "tracciatura-risposta"),
    ("risposta-istante", "tracciatura-risposta-istante"),
    ("emittente", "tracciatura-emittente"),
    ("asserzione", "tracciatura-asserzione"),
];
/// Names of the fields that hold a day.
const DAYS: [(&str, &str); 2] = [("dal", "tracciatura-dal"), ("al", "tracciatura-al")];
/// Values of the choice of an outcome.
const ESITI: [(&str, Esito); 3] =
    [("inviata", Esito::Sent), ("accolta", Esito::Verified), ("rifiutata", Esito::Failed)];

#[derive(Template)]
#[template(path = "ufficio/tracciatura.html")]
struct SearchPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    days: Vec<Field>,
    texts: Vec<Field>,
    /// Value, words, chosen.
    esiti: Vec<(&'static str, String, bool)>,
    /// What was found, once something was searched.
    found: Option<FoundView>,
}

struct Field {
    name: &'static str,
    label: String,
    value: String,
}

struct FoundView {
    caption: String,
    more: bool,
    rows: Vec<RowView>,
    /// The search again, for the export.
    hidden: Vec<(&'static str, String)>,
    reason: String,
    protocol: String,
}

struct RowView {
    path: String,
    at: String,
    status: OfficeStatus,
    provider: String,
    request: String,
    response: String,
}

/// Shows the empty form.
pub async fn show(cx: Cx) -> Result<Response> {
    tracciatura::allow(&cx.portal, &cx.ctx).await?;
    html(&view(&cx.page(""), &Posted::default(), None, vec![]))
}

/// Searches.
pub async fn search(cx: Cx, posted: Posted) -> Result<Response> {
    tracciatura::allow(&cx.portal, &cx.ctx).await?;
    found_page(&cx, &posted, vec![]).await.map(no_store)
}

/// Hands out what a search finds, for the request of an authority.
pub async fn export(cx: Cx, posted: Posted) -> Result<Response> {
    tracciatura::allow(&cx.portal, &cx.ctx).await?;
    let Ok(search) = read(cx.t, &posted) else { return found_page(&cx, &posted, vec![]).await };
    let authority =
        Authority { reason: posted.text("motivo").to_owned(), protocol: posted.text("protocollo").to_owned() };
    match tracciatura::export(&cx.portal, &cx.ctx, &search, &authority).await {
        Ok(export) => Ok(stream(export)),
        Err(App::Unacceptable(what)) => {
            let problem = match what {
                tracciatura::REASON_WANTED => ("motivo", cx.t.get("ufficio-motivo-5-500")),
                tracciatura::PROTOCOL_WANTED => ("protocollo", cx.t.get("tracciatura-protocollo-manca")),
                _ => ("dal", cx.t.get("tracciatura-troppi")),
            };
            found_page(&cx, &posted, vec![problem]).await.map(no_store)
        }
        Err(error) => Err(error.into()),
    }
}

/// Leads from the address of the export to the search.
pub async fn back(cx: Cx) -> Result<Response> {
    tracciatura::allow(&cx.portal, &cx.ctx).await?;
    Ok(cx.see_other(TRACCIATURA))
}

async fn found_page(cx: &Cx, posted: &Posted, mut errors: Vec<(&'static str, String)>) -> Result<Response> {
    let found = match read(cx.t, posted) {
        Err(problems) => {
            errors.extend(problems);
            None
        }
        Ok(search) => match tracciatura::search(&cx.portal, &cx.ctx, &search).await {
            Ok(found) => Some(found),
            Err(App::Unacceptable(_)) => {
                errors.push(("codice-fiscale", cx.t.get("tracciatura-valore")));
                None
            }
            Err(error) => return Err(error.into()),
        },
    };
    let status = if errors.is_empty() { StatusCode::OK } else { refused_as(false, true) };
    html_status(status, &view(&cx.page(""), posted, found.as_ref(), errors))
}

/// The lines as they are read. One that breaks off says so by its end: the first line counts the messages.
fn stream(export: Export) -> Response {
    let lines = futures::stream::try_unfold(export, async |mut export| {
        let part = export.next().await?;
        Ok::<_, App>(part.map(|part| (part, export)))
    });
    let mut response = Response::new(Body::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = HeaderValue::from_static("attachment; filename=\"tracciatura.jsonl\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    no_store(response)
}

/// What is searched for, or what is wrong with it.
fn read(t: Text, posted: &Posted) -> std::result::Result<Search, Vec<(&'static str, String)>> {
    let mut problems = Vec::new();
    let text = |name| posted.text(name).trim().to_owned();
    let mut day = |name: &'static str, later: u64| {
        let typed = posted.text(name).trim();
        if typed.is_empty() {
            return None;
        }
        let day = typed.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(later)));
        if day.is_none() {
            problems.push((name, t.get("tracciatura-giorno-errato")));
        }
        day.map(calendar::start_of_day)
    };
    let (from, until) = (day("dal", 0), day("al", 1));
    let mut instant = |name: &'static str| {
        let typed = posted.text(name).trim();
        let at = typed.parse::<DateTime<Utc>>().ok();
        if at.is_none() && !typed.is_empty() {
            problems.push((name, t.get("tracciatura-istante-errato")));
        }
        at
    };
    let (request_issued_at, response_issued_at) = (instant("richiesta-istante"), instant("risposta-istante"));
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Search {
        from,
        until,
        request_id: text("richiesta"),
        response_id: text("risposta"),
        assertion_id: text("asserzione"),
        name_id: text("soggetto"),
        codice_fiscale: text("codice-fiscale"),
        response_issuer: text("emittente"),
        name_qualifier: text("qualificatore"),
        request_issued_at,
        response_issued_at,
        esito: ESITI.iter().find(|(word, _)| *word == posted.text("esito")).map(|(_, esito)| *esito),
    })
}

fn view(base: &Page, posted: &Posted, found: Option<&Found>, errors: Vec<(&'static str, String)>) -> SearchPage {
    let t = base.t;
    let field = |(name, key): (&'static str, &'static str)| Field {
        name,
        label: t.get(key),
        value: posted.text(name).to_owned(),
    };
    let chosen = posted.text("esito");
    SearchPage {
        page: framed(base, t.get("tracciatura-titolo")).failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(t, errors),
        late: None,
        days: DAYS.map(field).into(),
        texts: TEXTS.map(field).into(),
        esiti: ESITI.map(|(word, esito)| (word, esito_words(t, esito).words, word == chosen)).into(),
        found: found.map(|found| FoundView {
            caption: t.get1("tracciatura-elenco", "total", found.entries.len()),
            more: found.more,
            rows: found.entries.iter().map(|entry| row(t, entry)).collect(),
            hidden: DAYS
                .iter()
                .chain(&TEXTS)
                .map(|(name, _)| *name)
                .chain(["esito"])
                .map(|name| (name, posted.text(name).to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            reason: posted.text("motivo").to_owned(),
            protocol: posted.text("protocollo").to_owned(),
        }),
    }
}

fn row(t: Text, entry: &Entry) -> RowView {
    RowView {
        path: format!("{TRACCIATURA}/{}", entry.id),
        at: moment(entry.at),
        status: esito_words(t, entry.esito),
        provider: entry.provider.clone().or_else(|| entry.response_issuer.clone()).unwrap_or_default(),
        request: entry.request_id.clone().unwrap_or_default(),
        response: entry.response_id.clone().unwrap_or_default(),
    }
}

/// An instant to the second in UTC, as the messages write it.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// What became of a message, in words.
fn esito_words(t: Text, esito: Esito) -> OfficeStatus {
    match esito {
        Esito::Sent => OfficeStatus { words: t.get("tracciatura-esito-inviata"), shape: "st-corso" },
        Esito::Verified => OfficeStatus { words: t.get("tracciatura-esito-accolta"), shape: "st-ok" },
        Esito::Failed => OfficeStatus { words: t.get("tracciatura-esito-rifiutata"), shape: "st-errore" },
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::ufficio::sample::see;

    pub(super) fn entry(esito: Esito) -> Entry {
        Entry {
            id: uuid::Uuid::from_u128(7),
            at: DateTime::UNIX_EPOCH,
            esito,
            outcome: esito.word().to_owned(),
            is_request: esito == Esito::Sent,
            request_id: Some("_7f1c".into()),
            request_issued_at: Some(DateTime::UNIX_EPOCH),
            response_id: (esito != Esito::Sent).then(|| "_9a2e".into()),
            response_issued_at: Some(DateTime::UNIX_EPOCH),
            response_issuer: Some("https://idp.example".into()),
            assertion_id: Some("_a".into()),
            name_qualifier: None,
            scheme: Some("spid"),
            provider: Some("https://idp.example".into()),
            seq: Some(3),
            hash: Some("ab".repeat(32)),
        }
    }

    fn posted(fields: &[(&str, &str)]) -> Posted {
        let mut posted = Posted::default();
        posted.fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        posted
    }

    #[test]
    fn the_search_renders_in_every_language() {
        see("ufficio-tracciatura-vuota", |base| view(&base, &Posted::default(), None, vec![]));
        let found = Found { entries: Esito::ALL.map(entry).into(), more: true };
        let sent = posted(&[("dal", "2026-09-01"), ("emittente", "https://idp.example"), ("esito", "rifiutata")]);
        see("ufficio-tracciatura", |base| view(&base, &sent, Some(&found), vec![]));
        see("ufficio-tracciatura-errore", |base| {
            view(&base, &posted(&[("dal", "ieri")]), None, vec![("dal", base.t.get("tracciatura-giorno-errato"))])
        });
        let nothing = Found { entries: vec![], more: false };
        see("ufficio-tracciatura-niente", |base| view(&base, &sent, Some(&nothing), vec![]));
    }

    #[test]
    fn days_are_those_of_rome_and_instants_those_of_messages() {
        let t = Text(Lingua::It);
        let sent =
            posted(&[("dal", "2026-09-01"), ("al", "2026-09-01"), ("richiesta-istante", "2026-09-01T08:00:00Z")]);
        let search = read(t, &sent).unwrap();
        assert_eq!(search.from.unwrap().to_rfc3339(), "2026-08-31T22:00:00+00:00");
        assert_eq!(search.until.unwrap().to_rfc3339(), "2026-09-01T22:00:00+00:00");
        assert_eq!(moment(search.request_issued_at.unwrap()), "2026-09-01 08:00:00Z");
        let wrong = read(t, &posted(&[("al", "x"), ("risposta-istante", "2026")])).unwrap_err();
        assert_eq!(wrong.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["al", "risposta-istante"]);
    }
}
