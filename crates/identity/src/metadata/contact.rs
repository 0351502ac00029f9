//! Whom a federation turns to: the ente, and in SPID the aggregator that stands for it.

use sportello_domain::identita::IdentityScheme;
use sportello_xml::escape;

use crate::ServiceProvider;
use crate::saml::{CIE, SPID};

/// Prefix and namespace of the extensions of a federation.
pub(super) fn extensions_namespace(scheme: IdentityScheme) -> (&'static str, &'static str) {
    match scheme {
        IdentityScheme::Cie => ("cie", CIE),
        IdentityScheme::Spid | IdentityScheme::Eidas => ("spid", SPID),
    }
}

/// Every contact.
pub(super) fn all(sp: &ServiceProvider) -> String {
    match (sp.scheme, &sp.aggregator) {
        (IdentityScheme::Cie, _) => cie(sp),
        (_, Some(aggregator)) => {
            let role =
                if aggregator.runs_services { "PublicServicesFullAggregator" } else { "PublicServicesLightAggregator" };
            let aggregator = Person {
                kind: "contactType=\"other\" spid:entityType=\"spid:aggregator\"",
                extensions: [
                    optional("VATNumber", aggregator.vat_number.as_deref()),
                    optional("IPACode", aggregator.ipa_code.as_deref()),
                    optional("FiscalCode", aggregator.fiscal_code.as_deref()),
                    format!("<spid:{role}/>"),
                ]
                .concat(),
                company: &aggregator.name,
                email: &aggregator.email,
                telephone: aggregator.telephone.as_deref(),
            };
            let aggregated = Person { kind: "contactType=\"other\" spid:entityType=\"spid:aggregated\"", ..own(sp) };
            [aggregator.write(), aggregated.write()].concat()
        }
        (_, None) => own(sp).write(),
    }
}

/// The ente in SPID.
fn own(sp: &ServiceProvider) -> Person<'_> {
    Person {
        kind: "contactType=\"other\"",
        extensions: format!("<spid:IPACode>{}</spid:IPACode><spid:Public/>", escape(&sp.contact.ipa_code)),
        company: &sp.organization.name,
        email: &sp.contact.email,
        telephone: sp.contact.telephone.as_deref(),
    }
}

/// The ente in CIE (technical manual, "Service Provider metadata").
fn cie(sp: &ServiceProvider) -> String {
    let municipality = sp.contact.municipality.as_deref().unwrap_or_default();
    Person {
        kind: "contactType=\"administrative\"",
        extensions: format!(
            "<cie:Public/><cie:IPACode>{}</cie:IPACode><cie:Municipality>{}</cie:Municipality>",
            escape(&sp.contact.ipa_code),
            escape(municipality),
        ),
        company: &sp.organization.name,
        email: &sp.contact.email,
        telephone: sp.contact.telephone.as_deref(),
    }
    .write()
}

fn optional(name: &str, value: Option<&str>) -> String {
    value.map(|value| format!("<spid:{name}>{}</spid:{name}>", escape(value))).unwrap_or_default()
}

/// A `md:ContactPerson`.
struct Person<'a> {
    /// Its attributes.
    kind: &'static str,
    /// The elements inside its extensions.
    extensions: String,
    company: &'a str,
    email: &'a str,
    telephone: Option<&'a str>,
}

impl Person<'_> {
    fn write(&self) -> String {
        let telephone =
            self.telephone.map(|number| format!("<md:TelephoneNumber>{}</md:TelephoneNumber>", escape(number)));
        format!(
            "<md:ContactPerson {}><md:Extensions>{}</md:Extensions><md:Company>{}</md:Company>\
             <md:EmailAddress>{}</md:EmailAddress>{}</md:ContactPerson>",
            self.kind,
            self.extensions,
            escape(self.company),
            escape(self.email),
            telephone.unwrap_or_default(),
        )
    }
}
