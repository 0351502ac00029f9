//! Why a use case did not do what was asked.

use chrono::{DateTime, Utc};
use sportello_domain::identita::IdentityLevel;

/// The outcome of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not do what was asked. The web layer turns each into a page with a way forward.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody (of the right kind) is signed in.
    #[error("a sign-in is needed")]
    SignInNeeded,
    /// Signed in, but not allowed.
    #[error("the person may not do this")]
    Forbidden,
    /// The delega under which somebody looks is over, or has not begun.
    #[error("the delega is not in force")]
    DelegaOver,
    /// The delega under which somebody looks does not go so far.
    #[error("the delega does not allow this")]
    DelegaTooNarrow,
    /// The service asks for a higher level of assurance than the sign-in had.
    #[error("the sign-in was below level {}", .0.stored())]
    LevelNeeded(IdentityLevel),
    /// The session at the desk is closed or over.
    #[error("the session at the desk is over")]
    PerContoOver,
    /// The applicant began a draft of this modello: what is in it is not for the desk.
    #[error("the applicant has a draft of their own")]
    OwnBozza,
    /// The session belongs to another device.
    #[error("the session came without the secret of its device")]
    OtherDevice,
    /// No such thing, or not theirs: the two must look alike.
    #[error("not found")]
    NotFound,
    /// The window of the modello is not open.
    #[error("the window of the modello is not open")]
    WindowClosed {
        /// When it opens, for one that is still to come.
        opens_at: Option<DateTime<Utc>>,
    },
    /// Somebody changed the thing since it was shown.
    #[error("changed since it was shown")]
    Stale,
    /// The same idempotency key came with another content.
    #[error("an idempotency key was used again for something else")]
    KeyReused,
    /// The state of the thing does not allow this move.
    #[error("the state does not allow this")]
    NotAllowedNow,
    /// Something needed for the act is missing or not acceptable (a reason, a tick).
    #[error("{0} is missing or not acceptable")]
    Unacceptable(&'static str),
    /// A system outside does not answer, or refuses: nothing was done there that we know of.
    #[error("{0} does not answer")]
    Elsewhere(&'static str),
    /// Too much work is waiting: try again shortly.
    #[error("too much work is waiting")]
    Busy,
    /// The change may or may not have been stored: repeat it with the same key.
    #[error("it is not known whether the change was stored")]
    OutcomeUnknown,
    /// The database, a file or a library failed.
    #[error("{doing} failed")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<sportello_store::Error> for Error {
    /// A refusal made by a use case inside its transaction comes back as itself; the rest is named by what it means
    /// for the person who asked.
    fn from(error: sportello_store::Error) -> Self {
        use sportello_store::Error as Store;
        if let Some(reason) = error.refusal::<Refusal>() {
            return reason.0.into();
        }
        match error {
            Store::Busy => Self::Busy,
            Store::Unknown(_) => Self::OutcomeUnknown,
            other => Self::failed("using the database", other),
        }
    }
}

impl Error {
    /// A failure of something below, with what was being done.
    pub(crate) fn failed(doing: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed { doing, source: source.into() }
    }
}

/// A use case that decides against its own work, from inside its transaction: everything it did there is undone.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
pub(crate) struct Refusal(pub(crate) Reason);

/// Why.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reason {
    /// See [`Error::NotFound`].
    NotFound,
    /// See [`Error::Stale`].
    Stale,
    /// See [`Error::NotAllowedNow`].
    NotAllowedNow,
    /// See [`Error::KeyReused`].
    KeyReused,
    /// See [`Error::Forbidden`].
    Forbidden,
    /// See [`Error::Busy`].
    Busy,
    /// See [`Error::Unacceptable`].
    Unacceptable(&'static str),
    /// See [`Error::OwnBozza`].
    OwnBozza,
    /// See [`Error::LevelNeeded`].
    LevelNeeded(IdentityLevel),
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NotFound => Self::NotFound,
            Reason::Stale => Self::Stale,
            Reason::NotAllowedNow => Self::NotAllowedNow,
            Reason::KeyReused => Self::KeyReused,
            Reason::Forbidden => Self::Forbidden,
            Reason::Busy => Self::Busy,
            Reason::Unacceptable(what) => Self::Unacceptable(what),
            Reason::OwnBozza => Self::OwnBozza,
            Reason::LevelNeeded(level) => Self::LevelNeeded(level),
        }
    }
}

impl Reason {
    /// The refusal as the store carries it out of a transaction.
    pub(crate) fn refuse(self) -> sportello_store::Error {
        sportello_store::Error::refused(Refusal(self))
    }
}
