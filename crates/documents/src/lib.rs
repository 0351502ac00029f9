#![warn(missing_docs)]
//! Documents of an ente: data in, bytes out.
//!
//! For: PDF files that are at once PDF/A-2a (they last, D.P.C.M. on archiving and AgID guidelines) and PDF/UA-1
//! (everybody can read them), made by the typesetter Typst from templates in `templates/`.
//! Not for: deciding what a document says. Dates, amounts and masked values arrive as words; nothing here reads
//! a database, a file, the network or the clock. The same input gives the same bytes.
//! Files for the bank and its answers stand in [`sepa`], the daily register of protocol in [`registro`].

pub mod avviso;
mod error;
pub mod fattura;
pub mod fonts;
mod limits;
pub mod pratica;
mod printable;
pub mod provvedimento;
mod qr;
pub mod registro;
pub mod ricevuta;
pub mod sample;
pub mod sepa;
mod typesetter;

pub use avviso::{Avviso, avviso};
pub use error::DocumentError;
pub use fattura::{Fattura, fattura};
pub use pratica::{Pratica, pratica};
pub use provvedimento::{Provvedimento, provvedimento};
pub use registro::{RegistroGiornaliero, registro_giornaliero};
pub use ricevuta::{Ricevuta, ricevuta};
pub use typesetter::{Pdf, Typesetter};
