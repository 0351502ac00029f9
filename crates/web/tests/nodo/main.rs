//! The services for the node of pagoPA, from bytes to bytes: what is answered, kept and changed, and who may call.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod tls;
mod wire;
mod world;
