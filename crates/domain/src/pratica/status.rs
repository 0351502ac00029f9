//! States, and the words for them.

use super::moves::{IllegalMove, MOVES, Move, PraticaEvent};

/// State of a pratica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PraticaStatus {
    /// Begun by the citizen, not sent. A draft has no number and stands in a table of its own.
    Draft,
    /// A draft whose time is over; it is deleted.
    ExpiredDraft,
    /// Filed, not yet in the protocol register (only with an external register).
    Submitted,
    /// In the protocol register, nobody works on it yet.
    Registered,
    /// Taken in charge by the office.
    InReview,
    /// The office asked for something; the term stands still.
    IntegrationRequested,
    /// The citizen gave what was asked for.
    Integrated,
    /// The office told why it means to reject; the term stands still.
    RejectionNotice,
    /// The citizen answered the notice.
    Observations,
    /// Accepted.
    Accepted,
    /// Accepted in part, with a reason.
    PartlyAccepted,
    /// It could be accepted, and there is no place.
    WaitingList,
    /// Rejected, with a reason.
    Rejected,
    /// Withdrawn by the citizen before the decision.
    Withdrawn,
    /// Annulled by the office, with a reason.
    Annulled,
}

/// The words for a state, in the order of [`PraticaStatus::ALL`]: kept in the database, read by the citizen, read by the
/// office. The pages have them in each language, with who and until when added; a test of the web package holds the Italian
/// ones against these.
const WORDS: [(&str, &str, &str); 15] = [
    ("bozza", "Bozza", "-"),
    ("bozza_scaduta", "Bozza scaduta", "-"),
    ("inviata", "Inviata", "Da protocollare"),
    ("protocollata", "Ricevuta", "Da assegnare"),
    ("in_carico", "In lavorazione", "In carico"),
    ("richiesta_integrazioni", "Da completare", "Attesa integrazioni"),
    ("integrata", "Completata, in lavorazione", "Integrata"),
    ("preavviso_rigetto", "Preavviso di rigetto: puoi rispondere", "Preavviso"),
    ("osservazioni", "Osservazioni inviate", "Osservazioni da valutare"),
    ("accolta", "Accolta", "Accolta"),
    ("accolta_parziale", "Accolta in parte", "Accolta in parte"),
    ("lista_attesa", "In lista d’attesa", "In lista d’attesa"),
    ("rigettata", "Respinta", "Respinta"),
    ("ritirata", "Ritirata da te", "Ritirata dal cittadino"),
    ("annullata", "Annullata dall’ufficio", "Annullata"),
];

impl PraticaStatus {
    /// Every state.
    pub const ALL: [Self; 15] = [
        Self::Draft,
        Self::ExpiredDraft,
        Self::Submitted,
        Self::Registered,
        Self::InReview,
        Self::IntegrationRequested,
        Self::Integrated,
        Self::RejectionNotice,
        Self::Observations,
        Self::Accepted,
        Self::PartlyAccepted,
        Self::WaitingList,
        Self::Rejected,
        Self::Withdrawn,
        Self::Annulled,
    ];

    /// Those in which something is still to come, for a pratica that was sent.
    pub const OPEN: [Self; 8] = [
        Self::Submitted,
        Self::Registered,
        Self::InReview,
        Self::IntegrationRequested,
        Self::Integrated,
        Self::RejectionNotice,
        Self::Observations,
        Self::WaitingList,
    ];

    /// Those in which a pratica that was sent is over.
    pub const OVER: [Self; 5] = [Self::Accepted, Self::PartlyAccepted, Self::Rejected, Self::Withdrawn, Self::Annulled];

    /// The state in which a pratica begins: with the internal register the protocol number is given at once.
    pub const fn at_filing(internal_register: bool) -> Self {
        if internal_register { Self::Registered } else { Self::Submitted }
    }

    /// What an event does now.
    ///
    /// # Errors
    /// [`IllegalMove`] for a pair that does not stand in the table.
    pub fn on(self, event: PraticaEvent) -> Result<&'static Move, IllegalMove> {
        MOVES.iter().find(|edge| (edge.from, edge.event) == (self, event)).ok_or(IllegalMove { status: self, event })
    }

    /// The state after an event.
    ///
    /// # Errors
    /// Those of [`PraticaStatus::on`].
    pub fn after(self, event: PraticaEvent) -> Result<Self, IllegalMove> {
        self.on(event).map(|edge| edge.to)
    }

    /// Whether an event is legal now.
    pub fn allows(self, event: PraticaEvent) -> bool {
        self.on(event).is_ok()
    }

    /// What can happen now.
    pub fn moves(self) -> impl Iterator<Item = &'static Move> {
        MOVES.iter().filter(move |edge| edge.from == self)
    }

    /// Whether nothing can happen any more.
    pub fn is_final(self) -> bool {
        self.moves().next().is_none()
    }

    /// The word kept in the database and used in addresses.
    pub const fn stored(self) -> &'static str {
        WORDS[self as usize].0
    }

    /// What the citizen reads, in Italian.
    pub const fn citizen(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// What the office reads, in Italian; a draft is none of its business.
    pub const fn office(self) -> &'static str {
        WORDS[self as usize].2
    }

    /// The state of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.stored() == word)
    }
}
