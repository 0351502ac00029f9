//! Why a use case did not do what was asked.

use chrono::{DateTime, Utc};

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
