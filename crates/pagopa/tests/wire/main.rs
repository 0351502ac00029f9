//! The wire of pagoPA: samples, answers against the schema, broken calls, Checkout.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

mod answers;
mod bad_input;
mod checkout;
mod samples;
mod specs;
