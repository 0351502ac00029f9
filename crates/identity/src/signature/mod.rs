//! Enveloped XML signatures: RSA with SHA-2, exclusive canonicalisation, nothing else.
//!
//! `bergshamra` does the XML part, `ring` signs. What a signature covers is returned as a document of its own,
//! read from the very bytes that were digested (`docs/adr/0003-read-what-was-signed.md`).

mod allow;
mod sign;
mod verify;

pub(crate) use sign::{complete, key_info, sign_bytes, skeleton};
pub(crate) use verify::{Place, verify, verify_list};

/// Why a signature was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The element carries no signature as a direct child.
    #[error("not signed")]
    Missing,
    /// More signatures than the places where they may stand, or a second element of the same name.
    #[error("too many signatures or signed elements")]
    Several,
    /// The signature does not have the form that is allowed.
    #[error("signature of a form that is not allowed: {0}")]
    Form(sportello_xml::XmlError),
    /// An algorithm or transform outside the list.
    #[error("algorithm or transform that is not allowed")]
    Algorithm,
    /// The reference is not to the element that carries the signature.
    #[error("signature of something else")]
    Reference,
    /// The digest or the value is wrong, or the key is not one of the provider's.
    #[error("signature does not verify")]
    Invalid,
    /// The document cannot be read a second time, or uses one identifier twice.
    #[error("document cannot be verified")]
    Unreadable,
}
