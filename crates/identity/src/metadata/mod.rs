//! Metadata of a service provider (SPID technical rules, "metadata"; AgID, Avviso 19 v4 for aggregators; CIE technical
//! manual, "federazione"). Deterministic: providers take them from a registry, so the same settings must always give the
//! same bytes.

mod contact;

use ring::digest::{SHA256, digest};
use sportello_domain::identita::IdentityScheme;
use sportello_xml::escape;

use crate::saml::{self, AttributeSet, METADATA, POST, REDIRECT, TRANSIENT};
use crate::{Error, ServiceKey, ServiceProvider, signature};

/// Languages of the organization: its name and its site are the same in both.
const LANGUAGES: [&str; 2] = ["it", "en"];

/// Signed metadata with their version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// SHA-256 of all that they say, 64 hexadecimal digits: another version must be filed with the federation anew.
    /// Their `ID` is made of it.
    pub version: String,
    /// The signed document.
    pub xml: String,
}

/// Metadata that say everything and are not signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataDraft {
    /// As in [`Metadata`]: whoever holds signed metadata of this version need not sign again.
    pub version: String,
    /// The document with an empty signature.
    xml: String,
}

impl MetadataDraft {
    /// What `sp` says to its federation.
    pub fn of(sp: &ServiceProvider) -> Self {
        let entity_id = escape(&sp.entity_id);
        let content = [descriptor(sp), organization(sp), contact::all(sp)].concat();
        let version = hex::encode(digest(&SHA256, [&entity_id, "\n", &content].concat().as_bytes()));
        let id = format!("_{version}");
        let signature = signature::skeleton(&id, sp.key.certificate());
        let (prefix, extensions) = contact::extensions_namespace(sp.scheme);
        let xml = format!(
            "<md:EntityDescriptor xmlns:md=\"{METADATA}\" xmlns:{prefix}=\"{extensions}\" ID=\"{id}\" \
             entityID=\"{entity_id}\">{signature}{content}</md:EntityDescriptor>",
        );
        Self { version, xml }
    }

    /// The metadata, signed with the key of the same service provider.
    ///
    /// # Errors
    /// [`Error::Sign`].
    pub fn sign(&self, key: &ServiceKey) -> Result<Metadata, Error> {
        Ok(Metadata { version: self.version.clone(), xml: signature::complete(&self.xml, key)? })
    }
}

/// Signed metadata of `sp` for its federation.
///
/// # Errors
/// [`Error::Sign`].
pub fn metadata(sp: &ServiceProvider) -> Result<Metadata, Error> {
    MetadataDraft::of(sp).sign(&sp.key)
}

fn descriptor(sp: &ServiceProvider) -> String {
    let certificates = std::iter::once(sp.key.certificate()).chain(&sp.other_certificates);
    let keys: String = certificates
        .map(|certificate| {
            format!("<md:KeyDescriptor use=\"signing\">{}</md:KeyDescriptor>", signature::key_info(certificate))
        })
        .collect();
    let slo = escape(&sp.slo_url);
    format!(
        "<md:SPSSODescriptor AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{protocol}\">{keys}\
         <md:SingleLogoutService Binding=\"{POST}\" Location=\"{slo}\"/>\
         <md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{slo}\"/>\
         <md:NameIDFormat>{TRANSIENT}</md:NameIDFormat>\
         <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\
         {sets}</md:SPSSODescriptor>",
        protocol = saml::PROTOCOL,
        acs = escape(&sp.acs_url),
        sets = attribute_sets(sp),
    )
}

fn attribute_sets(sp: &ServiceProvider) -> String {
    let own = match sp.scheme {
        IdentityScheme::Cie => AttributeSet::CIE,
        IdentityScheme::Spid | IdentityScheme::Eidas => AttributeSet::SPID,
    };
    // The node of eIDAS is a provider of SPID: the federation of CIE refuses these sets.
    let with_eidas = sp.eidas && sp.scheme != IdentityScheme::Cie;
    let eidas: &[AttributeSet] =
        if with_eidas { &[AttributeSet::EIDAS_MINIMUM, AttributeSet::EIDAS_FULL] } else { &[] };
    std::iter::once(&own)
        .chain(eidas)
        .map(|set| {
            let attributes: String = set
                .names
                .iter()
                .map(|name| format!("<md:RequestedAttribute Name=\"{name}\" NameFormat=\"{}\"/>", saml::BASIC))
                .collect();
            format!(
                "<md:AttributeConsumingService index=\"{}\"><md:ServiceName xml:lang=\"it\">{}</md:ServiceName>\
                 {attributes}</md:AttributeConsumingService>",
                set.index,
                escape(set.service_name.unwrap_or(&sp.service_name)),
            )
        })
        .collect()
}

fn organization(sp: &ServiceProvider) -> String {
    let element = |name: &str, value: &str| -> String {
        let value = escape(value);
        LANGUAGES.iter().map(|lang| format!("<md:{name} xml:lang=\"{lang}\">{value}</md:{name}>")).collect()
    };
    format!(
        "<md:Organization>{}{}{}</md:Organization>",
        element("OrganizationName", &sp.organization.name),
        element("OrganizationDisplayName", &sp.organization.display_name),
        element("OrganizationURL", &sp.organization.url),
    )
}
