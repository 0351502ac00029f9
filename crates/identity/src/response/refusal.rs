//! Why a response was refused: one variant for each rule, never a value of the response.

use sportello_xml::XmlError;

use crate::SignatureError;

/// A rule that a response breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The form field is too long or not base64.
    #[error("the form field is not base64")]
    Field,
    /// The document or the shape of an element.
    #[error("the document is refused: {0}")]
    Xml(#[from] XmlError),
    /// The document element is not `samlp:Response`.
    #[error("the document is not a response")]
    NotAResponse,
    /// A signature is missing, misplaced, of another kind, or does not verify.
    #[error("the signature is refused: {0}")]
    Signature(#[from] SignatureError),
    /// Success without an assertion.
    #[error("the response has no assertion")]
    NoAssertion,
    /// More than one assertion, wherever it stands.
    #[error("the response has more than one assertion")]
    SeveralAssertions,
    /// An encrypted assertion: SPID has none.
    #[error("the response has an encrypted assertion")]
    EncryptedAssertion,
    /// A status of failure beside an assertion.
    #[error("the response fails and has an assertion")]
    AssertionWithFailure,
    /// An identifier that is empty or no `NCName`.
    #[error("an identifier is not usable")]
    Identifier,
    /// Another version than 2.0.
    #[error("the version is not 2.0")]
    Version,
    /// An instant that is not `xs:dateTime` in UTC.
    #[error("an instant is not in UTC")]
    Instant,
    /// Issued before the request or in the future.
    #[error("issued before the request or in the future")]
    IssueInstant,
    /// Answers another request.
    #[error("the answer is to another request")]
    InResponseTo,
    /// Sent to another address.
    #[error("the destination is another address")]
    Destination,
    /// From another provider than the one asked.
    #[error("the issuer is another provider")]
    Issuer,
    /// Format of the issuer is not `entity`.
    #[error("the format of the issuer is wrong")]
    IssuerFormat,
    /// A status that SAML does not know, or success with a second status.
    #[error("the status is not usable")]
    Status,
    /// The name identifier is empty, too long, not transient or without qualifier.
    #[error("the name identifier is not usable")]
    NameId,
    /// The confirmation of the subject is not `bearer`.
    #[error("the confirmation is not bearer")]
    Confirmation,
    /// The confirmation names another address.
    #[error("the recipient is another address")]
    Recipient,
    /// Not valid yet.
    #[error("the assertion is not valid yet")]
    NotYetValid,
    /// Not valid any more.
    #[error("the assertion is not valid any more")]
    Expired,
    /// For another ente.
    #[error("the audience is another service provider")]
    Audience,
    /// The authentication context is none of the three of SPID.
    #[error("the level is unknown")]
    UnknownLevel,
    /// Below the level that was asked for.
    #[error("the level is too low")]
    LevelTooLow,
    /// One attribute twice, or an attribute with more than one value.
    #[error("an attribute has more than one value")]
    AttributeRepeated,
    /// An attribute that was asked for is missing or empty.
    #[error("attribute {0} is missing")]
    AttributeMissing(&'static str),
    /// A value that cannot be what its name says.
    #[error("attribute {0} is not usable")]
    Attribute(&'static str),
    /// A fiscal number of another country.
    #[error("the fiscal number is not Italian")]
    ForeignFiscalNumber,
}
