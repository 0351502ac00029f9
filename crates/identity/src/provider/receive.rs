//! Reading a request as a provider does: against the metadata of the service provider.

use chrono::{DateTime, Utc};
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_xml::{Document, Element, Limits, XmlError};

use super::IdentityProvider;
use crate::redirect::RedirectMessage;
use crate::registry::{entity_id, only, signing_certificates};
use crate::saml::{ASSERTION, DSIG, ENTITY, METADATA, POST, PROTOCOL, TRANSIENT};
use crate::signature::{Place, verify};
use crate::{Certificate, Error, Provider, Refusal, SignatureError, SpidAnomaly, decode_response, saml};

/// A service provider as its metadata describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMetadata {
    /// Entity id.
    pub entity_id: String,
    /// Address that takes responses (index 0).
    pub acs_url: String,
    /// Index and names of each set of attributes.
    pub attribute_sets: Vec<(String, Vec<String>)>,
    /// Where it takes messages of logout by HTTP-POST.
    pub slo_url: Option<String>,
    certificates: Vec<Certificate>,
}

impl ServiceMetadata {
    /// This service provider as the other side of a logout, whose messages are the same in both directions.
    pub fn peer(&self) -> Provider {
        Provider {
            entity_id: self.entity_id.clone(),
            name: self.entity_id.clone(),
            scheme: IdentityScheme::Spid,
            sso_url: self.acs_url.clone(),
            sso_redirect_url: None,
            by_redirect: false,
            slo_post: None,
            slo_redirect: None,
            certificates: self.certificates.clone(),
        }
    }

    /// Reads metadata and verifies their own signature.
    ///
    /// # Errors
    /// [`Error::Metadata`], [`Error::MetadataLacks`] (a signature that verifies, too), [`Error::Certificate`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let document = Document::read(bytes, &Limits::SAML).map_err(Error::Metadata)?;
        let root = document.root();
        let descriptor = only(root, "SPSSODescriptor")?;
        let certificates = signing_certificates(descriptor)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Error::Metadata(XmlError::Encoding))?;
        verify(text, &[Place::Root], &certificates).map_err(|_| Error::MetadataLacks("signature"))?;
        let acs_url = descriptor
            .children_named(METADATA, "AssertionConsumerService")
            .find(|acs| acs.attribute("index") == Some("0") && acs.attribute("Binding") == Some(POST))
            .and_then(|acs| acs.attribute("Location"))
            .ok_or(Error::MetadataLacks("AssertionConsumerService 0 by HTTP-POST"))?;
        let attribute_sets = descriptor.children_named(METADATA, "AttributeConsumingService").filter_map(attribute_set);
        let slo_url = descriptor
            .children_named(METADATA, "SingleLogoutService")
            .find(|slo| slo.attribute("Binding") == Some(POST))
            .and_then(|slo| slo.attribute("Location"))
            .map(str::to_owned);
        Ok(Self {
            entity_id: entity_id(root)?,
            acs_url: acs_url.to_owned(),
            attribute_sets: attribute_sets.collect(),
            slo_url,
            certificates,
        })
    }
}

fn attribute_set(set: &Element) -> Option<(String, Vec<String>)> {
    let names = set.children_named(METADATA, "RequestedAttribute");
    let names = names.filter_map(|attribute| attribute.attribute("Name").map(str::to_owned)).collect();
    Some((set.attribute("index")?.to_owned(), names))
}

/// A request that a provider accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// Identifier of the request.
    pub id: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Least level asked for.
    pub level: IdentityLevel,
    /// Entity id of the service provider.
    pub entity_id: String,
    /// Where the response goes.
    pub acs_url: String,
    /// Names of the attributes asked for.
    pub attributes: Vec<String>,
}

/// Why a provider refuses a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// The message cannot be read at all.
    #[error("the request cannot be read: {0}")]
    Unreadable(Refusal),
    /// The signature.
    #[error("the signature of the request is refused: {0}")]
    Signature(#[from] SignatureError),
    /// A rule of the request, by the anomaly that the provider would answer.
    #[error("the request is refused with anomaly {}", .0.number())]
    Anomaly(SpidAnomaly),
}

impl From<XmlError> for RequestRefusal {
    fn from(error: XmlError) -> Self {
        Self::Unreadable(Refusal::Xml(error))
    }
}

/// The issuer that a request names, unverified: only to find the metadata that verify it.
///
/// # Errors
/// [`RequestRefusal::Unreadable`].
pub fn request_issuer(saml_request: &str) -> Result<String, RequestRefusal> {
    let bytes = decode_response(saml_request).map_err(RequestRefusal::Unreadable)?;
    let document = Document::read(&bytes, &Limits::SAML)?;
    let mut walk = document.root().walk()?;
    Ok(walk.one(ASSERTION, "Issuer")?.trimmed()?.to_owned())
}

/// Reads the form field `SAMLRequest` by the rules that providers apply (SPID technical rules, "single sign-on").
///
/// # Errors
/// The first rule that is broken.
pub fn receive(
    idp: &IdentityProvider,
    sp: &ServiceMetadata,
    saml_request: &str,
) -> Result<ReceivedRequest, RequestRefusal> {
    let bytes = decode_response(saml_request).map_err(RequestRefusal::Unreadable)?;
    Document::read(&bytes, &Limits::SAML)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| XmlError::Encoding)?;
    let covered = verify(text, &[Place::Root], &sp.certificates)?;
    let root = covered.first().ok_or(SignatureError::Missing)?.root();
    read(idp, sp, root)
}

/// Reads the query of a request by HTTP-Redirect, as it came over the wire, by the same rules.
///
/// # Errors
/// The first rule that is broken.
pub fn receive_address(
    idp: &IdentityProvider,
    sp: &ServiceMetadata,
    query: &str,
) -> Result<ReceivedRequest, RequestRefusal> {
    let message = RedirectMessage::read(query).map_err(RequestRefusal::Unreadable)?;
    message.verify(&sp.certificates)?;
    let document = Document::read(&message.xml, &Limits::SAML)?;
    if document.root().children_named(DSIG, "Signature").next().is_some() {
        return Err(RequestRefusal::Anomaly(SpidAnomaly::RequestForm));
    }
    read(idp, sp, document.root())
}

fn read(idp: &IdentityProvider, sp: &ServiceMetadata, root: &Element) -> Result<ReceivedRequest, RequestRefusal> {
    if !root.is(PROTOCOL, "AuthnRequest") {
        return Err(RequestRefusal::Anomaly(SpidAnomaly::RequestForm));
    }
    let issued_at = check_attributes(idp, root)?;
    let index = root.attribute("AttributeConsumingServiceIndex");
    let asked = sp.attribute_sets.iter().find(|(known, _)| Some(known.as_str()) == index);
    let (_, attributes) = asked.ok_or(RequestRefusal::Anomaly(SpidAnomaly::RequestAttributes))?;
    let mut walk = root.walk()?;
    let issuer = walk.one(ASSERTION, "Issuer")?;
    walk.optional(DSIG, "Signature");
    let policy = walk.one(PROTOCOL, "NameIDPolicy")?;
    let context = walk.one(PROTOCOL, "RequestedAuthnContext")?;
    walk.end()?;
    if issuer.trimmed()? != sp.entity_id
        || issuer.attribute("Format") != Some(ENTITY)
        || issuer.attribute("NameQualifier") != Some(&sp.entity_id)
    {
        return Err(RequestRefusal::Anomaly(SpidAnomaly::RequestForm));
    }
    if policy.attribute("Format") != Some(TRANSIENT) || policy.attribute("AllowCreate").is_some() {
        return Err(RequestRefusal::Anomaly(SpidAnomaly::RequestNameId));
    }
    let level = level(context)?;
    if level > IdentityLevel::L1 && root.attribute("ForceAuthn") != Some("true") {
        return Err(RequestRefusal::Anomaly(SpidAnomaly::RequestForm));
    }
    Ok(ReceivedRequest {
        id: root.required("ID")?.to_owned(),
        issued_at,
        level,
        entity_id: sp.entity_id.clone(),
        acs_url: sp.acs_url.clone(),
        attributes: attributes.clone(),
    })
}

/// Gives the instant of issue.
fn check_attributes(idp: &IdentityProvider, root: &Element) -> Result<DateTime<Utc>, RequestRefusal> {
    let refuse = |anomaly| Err(RequestRefusal::Anomaly(anomaly));
    if root.attribute("Version") != Some("2.0") {
        return refuse(SpidAnomaly::RequestVersion);
    }
    if root.attribute("Destination") != Some(&idp.sso_url) {
        return refuse(SpidAnomaly::RequestDestination);
    }
    if root.attribute("IsPassive").is_some() {
        return refuse(SpidAnomaly::RequestPassive);
    }
    if root.attribute("AssertionConsumerServiceIndex") != Some("0") {
        return refuse(SpidAnomaly::RequestConsumer);
    }
    root.attribute("IssueInstant")
        .and_then(saml::parse_instant)
        .ok_or(RequestRefusal::Anomaly(SpidAnomaly::RequestInstant))
}

fn level(context: &Element) -> Result<IdentityLevel, RequestRefusal> {
    let refused = RequestRefusal::Anomaly(SpidAnomaly::RequestContext);
    if context.attribute("Comparison") != Some("minimum") {
        return Err(refused);
    }
    let mut walk = context.walk()?;
    let class = walk.one(ASSERTION, "AuthnContextClassRef")?;
    walk.end()?;
    saml::level_of(class.trimmed()?).ok_or(refused)
}
