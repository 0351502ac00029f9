//! Pure rules and types of Sportello: no clock, no randomness, no input or output.
//!
//! What stands here is decided from its arguments alone, so every rule can be tested with a table of cases.
//! Where a value comes from (a database, a browser, a provider of identities) is somebody else's business.

#![warn(missing_docs)]

pub mod accesso;
pub mod allegato;
pub mod anno_scolastico;
pub mod avviso;
pub mod calendar;
pub mod campione;
pub mod canonical;
pub mod codice_fiscale;
pub mod collation;
pub mod delega;
pub mod dieta;
pub mod email;
pub mod ente;
pub mod euro;
pub mod famiglie;
pub mod fatturazione;
pub mod foglio;
pub mod iban;
pub mod id;
pub mod identita;
pub mod iva;
pub mod lingua;
pub mod luogo;
pub mod modello;
pub mod partita_iva;
pub mod posizione;
pub mod pratica;
pub mod presenza;
pub mod protocollo;
pub mod riconoscimento;
pub mod riscossione;
pub mod ruolo;
pub mod sdd;
pub mod spontaneo;
pub mod table;
pub mod tariffa;
pub mod termine;
pub mod testo;
pub mod zip;
