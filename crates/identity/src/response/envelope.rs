//! `samlp:Response` without what is in the assertion: for us, from the provider that was asked, success or failure.

use sportello_xml::Element;

use super::status::{self, Status};
use super::{Expected, Outcome, ProviderRefusal, Refusal};
use crate::Provider;
use crate::saml::{self, ASSERTION, DSIG, ENTITY, PROTOCOL};

/// How many assertions stand anywhere, whatever their place.
pub(super) struct Assertions {
    plain: usize,
    encrypted: usize,
}

impl Assertions {
    pub(super) fn count(root: &Element) -> Self {
        Self { plain: root.count(ASSERTION, "Assertion"), encrypted: root.count(ASSERTION, "EncryptedAssertion") }
    }

    pub(super) fn none(&self) -> bool {
        self.plain == 0 && self.encrypted == 0
    }

    pub(super) fn only_one(&self) -> Result<(), Refusal> {
        match (self.plain, self.encrypted) {
            (1, 0) => Ok(()),
            (_, 0) => Err(Refusal::SeveralAssertions),
            _ => Err(Refusal::EncryptedAssertion),
        }
    }
}

/// A response around an assertion: success, and nothing beside it. Gives the identifier of the response.
pub(super) fn around_assertion(expected: &Expected<'_>, root: &Element) -> Result<String, Refusal> {
    let response_id = check_envelope(expected, root)?;
    let mut walk = root.walk()?;
    walk.one(ASSERTION, "Issuer")?;
    walk.optional(DSIG, "Signature");
    if status::read(walk.one(PROTOCOL, "Status")?)? != Status::Success {
        return Err(Refusal::AssertionWithFailure);
    }
    walk.one(ASSERTION, "Assertion")?;
    walk.end()?;
    Ok(response_id)
}

/// A response without assertion: it must be an error for our request, and says nothing else.
pub(super) fn refused(expected: &Expected<'_>, root: &Element) -> Result<Outcome, Refusal> {
    let response_id = check_envelope(expected, root)?;
    let mut walk = root.walk()?;
    walk.one(ASSERTION, "Issuer")?;
    walk.optional(DSIG, "Signature");
    let status = status::read(walk.one(PROTOCOL, "Status")?)?;
    walk.end()?;
    match status {
        Status::Success => Err(Refusal::NoAssertion),
        Status::Failure(anomaly) => Ok(Outcome::Refused(ProviderRefusal { anomaly, response_id })),
    }
}

/// The attributes and the issuer of a response; gives its identifier.
fn check_envelope(expected: &Expected<'_>, root: &Element) -> Result<String, Refusal> {
    root.attributes_only(&["ID", "InResponseTo", "Version", "IssueInstant", "Destination", "Consent"])?;
    let id = check_identity(root)?;
    expected.check_issue(root)?;
    if root.required("InResponseTo")? != expected.request_id {
        return Err(Refusal::InResponseTo);
    }
    if root.required("Destination")? != expected.acs_url {
        return Err(Refusal::Destination);
    }
    check_issuer(expected.provider, root)?;
    Ok(id)
}

/// The identifier of a message or an assertion, whose version is the one that we speak.
pub(crate) fn check_identity(element: &Element) -> Result<String, Refusal> {
    let id = element.required("ID")?;
    if !saml::is_identifier(id) {
        return Err(Refusal::Identifier);
    }
    if element.required("Version")? != "2.0" {
        return Err(Refusal::Version);
    }
    Ok(id.to_owned())
}

/// The issuer of a message or an assertion is this provider; its format may be left out.
pub(crate) fn check_issuer(provider: &Provider, element: &Element) -> Result<(), Refusal> {
    let issuer = element.children_named(ASSERTION, "Issuer").next().ok_or(Refusal::Issuer)?;
    if issuer.attribute("Format").is_some_and(|format| format != ENTITY) {
        return Err(Refusal::IssuerFormat);
    }
    if issuer.trimmed()? == provider.entity_id { Ok(()) } else { Err(Refusal::Issuer) }
}
