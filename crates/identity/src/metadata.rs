//! Metadata of a service provider (SPID technical rules, "metadata"). Deterministic: providers take it from
//! the registry, so the same settings must always give the same bytes.

use ring::digest::{SHA256, digest};
use sportello_xml::escape;

use crate::saml::{METADATA, POST, REQUESTED, SPID, TRANSIENT};
use crate::{Error, ServiceProvider, saml, signature};

/// Signed metadata of `sp`.
///
/// # Errors
/// [`Error::Sign`].
pub fn metadata(sp: &ServiceProvider) -> Result<String, Error> {
    let id = format!("_{}", hex::encode(digest(&SHA256, sp.entity_id.as_bytes())));
    let entity_id = escape(&sp.entity_id);
    let signature = signature::skeleton(&id, sp.key.certificate());
    let xml = format!(
        "<md:EntityDescriptor xmlns:md=\"{METADATA}\" xmlns:spid=\"{SPID}\" ID=\"{id}\" entityID=\"{entity_id}\">\
         {signature}{}{}{}</md:EntityDescriptor>",
        descriptor(sp),
        organization(sp),
        contact(sp),
    );
    signature::complete(&xml, &sp.key)
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
    format!(
        "<md:Organization><md:OrganizationName xml:lang=\"it\">{}</md:OrganizationName>\
         <md:OrganizationDisplayName xml:lang=\"it\">{}</md:OrganizationDisplayName>\
         <md:OrganizationURL xml:lang=\"it\">{}</md:OrganizationURL></md:Organization>",
        escape(&sp.organization.name),
        escape(&sp.organization.display_name),
        escape(&sp.organization.url),
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
