//! The protocol system of an ente, as a port: what waits is prepared there, then gets its number.
//!
//! The key of what waits is that of its INVIA: under it the system is asked before anything is made, so that an answer
//! that was lost makes no second registration.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use sportello_protocollo as wire;

pub use wire::{Registrata, Richiesta};

/// Why there is no number yet.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// The system says no to this one; others may have better luck.
    #[error("the protocol system refuses a registration")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It does not answer, or not as agreed.
    #[error("the protocol system gives no number")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is awaited from a protocol system.
pub type Awaited<'a, T> = Pin<Box<dyn Future<Output = Result<T, SystemError>> + Send + 'a>>;

/// A protocol system. Each call ends within a limit of its own, and may be repeated.
pub trait ProtocolSystem: Send + Sync {
    /// Whether anything stands there under our key; prepared now if nothing does. Gives its name there.
    fn prepare<'a>(&'a self, richiesta: &'a Richiesta) -> Awaited<'a, String>;

    /// Gives what was prepared its number; tells the one that it has, if it has one.
    fn register<'a>(&'a self, richiesta: &'a Richiesta, id: &'a str) -> Awaited<'a, Registrata>;
}

/// The protocol systems of an installation, by the slug of the ente.
pub type ProtocolSystems = HashMap<String, Arc<dyn ProtocolSystem>>;

impl ProtocolSystem for wire::Client {
    fn prepare<'a>(&'a self, richiesta: &'a Richiesta) -> Awaited<'a, String> {
        Box::pin(async move { self.prepare(richiesta).await.map_err(SystemError::from) })
    }

    fn register<'a>(&'a self, richiesta: &'a Richiesta, id: &'a str) -> Awaited<'a, Registrata> {
        Box::pin(async move { self.register(richiesta, id).await.map_err(SystemError::from) })
    }
}

impl From<wire::SystemError> for SystemError {
    fn from(error: wire::SystemError) -> Self {
        if error.is_about_the_document() { Self::Refused(error.into()) } else { Self::Unavailable(error.into()) }
    }
}
