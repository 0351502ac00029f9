//! The pratica: its states, the words for them, and the legal moves between them.

/// State of a pratica (the words for people stand in one table, [`PraticaStatus::stored`] and the message files).
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

impl PraticaStatus {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Submitted, Self::Registered, Self::InReview, Self::Accepted, Self::Rejected, Self::Withdrawn];

    /// The word kept in the database.
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
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}
