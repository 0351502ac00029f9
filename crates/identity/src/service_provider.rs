//! What an ente is in the eyes of a provider. No message is made here.

use std::sync::Arc;

use sportello_domain::identita::IdentityScheme;

use crate::{Certificate, ServiceKey};

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
    /// Code of the comune in the land register (Belfiore), for CIE.
    pub municipality: Option<String>,
    /// Address of an office, never of a person.
    pub email: String,
    /// Telephone without spaces, `+39…`.
    pub telephone: Option<String>,
}

/// Who stands in the federation of SPID for an ente (AgID, Avviso 19 v4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregator {
    /// Full name.
    pub name: String,
    /// Whether it runs the services too (`full`), or only signs people in (`lite`).
    pub runs_services: bool,
    /// Code in the index of public administrations, where it is one.
    pub ipa_code: Option<String>,
    /// VAT number with the country.
    pub vat_number: Option<String>,
    /// Codice fiscale.
    pub fiscal_code: Option<String>,
    /// Address of an office, never of a person.
    pub email: String,
    /// Telephone without spaces, `+39…`.
    pub telephone: Option<String>,
}

/// A SAML2 service provider: one for each ente and federation.
#[derive(Debug)]
pub struct ServiceProvider {
    /// The federation: [`IdentityScheme::Cie`], or SPID, whose metadata serve eIDAS too.
    pub scheme: IdentityScheme,
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
    /// Who stands for the ente in SPID, if anybody does.
    pub aggregator: Option<Aggregator>,
    /// Whether the attribute sets of eIDAS are offered.
    pub eidas: bool,
    /// The signing key.
    pub key: Arc<ServiceKey>,
    /// Certificates of further keys that may sign, before or after this one.
    pub other_certificates: Vec<Certificate>,
}
