//! The messages of pagoPA, as the entity to be paid speaks them: what the node asks (`paForNode`, SOAP 1.1), what it is
//! answered, and the client of Checkout.
//!
//! Requests are read strictly by the schema of `pagopa/pagopa-api`, whose rules are written here by hand; answers are
//! written in the order of the same schema. Nothing here knows a debt, listens, or keeps anything.
#![warn(missing_docs)]

pub mod answer;
pub mod checkout;
mod error;
mod facet;
mod fault;
mod fields;
mod operation;
pub mod pa_for_node;
mod receipt;
mod refusal;
mod soap;
mod text;
mod writer;

pub use error::ParseError;
pub use fault::{Fault, FaultCode};
pub use operation::Operation;
pub use refusal::{Refusal, peek};
pub use soap::{REQUEST_MAX_BYTES, soap_failure, soap_fault};
pub use text::{Text, TextError};

/// Namespace of the operations; the elements inside them are in none.
pub const NAMESPACE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";
