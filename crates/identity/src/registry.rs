//! A provider as we trust it: its name, its address, its keys. Nothing is fetched and nothing is learnt from messages.

use sportello_domain::identita::IdentityScheme;
use sportello_xml::{Document, Element, Limits};

use crate::saml::{DSIG, METADATA, POST, REDIRECT};
use crate::{Certificate, Error};

/// A pinned provider of identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Entity id.
    pub entity_id: String,
    /// Name as people know it.
    pub name: String,
    /// Scheme it belongs to.
    pub scheme: IdentityScheme,
    /// Address that takes requests by HTTP-POST; that of HTTP-Redirect where there is no other.
    pub sso_url: String,
    /// Address that takes requests by HTTP-Redirect.
    pub sso_redirect_url: Option<String>,
    /// Whether requests go by HTTP-Redirect; only where there is an address for that.
    pub by_redirect: bool,
    /// Where logout messages go by HTTP-POST.
    pub slo_post: Option<LogoutAddress>,
    /// Where logout messages go by HTTP-Redirect.
    pub slo_redirect: Option<LogoutAddress>,
    /// Certificates whose keys may sign; several while a provider changes its key.
    pub certificates: Vec<Certificate>,
}

impl Provider {
    /// Where requests go by the binding in use.
    pub fn destination(&self) -> &str {
        let redirect = self.sso_redirect_url.as_deref().filter(|_| self.by_redirect);
        redirect.unwrap_or(&self.sso_url)
    }
}

/// Where a provider takes messages of logout by one binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutAddress {
    /// Address of requests.
    pub url: String,
    /// Address of answers (`ResponseLocation`), where it is another.
    pub response_url: Option<String>,
}

impl LogoutAddress {
    /// Where an answer goes.
    pub fn answers(&self) -> &str {
        self.response_url.as_deref().unwrap_or(&self.url)
    }
}

/// Reads the metadata of one provider (`md:EntityDescriptor`), as the operator takes it from the registry.
///
/// The signature of the metadata is not verified here: the file is pinned by whoever imports it.
///
/// # Errors
/// [`Error::Metadata`] when it cannot be read, [`Error::MetadataLacks`] naming what is missing, [`Error::Certificate`].
pub fn parse_provider_metadata(bytes: &[u8], scheme: IdentityScheme) -> Result<Provider, Error> {
    let document = Document::read(bytes, &Limits::SAML).map_err(Error::Metadata)?;
    provider(document.root(), scheme)
}

/// The provider of an `md:EntityDescriptor`.
pub(crate) fn provider(root: &Element, scheme: IdentityScheme) -> Result<Provider, Error> {
    let entity_id = entity_id(root)?;
    let descriptor = only(root, "IDPSSODescriptor")?;
    let sso =
        |binding| service(descriptor, "SingleSignOnService", binding).and_then(|service| web(service, "Location"));
    let slo = |binding| {
        let service = service(descriptor, "SingleLogoutService", binding)?;
        Some(LogoutAddress { url: web(service, "Location")?, response_url: web(service, "ResponseLocation") })
    };
    let (post, redirect) = (sso(POST), sso(REDIRECT));
    let by_redirect = post.is_none();
    let sso_url = post.or_else(|| redirect.clone()).ok_or(Error::MetadataLacks("SingleSignOnService"))?;
    let certificates = signing_certificates(descriptor)?;
    let name = organization_name(root).unwrap_or_else(|| entity_id.clone());
    Ok(Provider {
        entity_id,
        name,
        scheme,
        sso_url,
        sso_redirect_url: redirect,
        by_redirect,
        slo_post: slo(POST),
        slo_redirect: slo(REDIRECT),
        certificates,
    })
}

/// The entity id of an `md:EntityDescriptor`.
pub(crate) fn entity_id(root: &Element) -> Result<String, Error> {
    if !root.is(METADATA, "EntityDescriptor") {
        return Err(Error::MetadataLacks("EntityDescriptor"));
    }
    let id = root.attribute("entityID").filter(|id| !id.is_empty() && id.len() <= 1024);
    id.map(str::to_owned).ok_or(Error::MetadataLacks("entityID"))
}

/// The one child of this name.
pub(crate) fn only<'d>(parent: &'d Element, local: &'static str) -> Result<&'d Element, Error> {
    let mut found = parent.children_named(METADATA, local);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        _ => Err(Error::MetadataLacks(local)),
    }
}

/// The certificates of all keys that may sign; at least one.
pub(crate) fn signing_certificates(descriptor: &Element) -> Result<Vec<Certificate>, Error> {
    let certificates = descriptor
        .children_named(METADATA, "KeyDescriptor")
        .filter(|key| key.attribute("use").is_none_or(|purpose| purpose == "signing"))
        .flat_map(|key| key.children_named(DSIG, "KeyInfo"))
        .flat_map(|info| info.children_named(DSIG, "X509Data"))
        .flat_map(|data| data.children_named(DSIG, "X509Certificate"))
        .map(|certificate| Certificate::from_base64(certificate.text().map_err(Error::Metadata)?))
        .collect::<Result<Vec<_>, Error>>()?;
    if certificates.is_empty() { Err(Error::MetadataLacks("signing certificate")) } else { Ok(certificates) }
}

fn organization_name(root: &Element) -> Option<String> {
    let organization = only(root, "Organization").ok()?;
    let named = |local| organization.children_named(METADATA, local).find_map(|e| e.trimmed().ok());
    named("OrganizationDisplayName").or_else(|| named("OrganizationName")).filter(|n| !n.is_empty()).map(str::to_owned)
}

/// The first service of this name by this binding.
fn service<'d>(descriptor: &'d Element, local: &'static str, binding: &str) -> Option<&'d Element> {
    descriptor.children_named(METADATA, local).find(|service| service.attribute("Binding") == Some(binding))
}

/// An address of the web in an attribute.
fn web(service: &Element, attribute: &str) -> Option<String> {
    let url = service.attribute(attribute)?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}
