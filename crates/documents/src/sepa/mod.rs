//! Files between an ente and its bank, SEPA direct debit Core: the collections that go out (`pain.008.001.08`) and what
//! the bank answers (`pain.002.001.10` and `.03`).
//!
//! Data in, bytes out, and the other way round. Which debts are collected, and what an answer means for them, is
//! decided elsewhere. Not for the envelope of CBI nor for account statements.

mod pain002;
mod pain008;

pub use pain002::{BatchAnswer, Fault, FaultKind, REPORT_MAX_BYTES, Record, Refusal, Report, Status, read};
pub use pain008::{Batch, Collection, Creditor, Heading, Pain008, SepaError, Totals};
