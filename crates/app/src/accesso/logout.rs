//! Single logout (SPID technical rules, "single logout"): a person who leaves their provider too, and a provider that ends
//! a session of ours.
//!
//! The session here ends first and whatever happens: nothing that a provider says, or fails to say, keeps it open.

use chrono::TimeDelta;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_identity::{
    ExpectedLogout, LogoutMessage, LogoutRequest, LogoutStatus, MessageField, Provider, ProviderSession,
    RedirectMessage, Refusal, ServiceProvider, answered_logout, decode_response, form_field, logout_issuer,
    logout_request, logout_request_address, logout_response, logout_response_address, message_id,
    verify_logout_request, verify_logout_response,
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    logout as row, session as session_row,
};

use super::{complete::SKEW, provider_service, service};
use crate::{
    Ctx, Error, Portal, Result,
    session::{self, Ended},
};

/// How long the answer to a request of ours is waited for.
const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// A logout message on its way to a provider, through the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parcel {
    /// A form to be posted.
    Form {
        /// Where to.
        action: String,
        /// `SAMLRequest` or `SAMLResponse`.
        field: &'static str,
        /// Base64 of the signed message.
        message: String,
        /// Field `RelayState`, where the provider sent one.
        relay_state: Option<String>,
    },
    /// An address to go to.
    Address(String),
}

/// What is left to do for somebody who has signed out here: their session at the provider is open still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Name of the provider.
    pub provider: String,
    /// Whether the provider brings the person back with an answer: CIE does not.
    pub answers: bool,
    /// The request.
    pub parcel: Parcel,
}

/// A logout message as it came.
#[derive(Clone, Copy, Debug)]
pub enum Incoming<'a> {
    /// By HTTP-POST.
    Post {
        /// Which it says it is.
        field: MessageField,
        /// The value of that field.
        message: &'a str,
        /// Field `RelayState`, when it was sent.
        relay_state: Option<&'a str>,
    },
    /// By HTTP-Redirect: the query of the address as it came.
    Redirect(&'a str),
}

/// What came of a logout message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logout {
    /// The provider asked, its sessions have ended, and this goes back; nothing where it takes no answers.
    Answer {
        /// Name of the provider.
        provider: String,
        /// The answer.
        parcel: Option<Parcel>,
    },
    /// The provider has answered us.
    Left {
        /// Name of the provider.
        provider: String,
        /// What it says.
        status: LogoutStatus,
    },
    /// The message breaks a rule: nothing was done.
    Refused,
}

/// Ends the session of the person who is asking. Where the provider keeps one too, gives the way to end that.
///
/// # Errors
/// Only those of the database while the session is being ended: what fails after that is told in the log, since the person
/// has left.
pub async fn leave(portal: &Portal, ctx: &Ctx) -> Result<Option<Farewell>> {
    let Some(ended) = session::end(portal, ctx).await? else { return Ok(None) };
    Ok(farewell(portal, ctx, ended).await.unwrap_or_else(|error| {
        tracing::error!(request = %ctx.request, %error, "no logout could be asked of a provider");
        None
    }))
}

async fn farewell(portal: &Portal, ctx: &Ctx, ended: Ended) -> Result<Option<Farewell>> {
    // Above level 1 providers keep no session, and give no index.
    let Ended { provider: Some(entity_id), name_id: Some(name_id), session_index: Some(index), .. } = ended else {
        return Ok(None);
    };
    let Some(provider) = provider_service::trusted(portal, ctx, &entity_id).await? else { return Ok(None) };
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let service = service::service_provider(portal, ctx, provider.scheme).await?;
    let id = message_id(portal.chance().bytes());
    let session = ProviderSession { name_id, name_qualifier: entity_id.clone(), session_indexes: vec![index] };
    let signed = |error| Error::failed("signing a logout request", error);
    let parcel = match (&provider.slo_post, &provider.slo_redirect) {
        (Some(address), _) => {
            let xml = logout_request(&service, &address.url, &id, now, &session).map_err(signed)?;
            form(&address.url, MessageField::Request, &xml, None)
        }
        (None, Some(address)) => {
            Parcel::Address(logout_request_address(&service, &address.url, &id, now, &session, None).map_err(signed)?)
        }
        (None, None) => return Ok(None),
    };
    portal.store().write(ente, async move |tx| row::send(tx, ente, &id, &entity_id, now).await).await?;
    Ok(Some(Farewell { answers: provider.scheme != IdentityScheme::Cie, provider: provider.name, parcel }))
}

fn form(action: &str, field: MessageField, xml: &str, relay_state: Option<&str>) -> Parcel {
    Parcel::Form {
        action: action.to_owned(),
        field: field.name(),
        message: form_field(xml),
        relay_state: relay_state.map(str::to_owned),
    }
}

/// Takes a logout message that came to the address of `scheme`.
///
/// A request is carried out once; that its session is gone already is success. A message that breaks a rule ends nothing
/// and leaves a row in the audit log.
///
/// # Errors
/// Only those of the database and of the ente's key.
pub async fn take_logout(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme, incoming: Incoming<'_>) -> Result<Logout> {
    let taken = match Message::read(incoming) {
        Ok(message) => match from(portal, ctx, scheme, message.xml()).await? {
            Some(provider) => Taken { portal, ctx, provider, message }.take().await?,
            None => Err(Refusal::Issuer),
        },
        Err(refusal) => Err(refusal),
    };
    match taken {
        Ok(outcome) => Ok(outcome),
        Err(refusal) => {
            tracing::warn!(request = %ctx.request, reason = %refusal, "a logout message was refused");
            let (ente, note) = (ctx.ente_id(), ctx.note(portal, "logout.refuse", "session", None));
            let detail = Json(serde_json::json!({ "reason": refusal.to_string() }));
            portal
                .store()
                .write(ente, async move |tx| audit::record(tx, ente, &AuditRow { detail, ..note }).await)
                .await?;
            Ok(Logout::Refused)
        }
    }
}

/// The provider that says to have sent a message, when it is trusted and its messages go to the address of this scheme.
async fn from(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme, xml: &[u8]) -> Result<Option<Provider>> {
    let Some(issuer) = logout_issuer(xml) else { return Ok(None) };
    let provider = provider_service::trusted(portal, ctx, &issuer).await?;
    let address = |scheme| service::slo_url(portal, ctx, scheme);
    Ok(provider.filter(|provider| address(provider.scheme) == address(scheme)))
}

/// A message, decoded.
enum Message {
    Post { field: MessageField, xml: Vec<u8>, relay_state: Option<String> },
    Redirect(RedirectMessage),
}

impl Message {
    fn read(incoming: Incoming<'_>) -> Result<Self, Refusal> {
        /// Longest `RelayState` that is sent back, in bytes.
        const RELAY_STATE_BYTES: usize = 512;
        match incoming {
            Incoming::Post { relay_state: Some(text), .. } if text.len() > RELAY_STATE_BYTES => Err(Refusal::Field),
            Incoming::Post { field, message, relay_state } => {
                Ok(Self::Post { field, xml: decode_response(message)?, relay_state: relay_state.map(str::to_owned) })
            }
            Incoming::Redirect(query) => RedirectMessage::read(query).map(Self::Redirect),
        }
    }

    fn xml(&self) -> &[u8] {
        match self {
            Self::Post { xml, .. } => xml,
            Self::Redirect(message) => &message.xml,
        }
    }

    fn field(&self) -> MessageField {
        match self {
            Self::Post { field, .. } => *field,
            Self::Redirect(message) => message.field,
        }
    }

    fn signed(&self) -> LogoutMessage<'_> {
        match self {
            Self::Post { xml, .. } => LogoutMessage::Post(xml),
            Self::Redirect(message) => LogoutMessage::Redirect(message),
        }
    }

    fn relay_state(&self) -> Option<&str> {
        match self {
            Self::Post { relay_state, .. } => relay_state.as_deref(),
            Self::Redirect(message) => message.relay_state.as_deref(),
        }
    }
}

/// A message with the provider whose keys it must be signed by.
struct Taken<'a> {
    portal: &'a Portal,
    ctx: &'a Ctx,
    provider: Provider,
    message: Message,
}

impl Taken<'_> {
    async fn take(self) -> Result<Result<Logout, Refusal>> {
        let slo_url = service::slo_url(self.portal, self.ctx, self.provider.scheme);
        let now = self.portal.clock().now();
        let expected = ExpectedLogout { provider: &self.provider, slo_url: &slo_url, now, skew: SKEW };
        match self.message.field() {
            MessageField::Request => match verify_logout_request(&expected, self.message.signed()) {
                Ok(request) => self.carry_out(request).await,
                Err(refusal) => Ok(Err(refusal)),
            },
            MessageField::Response => self.hear(&expected).await,
        }
    }

    /// Ends what a verified request names, once, and makes the answer.
    async fn carry_out(&self, request: LogoutRequest) -> Result<Result<Logout, Refusal>> {
        let (ente, entity_id) = (self.ctx.ente_id(), self.provider.entity_id.clone());
        let note = self.ctx.note(self.portal, "logout.provider", "session", None);
        let (id, session) = (request.id.clone(), request.session);
        let fresh = self.portal.store().write(ente, async move |tx| {
            if !row::remember(tx, ente, &entity_id, &request.id, request.not_on_or_after).await? {
                return Ok(false);
            }
            let ended = end_sessions(tx, ente, &entity_id, &session).await?;
            let detail = Json(serde_json::json!({ "sessions": ended }));
            audit::record(tx, ente, &AuditRow { detail, ..note }).await?;
            Ok(true)
        });
        if !fresh.await? {
            return Ok(Err(Refusal::Identifier));
        }
        let service = service::service_provider(self.portal, self.ctx, self.provider.scheme).await?;
        let parcel = self.answer(&service, &id)?;
        Ok(Ok(Logout::Answer { provider: self.provider.name.clone(), parcel }))
    }

    /// The answer, by the binding of the request where the provider takes that, else by the other.
    fn answer(&self, service: &ServiceProvider, request_id: &str) -> Result<Option<Parcel>> {
        let (id, now) = (message_id(self.portal.chance().bytes()), self.portal.clock().now());
        let by_post = matches!(self.message, Message::Post { .. });
        let (relay_state, status) = (self.message.relay_state(), LogoutStatus::Complete);
        let signed = |error| Error::failed("signing a logout response", error);
        match (&self.provider.slo_post, &self.provider.slo_redirect) {
            (Some(address), other) if by_post || other.is_none() => {
                let xml = logout_response(service, address.answers(), &id, now, request_id, status).map_err(signed)?;
                Ok(Some(form(address.answers(), MessageField::Response, &xml, relay_state)))
            }
            (_, Some(address)) => {
                let answer = (request_id, status);
                logout_response_address(service, address.answers(), &id, now, answer, relay_state)
                    .map(|address| Some(Parcel::Address(address)))
                    .map_err(signed)
            }
            (_, None) => Ok(None),
        }
    }

    /// Hears the answer to a request of ours, once.
    async fn hear(&self, expected: &ExpectedLogout<'_>) -> Result<Result<Logout, Refusal>> {
        let (ente, since) = (self.ctx.ente_id(), expected.now - ANSWER_WITHIN);
        let Some(id) = answered_logout(self.message.xml()) else { return Ok(Err(Refusal::InResponseTo)) };
        let name = id.clone();
        let asked =
            self.portal.store().read(ente, async move |read| row::waiting(read, ente, &name, since).await).await?;
        if asked.as_ref() != Some(&self.provider.entity_id) {
            return Ok(Err(Refusal::InResponseTo));
        }
        let status = match verify_logout_response(expected, &id, self.message.signed()) {
            Ok(status) => status,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let heard = self.portal.store().write(ente, async move |tx| row::answered(tx, ente, &id, since).await).await?;
        let outcome = Logout::Left { provider: self.provider.name.clone(), status };
        Ok(if heard { Ok(outcome) } else { Err(Refusal::InResponseTo) })
    }
}

/// Ends the sessions that a provider names; says how many there were.
async fn end_sessions(
    tx: &mut Tx,
    ente: EnteId,
    provider: &str,
    named: &ProviderSession,
) -> sportello_store::Result<usize> {
    if named.session_indexes.is_empty() {
        return Ok(session_row::end_named(tx, ente, provider, &named.name_id, None).await?.len());
    }
    let mut ended = 0;
    for index in &named.session_indexes {
        ended += session_row::end_named(tx, ente, provider, &named.name_id, Some(index)).await?.len();
    }
    Ok(ended)
}
