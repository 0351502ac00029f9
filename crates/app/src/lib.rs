//! One function for each thing that a person or a timer can do with the portal.
//!
//! A function authorises first, loads, asks `domain` for a decision, saves, writes the audit row, enqueues the
//! jobs and commits, in one transaction. It knows neither HTTP nor SQL. Nothing here waits for the network
//! inside a transaction: what leaves the house is a job.

#![warn(missing_docs)]

mod abbinamento;
pub mod accesso;
pub mod address;
mod allowance;
pub mod area;
pub mod autori;
mod avviso;
pub mod bozza;
mod campi;
pub mod campione;
pub mod check;
pub mod checkout;
pub mod clock;
pub mod ctx;
pub mod dati;
pub mod delega;
pub mod demo;
mod dieta;
pub mod documenti_contabili;
pub mod ente;
pub mod error;
mod facts;
pub mod famiglie;
pub mod fatturazione;
mod filed;
pub mod graduatoria;
pub mod integrazione;
pub mod invio;
pub mod job;
pub mod mail;
pub mod messaggio;
pub mod modello;
mod moves;
pub mod nodo;
mod numero_avviso;
pub mod operazioni;
pub mod pagamenti;
pub mod per_conto;
pub mod portal;
pub mod pratica;
pub mod preavviso;
pub mod prenotazione;
pub mod presenze;
pub mod profilo;
pub mod proposta;
pub mod protocollo;
pub mod provvedimento;
pub mod registro_esterno;
pub mod registro_gestori;
mod remembered;
pub mod riconciliazione;
pub mod risposta;
pub mod ruolo;
pub mod scanner;
pub mod scarto;
pub mod sdd;
pub mod session;
pub mod spontaneo;
pub mod tabella;
pub mod tariffe;
mod termine;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tracciatura;
mod typed;
pub mod ufficio;

pub use ctx::{Actor, Ctx, Ground, OnBehalf, Signed};
pub use error::{Error, Result};
pub use portal::{Parts, Portal};
pub use typed::REASON;
