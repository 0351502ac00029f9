//! What is tried with bytes from outside: every door of `sportello-identity`, one chosen by the first byte.
//!
//! An input must neither panic nor be believed: whatever is accepted says exactly what a provider has signed. The seeds
//! are messages of the provider that we play, made at the start; nothing is taken from elsewhere.

#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod door;
mod world;

pub use door::{DOORS, try_input};
pub use world::World;
