//! Which signatures are looked at in the first place (XML Signature has many more, most of them traps).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, SHA256, SHA384, SHA512};
use sportello_xml::Element;

use super::SignatureError;
use crate::saml::DSIG;

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const METHODS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];
const DIGESTS: [(&str, &Algorithm); 3] = [
    ("http://www.w3.org/2001/04/xmlenc#sha256", &SHA256),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", &SHA384),
    ("http://www.w3.org/2001/04/xmlenc#sha512", &SHA512),
];

/// Most prefixes of a list: the canonical form costs elements times prefixes, before any key is looked at.
const PREFIXES_MAX: usize = 32;

/// What an allowed signature says.
#[derive(Debug)]
pub(super) struct Allowed {
    /// Value of `Reference/@URI` without its `#`.
    pub(super) id: String,
    /// Digest of the canonical element.
    pub(super) digest: Vec<u8>,
    /// Algorithm of the digest.
    pub(super) digest_algorithm: &'static Algorithm,
    /// Prefixes that the canonical form keeps although they are not used.
    pub(super) prefixes: Vec<String>,
}

/// Reads a `ds:Signature` by the list: one reference, enveloped and exclusive transforms, RSA with SHA-2.
///
/// `KeyInfo` may stand there and is not looked at. `ds:Object` may not (SAML errata E91).
pub(super) fn read(signature: &Element) -> Result<Allowed, SignatureError> {
    let mut walk = signature.walk().map_err(SignatureError::Form)?;
    let info = walk.one(DSIG, "SignedInfo").map_err(SignatureError::Form)?;
    let value = walk.one(DSIG, "SignatureValue").map_err(SignatureError::Form)?;
    walk.optional(DSIG, "KeyInfo");
    walk.end().map_err(SignatureError::Form)?;
    decode(value)?;

    let mut walk = info.walk().map_err(SignatureError::Form)?;
    let canonicalization = walk.one(DSIG, "CanonicalizationMethod").map_err(SignatureError::Form)?;
    let method = walk.one(DSIG, "SignatureMethod").map_err(SignatureError::Form)?;
    let reference = walk.one(DSIG, "Reference").map_err(SignatureError::Form)?;
    walk.end().map_err(SignatureError::Form)?;
    // A prefix list here would be legal, but nobody sends one.
    if algorithm(canonicalization)? != EXCLUSIVE || canonicalization.elements().next().is_some() {
        return Err(SignatureError::Algorithm);
    }
    if !METHODS.contains(&algorithm(method)?) || method.elements().next().is_some() {
        return Err(SignatureError::Algorithm);
    }
    read_reference(reference)
}

fn read_reference(reference: &Element) -> Result<Allowed, SignatureError> {
    let uri = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')).ok_or(SignatureError::Reference)?;
    if !crate::saml::is_identifier(uri) {
        return Err(SignatureError::Reference);
    }
    reference.attributes_only(&["URI", "Id"]).map_err(SignatureError::Form)?;
    let mut walk = reference.walk().map_err(SignatureError::Form)?;
    let transforms = walk.one(DSIG, "Transforms").map_err(SignatureError::Form)?;
    let digest_method = walk.one(DSIG, "DigestMethod").map_err(SignatureError::Form)?;
    let digest = walk.one(DSIG, "DigestValue").map_err(SignatureError::Form)?;
    walk.end().map_err(SignatureError::Form)?;
    let name = algorithm(digest_method)?;
    let known = DIGESTS.iter().find(|(known, _)| *known == name).ok_or(SignatureError::Algorithm)?;
    Ok(Allowed {
        id: uri.to_owned(),
        digest: decode(digest)?,
        digest_algorithm: known.1,
        prefixes: read_transforms(transforms)?,
    })
}

/// The enveloped transform, then the exclusive canonicalisation with an optional prefix list.
fn read_transforms(transforms: &Element) -> Result<Vec<String>, SignatureError> {
    let mut walk = transforms.walk().map_err(SignatureError::Form)?;
    let enveloped = walk.one(DSIG, "Transform").map_err(SignatureError::Form)?;
    let exclusive = walk.one(DSIG, "Transform").map_err(SignatureError::Form)?;
    walk.end().map_err(SignatureError::Form)?;
    if algorithm(enveloped)? != ENVELOPED || enveloped.elements().next().is_some() {
        return Err(SignatureError::Algorithm);
    }
    if algorithm(exclusive)? != EXCLUSIVE {
        return Err(SignatureError::Algorithm);
    }
    let mut walk = exclusive.walk().map_err(SignatureError::Form)?;
    let list = walk.optional(EXCLUSIVE, "InclusiveNamespaces");
    walk.end().map_err(SignatureError::Form)?;
    let prefixes = list.and_then(|list| list.attribute("PrefixList")).unwrap_or_default();
    let prefixes: Vec<String> = prefixes.split_ascii_whitespace().map(str::to_owned).collect();
    if prefixes.len() > PREFIXES_MAX {
        return Err(SignatureError::Algorithm);
    }
    Ok(prefixes)
}

fn algorithm(element: &Element) -> Result<&str, SignatureError> {
    element.required("Algorithm").map_err(SignatureError::Form)
}

/// Base64 with white space; anything else in it is refused, and so is nothing at all.
fn decode(element: &Element) -> Result<Vec<u8>, SignatureError> {
    let text = element.text().map_err(SignatureError::Form)?;
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| SignatureError::Algorithm)?;
    if bytes.is_empty() { Err(SignatureError::Missing) } else { Ok(bytes) }
}
