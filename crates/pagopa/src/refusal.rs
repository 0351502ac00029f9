//! What can be said about a call that cannot be read: which answer it waits for, and from whom.
//!
//! A look at the raw bytes, only to shape a refusal; nothing found here is ever acted upon.

use crate::{Fault, FaultCode, Operation, ParseError, answer, soap_fault, text::Text};

/// Who refuses when the call does not say whom it asked.
const NOBODY: &str = "SPORTELLO";

/// What the raw bytes of a call seem to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The first element that has the name of a request.
    pub operation: Option<Operation>,
    /// The first `idPA` of 11 digits.
    pub id_pa: Option<String>,
}

/// Looks at the raw bytes of a call, however broken.
pub fn peek(bytes: &[u8]) -> Peek {
    let mut seen = Peek { operation: None, id_pa: None };
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        let rest = &bytes[at + 1..];
        let end = rest.iter().take(96).position(|byte| !is_name(*byte)).unwrap_or(0);
        let Ok(name) = std::str::from_utf8(&rest[..end]) else { continue };
        let local = name.rsplit(':').next().unwrap_or(name);
        if seen.operation.is_none() {
            seen.operation = Operation::of_request(local);
        }
        if seen.id_pa.is_none() && local == "idPA" {
            seen.id_pa = rest.get(end + 1..end + 12).and_then(digits);
        }
    }
    seen
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.')
}

fn digits(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.to_owned())
}

/// The answer to a call that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The fault that it tells.
    pub code: FaultCode,
    /// Status of HTTP: 200 for an answer with outcome KO, 500 for a fault of SOAP.
    pub status: u16,
    /// The whole envelope.
    pub xml: String,
}

impl Refusal {
    /// In the shape of the operation that was asked, or as a fault of SOAP when none can be recognised.
    pub fn new(bytes: &[u8], error: &ParseError) -> Self {
        let seen = peek(bytes);
        let code = error.fault_code();
        let words = error.to_string();
        let Some(operation) = seen.operation else {
            return Self { code, status: 500, xml: soap_fault(&words) };
        };
        let id = seen.id_pa.as_deref().unwrap_or(NOBODY);
        let id = Text::new(id).expect("11 digits or our own short name");
        let fault = Fault { code, id, description: Text::cut(&words) };
        Self { code, status: 200, xml: answer::fault(operation, &fault) }
    }
}
