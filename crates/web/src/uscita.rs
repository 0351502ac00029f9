//! Leaving: "Esci", the provider's session, and what providers say about sessions of ours.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sportello_app::{
    accesso::{self, Farewell, Incoming, Logout, LogoutStatus, MessageField, Parcel},
    session::Audience,
};
use sportello_domain::identita::IdentityScheme;

use crate::{
    accessi::home,
    accesso::form_target,
    cookie,
    cx::{Cx, html, html_status},
    error::{Error, ErrorPage, Result, WayForward},
    headers::no_store,
    links::local_path,
    page::Page,
    posted::Posted,
};

/// Signed out here; the provider's session is open still.
#[derive(askama::Template)]
#[template(path = "accesso/esci-gestore.html")]
struct FarewellPage {
    page: Page,
    farewell: Farewell,
}

/// The answer on its way back to the provider.
#[derive(askama::Template)]
#[template(path = "accesso/uscita.html")]
struct AnswerPage {
    page: Page,
    provider: String,
    parcel: Parcel,
}

/// What came of leaving.
#[derive(askama::Template)]
#[template(path = "accesso/uscito.html")]
struct LeftPage {
    page: Page,
    sentences: Vec<String>,
}

/// `POST /esci`, `POST /ufficio/esci` and `POST /scuola/esci`
pub(crate) async fn leave(cx: Cx, posted: Posted) -> Result<Response> {
    let farewell = accesso::leave(&cx.portal, &cx.ctx).await?;
    let destination = local_path(posted.text("poi")).unwrap_or(home(cx.audience()));
    match farewell {
        None => Ok(left(&cx, cx.see_other(destination))),
        Some(farewell) => {
            let nobody = cx.signed_out();
            let page = nobody.page(cx.t.get("uscita-titolo"));
            let action = action(&farewell.parcel).map(str::to_owned);
            leading_to(action.as_deref(), left(&cx, html(&FarewellPage { page, farewell })?))
        }
    }
}

/// The answer to somebody whose session has ended: the browser forgets it too.
pub(crate) fn left(cx: &Cx, mut response: Response) -> Response {
    cookie::set(response.headers_mut(), cookie::end_session(cx.audience()));
    if cx.audience() == Audience::Scuola {
        cookie::set(response.headers_mut(), cookie::end_device());
    }
    // Not "cookies": the other door's session and the language are not ours to end.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    no_store(response)
}

/// `GET /spid/slo` and `GET /cie/slo`
pub(crate) async fn by_redirect(cx: Cx) -> Result<Response> {
    let query = cx.path_and_query.split_once('?').map(|(_, query)| query);
    let query = query.ok_or(Error::BadRequest("no logout message"))?.to_owned();
    take(&cx, Incoming::Redirect(&query)).await
}

/// `POST /spid/slo` and `POST /cie/slo`
pub(crate) async fn by_post(cx: Cx, posted: Posted) -> Result<Response> {
    let relay_state = posted.get("RelayState");
    let incoming = match (posted.get("SAMLRequest"), posted.get("SAMLResponse")) {
        (Some(message), None) => Incoming::Post { field: MessageField::Request, message, relay_state },
        (None, Some(message)) => Incoming::Post { field: MessageField::Response, message, relay_state },
        _ => return Err(Error::BadRequest("no logout message, or two")),
    };
    take(&cx, incoming).await
}

async fn take(cx: &Cx, incoming: Incoming<'_>) -> Result<Response> {
    let scheme = if cx.path.starts_with("/cie/") { IdentityScheme::Cie } else { IdentityScheme::Spid };
    match accesso::take_logout(&cx.portal, &cx.ctx, scheme, incoming).await? {
        Logout::Answer { parcel: Some(Parcel::Address(address)), .. } => {
            let location = HeaderValue::from_str(&address).map_err(|_| Error::BadRequest("the provider's address"))?;
            Ok(no_store((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()))
        }
        Logout::Answer { provider, parcel: Some(parcel) } => {
            let page = cx.signed_out().page(cx.t.get("uscita-risposta-titolo")).script();
            let action = action(&parcel).map(str::to_owned);
            leading_to(action.as_deref(), html(&AnswerPage { page, provider, parcel })?)
        }
        Logout::Answer { provider, parcel: None } => said(cx, vec![cx.t.get1("uscita-fatta", "gestore", provider)]),
        Logout::Left { provider, status } => said(cx, words(cx, &provider, status)),
        Logout::Refused => html_status(StatusCode::FORBIDDEN, &refused(cx)).map(no_store),
    }
}

/// The page that says what the provider answered.
fn words(cx: &Cx, provider: &str, status: LogoutStatus) -> Vec<String> {
    let then = match status {
        LogoutStatus::Complete => return vec![cx.t.get1("uscita-fatta", "gestore", provider)],
        LogoutStatus::Partial => "uscita-parziale",
        LogoutStatus::Failed => "uscita-fallita",
    };
    vec![cx.t.get("uscita-qui"), cx.t.get1(then, "gestore", provider), cx.t.get("uscita-chiudi-browser")]
}

fn said(cx: &Cx, sentences: Vec<String>) -> Result<Response> {
    html(&LeftPage { page: cx.page(cx.t.get("uscita-titolo")), sentences }).map(no_store)
}

fn refused(cx: &Cx) -> ErrorPage {
    let t = cx.t;
    ErrorPage {
        page: cx.page(t.get("uscita-rifiutata")),
        sentences: vec![t.get("uscita-rifiutata-1"), t.get("uscita-rifiutata-2")],
        ways: vec![WayForward { label: t.get("errore-vai-home"), href: cx.links.to("/") }],
        reference: Some(cx.ctx.request.to_string()),
    }
}

/// Where the form of a parcel goes.
fn action(parcel: &Parcel) -> Option<&str> {
    match parcel {
        Parcel::Form { action, .. } => Some(action),
        Parcel::Address(_) => None,
    }
}

/// The page, allowed to lead a form to the provider.
fn leading_to(action: Option<&str>, mut response: Response) -> Result<Response> {
    if let Some(action) = action {
        let target = form_target(action).ok_or(Error::BadRequest("the provider's address is not one"))?;
        response.extensions_mut().insert(target);
    }
    Ok(no_store(response))
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    fn form() -> Parcel {
        Parcel::Form {
            action: "https://idp.example/slo?a=1&b=2".into(),
            field: "SAMLRequest",
            message: "PHNhbWw+".into(),
            relay_state: Some("r\"&".into()),
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        for lingua in Lingua::ALL {
            let page = || sample::page(lingua, "Sei uscito", None);
            for (parcel, answers) in [(form(), true), (Parcel::Address("https://idp.example/slo?x=1".into()), false)] {
                let farewell = Farewell { provider: "Gestore".into(), answers, parcel };
                sample::check(&FarewellPage { page: page(), farewell }.render().unwrap());
            }
            let html = AnswerPage { page: page().script(), provider: "Gestore".into(), parcel: form() };
            let html = html.render().unwrap();
            sample::check(&html);
            assert!(html.contains("data-invia-subito") && html.contains("value=\"r&#34;&#38;\""), "{html}");
            sample::check(&LeftPage { page: page(), sentences: vec!["Fatto.".into()] }.render().unwrap());
        }
    }
}
