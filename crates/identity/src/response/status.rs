//! `samlp:Status`. The message is compared, never shown and never kept.

use sportello_xml::Element;

use super::Refusal;
use crate::SpidAnomaly;
use crate::saml::{PROTOCOL, REQUESTER, RESPONDER, SUCCESS, VERSION_MISMATCH};

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Success, and nothing else.
    Success,
    /// Failure, with the anomaly when it is known.
    Failure(Option<SpidAnomaly>),
}

pub(super) fn read(status: &Element) -> Result<Status, Refusal> {
    let mut walk = status.walk()?;
    let code = walk.one(PROTOCOL, "StatusCode")?;
    let message = walk.optional(PROTOCOL, "StatusMessage");
    walk.optional(PROTOCOL, "StatusDetail");
    walk.end()?;
    let mut walk = code.walk()?;
    let second = walk.optional(PROTOCOL, "StatusCode");
    walk.end()?;
    match code.required("Value")? {
        SUCCESS if second.is_none() => Ok(Status::Success),
        RESPONDER | REQUESTER | VERSION_MISMATCH => {
            let message = message.map(Element::trimmed).transpose()?;
            Ok(Status::Failure(message.and_then(SpidAnomaly::from_status_message)))
        }
        _ => Err(Refusal::Status),
    }
}
