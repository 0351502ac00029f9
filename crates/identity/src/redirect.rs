//! Messages by HTTP-Redirect (SAML bindings 3.4): deflated into the query of an address and signed over its very bytes.
//!
//! What is verified is the query as it came: a value that was decoded and encoded again is another value. Which rules the
//! message itself keeps is for the module of its kind.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents,
};
use rsa::{pkcs8::DecodePublicKey as _, traits::PublicKeyParts as _};

use crate::{Certificate, Error, Refusal, ServiceKey, SignatureError, signature};

/// Largest message once inflated, in bytes: messages by Redirect are small, and a bomb must cost nothing.
const MESSAGE_BYTES: usize = 64 * 1024;
/// Longest query that is read, in bytes.
const QUERY_BYTES: usize = 16 * 1024;
/// Longest `RelayState`, in bytes, once decoded (SAML bindings 3.4.3 allows 80; providers send more).
const RELAY_STATE_BYTES: usize = 512;
/// How hard to compress, 0 to 10.
const EFFORT: u8 = 6;

/// What we sign with.
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ALGORITHMS: [(&str, &RsaParameters); 3] = [
    (RSA_SHA256, &RSA_PKCS1_2048_8192_SHA256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", &RSA_PKCS1_2048_8192_SHA384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", &RSA_PKCS1_2048_8192_SHA512),
];

/// Which of the two a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageField {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

impl MessageField {
    /// Name of the field, in a form and in a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A message out of a query, its signature not yet looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectMessage {
    /// Which it is.
    pub field: MessageField,
    /// The message, inflated.
    pub xml: Vec<u8>,
    /// What came with it, to be sent back as it is.
    pub relay_state: Option<String>,
    /// What the signature is over: pieces of the query as they came.
    covered: String,
    algorithm: String,
    signature: Vec<u8>,
}

impl std::fmt::Debug for RedirectMessage {
    /// Its kind alone: the message may stand for a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedirectMessage").field("field", &self.field).finish_non_exhaustive()
    }
}

impl RedirectMessage {
    /// Reads the query of an address, as it came over the wire. Other fields than those of the binding are not looked at.
    ///
    /// # Errors
    /// [`Refusal::Field`] when a field is repeated, too long, broken or inflates to too much; unsigned is
    /// [`SignatureError::Missing`].
    pub fn read(query: &str) -> Result<Self, Refusal> {
        if query.len() > QUERY_BYTES {
            return Err(Refusal::Field);
        }
        let (request, response) = (raw(query, "SAMLRequest")?, raw(query, "SAMLResponse")?);
        let (field, message) = match (request, response) {
            (Some(message), None) => (MessageField::Request, message),
            (None, Some(message)) => (MessageField::Response, message),
            _ => return Err(Refusal::Field),
        };
        let encoding = raw(query, "SAMLEncoding")?.map(decode).transpose()?;
        if encoding.is_some_and(|name| name != "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE") {
            return Err(Refusal::Field);
        }
        let relay = raw(query, "RelayState")?;
        let missing = Refusal::Signature(SignatureError::Missing);
        let algorithm = raw(query, "SigAlg")?.ok_or(missing.clone())?;
        let signed = raw(query, "Signature")?.ok_or(missing)?;

        let deflated = STANDARD.decode(decode(message)?).map_err(|_| Refusal::Field)?;
        let xml = decompress_to_vec_with_limit(&deflated, MESSAGE_BYTES).map_err(|_| Refusal::Field)?;
        let relay_state = relay.map(decode).transpose()?;
        if relay_state.as_ref().is_some_and(|text| text.len() > RELAY_STATE_BYTES) {
            return Err(Refusal::Field);
        }
        Ok(Self {
            field,
            xml,
            relay_state,
            covered: covered(field, message, relay, algorithm),
            algorithm: decode(algorithm)?,
            signature: STANDARD.decode(decode(signed)?).map_err(|_| Refusal::Field)?,
        })
    }

    /// Verifies the signature with one of `keys`.
    ///
    /// # Errors
    /// [`SignatureError::Algorithm`] outside the list, [`SignatureError::Invalid`].
    pub fn verify(&self, keys: &[Certificate]) -> Result<(), SignatureError> {
        let known = ALGORITHMS.iter().find(|(name, _)| *name == self.algorithm).ok_or(SignatureError::Algorithm)?;
        let fits = |key: &Certificate| verifies(key, known.1, self.covered.as_bytes(), &self.signature);
        if keys.iter().any(fits) { Ok(()) } else { Err(SignatureError::Invalid) }
    }
}

/// The query that carries a message of ours, signed with `key`, to be put behind the address of a provider.
///
/// # Errors
/// [`Error::SignQuery`].
pub fn signed_query(
    key: &ServiceKey,
    field: MessageField,
    xml: &str,
    relay_state: Option<&str>,
) -> Result<String, Error> {
    let message = encode(&STANDARD.encode(compress_to_vec(xml.as_bytes(), EFFORT)));
    let relay = relay_state.map(encode);
    let query = covered(field, &message, relay.as_deref(), &encode(RSA_SHA256));
    let signature = signature::sign_bytes(key, query.as_bytes())?;
    Ok(format!("{query}&Signature={}", encode(&STANDARD.encode(signature))))
}

/// An address with a query behind it, whether or not it has one already.
pub fn with_query(address: &str, query: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}

/// What a signature is over, in the order of the binding, each value as it stands in the query.
fn covered(field: MessageField, message: &str, relay: Option<&str>, algorithm: &str) -> String {
    let relay = relay.map(|relay| format!("&RelayState={relay}")).unwrap_or_default();
    format!("{}={message}{relay}&SigAlg={algorithm}", field.name())
}

/// The value of a field as it stands in the query.
fn raw<'q>(query: &'q str, name: &str) -> Result<Option<&'q str>, Refusal> {
    let mut values = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
    match (values.next(), values.next()) {
        (found, None) => Ok(found.map(|(_, value)| value)),
        _ => Err(Refusal::Field),
    }
}

/// Undoes the encoding of a value. `+` stays what it is: it is a digit of base64, and nothing else here holds a space.
fn decode(value: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (pair, tail) = rest.split_at_checked(2).ok_or(Refusal::Field)?;
        let mut byte = [0];
        hex::decode_to_slice(pair, &mut byte).map_err(|_| Refusal::Field)?;
        bytes.push(byte[0]);
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| Refusal::Field)
}

/// A value for a query: all but the unreserved characters (RFC 3986 2.3) is encoded.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn verifies(key: &Certificate, parameters: &'static RsaParameters, message: &[u8], signature: &[u8]) -> bool {
    let Ok(public) = rsa::RsaPublicKey::from_public_key_der(key.public_key_info()) else {
        return false;
    };
    let (n, e) = (public.n().to_be_bytes_trimmed_vartime(), public.e().to_be_bytes_trimmed_vartime());
    RsaPublicKeyComponents { n: &n, e: &e }.verify(parameters, message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_as_it_stands_and_once() {
        let query = "a=1&SAMLRequest=x%2B+&b&SAMLRequest2=3";
        assert_eq!(raw(query, "SAMLRequest").unwrap(), Some("x%2B+"));
        assert_eq!(raw(query, "b").unwrap(), None);
        assert!(raw("a=1&a=1", "a").is_err());
        assert_eq!(decode("x%2B+%3d").unwrap(), "x++=");
        for broken in ["%", "%2", "%zz", "%ff"] {
            assert!(decode(broken).is_err(), "{broken}");
        }
        assert_eq!(encode("a+b/=~ è"), "a%2Bb%2F%3D~%20%C3%A8");
        assert_eq!(with_query("https://a.example/slo?x=1", "q"), "https://a.example/slo?x=1&q");
    }

    #[test]
    fn a_bomb_is_refused_before_it_grows() {
        let bomb = encode(&STANDARD.encode(compress_to_vec(&vec![b' '; 8 * MESSAGE_BYTES], 10)));
        assert!(bomb.len() < 2048, "{}", bomb.len());
        let query = format!("SAMLRequest={bomb}&SigAlg=a&Signature=aaaa");
        assert_eq!(RedirectMessage::read(&query).unwrap_err(), Refusal::Field);
    }
}
