//! Responses written and signed by pysaml2, which providers are made of too: other prefixes, other order, other spaces.

use std::path::PathBuf;
use std::process::Command;

use sportello_identity::ServiceKey;
use sportello_identity::provider::Signing;

use crate::world::*;
use crate::xmlsec::Bench;

const SCRIPT: &str = include_str!("pysaml2.py");

/// The Python that has pysaml2: `cargo xtask spid` installs one and names it.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SPORTELLO_PYSAML2").map(PathBuf::from);
    if python.is_none() {
        println!("skipped: SPORTELLO_PYSAML2 names no Python with pysaml2");
    }
    python
}

/// The response of the twin, its assertion signed by pysaml2 with a key.
fn signed_by_pysaml2(python: &PathBuf, key: &ServiceKey) -> String {
    let bench = Bench::new();
    let unsigned = draft().sign(&idp().key, Signing::Nothing).unwrap();
    let message = bench.file("message.xml", unsigned.as_bytes());
    let certificate = bench.file("certificate.pem", key.certificate().to_pem().as_bytes());
    let private = bench.private_key(key.pkcs8_der());
    let mut command = Command::new(python);
    let out = command.args(["-W", "ignore", "-c", SCRIPT]).args([message, private, certificate]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_response_signed_by_pysaml2_is_accepted_and_no_forgery_of_it() {
    let Some(python) = python() else { return };
    let signed = signed_by_pysaml2(&python, &idp().key);
    assert!(!signed.contains("<saml:Assertion"), "pysaml2 has written it anew");
    assert_eq!(accepted(&signed), accepted(&good()));
    for (what, evil) in [
        ("another person", change(&signed, CF, "VRDLGI75B02F205K")),
        ("another level", change(&signed, "SpidL2", "SpidL3")),
        ("another service", change(&signed, ACS, "https://altrove.example/spid/acs")),
        ("a key of nobody", signed_by_pysaml2(&python, stranger())),
    ] {
        assert!(decide(&evil).is_err(), "{what}");
    }
}
