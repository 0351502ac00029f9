//! The service provider of SPID, CIE and eIDAS: metadata, requests, and the decision on a response.
//!
//! Data in, decision out: no clock, no database, no network. Time and randomness are arguments; that a
//! response is accepted once, and that it belongs to this browser, is for the store and for `sportello-app`.
//! Pratiche are unknown here.
//!
//! The provider's side of the same messages, for the simulator and for tests, is [`provider`].
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod aggregate;
mod anomaly;
mod certificate;
mod error;
mod inspect;
mod issue;
mod keys;
mod logout;
mod metadata;
mod peek;
pub mod provider;
mod redirect;
mod registry;
mod request;
mod response;
mod saml;
mod service_provider;
mod signature;

pub use aggregate::{Aggregate, AggregateRefusal, SIMULATED, verify_aggregate};
pub use anomaly::SpidAnomaly;
pub use certificate::Certificate;
pub use error::Error;
pub use inspect::certificate_faults;
pub use issue::Subject;
pub use keys::{KeyBits, ServiceKey};
pub use logout::{
    ExpectedLogout, LogoutMessage, LogoutRequest, LogoutStatus, ProviderSession, form_field, logout_request,
    logout_request_address, logout_response, logout_response_address, verify_logout_request, verify_logout_response,
};
pub use metadata::{Metadata, MetadataDraft, metadata};
pub use peek::{Claims, answered_logout, answered_request, claims, logout_issuer};
pub use redirect::{MessageField, RedirectMessage, signed_query, with_query};
pub use registry::{LogoutAddress, Provider, parse_provider_metadata};
pub use request::{AuthnRequest, RedirectedRequest, authn_request, authn_request_address, message_id};
pub use response::{Expected, Outcome, ProviderRefusal, Refusal, VerifiedAssertion, decode_response, verify_response};
pub use service_provider::{Aggregator, Contact, Organization, ServiceProvider};
pub use signature::SignatureError;
