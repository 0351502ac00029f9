//! The signing key of a service provider and its certificate. Where they are kept is somebody else's business.

use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Months, Utc};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use ring::rand::SecureRandom;
use ring::rsa::KeyPair;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::rand_core::{TryCryptoRng, TryRng};
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::{Certificate, Error};

/// Validity of a certificate that we issue, in months.
const VALIDITY_MONTHS: Months = Months::new(24);

/// Policies `agIDcert` (1.3.76.16.6) and `cert_SP_Pub` (1.3.76.16.4.2.1), each with its explicit text
/// (AgID, Avviso 29): the DER of `CertificatePolicies`.
const POLICIES: &str = "3049302006042b4c10063018301606082b06010505070202300a1a086167494463657274\
                        302506062b4c10040201301b301906082b06010505070202300d1a0b636572745f53505f507562";
const POLICIES_OID: [u64; 4] = [2, 5, 29, 32];
const ORGANIZATION_IDENTIFIER_OID: [u64; 4] = [2, 5, 4, 97];
const URI_OID: [u64; 4] = [2, 5, 4, 83];

/// Size of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBits {
    /// 2048 bits: quick to make, for tests and simulators.
    B2048,
    /// 3072 bits: for an ente.
    B3072,
}

/// Whom a certificate names (AgID, Avviso 29: public service provider).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Full legal name of the ente.
    pub organization: String,
    /// Identifier `PA:IT-<IPA code>`.
    pub organization_identifier: String,
    /// Entity id.
    pub entity_id: String,
    /// Place of the seat.
    pub locality: String,
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
        let certificate = issue(pkcs8.as_bytes(), subject, now, random)?;
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
        Ok(Self {
            pair: Arc::new(pair),
            pkcs8: SecretSlice::from(pkcs8_der.to_vec()),
            certificate,
        })
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
        f.debug_struct("ServiceKey")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

fn issue(
    pkcs8_der: &[u8],
    subject: &Subject,
    now: DateTime<Utc>,
    random: &dyn SecureRandom,
) -> Result<Certificate, Error> {
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8_der.into(), &rcgen::PKCS_RSA_SHA256)
        .map_err(Error::Issue)?;
    let mut serial = [0; 16];
    random
        .fill(&mut serial)
        .expect("the operating system gives random bytes");
    // Positive and without a leading zero, as RFC 5280 4.1.2.2 asks.
    serial[0] = serial[0] & 0x7f | 0x40;
    let from = now - chrono::TimeDelta::days(1);
    let until = from
        .checked_add_months(VALIDITY_MONTHS)
        .expect("two years from now is a date");

    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = date_time_ymd(from.year(), from.month() as u8, from.day() as u8);
    params.not_after = date_time_ymd(until.year(), until.month() as u8, until.day() as u8);
    params.distinguished_name = distinguished_name(subject);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let policies = hex::decode(POLICIES).expect("the constant is hexadecimal");
    params.custom_extensions = vec![CustomExtension::from_oid_content(&POLICIES_OID, policies)];
    let certificate = params.self_signed(&key).map_err(Error::Issue)?;
    Certificate::from_der(certificate.der())
}

fn distinguished_name(subject: &Subject) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, &subject.organization);
    name.push(DnType::OrganizationName, &subject.organization);
    name.push(
        DnType::CustomDnType(ORGANIZATION_IDENTIFIER_OID.to_vec()),
        &subject.organization_identifier,
    );
    name.push(DnType::CustomDnType(URI_OID.to_vec()), &subject.entity_id);
    name.push(DnType::CountryName, "IT");
    name.push(DnType::LocalityName, &subject.locality);
    name
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
