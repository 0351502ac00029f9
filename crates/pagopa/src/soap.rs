//! The envelope of SOAP 1.1: one element in, one element out. Not a SOAP library: no encodings, no attachments.

use sportello_xml::{Document, Element, Limits, escape};

use crate::ParseError;

/// Namespace of the envelope.
const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Largest call that is read, in bytes: a receipt is about 4 kB, metadata and a digital stamp included.
pub const REQUEST_MAX_BYTES: usize = 512 * 1024;

const LIMITS: Limits = Limits { size_bytes: REQUEST_MAX_BYTES, depth: 16, attributes: 32, elements: 4_000 };

/// Reads a call.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, ParseError> {
    Ok(Document::read(bytes, &LIMITS)?)
}

/// The one element of the body.
///
/// # Errors
/// Another envelope, no or several elements in the body, a header that says it must be understood.
pub(crate) fn body(document: &Document) -> Result<&Element, ParseError> {
    let root = document.root();
    if !root.is(ENVELOPE, "Envelope") {
        return Err(ParseError::Envelope);
    }
    let mut walk = root.walk()?;
    if let Some(header) = walk.optional(ENVELOPE, "Header") {
        let _ = header.walk()?;
        let must = |block: &Element| block.attribute_in(ENVELOPE, "mustUnderstand").is_some_and(|value| value != "0");
        if header.elements().any(must) {
            return Err(ParseError::Envelope);
        }
    }
    let body = walk.one(ENVELOPE, "Body")?;
    walk.end()?;
    let _ = body.walk()?;
    let mut children = body.elements();
    match (children.next(), children.next()) {
        (Some(child), None) => Ok(child),
        _ => Err(ParseError::Envelope),
    }
}

/// Wraps an element that we wrote.
pub(crate) fn envelope(element: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <soapenv:Envelope xmlns:soapenv=\"{ENVELOPE}\"><soapenv:Body>{element}</soapenv:Body></soapenv:Envelope>"
    )
}

/// The fault of SOAP itself, to be sent with status 500 (SOAP 1.1, 6.2), for a call that names no operation of ours:
/// there is no answer in whose shape it could be refused. `words` say why, without quoting the call.
pub fn soap_fault(words: &str) -> String {
    fault("Client", words)
}

/// The fault of SOAP for a failure of ours, to be sent with status 500: the node takes the call for not delivered.
pub fn soap_failure(words: &str) -> String {
    fault("Server", words)
}

fn fault(side: &str, words: &str) -> String {
    let words = escape(words);
    envelope(&format!(
        "<soapenv:Fault><faultcode>soapenv:{side}</faultcode><faultstring>{words}</faultstring></soapenv:Fault>"
    ))
}
