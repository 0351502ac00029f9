//! From a request to its handler: the ente, the session, the guards of each route, and the dress of the answer.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{Next, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::get,
};
use sportello_app::{
    Actor, Ctx, Ground, Portal,
    address::Addressing,
    delega, ente, per_conto,
    session::{self, Audience},
};
use sportello_domain::{ente::Ente, identita::IdentityLevel, lingua::Lingua};
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    timeout::TimeoutLayer,
};

use crate::{
    assets, cookie,
    cx::{Cx, audience_of},
    error::{Error, Fault, Result, chain, plain},
    flood::{Floods, Rate},
    freshness, headers,
    links::{Links, PAYMENT_DOOR, inside_behalf, inside_desk, inside_door},
    posted::{self, Files, Held, Repeat, Slot},
    radice,
    routes::{self, Access, Body, Route},
    scuola,
    settings::WebSettings,
    text::Text,
    visit,
};

/// Longest time for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest path and query, in bytes.
const ADDRESS_MAX_BYTES: usize = 4096;

/// What the entry holds.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) portal: Portal,
    pub(crate) settings: Arc<WebSettings>,
    inner: Router,
}

/// The whole web side of the portal.
pub fn router(portal: Portal, settings: WebSettings) -> Router {
    let hsts = settings.hsts;
    let gate = Gate { floods: Arc::new(Floods::new(settings.client_header.clone())), memory: posted::memory() };
    let entry = Entry { portal, settings: Arc::new(settings), inner: ente_router(routes::table(), &gate) };
    let pages = Router::new().fallback(enter).with_state(entry.clone()).layer(compression());
    let mut root = Router::new()
        .route("/assets/{name}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .route("/healthz", get(radice::healthz))
        .route("/readyz", get(radice::readyz))
        .route("/robots.txt", get(radice::robots))
        .route(PAYMENT_DOOR, get(radice::pagopa).layer(compression()));
    if matches!(entry.portal.addressing(), Addressing::ByPrefix { .. }) {
        root = root.route("/", get(radice::enti).layer(compression()));
    }
    root.with_state(entry)
        .fallback_service(pages)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request panicked");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "Errore. Riprova tra poco. / Something failed. Try again shortly.")
        }))
        .layer(map_response(move |response: Response| async move { headers::secure(response, hsts) }))
}

/// Text only: pictures, fonts and PDF are compressed already. The fastest level, since a page is made anew for each
/// request: the usual level takes two and a half times the CPU for a tenth fewer bytes.
fn compression() -> CompressionLayer<impl tower_http::compression::predicate::Predicate> {
    let text_only = |_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions| {
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/"))
    };
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(text_only)
}

fn ente_router(table: Vec<Route>, gate: &Gate) -> Router {
    let mut router = Router::new();
    for Route { path, access, body, rate, handler, .. } in table {
        let state = Guard { access, body, rate, gate: gate.clone() };
        router = router.route(path, handler.route_layer(from_fn_with_state(state, guard)));
    }
    router.fallback(async || Error::NotFound).method_not_allowed_fallback(async || Error::MethodNotAllowed)
}

/// What all guards of a portal share.
#[derive(Clone)]
struct Gate {
    floods: Arc<Floods>,
    memory: Arc<Semaphore>,
}

/// What stands before one handler.
#[derive(Clone)]
struct Guard {
    access: Access,
    body: Body,
    rate: Rate,
    gate: Gate,
}

async fn guard(
    State(guard): State<Guard>,
    Extension(cx): Extension<Cx>,
    request: Request,
    next: Next,
) -> Result<Response> {
    guard
        .gate
        .floods
        .take(guard.rate, &cx, request.headers(), request.extensions())
        .map_err(|wait| Error::TooOften { after_s: wait.as_secs() + 1 })?;
    // What is held in memory counts until the answer is ready.
    let mut held = Held::new(&guard.gate.memory);
    match guard.body {
        Body::None => {
            allow(guard.access, &cx)?;
            Ok(next.run(request).await)
        }
        Body::FromProvider { max_bytes } => {
            allow(guard.access, &cx)?;
            let request = with_form(request, max_bytes, Files::Dropped, &mut held, Ok).await?;
            Ok(next.run(request).await)
        }
        Body::Form { max_bytes } => {
            let provenance = posted::provenance(request.headers(), &cx.links)?;
            let allowed = allow(guard.access, &cx);
            // A file of somebody who may not send it is not worth its memory.
            let files = if allowed.is_ok() { Files::Kept } else { Files::Dropped };
            let request = with_form(request, max_bytes, files, &mut held, |form| match allowed {
                Err(sportello_app::Error::SignInNeeded) if provenance == posted::Provenance::SameOrigin => {
                    Err(Error::Repeat(Box::new(Repeat::new(form))))
                }
                Err(error) => Err(error.into()),
                Ok(()) => posted::check_token(&cx, form, provenance),
            })
            .await?;
            Ok(keep_what_was_typed(&cx, request, next).await)
        }
    }
}

/// Answers a form. When the handler finds that the service asks for a higher level than the citizen's sign-in had, what
/// was typed stays in the page.
async fn keep_what_was_typed(cx: &Cx, request: Request, next: Next) -> Response {
    let highest = cx.signed().is_none_or(|signed| signed.level >= IdentityLevel::L3);
    let kept = if highest { None } else { request.extensions().get::<Slot>().map(Repeat::of) };
    let response = next.run(request).await;
    let level = response.extensions().get::<Fault>().and_then(|fault| match &*fault.0 {
        Error::App(sportello_app::Error::LevelNeeded(level)) => Some(*level),
        _ => None,
    });
    match (level, kept) {
        (Some(level), Some(kept)) => Error::Repeat(Box::new(kept.at_level(level))).into_response(),
        _ => response,
    }
}

/// Reads the form, checks it, and hangs it on an otherwise empty request.
async fn with_form(
    request: Request,
    max_bytes: usize,
    files: Files,
    held: &mut Held,
    check: impl FnOnce(posted::Posted) -> Result<posted::Posted>,
) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let mut bare = Request::new(axum::body::Body::empty());
    *bare.method_mut() = parts.method.clone();
    *bare.uri_mut() = parts.uri.clone();
    *bare.headers_mut() = parts.headers.clone();
    *bare.extensions_mut() = parts.extensions.clone();
    let form = check(posted::read(Request::from_parts(parts, body), max_bytes, files, held).await?)?;
    bare.extensions_mut().insert(Slot::new(form));
    Ok(bare)
}

fn allow(access: Access, cx: &Cx) -> sportello_app::Result<()> {
    match access {
        Access::Public => Ok(()),
        Access::Cittadino => cx.ctx.acting().map(|_| ()),
        Access::Ufficio(roles) => cx.ctx.operatore(roles).map(|_| ()),
    }
}

/// The entry of every request to an ente.
async fn enter(State(entry): State<Entry>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match locate(&entry, &parts.uri, &parts.headers).await {
        Ok(place) => visit_ente(&entry, place, Request::from_parts(parts, body)).await,
        Err(response) => response,
    }
}

/// Where a request leads: the ente, and the path inside it.
struct Place {
    ente: Arc<Ente>,
    links: Links,
    path_and_query: String,
    /// On which ground it is asked for in the name of another.
    ground: Option<Ground>,
}

impl Place {
    fn new(entry: &Entry, ente: Arc<Ente>, path_and_query: String) -> Self {
        let links = Links::of(entry.portal.addressing(), &ente);
        match inside_behalf(&path_and_query).or_else(|| inside_desk(&path_and_query)) {
            Some((ground, inside)) => {
                Self { links: links.behalf(ground), ente, path_and_query: inside, ground: Some(ground) }
            }
            None => Self { links, ente, path_and_query, ground: None },
        }
    }
}

async fn locate(entry: &Entry, uri: &Uri, headers: &HeaderMap) -> Result<Place, Response> {
    let asked = uri.path_and_query().map_or("/", |asked| asked.as_str());
    if asked.len() > ADDRESS_MAX_BYTES {
        return Err(plain(StatusCode::URI_TOO_LONG, "Indirizzo troppo lungo. / The address is too long."));
    }
    let host = visit::host(uri, headers);
    let portal = &entry.portal;
    let by_slug = async |slug: &str| {
        let found = ente::by_slug(portal, slug).await.map_err(|error| unavailable(&error))?;
        found.ok_or_else(|| radice::not_found(headers))
    };
    if let Addressing::ByPrefix { origin } = portal.addressing()
        && !radice::is_our_host(origin, host.as_deref())
    {
        return Err(radice::misdirected());
    }
    if let Some((slug, _)) = inside_door(asked).and_then(visit::split_prefix) {
        let slug = slug.split('?').next().unwrap_or_default();
        let found = by_slug(slug).await?;
        // Inside, the door is a path of the ente like every other.
        let inside = &asked[PAYMENT_DOOR.len() + 1 + slug.len()..];
        return Ok(Place::new(entry, found, format!("{PAYMENT_DOOR}{inside}")));
    }
    let (found, path_and_query) = match portal.addressing() {
        Addressing::ByPrefix { .. } => {
            let Some((slug, rest)) = visit::split_prefix(uri.path()) else {
                return Err(radice::not_found(headers));
            };
            let found = by_slug(slug).await?;
            if rest.is_empty() {
                let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                return Err(moved(&format!("/{slug}/{query}")));
            }
            (found, &asked[slug.len() + 1..])
        }
        Addressing::ByHost => {
            let host = host.unwrap_or_default();
            let found = ente::by_host(portal, visit::without_port(&host)).await.map_err(|error| unavailable(&error))?;
            (found.ok_or_else(radice::misdirected)?, asked)
        }
    };
    if !visit::stays_here(path_and_query.split('?').next().unwrap_or_default()) {
        return Err(invalid_address());
    }
    let place = Place::new(entry, found, path_and_query.to_owned());
    // One page, one address.
    if inside_door(path_and_query).is_some() { Err(moved(&place.links.to(path_and_query))) } else { Ok(place) }
}

async fn visit_ente(entry: &Entry, place: Place, mut request: Request) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some((lingua, back)) = visit::asked_lingua(&place.path_and_query).filter(|_| safe) {
        return language_chosen(&place.links, lingua, &back);
    }
    let path = place.path_and_query.split('?').next().unwrap_or("/").to_owned();
    if safe && path.len() > 1 && path.ends_with('/') {
        return moved(&place.links.to(path.trim_end_matches('/')));
    }
    let mut cx = cx(entry, &place, &path, visit::lingua(request.headers()));
    let method = request.method().clone();
    let held = request.headers().get(header::IF_NONE_MATCH).cloned();
    match actor(&cx, request.headers()).await {
        Ok(actor) => cx.ctx.actor = actor,
        Err(error @ sportello_app::Error::OtherDevice) => {
            return dress(Error::App(error).into_response(), &cx, &method, held).await;
        }
        Err(error) => return unavailable(&error),
    }
    if let Some(ground) = place.ground
        && let Err(response) = look_in_the_name_of_another(&mut cx, ground, safe).await
    {
        return dress(response, &cx, &method, held).await;
    }
    match place.path_and_query.parse::<Uri>() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return invalid_address(),
    }
    request.extensions_mut().insert(cx.clone());
    let response = match entry.inner.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let response = dress(response, &cx, &method, held).await;
    // Without the query: what people search for may be a name.
    tracing::debug!(request = %cx.ctx.request, %method, path, status = response.status().as_u16(), "answered");
    response
}

/// Puts the delega or the session at the desk into the circumstances, asked for anew at each request; without one in
/// force, the answer, with links to the person's own pages. Somebody who is not signed in is led to the sign-in and back.
async fn look_in_the_name_of_another(cx: &mut Cx, ground: Ground, safe: bool) -> Result<(), Response> {
    let resumed = match ground {
        Ground::Delega(id) => delega::resume(&cx.portal, &cx.ctx, id).await,
        Ground::PerConto(id) => per_conto::resume(&cx.portal, &cx.ctx, id).await,
    };
    match resumed {
        Ok(behalf) => {
            cx.ctx.on_behalf = Some(behalf);
            Ok(())
        }
        // The form is kept for after the sign-in, at the same address.
        Err(sportello_app::Error::SignInNeeded) if !safe => Ok(()),
        Err(sportello_app::Error::SignInNeeded) => {
            cx.links = cx.links.own();
            let back = format!("{}{}", ground.path(), cx.path_and_query);
            Err(cx.see_other(&cx.sign_in_path(&back)))
        }
        Err(error) => {
            cx.links = cx.links.own();
            Err(Error::App(error).into_response())
        }
    }
}

/// The circumstances of a visit, before anybody is known.
fn cx(entry: &Entry, place: &Place, path: &str, lingua: Lingua) -> Cx {
    let request = entry.portal.request_id();
    Cx {
        ctx: Ctx { ente: place.ente.clone(), actor: Actor::Nobody, request, lingua, on_behalf: None },
        portal: entry.portal.clone(),
        settings: entry.settings.clone(),
        t: Text(lingua),
        links: place.links.clone(),
        path: path.into(),
        path_and_query: place.path_and_query.as_str().into(),
        door: match place.ground {
            Some(Ground::PerConto(_)) => Audience::Ufficio,
            Some(Ground::Delega(_)) | None => audience_of(path),
        },
    }
}

/// Who is behind the session cookie of this door.
async fn actor(cx: &Cx, headers: &HeaderMap) -> sportello_app::Result<Actor> {
    let audience = cx.audience();
    let secret = |name| cookie::read(headers, name).unwrap_or_default();
    let token = secret(cookie::session_name(audience));
    if audience != Audience::Scuola {
        return session::resume(&cx.portal, &cx.ctx.ente, audience, &token).await;
    }
    match session::resume_on_device(&cx.portal, &cx.ctx, &token, &secret(cookie::DISPOSITIVO)).await {
        // Whoever lost the secret of the device may sign in again.
        Err(sportello_app::Error::OtherDevice) if scuola::is_door(&cx.path) => Ok(Actor::Nobody),
        other => other,
    }
}

/// Puts an error into words, and says how long the answer may be kept. `held` names the page that the browser has.
async fn dress(response: Response, cx: &Cx, method: &Method, held: Option<HeaderValue>) -> Response {
    let mut response = match response.extensions().get::<Fault>().cloned() {
        Some(Fault(error)) => error.respond(cx, method),
        None => response,
    };
    let public = cx.signed().is_none() && response.status() == StatusCode::OK && *method == Method::GET;
    if public && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response = freshness::name(response, held.as_ref()).await;
    }
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    if let Ok(id) = HeaderValue::from_str(&cx.ctx.request.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

pub(crate) fn language_chosen(links: &Links, lingua: Lingua, back: &str) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, links.to(back))]).into_response();
    cookie::set(response.headers_mut(), cookie::lingua(lingua));
    response
}

fn invalid_address() -> Response {
    plain(StatusCode::BAD_REQUEST, "Indirizzo non valido. / The address is not valid.")
}

fn moved(href: &str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, href)]).into_response()
}

/// Not even the ente or the session could be read.
fn unavailable(error: &sportello_app::Error) -> Response {
    tracing::error!(error = %chain(error), "the ente or the session could not be read");
    let mut response = plain(
        StatusCode::SERVICE_UNAVAILABLE,
        "Il servizio non risponde. Riprova tra poco: non si crea un doppione. / The service does not answer. Try again shortly.",
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}
