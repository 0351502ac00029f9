//! What stands around the assertion: status, issuer, order, things that have no place.

use sportello_identity::provider::refuse;
use sportello_identity::{Outcome, Refusal, SpidAnomaly};
use sportello_xml::XmlError;

use crate::world::*;

#[test]
fn a_status_of_failure_and_an_assertion_exclude_each_other() {
    let good = good();
    accepted(&good);
    let failed = change_first(&good, "status:Success", "status:Responder");
    assert_eq!(decide(&failed), Err(Refusal::AssertionWithFailure));
    let refusal = refuse(idp(), &received(), SpidAnomaly::Cancelled, "_response", at("2026-11-25T08:00:30Z"));
    assert!(matches!(decide(&refusal), Ok(Outcome::Refused(_))));
    let smuggled = change_first(&refusal, "</samlp:Status>", &format!("</samlp:Status>{}", assertion_of(&good)));
    assert_eq!(decide(&smuggled), Err(Refusal::AssertionWithFailure));
    let encrypted = change_first(&refusal, "</samlp:Status>", "</samlp:Status><saml:EncryptedAssertion/>");
    assert_eq!(decide(&encrypted), Err(Refusal::EncryptedAssertion));
    let nothing = good.replace(assertion_of(&good), "");
    assert_eq!(decide(&nothing), Err(Refusal::NoAssertion));
}

#[test]
fn only_known_statuses_are_read() {
    let good = good();
    for status in ["status:Successo", "status:success", ""] {
        let xml = change_first(&good, "status:Success", status);
        assert_eq!(decide(&xml), Err(Refusal::Status), "{status}");
    }
    let second = change_first(
        &good,
        "status:Success\"/>",
        "status:Success\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/></samlp:StatusCode>",
    );
    assert_eq!(decide(&second), Err(Refusal::Status));
}

#[test]
fn a_second_assertion_is_refused_wherever_it_stands() {
    let good = good();
    let unsigned = assertion_of(&good).replace(signature_of(&good), "").replace("\"_assertion\"", "\"_second\"");
    for place in ["</samlp:Response>", "<samlp:Status>", "</samlp:Status>"] {
        let xml = match place {
            "</samlp:Response>" => change_first(&good, place, &format!("{unsigned}{place}")),
            "<samlp:Status>" => change_first(&good, place, &format!("{unsigned}{place}")),
            _ => change_first(&good, place, &format!("{place}{unsigned}")),
        };
        assert_eq!(decide(&xml), Err(Refusal::SeveralAssertions), "{place}");
    }
    let encrypted = change_first(&good, "</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
    assert_eq!(decide(&encrypted), Err(Refusal::EncryptedAssertion));
}

#[test]
fn what_no_message_needs_is_refused_before_it_is_understood() {
    let good = good();
    let doctype = format!("<!DOCTYPE r [<!ENTITY x SYSTEM \"http://127.0.0.1:1/\">]>{good}");
    assert_eq!(decide(&doctype), Err(Refusal::Xml(XmlError::Doctype)));
    let instruction = format!("<?x y?>{good}");
    assert_eq!(decide(&instruction), Err(Refusal::Xml(XmlError::ProcessingInstruction)));
    let comment = format!("{good}<!-- -->");
    assert_eq!(decide(&comment), Err(Refusal::Xml(XmlError::Comment)));
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{good}\n");
    accepted(&declared);
    let latin = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{good}");
    assert_eq!(decide(&latin), Err(Refusal::Xml(XmlError::Encoding)));
    let long = format!("{good}{}", " ".repeat(300_000));
    assert!(matches!(decide(&long), Err(Refusal::Xml(XmlError::TooLarge { .. }))));
    // Without namespaces, as the public battery sends its wrapped documents.
    let bare = good.replace("saml:", "").replace("samlp:", "").replace("ds:", "");
    assert!(decide(&bare).is_err());
    let extension = change_first(&good, "<samlp:Status>", "<samlp:Extensions/><samlp:Status>");
    assert!(decide(&extension).is_err());
}

#[test]
fn the_issuer_of_the_response_may_leave_its_format_out() {
    let good = good();
    let issuer = piece(&good, "<saml:Issuer", ">");
    accepted(&change_first(&good, issuer, "<saml:Issuer>"));
    let other =
        change_first(&good, issuer, "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\">");
    assert_eq!(decide(&other), Err(Refusal::IssuerFormat));
    let stranger = change_first(&good, "https://idp.example</saml:Issuer>", "https://stranger.example</saml:Issuer>");
    assert_eq!(decide(&stranger), Err(Refusal::Issuer));
    for version in ["1.1", "2.00", ""] {
        let xml = change_first(&good, "Version=\"2.0\"", &format!("Version=\"{version}\""));
        assert_eq!(decide(&xml), Err(Refusal::Version), "{version}");
    }
}
