#![warn(missing_docs)]
//! Documents of an ente: data in, bytes out.
//!
//! For: PDF files that are at once PDF/A-2a (they last, D.P.C.M. on archiving and AgID guidelines) and PDF/UA-1
//! (everybody can read them), made by the typesetter Typst from templates in `templates/`.
//! Not for: deciding what a document says. Dates, amounts and masked values arrive as words; nothing here reads
//! a database, a file, the network or the clock. The same input gives the same bytes.

// The sample receipt is shared by unit tests, integration tests and the example: it names the package.
#[cfg(test)]
extern crate self as sportello_documents;
#[cfg(test)]
#[path = "../tests/common/sample.rs"]
mod sample;

mod error;
pub mod fonts;
mod printable;
mod qr;
pub mod ricevuta;
mod typesetter;

pub use error::DocumentError;
pub use ricevuta::{Ricevuta, ricevuta};
pub use typesetter::{Pdf, Typesetter};
