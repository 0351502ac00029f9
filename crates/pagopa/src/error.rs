//! Why a call was not understood. Never holds what stood in the call: it may be personal data.

use sportello_xml::XmlError;

use crate::FaultCode;

/// A call that is not one of the schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Refused by the front door, or elements missing, repeated, unknown or out of order.
    #[error("reading a call of the node")]
    Xml(#[from] XmlError),
    /// Not the envelope of SOAP 1.1 with one element in its body, or a header that we must understand and do not.
    #[error("reading a call of the node: not an envelope of SOAP 1.1")]
    Envelope,
    /// The body holds no operation of `paForNode`, or one in another namespace.
    #[error("reading a call of the node: no operation of paForNode")]
    Operation,
    /// A value breaks the rule that the schema has for its element.
    #[error("reading a call of the node: the value of {element} breaks its rule")]
    Facet {
        /// Local name of the element.
        element: &'static str,
    },
    /// A rule that no schema can express.
    #[error("reading a call of the node: {0}")]
    Rule(&'static str),
}

impl ParseError {
    /// The fault that the node is answered: `PAA_SINTASSI_XSD` for what the schema (or SOAP itself) forbids,
    /// `PAA_SINTASSI_EXTRAXSD` for our limits and for rules that no schema can express.
    pub fn fault_code(&self) -> FaultCode {
        match self {
            Self::Xml(XmlError::TooLarge { .. } | XmlError::Depth | XmlError::Elements | XmlError::Attributes)
            | Self::Rule(_) => FaultCode::SintassiExtraXsd,
            Self::Xml(_) | Self::Envelope | Self::Operation | Self::Facet { .. } => FaultCode::SintassiXsd,
        }
    }
}
