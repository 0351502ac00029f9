//! When, for whom, and how well: `saml:Conditions` and `saml:AuthnStatement`.

use chrono::{DateTime, Utc};
use sportello_domain::identita::IdentityLevel;
use sportello_xml::Element;

use super::{Expected, Refusal};
use crate::saml::{self, ASSERTION};

/// Checks validity and audience; gives the end of validity.
pub(super) fn check(expected: &Expected<'_>, conditions: &Element) -> Result<DateTime<Utc>, Refusal> {
    conditions.attributes_only(&["NotBefore", "NotOnOrAfter"])?;
    let from = saml::parse_instant(conditions.required("NotBefore")?).ok_or(Refusal::Instant)?;
    if expected.now + expected.skew() < from {
        return Err(Refusal::NotYetValid);
    }
    let end = check_end(expected, conditions)?;
    let mut walk = conditions.walk()?;
    let restriction = walk.one(ASSERTION, "AudienceRestriction")?;
    // Every response is used once anyway.
    walk.optional(ASSERTION, "OneTimeUse");
    walk.end()?;
    let mut walk = restriction.walk()?;
    let audience = walk.one(ASSERTION, "Audience")?;
    walk.end()?;
    if audience.trimmed()? != expected.entity_id {
        return Err(Refusal::Audience);
    }
    Ok(end)
}

/// Checks `NotOnOrAfter` of an element.
pub(super) fn check_end(expected: &Expected<'_>, element: &Element) -> Result<DateTime<Utc>, Refusal> {
    let end = saml::parse_instant(element.required("NotOnOrAfter")?).ok_or(Refusal::Instant)?;
    if expected.now - expected.skew() >= end { Err(Refusal::Expired) } else { Ok(end) }
}

/// What the statement of authentication says.
pub(super) struct Authentication {
    pub(super) level: IdentityLevel,
    pub(super) session_index: Option<String>,
}

pub(super) fn authentication(expected: &Expected<'_>, statement: &Element) -> Result<Authentication, Refusal> {
    statement.attributes_only(&["AuthnInstant", "SessionIndex", "SessionNotOnOrAfter"])?;
    saml::parse_instant(statement.required("AuthnInstant")?).ok_or(Refusal::Instant)?;
    let mut walk = statement.walk()?;
    walk.optional(ASSERTION, "SubjectLocality");
    let context = walk.one(ASSERTION, "AuthnContext")?;
    walk.end()?;
    let mut walk = context.walk()?;
    let class = walk.one(ASSERTION, "AuthnContextClassRef")?;
    walk.list(ASSERTION, "AuthenticatingAuthority");
    walk.end()?;
    let level = saml::level_of(class.trimmed()?).ok_or(Refusal::UnknownLevel)?;
    if level < expected.level {
        return Err(Refusal::LevelTooLow);
    }
    let session_index = statement.attribute("SessionIndex").filter(|index| !index.is_empty()).map(str::to_owned);
    Ok(Authentication { level, session_index })
}
