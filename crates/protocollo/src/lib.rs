//! The client of a protocol system that speaks as P.I.Tre does (REST, `RouteRestRequest`): a document is prepared, then
//! it gets its number.
//!
//! Two steps on purpose. What is prepared has no number yet, so preparing twice costs nothing; giving a number to the
//! same document twice gives the same number. Nothing here knows a pratica, waits for a retry or keeps anything.
#![warn(missing_docs)]

mod client;
mod error;
mod message;

pub use client::{Account, Client};
pub use error::{SettingError, SystemError};
pub use message::{Registrata, Richiesta};
