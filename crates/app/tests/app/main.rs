//! The use cases on both databases: each promise of the portal, and somebody who tries to break it.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

mod accesso;
mod attacco;
mod attacco_personale;
mod autori;
mod bozza;
mod bozza_conflict;
mod bozza_promemoria;
mod bozza_versione;
mod canary;
mod common;
mod delega;
mod effetti;
mod esportazione;
mod famiglie;
mod fatturazione;
mod golden;
mod invio;
mod invio_numbers;
mod invio_race;
mod job;
mod livello;
mod logout;
mod pagopa;
mod per_conto;
mod porte;
mod prenotazione;
mod proposta;
mod protocollo;
mod protocollo_esterno;
mod registro;
mod ruolo;
mod sdd;
mod session;
mod tracciatura;
mod ufficio;
