//! Single logout (SPID technical rules, "single logout"): the provider's request with our answer, and our request with the
//! provider's. By HTTP-POST a message is signed inside, by HTTP-Redirect in its query.
//!
//! Which session ends, and that a request counts once, is for the store. A person's own session ends before anything
//! here is asked: nothing that a provider answers can keep it open.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use sportello_xml::{Document, Element, XmlError, escape};

use crate::redirect::{MessageField, RedirectMessage, signed_query, with_query};
use crate::saml::{self, ASSERTION, ENTITY, PARTIAL_LOGOUT, PROTOCOL, REQUESTER, SUCCESS, TRANSIENT};
use crate::signature::{Place, verify};
use crate::{Error, Provider, Refusal, ServiceKey, ServiceProvider, response, signature};

/// How long a request of a provider counts after its instant.
const LIVES: TimeDelta = TimeDelta::minutes(5);
/// Longest session index, in bytes.
const INDEX_BYTES: usize = 1024;
/// Most sessions that one request names.
const SESSIONS_MAX: usize = 16;

/// What a logout message must be for.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedLogout<'a> {
    /// Provider that is said to send it.
    pub provider: &'a Provider,
    /// Our address of logout.
    pub slo_url: &'a str,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// Tolerance between the two clocks.
    pub skew: TimeDelta,
}

/// The session at a provider, as its assertion named it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSession {
    /// Transient name identifier.
    pub name_id: String,
    /// Qualifier of the name identifier.
    pub name_qualifier: String,
    /// Sessions: all of this name where there is none. Ours name one, at level 1 only.
    pub session_indexes: Vec<String>,
}

/// A verified request of a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its identifier: to be used once, and named by the answer.
    pub id: String,
    /// Until when the identifier must be remembered.
    pub not_on_or_after: DateTime<Utc>,
    /// What ends.
    pub session: ProviderSession,
}

impl std::fmt::Debug for LogoutRequest {
    /// Its identifier alone: a name identifier stands for a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogoutRequest").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What came of a logout elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutStatus {
    /// Every session has ended, or there was none.
    Complete,
    /// Some session could not be ended.
    Partial,
    /// The provider failed.
    Failed,
}

/// How a logout message came.
#[derive(Clone, Copy, Debug)]
pub enum LogoutMessage<'a> {
    /// By HTTP-POST: the document, signed inside.
    Post(&'a [u8]),
    /// By HTTP-Redirect: signed in the query.
    Redirect(&'a RedirectMessage),
}

impl<'a> From<&'a [u8]> for LogoutMessage<'a> {
    fn from(xml: &'a [u8]) -> Self {
        Self::Post(xml)
    }
}

impl<'a> From<&'a RedirectMessage> for LogoutMessage<'a> {
    fn from(message: &'a RedirectMessage) -> Self {
        Self::Redirect(message)
    }
}

/// Decides on a `samlp:LogoutRequest`: signed by the provider, for us, of now.
///
/// # Errors
/// The first rule that it breaks.
pub fn verify_logout_request<'a>(
    expected: &ExpectedLogout<'_>,
    message: impl Into<LogoutMessage<'a>>,
) -> Result<LogoutRequest, Refusal> {
    let document = signed(expected, message.into(), MessageField::Request)?;
    let root = document.root();
    root.attributes_only(&["ID", "Version", "IssueInstant", "Destination", "NotOnOrAfter", "Reason", "Consent"])?;
    let (id, issued_at) = check_head(expected, root)?;
    let mut walk = root.walk()?;
    walk.one(ASSERTION, "Issuer")?;
    let name_id = walk.one(ASSERTION, "NameID")?;
    let indexes = walk.list(PROTOCOL, "SessionIndex");
    walk.end()?;

    let mut end = issued_at + LIVES;
    if let Some(text) = root.attribute("NotOnOrAfter") {
        end = end.min(saml::parse_instant(text).ok_or(Refusal::Instant)?);
    }
    let not_on_or_after = end + expected.skew;
    if not_on_or_after <= expected.now {
        return Err(Refusal::Expired);
    }
    Ok(LogoutRequest { id, not_on_or_after, session: session(name_id, &indexes)? })
}

/// Decides on the answer to our request `request_id`.
///
/// # Errors
/// The first rule that it breaks; that the provider could not end a session is no error, but a [`LogoutStatus`].
pub fn verify_logout_response<'a>(
    expected: &ExpectedLogout<'_>,
    request_id: &str,
    message: impl Into<LogoutMessage<'a>>,
) -> Result<LogoutStatus, Refusal> {
    let document = signed(expected, message.into(), MessageField::Response)?;
    let root = document.root();
    root.attributes_only(&["ID", "InResponseTo", "Version", "IssueInstant", "Destination", "Consent"])?;
    check_head(expected, root)?;
    if root.required("InResponseTo")? != request_id {
        return Err(Refusal::InResponseTo);
    }
    let mut walk = root.walk()?;
    walk.one(ASSERTION, "Issuer")?;
    let status = walk.one(PROTOCOL, "Status")?;
    walk.end()?;
    let code = status.walk()?.one(PROTOCOL, "StatusCode")?;
    let second = code.children_named(PROTOCOL, "StatusCode").next().and_then(|code| code.attribute("Value"));
    Ok(match (code.required("Value")?, second) {
        (SUCCESS, None) => LogoutStatus::Complete,
        (_, Some(PARTIAL_LOGOUT)) => LogoutStatus::Partial,
        _ => LogoutStatus::Failed,
    })
}

/// The document element without its signature, which must be the provider's.
fn signed(expected: &ExpectedLogout<'_>, message: LogoutMessage<'_>, field: MessageField) -> Result<Document, Refusal> {
    let local = match field {
        MessageField::Request => "LogoutRequest",
        MessageField::Response => "LogoutResponse",
    };
    match message {
        LogoutMessage::Post(xml) => {
            document(xml, local)?;
            let text = std::str::from_utf8(xml).map_err(|_| Refusal::Xml(XmlError::Encoding))?;
            let mut covered = verify(text, &[Place::Root], &expected.provider.certificates)?;
            Ok(covered.pop().expect("one document for each place"))
        }
        LogoutMessage::Redirect(message) if message.field == field => {
            message.verify(&expected.provider.certificates)?;
            // A signature inside too would be a place that nobody looks at: the walk refuses it.
            document(&message.xml, local)
        }
        LogoutMessage::Redirect(_) => Err(Refusal::NotAResponse),
    }
}

/// A document of this name.
fn document(xml: &[u8], local: &str) -> Result<Document, Refusal> {
    let document = response::read(xml)?;
    if document.root().is(PROTOCOL, local) { Ok(document) } else { Err(Refusal::NotAResponse) }
}

/// Identifier and instant of a message, after version, address and issuer are those that they must be.
fn check_head(expected: &ExpectedLogout<'_>, root: &Element) -> Result<(String, DateTime<Utc>), Refusal> {
    let id = response::check_identity(root)?;
    let issued_at = saml::parse_instant(root.required("IssueInstant")?).ok_or(Refusal::Instant)?;
    if issued_at - expected.skew > expected.now || issued_at + LIVES + expected.skew <= expected.now {
        return Err(Refusal::IssueInstant);
    }
    if root.required("Destination")? != expected.slo_url {
        return Err(Refusal::Destination);
    }
    response::check_issuer(expected.provider, root)?;
    Ok((id, issued_at))
}

fn session(named: &Element, indexes: &[&Element]) -> Result<ProviderSession, Refusal> {
    let (name_id, name_qualifier) = response::name_id(named)?;
    if indexes.len() > SESSIONS_MAX {
        return Err(Refusal::NameId);
    }
    let read = |index: &&Element| match index.trimmed()? {
        index if !index.is_empty() && index.len() <= INDEX_BYTES => Ok(index.to_owned()),
        _ => Err(Refusal::NameId),
    };
    Ok(ProviderSession {
        name_id,
        name_qualifier,
        session_indexes: indexes.iter().map(read).collect::<Result<_, Refusal>>()?,
    })
}

/// Makes our request to end a session at a provider, for its address `destination` by HTTP-POST: signed XML.
///
/// # Errors
/// [`Error::Identifier`] when `id` is no `NCName`, [`Error::Sign`].
pub fn logout_request(
    sp: &ServiceProvider,
    destination: &str,
    id: &str,
    now: DateTime<Utc>,
    session: &ProviderSession,
) -> Result<String, Error> {
    signed_inside(sp.into(), &Draft::request(destination, id, now, session))
}

/// The same by HTTP-Redirect: the whole address, `relay_state` in it.
///
/// # Errors
/// [`Error::Identifier`] when `id` is no `NCName`, [`Error::SignQuery`].
pub fn logout_request_address(
    sp: &ServiceProvider,
    destination: &str,
    id: &str,
    now: DateTime<Utc>,
    session: &ProviderSession,
    relay_state: Option<&str>,
) -> Result<String, Error> {
    signed_address(sp.into(), &Draft::request(destination, id, now, session), MessageField::Request, relay_state)
}

/// Makes our answer to the request `request_id` of a provider, for its address `destination` by HTTP-POST: signed XML.
///
/// # Errors
/// [`Error::Identifier`] when an identifier is no `NCName`, [`Error::Sign`].
pub fn logout_response(
    sp: &ServiceProvider,
    destination: &str,
    id: &str,
    now: DateTime<Utc>,
    request_id: &str,
    status: LogoutStatus,
) -> Result<String, Error> {
    signed_inside(sp.into(), &Draft::response(destination, id, now, request_id, status))
}

/// The same by HTTP-Redirect: the whole address, `relay_state` in it.
///
/// # Errors
/// [`Error::Identifier`] when an identifier is no `NCName`, [`Error::SignQuery`].
pub fn logout_response_address(
    sp: &ServiceProvider,
    destination: &str,
    id: &str,
    now: DateTime<Utc>,
    (request_id, status): (&str, LogoutStatus),
    relay_state: Option<&str>,
) -> Result<String, Error> {
    let draft = Draft::response(destination, id, now, request_id, status);
    signed_address(sp.into(), &draft, MessageField::Response, relay_state)
}

/// Value of the form field that carries a message of ours by HTTP-POST: its base64.
pub fn form_field(xml: &str) -> String {
    STANDARD.encode(xml)
}

/// Whoever signs a message: we, or a provider that we play.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) entity_id: &'a str,
    pub(crate) key: &'a ServiceKey,
}

impl<'a> From<&'a ServiceProvider> for Sender<'a> {
    fn from(sp: &'a ServiceProvider) -> Self {
        Self { entity_id: &sp.entity_id, key: &sp.key }
    }
}

/// A message before it is signed.
pub(crate) struct Draft<'a> {
    name: &'static str,
    id: &'a str,
    destination: &'a str,
    answers: Option<&'a str>,
    now: DateTime<Utc>,
    content: String,
}

impl<'a> Draft<'a> {
    pub(crate) fn request(destination: &'a str, id: &'a str, now: DateTime<Utc>, session: &ProviderSession) -> Self {
        let indexes: String = session
            .session_indexes
            .iter()
            .map(|index| format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape(index)))
            .collect();
        let content = format!(
            "<saml:NameID Format=\"{TRANSIENT}\" NameQualifier=\"{}\">{}</saml:NameID>{indexes}",
            escape(&session.name_qualifier),
            escape(&session.name_id),
        );
        Self { name: "LogoutRequest", id, destination, answers: None, now, content }
    }

    pub(crate) fn response(
        destination: &'a str,
        id: &'a str,
        now: DateTime<Utc>,
        request_id: &'a str,
        status: LogoutStatus,
    ) -> Self {
        let code = |value: &str, inner: &str| match inner {
            "" => format!("<samlp:StatusCode Value=\"{value}\"/>"),
            inner => format!("<samlp:StatusCode Value=\"{value}\">{inner}</samlp:StatusCode>"),
        };
        let code = match status {
            LogoutStatus::Complete => code(SUCCESS, ""),
            LogoutStatus::Partial => code(REQUESTER, &code(PARTIAL_LOGOUT, "")),
            LogoutStatus::Failed => code(REQUESTER, ""),
        };
        let content = format!("<samlp:Status>{code}</samlp:Status>");
        Self { name: "LogoutResponse", id, destination, answers: Some(request_id), now, content }
    }

    /// The document, with `signature` where the schema wants it.
    fn write(&self, sender: Sender<'_>, signature: &str) -> Result<String, Error> {
        if !saml::is_identifier(self.id) || !self.answers.is_none_or(saml::is_identifier) {
            return Err(Error::Identifier);
        }
        let (name, entity_id) = (self.name, escape(sender.entity_id));
        Ok(format!(
            "<samlp:{name} xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"{instant}\" Destination=\"{destination}\"{answers}>\
             <saml:Issuer Format=\"{ENTITY}\" NameQualifier=\"{entity_id}\">{entity_id}</saml:Issuer>{signature}{content}\
             </samlp:{name}>",
            id = self.id,
            instant = saml::instant(self.now),
            destination = escape(self.destination),
            answers = self.answers.map(|id| format!(" InResponseTo=\"{id}\"")).unwrap_or_default(),
            content = self.content,
        ))
    }
}

/// The message by HTTP-POST.
pub(crate) fn signed_inside(sender: Sender<'_>, draft: &Draft<'_>) -> Result<String, Error> {
    let xml = draft.write(sender, &signature::skeleton(draft.id, sender.key.certificate()))?;
    signature::complete(&xml, sender.key)
}

/// The message by HTTP-Redirect: the whole address.
pub(crate) fn signed_address(
    sender: Sender<'_>,
    draft: &Draft<'_>,
    field: MessageField,
    relay_state: Option<&str>,
) -> Result<String, Error> {
    let query = signed_query(sender.key, field, &draft.write(sender, "")?, relay_state)?;
    Ok(with_query(draft.destination, &query))
}
