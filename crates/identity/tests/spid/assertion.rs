//! Rules of the assertion alone, on assertions that are signed by the right key: the envelope around is right.

use sportello_identity::Refusal;
use sportello_xml::XmlError;

use crate::world::*;

fn check(from: &str, to: &str, refusal: Refusal) {
    assert_eq!(decide(&resigned(from, to)), Err(refusal), "{from} -> {to}");
}

#[test]
fn a_change_that_means_nothing_is_accepted() {
    let twin = accepted(&good());
    assert_eq!(accepted(&resigned("<saml:Subject>", " <saml:Subject>")), twin);
    let good = good();
    let statement = piece(&good, "<saml:AuthnStatement", "</saml:AuthnStatement>");
    let attributes = piece(&good, "<saml:AttributeStatement", "</saml:AttributeStatement>");
    let swapped = resigned(&format!("{statement}{attributes}"), &format!("{attributes}{statement}"));
    assert_eq!(accepted(&swapped), twin);
    accepted(&resigned("</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:OneTimeUse/>"));
}

#[test]
fn the_issuer_of_the_assertion_is_the_provider_too() {
    check("https://idp.example</saml:Issuer>", "https://stranger.example</saml:Issuer>", Refusal::Issuer);
    let format = " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"";
    check(format, "", Refusal::IssuerFormat);
    check(format, " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\"", Refusal::IssuerFormat);
    check("Version=\"2.0\"", "Version=\"1.1\"", Refusal::Version);
}

#[test]
fn every_instant_of_the_assertion_counts() {
    let (issued, end) = ("2026-11-25T08:00:30Z", "2026-11-25T08:05:30Z");
    for (name, value, refusal) in [
        ("IssueInstant", "2099-01-01T00:00:00Z", Refusal::IssueInstant),
        ("IssueInstant", "2018-01-01T00:00:00Z", Refusal::IssueInstant),
        ("IssueInstant", "ieri", Refusal::Instant),
        ("NotBefore", "2026-11-25T08:01:31Z", Refusal::NotYetValid),
        ("NotBefore", "", Refusal::Instant),
        ("AuthnInstant", "2026-11-25", Refusal::Instant),
    ] {
        check(&format!("{name}=\"{issued}\""), &format!("{name}=\"{value}\""), refusal);
    }
    // The confirmation comes first, then the conditions: each has an end of its own.
    let conditions = format!("NotBefore=\"{issued}\" NotOnOrAfter=\"");
    for past in ["2026-11-25T08:00:30Z", "2018-01-01T00:00:00Z"] {
        check(
            &format!("NotOnOrAfter=\"{end}\" Recipient"),
            &format!("NotOnOrAfter=\"{past}\" Recipient"),
            Refusal::Expired,
        );
        check(&format!("{conditions}{end}"), &format!("{conditions}{past}"), Refusal::Expired);
    }
}

#[test]
fn the_subject_is_a_bearer_with_a_transient_name() {
    let transient = "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\"";
    check(transient, "", Refusal::NameId);
    check(transient, "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"", Refusal::NameId);
    check("NameQualifier=\"https://idp.example\"", "NameQualifier=\"\"", Refusal::NameId);
    check("cm:bearer", "cm:holder-of-key", Refusal::Confirmation);
    let request = format!("InResponseTo=\"{}\"", request().id);
    check(&request, "InResponseTo=\"_other\"", Refusal::InResponseTo);
    check(&request, "", Refusal::Xml(XmlError::MissingAttribute("InResponseTo".into())));
    let not_before = format!("{request} NotBefore=\"2026-11-25T08:00:30Z\"");
    check(&request, &not_before, Refusal::Xml(XmlError::UnexpectedAttribute));
}

#[test]
fn nothing_stands_twice_and_nothing_unknown_stands_there() {
    let good = good();
    for (start, end) in [
        ("<saml:Audience>", "</saml:Audience>"),
        ("<saml:AudienceRestriction>", "</saml:AudienceRestriction>"),
        ("<saml:NameID", "</saml:NameID>"),
        ("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"),
        ("<saml:AuthnStatement", "</saml:AuthnStatement>"),
        ("<saml:AttributeStatement", "</saml:AttributeStatement>"),
        ("<saml:AuthnContextClassRef>", "</saml:AuthnContextClassRef>"),
    ] {
        let once = piece(&good, start, end);
        let refused = decide(&resigned(once, &format!("{once}{once}")));
        assert!(matches!(refused, Err(Refusal::Xml(_))), "{start}: {refused:?}");
    }
    let value = piece(&good, "<saml:AttributeValue", "</saml:AttributeValue>");
    check(value, &format!("{value}{value}"), Refusal::AttributeRepeated);
    let unknown = Refusal::Xml(XmlError::UnexpectedChild);
    check("</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:ProxyRestriction/>", unknown.clone());
    check("</saml:AttributeStatement>", "</saml:AttributeStatement><saml:Advice/>", unknown);
    check("<saml:AuthnContext>", "text<saml:AuthnContext>", Refusal::Xml(XmlError::Mixed));
}
