//! What an ente is in the eyes of a provider. No message is made here.

use crate::ServiceKey;

/// The organization behind a service provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Full legal name, as in the certificate.
    pub name: String,
    /// Name that the provider shows to people.
    pub display_name: String,
    /// Address of the organization's site.
    pub url: String,
}

/// Whom a provider turns to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Code of the ente in the index of public administrations (IPA).
    pub ipa_code: String,
    /// Address of an office, never of a person.
    pub email: String,
    /// Telephone without spaces, `+39…`.
    pub telephone: Option<String>,
}

/// A SAML2 service provider: one for each ente.
#[derive(Debug)]
pub struct ServiceProvider {
    /// Entity id: an HTTPS address without port in production (SPID).
    pub entity_id: String,
    /// Address that takes responses by HTTP-POST (index 0).
    pub acs_url: String,
    /// Address of logout.
    pub slo_url: String,
    /// Name of the service in the attribute set, in Italian.
    pub service_name: String,
    /// The organization.
    pub organization: Organization,
    /// The contact.
    pub contact: Contact,
    /// The signing key.
    pub key: ServiceKey,
}
