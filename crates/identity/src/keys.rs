//! The signing key of a service provider and its certificate. Where they are kept is somebody else's business.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ring::rand::SecureRandom;
use ring::rsa::KeyPair;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::rand_core::{TryCryptoRng, TryRng};
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::issue::{self, Subject};
use crate::{Certificate, Error};

/// Size of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBits {
    /// 2048 bits: quick to make, for tests and simulators.
    B2048,
    /// 3072 bits: for an ente.
    B3072,
}

/// An RSA signing key with its certificate. It signs through `ring` alone.
pub struct ServiceKey {
    pair: Arc<KeyPair>,
    pkcs8: SecretSlice<u8>,
    certificate: Certificate,
}

impl ServiceKey {
    /// Makes a key and a self-signed certificate, valid from the day before `now` for 24 months.
    ///
    /// # Errors
    /// [`Error::Generate`], [`Error::Encode`] or [`Error::Issue`].
    pub fn generate(
        bits: KeyBits,
        subject: &Subject,
        now: DateTime<Utc>,
        random: &dyn SecureRandom,
    ) -> Result<Self, Error> {
        let size = match bits {
            KeyBits::B2048 => 2048,
            KeyBits::B3072 => 3072,
        };
        let private = RsaPrivateKey::new(&mut Random(random), size).map_err(Error::Generate)?;
        let pkcs8 = private.to_pkcs8_der().map_err(Error::Encode)?;
        let certificate = issue::self_signed(pkcs8.as_bytes(), subject, now, random)?;
        Self::from_parts(pkcs8.as_bytes(), certificate)
    }

    /// A key that was made before.
    ///
    /// # Errors
    /// [`Error::Key`] when the bytes are no usable key, [`Error::CertificateOfAnotherKey`] when they do not belong together.
    pub fn from_parts(pkcs8_der: &[u8], certificate: Certificate) -> Result<Self, Error> {
        let pair = KeyPair::from_pkcs8(pkcs8_der).map_err(Error::Key)?;
        // A SubjectPublicKeyInfo ends with the RSAPublicKey that ring gives.
        if !certificate.public_key_info().ends_with(pair.public().as_ref()) {
            return Err(Error::CertificateOfAnotherKey);
        }
        Ok(Self { pair: Arc::new(pair), pkcs8: SecretSlice::from(pkcs8_der.to_vec()), certificate })
    }

    /// A request (PKCS#10, PEM) for a certificate of this key by an authority, in the form of Avviso 29 v3.
    ///
    /// # Errors
    /// [`Error::Issue`].
    pub fn certificate_request(&self, subject: &Subject) -> Result<String, Error> {
        issue::request(self.pkcs8.expose_secret(), subject)
    }

    /// The private key, PKCS#8 DER: to be sealed before it is kept.
    pub fn pkcs8_der(&self) -> &[u8] {
        self.pkcs8.expose_secret()
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(crate) fn pair(&self) -> Arc<KeyPair> {
        Arc::clone(&self.pair)
    }
}

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceKey").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// The randomness of `ring` in the shape that the `rsa` package asks for.
struct Random<'r>(&'r dyn SecureRandom);

impl TryRng for Random<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(bytes).expect("the operating system gives random bytes");
        Ok(())
    }
}

impl TryCryptoRng for Random<'_> {}
