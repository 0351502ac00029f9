//! The use cases on both databases: each promise of the portal, and somebody who tries to break it.

mod accesso;
mod bozza;
mod canary;
mod common;
mod famiglie;
mod invio;
mod invio_numbers;
mod invio_race;
mod job;
mod session;
mod ufficio;
