//! Metadata of a service provider (SPID technical rules, "metadata"). Deterministic: providers take it from
//! the registry, so the same settings must always give the same bytes.

use ring::digest::{SHA256, digest};
use sportello_xml::escape;

use crate::saml::{METADATA, POST, REDIRECT, REQUESTED, SPID, TRANSIENT};
use crate::{Error, ServiceProvider, saml, signature};

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

/// Signed metadata of `sp`.
///
/// # Errors
/// [`Error::Sign`].
pub fn metadata(sp: &ServiceProvider) -> Result<Metadata, Error> {
    let entity_id = escape(&sp.entity_id);
    let content = [descriptor(sp), organization(sp), contact(sp)].concat();
    let version = hex::encode(digest(&SHA256, [&entity_id, "\n", &content].concat().as_bytes()));
    let id = format!("_{version}");
    let signature = signature::skeleton(&id, sp.key.certificate());
    let xml = format!(
        "<md:EntityDescriptor xmlns:md=\"{METADATA}\" xmlns:spid=\"{SPID}\" ID=\"{id}\" entityID=\"{entity_id}\">\
         {signature}{content}</md:EntityDescriptor>",
    );
    Ok(Metadata { version, xml: signature::complete(&xml, &sp.key)? })
}

fn descriptor(sp: &ServiceProvider) -> String {
    let attributes: String = REQUESTED
        .iter()
        .map(|name| format!("<md:RequestedAttribute Name=\"{name}\" NameFormat=\"{}\"/>", saml::BASIC))
        .collect();
    format!(
        "<md:SPSSODescriptor AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{protocol}\">\
         <md:KeyDescriptor use=\"signing\">{key}</md:KeyDescriptor>\
         <md:SingleLogoutService Binding=\"{POST}\" Location=\"{slo}\"/>\
         <md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{slo}\"/>\
         <md:NameIDFormat>{TRANSIENT}</md:NameIDFormat>\
         <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\
         <md:AttributeConsumingService index=\"0\">\
         <md:ServiceName xml:lang=\"it\">{service}</md:ServiceName>{attributes}\
         </md:AttributeConsumingService></md:SPSSODescriptor>",
        protocol = saml::PROTOCOL,
        key = signature::key_info(sp.key.certificate()),
        slo = escape(&sp.slo_url),
        acs = escape(&sp.acs_url),
        service = escape(&sp.service_name),
    )
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

fn contact(sp: &ServiceProvider) -> String {
    let telephone = sp
        .contact
        .telephone
        .as_ref()
        .map(|number| format!("<md:TelephoneNumber>{}</md:TelephoneNumber>", escape(number)))
        .unwrap_or_default();
    format!(
        "<md:ContactPerson contactType=\"other\"><md:Extensions><spid:IPACode>{}</spid:IPACode><spid:Public/>\
         </md:Extensions><md:Company>{}</md:Company><md:EmailAddress>{}</md:EmailAddress>{telephone}</md:ContactPerson>",
        escape(&sp.contact.ipa_code),
        escape(&sp.organization.name),
        escape(&sp.contact.email),
    )
}
