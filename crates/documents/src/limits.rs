//! Limits on what a document holds.

use crate::error::DocumentError;

/// Most bytes of text and data in one document, crest apart.
pub(crate) const MAX_BYTES: usize = 512 * 1024;
/// Most bytes of a crest.
pub(crate) const MAX_CREST_BYTES: usize = 128 * 1024;

pub(crate) fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), DocumentError> {
    if found > max { Err(DocumentError::TooMuch { what, found, max }) } else { Ok(()) }
}
