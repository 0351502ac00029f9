//! `saml:Assertion` as it was signed.

use sportello_domain::identita::IdentityScheme;
use sportello_xml::Element;

use super::envelope::{check_identity, check_issuer};
use super::{Expected, Refusal, VerifiedAssertion, attributes, conditions, subject};
use crate::saml::ASSERTION;

/// Reads the assertion, whose signature was taken out when its bytes were digested.
pub(super) fn read(
    expected: &Expected<'_>,
    assertion: &Element,
    response_id: String,
) -> Result<VerifiedAssertion, Refusal> {
    assertion.attributes_only(&["ID", "Version", "IssueInstant"])?;
    let assertion_id = check_identity(assertion)?;
    expected.check_issue(assertion)?;
    let mut walk = assertion.walk()?;
    let issuer = walk.one(ASSERTION, "Issuer")?;
    check_issuer(expected.provider, assertion)?;
    // SPID asks for the format, CIE may leave it out.
    if issuer.attribute("Format").is_none() && expected.provider.scheme != IdentityScheme::Cie {
        return Err(Refusal::IssuerFormat);
    }
    let subject = subject::read(expected, walk.one(ASSERTION, "Subject")?)?;
    let conditions_end = conditions::check(expected, walk.one(ASSERTION, "Conditions")?)?;
    // The schema lets the two statements come in either order.
    let before = walk.optional(ASSERTION, "AttributeStatement");
    let authentication = conditions::authentication(expected, walk.one(ASSERTION, "AuthnStatement")?)?;
    let statement = match before {
        Some(statement) => statement,
        None => walk.one(ASSERTION, "AttributeStatement")?,
    };
    walk.end()?;
    let identita = attributes::identita(expected, statement, authentication.level)?;
    Ok(VerifiedAssertion {
        identita,
        response_id,
        assertion_id,
        not_on_or_after: conditions_end.max(subject.not_on_or_after) + expected.skew(),
        name_id: subject.name_id,
        name_qualifier: subject.name_qualifier,
        session_index: authentication.session_index,
    })
}
