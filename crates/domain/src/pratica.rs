//! The pratica: its states, the words for them, and the legal moves between them.

/// State of a pratica. The words that people read for it stand in the message files of the web package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PraticaStatus {
    /// Filed, not yet in the protocol register (only with an external register).
    Submitted,
    /// In the protocol register, nobody works on it yet.
    Registered,
    /// Taken in charge by the office.
    InReview,
    /// Accepted.
    Accepted,
    /// Rejected, with a reason.
    Rejected,
    /// Withdrawn by the citizen before the decision.
    Withdrawn,
}

/// Something that happens to a pratica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PraticaEvent {
    /// The protocol register gave its number.
    Register,
    /// Somebody of the office takes it in charge.
    TakeInCharge,
    /// The office accepts it.
    Accept,
    /// The office rejects it, with a reason.
    Reject,
    /// The citizen withdraws it.
    Withdraw,
}

/// The event is not legal in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("moving a pratica: {} is not possible when it is {}", event.stored(), status.stored())]
pub struct IllegalMove {
    /// State of the pratica.
    pub status: PraticaStatus,
    /// Event that was refused.
    pub event: PraticaEvent,
}

/// The legal moves; every other pair is refused. A decided pratica never changes.
const MOVES: [(PraticaStatus, PraticaEvent, PraticaStatus); 7] = {
    use {PraticaEvent as E, PraticaStatus as S};
    [
        (S::Submitted, E::Register, S::Registered),
        (S::Submitted, E::Withdraw, S::Withdrawn),
        (S::Registered, E::TakeInCharge, S::InReview),
        (S::Registered, E::Withdraw, S::Withdrawn),
        (S::InReview, E::Accept, S::Accepted),
        (S::InReview, E::Reject, S::Rejected),
        (S::InReview, E::Withdraw, S::Withdrawn),
    ]
};

impl PraticaStatus {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Submitted, Self::Registered, Self::InReview, Self::Accepted, Self::Rejected, Self::Withdrawn];

    /// The state in which a pratica begins: with the internal register the protocol number is given at once.
    pub const fn at_filing(internal_register: bool) -> Self {
        if internal_register { Self::Registered } else { Self::Submitted }
    }

    /// The state after an event.
    pub fn after(self, event: PraticaEvent) -> Result<Self, IllegalMove> {
        let found = MOVES.iter().find(|(from, on, _)| (*from, *on) == (self, event));
        found.map(|(_, _, to)| *to).ok_or(IllegalMove { status: self, event })
    }

    /// Whether an event is legal now.
    pub fn allows(self, event: PraticaEvent) -> bool {
        self.after(event).is_ok()
    }

    /// Whether nothing can happen any more.
    pub fn is_final(self) -> bool {
        MOVES.iter().all(|(from, _, _)| *from != self)
    }

    /// The word kept in the database and used in addresses.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Submitted => "inviata",
            Self::Registered => "protocollata",
            Self::InReview => "in_carico",
            Self::Accepted => "accolta",
            Self::Rejected => "rigettata",
            Self::Withdrawn => "ritirata",
        }
    }

    /// The state of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.stored() == word)
    }
}

impl PraticaEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [Self::Register, Self::TakeInCharge, Self::Accept, Self::Reject, Self::Withdraw];

    /// The word that names it in messages of refusal.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Register => "protocollazione",
            Self::TakeInCharge => "presa_in_carico",
            Self::Accept => "accoglimento",
            Self::Reject => "rigetto",
            Self::Withdraw => "ritiro",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair, written out: a new move is a decision, not an accident.
    #[test]
    fn every_pair() {
        use {PraticaEvent as E, PraticaStatus as S};
        for status in S::ALL {
            for event in E::ALL {
                let expected = match (status, event) {
                    (S::Submitted, E::Register) => Some(S::Registered),
                    (S::Registered, E::TakeInCharge) => Some(S::InReview),
                    (S::InReview, E::Accept) => Some(S::Accepted),
                    (S::InReview, E::Reject) => Some(S::Rejected),
                    (S::Submitted | S::Registered | S::InReview, E::Withdraw) => Some(S::Withdrawn),
                    _ => None,
                };
                assert_eq!(status.after(event).ok(), expected, "{status:?} {event:?}");
                assert_eq!(status.allows(event), expected.is_some());
            }
            assert_eq!(status.is_final(), matches!(status, S::Accepted | S::Rejected | S::Withdrawn));
            assert_eq!(S::from_stored(status.stored()), Some(status));
        }
        assert_eq!(S::from_stored("bozza"), None);
        assert_eq!(S::at_filing(true), S::Registered);
        let refused = S::Accepted.after(E::Reject).expect_err("a decided pratica never changes");
        assert_eq!(refused.to_string(), "moving a pratica: rigetto is not possible when it is accolta");
    }
}
