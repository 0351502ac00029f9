//! The request that takes a browser to its provider (SPID technical rules, "single sign-on"), by HTTP-POST or HTTP-Redirect.
//! Keeping it until the response comes is for the store.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_xml::escape;

use crate::redirect::{MessageField, signed_query, with_query};
use crate::saml::{ASSERTION, AttributeSet, ENTITY, PROTOCOL, TRANSIENT};
use crate::{Error, Provider, ServiceProvider, saml, signature};

/// A signed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequest {
    /// Identifier: the response must name it.
    pub id: String,
    /// The signed message, for the 24-month log.
    pub xml: String,
    /// Address that the form is posted to.
    pub action: String,
    /// Form field `SAMLRequest`: base64 of the message.
    pub saml_request: String,
}

/// A request by HTTP-Redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectedRequest {
    /// The message, for the 24-month log; its signature stands in the address alone.
    pub xml: String,
    /// Where the browser goes.
    pub address: String,
}

/// An identifier for a message, from 16 random bytes.
pub fn message_id(random: [u8; 16]) -> String {
    format!("_{}", hex::encode(random))
}

/// Makes the request of `sp` to `provider`.
///
/// `now` is written in whole seconds. Above level 1, and with CIE always, the provider must
/// authenticate anew (`ForceAuthn`).
///
/// # Errors
/// [`Error::Identifier`] when `id` is no `NCName`, [`Error::Sign`].
pub fn authn_request(
    sp: &ServiceProvider,
    provider: &Provider,
    id: &str,
    now: DateTime<Utc>,
    level: IdentityLevel,
) -> Result<AuthnRequest, Error> {
    if !saml::is_identifier(id) {
        return Err(Error::Identifier);
    }
    let xml =
        draft(sp, (provider.scheme, &provider.sso_url), id, now, level, &signature::skeleton(id, sp.key.certificate()));
    let xml = signature::complete(&xml, &sp.key)?;
    let saml_request = STANDARD.encode(&xml);
    Ok(AuthnRequest { id: id.to_owned(), xml, action: provider.sso_url.clone(), saml_request })
}

/// The same request by HTTP-Redirect: signed in the query of the address, with the `RelayState` that comes back.
///
/// # Errors
/// Those of [`authn_request`].
pub fn authn_request_address(
    sp: &ServiceProvider,
    provider: &Provider,
    id: &str,
    now: DateTime<Utc>,
    level: IdentityLevel,
    relay_state: &str,
) -> Result<RedirectedRequest, Error> {
    if !saml::is_identifier(id) {
        return Err(Error::Identifier);
    }
    let xml = draft(sp, (provider.scheme, provider.destination()), id, now, level, "");
    let query = signed_query(&sp.key, MessageField::Request, &xml, Some(relay_state))?;
    Ok(RedirectedRequest { address: with_query(provider.destination(), &query), xml })
}

/// The request to a provider of a scheme at an address, with `signature` where one stands inside it.
fn draft(
    sp: &ServiceProvider,
    (scheme, destination): (IdentityScheme, &str),
    id: &str,
    now: DateTime<Utc>,
    level: IdentityLevel,
    signature: &str,
) -> String {
    let entity_id = escape(&sp.entity_id);
    let anew = level > IdentityLevel::L1 || scheme == IdentityScheme::Cie;
    let force = if anew { " ForceAuthn=\"true\"" } else { "" };
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{instant}\" Destination=\"{destination}\"{force} AssertionConsumerServiceIndex=\"0\" \
         AttributeConsumingServiceIndex=\"{attributes}\">\
         <saml:Issuer Format=\"{ENTITY}\" NameQualifier=\"{entity_id}\">{entity_id}</saml:Issuer>{signature}\
         <samlp:NameIDPolicy Format=\"{TRANSIENT}\"/>\
         <samlp:RequestedAuthnContext Comparison=\"minimum\">\
         <saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>\
         </samlp:AuthnRequest>",
        instant = saml::instant(now),
        destination = escape(destination),
        attributes = AttributeSet::of(scheme).index,
        class = saml::level_class(level),
    )
}
