//! What goes wrong on the way to a number.

use sportello_line::Broken;

/// A client that cannot be made: a setting is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("preparing the client of the protocol system: {0}")]
pub struct SettingError(pub &'static str);

/// Why there is no number yet. After each of them the document may be there, and may have its number: ask again.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// No answer in time.
    #[error("asking the protocol system ({0}): no answer in time")]
    Timeout(&'static str),
    /// No connection, or one that broke.
    #[error("asking the protocol system ({0}): it cannot be reached")]
    Unreachable(&'static str, #[source] Broken),
    /// It does not let us in.
    #[error("asking the protocol system ({0}): it does not let us in")]
    Access(&'static str),
    /// It is not well: a status of its own side.
    #[error("asking the protocol system ({0}): it answers with status {1}")]
    Unwell(&'static str, u16),
    /// An answer that is not one of the interface.
    #[error("asking the protocol system ({0}): its answer is not one of the interface")]
    Unreadable(&'static str),
    /// It says no to this document.
    #[error("asking the protocol system ({0}): it refuses ({1})")]
    Refused(&'static str, String),
    /// The document there does not carry the instant of presentation, so it must not get a number.
    #[error("asking the protocol system: the document there is not dated when it was presented")]
    Undated,
}

impl SystemError {
    /// Whether it is about this one document: others may have better luck.
    pub fn is_about_the_document(&self) -> bool {
        matches!(self, Self::Refused(..) | Self::Undated)
    }
}

/// Longest explanation that is kept, in characters.
const EXPLANATION_MAX: usize = 200;

/// What the system says, without what could be a number or a code of a person.
pub(crate) fn explanation(words: &str) -> String {
    let masked = words.chars().filter(|c| !c.is_control()).map(|c| if c.is_ascii_digit() { '#' } else { c });
    masked.take(EXPLANATION_MAX).collect()
}
