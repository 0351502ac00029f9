//! Signature wrapping, 1 to 8 ("On Breaking SAML", USENIX Security 2012; numbered as SAML Raider does), with
//! every namespace kept: the signed piece stands somewhere, and something else stands where it should be.

use crate::world::*;

/// The pieces that wrappings are made of.
struct Pieces {
    response: String,
    assertion: String,
    signature: String,
    /// The assertion without its signature.
    bare: String,
    /// The bare assertion for another person, with an identifier of its own.
    evil: String,
}

fn pieces(response: &str) -> Pieces {
    let assertion = assertion_of(response).to_owned();
    let signature = signature_of(&assertion).to_owned();
    let bare = change(&assertion, &signature, "");
    let evil = change(&change(&bare, "\"_assertion\"", "\"_evil\""), CF, "VRDLGI75B02F205K");
    Pieces { response: response.to_owned(), assertion, signature, bare, evil }
}

/// The evil assertion with the original's signature in its place.
fn evil_signed(p: &Pieces, signature: &str) -> String {
    change_first(&p.evil, "</saml:Issuer>", &format!("</saml:Issuer>{signature}"))
}

fn inside_signature(signature: &str, content: &str) -> String {
    change_first(signature, "</ds:Signature>", &format!("{content}</ds:Signature>"))
}

fn wrapped(p: &Pieces) -> Vec<(&'static str, String)> {
    let with = |assertion: &str| change(&p.response, &p.assertion, assertion);
    vec![
        ("3: evil before signed", with(&format!("{}{}", p.evil, p.assertion))),
        ("3: evil after signed", with(&format!("{}{}", p.assertion, p.evil))),
        (
            "4: signed inside evil",
            with(&change_first(&p.evil, "</saml:Assertion>", &format!("{}</saml:Assertion>", p.assertion))),
        ),
        ("5: evil signed, bare at the end", with(&format!("{}{}", evil_signed(p, &p.signature), p.bare))),
        ("6: evil signed, bare inside the signature", with(&evil_signed(p, &inside_signature(&p.signature, &p.bare)))),
    ]
}

/// The same with other elements of the response as the hiding place.
fn hidden(p: &Pieces) -> Vec<(&'static str, String)> {
    let with = |assertion: &str| change(&p.response, &p.assertion, assertion);
    let object = |content: &str| format!("<ds:Object>{content}</ds:Object>");
    let whole = inside_signature(&p.signature, &object(&p.bare));
    vec![
        (
            "7: signed in extensions",
            change_first(
                &with(&p.evil),
                "<samlp:Status>",
                &format!("<samlp:Extensions>{}</samlp:Extensions><samlp:Status>", p.assertion),
            ),
        ),
        (
            "7: evil in extensions",
            change_first(
                &p.response,
                "<samlp:Status>",
                &format!("<samlp:Extensions>{}</samlp:Extensions><samlp:Status>", p.evil),
            ),
        ),
        ("8: bare in an object", with(&evil_signed(p, &whole))),
        (
            "8: evil in an object",
            with(&change_first(&p.assertion, &p.signature, &inside_signature(&p.signature, &object(&p.evil)))),
        ),
        (
            "evil with the identifier of the signed one",
            with(&format!("{}{}", change(&p.evil, "_evil", "_assertion"), p.assertion)),
        ),
        (
            "signed in the status",
            change_first(
                &with(&p.evil),
                "</samlp:Status>",
                &format!("<samlp:StatusDetail>{}</samlp:StatusDetail></samlp:Status>", p.assertion),
            ),
        ),
        (
            "evil signed, bare in the advice of another",
            with(&change_first(
                &evil_signed(p, &p.signature),
                "<saml:AuthnStatement",
                &format!("<saml:Advice>{}</saml:Advice><saml:AuthnStatement", p.bare),
            )),
        ),
    ]
}

/// Wrappings of the whole response, which needs its own signature.
fn wrapped_whole(both: &str) -> Vec<(&'static str, String)> {
    let signature = signature_of(both);
    let original = change_first(both, signature, "");
    let p = pieces(both);
    let evil = change(&change(&original, &p.assertion, &p.evil), "\"_response\"", "\"_evil_response\"");
    let place = |content: &str| change_first(&evil, "</saml:Issuer>", &format!("</saml:Issuer>{content}"));
    vec![
        ("1: original inside the signature", place(&inside_signature(signature, &original))),
        (
            "1: original in an object",
            place(&inside_signature(signature, &format!("<ds:Object>{original}</ds:Object>"))),
        ),
        ("2: original before the signature", place(&format!("{original}{signature}"))),
        ("2: original after the signature", place(&format!("{signature}{original}"))),
        (
            "1: signed original inside evil",
            change_first(&evil, "</samlp:Response>", &format!("{both}</samlp:Response>")),
        ),
    ]
}

/// Every wrapping of both variants of the twin, by the number of its class.
pub fn all() -> Vec<(&'static str, String)> {
    let of_twin = |twin: String| wrapped(&pieces(&twin)).into_iter().chain(hidden(&pieces(&twin))).collect::<Vec<_>>();
    [good(), good_both()].into_iter().flat_map(of_twin).chain(wrapped_whole(&good_both())).collect()
}

#[test]
fn wrapped_responses_are_refused_and_their_twin_is_accepted() {
    for twin in [good(), good_both()] {
        assert_eq!(accepted(&twin).identita.codice_fiscale, CF);
        for (name, xml) in wrapped(&pieces(&twin)).into_iter().chain(hidden(&pieces(&twin))) {
            assert_ne!(xml, twin, "{name}");
            assert!(decide(&xml).is_err(), "{name}");
        }
    }
    for (name, xml) in wrapped_whole(&good_both()) {
        assert!(decide(&xml).is_err(), "{name}");
    }
}
