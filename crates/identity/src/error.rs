//! What can go wrong while we make something of our own. Refusals of others' messages are in `response`.

/// Failure to make a key, a certificate or a signed message, or to read one that we trust.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The RSA key could not be generated.
    #[error("cannot generate the signing key")]
    Generate(#[source] rsa::Error),
    /// The key could not be written as PKCS#8.
    #[error("cannot encode the signing key")]
    Encode(#[source] rsa::pkcs8::Error),
    /// The bytes are not an RSA key of 2048 to 4096 bits in PKCS#8.
    #[error("the signing key is not usable: {0}")]
    Key(ring::error::KeyRejected),
    /// The certificate could not be issued.
    #[error("cannot issue the certificate")]
    Issue(#[source] rcgen::Error),
    /// Bytes that should be a certificate with an RSA key of at least 2048 bits.
    #[error("the certificate is not usable: {0}")]
    Certificate(&'static str),
    /// The certificate does not belong to the key.
    #[error("the certificate belongs to another key")]
    CertificateOfAnotherKey,
    /// A message of ours could not be signed.
    #[error("cannot sign the message")]
    Sign(#[source] bergshamra::Error),
    /// A query of ours could not be signed.
    #[error("cannot sign the query: {0}")]
    SignQuery(ring::error::Unspecified),
    /// An identifier that is not an XML `NCName`.
    #[error("the message identifier is not usable")]
    Identifier,
    /// Metadata that we were given could not be read.
    #[error("cannot read the metadata")]
    Metadata(#[source] sportello_xml::XmlError),
    /// Metadata that we were given lacks something.
    #[error("the metadata has no usable {0}")]
    MetadataLacks(&'static str),
}
