//! A certificate as a carrier of a pinned public key. Not a chain validator: trust is the list it stands in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::keys::loader;
use bergshamra::{Key, KeyUsage};
use ring::digest::{SHA256, digest};
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;

use crate::Error;

/// Least size of an RSA modulus, in bits (SPID, Avviso 29).
const MIN_BITS: u32 = 2048;
/// Largest size, in bits: verification costs grow with it.
const MAX_BITS: u32 = 8192;

/// An X.509 certificate with an RSA key of at least 2048 bits.
///
/// Its dates are not looked at: providers sign with keys whose certificate has run out, and what is
/// trusted is the key that stands in the metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key_info: Vec<u8>,
}

impl Certificate {
    /// Reads a DER certificate.
    ///
    /// # Errors
    /// Not a certificate, not an RSA key, or a key of a size that is not accepted.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let key = loader::load_x509_cert_der(der).map_err(|_| Error::Certificate("not a certificate"))?;
        let public_key_info = key.to_spki_der().ok_or(Error::Certificate("no public key"))?;
        let public = rsa::RsaPublicKey::from_public_key_der(&public_key_info)
            .map_err(|_| Error::Certificate("not an RSA key"))?;
        if !(MIN_BITS..=MAX_BITS).contains(&public.n().bit_width()) {
            return Err(Error::Certificate("key size"));
        }
        Ok(Self { der: der.to_vec(), public_key_info })
    }

    /// Reads the base64 of a DER certificate, white space allowed: the text of `ds:X509Certificate`.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let der = STANDARD.decode(compact).map_err(|_| Error::Certificate("not base64"))?;
        Self::from_der(&der)
    }

    /// Reads one PEM certificate.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN CERTIFICATE-----")
            .and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----"))
            .filter(|body| !body.contains('-'))
            .ok_or(Error::Certificate("expected one in PEM, and nothing before or after it"))?;
        Self::from_base64(body)
    }

    /// The DER bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The DER bytes as base64 without line breaks.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// SHA-256 of the DER bytes, hexadecimal: what a technician compares.
    pub fn sha256_hex(&self) -> String {
        hex::encode(digest(&SHA256, &self.der))
    }

    /// The certificate as PEM.
    pub fn to_pem(&self) -> String {
        let body = self.to_base64();
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in body.as_bytes().chunks(64) {
            pem.extend(line.iter().map(|b| char::from(*b)));
            pem.push('\n');
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// The DER `SubjectPublicKeyInfo`.
    pub(crate) fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    /// The bare key, without certificate: nothing is left that a verifier could build a chain or check a date with.
    pub(crate) fn verifying_key(&self) -> Result<Key, bergshamra::Error> {
        let mut key = loader::load_spki_der(&self.public_key_info)?;
        key.usage = KeyUsage::Verify;
        Ok(key)
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({} bytes)", self.der.len())
    }
}
