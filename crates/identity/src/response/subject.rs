//! `saml:Subject`: who, and that the bearer may bring it here.

use chrono::{DateTime, Utc};
use sportello_domain::identita::IdentityScheme;
use sportello_xml::Element;

use super::{Expected, Refusal, conditions, required};
use crate::saml::{ASSERTION, BEARER, TRANSIENT};

/// Longest name identifier or qualifier, in bytes (SAML core 2.4: 256 characters).
const NAME_ID_BYTES: usize = 1024;

/// What a subject says.
pub(super) struct Subject {
    pub(super) name_id: String,
    pub(super) name_qualifier: String,
    pub(super) not_on_or_after: DateTime<Utc>,
}

pub(super) fn read(expected: &Expected<'_>, subject: &Element) -> Result<Subject, Refusal> {
    let mut walk = subject.walk()?;
    let name_id = walk.one(ASSERTION, "NameID")?;
    let confirmation = walk.one(ASSERTION, "SubjectConfirmation")?;
    walk.end()?;

    let value = name_id.trimmed()?;
    let qualifier = name_id.required("NameQualifier")?.trim();
    let usable = |text: &str| !text.is_empty() && text.len() <= NAME_ID_BYTES;
    if name_id.attribute("Format") != Some(TRANSIENT) || !usable(value) || !usable(qualifier) {
        return Err(Refusal::NameId);
    }
    Ok(Subject {
        name_id: value.to_owned(),
        name_qualifier: qualifier.to_owned(),
        not_on_or_after: confirm(expected, confirmation)?,
    })
}

/// Gives the end of the confirmation.
fn confirm(expected: &Expected<'_>, confirmation: &Element) -> Result<DateTime<Utc>, Refusal> {
    if required(confirmation, "Method")? != BEARER {
        return Err(Refusal::Confirmation);
    }
    let mut walk = confirmation.walk()?;
    let data = walk.one(ASSERTION, "SubjectConfirmationData")?;
    walk.end()?;
    data.walk()?.end()?;
    // A bearer confirmation has no `NotBefore` (SAML profiles 4.1.4.2).
    data.attributes_only(&["Recipient", "InResponseTo", "NotOnOrAfter", "Address"])?;
    if required(data, "Recipient")? != expected.acs_url {
        return Err(Refusal::Recipient);
    }
    if required(data, "InResponseTo")? != expected.request_id {
        return Err(Refusal::InResponseTo);
    }
    conditions::check_end(expected, data)
}

/// SPID asks for the format, CIE may leave it out.
pub(super) fn format_is(expected: &Expected<'_>, element: &Element, format: &str) -> bool {
    match element.attribute("Format") {
        Some(found) => found == format,
        None => expected.provider.scheme == IdentityScheme::Cie,
    }
}
