//! The web side of the portal: routes, handlers, templates, words, error pages.
//!
//! A handler makes three moves: it reads the form into a command, calls one function of `sportello-app`, and
//! renders a page or answers 303. No SQL and no decision stands here.

#![warn(missing_docs)]

mod accessi;
mod accesso;
mod aiuto;
mod anteprima;
mod area;
mod assets;
mod browser;
mod compila;
mod consultazione;
mod cookie;
mod cx;
mod dati;
mod deleghe;
mod error;
pub mod flood;
mod freshness;
mod handing;
mod headers;
mod home;
mod indice;
mod links;
mod modelli;
mod nodo;
mod page;
mod pagopa;
mod posted;
mod pratiche;
mod radice;
mod router;
pub mod routes;
mod scolastici;
mod scuola;
mod serve;
mod servizi;
mod settings;
mod tabella;
mod text;
pub mod theme;
mod tls;
mod ufficio;
mod uscita;
mod visit;

#[cfg(test)]
mod sample;

pub use anteprima::{ReadForm, preview_router};
pub use nodo::router as nodo_router;
pub use router::router;
pub use serve::{Connections, serve};
pub use settings::WebSettings;
pub use tls::{Tls, TlsError, TlsFiles};
