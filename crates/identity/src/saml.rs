//! Names that stand in SAML messages, and instants as SAML writes them. No rules.

use chrono::{DateTime, NaiveDateTime, Utc};
use sportello_domain::identita::{IdentityLevel, IdentityScheme};

pub(crate) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub(crate) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub(crate) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Publication of metadata (SAML V2.0 Metadata Extensions for Registration and Publication Information).
pub(crate) const PUBLICATION: &str = "urn:oasis:names:tc:SAML:metadata:rpi";
pub(crate) const SPID: &str = "https://spid.gov.it/saml-extensions";
pub(crate) const CIE: &str = "https://www.cartaidentita.interno.gov.it/saml-extensions";
pub(crate) const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
pub(crate) const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
pub(crate) const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
pub(crate) const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
pub(crate) const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
pub(crate) const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
pub(crate) const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
pub(crate) const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
pub(crate) const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
pub(crate) const VERSION_MISMATCH: &str = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch";
pub(crate) const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
pub(crate) const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";

/// Attributes that are asked for together, under one index of the metadata.
pub(crate) struct AttributeSet {
    /// `AttributeConsumingServiceIndex` of the request.
    pub(crate) index: u8,
    /// Name that the scheme fixes; that of the ente's service otherwise.
    pub(crate) service_name: Option<&'static str>,
    /// The attributes, in the order of the metadata.
    pub(crate) names: &'static [&'static str],
    /// Those without which an answer is of no use.
    pub(crate) required: &'static [&'static str],
}

impl AttributeSet {
    /// SPID: what is asked for of each person, and no more (SPID attribute table; data minimisation).
    pub(crate) const SPID: Self = Self {
        index: 0,
        service_name: None,
        names: &["fiscalNumber", "name", "familyName", "dateOfBirth", "placeOfBirth", "email", "mobilePhone"],
        required: &["fiscalNumber", "name", "familyName", "dateOfBirth", "placeOfBirth", "email", "mobilePhone"],
    };
    /// CIE: all that it knows (technical manual, "attributi").
    pub(crate) const CIE: Self = Self {
        index: 0,
        service_name: None,
        names: &["fiscalNumber", "name", "familyName", "dateOfBirth"],
        required: &["fiscalNumber", "name", "familyName", "dateOfBirth"],
    };
    /// eIDAS: what every country sends (AgID, Avviso eIDAS 1/2018). Only some people have an Italian codice fiscale.
    pub(crate) const EIDAS_MINIMUM: Self = Self {
        index: 99,
        service_name: Some("eIDAS Natural Person Minimum Attribute Set"),
        names: &["spidCode", "name", "familyName", "dateOfBirth", "fiscalNumber"],
        required: &["name", "familyName", "dateOfBirth"],
    };
    /// eIDAS: what some countries send beside it. In the metadata only: the counter does not need it.
    pub(crate) const EIDAS_FULL: Self = Self {
        index: 100,
        service_name: Some("eIDAS Natural Person Full Attribute Set"),
        names: &["spidCode", "name", "familyName", "dateOfBirth", "fiscalNumber", "placeOfBirth", "address", "gender"],
        required: &[],
    };

    /// What is asked for of the people of a scheme.
    pub(crate) const fn of(scheme: IdentityScheme) -> &'static Self {
        match scheme {
            IdentityScheme::Spid => &Self::SPID,
            IdentityScheme::Cie => &Self::CIE,
            IdentityScheme::Eidas => &Self::EIDAS_MINIMUM,
        }
    }
}

const LEVELS: [(IdentityLevel, &str); 3] = [
    (IdentityLevel::L1, "https://www.spid.gov.it/SpidL1"),
    (IdentityLevel::L2, "https://www.spid.gov.it/SpidL2"),
    (IdentityLevel::L3, "https://www.spid.gov.it/SpidL3"),
];

/// Authentication context class of a level.
pub(crate) fn level_class(level: IdentityLevel) -> &'static str {
    match level {
        IdentityLevel::L1 => LEVELS[0].1,
        IdentityLevel::L2 => LEVELS[1].1,
        IdentityLevel::L3 => LEVELS[2].1,
    }
}

/// Level of an authentication context class; the old `urn:` names are none.
pub(crate) fn level_of(class: &str) -> Option<IdentityLevel> {
    LEVELS.iter().find(|(_, name)| *name == class).map(|(level, _)| *level)
}

/// An instant with whole seconds, as we write it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `xs:dateTime` in UTC, ending in `Z`, with or without a fraction; no leap second, no offset, four-digit year.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let local = text.strip_suffix('Z')?;
    let (whole, fraction) = local.split_once('.').map_or((local, None), |(whole, fraction)| (whole, Some(fraction)));
    let shape = b"0000-00-00T00:00:00";
    let fits = whole.len() == shape.len()
        && whole.bytes().zip(shape).all(|(b, s)| if *s == b'0' { b.is_ascii_digit() } else { b == *s })
        && fraction.is_none_or(|f| (1..=9).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()));
    if !fits || &whole[17..] > "59" {
        return None;
    }
    NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.and_utc())
}

/// `NCName`, its ASCII part, of a length that fits a column.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.len() <= 256
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_utc_and_exact() {
        for good in ["2026-11-25T08:00:00Z", "2026-11-25T08:00:00.1Z", "2026-11-25T08:00:00.123456Z"] {
            assert!(parse_instant(good).is_some(), "{good}");
        }
        let bad = [
            "",
            "Z",
            "2026-11-25T08:00:00",
            "2026-11-25T08:00:00+02:00",
            "2026-11-25T08:00:60Z",
            "2026-11-25 08:00:00Z",
            "2026-02-30T08:00:00Z",
            "12026-11-25T08:00:00Z",
            "2026-11-25T08:00:00.Z",
            "2026-11-25T8:00:00Z",
            "2026-11-25T08:00:00.1234567890Z",
            "+026-11-25T08:00:00Z",
            "2026-11-25T24:00:00Z",
            "２026-11-25T08:00:00Z",
        ];
        for text in bad {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
