//! Why a document was refused. Never holds anything that stood in the document: it may be personal data.

/// Refusal of a document or of its shape.
///
/// The parser's own errors are not kept as a source, because they quote the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Longer than the caller allows.
    #[error("document is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// Not UTF-8, or says that it is not, or begins with a byte order mark.
    #[error("document is not plain UTF-8")]
    Encoding,
    /// The XML declaration is not that of version 1.0.
    #[error("document has a wrong XML declaration")]
    Declaration,
    /// A document type or a markup declaration, anywhere.
    #[error("document has a document type")]
    Doctype,
    /// A processing instruction, anywhere.
    #[error("document has a processing instruction")]
    ProcessingInstruction,
    /// A character that XML 1.0 forbids, plain or as a reference.
    #[error("document has a forbidden character")]
    Character,
    /// Nested deeper than the caller allows.
    #[error("document is nested too deeply")]
    Depth,
    /// More elements than the caller allows.
    #[error("document has too many elements")]
    Elements,
    /// More attributes on one element than the caller allows.
    #[error("element has too many attributes")]
    Attributes,
    /// An attribute without quotes, without value or with `<` in it.
    #[error("an attribute is not well-formed")]
    AttributeForm,
    /// One attribute twice, by written or by expanded name.
    #[error("element has the same attribute twice")]
    DuplicateAttribute,
    /// An entity other than the five of XML.
    #[error("document uses an unknown entity")]
    Entity,
    /// A name outside the ASCII names that our messages use, or an unknown prefix.
    #[error("document uses an unusable name")]
    Name,
    /// A namespace that is no absolute URI with the scheme `urn`, `http` or `https`, or too long.
    #[error("document uses an unusable namespace")]
    Namespace,
    /// Not well-formed.
    #[error("document is not well-formed near byte {at}")]
    Syntax {
        /// Where the parser stopped, in bytes from the start.
        at: u64,
    },
    /// A child that the reader asked for is not the next one.
    #[error("element {0} is missing or out of order")]
    MissingChild(String),
    /// A child that the reader did not name.
    #[error("an element that nobody expects stands here")]
    UnexpectedChild,
    /// An attribute that the reader asked for is missing.
    #[error("attribute {0} is missing")]
    MissingAttribute(String),
    /// An attribute that the reader did not name.
    #[error("an attribute that nobody expects stands here")]
    UnexpectedAttribute,
    /// Text between elements, or an element inside text.
    #[error("text and elements are mixed")]
    Mixed,
    /// A comment inside what is being read.
    #[error("a comment stands inside a value")]
    Comment,
}
