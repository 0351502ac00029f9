//! Signatures that are missing, of somebody else, of something else, or of another kind.

use sportello_identity::provider::Signing;
use sportello_identity::{Refusal, SignatureError};

use crate::world::*;

fn refused(xml: &str) -> SignatureError {
    match decide(xml) {
        Err(Refusal::Signature(error)) => error,
        other => panic!("not refused for its signature: {other:?}"),
    }
}

#[test]
fn the_assertion_must_be_signed() {
    accepted(&good());
    let draft = draft();
    assert_eq!(refused(&draft.sign(&idp().key, Signing::Nothing).unwrap()), SignatureError::Missing);
    assert_eq!(refused(&draft.sign(&idp().key, Signing::Response).unwrap()), SignatureError::Missing);
    let good = good();
    let signature = signature_of(&good);
    assert_eq!(refused(&change(&good, signature, "")), SignatureError::Missing);
    let empty = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    assert!(matches!(refused(&change(&good, signature, empty)), SignatureError::Form(_)));
    let value = piece(&good, "<ds:SignatureValue>", "</ds:SignatureValue>");
    assert_eq!(refused(&change(&good, value, "<ds:SignatureValue/>")), SignatureError::Missing);
}

#[test]
fn the_key_must_be_the_providers() {
    for signing in [Signing::Assertion, Signing::Both] {
        let forged = draft().sign(stranger(), signing).unwrap();
        assert_eq!(refused(&forged), SignatureError::Invalid);
        // With the provider's certificate shown in front.
        let shown = change(&forged, &stranger().certificate().to_base64(), &idp().key.certificate().to_base64());
        assert_eq!(refused(&shown), SignatureError::Invalid);
    }
}

#[test]
fn key_info_is_not_looked_at() {
    let good = good();
    let swapped = change(&good, &idp().key.certificate().to_base64(), &stranger().certificate().to_base64());
    assert_eq!(accepted(&swapped).identita, accepted(&good).identita);
    let info = piece(&good, "<ds:KeyInfo", "</ds:KeyInfo>");
    accepted(&change(&good, info, ""));
    let retrieval = "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:1/\"/></ds:KeyInfo>";
    accepted(&change(&good, info, retrieval));
}

#[test]
fn every_value_is_covered() {
    let good = good();
    for (from, to) in [
        (CF, "VRDLGI75B02F205K"),
        ("Maria", "Marta"),
        ("1980-01-01", "1981-01-01"),
        ("SpidL2", "SpidL3"),
        ("H501", "F205"),
    ] {
        assert_eq!(refused(&change(&good, from, to)), SignatureError::Invalid, "{from}");
    }
    let both = good_both();
    let outside = change_first(&both, "status:Success\"/>", "status:Success\" />");
    assert_eq!(accepted(&outside).identita, accepted(&both).identita);
    let status = change_first(&both, "<samlp:Status>", "<samlp:Status x=\"\">");
    assert_eq!(refused(&status), SignatureError::Invalid);
}

#[test]
fn a_signature_on_the_response_must_hold_too() {
    let both = good_both();
    accepted(&both);
    let value = piece(&both, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let other = piece(assertion_of(&both), "<ds:SignatureValue>", "</ds:SignatureValue>");
    assert_eq!(refused(&change_first(&both, value, other)), SignatureError::Invalid);
}

#[test]
fn only_listed_algorithms_are_tried() {
    let good = good();
    let cases = [
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2007/05/xmldsig-more#rsa-pss"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5"),
        (
            "Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
        ),
        (
            "Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"",
        ),
        (
            "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "CanonicalizationMethod Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"",
        ),
        ("xmldsig#enveloped-signature", "xmldsig#base64"),
        ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
    ];
    for (from, to) in cases {
        assert_eq!(refused(&change(&good, from, to)), SignatureError::Algorithm, "{to}");
    }
    let hmac = change(
        &good,
        "#rsa-sha256\"/>",
        "#rsa-sha256\"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
    );
    assert_eq!(refused(&hmac), SignatureError::Algorithm);
    let method = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"";
    let parameter = format!("{method}><ds:Parameter/></ds:CanonicalizationMethod>");
    let canonicalization = change(&good, &format!("{method}/>"), &parameter);
    assert_eq!(refused(&canonicalization), SignatureError::Algorithm);
}

#[test]
fn transforms_are_two_in_their_order() {
    let good = good();
    let transforms = piece(&good, "<ds:Transforms>", "</ds:Transforms>");
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    for wrong in [
        String::new(),
        enveloped.to_owned(),
        exclusive.to_owned(),
        format!("{exclusive}{enveloped}"),
        format!("{enveloped}{exclusive}{exclusive}"),
    ] {
        let xml = change(&good, transforms, &format!("<ds:Transforms>{wrong}</ds:Transforms>"));
        assert!(matches!(refused(&xml), SignatureError::Algorithm | SignatureError::Form(_)), "{wrong}");
    }
}

/// What the canonical form of a prefix list costs is elements times prefixes, before any key is looked at.
#[test]
fn a_prefix_list_is_short() {
    let good = good();
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let with = |prefixes: usize| {
        let list: String = (0..prefixes).map(|n| format!("p{n} ")).collect();
        let namespace = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let inclusive = format!("<e:InclusiveNamespaces xmlns:e=\"{namespace}\" PrefixList=\"{list}\"/>");
        let transform = format!("<ds:Transform Algorithm=\"{namespace}\">{inclusive}</ds:Transform>");
        refused(&change_first(&good, exclusive, &transform))
    };
    // Another list makes another digest of `SignedInfo`.
    assert!(matches!(with(32), SignatureError::Invalid), "as many as allowed are looked at");
    assert!(matches!(with(33), SignatureError::Algorithm));
}

#[test]
fn the_reference_is_to_the_element_that_carries_it() {
    let good = good();
    for uri in [
        "",
        "#_response",
        "#_other",
        "#xpointer(id('_assertion'))",
        "#xpointer(/)",
        "_assertion",
        "cid:x",
        "/etc/hostname",
        "file:///etc/hostname",
        "http://127.0.0.1:1/",
    ] {
        let xml = change(&good, "URI=\"#_assertion\"", &format!("URI=\"{uri}\""));
        assert_eq!(refused(&xml), SignatureError::Reference, "{uri}");
    }
    let none = change(&good, " URI=\"#_assertion\"", "");
    assert_eq!(refused(&none), SignatureError::Reference);
    let reference = piece(&good, "<ds:Reference", "</ds:Reference>");
    let twice = change(&good, reference, &format!("{reference}{reference}"));
    assert!(matches!(refused(&twice), SignatureError::Form(_)));
    let without = change(&good, reference, "");
    assert!(matches!(refused(&without), SignatureError::Form(_)));
}

#[test]
fn there_is_one_signature_in_its_place() {
    let good = good();
    let signature = signature_of(&good);
    let twice = change_first(&good, signature, &format!("{signature}{signature}"));
    assert_eq!(refused(&twice), SignatureError::Several);
    let hidden = change_first(&good, "<saml:Subject>", &format!("<saml:Subject>{signature}"));
    assert_eq!(refused(&hidden), SignatureError::Several);
    let object = change(&good, "</ds:Signature>", "<ds:Object/></ds:Signature>");
    assert!(matches!(refused(&object), SignatureError::Form(_)));
    let info = piece(&good, "<ds:SignedInfo>", "</ds:SignedInfo>");
    let two = change(&good, info, &format!("{info}{info}"));
    assert!(matches!(refused(&two), SignatureError::Form(_)));
    let comment = change_first(&good, "<ds:DigestValue>", "<ds:DigestValue><!-- -->");
    assert!(decide(&comment).is_err());
}

#[test]
fn no_identifier_stands_twice() {
    let good = good();
    for name in ["ID", "Id", "id", "AssertionID"] {
        let xml = change_first(&good, "<samlp:Status>", &format!("<samlp:Status {name}=\"_assertion\">"));
        assert_eq!(refused(&xml), SignatureError::Unreadable, "{name}");
    }
    let same = change(&good, "\"_response\"", "\"_assertion\"");
    assert_eq!(refused(&same), SignatureError::Unreadable);
}
