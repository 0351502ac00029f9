//! Making a signature: a skeleton in the place where the schema wants it, then filled in.

use std::sync::Arc;

use bergshamra::{DsigContext, KeysManager};
use kryptering::traits::Signer;
use kryptering::{HashAlgorithm, SignatureAlgorithm};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;

use crate::saml::DSIG;
use crate::{Certificate, Error, ServiceKey};

/// An empty signature over the element whose `ID` is `id`, to be put inside that element.
pub(crate) fn skeleton(id: &str, certificate: &Certificate) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue></ds:SignatureValue>{}</ds:Signature>",
        key_info(certificate)
    )
}

/// `ds:KeyInfo` with the certificate.
pub(crate) fn key_info(certificate: &Certificate) -> String {
    format!(
        "<ds:KeyInfo xmlns:ds=\"{DSIG}\"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        certificate.to_base64()
    )
}

/// Fills in the first signature of `xml` in document order.
pub(crate) fn complete(xml: &str, key: &ServiceKey) -> Result<String, Error> {
    let context = DsigContext::new(KeysManager::new()).with_hsm_signer(Box::new(RingSigner(key.pair())));
    bergshamra::sign(&context, xml).map_err(Error::Sign)
}

/// An RSA signature with SHA-256 over bytes.
pub(crate) fn sign_bytes(key: &ServiceKey, data: &[u8]) -> Result<Vec<u8>, Error> {
    RingSigner(key.pair()).sign_with_ring(data).map_err(Error::SignQuery)
}

/// A signer that shares the key: the trait asks for `'static`.
struct RingSigner(Arc<KeyPair>);

impl RingSigner {
    fn sign_with_ring(&self, data: &[u8]) -> Result<Vec<u8>, ring::error::Unspecified> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        // The randomness blinds the computation against timing; the signature itself does not depend on it.
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)?;
        Ok(signature)
    }
}

impl Signer for RingSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaPkcs1v15(HashAlgorithm::Sha256)
    }

    fn sign(&self, data: &[u8]) -> kryptering::Result<Vec<u8>> {
        self.sign_with_ring(data).map_err(|_| kryptering::Error::Crypto("RSA signature".to_owned()))
    }
}
