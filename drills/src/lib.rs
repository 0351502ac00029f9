//! Drills: the real programs, really hurt, and a witness of its own that counts what is left.
//!
//! For: finding out whether an acknowledged INVIA or an acknowledged receipt can be lost, doubled or numbered with a gap;
//! and the hands of a parent at a browser (`journey`) with a whole installation (`installation`) for whoever else needs
//! them, such as `bench`.
//! Not for: speed (`bench/`), pages (`e2e/`). Loopback only; a drill ends only processes that it started, by pid.

#![warn(missing_docs)]

pub mod browser;
pub mod database;
pub mod drill;
pub mod evidence;
pub mod form;
pub mod installation;
pub mod journal;
pub mod journey;
pub mod population;
pub mod postgres;
pub mod process;
pub mod report;
pub mod tally;

mod check;
mod client;
mod crash;
mod patience;
mod receipts;
mod siege;
