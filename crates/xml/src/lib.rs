//! The one front door for XML that comes from outside.
//!
//! [`Document::read`] refuses what no message of ours ever needs (document types, processing
//! instructions, other encodings, depth, size, control characters) and gives a small tree with expanded
//! names; [`Walk`] reads that tree in order and refuses what the reader did not name.
//!
//! It knows no protocol and verifies no signature: what a document means is somebody else's business.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod element;
mod error;
mod guard;
mod limits;
mod read;
mod tree;
mod walk;

pub use element::Element;
pub use error::XmlError;
pub use limits::Limits;
pub use read::Document;
pub use walk::Walk;

/// Escapes text for an attribute or an element of XML that we write.
pub fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
