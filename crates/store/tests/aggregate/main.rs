//! What each aggregate promises, on both databases. One program, so that the databases are linked once.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

mod accesso;
mod allegato;
mod bozza;
mod coda;
mod contatore;
mod delega;
mod effetti;
mod ente;
mod fatturazione;
mod fixture;
mod graduatoria;
mod idempotenza;
mod importazione;
mod invio;
mod iscrizione;
mod istruttoria;
mod job;
mod modello;
mod notifica;
mod pagopa;
mod persona;
mod plan;
mod pratica;
mod protocollo;
mod protocollo_richiesta;
mod saml;
mod saml_chain;
mod scarto;
mod sdd;
mod session;
mod ufficio;
mod wall;
