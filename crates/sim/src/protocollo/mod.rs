//! The protocol system of an ente, as P.I.Tre speaks (REST, `RouteRestRequest`): documents are prepared, then numbered.
//!
//! All of it is in memory. An independent twin: it shares no code with the portal's own client.

mod register;
mod route;
mod trouble;

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use chrono::{DateTime, Utc};

pub use register::Registered;
pub use trouble::{Switch, Trouble};

use register::Register;
use trouble::Troubles;

/// A protocol system. Cheap to clone: all clones are the same one.
#[derive(Clone)]
pub struct Protocollo(Arc<System>);

struct System {
    clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    register: Register,
    troubles: Troubles,
}

impl Protocollo {
    /// An empty one, whose numbers are of the day that `clock` says.
    pub fn new(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(System { clock: Box::new(clock), register: Register::default(), troubles: Troubles::default() }))
    }

    /// Its routes, all below `/protocollo`.
    pub fn router(&self) -> Router {
        route::router(self.clone())
    }

    /// Serves them on a port of the loopback interface for as long as the program runs; gives the address.
    ///
    /// # Errors
    /// No port is free.
    pub async fn listen(&self) -> std::io::Result<SocketAddr> {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let (address, router) = (listener.local_addr()?, self.router());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    /// Everything that has a number, in the order of registration.
    pub fn registered(&self) -> Vec<Registered> {
        self.0.register.registered()
    }

    /// How many documents were prepared, with a number or without.
    pub fn prepared(&self) -> usize {
        self.0.register.prepared()
    }

    /// Turns a switch on.
    ///
    /// # Errors
    /// A delay or a count that is out of bounds.
    pub fn turn_on(&self, switch: Switch) -> Result<(), &'static str> {
        self.0.troubles.turn_on(switch)
    }

    /// Turns all switches off.
    pub fn turn_off(&self) {
        self.0.troubles.turn_off();
    }
}
