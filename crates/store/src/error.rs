//! What can go wrong in the store. Not for refusals that a citizen reads: those are decided above and pass through as [`Error::Refused`].

use std::sync::Arc;

/// A cause, shared because one failed commit answers every caller of its batch.
pub type Source = Arc<dyn std::error::Error + Send + Sync>;

/// The result of a store operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a store operation failed. No message holds a stored value.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The row asked for is not there.
    #[error("row not found")]
    NotFound,
    /// A unique constraint or primary key was hit.
    #[error("a row with this key exists already")]
    Unique,
    /// The closure decided against its own work; [`Error::refusal`] gives the typed reason back.
    #[error("refused: {0}")]
    Refused(#[source] Source),
    /// A closure or a statement went past its time limit. Its work is undone.
    #[error("stopped at the time limit")]
    TooLong,
    /// A query gave more rows than it may: one for a single row, [`crate::ROWS_MAX`] for a list.
    #[error("more than {limit} rows from `{sql}`")]
    TooManyRows {
        /// The text of the query.
        sql: &'static str,
        /// Most rows it may give.
        limit: usize,
    },
    /// The closure waited on something that is not its own transaction. Its work is undone.
    #[error("the closure waited on something that is not the database")]
    ForeignAwait,
    /// The closure panicked. Its work is undone.
    #[error("the closure panicked")]
    Panicked,
    /// An earlier statement of this transaction failed; expected failures belong into `attempt`.
    #[error("an earlier statement of this transaction failed")]
    Poisoned,
    /// The transaction did not commit: nothing is stored and a retry is safe.
    #[error("not committed")]
    NotCommitted(#[source] Source),
    /// The connection was lost while committing: the work is stored or it is not. Ask by idempotency key.
    #[error("the outcome of the commit is not known")]
    Unknown(#[source] Source),
    /// The queue is full: try again later (503 with Retry-After).
    #[error("too much work is waiting")]
    Busy,
    /// The store is closed, or stopped itself because its disk is in doubt.
    #[error("the store is closed")]
    Closed,
    /// The database refused or failed.
    #[error("database, doing `{doing}`")]
    Db {
        /// The statement or step.
        doing: &'static str,
        /// What the driver said, without values.
        #[source]
        source: Source,
    },
    /// A value does not have the form that its type or column asks for.
    #[error("value of {what}")]
    Value {
        /// The type or column.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// A setting of the store is wrong.
    #[error("store configuration: {0}")]
    Config(String),
    /// The schema and the program do not fit each other.
    #[error("migration {name}: {reason}")]
    Migration {
        /// `0001_base`.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// Sealing or opening failed at this place. Never says the value.
    #[error("seal at {place}: {reason}")]
    Seal {
        /// `table.column` and row id, or the key file.
        place: String,
        /// What failed.
        reason: &'static str,
    },
    /// A file of the file store could not be written or read.
    #[error("file {path}")]
    File {
        /// Path inside the folder: ids only.
        path: String,
        /// What the file system said.
        #[source]
        source: Source,
    },
}

impl Error {
    /// A refusal: a text, or a typed error that [`Error::refusal`] gives back.
    pub fn refused(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(Arc::from(reason.into()))
    }

    /// The typed reason of a refusal, if it is one of this type.
    pub fn refusal<E: std::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Refused(reason) => reason.downcast_ref(),
            _ => None,
        }
    }

    /// True when nothing was stored and the same call may simply be made again.
    pub fn is_safe_to_retry(&self) -> bool {
        matches!(self, Self::NotCommitted(_) | Self::Busy)
    }

    pub(crate) fn value(what: &'static str, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Value { what, source: Arc::from(reason.into()) }
    }

    pub(crate) fn db(doing: &'static str, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Db { doing, source: Arc::from(reason.into()) }
    }
}
