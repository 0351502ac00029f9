//! `saml:Subject`: who, and that the bearer may bring it here.

use chrono::{DateTime, Utc};
use sportello_xml::Element;

use super::{Expected, Refusal, conditions};
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
    let named = walk.one(ASSERTION, "NameID")?;
    let confirmation = walk.one(ASSERTION, "SubjectConfirmation")?;
    walk.end()?;

    let (name_id, name_qualifier) = name_id(named)?;
    if named.attribute("Format").is_none() {
        return Err(Refusal::NameId);
    }
    Ok(Subject { name_id, name_qualifier, not_on_or_after: confirm(expected, confirmation)? })
}

/// Gives the end of the confirmation.
fn confirm(expected: &Expected<'_>, confirmation: &Element) -> Result<DateTime<Utc>, Refusal> {
    if confirmation.required("Method")? != BEARER {
        return Err(Refusal::Confirmation);
    }
    let mut walk = confirmation.walk()?;
    let data = walk.one(ASSERTION, "SubjectConfirmationData")?;
    walk.end()?;
    data.walk()?.end()?;
    // A bearer confirmation has no `NotBefore` (SAML profiles 4.1.4.2).
    data.attributes_only(&["Recipient", "InResponseTo", "NotOnOrAfter", "Address"])?;
    if data.required("Recipient")? != expected.acs_url {
        return Err(Refusal::Recipient);
    }
    if data.required("InResponseTo")? != expected.request_id {
        return Err(Refusal::InResponseTo);
    }
    conditions::check_end(expected, data)
}

/// Value and qualifier of a `saml:NameID`, which is transient where it says its format.
pub(crate) fn name_id(element: &Element) -> Result<(String, String), Refusal> {
    let (value, qualifier) = (element.trimmed()?, element.required("NameQualifier")?.trim());
    let usable = |text: &str| !text.is_empty() && text.len() <= NAME_ID_BYTES;
    let transient = element.attribute("Format").is_none_or(|format| format == TRANSIENT);
    if !transient || !usable(value) || !usable(qualifier) {
        return Err(Refusal::NameId);
    }
    Ok((value.to_owned(), qualifier.to_owned()))
}
