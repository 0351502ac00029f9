//! Single logout at a provider: the sessions that it keeps, its request to the portal, and the portal's to it.
//!
//! In life a session, and with it an index, exists at level 1 only; here it can be asked for at any level.

use std::sync::{Arc, PoisonError};

use anyhow::{Context, ensure};
use axum::{
    Form,
    extract::{Path as UrlPath, State},
    http::StatusCode,
    response::Html,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use sportello_identity::{
    ExpectedLogout, LogoutStatus, ProviderSession, decode_response, provider::ResponseDraft, verify_logout_request,
    verify_logout_response,
};

use super::{
    Played, Service,
    face::Face,
    new_id, not_found, now,
    pages::{LogoutForm, OutcomePage, SessionsPage},
    refused, shown,
};
use crate::site::render;

/// How far the portal's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Most sessions that are remembered.
const MOST: usize = 100;

type Page = Result<Html<String>, (StatusCode, Html<String>)>;

/// Somebody's session at a provider.
#[derive(Clone)]
pub struct Session {
    /// Path part of the provider.
    pub path: String,
    /// Entity id of the portal's ente that was signed in to.
    pub portal: String,
    /// Who.
    pub name: String,
    /// Its index, which names it.
    pub index: String,
    name_id: String,
    /// Request of ours that waits for an answer.
    asked: Option<String>,
}

/// What is posted to the address of logout.
#[derive(serde::Deserialize)]
pub struct Posted {
    #[serde(rename = "SAMLRequest")]
    pub request: Option<String>,
    #[serde(rename = "SAMLResponse")]
    pub response: Option<String>,
    #[serde(rename = "RelayState", default)]
    pub relay_state: String,
}

/// Which session is to end.
#[derive(serde::Deserialize)]
pub struct Chosen {
    pub sessione: String,
}

impl Service {
    /// Remembers the session that an answer opens, if it opens one.
    pub fn remember(&self, path: &str, name: String, draft: &ResponseDraft) {
        let Some(index) = draft.session_index.clone() else { return };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() == MOST {
            sessions.remove(0);
        }
        sessions.push(Session {
            path: path.to_owned(),
            portal: draft.audience.clone(),
            name,
            index,
            name_id: draft.ids.name_id.clone(),
            asked: None,
        });
    }

    fn sessions_of(&self, path: &str) -> Vec<Session> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().filter(|session| session.path == path).cloned().collect()
    }

    /// The request that asks the portal to end a session.
    async fn ask(&self, provider: &Played, index: &str) -> anyhow::Result<LogoutForm> {
        let session = self.sessions_of(provider.path).into_iter().find(|session| session.index == index);
        let session = session.context("this session is over already")?;
        let url = self
            .portal_metadata(provider.face, &session.portal)
            .await?
            .slo_url
            .context("the portal takes no logout by POST")?;
        let id = new_id()?;
        let named = ProviderSession {
            name_id: session.name_id,
            name_qualifier: provider.idp.entity_id.clone(),
            session_indexes: vec![session.index],
        };
        let xml = provider.idp.logout_request(&url, &id, now(), &named)?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for kept in sessions.iter_mut().filter(|kept| kept.path == provider.path && kept.index == index) {
            kept.asked = Some(id.clone());
        }
        Ok(LogoutForm { url, field: "SAMLRequest", message: STANDARD.encode(xml), relay_state: id })
    }

    /// What the portal said to our request: the words of the page. The session is over here whatever they are.
    async fn hear(&self, provider: &Played, response: &str, id: &str) -> anyhow::Result<String> {
        let asked = |session: &Session| session.path == provider.path && session.asked.as_deref() == Some(id);
        let session = {
            let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            let at = sessions.iter().position(asked).context("nobody asked for this")?;
            sessions.remove(at)
        };
        let portal = self.portal_metadata(provider.face, &session.portal).await?.peer();
        let slo_url = provider.idp.slo_url();
        let expected = ExpectedLogout { provider: &portal, slo_url: &slo_url, now: now(), skew: SKEW };
        let status = verify_logout_response(&expected, id, decode_response(response)?.as_slice())?;
        Ok(match status {
            LogoutStatus::Complete => "Il portale ha chiuso la sessione (Success).",
            LogoutStatus::Partial => "Il portale ha chiuso la sessione solo in parte (PartialLogout).",
            LogoutStatus::Failed => "Il portale non ha chiuso la sessione.",
        }
        .to_owned())
    }

    /// Ends what the portal asks to end, and answers.
    async fn obey(&self, provider: &Played, posted: &Posted) -> anyhow::Result<LogoutForm> {
        let request = posted.request.as_deref().context("SAMLRequest or SAMLResponse is needed")?;
        let xml = decode_response(request)?;
        let issuer = sportello_identity::provider::request_issuer(request)?;
        let metadata = self.portal_metadata(provider.face, &issuer).await?;
        let (portal, slo_url) = (metadata.peer(), provider.idp.slo_url());
        let expected = ExpectedLogout { provider: &portal, slo_url: &slo_url, now: now(), skew: SKEW };
        let request = verify_logout_request(&expected, xml.as_slice())?;
        ensure!(request.session.name_qualifier == provider.idp.entity_id, "the name is not one of this provider");
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|session| {
            let named = session.name_id == request.session.name_id
                && (request.session.session_indexes.is_empty()
                    || request.session.session_indexes.contains(&session.index));
            !(session.path == provider.path && session.portal == issuer && named)
        });
        let url = metadata.slo_url.context("the portal takes no logout by POST")?;
        let answer = provider.idp.logout_response(&url, &new_id()?, now(), &request.id, LogoutStatus::Complete)?;
        let message = STANDARD.encode(answer);
        Ok(LogoutForm { url, field: "SAMLResponse", message, relay_state: posted.relay_state.clone() })
    }
}

/// The sessions at a provider.
pub async fn sessions(State(service): State<Arc<Service>>, UrlPath(path): UrlPath<String>) -> Page {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    shown(render(&SessionsPage { name: provider.idp.name.clone(), sessions: service.sessions_of(&path), path }))
}

/// Leaves the provider: the portal must end its session, too.
pub async fn leave(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(chosen): Form<Chosen>,
) -> Page {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    shown(render(&service.ask(provider, &chosen.sessione).await.map_err(refused)?))
}

/// The address of logout: the portal's request, or its answer to ours.
pub async fn slo(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(posted): Form<Posted>,
) -> Page {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    match &posted.response {
        Some(response) => {
            let words = service.hear(provider, response, &posted.relay_state).await.map_err(refused)?;
            shown(render(&OutcomePage { words, path }))
        }
        None => {
            let answer = service.obey(provider, &posted).await.map_err(refused)?;
            // CIE ends the session and says nothing.
            if provider.face == Face::Cie {
                return shown(render(&OutcomePage { words: "Sei uscito da CIE.".to_owned(), path }));
            }
            shown(render(&answer))
        }
    }
}
