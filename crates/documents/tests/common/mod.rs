//! What the tests of documents share.

pub mod check;
pub mod logical;
