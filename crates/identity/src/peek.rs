//! What a message says of itself, before anything about it is believed.

use sportello_xml::{Document, Limits};

use crate::saml::{ASSERTION, PROTOCOL};

/// Longest identifier that is looked up, in bytes.
const MAX_ID: usize = 128;
/// Longest entity id that is looked up, in bytes (SAML core 8.3.6).
const MAX_ENTITY_ID: usize = 1024;

/// The identifier of the request that a response names (`InResponseTo`), read without any check.
///
/// Only to find the pending request: [`crate::verify_response`] then demands that the response names that very one.
pub fn answered_request(xml: &[u8]) -> Option<String> {
    let document = Document::read(xml, &Limits::SAML).ok()?;
    let root = document.root();
    if !root.is(PROTOCOL, "Response") {
        return None;
    }
    root.attribute("InResponseTo").filter(|id| !id.is_empty() && id.len() <= MAX_ID).map(str::to_owned)
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
    let issuer = root.children_named(ASSERTION, "Issuer").next()?.trimmed().ok()?;
    Some(issuer).filter(|id| !id.is_empty() && id.len() <= MAX_ENTITY_ID).map(str::to_owned)
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
    root.attribute("InResponseTo").filter(|id| !id.is_empty() && id.len() <= MAX_ID).map(str::to_owned)
}
