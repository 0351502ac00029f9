//! The anomalies that a SPID provider reports (table of error messages of the technical rules). No texts for people.

/// An anomaly by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpidAnomaly {
    /// nr08: the request does not have the form that SAML asks for.
    RequestForm,
    /// nr09: version of the request.
    RequestVersion,
    /// nr11: identifier of the request.
    RequestIdentifier,
    /// nr12: authentication context of the request.
    RequestContext,
    /// nr13: instant of the request.
    RequestInstant,
    /// nr14: destination of the request.
    RequestDestination,
    /// nr15: the request is passive.
    RequestPassive,
    /// nr16: address for the response.
    RequestConsumer,
    /// nr17: format of the name identifier.
    RequestNameId,
    /// nr18: attribute set of the request.
    RequestAttributes,
    /// nr19: wrong credentials, too many times.
    WrongCredentials,
    /// nr20: no credentials of the level asked for.
    NoCredentialsOfLevel,
    /// nr21: time ran out.
    TimedOut,
    /// nr22: consent to send the data was denied.
    ConsentDenied,
    /// nr23: identity suspended or revoked, or credentials blocked.
    Suspended,
    /// nr24: reserved.
    Reserved,
    /// nr25: cancelled by the person.
    Cancelled,
    /// nr30: identity of another kind than the one asked for (Avviso 18).
    WrongKind,
}

const NUMBERS: [(u8, SpidAnomaly); 18] = [
    (8, SpidAnomaly::RequestForm),
    (9, SpidAnomaly::RequestVersion),
    (11, SpidAnomaly::RequestIdentifier),
    (12, SpidAnomaly::RequestContext),
    (13, SpidAnomaly::RequestInstant),
    (14, SpidAnomaly::RequestDestination),
    (15, SpidAnomaly::RequestPassive),
    (16, SpidAnomaly::RequestConsumer),
    (17, SpidAnomaly::RequestNameId),
    (18, SpidAnomaly::RequestAttributes),
    (19, SpidAnomaly::WrongCredentials),
    (20, SpidAnomaly::NoCredentialsOfLevel),
    (21, SpidAnomaly::TimedOut),
    (22, SpidAnomaly::ConsentDenied),
    (23, SpidAnomaly::Suspended),
    (24, SpidAnomaly::Reserved),
    (25, SpidAnomaly::Cancelled),
    (30, SpidAnomaly::WrongKind),
];

impl SpidAnomaly {
    /// Every anomaly, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        NUMBERS.iter().map(|(_, anomaly)| *anomaly)
    }

    /// The anomaly with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        NUMBERS.iter().find(|(n, _)| *n == number).map(|(_, anomaly)| *anomaly)
    }

    /// Number of the anomaly.
    pub fn number(self) -> u8 {
        NUMBERS.iter().find(|(_, anomaly)| *anomaly == self).map(|(n, _)| *n).expect("the table names every anomaly")
    }

    /// The status message that carries this anomaly: `ErrorCode nrNN`.
    pub fn status_message(self) -> String {
        format!("ErrorCode nr{:02}", self.number())
    }

    /// Reads a status message. Anything but `ErrorCode nr` and two digits of a known number is no anomaly.
    pub fn from_status_message(message: &str) -> Option<Self> {
        let digits = message.strip_prefix("ErrorCode nr")?;
        if digits.len() != 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::from_number(digits.parse().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_messages_go_both_ways() {
        for anomaly in SpidAnomaly::all() {
            assert_eq!(SpidAnomaly::from_status_message(&anomaly.status_message()), Some(anomaly));
        }
        for text in [
            "",
            "ErrorCode nr",
            "ErrorCode nr7",
            "ErrorCode nr019",
            "ErrorCode nr+9",
            "ErrorCode nr10",
            "x ErrorCode nr19",
            "ErrorCode nr19 ",
        ] {
            assert_eq!(SpidAnomaly::from_status_message(text), None, "{text}");
        }
    }
}
