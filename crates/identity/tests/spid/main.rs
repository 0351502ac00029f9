//! Sign-in with SPID from end to end: our messages, the provider's, and those of somebody who cheats.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails that test")]

mod assertion;
mod attacks;
mod corpus;
mod envelope;
mod logout;
mod messages;
mod mutations;
mod noise;
mod pysaml2;
mod registry;
mod rules;
mod schemes;
mod signatures;
mod world;
mod wrapping;
mod xmlsec;
