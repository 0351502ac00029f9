//! How much of an unknown document is looked at. Not a place for what a protocol allows.

/// Limits put on a document before and while it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest document, in bytes.
    pub size_bytes: usize,
    /// Deepest nesting of elements; the root is at depth 1.
    pub depth: usize,
    /// Most attributes on one element, namespace declarations included.
    pub attributes: usize,
    /// Most elements.
    pub elements: usize,
}

impl Limits {
    /// A SAML message or the metadata of one entity: 256 kB, depth 32, 64 attributes, 1,000 elements. A long message has a tenth of them;
    /// what a canonical form costs grows with their number, and it is made before any key is looked at.
    pub const SAML: Self = Self { size_bytes: 256 * 1024, depth: 32, attributes: 64, elements: 1_000 };

    /// A signed list of the metadata of many entities: 4 MB, depth 32, 64 attributes, 100,000 elements.
    pub const REGISTRY: Self = Self { size_bytes: 4 * 1024 * 1024, depth: 32, attributes: 64, elements: 100_000 };
}
