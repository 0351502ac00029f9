//! The preview of a form for whoever writes it, from a command: the pages of a draft, drawn from a text that is read
//! anew at each request. No ente, no database, nobody signed in; what is typed lives as long as the program.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use sportello_app::{
    Actor, Ctx,
    bozza::Prova,
    clock::{Chance, Clock},
};
use sportello_domain::{
    ente::Ente,
    id::{RequestId, RowId},
    modello::{AuthorError, Modello, Procedura},
};
use tokio::sync::Semaphore;

use crate::{
    assets,
    compila::prova::{self, Asked},
    error::{Error, Result, plain},
    headers,
    links::Links,
    page::Page,
    posted::{self, Files, Held, Posted},
    radice,
    router::language_chosen,
    routes::PAGE_MAX_BYTES,
    text::Text,
    theme, visit,
};

/// Path below which the form stands.
const BASE: &str = "/anteprima";

/// Reads the form anew; what is wrong with it where it cannot be shown.
pub type ReadForm = Arc<dyn Fn() -> std::result::Result<(Modello, Procedura), Vec<AuthorError>> + Send + Sync>;

/// What the preview is made of.
#[derive(Clone)]
struct Preview {
    origin: Arc<str>,
    ente: Arc<Ente>,
    read: ReadForm,
    clock: Clock,
    chance: Chance,
    memory: Arc<Semaphore>,
    prova: Arc<Mutex<Option<Prova>>>,
}

/// The preview of a form at `origin` (scheme, host and port), as an invented ente would show it.
pub fn preview_router(origin: &str, ente: Ente, read: ReadForm) -> Router {
    let preview = Preview {
        origin: origin.into(),
        ente: Arc::new(ente),
        read,
        clock: Clock::system(),
        chance: Chance::system(),
        memory: posted::memory(),
        prova: Arc::default(),
    };
    Router::new()
        .route("/assets/{name}", get(assets::serve))
        .fallback(enter)
        .with_state(preview)
        .layer(map_response(async |response: Response| headers::secure(response, false)))
}

async fn enter(State(preview): State<Preview>, request: Request) -> Response {
    match answer(&preview, request).await {
        Ok(response) => response,
        Err(Error::NotFound | Error::App(sportello_app::Error::NotFound)) => {
            plain(StatusCode::NOT_FOUND, "L’anteprima mostra solo il modello. / The preview shows the form alone.")
        }
        Err(error) => {
            tracing::info!(%error, "the preview refused a request");
            plain(StatusCode::BAD_REQUEST, "Richiesta non valida: torna indietro. / The request is not valid: go back.")
        }
    }
}

async fn answer(preview: &Preview, request: Request) -> Result<Response> {
    // A name that leads to this machine from elsewhere is not ours.
    if !radice::is_our_host(&preview.origin, visit::host(request.uri(), request.headers()).as_deref()) {
        return Ok(radice::misdirected());
    }
    let links = Links::new(&preview.origin, "", &preview.ente.slug).preview(BASE);
    let lingua = visit::lingua(request.headers());
    let asked: Arc<str> = request.uri().path_and_query().map_or("/", |asked| asked.as_str()).into();
    let path = request.uri().path().to_owned();
    if path == theme::path(&preview.ente.settings.theme) {
        return Ok(theme::answer(&preview.ente.settings.theme));
    }
    let Some(inside) = path.strip_prefix(BASE) else {
        return if path == "/" { Ok(to_form(&links)) } else { Err(Error::NotFound) };
    };
    let asked: Arc<str> = asked[BASE.len()..].into();
    if let Some((lingua, back)) = visit::asked_lingua(&asked) {
        return Ok(language_chosen(&links, lingua, &back));
    }
    let below = inside.strip_prefix(&prova::path()).ok_or(Error::NotFound)?;
    let name = below.strip_prefix('/').filter(|name| !name.is_empty());
    let uri: Uri = request.uri().clone();
    let posted = take(preview, &links, request).await?;
    let ctx = Ctx {
        ente: preview.ente.clone(),
        actor: Actor::Nobody,
        request: RequestId::new(preview.chance.uuid(preview.clock.now())),
        lingua,
        on_behalf: None,
    };
    let base = Page { preview: true, ..Page::bare(Text(lingua), links, preview.ente.clone(), asked) };
    let now = preview.clock.now();
    let (modello, procedura) = match (preview.read)() {
        Ok(read) => read,
        Err(faults) => return prova::faults(&base, faults),
    };
    let mut kept = preview.prova.lock().unwrap_or_else(PoisonError::into_inner);
    let mut prova = match kept.take() {
        Some(prova) => prova.over_to(modello, procedura, now),
        None => Prova::begin(modello, procedura, now),
    };
    let from_summary = uri.query().is_some_and(|query| query.contains("torna=riepilogo"));
    let new_row = RowId::new(preview.chance.uuid(now));
    let base = prova::framed(base, &prova);
    let answer = prova::answer(&base, &ctx, &mut prova, Asked { page: name, from_summary, posted }, new_row);
    *kept = Some(prova);
    answer
}

/// The form that a request brings, when it comes from a page of the preview.
async fn take(preview: &Preview, links: &Links, request: Request) -> Result<Option<Posted>> {
    match *request.method() {
        Method::GET | Method::HEAD => Ok(None),
        Method::POST => {
            posted::provenance(request.headers(), links)?;
            let mut held = Held::new(&preview.memory);
            posted::read(request, PAGE_MAX_BYTES, Files::Kept, &mut held).await.map(Some)
        }
        _ => Err(Error::MethodNotAllowed),
    }
}

fn to_form(links: &Links) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, links.to(&prova::path()))]).into_response()
}
