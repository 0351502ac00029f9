//! The form engine from outside: as authors, citizens and the portal meet it.

mod author;
mod bank;
mod calc;
mod common;
mod compare;
mod export;
mod filling;
mod graduatoria;
mod kinds;
mod limits;
mod naive;
mod properties;
mod reconcile;
mod reopened;
mod schema;
mod shipped;
