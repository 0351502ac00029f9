//! The pratica: its states, the words for them, and the one table of what may happen to it.
//!
//! The table is drawn in `docs/stati.md`; dates of the term are in [`crate::termine`].

mod moves;
mod page;
mod status;

pub use moves::{IllegalMove, MOVES, Move, Need, PraticaEvent, Who};
pub use page::generated;
pub use status::PraticaStatus;
