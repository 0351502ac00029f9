//! The decision on a provider's response (SPID technical rules, "single sign-on"; `docs/accesso.md`).
//!
//! That a request is answered once, an assertion is used once, and both belong to this browser, is for the
//! store: this module says which identifiers to remember and until when.

mod assertion;
mod attributes;
mod conditions;
mod envelope;
mod refusal;
mod status;
mod subject;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::identita::{Identita, IdentityLevel};
use sportello_xml::{Document, Element, Limits};

pub(crate) use envelope::{check_identity, check_issuer};
pub use refusal::Refusal;
pub(crate) use subject::name_id;

use crate::saml::{ASSERTION, DSIG, PROTOCOL};
use crate::signature::{Place, verify};
use crate::{Provider, SpidAnomaly, saml};

/// Largest form field `SAMLResponse`, in bytes: the base64 of 256 kB, with line breaks.
const FIELD_BYTES: usize = 370_000;
/// How far the provider's clock and ours may disagree (SPID battery: up to 60 s).
const MAX_SKEW: TimeDelta = TimeDelta::seconds(60);

/// What the response must answer.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// Identifier of the pending request.
    pub request_id: &'a str,
    /// When the request was issued.
    pub issued_at: DateTime<Utc>,
    /// Level that was asked for, as the least.
    pub level: IdentityLevel,
    /// Provider that the request was sent to.
    pub provider: &'a Provider,
    /// Entity id of the ente.
    pub entity_id: &'a str,
    /// Address of the ente that takes responses.
    pub acs_url: &'a str,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// Tolerance between the two clocks; above 60 s it counts as 60 s.
    pub skew: TimeDelta,
}

impl Expected<'_> {
    fn skew(&self) -> TimeDelta {
        self.skew.clamp(TimeDelta::zero(), MAX_SKEW)
    }

    /// An instant of issue: well-formed, not before the request, not in the future.
    fn check_issue(&self, element: &Element) -> Result<DateTime<Utc>, Refusal> {
        let at = saml::parse_instant(element.required("IssueInstant")?).ok_or(Refusal::Instant)?;
        if at + self.skew() < self.issued_at || at - self.skew() > self.now {
            return Err(Refusal::IssueInstant);
        }
        Ok(at)
    }
}

/// What a response that follows the rules says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider vouches for a person.
    Verified(Box<VerifiedAssertion>),
    /// The provider did not authenticate anybody. This answer may be unsigned: close the request, change nothing else.
    Refused(ProviderRefusal),
}

/// A provider's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRefusal {
    /// The anomaly, when the response names one that is known.
    pub anomaly: Option<SpidAnomaly>,
    /// Identifier of the response.
    pub response_id: String,
}

/// A verified assertion: all that is known of it, read from what the provider signed.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// The person.
    pub identita: Identita,
    /// Identifier of the response.
    pub response_id: String,
    /// Identifier of the assertion: to be used once.
    pub assertion_id: String,
    /// Until when the identifier of the assertion must be remembered: the end of its validity and the tolerance.
    pub not_on_or_after: DateTime<Utc>,
    /// Transient name identifier, for a global logout.
    pub name_id: String,
    /// Qualifier of the name identifier.
    pub name_qualifier: String,
    /// Session at the provider, at level 1 only.
    pub session_index: Option<String>,
}

impl std::fmt::Debug for VerifiedAssertion {
    /// Identifiers alone: the rest is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedAssertion")
            .field("response_id", &self.response_id)
            .field("assertion_id", &self.assertion_id)
            .finish_non_exhaustive()
    }
}

/// Decodes the form field `SAMLResponse`: base64, line breaks allowed.
///
/// # Errors
/// [`Refusal::Field`].
pub fn decode_response(field: &str) -> Result<Vec<u8>, Refusal> {
    if field.len() > FIELD_BYTES {
        return Err(Refusal::Field);
    }
    let compact: String = field.chars().filter(|c| !matches!(c, '\r' | '\n' | ' ')).collect();
    STANDARD.decode(compact).map_err(|_| Refusal::Field)
}

/// Decides on a response.
///
/// # Errors
/// The first rule that the response breaks. A response in error is no error here, but [`Outcome::Refused`].
pub fn verify_response(expected: &Expected<'_>, xml: &[u8]) -> Result<Outcome, Refusal> {
    let document = read(xml)?;
    let text = std::str::from_utf8(xml).map_err(|_| Refusal::Xml(sportello_xml::XmlError::Encoding))?;
    let root = document.root();
    if !root.is(PROTOCOL, "Response") {
        return Err(Refusal::NotAResponse);
    }
    let signed = has_signature(root);
    let assertions = envelope::Assertions::count(root);
    if assertions.none() {
        if !signed {
            return envelope::refused(expected, root);
        }
        let covered = verify(text, &[Place::Root], &expected.provider.certificates)?;
        return envelope::refused(expected, covered.first().map_or(root, Document::root));
    }
    assertions.only_one()?;

    let assertion = Place::Child { namespace: ASSERTION, local: "Assertion" };
    let places: &[Place] = if signed { &[assertion, Place::Root] } else { &[assertion] };
    let covered = verify(text, places, &expected.provider.certificates)?;
    // The envelope is read from what was signed where it was signed; otherwise nothing in it is trusted.
    let envelope = covered.get(1).map_or(root, Document::root);
    let response_id = envelope::around_assertion(expected, envelope)?;
    let assertion = covered.first().expect("one document for each place").root();
    let verified = assertion::read(expected, assertion, response_id)?;
    Ok(Outcome::Verified(Box::new(verified)))
}

/// A document without comments and CDATA, as every message must be that is signed inside.
pub(crate) fn read(xml: &[u8]) -> Result<Document, Refusal> {
    let document = Document::read(xml, &Limits::SAML)?;
    if document.comments() > 0 {
        return Err(Refusal::Xml(sportello_xml::XmlError::Comment));
    }
    if document.cdata() > 0 {
        return Err(Refusal::Xml(sportello_xml::XmlError::Mixed));
    }
    Ok(document)
}

fn has_signature(element: &Element) -> bool {
    element.children_named(DSIG, "Signature").next().is_some()
}
