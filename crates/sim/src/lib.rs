//! The simulators that tests of other packages talk to, too.
#![warn(missing_docs)]

pub mod protocollo;
