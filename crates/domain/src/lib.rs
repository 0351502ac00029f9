//! Pure rules and types of Sportello: no clock, no randomness, no input or output.
//!
//! What stands here is decided from its arguments alone, so every rule can be tested with a table of cases.
//! Where a value comes from (a database, a browser, a provider of identities) is somebody else's business.

pub mod anno_scolastico;
pub mod ente;
pub mod id;
pub mod identita;
pub mod lingua;
pub mod modello;
pub mod pratica;
pub mod ruolo;
