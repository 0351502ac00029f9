//! One error for the whole web layer: each kind has a status, words and a way forward.
//!
//! A handler answers `Err(error)`; the entry turns it into a page, since only there the language, the ente and
//! the person are known. It is logged there, once.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use sportello_app::session::Audience;

use crate::{
    accesso::level_query,
    cx::{Cx, html_status},
    page::Page,
    posted::Repeat,
    scuola,
    ufficio::menu::PER_CONTO,
};

/// The outcome of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A use case refused or failed.
    #[error(transparent)]
    App(#[from] sportello_app::Error),
    /// No such page.
    #[error("no such page")]
    NotFound,
    /// The path exists, the method does not.
    #[error("the method is not allowed here")]
    MethodNotAllowed,
    /// The request cannot be read.
    #[error("the request cannot be read: {0}")]
    BadRequest(&'static str),
    /// The body is larger than the route takes.
    #[error("the body is too large")]
    TooLarge,
    /// The client asks more often than it may.
    #[error("the client asks too often")]
    TooOften {
        /// Seconds to wait.
        after_s: u64,
    },
    /// A form came from another site.
    #[error("the form came from another site")]
    CrossSite,
    /// The token of the form is not the session's, and what was sent is not worth repeating.
    #[error("the form has expired")]
    FormExpired,
    /// The session ended or the form expired: nothing was done, the person may send the same fields again.
    #[error("the form must be sent again")]
    Repeat(Box<Repeat>),
    /// A template failed.
    #[error("rendering a page failed")]
    Template(#[source] askama::Error),
}

/// What a handler's `Err` leaves in the answer for the entry to dress.
#[derive(Clone)]
pub(crate) struct Fault(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Fault(Arc::new(self)));
        response
    }
}

/// A link out of an error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayForward {
    /// What people read.
    pub label: String,
    /// Address.
    pub href: String,
}

/// The page of an error.
#[derive(askama::Template)]
#[template(path = "errore.html")]
pub struct ErrorPage {
    /// The frame.
    pub page: Page,
    /// What happened and what to do: one sentence each.
    pub sentences: Vec<String>,
    /// Where to go from here; the first one is the main one.
    pub ways: Vec<WayForward>,
    /// Number to tell the office, where that helps.
    pub reference: Option<String>,
}

/// Words of an error: keys of the title and of the sentences.
struct Words {
    title: &'static str,
    sentences: &'static [&'static str],
}

impl Error {
    /// Status of the answer.
    pub fn status(&self) -> StatusCode {
        use sportello_app::Error as App;
        match self {
            Self::App(app) => match app {
                App::SignInNeeded => StatusCode::UNAUTHORIZED,
                App::Forbidden
                | App::LevelNeeded(_)
                | App::OtherDevice
                | App::DelegaOver
                | App::DelegaTooNarrow
                | App::PerContoOver => StatusCode::FORBIDDEN,
                App::NotFound => StatusCode::NOT_FOUND,
                App::WindowClosed { .. } | App::Stale | App::KeyReused | App::NotAllowedNow | App::OwnBozza => {
                    StatusCode::CONFLICT
                }
                App::Unacceptable(_) => StatusCode::UNPROCESSABLE_ENTITY,
                App::Elsewhere(_) => StatusCode::BAD_GATEWAY,
                App::Busy | App::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
                App::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::CrossSite | Self::FormExpired | Self::Repeat(_) => StatusCode::FORBIDDEN,
            Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> Words {
        use sportello_app::Error as App;
        let (title, sentences): (_, &[_]) = match self {
            Self::NotFound | Self::App(App::NotFound) => {
                ("errore-non-trovata", &["errore-non-trovata-1", "errore-non-trovata-2"])
            }
            Self::App(App::SignInNeeded) => ("errore-accesso", &["errore-accesso-1"]),
            Self::App(App::Forbidden) => ("errore-permesso", &["errore-permesso-1", "errore-permesso-2"]),
            Self::App(App::LevelNeeded(_)) => ("errore-livello", &["errore-livello-1", "errore-livello-2"]),
            Self::App(App::OtherDevice) => ("errore-dispositivo", &["errore-dispositivo-1", "errore-dispositivo-2"]),
            Self::App(App::DelegaOver) => {
                ("errore-delega-finita", &["errore-delega-finita-1", "errore-delega-finita-2"])
            }
            Self::App(App::DelegaTooNarrow) => {
                ("errore-delega-stretta", &["errore-delega-stretta-1", "errore-delega-stretta-2"])
            }
            Self::App(App::PerContoOver) => {
                ("errore-per-conto-finito", &["errore-per-conto-finito-1", "errore-per-conto-finito-2"])
            }
            Self::App(App::OwnBozza) => ("errore-bozza-propria", &["errore-bozza-propria-1", "errore-bozza-propria-2"]),
            Self::App(App::WindowClosed { .. }) => ("errore-chiuso", &["errore-chiuso-1"]),
            Self::App(App::Stale) => ("errore-cambiata", &["errore-cambiata-1", "errore-cambiata-2"]),
            Self::App(App::KeyReused) => ("errore-chiave", &["errore-chiave-1", "errore-chiave-2"]),
            Self::App(App::NotAllowedNow) => ("errore-stato", &["errore-stato-1", "errore-stato-2"]),
            Self::App(App::Unacceptable(_)) => ("errore-manca", &["errore-manca-1"]),
            Self::App(App::Elsewhere(_)) => ("errore-fuori", &["errore-fuori-1"]),
            Self::App(App::Busy) => ("errore-occupato", &["errore-occupato-1", "errore-occupato-2"]),
            Self::App(App::OutcomeUnknown) => ("errore-incerto", &["errore-incerto-1", "errore-incerto-2"]),
            Self::MethodNotAllowed => ("errore-metodo", &["errore-metodo-1"]),
            Self::BadRequest(_) => ("errore-richiesta", &["errore-richiesta-1"]),
            Self::TooLarge => ("errore-grande", &["errore-grande-1", "errore-grande-2"]),
            Self::TooOften { .. } => ("errore-spesso", &["errore-spesso-1", "errore-spesso-2"]),
            Self::CrossSite => ("errore-altro-sito", &["errore-altro-sito-1", "errore-altro-sito-2"]),
            Self::FormExpired | Self::Repeat(_) => ("errore-scaduto", &["errore-scaduto-1", "errore-scaduto-2"]),
            Self::App(_) | Self::Template(_) => ("errore-interno", &["errore-interno-1", "errore-interno-2"]),
        };
        Words { title, sentences }
    }

    /// The answer in words, for the person who asked.
    pub(crate) fn respond(&self, cx: &Cx, method: &Method) -> Response {
        if matches!(self, Self::App(sportello_app::Error::SignInNeeded)) && method.is_safe() {
            return cx.see_other(&cx.sign_in_path(&cx.path_and_query));
        }
        if let (Self::App(sportello_app::Error::LevelNeeded(level)), true) = (self, method.is_safe()) {
            let doors = cx.links.own().to(&format!("/accesso?{}", level_query(&cx.same_page(), *level)));
            return (StatusCode::SEE_OTHER, [(header::LOCATION, doors)]).into_response();
        }
        self.log(cx);
        let rendered = match self {
            Self::Repeat(repeat) => repeat.page(cx),
            _ => html_status(self.status(), &self.page(cx)),
        };
        let mut response = rendered.unwrap_or_else(|error| {
            tracing::error!(request = %cx.ctx.request, error = %chain(&error), "the error page failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "Errore. Riprova tra poco. / Something failed. Try again shortly.")
        });
        let retry_after_s = match self {
            Self::TooOften { after_s } => Some(*after_s),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(5),
            _ => None,
        };
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// The page of this error.
    pub(crate) fn page(&self, cx: &Cx) -> ErrorPage {
        let words = self.words();
        let t = cx.t;
        let mut sentences: Vec<String> = words.sentences.iter().map(|key| t.get(key)).collect();
        if let Self::App(sportello_app::Error::WindowClosed { opens_at: Some(at) }) = self {
            sentences.push(t.get1("errore-chiuso-apre", "giorno", t.moment(*at)));
        }
        ErrorPage {
            page: cx.page(t.get(words.title)),
            sentences,
            ways: self.ways(cx),
            reference: self.status().is_server_error().then(|| cx.ctx.request.to_string()),
        }
    }

    fn ways(&self, cx: &Cx) -> Vec<WayForward> {
        use sportello_app::Error as App;
        let way = |key: &str, path: &str| WayForward { label: cx.t.get(key), href: cx.links.to(path) };
        let first = match self {
            Self::App(App::SignInNeeded) => way("errore-vai-accedi", &cx.sign_in_path("/")),
            Self::App(App::LevelNeeded(level)) => WayForward {
                label: cx.t.get("errore-vai-accedi"),
                href: cx.links.own().to(&format!("/accesso?{}", level_query(&cx.same_page(), *level))),
            },
            Self::App(App::OtherDevice) => way("errore-vai-accedi", &cx.sign_in_path(scuola::PRESENZE)),
            Self::App(App::WindowClosed { .. }) => way("errore-vai-modelli", "/pratiche/apertura/servizi-scolastici"),
            Self::App(App::DelegaOver | App::DelegaTooNarrow) => WayForward {
                label: cx.t.get("errore-vai-deleghe"),
                href: cx.links.own().to(sportello_app::delega::PAGE),
            },
            Self::App(App::PerContoOver | App::OwnBozza) => way("errore-vai-per-conto", PER_CONTO),
            Self::App(App::Stale | App::NotAllowedNow | App::Busy) => way("errore-vai-ricarica", &cx.path_and_query),
            Self::TooLarge if cx.path.starts_with("/compila/") => way("errore-vai-ricarica", &cx.path_and_query),
            _ if cx.path.starts_with("/ufficio") => way("errore-vai-ufficio", "/ufficio"),
            _ if cx.audience() == Audience::Scuola => way("errore-vai-scuola", scuola::PRESENZE),
            _ => way("errore-vai-home", "/"),
        };
        vec![first, way("errore-vai-servizi", "/servizi"), way("errore-vai-assistenza", "/assistenza")]
    }

    fn log(&self, cx: &Cx) {
        let (request, ente) = (cx.ctx.request, cx.ctx.ente_id());
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(%request, %ente, status = status.as_u16(), error = %chain(self), "request failed");
        } else {
            tracing::info!(%request, %ente, status = status.as_u16(), reason = %self, "request refused");
        }
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        out.push_str(": ");
        out.push_str(&error.to_string());
        cause = error.source();
    }
    out
}

/// An answer in plain text, where no ente is known or nothing else works.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{text}\n")).into_response()
}
