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
}

impl Limits {
    /// A SAML message or the metadata of one entity: 256 kB, depth 32, 64 attributes.
    pub const SAML: Self = Self { size_bytes: 256 * 1024, depth: 32, attributes: 64 };

    /// A signed list of the metadata of many entities: 4 MB, depth 32, 64 attributes.
    pub const REGISTRY: Self = Self { size_bytes: 4 * 1024 * 1024, depth: 32, attributes: 64 };
}
