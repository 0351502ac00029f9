//! The certificate of a service provider (AgID, Avviso 29 v3) and the request for one: whom they name, what they are for.

use chrono::{DateTime, Datelike as _, Months, Utc};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use ring::rand::SecureRandom;

use crate::{Certificate, Error};

/// Validity of a certificate that we issue, in months.
const VALIDITY_MONTHS: Months = Months::new(24);

/// Policies `agIDcert` (1.3.76.16.6) and `cert_SP_Pub` (1.3.76.16.4.2.1), each with its explicit text
/// (AgID, Avviso 29): the DER of `CertificatePolicies`.
const POLICIES: &str = "3049302006042b4c10063018301606082b06010505070202300a1a086167494463657274\
                        302506062b4c10040201301b301906082b06010505070202300d1a0b636572745f53505f507562";
/// `BasicConstraints` of no authority: an empty sequence. Avviso 29 wants it not critical, `rcgen` would make it so.
const NO_AUTHORITY: [u8; 2] = [0x30, 0];
const BASIC_CONSTRAINTS_OID: [u64; 4] = [2, 5, 29, 19];
const POLICIES_OID: [u64; 4] = [2, 5, 29, 32];
const ORGANIZATION_IDENTIFIER_OID: [u64; 4] = [2, 5, 4, 97];
const URI_OID: [u64; 4] = [2, 5, 4, 83];

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

/// A self-signed certificate for a key, valid from the day before `now`.
pub(crate) fn self_signed(
    pkcs8_der: &[u8],
    subject: &Subject,
    now: DateTime<Utc>,
    random: &dyn SecureRandom,
) -> Result<Certificate, Error> {
    let key = key_pair(pkcs8_der)?;
    let mut serial = [0; 16];
    random.fill(&mut serial).expect("the operating system gives random bytes");
    // Positive and without a leading zero, as RFC 5280 4.1.2.2 asks.
    serial[0] = serial[0] & 0x7f | 0x40;
    let from = now - chrono::TimeDelta::days(1);
    let until = from.checked_add_months(VALIDITY_MONTHS).expect("two years from now is a date");

    let mut params = params(subject);
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = date_time_ymd(from.year(), from.month() as u8, from.day() as u8);
    params.not_after = date_time_ymd(until.year(), until.month() as u8, until.day() as u8);
    let certificate = params.self_signed(&key).map_err(Error::Issue)?;
    Certificate::from_der(certificate.der())
}

/// A request (PKCS#10, PEM) for a certificate of the same form, to be signed by an authority.
pub(crate) fn request(pkcs8_der: &[u8], subject: &Subject) -> Result<String, Error> {
    let request = params(subject).serialize_request(&key_pair(pkcs8_der)?).map_err(Error::Issue)?;
    request.pem().map_err(Error::Issue)
}

fn key_pair(pkcs8_der: &[u8]) -> Result<rcgen::KeyPair, Error> {
    rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8_der.into(), &rcgen::PKCS_RSA_SHA256).map_err(Error::Issue)
}

/// What a certificate and a request have in common.
fn params(subject: &Subject) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(subject);
    params.is_ca = IsCa::NoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let policies = hex::decode(POLICIES).expect("the constant is hexadecimal");
    params.custom_extensions = vec![
        CustomExtension::from_oid_content(&BASIC_CONSTRAINTS_OID, NO_AUTHORITY.to_vec()),
        CustomExtension::from_oid_content(&POLICIES_OID, policies),
    ];
    params
}

fn distinguished_name(subject: &Subject) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, &subject.organization);
    name.push(DnType::OrganizationName, &subject.organization);
    name.push(DnType::CustomDnType(ORGANIZATION_IDENTIFIER_OID.to_vec()), &subject.organization_identifier);
    name.push(DnType::CustomDnType(URI_OID.to_vec()), &subject.entity_id);
    name.push(DnType::CountryName, "IT");
    name.push(DnType::LocalityName, &subject.locality);
    name
}
