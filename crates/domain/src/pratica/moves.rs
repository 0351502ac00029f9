//! The table of the moves: from which state, on which event, by whom, to which state, with what.

use super::status::PraticaStatus;
use crate::ruolo::Ruolo;

/// Something that happens to a pratica; each is a row of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PraticaEvent {
    /// The citizen sends the draft.
    Submit,
    /// The time of the draft is over.
    Expire,
    /// The protocol register gave its number.
    Register,
    /// Somebody of the office takes it in charge, also again after an answer of the citizen.
    TakeInCharge,
    /// The office asks for documents or corrections (L. 241/1990 art. 2 c. 7).
    RequestIntegration,
    /// The citizen gives them.
    Integrate,
    /// The office tells why it means to reject (art. 10-bis).
    GiveNotice,
    /// The citizen answers the notice.
    Observe,
    /// The citizen let the time for an answer go by.
    Lapse,
    /// The office accepts it.
    Accept,
    /// The office accepts a part of it.
    AcceptPartly,
    /// The office said nothing within the term, where that is assent (art. 20).
    AcceptBySilence,
    /// It is good, and there is no place.
    PutOnWaitingList,
    /// The office rejects it.
    Reject,
    /// The citizen withdraws it.
    Withdraw,
    /// The office annuls it.
    Annul,
}

/// Who may make a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The applicant, a delegate, or a clerk on their behalf.
    Cittadino,
    /// Somebody of the office who reviews.
    Ufficio,
    /// The portal itself: a job, or the transaction that files.
    Portale,
}

/// What a move asks for besides the right person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// A reason in words.
    Reason,
    /// A document that is kept and protocolled.
    Document,
    /// The questions to answer again.
    Fields,
    /// That it was not done before: a term is suspended once for documents and once for a notice.
    Once,
    /// What the citizen gives: answers, files or words.
    Answer,
    /// A protocol number.
    Protocol,
    /// The time that the citizen had is over.
    TimeOver,
    /// The term is over, and silence is assent.
    Silence,
    /// A notice of rejection before it, answered or run out (art. 10-bis).
    Notice,
    /// A free place.
    Place,
}

/// A move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// State before.
    pub from: PraticaStatus,
    /// What happens.
    pub event: PraticaEvent,
    /// Who may.
    pub who: Who,
    /// State after.
    pub to: PraticaStatus,
    /// What it asks for.
    pub needs: &'static [Need],
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

const fn edge(from: PraticaStatus, event: PraticaEvent, who: Who, to: PraticaStatus, needs: &'static [Need]) -> Move {
    Move { from, event, who, to, needs }
}

/// The legal moves; every other pair is refused. A decided pratica never changes: what corrects it is another one.
pub const MOVES: [Move; 38] = {
    use {Need as N, PraticaEvent as E, PraticaStatus as S, Who::*};
    [
        edge(S::Draft, E::Submit, Cittadino, S::Submitted, &[N::Document]),
        edge(S::Draft, E::Expire, Portale, S::ExpiredDraft, &[N::TimeOver]),
        edge(S::Submitted, E::Register, Portale, S::Registered, &[N::Protocol]),
        edge(S::Submitted, E::AcceptBySilence, Portale, S::Accepted, &[N::Silence]),
        edge(S::Submitted, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::Submitted, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::Registered, E::TakeInCharge, Ufficio, S::InReview, &[]),
        edge(S::Registered, E::AcceptBySilence, Portale, S::Accepted, &[N::Silence]),
        edge(S::Registered, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::Registered, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::InReview, E::RequestIntegration, Ufficio, S::IntegrationRequested, &[N::Reason, N::Fields, N::Once]),
        edge(S::InReview, E::GiveNotice, Ufficio, S::RejectionNotice, &[N::Reason, N::Document, N::Once]),
        edge(S::InReview, E::Accept, Ufficio, S::Accepted, &[]),
        edge(S::InReview, E::AcceptPartly, Ufficio, S::PartlyAccepted, &[N::Reason]),
        edge(S::InReview, E::PutOnWaitingList, Ufficio, S::WaitingList, &[]),
        edge(S::InReview, E::Reject, Ufficio, S::Rejected, &[N::Reason, N::Notice]),
        edge(S::InReview, E::AcceptBySilence, Portale, S::Accepted, &[N::Silence]),
        edge(S::InReview, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::InReview, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::IntegrationRequested, E::Integrate, Cittadino, S::Integrated, &[N::Answer]),
        edge(S::IntegrationRequested, E::Lapse, Portale, S::InReview, &[N::TimeOver]),
        edge(S::IntegrationRequested, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::IntegrationRequested, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::Integrated, E::TakeInCharge, Ufficio, S::InReview, &[]),
        edge(S::Integrated, E::AcceptBySilence, Portale, S::Accepted, &[N::Silence]),
        edge(S::Integrated, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::Integrated, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::RejectionNotice, E::Observe, Cittadino, S::Observations, &[N::Answer]),
        edge(S::RejectionNotice, E::Lapse, Portale, S::InReview, &[N::TimeOver]),
        edge(S::RejectionNotice, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::RejectionNotice, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::Observations, E::TakeInCharge, Ufficio, S::InReview, &[]),
        edge(S::Observations, E::AcceptBySilence, Portale, S::Accepted, &[N::Silence]),
        edge(S::Observations, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::Observations, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
        edge(S::WaitingList, E::Accept, Ufficio, S::Accepted, &[N::Place]),
        edge(S::WaitingList, E::Withdraw, Cittadino, S::Withdrawn, &[]),
        edge(S::WaitingList, E::Annul, Ufficio, S::Annulled, &[N::Reason]),
    ]
};

/// The words for an event, in the order of [`PraticaEvent::ALL`]: the Italian noun, and the action in the audit.
const WORDS: [(&str, &str); 16] = [
    ("invio", "pratica.submit"),
    ("scadenza_bozza", "pratica.expire"),
    ("protocollazione", "pratica.register"),
    ("presa_in_carico", "pratica.take"),
    ("richiesta_integrazioni", "pratica.request_integration"),
    ("integrazione", "pratica.integrate"),
    ("preavviso", "pratica.notice"),
    ("osservazioni", "pratica.observe"),
    ("decorrenza_del_termine", "pratica.lapse"),
    ("accoglimento", "pratica.accept"),
    ("accoglimento_parziale", "pratica.accept_partly"),
    ("silenzio_assenso", "pratica.accept_by_silence"),
    ("lista_attesa", "pratica.waiting_list"),
    ("rigetto", "pratica.reject"),
    ("ritiro", "pratica.withdraw"),
    ("annullamento", "pratica.annul"),
];

impl PraticaEvent {
    /// Every event.
    pub const ALL: [Self; 16] = [
        Self::Submit,
        Self::Expire,
        Self::Register,
        Self::TakeInCharge,
        Self::RequestIntegration,
        Self::Integrate,
        Self::GiveNotice,
        Self::Observe,
        Self::Lapse,
        Self::Accept,
        Self::AcceptPartly,
        Self::AcceptBySilence,
        Self::PutOnWaitingList,
        Self::Reject,
        Self::Withdraw,
        Self::Annul,
    ];

    /// The word that names it in messages of refusal.
    pub const fn stored(self) -> &'static str {
        WORDS[self as usize].0
    }

    /// The action that the audit notes.
    pub const fn action(self) -> &'static str {
        WORDS[self as usize].1
    }
}

impl Who {
    /// The roles that may, where a role is what is asked for.
    pub const fn roles(self) -> &'static [Ruolo] {
        match self {
            Self::Ufficio => &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile],
            Self::Cittadino | Self::Portale => &[],
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cittadino => "cittadino",
            Self::Ufficio => "ufficio",
            Self::Portale => "portale",
        }
    }
}

impl Need {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reason => "a reason",
            Self::Document => "a document",
            Self::Fields => "the questions to answer again",
            Self::Once => "once",
            Self::Answer => "an answer",
            Self::Protocol => "a protocol number",
            Self::TimeOver => "the time is over",
            Self::Silence => "the term is over and silence is assent",
            Self::Notice => "a notice before it",
            Self::Place => "a free place",
        }
    }
}
