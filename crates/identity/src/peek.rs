//! What a message says of itself, before anything of it is believed.
//!
//! To find the request that waits for it, and for the log of sign-ins, where broken answers are searched too. Nothing here
//! decides: that is [`crate::verify_response`] and its like for logout.

use chrono::{DateTime, Utc};
use sportello_xml::{Document, Element, Limits};

use crate::saml::{ASSERTION, PROTOCOL, parse_instant};

/// Longest identifier that is looked up, in bytes.
const MAX_ID: usize = 128;
/// Longest other value that is kept, in bytes (SAML core 8.3.6: an entity id has 1,024 characters at most).
const MAX_VALUE: usize = 1024;

/// What an answer says, read without any check.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `InResponseTo`: the request that it answers.
    pub in_response_to: Option<String>,
    /// `ID` of the response.
    pub response_id: Option<String>,
    /// `IssueInstant` of the response.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// `Issuer` of the response.
    pub issuer: Option<String>,
    /// `ID` of the first assertion.
    pub assertion_id: Option<String>,
    /// `NameID` of its subject.
    pub name_id: Option<String>,
    /// `NameQualifier` of that.
    pub name_qualifier: Option<String>,
    /// Attribute `fiscalNumber` without `TINIT-`, in upper case.
    pub codice_fiscale: Option<String>,
}

impl std::fmt::Debug for Claims {
    /// Identifiers alone: the rest is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("response_id", &self.response_id).finish_non_exhaustive()
    }
}

/// What a response says of itself; nothing of what is no response.
pub fn claims(xml: &[u8]) -> Claims {
    let Ok(document) = Document::read(xml, &Limits::SAML) else {
        return Claims::default();
    };
    let root = document.root();
    if !root.is(PROTOCOL, "Response") {
        return Claims::default();
    }
    let id = |element: &Element, name: &str| kept(element.attribute(name), MAX_ID);
    let assertion = root.children_named(ASSERTION, "Assertion").next();
    let name_id = assertion
        .and_then(|assertion| assertion.children_named(ASSERTION, "Subject").next())
        .and_then(|subject| subject.children_named(ASSERTION, "NameID").next());
    Claims {
        in_response_to: id(root, "InResponseTo"),
        response_id: id(root, "ID"),
        response_issued_at: root.attribute("IssueInstant").and_then(parse_instant),
        issuer: root.children_named(ASSERTION, "Issuer").next().and_then(value),
        assertion_id: assertion.and_then(|assertion| id(assertion, "ID")),
        name_id: name_id.and_then(value),
        name_qualifier: name_id.and_then(|name_id| kept(name_id.attribute("NameQualifier"), MAX_VALUE)),
        codice_fiscale: assertion.and_then(fiscal_number),
    }
}

/// The identifier of the request that a response names (`InResponseTo`), read without any check.
///
/// Only to find the pending request: [`crate::verify_response`] then demands that the response names that very one.
pub fn answered_request(xml: &[u8]) -> Option<String> {
    claims(xml).in_response_to
}

fn fiscal_number(assertion: &Element) -> Option<String> {
    let attribute = assertion
        .children_named(ASSERTION, "AttributeStatement")
        .flat_map(Element::elements)
        .find(|attribute| attribute.attribute("Name") == Some("fiscalNumber"))?;
    let number = attribute.children_named(ASSERTION, "AttributeValue").next().and_then(value)?.to_ascii_uppercase();
    Some(number.strip_prefix("TINIT-").map_or(number.clone(), str::to_owned))
}

fn value(element: &Element) -> Option<String> {
    kept(element.trimmed().ok(), MAX_VALUE)
}

fn kept(text: Option<&str>, longest: usize) -> Option<String> {
    text.filter(|text| !text.is_empty() && text.len() <= longest).map(str::to_owned)
}

/// Who says to have sent a logout message: its issuer, read without any check.
///
/// Only to find the provider whose keys it is checked with.
pub fn logout_issuer(xml: &[u8]) -> Option<String> {
    let document = Document::read(xml, &Limits::SAML).ok()?;
    let root = document.root();
    if !root.is(PROTOCOL, "LogoutRequest") && !root.is(PROTOCOL, "LogoutResponse") {
        return None;
    }
    root.children_named(ASSERTION, "Issuer").next().and_then(value)
}

/// The identifier of our request that an answer to a logout names, read without any check.
///
/// Only to find that request: [`crate::verify_logout_response`] then demands that the answer names that very one.
pub fn answered_logout(xml: &[u8]) -> Option<String> {
    let document = Document::read(xml, &Limits::SAML).ok()?;
    let root = document.root();
    if !root.is(PROTOCOL, "LogoutResponse") {
        return None;
    }
    kept(root.attribute("InResponseTo"), MAX_ID)
}
