//! What an answer says it answers, before anything about it is believed.

use sportello_xml::{Document, Limits};

use crate::saml::PROTOCOL;

/// Longest identifier that is looked up, in bytes.
const MAX_ID: usize = 128;

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
