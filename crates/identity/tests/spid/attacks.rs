//! The classes of attack on sign-in, one row each, with what stands against it.
//!
//! A row of this crate makes its documents from valid, signed responses whose untouched twins are accepted. A row whose
//! rule needs a memory or a browser names the test that holds it, and this test sees that it exists.

use std::net::TcpListener;
use std::path::Path;

use sportello_identity::provider::{IdentityProvider, ResponseDraft, Signing, refuse};
use sportello_identity::{
    Expected, Outcome, Refusal, SpidAnomaly, VerifiedAssertion, answered_request, decode_response, verify_response,
};

use crate::world::*;
use crate::wrapping;

/// What must come of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// A rule is broken.
    Refused,
    /// The person of the untouched twin: the change means nothing.
    Same,
    /// One of the two.
    Harmless,
}
use Verdict::{Harmless, Refused, Same};

/// A document made by an attacker.
struct Case {
    name: String,
    xml: String,
    verdict: Verdict,
}

fn refused(name: impl Into<String>, xml: impl Into<String>) -> Case {
    Case { name: name.into(), xml: xml.into(), verdict: Refused }
}

fn same(name: impl Into<String>, xml: impl Into<String>) -> Case {
    Case { name: name.into(), xml: xml.into(), verdict: Same }
}

fn harmless(name: impl Into<String>, xml: impl Into<String>) -> Case {
    Case { name: name.into(), xml: xml.into(), verdict: Harmless }
}

/// What stands against a class.
enum Defence {
    /// Documents that are decided on here.
    Documents(fn() -> Vec<Case>),
    /// Documents, and tests of the packages that have the memory.
    Both(fn() -> Vec<Case>, &'static [(&'static str, &'static str)]),
    /// Tests elsewhere: file and name.
    Elsewhere(&'static [(&'static str, &'static str)]),
}
use Defence::{Both, Documents, Elsewhere};

const APP: &str = "crates/app/tests/app/accesso.rs";
const REGISTRY: &str = "crates/identity/tests/spid/registry.rs";
const REGISTRY_APP: &str = "crates/app/tests/app/registro.rs";
const PAGES: &str = "crates/web/tests/pages.rs";
const DOOR: &str = "crates/web/tests/sessioni/attacchi.rs";

/// Numbered as in the design of sign-in.
const CLASSES: [(u8, &str, Defence); 32] = [
    (1, "the signed response wrapped inside an evil one", Documents(|| wrapping_of("1:"))),
    (2, "the signed response beside its signature", Documents(|| wrapping_of("2:"))),
    (3, "an evil assertion beside the signed one", Documents(|| wrapping_of("3:"))),
    (4, "the signed assertion inside an evil one", Documents(|| wrapping_of("4:"))),
    (5, "the signature on an evil assertion, the signed one at the end", Documents(|| wrapping_of("5:"))),
    (6, "the signed assertion inside the signature", Documents(|| wrapping_of("6:"))),
    (7, "the signed assertion in extensions", Documents(|| wrapping_of("7:"))),
    (8, "the signed assertion in an object of the signature", Documents(|| wrapping_of("8:"))),
    (9, "signatures stripped or emptied", Documents(stripped)),
    (10, "only one of the two signed, and more than one assertion", Documents(half_signed)),
    (11, "comments that cut a value", Documents(commented)),
    (12, "a value that is not one run of text", Documents(split_values)),
    (13, "document types and external entities", Documents(doctypes)),
    (
        14,
        "documents that cost too much",
        Both(bombs, &[(DOOR, "an_answer_of_ten_megabytes_is_refused_before_it_is_read")]),
    ),
    (
        15,
        "replay",
        Elsewhere(&[
            (APP, "one_answer_at_two_nodes_at_the_same_instant_opens_one_session"),
            (APP, "a_right_answer_opens_one_session"),
            (DOOR, "an_answer_counts_once_for_its_browser_and_by_its_provider"),
            ("crates/store/tests/aggregate/saml.rs", "an_assertion_is_taken_once_until_it_expires"),
        ]),
    ),
    (
        16,
        "answers that nobody asked for",
        Both(
            unasked,
            &[
                (APP, "an_answer_counts_for_its_browser_ente_provider_and_time"),
                (PAGES, "a_sign_in_answer_that_nobody_asked_for_is_refused"),
            ],
        ),
    ),
    (17, "answers for another ente or address", Documents(for_others)),
    (18, "instants", Documents(instants)),
    (19, "weaker algorithms", Documents(algorithms)),
    (
        20,
        "one provider in the name of another",
        Both(confused, &[(APP, "an_answer_counts_for_its_browser_ente_provider_and_time")]),
    ),
    (21, "keys of the attacker in the message", Documents(key_infos)),
    (22, "identifiers that repeat, references to elsewhere", Documents(references)),
    (23, "documents that two parsers read differently", Documents(differentials)),
    (24, "two things signed, comments in the digest", Documents(signed_infos)),
    (
        25,
        "relay state",
        Elsewhere(&[
            ("crates/app/src/accesso/mod.rs", "a_destination_stays_in_the_house"),
            (PAGES, "destinations_stay_inside"),
            (DOOR, "an_answer_counts_once_for_its_browser_and_by_its_provider"),
        ]),
    ),
    (
        26,
        "an answer of the attacker in another browser",
        Elsewhere(&[
            (APP, "an_answer_counts_for_its_browser_ente_provider_and_time"),
            (DOOR, "an_answer_counts_once_for_its_browser_and_by_its_provider"),
        ]),
    ),
    (
        27,
        "a session fixed before sign-in",
        Elsewhere(&[(APP, "a_right_answer_opens_one_session"), (PAGES, "leaving_ends_the_session")]),
    ),
    (28, "statuses that contradict themselves", Both(statuses, &[(APP, "an_anomaly_ends_its_request")])),
    (
        29,
        "attributes twice, empty, foreign or with markup",
        Both(
            attributes,
            &[
                (APP, "the_young_the_foreign_and_staff_without_a_role_stay_outside"),
                (DOOR, "markup_in_a_name_stays_text"),
            ],
        ),
    ),
    (30, "levels", Documents(levels)),
    (31, "logout", Elsewhere(&[("crates/identity/tests/spid/logout.rs", "a_request_that_breaks_a_rule_ends_nothing")])),
    (
        32,
        "the registry of providers",
        Elsewhere(&[
            (REGISTRY, "a_list_that_the_registry_did_not_sign_is_refused"),
            (REGISTRY, "a_signed_list_with_a_wrong_entry_is_refused_as_a_whole"),
            (REGISTRY, "a_changed_byte_is_refused_or_changes_nothing"),
            (REGISTRY_APP, "a_list_that_was_there_before_does_not_come_back"),
            (REGISTRY_APP, "an_entity_id_of_both_schemes_is_refused"),
            (REGISTRY_APP, "a_refused_list_leaves_the_one_in_use"),
        ]),
    ),
];

/// Every document of the table but those about the keys that a message shows.
pub fn documents() -> Vec<(String, String)> {
    let of_class = |(_, class, defence): &(u8, &str, Defence)| -> Vec<(String, String)> {
        let cases = match defence {
            Documents(make) | Both(make, _) => make(),
            Elsewhere(_) => Vec::new(),
        };
        cases.into_iter().map(|case| (format!("{class}, {}", case.name), case.xml)).collect()
    };
    CLASSES.iter().filter(|(number, ..)| *number != 21).flat_map(of_class).collect()
}

#[test]
fn every_class_of_attack_comes_to_nothing() {
    let twins = [accepted(&good()), accepted(&good_both())];
    assert!(twins.iter().all(|twin| twin.identita.codice_fiscale == CF));
    for (at, (number, class, defence)) in CLASSES.iter().enumerate() {
        assert_eq!(usize::from(*number), at + 1);
        let (cases, tests): (Vec<Case>, &[_]) = match defence {
            Documents(make) => (make(), &[]),
            Both(make, tests) => (make(), tests),
            Elsewhere(tests) => (Vec::new(), tests),
        };
        assert!(!cases.is_empty() || !tests.is_empty(), "{class}");
        for case in &cases {
            check(class, case, &twins[0]);
        }
        for (file, name) in tests {
            assert_exists(file, name);
        }
        println!("{number:>2} {class}: {} documents, {} tests elsewhere", cases.len(), tests.len());
    }
}

fn check(class: &str, case: &Case, twin: &VerifiedAssertion) {
    assert!(case.xml != good() && case.xml != good_both(), "{class}, {}: it is the twin itself", case.name);
    match (case.verdict, decide(&case.xml)) {
        (Refused | Harmless, Err(_)) => {}
        (Same | Harmless, Ok(Outcome::Verified(verified))) => {
            assert_eq!(verified.identita, twin.identita, "{class}, {}", case.name)
        }
        (wanted, got) => panic!("{class}, {}: {wanted:?} was wanted, {got:?} came", case.name),
    }
}

/// A test that a row names stands where the row says.
fn assert_exists(file: &str, name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(file)).unwrap();
    assert!(text.contains(&format!("fn {name}(")), "{file} has no test {name}");
}

fn wrapping_of(number: &str) -> Vec<Case> {
    let all = wrapping::all().into_iter().filter(|(name, _)| name.starts_with(number));
    all.map(|(name, xml)| refused(name, xml)).collect()
}

/// Both variants of the twin, for changes outside what is signed.
fn twins() -> [String; 2] {
    [good(), good_both()]
}

fn stripped() -> Vec<Case> {
    let empty = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    let mut cases = Vec::new();
    for twin in twins() {
        let signature = signature_of(assertion_of(&twin)).to_owned();
        cases.push(refused("the assertion's removed", change(&twin, &signature, "")));
        cases.push(refused("the assertion's empty", change(&twin, &signature, empty)));
        let value = piece(&signature, "<ds:SignatureValue>", "</ds:SignatureValue>");
        cases.push(refused("its value empty", change(&twin, value, "<ds:SignatureValue></ds:SignatureValue>")));
    }
    let both = good_both();
    let outer = signature_of(&both).to_owned();
    // The response's own is optional: without it the document is the other twin.
    assert_eq!(change_first(&both, &outer, ""), good());
    cases.push(refused("the response's empty", change_first(&both, &outer, empty)));
    let value = piece(&outer, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let unsaid = "<ds:SignatureValue></ds:SignatureValue>";
    cases.push(refused("the response's value empty", change_first(&both, value, unsaid)));
    cases.push(refused("all removed", draft().sign(&idp().key, Signing::Nothing).unwrap()));
    cases
}

fn half_signed() -> Vec<Case> {
    let mut cases = vec![refused("the response alone", draft().sign(&idp().key, Signing::Response).unwrap())];
    for twin in twins() {
        let bare = change(assertion_of(&twin), signature_of(assertion_of(&twin)), "");
        let second = change(&bare, "\"_assertion\"", "\"_second\"");
        for place in ["<samlp:Status>", "</samlp:Response>"] {
            cases.push(refused("a second, unsigned", change_first(&twin, place, &format!("{second}{place}"))));
        }
        let encrypted = "<saml:EncryptedAssertion/></samlp:Response>";
        cases.push(refused("an encrypted one beside it", change(&twin, "</samlp:Response>", encrypted)));
    }
    cases
}

fn commented() -> Vec<Case> {
    let audience = format!("<saml:Audience>{ENTITY_ID}");
    let values =
        [("fiscalNumber", CF), ("NameID", "_name<"), ("Audience", &audience), ("Issuer", ">https://idp.example<")];
    let mut cases = Vec::new();
    for (name, value) in values {
        let cut = value.len() / 2;
        let with = format!("{}<!---->{}", &value[..cut], &value[cut..]);
        cases.push(refused(format!("{name}, before signing"), resigned(value, &with)));
        for twin in twins() {
            cases.push(refused(format!("{name}, after signing"), change(&twin, value, &with)));
        }
    }
    for twin in twins() {
        cases.push(refused("more after the value", change(&twin, CF, &format!("{CF}<!-- -->X"))));
    }
    cases
}

fn split_values() -> Vec<Case> {
    let parts = [
        "RSSMRA80A01<?x y?>H501U",
        "<![CDATA[RSSMRA80A01H501U]]>",
        "RSSMRA80A01<![CDATA[H501U]]>",
        "RSSMRA80A01H501U<b/>",
        "<b>RSSMRA80A01H501U</b>",
        "RSSMRA80A01&cf;",
    ];
    let mut cases: Vec<Case> = Vec::new();
    for part in parts {
        // The entity is unknown, so nobody can sign a document with it.
        if !part.contains('&') {
            cases.push(refused(format!("{part}, signed"), resigned(CF, part)));
        }
        cases.extend(twins().map(|twin| refused(part, change(&twin, CF, part))));
    }
    cases.push(same("a character reference, signed", resigned(CF, "&#82;SSMRA80A01H501U")));
    cases
}

fn doctypes() -> Vec<Case> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let types = [
        format!("<!DOCTYPE r SYSTEM \"{url}\">"),
        format!("<!DOCTYPE r PUBLIC \"x\" \"{url}\">"),
        format!("<!DOCTYPE r [<!ENTITY x SYSTEM \"{url}\">]>"),
        format!("<!DOCTYPE r [<!ENTITY % x SYSTEM \"{url}\"> %x;]>"),
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>".to_owned(),
        "<!DOCTYPE r [<!ENTITY x \"y\">]>".to_owned(),
        "<!doctype r>".to_owned(),
    ];
    let mut cases = Vec::new();
    for kind in types {
        for twin in twins() {
            cases.push(refused(kind.clone(), format!("{kind}{twin}")));
            cases.push(refused(kind.clone(), format!("{kind}{}", change(&twin, CF, "&x;"))));
        }
    }
    for case in &cases {
        assert!(decide(&case.xml).is_err() && answered_request(case.xml.as_bytes()).is_none(), "{}", case.name);
    }
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody followed an address in a document");
    cases
}

fn bombs() -> Vec<Case> {
    assert_eq!(decode_response(&"A".repeat(10 * 1024 * 1024)), Err(Refusal::Field));
    let mut laughs = String::from("<!DOCTYPE r [<!ENTITY a0 \"ha\">");
    for at in 1..10 {
        laughs.push_str(&format!("<!ENTITY a{at} \"{}\">", format!("&a{};", at - 1).repeat(10)));
    }
    laughs.push_str("]>");
    let mut cases = Vec::new();
    for twin in twins() {
        cases.push(refused("billion laughs", format!("{laughs}{}", change(&twin, CF, "&a9;"))));
        let deep = format!("<samlp:Status>{}{}", "<x>".repeat(5_000), "</x>".repeat(5_000));
        cases.push(refused("deep", change_first(&twin, "<samlp:Status>", &deep)));
        let many: String = (0..5_000).map(|at| format!(" a{at}=\"\"")).collect();
        cases.push(refused("attributes", change_first(&twin, "<samlp:Status>", &format!("<samlp:Status{many}>"))));
        let wide = format!("<samlp:Status>{}", "<x/>".repeat(100_000));
        cases.push(refused("wide", change_first(&twin, "<samlp:Status>", &wide)));
        cases.push(refused(
            "long",
            change_first(&twin, "<samlp:Status>", &format!("{}<samlp:Status>", " ".repeat(300_000))),
        ));
    }
    cases
}

/// A response that was changed before it was signed by the right key.
fn drafted(name: &str, change: impl Fn(&mut ResponseDraft)) -> Vec<Case> {
    let mut draft = draft();
    change(&mut draft);
    let sign = |signing| refused(name, draft.sign(&idp().key, signing).unwrap());
    vec![sign(Signing::Assertion), sign(Signing::Both)]
}

fn unasked() -> Vec<Case> {
    let asked = format!("InResponseTo=\"{}\"", request().id);
    let mut cases = drafted("another request", |d| d.in_response_to = "_other".into());
    cases.extend(drafted("no request", |d| d.in_response_to = String::new()));
    cases.push(refused("the subject's alone", resigned(&asked, "InResponseTo=\"_other\"")));
    cases.push(refused("the subject's missing", resigned(&asked, "")));
    cases.push(refused("the response's alone", change_first(&good(), &asked, "InResponseTo=\"_other\"")));
    cases.push(refused("the response's missing", change_first(&good(), &asked, "")));
    cases
}

fn for_others() -> Vec<Case> {
    let mut cases = Vec::new();
    let addresses = [
        "https://altrove.example/spid/acs",
        "http://calvenzano.example/spid/acs",
        "https://calvenzano.example/spid/acs/",
        "https://calvenzano.example/spid/ACS",
        "https://calvenzano.example:443/spid/acs",
        "",
    ];
    for other in addresses {
        cases.extend(drafted(&format!("destination {other}"), |d| d.destination = other.into()));
        cases.extend(drafted(&format!("recipient {other}"), |d| d.recipient = other.into()));
    }
    for other in ["https://altrove.example/spid/metadata", "https://CALVENZANO.example/spid/metadata", ""] {
        cases.extend(drafted(&format!("audience {other}"), |d| d.audience = other.into()));
    }
    let end = "</saml:AudienceRestriction>";
    let restriction =
        "<saml:AudienceRestriction><saml:Audience>https://altrove.example</saml:Audience></saml:AudienceRestriction>";
    cases.push(refused("a second restriction", resigned(end, &format!("{end}{restriction}"))));
    let audience = format!("<saml:Audience>{ENTITY_ID}</saml:Audience>");
    let two = format!("{audience}<saml:Audience>https://altrove.example</saml:Audience>");
    cases.push(refused("a second audience", resigned(&audience, &two)));
    cases
}

fn instants() -> Vec<Case> {
    let mut cases = Vec::new();
    let texts = [
        "2026-11-25T07:59:29Z",
        "2026-11-25T08:01:31Z",
        "9999-12-31T23:59:59Z",
        "2026-12-31T23:59:60Z",
        "2026-11-25T10:00:30+02:00",
        "2026-11-25T08:00:30",
        "2026-11-25T08:00:30z",
        "2026-11-25 08:00:30Z",
        "",
    ];
    for text in texts {
        cases.extend(drafted(&format!("issued {text:?}"), |d| d.instant = text.into()));
    }
    for text in ["2026-11-25T08:00:29Z", "2026-11-25T08:05:30", "2026-11-25T10:05:30+02:00", "2026-11-25T08:05:60Z", ""]
    {
        cases.extend(drafted(&format!("until {text:?}"), |d| d.not_on_or_after = text.into()));
    }
    let before = "NotBefore=\"2026-11-25T08:00:30Z\"";
    for text in ["2026-11-25T08:01:31Z", "9999-01-01T00:00:00Z", "2026-11-25T08:00:30+00:00"] {
        cases.push(refused(format!("not before {text}"), resigned(before, &format!("NotBefore=\"{text}\""))));
    }
    cases
}

fn algorithms() -> Vec<Case> {
    let (rsa, sha) = ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256");
    let exclusive = "Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"";
    let (transform, method) = (format!("Transform {exclusive}"), format!("CanonicalizationMethod {exclusive}"));
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let changes = [
        (rsa, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
        (rsa, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        (rsa, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        (rsa, "http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
        (rsa, ""),
        (sha, "http://www.w3.org/2000/09/xmldsig#sha1"),
        (sha, "http://www.w3.org/2001/04/xmldsig-more#md5"),
        (transform.as_str(), "Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\""),
        (transform.as_str(), "Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\""),
        (transform.as_str(), "Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\""),
        (method.as_str(), "CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\""),
        (method.as_str(), "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\""),
        (enveloped, "http://www.w3.org/2000/09/xmldsig#base64"),
        (enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        (enveloped, "http://www.w3.org/2002/06/xmldsig-filter2"),
        ("#rsa-sha256\"/>", "#rsa-sha256\"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>"),
    ];
    let mut cases = Vec::new();
    for (from, to) in changes {
        cases.extend(twins().map(|twin| refused(to, change(&twin, from, to))));
    }
    let first = format!("<ds:Transform Algorithm=\"{enveloped}\"/>");
    let second = format!("<ds:{transform}/>");
    for wrong in
        ["".to_owned(), first.clone(), second.clone(), format!("{second}{first}"), format!("{first}{second}{second}")]
    {
        let list = format!("<ds:Transforms>{first}{second}</ds:Transforms>");
        cases.push(refused(&wrong, change(&good(), &list, &format!("<ds:Transforms>{wrong}</ds:Transforms>"))));
    }
    cases
}

fn confused() -> Vec<Case> {
    let other = IdentityProvider {
        entity_id: "https://other.example".into(),
        name: "Un altro".into(),
        sso_url: "https://other.example/sso".into(),
        key: make_key("https://other.example"),
    };
    let mut cases = drafted("issuer of both", |d| d.issuer = other.entity_id.clone());
    for signing in [Signing::Assertion, Signing::Both] {
        let mut own = draft();
        own.issuer.clone_from(&other.entity_id);
        cases.push(refused("another provider as itself", own.sign(&other.key, signing).unwrap()));
        cases.push(refused("another provider in the name of ours", draft().sign(&other.key, signing).unwrap()));
        // What it signs is right where it was asked.
        let asked = other.pinned();
        let xml = own.sign(&other.key, signing).unwrap();
        assert!(verify_response(&Expected { provider: &asked, ..expected() }, xml.as_bytes()).is_ok());
    }
    let (ours, theirs) = ("https://idp.example</saml:Issuer>", "https://other.example</saml:Issuer>");
    cases.push(refused("issuer of the assertion alone", resigned(ours, theirs)));
    cases.push(refused("issuer of the response alone", change_first(&good(), ours, theirs)));
    cases
}

fn key_infos() -> Vec<Case> {
    let (own, evil) = (idp().key.certificate().to_base64(), stranger().certificate().to_base64());
    let mut cases = Vec::new();
    for signing in [Signing::Assertion, Signing::Both] {
        let forged = draft().sign(stranger(), signing).unwrap();
        cases.push(refused("signed and shown by a stranger", forged.clone()));
        cases.push(refused("signed by a stranger, ours shown", change(&forged, &evil, &own)));
        let info = piece(&forged, "<ds:KeyInfo", "</ds:KeyInfo>").to_owned();
        let data = piece(&info, "<ds:X509Data>", "</ds:X509Data>").to_owned();
        let ours = change(&data, &evil, &own);
        cases.push(refused("a chain of ours and theirs", change(&forged, &data, &format!("{ours}{data}"))));
    }
    let good = good();
    let info = piece(&good, "<ds:KeyInfo", "</ds:KeyInfo>").to_owned();
    let wrap = |content: &str| format!("<ds:KeyInfo>{content}</ds:KeyInfo>");
    for content in [
        "<ds:RetrievalMethod URI=\"http://127.0.0.1:1/\"/>",
        "<ds:KeyName>altra</ds:KeyName>",
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>Aw==</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
    ] {
        cases.push(same(content, change(&good, &info, &wrap(content))));
    }
    cases.push(same("a stranger's shown, signed by ours", change(&good, &own, &evil)));
    cases
}

fn references() -> Vec<Case> {
    let mut cases = Vec::new();
    for uri in [
        "",
        "#",
        "#_response",
        "#_other",
        "#xpointer(id('_assertion'))",
        "#xpointer(/)",
        "_assertion",
        "http://127.0.0.1:1/",
    ] {
        let with = format!("URI=\"{uri}\"");
        cases.extend(twins().map(|twin| refused(uri, change(&twin, "URI=\"#_assertion\"", &with))));
    }
    for twin in twins() {
        cases.push(refused("no address", change(&twin, " URI=\"#_assertion\"", "")));
        let reference = piece(assertion_of(&twin), "<ds:Reference", "</ds:Reference>").to_owned();
        cases.push(refused("two references", change(&twin, &reference, &reference.repeat(2))));
        cases.push(refused("no reference", change(&twin, &reference, "")));
        for name in ["ID", "Id", "id", "xml:id", "AssertionID"] {
            let with = format!("<samlp:Status {name}=\"_assertion\">");
            cases.push(refused(format!("{name} again"), change_first(&twin, "<samlp:Status>", &with)));
        }
    }
    cases.push(refused("one identifier for both", change(&good(), "\"_response\"", "\"_assertion\"")));
    cases.push(refused("no identifier", change(&good(), " ID=\"_assertion\"", "")));
    cases.push(refused("an empty identifier", change(&good(), " ID=\"_assertion\"", " ID=\"\"")));
    cases
}

fn differentials() -> Vec<Case> {
    let mut cases = Vec::new();
    for twin in twins() {
        let root =
            |attributes: &str| change_first(&twin, "<samlp:Response ", &format!("<samlp:Response {attributes} "));
        for attributes in [
            "xmlns:xml=\"urn:evil\"",
            "xmlns:xmlns=\"urn:evil\"",
            "xmlns:a=\"http://www.w3.org/2000/xmlns/\"",
            "xmlns:a=\"urn:a\" xmlns:a=\"urn:b\"",
            "xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:x=\"1\" b:x=\"2\"",
            "Version=\"2.0\"",
            "a:x=\"1\"",
        ] {
            cases.push(harmless(attributes, root(attributes)));
        }
        cases.push(harmless("a byte order mark after the first", format!("\u{feff}\u{feff}{twin}")));
        cases.push(refused("UTF-16 that is UTF-8", format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{twin}")));
        cases.push(harmless("XML 1.1", format!("<?xml version=\"1.1\"?>{twin}")));
        cases.push(refused("two documents", format!("{twin}{twin}")));
        cases.push(refused("no namespaces", twin.replace("saml:", "").replace("samlp:", "").replace("ds:", "")));
        cases.push(refused(
            "the assertion of another namespace",
            change(&twin, "SAML:2.0:assertion\"", "SAML:1.0:assertion\""),
        ));
        let value = piece(assertion_of(&twin), "<ds:SignatureValue>", "</ds:SignatureValue>").to_owned();
        cases.push(refused("junk in base64", change(&twin, &value, &value.replacen('>', ">*", 1))));
        cases.push(refused(
            "line ends in an address",
            change_first(&twin, &format!("Destination=\"{ACS}"), &format!("Destination=\"{ACS}&#13;&#10;")),
        ));
    }
    cases
}

fn signed_infos() -> Vec<Case> {
    let mut cases = Vec::new();
    for twin in twins() {
        let assertion = assertion_of(&twin);
        let info = piece(assertion, "<ds:SignedInfo>", "</ds:SignedInfo>").to_owned();
        let digest = piece(&info, "<ds:DigestValue>", "</ds:DigestValue>").to_owned();
        let comment = change(&digest, "<ds:DigestValue>", "<ds:DigestValue><!--AAAA-->");
        cases.push(refused("two signed infos", change(&twin, &info, &info.repeat(2))));
        cases.push(refused("a comment in the digest", change(&twin, &digest, &comment)));
        cases.push(refused("two digests", change(&twin, &digest, &digest.repeat(2))));
        let inside = change(&digest, "</ds:DigestValue>", "<ds:DigestValue/></ds:DigestValue>");
        cases.push(refused("a digest inside the digest", change(&twin, &digest, &inside)));
        let signature = signature_of(assertion).to_owned();
        cases.push(refused("two signatures", change_first(&twin, &signature, &signature.repeat(2))));
    }
    cases
}

fn statuses() -> Vec<Case> {
    let good = good();
    let second = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/>";
    let mut cases = vec![
        refused("failure and an assertion", change(&good, "status:Success", "status:Responder")),
        refused(
            "success and a second status",
            change(&good, "status:Success\"/>", &format!("status:Success\">{second}</samlp:StatusCode>")),
        ),
        refused("success without an assertion", change(&good, assertion_of(&good), "")),
    ];
    for status in ["", "status:Successo", "status:SUCCESS"] {
        cases.push(refused(format!("unknown {status:?}"), change(&good, "status:Success", status)));
    }
    let refusal = refuse(idp(), &received(), SpidAnomaly::Cancelled, "_response", at("2026-11-25T08:00:30Z"));
    assert!(matches!(decide(&refusal), Ok(Outcome::Refused(_))), "the untouched twin of a refusal");
    let smuggled = format!("</samlp:Status>{}", assertion_of(&good));
    cases.push(refused("an assertion in a refusal", change(&refusal, "</samlp:Status>", &smuggled)));
    cases.push(refused("a refusal of another request", change(&refusal, &request().id, "_other")));
    cases.push(refused(
        "a refusal of another provider",
        change(&refusal, ">https://idp.example<", ">https://other.example<"),
    ));
    cases
}

fn attributes() -> Vec<Case> {
    let set = |name: &'static str, value: &'static str| {
        drafted(&format!("{name} {value}"), move |d| {
            let attribute = d.attributes.iter_mut().find(|(known, _)| known == name).unwrap();
            attribute.1 = value.into();
        })
    };
    let mut cases =
        drafted("two fiscal numbers", |d| d.attributes.push(("fiscalNumber".into(), format!("TINIT-{CF}"))));
    for value in [
        "TINIT-rssmra80a01h501u",
        "RSSMRA80A01H501U",
        "TINES-RSSMRA80A01H501U",
        "TINIT-RSSMRA80A01H501X",
        "TINIT-",
        " ",
    ] {
        cases.extend(set("fiscalNumber", value));
    }
    let good = good();
    let value = piece(&good, "<saml:AttributeValue", "</saml:AttributeValue>").to_owned();
    cases.push(refused("two values", resigned(&value, &value.repeat(2))));
    cases.push(refused("no value", resigned(&value, "")));
    cases.push(refused("markup in a name", resigned("Maria", "<script>alert(1)</script>")));
    for at in 0..draft().attributes.len() {
        cases.extend(drafted(&format!("attribute {at} missing"), |d| {
            d.attributes.remove(at);
        }));
    }
    // Text that looks like markup stays text: pages escape it.
    let escaped = resigned("Maria", "&lt;script&gt;");
    assert_eq!(accepted(&escaped).identita.nome, "<script>");
    cases
}

fn levels() -> Vec<Case> {
    let mut cases = Vec::new();
    for class in [
        "https://www.spid.gov.it/SpidL1",
        "https://www.spid.gov.it/SpidL4",
        "https://www.spid.gov.it/spidl2",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL2",
        "",
    ] {
        cases.extend(drafted(class, |d| d.level_class = class.into()));
    }
    let good = good();
    let statement = piece(&good, "<saml:AuthnStatement", "</saml:AuthnStatement>").to_owned();
    cases.push(refused("two statements", resigned(&statement, &statement.repeat(2))));
    cases.push(refused("no statement", resigned(&statement, "")));
    cases
}
