//! The second opinion of `xmlsec1`, both ways: it verifies what we sign, and we verify what it signs.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use sportello_identity::provider::Signing;
use sportello_identity::{ServiceKey, metadata};

use crate::world::*;

const XMLSEC1: &str = "xmlsec1";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
const RESPONSE: &str = "urn:oasis:names:tc:SAML:2.0:protocol:Response";
/// Algorithms that are taken: of the signature, of the digest.
pub const METHODS: [(&str, &str); 3] = [
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512"),
];

/// False, with the reason printed, when `xmlsec1` is not there; a failure when it is required.
#[expect(clippy::disallowed_methods, reason = "a test reads its own switch")]
pub fn present() -> bool {
    if Command::new(XMLSEC1).arg("--version").output().is_ok_and(|out| out.status.success()) {
        return true;
    }
    assert_ne!(std::env::var("SPORTELLO_XMLSEC1").as_deref(), Ok("required"), "xmlsec1 is required and not installed");
    println!("skipped: xmlsec1 is not installed");
    false
}

/// A folder for the files of one test.
pub struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `xmlsec1`, the identifier being the attribute `ID` of these elements.
    fn run(&self, verb: &str, elements: &[&str], options: &[&str], file: &Path) -> (bool, String) {
        let mut command = Command::new(XMLSEC1);
        command.arg(verb);
        for element in elements {
            command.arg("--id-attr:ID").arg(element);
        }
        let out = command.args(options).arg(file).output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.success(), text)
    }

    fn verifies(&self, xml: &str, element: &str, certificate_pem: &str) -> bool {
        let certificate = self.file("certificate.pem", certificate_pem.as_bytes());
        let file = self.file("message.xml", xml.as_bytes());
        let options = ["--pubkey-cert-pem", certificate.to_str().unwrap(), "--enabled-key-data", "rsa"];
        self.run("--verify", &[element], &options, &file).0
    }

    /// Whether the signature of the assertion verifies, and that of the response where there is one.
    pub fn verifies_all(&self, xml: &str, certificate_pem: &str) -> bool {
        let certificate = self.file("certificate.pem", certificate_pem.as_bytes());
        let file = self.file("message.xml", xml.as_bytes());
        let verifies = |path: &str| {
            let certificate = certificate.to_str().unwrap();
            let options = ["--node-xpath", path, "--pubkey-cert-pem", certificate, "--enabled-key-data", "rsa"];
            self.run("--verify", &[ASSERTION, RESPONSE], &options, &file).0
        };
        let signature = "*[local-name()='Signature']";
        let both = signature_stands_before_the_assertion(xml);
        verifies(&format!("/*/*[local-name()='Assertion']/{signature}"))
            && (!both || verifies(&format!("/*/{signature}")))
    }

    /// A file with a private key, given as PKCS#8 DER.
    pub fn private_key(&self, key: &[u8]) -> PathBuf {
        let body = base64::engine::general_purpose::STANDARD.encode(key);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        self.file("key.pem", pem.as_bytes())
    }

    fn sign(&self, template: &str, element: &str, key: &[u8]) -> String {
        let key = self.private_key(key);
        let file = self.file("template.xml", template.as_bytes());
        let output = self.folder.path().join("signed.xml");
        let options = ["--privkey-pem", key.to_str().unwrap(), "--output", output.to_str().unwrap()];
        let (done, text) = self.run("--sign", &[element], &options, &file);
        assert!(done, "{text}");
        std::fs::read_to_string(output).unwrap()
    }
}

#[test]
fn xmlsec1_verifies_our_metadata_and_requests() {
    if !present() {
        return;
    }
    let bench = Bench::new();
    let pem = sp().key.certificate().to_pem();
    let metadata = metadata(sp()).unwrap().xml;
    let descriptor = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor";
    assert!(bench.verifies(&metadata, descriptor, &pem));
    assert!(!bench.verifies(&change_first(&metadata, "Calvenzano<", "Altrove<"), descriptor, &pem));
    assert!(!bench.verifies(&metadata, descriptor, &stranger().certificate().to_pem()));
    let request_element = "urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest";
    assert!(bench.verifies(&request().xml, request_element, &pem));
    assert!(!bench.verifies(&change(&request().xml, "SpidL2", "SpidL1"), request_element, &pem));
}

#[test]
fn xmlsec1_verifies_the_responses_of_the_providers_side() {
    if !present() {
        return;
    }
    let bench = Bench::new();
    let pem = idp().key.certificate().to_pem();
    assert!(bench.verifies(&good(), ASSERTION, &pem));
    let whole = draft().sign(&idp().key, Signing::Response).unwrap();
    assert!(bench.verifies(&whole, RESPONSE, &pem));
}

/// A signature as other software writes it: other prefix, other digest, line breaks, a prefix list.
fn template(method: &str, digest: &str) -> String {
    format!(
        "\n<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n <SignedInfo>\n\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\n\
         <SignatureMethod Algorithm=\"{method}\"/>\n<Reference URI=\"#_assertion\">\n<Transforms>\n\
         <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\n\
         <Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><ec:InclusiveNamespaces \
         xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs samlp\"/></Transform>\n</Transforms>\n\
         <DigestMethod Algorithm=\"{digest}\"/>\n<DigestValue/>\n</Reference>\n</SignedInfo>\n\
         <SignatureValue/>\n</Signature>\n"
    )
}

fn signature_stands_before_the_assertion(xml: &str) -> bool {
    match (xml.find("<ds:Signature"), xml.find("<saml:Assertion")) {
        (Some(signature), Some(assertion)) => signature < assertion,
        (Some(_), None) => true,
        _ => false,
    }
}

/// The response of the twin, its assertion signed by `xmlsec1` with a key.
pub fn signed_by_xmlsec1(bench: &Bench, method: &str, digest: &str, key: &ServiceKey) -> String {
    let unsigned = draft().sign(&idp().key, Signing::Nothing).unwrap();
    let marked = format!("</saml:Issuer>{}", template(method, digest));
    let assertion = change_first(assertion_of(&unsigned), "</saml:Issuer>", &marked);
    bench.sign(&change(&unsigned, assertion_of(&unsigned), &assertion), ASSERTION, key.pkcs8_der())
}

#[test]
fn a_response_signed_by_xmlsec1_is_accepted() {
    if !present() {
        return;
    }
    let bench = Bench::new();
    let twin = accepted(&good());
    for (method, digest) in METHODS {
        let signed = signed_by_xmlsec1(&bench, method, digest, &idp().key);
        assert_eq!(accepted(&signed), twin, "{method}");
        assert!(decide(&change(&signed, CF, "VRDLGI75B02F205K")).is_err(), "{method}");
        let forged = signed_by_xmlsec1(&bench, method, digest, stranger());
        assert!(decide(&forged).is_err(), "{method}");
    }
}
