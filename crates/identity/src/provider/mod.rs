//! The provider's side of the messages, for `sportello-sim` and for tests.
//!
//! It verifies requests as strictly as a real provider and makes real signed responses; what a person
//! answers, and every deliberate fault, is the caller's business. The portal itself never uses this module.

mod aggregate;
mod draft;
mod logout;
mod receive;

use sportello_domain::identita::IdentityScheme;
use sportello_xml::escape;

pub use aggregate::AggregateDraft;
pub use draft::{Ids, Person, ResponseDraft, Signing, refuse};
pub use receive::{ReceivedRequest, RequestRefusal, ServiceMetadata, receive, receive_address, request_issuer};

use crate::saml::{METADATA, POST, PROTOCOL, REDIRECT, TRANSIENT};
use crate::{Error, LogoutAddress, Provider, ServiceKey, signature};

/// A provider of identities that we play.
#[derive(Debug)]
pub struct IdentityProvider {
    /// Entity id.
    pub entity_id: String,
    /// Name shown to people.
    pub name: String,
    /// Address that takes requests by HTTP-POST.
    pub sso_url: String,
    /// Signing key.
    pub key: ServiceKey,
}

impl IdentityProvider {
    /// Unsigned metadata, to be imported as that of a pinned provider.
    pub fn metadata(&self) -> String {
        format!(
            "<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{entity_id}\">\
             <md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" protocolSupportEnumeration=\"{PROTOCOL}\">\
             <md:KeyDescriptor use=\"signing\">{key}</md:KeyDescriptor>\
             <md:SingleLogoutService Binding=\"{POST}\" Location=\"{slo}\"/>\
             <md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{slo}\"/>\
             <md:NameIDFormat>{TRANSIENT}</md:NameIDFormat>\
             <md:SingleSignOnService Binding=\"{POST}\" Location=\"{sso}\"/></md:IDPSSODescriptor>\
             <md:Organization><md:OrganizationName xml:lang=\"it\">{name}</md:OrganizationName>\
             <md:OrganizationDisplayName xml:lang=\"it\">{name}</md:OrganizationDisplayName>\
             <md:OrganizationURL xml:lang=\"it\">{entity_id}</md:OrganizationURL></md:Organization>\
             </md:EntityDescriptor>",
            entity_id = escape(&self.entity_id),
            key = signature::key_info(self.key.certificate()),
            sso = escape(&self.sso_url),
            slo = escape(&self.slo_url()),
            name = escape(&self.name),
        )
    }

    /// Address that takes messages of logout, by both bindings.
    pub fn slo_url(&self) -> String {
        format!("{}/slo", self.entity_id)
    }

    /// This provider as a service provider pins it.
    pub fn pinned(&self) -> Provider {
        Provider {
            entity_id: self.entity_id.clone(),
            name: self.name.clone(),
            scheme: IdentityScheme::Spid,
            sso_url: self.sso_url.clone(),
            sso_redirect_url: None,
            by_redirect: false,
            slo_post: Some(LogoutAddress { url: self.slo_url(), response_url: None }),
            slo_redirect: Some(LogoutAddress { url: self.slo_url(), response_url: None }),
            certificates: vec![self.key.certificate().clone()],
        }
    }

    /// Signs an XML document of the caller over its document element, whose `ID` is `id`: `xml` holds the
    /// mark `{signature}` where the signature goes.
    ///
    /// # Errors
    /// [`Error::Sign`].
    pub fn sign(&self, xml: &str, id: &str) -> Result<String, Error> {
        draft::sign(xml, id, &self.key)
    }
}
