//! The doors: choice of a provider, the way there and back, leaving.

use std::collections::BTreeSet;

use axum::{
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use sportello_app::{
    accesso::{self, Browser, Departure, IdentityScheme, ProviderChoice, SignInFailure, SignInForm, WayBack},
    modello,
    session::Audience,
};
use sportello_domain::identita::IdentityLevel;

use crate::{
    browser, cookie,
    cx::{Cx, html, html_status},
    error::{Error, ErrorPage, Result, WayForward},
    headers::{FormTarget, no_store},
    links::{local_path, query_value},
    page::Page,
    posted::Posted,
};

/// Longest entity id taken from an address, in bytes.
const ENTITY_ID_MAX: usize = 1024;
/// `livello` in the address of a door: certified keys (SPID level 3, CIE).
const CERTIFIED: &str = "3";

#[derive(askama::Template)]
#[template(path = "accesso/porta.html")]
struct DoorPage {
    page: Page,
    /// Whether the page asked for needs certified keys.
    certified: bool,
    spid_path: String,
    /// The other doors that are open.
    others: Vec<Door>,
    back: Option<Back>,
}

/// A door beside that of SPID.
struct Door {
    /// Name of it in the page.
    id: &'static str,
    title: String,
    text: String,
    enter: String,
    path: String,
}

/// Where the person goes after signing in.
#[derive(Clone)]
struct Back {
    label: String,
    path: String,
}

#[derive(askama::Template)]
#[template(path = "accesso/gestori.html")]
struct ProvidersPage {
    page: Page,
    action: String,
    asked: Asked,
    providers: Vec<ProviderChoice>,
    others: Vec<Door>,
    back: Option<Back>,
}

#[derive(askama::Template)]
#[template(path = "accesso/avvia.html")]
struct LeavePage {
    page: Page,
    form: SignInForm,
}

#[derive(askama::Template)]
#[template(path = "accesso/fatto.html")]
struct DonePage {
    page: Page,
}

#[derive(askama::Template)]
#[template(path = "accesso/spid.html")]
struct SpidPage {
    page: Page,
    paragraphs: Vec<String>,
    steps: Vec<String>,
}

/// What the address of a door asks for.
struct Asked {
    /// The page to come back to, or the home of the door.
    destination: String,
    /// Level of assurance that it needs.
    level: IdentityLevel,
}

impl Asked {
    fn of(cx: &Cx) -> Self {
        let home = match cx.audience() {
            Audience::Cittadino => "/",
            Audience::Ufficio => "/ufficio",
            Audience::Scuola => crate::scuola::PRESENZE,
        };
        let asked = cx.query("poi").unwrap_or_default();
        let certified = cx.query("livello").as_deref() == Some(CERTIFIED);
        Self {
            destination: local_path(&asked).unwrap_or(home).to_owned(),
            level: if certified { IdentityLevel::L3 } else { accesso::LEVEL },
        }
    }

    /// The query that asks for the same at another door.
    fn query(&self) -> String {
        level_query(&self.destination, self.level)
    }
}

/// The query with which a door comes back to a page that needs a level.
pub(crate) fn level_query(destination: &str, level: IdentityLevel) -> String {
    let level = if level > accesso::LEVEL { format!("&livello={CERTIFIED}") } else { String::new() };
    format!("poi={}{level}", query_value(destination))
}

/// Whether this door has nothing to ask: the person is signed in here already, and surely enough.
fn inside(cx: &Cx, level: IdentityLevel) -> bool {
    match cx.audience() {
        Audience::Cittadino => cx.ctx.at_level(level).is_ok(),
        Audience::Ufficio | Audience::Scuola => cx.signed().is_some(),
    }
}

/// The modello that the destination belongs to, in words people know.
async fn back(cx: &Cx, destination: &str) -> Option<Back> {
    let code = destination.strip_prefix("/modelli/")?.split(['/', '?']).next()?;
    let modello = modello::page(&cx.portal, &cx.ctx, code).await.ok()?;
    Some(Back { label: modello.row.title, path: format!("/modelli/{code}") })
}

/// `/accesso`
pub(crate) async fn door(cx: Cx) -> Result<Response> {
    let asked = Asked::of(&cx);
    if inside(&cx, asked.level) {
        return Ok(cx.see_other(&asked.destination));
    }
    let back = back(&cx, &asked.destination).await;
    let page = cx.page(cx.t.get("accesso-titolo"));
    let spid_path = format!("/accesso/spid?{}", asked.query());
    let certified = asked.level > accesso::LEVEL;
    html(&DoorPage { page, certified, spid_path, others: other_doors(&cx, &asked).await?, back })
}

/// The doors beside that of SPID which this ente has opened and behind which somebody is: before the federation has
/// accepted the ente there is no provider. Staff come in by CIE, not by eIDAS.
async fn other_doors(cx: &Cx, asked: &Asked) -> Result<Vec<Door>> {
    let (t, query) = (cx.t, asked.query());
    let citizen = cx.audience() == Audience::Cittadino;
    let base = cx.page("").enter_path();
    let leads = async |scheme| Ok::<_, Error>(!accesso::providers(&cx.portal, &cx.ctx, scheme).await?.is_empty());
    let cie = leads(IdentityScheme::Cie).await?.then(|| Door {
        id: "cie",
        title: t.get("accesso-cie"),
        text: t.get("accesso-cie-testo"),
        enter: t.get("accesso-cie-entra"),
        path: format!("{base}/cie?{query}"),
    });
    let eidas = (citizen && leads(IdentityScheme::Eidas).await?).then(|| Door {
        id: "eidas",
        title: t.get("accesso-eidas"),
        text: t.get("accesso-eidas-testo"),
        enter: t.get("accesso-eidas-entra"),
        path: format!("{base}/eidas?{query}"),
    });
    Ok(cie.into_iter().chain(eidas).collect())
}

/// `/accesso/spid`, `/ufficio/accesso` and `/scuola/accesso`
pub(crate) async fn providers(cx: Cx) -> Result<Response> {
    let asked = Asked::of(&cx);
    if inside(&cx, asked.level) {
        return Ok(cx.see_other(&asked.destination));
    }
    let providers = accesso::providers(&cx.portal, &cx.ctx, IdentityScheme::Spid).await?;
    let (page, action) = match cx.audience() {
        Audience::Cittadino => (
            cx.page(cx.t.get("accesso-spid-titolo")).crumb(cx.t.get("accesso-titolo"), "/accesso"),
            "/accesso/spid/avvia",
        ),
        Audience::Ufficio => (cx.page(cx.t.get("accesso-ufficio-titolo")), "/ufficio/accesso/avvia"),
        Audience::Scuola => (cx.page(cx.t.get("accesso-scuola-titolo")), "/scuola/accesso/avvia"),
    };
    let back = back(&cx, &asked.destination).await;
    // The citizens' doors stand on the page before this one.
    let others = if page.office() { other_doors(&cx, &asked).await? } else { Vec::new() };
    // Browsers apply the page's policy to what its form is redirected to.
    let elsewhere: BTreeSet<String> = providers
        .iter()
        .filter_map(|choice| choice.redirect_url.as_deref())
        .filter_map(form_target)
        .map(|target| target.0)
        .collect();
    let mut response = html(&ProvidersPage { page, action: action.into(), asked, providers, others, back })?;
    if !elsewhere.is_empty() {
        let origins: Vec<String> = elsewhere.into_iter().collect();
        response.extensions_mut().insert(FormTarget(origins.join(" ")));
    }
    Ok(no_store(response))
}

/// `/accesso/spid/avvia`, `/ufficio/accesso/avvia` and `/scuola/accesso/avvia`: the form that takes the browser to its provider.
pub(crate) async fn start(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let asked = Asked::of(&cx);
    let provider = cx.query("idp").filter(|id| !id.is_empty() && id.len() <= ENTITY_ID_MAX);
    let Some(provider) = provider else {
        return Ok(cx.see_other(&list_path(cx.audience(), &asked.query())));
    };
    leave_for(&cx, &headers, &provider, &asked).await
}

/// `/accesso/cie`, `/ufficio/accesso/cie` and `/scuola/accesso/cie`: there is one provider, so nothing is to be chosen.
pub(crate) async fn start_cie(cx: Cx, headers: HeaderMap) -> Result<Response> {
    start_only(&cx, &headers, IdentityScheme::Cie).await
}

/// `/accesso/eidas`: the Italian node asks for the country.
pub(crate) async fn start_eidas(cx: Cx, headers: HeaderMap) -> Result<Response> {
    start_only(&cx, &headers, IdentityScheme::Eidas).await
}

/// Leaves for the one provider of a scheme; a scheme without provider has no door and no page.
async fn start_only(cx: &Cx, headers: &HeaderMap, scheme: IdentityScheme) -> Result<Response> {
    match accesso::providers(&cx.portal, &cx.ctx, scheme).await?.first() {
        Some(provider) => leave_for(cx, headers, &provider.entity_id, &Asked::of(cx)).await,
        None => Err(sportello_app::Error::NotFound.into()),
    }
}

async fn leave_for(cx: &Cx, headers: &HeaderMap, provider: &str, asked: &Asked) -> Result<Response> {
    // A picture or a frame of another site must not begin sign-ins in the name of its visitors.
    if headers.get("sec-fetch-dest").is_some_and(|kind| kind != "document") {
        return Err(Error::BadRequest("a sign-in begins as a page"));
    }
    // An attempt in another tab goes on: both are bound to the same browser.
    let prelogin = cookie::read(headers, cookie::PRELOGIN);
    let audience = cx.audience();
    let label = browser::label(headers);
    let from = Browser { prelogin: prelogin.as_deref(), label: &label };
    let asked = accesso::Asked { destination: &asked.destination, level: asked.level };
    let form = match accesso::start(&cx.portal, &cx.ctx, audience, provider, asked, &from).await? {
        Departure::Form(form) => form,
        Departure::Address { address, prelogin } => return Ok(leave_by_address(address, &prelogin)),
    };
    let target = form_target(&form.action).ok_or(Error::BadRequest("the provider's address is not one"))?;
    let prelogin = cookie::prelogin(&form.prelogin);
    let page = cx.page(cx.t.get1("accesso-avvia-titolo", "gestore", form.provider_name.as_str())).script();
    let mut response = no_store(html(&LeavePage { page, form })?);
    cookie::set(response.headers_mut(), prelogin);
    response.extensions_mut().insert(target);
    Ok(response)
}

/// The way to a provider that takes requests by HTTP-Redirect: 302 is the status that the binding names.
fn leave_by_address(address: String, prelogin: &str) -> Response {
    let mut response = no_store((StatusCode::FOUND, [(header::LOCATION, address)]).into_response());
    cookie::set(response.headers_mut(), cookie::prelogin(prelogin));
    response
}

/// Origin of the address that the form leads to; only web addresses have one.
pub(crate) fn form_target(action: &str) -> Option<FormTarget> {
    let uri: Uri = action.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "https" | "http"))?;
    Some(FormTarget(format!("{scheme}://{}", uri.authority()?)))
}

/// The list of providers of a door, with the query that says what is asked for.
fn list_path(audience: Audience, query: &str) -> String {
    let list = match audience {
        Audience::Cittadino => "/accesso/spid",
        Audience::Ufficio => "/ufficio/accesso",
        Audience::Scuola => "/scuola/accesso",
    };
    format!("{list}?{query}")
}

/// Where the next attempt begins: at the list of providers for whoever came from there, else at all doors.
fn again_path(back: Option<&WayBack>) -> String {
    let destination = back.and_then(|back| local_path(&back.destination)).unwrap_or("/");
    let query = level_query(destination, back.map_or(accesso::LEVEL, |back| back.level));
    match back {
        Some(back) if back.audience != Audience::Cittadino || back.scheme == IdentityScheme::Spid => {
            list_path(back.audience, &query)
        }
        _ => format!("/accesso?{query}"),
    }
}

/// `POST /spid/acs` and `POST /cie/acs`: the provider's answer. Which of the two it was sent to is signed in it.
pub(crate) async fn answer(cx: Cx, headers: HeaderMap, posted: Posted) -> Result<Response> {
    let prelogin = cookie::read(&headers, cookie::PRELOGIN);
    let outcome = accesso::complete(&cx.portal, &cx.ctx, posted.text("SAMLResponse"), prelogin.as_deref()).await;
    match outcome {
        Ok(signed) => {
            let mut response = cx.see_other(local_path(&signed.destination).unwrap_or("/"));
            cookie::set(response.headers_mut(), cookie::session(signed.audience, &signed.token));
            if let Some(device) = &signed.device {
                cookie::set(response.headers_mut(), cookie::device(device));
            }
            cookie::set(response.headers_mut(), cookie::end_prelogin());
            Ok(no_store(response))
        }
        Err(SignInFailure::Failed(error)) => Err(error.into()),
        Err(failure) => {
            tell_ours(&cx, &failure);
            html_status(StatusCode::FORBIDDEN, &failure_page(&cx, &failure)).map(no_store)
        }
    }
}

/// A provider that refuses our request has found a fault of ours: whoever runs the portal must know.
fn tell_ours(cx: &Cx, failure: &SignInFailure) {
    if let SignInFailure::Anomaly { number, provider, .. } = failure
        && is_ours(*number)
    {
        tracing::error!(request = %cx.ctx.request, number, provider, "a provider refuses our requests");
    }
}

/// The page of a sign-in that did not succeed.
fn failure_page(cx: &Cx, failure: &SignInFailure) -> ErrorPage {
    let t = cx.t;
    let (title, sentences) = match failure {
        SignInFailure::Anomaly { number, provider, .. } => {
            let (what, then) = anomaly(*number, failure.back().map_or(accesso::LEVEL, |back| back.level));
            (t.get("accesso-fallito"), vec![t.get(what), t.get1(then, "gestore", provider.as_str())])
        }
        SignInFailure::Refused(_) => {
            (t.get("accesso-rifiutato"), vec![t.get("accesso-rifiutato-1"), t.get("accesso-rifiutato-2")])
        }
        SignInFailure::TooYoung(_) => (t.get("accesso-minore"), vec![t.get("accesso-minore-1")]),
        SignInFailure::NoCodiceFiscale(_) => (t.get("accesso-senza-cf"), vec![t.get("accesso-senza-cf-1")]),
        SignInFailure::NoRole(_) => (t.get("accesso-senza-ruolo"), vec![t.get("accesso-senza-ruolo-1")]),
        SignInFailure::Failed(_) => (t.get("errore-interno"), vec![t.get("errore-interno-1")]),
    };
    let way = |key: &str, path: &str| WayForward { label: t.get(key), href: cx.links.to(path) };
    let again = way(again(failure), &again_path(failure.back()));
    let help = way("errore-vai-assistenza", "/assistenza");
    let home = way("errore-vai-home", "/");
    ErrorPage {
        page: cx.page(title).crumb(t.get("accesso-titolo"), "/accesso"),
        sentences,
        ways: if needs_the_office(failure) { vec![help, again, home] } else { vec![again, home, help] },
        reference: Some(cx.ctx.request.to_string()),
    }
}

/// Key of the words for trying once more: with what, where the same would end in the same way.
fn again(failure: &SignInFailure) -> &'static str {
    match failure {
        SignInFailure::Anomaly { number: 23, .. } => "accesso-altro-gestore",
        SignInFailure::TooYoung(_) | SignInFailure::NoRole(_) | SignInFailure::NoCodiceFiscale(_) => {
            "accesso-altra-identita"
        }
        SignInFailure::Anomaly { .. } | SignInFailure::Refused(_) | SignInFailure::Failed(_) => "accesso-riprova",
    }
}

/// Whether nothing that the person does would help.
fn needs_the_office(failure: &SignInFailure) -> bool {
    match failure {
        SignInFailure::Anomaly { number, .. } => is_ours(*number),
        other => matches!(other, SignInFailure::NoCodiceFiscale(_)),
    }
}

/// Whether an anomaly says that our request was wrong.
fn is_ours(number: u8) -> bool {
    matches!(number, 8 | 9 | 11..=18)
}

/// What happened, and what to do: keys of the two sentences for an anomaly number at the level that was asked for.
fn anomaly(number: u8, level: IdentityLevel) -> (&'static str, &'static str) {
    match number {
        19 => ("accesso-nr19", "accesso-nr19-poi"),
        20 if level > accesso::LEVEL => ("accesso-nr20", "accesso-nr20-poi-3"),
        20 => ("accesso-nr20", "accesso-nr20-poi"),
        21 => ("accesso-nr21", "accesso-nr21-poi"),
        22 => ("accesso-nr22", "accesso-nr22-poi"),
        23 => ("accesso-nr23", "accesso-nr23-poi"),
        25 => ("accesso-nr25", "accesso-nr25-poi"),
        30 => ("accesso-nr30", "accesso-nr30-poi"),
        ours if is_ours(ours) => ("accesso-nostro", "accesso-nostro-poi"),
        _ => ("accesso-altro", "accesso-altro-poi"),
    }
}

/// `/accesso/fatto`: where a sign-in in a second tab ends.
pub(crate) async fn done(cx: Cx) -> Result<Response> {
    if !inside(&cx, accesso::LEVEL) {
        return Ok(cx.see_other(&cx.sign_in_path(&cx.path)));
    }
    html(&DonePage { page: cx.page(cx.t.get("accesso-fatto-titolo")) })
}

/// `/accesso/cos-e-spid`
pub(crate) async fn what_is_spid(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("spid-cosa-titolo")).crumb(t.get("accesso-titolo"), "/accesso");
    let paragraphs = vec![t.get("spid-cosa-1"), t.get("spid-cosa-2"), t.get("spid-cosa-3")];
    html(&SpidPage { page, paragraphs, steps: Vec::new() })
}

/// `/accesso/richiedi-spid`
pub(crate) async fn get_spid(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("spid-richiedi-titolo")).crumb(t.get("accesso-titolo"), "/accesso");
    let paragraphs = vec![t.get("spid-richiedi-1"), t.get("spid-richiedi-2")];
    let steps = vec![t.get("spid-richiedi-passo-1"), t.get("spid-richiedi-passo-2"), t.get("spid-richiedi-passo-3")];
    html(&SpidPage { page, paragraphs, steps })
}

/// `/spid/metadata`
pub(crate) async fn metadata(cx: Cx) -> Result<Response> {
    signed_metadata(&cx, IdentityScheme::Spid).await
}

/// `/cie/metadata`
pub(crate) async fn cie_metadata(cx: Cx) -> Result<Response> {
    signed_metadata(&cx, IdentityScheme::Cie).await
}

async fn signed_metadata(cx: &Cx, scheme: IdentityScheme) -> Result<Response> {
    let xml = accesso::metadata(&cx.portal, &cx.ctx, scheme).await?;
    Ok(([(header::CONTENT_TYPE, "application/samlmetadata+xml; charset=utf-8")], xml).into_response())
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    fn doors() -> Vec<Door> {
        let door = |id| Door {
            id,
            title: "Un’altra porta".into(),
            text: "Che cosa serve".into(),
            enter: "Entra".into(),
            path: format!("/accesso/{id}?poi=/"),
        };
        vec![door("cie"), door("eidas")]
    }

    #[test]
    fn the_doors_render_in_every_language() {
        for lingua in Lingua::ALL {
            let back = Back { label: "Modello iscrizione mensa".into(), path: "/modelli/iscrizione-mensa".into() };
            for back in [None, Some(back)] {
                let door = DoorPage {
                    page: sample::page(lingua, "Accedi", None),
                    certified: back.is_some(),
                    spid_path: "/accesso/spid?poi=/".into(),
                    others: doors(),
                    back: back.clone(),
                };
                sample::check(&door.render().unwrap());
                let providers = vec![ProviderChoice {
                    entity_id: "https://idp.example/?a=1&b=2".into(),
                    name: "Gestore".into(),
                    redirect_url: None,
                }];
                let html = ProvidersPage {
                    page: sample::page(lingua, "Scegli", None),
                    action: "/accesso/spid/avvia".into(),
                    asked: Asked { destination: "/compila/1".into(), level: IdentityLevel::L3 },
                    providers,
                    others: doors(),
                    back,
                };
                let html = html.render().unwrap();
                sample::check(&html);
                assert!(html.contains("value=\"https://idp.example/?a=1&#38;b=2\""), "{html}");
            }
            let form = SignInForm {
                action: "https://idp.example/sso".into(),
                provider_name: "Gestore".into(),
                saml_request: "PHNhbWw+".into(),
                relay_state: "abc".into(),
                prelogin: "secret".into(),
            };
            let html = LeavePage { page: sample::page(lingua, "Vai", None).script(), form }.render().unwrap();
            sample::check(&html);
            assert!(!html.contains("secret"));
            sample::check(&DonePage { page: sample::page(lingua, "Fatto", Some("Giulia Bianchi")) }.render().unwrap());
            let page = sample::page(lingua, "Cos’è SPID", None);
            let spid = SpidPage { page, paragraphs: vec!["A".into()], steps: vec!["B".into()] };
            sample::check(&spid.render().unwrap());
        }
    }

    #[test]
    fn every_anomaly_has_its_words() {
        for lingua in Lingua::ALL {
            for (number, level) in (0..=99).flat_map(|number| IdentityLevel::ALL.map(|level| (number, level))) {
                let (what, then) = anomaly(number, level);
                let t = crate::text::Text(lingua);
                assert!(!t.get(what).contains("[["), "{what}");
                assert!(!t.get1(then, "gestore", "G").contains("[["), "{then}");
            }
        }
    }

    #[test]
    fn a_form_leads_to_a_web_origin_only() {
        assert_eq!(form_target("http://localhost:8090/sso?x=1").unwrap().0, "http://localhost:8090");
        assert!(form_target("javascript:alert(1)").is_none());
        assert!(form_target("/sso").is_none());
    }
}
