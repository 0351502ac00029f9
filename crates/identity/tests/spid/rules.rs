//! One rule after the other, on responses that are signed by the right key.

use chrono::TimeDelta;
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::provider::{ResponseDraft, Signing};
use sportello_identity::{Expected, Outcome, Refusal, SignatureError, verify_response};
use sportello_xml::XmlError;

use crate::world::*;

/// Decides on a draft that was changed before it was signed, beside its untouched twin.
fn changed(change: impl FnOnce(&mut ResponseDraft)) -> Result<Outcome, Refusal> {
    accepted(&good());
    let mut draft = draft();
    change(&mut draft);
    decide(&draft.sign(&idp().key, Signing::Assertion).unwrap())
}

/// Decides on the twin with another expectation.
fn expecting(change: impl FnOnce(&mut Expected<'_>)) -> Result<Outcome, Refusal> {
    let mut expected = expected();
    change(&mut expected);
    verify_response(&expected, good().as_bytes())
}

fn set(draft: &mut ResponseDraft, name: &str, value: &str) {
    let attribute = draft.attributes.iter_mut().find(|(known, _)| known == name).expect("the attribute stands there");
    attribute.1 = value.to_owned();
}

#[test]
fn the_response_is_for_this_ente_and_this_request() {
    assert_eq!(changed(|d| d.in_response_to = "_other".into()), Err(Refusal::InResponseTo));
    assert_eq!(changed(|d| d.in_response_to = String::new()), Err(Refusal::InResponseTo));
    for other in [
        "https://altrove.example/spid/acs",
        "http://calvenzano.example/spid/acs",
        "https://calvenzano.example/spid/acs/",
        "",
    ] {
        assert_eq!(changed(|d| d.destination = other.into()), Err(Refusal::Destination), "{other}");
        assert_eq!(changed(|d| d.recipient = other.into()), Err(Refusal::Recipient), "{other}");
    }
    for other in ["https://altrove.example/spid/metadata", "https://Calvenzano.example/spid/metadata", ""] {
        assert_eq!(changed(|d| d.audience = other.into()), Err(Refusal::Audience), "{other}");
    }
    // The whole response of another ente of the same installation.
    let other_ente = expecting(|e| {
        e.entity_id = "https://altrove.example/spid/metadata";
        e.acs_url = "https://altrove.example/spid/acs";
    });
    assert_eq!(other_ente, Err(Refusal::Destination));
    assert_eq!(expecting(|e| e.request_id = "_other"), Err(Refusal::InResponseTo));
}

#[test]
fn the_response_comes_from_the_provider_that_was_asked() {
    assert_eq!(changed(|d| d.issuer = "https://stranger.example".into()), Err(Refusal::Issuer));
    let mut other = pinned().clone();
    other.entity_id = "https://other.example".into();
    let refused = verify_response(&Expected { provider: &other, ..expected() }, good().as_bytes());
    assert_eq!(refused, Err(Refusal::Issuer));
    let mut other = pinned().clone();
    other.certificates = vec![stranger().certificate().clone()];
    let refused = verify_response(&Expected { provider: &other, ..expected() }, good().as_bytes());
    assert_eq!(refused, Err(Refusal::Signature(SignatureError::Invalid)));
    // During a change of keys both are trusted.
    other.certificates.push(idp().key.certificate().clone());
    assert!(verify_response(&Expected { provider: &other, ..expected() }, good().as_bytes()).is_ok());
}

#[test]
fn instants_hold_to_the_second() {
    let good = good();
    let at_instant = |text: &str| verify_response(&Expected { now: at(text), ..expected() }, good.as_bytes());
    // Valid from 08:00:30 to 08:05:30, tolerance 30 s.
    assert!(at_instant("2026-11-25T08:00:00Z").is_ok());
    assert_eq!(at_instant("2026-11-25T07:59:59Z"), Err(Refusal::IssueInstant));
    assert!(at_instant("2026-11-25T08:05:59Z").is_ok());
    assert_eq!(at_instant("2026-11-25T08:06:00Z"), Err(Refusal::Expired));
    // A tolerance of an hour is one of a minute.
    let generous = Expected { now: at("2026-11-25T08:06:30Z"), skew: TimeDelta::hours(1), ..expected() };
    assert_eq!(verify_response(&generous, good.as_bytes()), Err(Refusal::Expired));
    assert_eq!(expecting(|e| e.issued_at = at("2026-11-25T08:01:01Z")), Err(Refusal::IssueInstant));
    for text in ["2026-11-25T08:00:30", "2026-11-25T09:00:30+01:00", "2026-11-25T08:00:60Z", "", "ieri"] {
        assert_eq!(changed(|d| d.instant = text.into()), Err(Refusal::Instant), "{text}");
        assert_eq!(changed(|d| d.not_on_or_after = text.into()), Err(Refusal::Instant), "{text}");
    }
    assert_eq!(changed(|d| d.instant = "2018-01-01T00:00:00Z".into()), Err(Refusal::IssueInstant));
    assert_eq!(changed(|d| d.instant = "2099-01-01T00:00:00Z".into()), Err(Refusal::IssueInstant));
    assert!(changed(|d| d.instant = "2026-11-25T08:00:30.123456Z".into()).is_ok());
}

#[test]
fn the_level_is_at_least_the_one_asked_for() {
    let with = |class: &str| changed(|d| d.level_class = class.into());
    assert_eq!(with("https://www.spid.gov.it/SpidL1"), Err(Refusal::LevelTooLow));
    assert!(with("https://www.spid.gov.it/SpidL3").is_ok());
    for class in ["urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL2", "https://www.spid.gov.it/SpidL4", ""] {
        assert_eq!(with(class), Err(Refusal::UnknownLevel), "{class}");
    }
    assert!(expecting(|e| e.level = IdentityLevel::L1).is_ok());
    assert_eq!(expecting(|e| e.level = IdentityLevel::L3), Err(Refusal::LevelTooLow));
}

#[test]
fn identifiers_are_names() {
    for id in ["", "1a", "a b"] {
        let refused = changed(|d| d.ids.response = id.into());
        assert_eq!(refused, Err(Refusal::Identifier), "{id}");
    }
    assert_eq!(changed(|d| d.ids.name_id = String::new()), Err(Refusal::NameId));
    assert_eq!(changed(|d| d.ids.name_id = "x".repeat(2000)), Err(Refusal::NameId));
    let padded = changed(|d| d.ids.name_id = "\n  _name\n".into());
    assert!(matches!(padded, Ok(Outcome::Verified(v)) if v.name_id == "_name"));
}

#[test]
fn every_attribute_that_was_asked_for_comes_once() {
    for at in 0..7 {
        let mut name = String::new();
        let missing = changed(|d| name = d.attributes.remove(at).0);
        assert!(matches!(missing, Err(Refusal::AttributeMissing(n)) if n == name), "{name}");
        let empty = changed(|d| d.attributes[at].1.clear());
        assert!(matches!(empty, Err(Refusal::AttributeMissing(n)) if n == name), "{name}");
        let twice = changed(|d| d.attributes.push(d.attributes[at].clone()));
        assert_eq!(twice, Err(Refusal::AttributeRepeated), "{name}");
    }
    assert!(changed(|d| d.attributes.push(("spidCode".into(), "X".into()))).is_ok());
    assert_eq!(changed(|d| set(d, "name", &"x".repeat(300))), Err(Refusal::Attribute("name")));
}

#[test]
fn values_are_what_their_names_say() {
    let fiscal = |value: &str| changed(|d| set(d, "fiscalNumber", value));
    assert_eq!(fiscal("RSSMRA80A01H501U"), Err(Refusal::ForeignFiscalNumber));
    assert_eq!(fiscal("TINES-RSSMRA80A01H501U"), Err(Refusal::ForeignFiscalNumber));
    for value in [
        "TINIT-rssmra80a01h501u",
        "TINIT-RSSMRA80A01H501",
        "TINIT-RSSMRA80A01H501UX",
        "TINIT-",
        "TINIT-01234567897",
        "TINIT-RSSMRA80A01H501X",
        "TINIT-RSSMRA80B31H501B",
    ] {
        assert_eq!(fiscal(value), Err(Refusal::Attribute("fiscalNumber")), "{value}");
    }
    for value in ["1980-1-1", "01/01/1980", "1980-02-30", "+980-01-01"] {
        assert_eq!(changed(|d| set(d, "dateOfBirth", value)), Err(Refusal::Attribute("dateOfBirth")), "{value}");
    }
    for value in ["Roma", "h501", "H5011"] {
        let Ok(Outcome::Verified(verified)) = changed(|d| set(d, "placeOfBirth", value)) else { panic!("{value}") };
        assert_eq!(verified.identita.luogo_nascita, None, "{value}");
    }
}

#[test]
fn cie_sends_less_and_is_taken_for_what_it_is() {
    let mut cie = pinned().clone();
    cie.scheme = IdentityScheme::Cie;
    let mut draft = draft();
    draft.attributes.truncate(4);
    let xml = draft.sign(&idp().key, Signing::Assertion).unwrap();
    assert!(matches!(decide(&xml), Err(Refusal::AttributeMissing(_))));
    let decided = verify_response(&Expected { provider: &cie, ..expected() }, xml.as_bytes());
    let Ok(Outcome::Verified(verified)) = decided else { panic!("{decided:?}") };
    assert_eq!((verified.identita.scheme, verified.identita.email), (IdentityScheme::Cie, None));
}

#[test]
fn a_value_is_one_run_of_text() {
    for inside in ["RSSMRA<!-- -->80A01H501U", "<![CDATA[RSSMRA80A01H501U]]>", "RSSMRA80A01H501U<b/>"] {
        // The change is made before signing, so the signature holds.
        let xml = draft_with_raw_fiscal_number(inside);
        assert!(matches!(decide(&xml), Err(Refusal::Xml(XmlError::Comment | XmlError::Mixed))), "{inside}");
    }
    accepted(&draft_with_raw_fiscal_number("RSSMRA80A01H501U"));
    accepted(&draft_with_raw_fiscal_number("&#82;SSMRA80A01H501U"));
}

/// A signed response whose fiscal number is written with raw markup.
fn draft_with_raw_fiscal_number(markup: &str) -> String {
    resigned(CF, markup)
}
