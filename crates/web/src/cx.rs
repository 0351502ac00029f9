//! What a handler is given: who asks, of which ente, in which language, and how to answer.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, Query},
    http::{StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use sportello_app::{Actor, Ctx, Portal, Signed, session::Audience};
use sportello_domain::lingua::Lingua;

use crate::{
    error::{Error, Result},
    links::{Links, query_value},
    page::Page,
    settings::WebSettings,
    text::Text,
    ufficio::per_conto::path as per_conto_path,
};

/// The circumstances of one request, as handlers and templates need them.
#[derive(Clone)]
pub struct Cx {
    /// For the use cases.
    pub ctx: Ctx,
    /// The portal.
    pub portal: Portal,
    /// The settings of the web layer.
    pub settings: Arc<WebSettings>,
    /// Words.
    pub t: Text,
    /// Addresses.
    pub links: Links,
    /// Path that was asked for, relative to the root of the ente, without query.
    pub path: Arc<str>,
    /// Path and query that were asked for, relative to the root of the ente.
    pub path_and_query: Arc<str>,
    /// Which of the doors the request came through: that of its path, or the office's in a session at the desk.
    pub door: Audience,
}

impl Cx {
    /// The language of the answer.
    pub fn lingua(&self) -> Lingua {
        self.t.0
    }

    /// The person who is signed in, whichever door they used.
    pub fn signed(&self) -> Option<&Signed> {
        match &self.ctx.actor {
            Actor::Nobody => None,
            Actor::Cittadino(signed) | Actor::Operatore(signed, _) => Some(signed),
        }
    }

    /// The same request once nobody is signed in any more: pages are drawn for nobody.
    pub fn signed_out(&self) -> Self {
        Self { ctx: Ctx { actor: Actor::Nobody, ..self.ctx.clone() }, ..self.clone() }
    }

    /// Which of the doors this request came through.
    pub fn audience(&self) -> Audience {
        self.door
    }

    /// Path of what stands above a draft: the person's drafts, or the session at the desk.
    pub fn above_drafts(&self) -> String {
        match self.ctx.desk() {
            Some(session) => per_conto_path(session),
            None => "/pratiche/bozze".to_owned(),
        }
    }

    /// The frame of a page whose title (first part of the `title` element) and breadcrumb end are `title`.
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page::new(self, title.into())
    }

    /// First value of a name in the query of the address.
    pub fn query(&self, name: &str) -> Option<String> {
        let uri: Uri = self.path_and_query.parse().ok()?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Answers 303 to a path of this ente.
    pub fn see_other(&self, path: &str) -> Response {
        see_other(&self.links, path)
    }

    /// Path and query by which this page is asked for again, in the name of another too.
    pub fn same_page(&self) -> String {
        match &self.ctx.on_behalf {
            Some(behalf) => format!("{}{}", behalf.ground.path(), self.path_and_query),
            None => self.path_and_query.to_string(),
        }
    }

    /// Path of the sign-in page of this door, which returns to `destination`.
    pub fn sign_in_path(&self, destination: &str) -> String {
        let door = match self.audience() {
            Audience::Cittadino => "/accesso",
            Audience::Ufficio => "/ufficio/accesso",
            Audience::Scuola => "/scuola/accesso",
        };
        format!("{door}?poi={}", query_value(destination))
    }
}

/// Answers 303 to a path of an ente.
pub(crate) fn see_other(links: &Links, path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, links.to(path))]).into_response()
}

/// Which of the doors a path (relative to the root of the ente) belongs to.
pub(crate) fn audience_of(path: &str) -> Audience {
    match path.split('/').nth(1) {
        Some("ufficio") => Audience::Ufficio,
        Some("scuola") => Audience::Scuola,
        _ => Audience::Cittadino,
    }
}

impl<S: Sync> FromRequestParts<S> for Cx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().expect("the entry gives every request of an ente its Cx").clone())
    }
}

/// An identifier out of an address; one that cannot be is a page that does not exist.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A page with status 200.
pub fn html(template: &impl askama::Template) -> Result<Response> {
    html_status(StatusCode::OK, template)
}

/// A form that comes back, with what was typed and what is wrong with it: status 422.
pub fn html_again(template: &impl askama::Template) -> Result<Response> {
    html_status(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// The status of a page with forms: 409 for one that came too late, 422 for one with something wrong in it.
pub const fn refused_as(late: bool, wrong: bool) -> StatusCode {
    match (late, wrong) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, false) => StatusCode::OK,
    }
}

/// A page with any status.
pub fn html_status(status: StatusCode, template: &impl askama::Template) -> Result<Response> {
    let body = template.render().map_err(Error::Template)?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}
