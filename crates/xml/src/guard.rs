//! What is refused on the raw bytes, before any parser sees them. Not a parser.

use crate::{Limits, XmlError};

/// Longest namespace name, in bytes.
const NAMESPACE_BYTES: usize = 256;

/// Refuses size, encoding, forbidden characters, markup declarations and processing instructions.
///
/// The search does not know where it is: `<!DOCTYPE` inside a comment is refused too, which no honest sender notices.
pub(crate) fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, XmlError> {
    if bytes.len() > limits.size_bytes {
        return Err(XmlError::TooLarge { limit_bytes: limits.size_bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    if text.starts_with('\u{feff}') {
        return Err(XmlError::Encoding);
    }
    if !text.chars().all(is_char) {
        return Err(XmlError::Character);
    }
    markup(text)?;
    Ok(text)
}

fn markup(text: &str) -> Result<(), XmlError> {
    for (at, _) in text.match_indices("<!") {
        let rest = &text[at + 2..];
        if !rest.starts_with("--") && !rest.starts_with("[CDATA[") {
            return Err(XmlError::Doctype);
        }
    }
    let body = text.strip_prefix("<?xml").filter(|rest| rest.starts_with([' ', '\t', '\r', '\n'])).unwrap_or(text);
    if body.contains("<?") {
        return Err(XmlError::ProcessingInstruction);
    }
    Ok(())
}

/// `Char` of XML 1.0, section 2.2.
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// `NCName`, its ASCII part: the specifications read here use no other.
pub(crate) fn is_ncname(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// A namespace name as it stands in the document: an absolute URI (RFC 3986) of the schemes that name namespaces,
/// short, nothing to be unescaped.
///
/// Canonicalization (Canonical XML, section 1.3) fails on a relative namespace, also of a prefix that nothing uses.
pub(crate) fn is_namespace(raw: &str) -> bool {
    raw.len() <= NAMESPACE_BYTES && (is_urn(raw) || is_web(raw))
}

fn is_urn(raw: &str) -> bool {
    raw.strip_prefix("urn:").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && is_path(rest))
}

/// `http` or `https`, a host by name, no user and no port.
fn is_web(raw: &str) -> bool {
    let Some(rest) = raw.strip_prefix("http://").or_else(|| raw.strip_prefix("https://")) else { return false };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let named = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    !host.is_empty() && named && is_path(path)
}

/// Path, query and fragment; the two characters that XML would have escaped are left out.
fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escaped = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    bytes.iter().filter(|b| **b == b'#').count() <= 1
        && bytes.iter().enumerate().all(|(at, b)| match b {
            b'%' => escaped(at),
            b => b.is_ascii_alphanumeric() || b"-._~!$()*+,;=:@/?#".contains(b),
        })
}
