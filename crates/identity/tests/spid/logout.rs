//! Logout messages, both ways: each rule beside its untouched twin.

use chrono::TimeDelta;
use sportello_domain::identita::IdentityScheme;
use sportello_identity::{
    Error, ExpectedLogout, LogoutRequest, LogoutStatus, MessageField, Provider, ProviderSession, RedirectMessage,
    Refusal, SignatureError, logout_request, logout_request_address, logout_response, logout_response_address,
    signed_query, verify_logout_request, verify_logout_response,
};

use crate::world::*;

const SLO: &str = "https://calvenzano.example/spid/slo";
const NAMES: &str =
    "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";

fn expected() -> ExpectedLogout<'static> {
    ExpectedLogout { provider: pinned(), slo_url: SLO, now: now(), skew: TimeDelta::seconds(30) }
}

/// A request of the provider before it is signed.
fn unsigned() -> String {
    format!(
        "<samlp:LogoutRequest {NAMES} ID=\"_logout\" Version=\"2.0\" IssueInstant=\"2026-11-25T08:00:50Z\" \
         Destination=\"{SLO}\"><saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\" \
         NameQualifier=\"{IDP}\">{IDP}</saml:Issuer>{{signature}}\
         <saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\" NameQualifier=\"{IDP}\">_name\
         </saml:NameID><samlp:SessionIndex>_s1</samlp:SessionIndex></samlp:LogoutRequest>"
    )
}

/// The untouched twin.
fn request_of_the_provider() -> String {
    idp().sign(&unsigned(), "_logout").unwrap()
}

/// The twin with a change that was made before it was signed.
fn resigned(from: &str, to: &str) -> String {
    idp().sign(&change_first(&unsigned(), from, to), "_logout").unwrap()
}

fn decide_logout(xml: &str) -> Result<LogoutRequest, Refusal> {
    verify_logout_request(&expected(), xml.as_bytes())
}

/// Documents of an attacker, by name.
fn attacks() -> Vec<(String, String)> {
    let good = request_of_the_provider();
    let mut attacks = vec![
        ("unsigned".to_owned(), change(&unsigned(), "{signature}", "")),
        ("signature stripped".to_owned(), change(&good, signature_of(&good), "")),
        ("another name, the signature kept".to_owned(), change(&good, "_name", "_altro")),
        ("another session, the signature kept".to_owned(), change(&good, "_s1", "_s2")),
        ("wrapped".to_owned(), {
            let evil = change(&change(&good, signature_of(&good), ""), "\"_logout\"", "\"_evil\"");
            change_first(&evil, "<saml:NameID", &format!("{good}<saml:NameID"))
        }),
        ("a document type".to_owned(), format!("<!DOCTYPE r>{good}")),
        ("a comment".to_owned(), change(&good, "_name", "_na<!---->me")),
        ("a response".to_owned(), crate::world::good()),
    ];
    let changes = [
        (format!("Destination=\"{SLO}\""), "Destination=\"https://altrove.example/spid/slo\"".to_owned()),
        (format!(">{IDP}</saml:Issuer>"), ">https://other.example</saml:Issuer>".to_owned()),
        ("08:00:50Z".to_owned(), "07:00:50Z".to_owned()),
        ("08:00:50Z".to_owned(), "09:00:50Z".to_owned()),
        ("08:00:50Z".to_owned(), "08:00:50".to_owned()),
        ("08:00:50Z\"".to_owned(), "08:00:50Z\" NotOnOrAfter=\"2026-11-25T08:00:30Z\"".to_owned()),
        ("\"2.0\"".to_owned(), "\"1.1\"".to_owned()),
        (">_name<".to_owned(), "><".to_owned()),
        ("nameid-format:transient".to_owned(), "nameid-format:persistent".to_owned()),
        (
            "<samlp:SessionIndex>".to_owned(),
            "<saml:NameID NameQualifier=\"a\">b</saml:NameID><samlp:SessionIndex>".to_owned(),
        ),
        (">_s1<".to_owned(), "><".to_owned()),
    ];
    attacks.extend(changes.iter().map(|(from, to)| (to.clone(), resigned(from, to))));
    attacks
}

#[test]
fn a_provider_ends_a_session_by_its_name() {
    let request = decide_logout(&request_of_the_provider()).unwrap();
    assert_eq!(request.id, "_logout");
    assert_eq!(request.not_on_or_after, at("2026-11-25T08:06:20Z"));
    assert_eq!((request.session.name_id.as_str(), request.session.name_qualifier.as_str()), ("_name", IDP));
    assert_eq!(request.session.session_indexes, ["_s1"]);
    assert!(!format!("{request:?}").contains("_name"), "a name identifier stands for a person");
    let all = decide_logout(&resigned("<samlp:SessionIndex>_s1</samlp:SessionIndex>", "")).unwrap();
    assert!(all.session.session_indexes.is_empty(), "all sessions of the name");
    let soon = decide_logout(&resigned("50Z\"", "50Z\" NotOnOrAfter=\"2026-11-25T08:02:00Z\"")).unwrap();
    assert_eq!(soon.not_on_or_after, at("2026-11-25T08:02:30Z"));
}

#[test]
fn a_request_that_breaks_a_rule_ends_nothing() {
    decide_logout(&request_of_the_provider()).unwrap();
    for (name, xml) in attacks() {
        assert!(decide_logout(&xml).is_err(), "{name}");
    }
    // Another provider, trusted too, in its own name and in that of ours.
    let other = Provider { certificates: vec![stranger().certificate().clone()], ..pinned().clone() };
    let forged = ExpectedLogout { provider: &other, ..expected() };
    let refused = verify_logout_request(&forged, request_of_the_provider().as_bytes());
    assert_eq!(refused, Err(Refusal::Signature(SignatureError::Invalid)));
    let late = ExpectedLogout { now: at("2026-11-25T08:06:20Z"), ..expected() };
    assert!(verify_logout_request(&late, request_of_the_provider().as_bytes()).is_err());
}

#[test]
fn every_byte_of_a_logout_request_counts_or_means_nothing() {
    let good = request_of_the_provider();
    let twin = decide_logout(&good).unwrap();
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(request) = verify_logout_request(&expected(), bytes.as_slice()) {
            assert!(request == twin, "byte {at}");
        }
    }
}

/// Our side as a provider sees it: its keys are those of our metadata.
fn ourselves() -> Provider {
    Provider {
        entity_id: ENTITY_ID.into(),
        name: "Calvenzano".into(),
        scheme: IdentityScheme::Spid,
        sso_url: "https://idp.example/sso".into(),
        sso_redirect_url: None,
        by_redirect: false,
        slo_post: None,
        slo_redirect: None,
        certificates: vec![sp().key.certificate().clone()],
    }
}

#[test]
fn our_request_is_what_we_would_take() {
    let session = ProviderSession {
        name_id: "_name & <more>".into(),
        name_qualifier: IDP.into(),
        session_indexes: vec!["_s1".into()],
    };
    let xml = logout_request(sp(), "https://idp.example/slo", "_ours", now(), &session).unwrap();
    let (us, slo_url) = (ourselves(), "https://idp.example/slo");
    let read = verify_logout_request(&ExpectedLogout { provider: &us, slo_url, ..expected() }, xml.as_bytes()).unwrap();
    assert!(read.session == session && read.id == "_ours");
    assert!(matches!(logout_request(sp(), slo_url, "1a", now(), &session), Err(Error::Identifier)));
}

#[test]
fn an_answer_says_what_came_of_it() {
    let (us, slo_url) = (ourselves(), "https://idp.example/slo");
    let expected = ExpectedLogout { provider: &us, slo_url, ..expected() };
    for status in [LogoutStatus::Complete, LogoutStatus::Partial, LogoutStatus::Failed] {
        let xml = logout_response(sp(), slo_url, "_answer", now(), "_logout", status).unwrap();
        assert_eq!(verify_logout_response(&expected, "_logout", xml.as_bytes()), Ok(status));
        assert_eq!(verify_logout_response(&expected, "_other", xml.as_bytes()), Err(Refusal::InResponseTo));
        assert!(verify_logout_request(&expected, xml.as_bytes()).is_err(), "an answer is no request");
        let altered = change_first(&xml, "\"_logout\"", "\"_another\"");
        assert!(verify_logout_response(&expected, "_another", altered.as_bytes()).is_err());
    }
    assert!(matches!(
        logout_response(sp(), slo_url, "_a", now(), "a b", LogoutStatus::Complete),
        Err(Error::Identifier)
    ));
}

/// The query of a request of the provider by HTTP-Redirect.
fn query_of_the_provider() -> String {
    let xml = change(&unsigned(), "{signature}", "");
    signed_query(&idp().key, MessageField::Request, &xml, Some("relay + state/=")).unwrap()
}

fn decide_query(query: &str) -> Result<LogoutRequest, Refusal> {
    verify_logout_request(&expected(), &RedirectMessage::read(query)?)
}

#[test]
fn a_request_by_redirect_is_verified_over_the_query_as_it_came() {
    let good = query_of_the_provider();
    let twin = decide_query(&good).unwrap();
    assert_eq!((twin.id.as_str(), twin.session.name_id.as_str()), ("_logout", "_name"));
    assert_eq!(RedirectMessage::read(&good).unwrap().relay_state.as_deref(), Some("relay + state/="));
    // Whatever else stands in the address, and in whatever order, is nobody's business.
    let pairs: Vec<&str> = good.split('&').collect();
    let turned: Vec<&str> = pairs.iter().rev().copied().collect();
    assert!(decide_query(&format!("lingua=en&{}", turned.join("&"))).is_ok_and(|request| request == twin));

    let invalid = Err(Refusal::Signature(SignatureError::Invalid));
    // The same values, encoded anew as another program would: other bytes, another signature.
    for again in [good.replace("%2B", "%2b"), good.replace("RelayState=relay", "RelayState=%72elay")] {
        assert_ne!(again, good);
        assert_eq!(decide_query(&again).map(|_| ()), invalid, "{again}");
    }
    let without_relay = pairs.iter().filter(|pair| !pair.starts_with("RelayState")).copied().collect::<Vec<_>>();
    assert_eq!(decide_query(&without_relay.join("&")).map(|_| ()), invalid);
    let xml = change(&unsigned(), "{signature}", "");
    let stranger = signed_query(stranger(), MessageField::Request, &xml, None).unwrap();
    assert_eq!(decide_query(&stranger).map(|_| ()), invalid);
}

#[test]
fn a_query_that_breaks_a_rule_ends_nothing() {
    let good = query_of_the_provider();
    decide_query(&good).unwrap();
    let pair = |name: &str| good.split('&').find(|pair| pair.starts_with(name)).unwrap().to_owned();
    let sha1 = "http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1";
    let sha256 = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";
    for (name, query) in [
        ("unsigned", change(&good, &format!("&{}", pair("Signature")), "")),
        ("no algorithm", change(&good, &format!("&{}", pair("SigAlg")), "")),
        ("an old algorithm", change(&good, sha256, sha1)),
        ("an empty signature", change(&good, &pair("Signature"), "Signature=")),
        ("two messages", format!("{good}&{}", pair("SAMLRequest"))),
        ("request and answer", format!("{good}&{}", change(&pair("SAMLRequest"), "SAMLRequest", "SAMLResponse"))),
        ("two signatures", format!("{good}&Signature=AAAA")),
        ("a request called an answer", change(&good, "SAMLRequest", "SAMLResponse")),
        ("not base64", change_first(&good, "SAMLRequest=", "SAMLRequest=!")),
        ("not deflated", format!("SAMLRequest=PHNhbWw%2B&{}&{}", pair("SigAlg"), pair("Signature"))),
        ("another encoding", format!("{good}&SAMLEncoding=urn%3Anone")),
        ("too long", format!("{good}&x={}", "a".repeat(20_000))),
        ("a long relay state", change(&good, &pair("RelayState"), &format!("RelayState={}", "a".repeat(600)))),
        ("nothing", String::new()),
    ] {
        assert!(decide_query(&query).is_err(), "{name}");
    }
    for (from, to) in [
        (SLO, "https://altrove.example/spid/slo"),
        (">https://idp.example</saml:Issuer>", ">https://other.example</saml:Issuer>"),
        ("08:00:50Z", "07:00:50Z"),
        ("_name", "_na<!---->me"),
        ("<samlp:LogoutRequest", "<!DOCTYPE r><samlp:LogoutRequest"),
    ] {
        let xml = change_first(&change(&unsigned(), "{signature}", ""), from, to);
        let query = signed_query(&idp().key, MessageField::Request, &xml, None).unwrap();
        assert!(decide_query(&query).is_err(), "{to}");
    }
    // A signature inside is one that the binding does not look at.
    let inside = signed_query(&idp().key, MessageField::Request, &request_of_the_provider(), None).unwrap();
    assert!(decide_query(&inside).is_err());
}

#[test]
fn every_byte_of_a_signed_query_counts() {
    let good = query_of_the_provider();
    let twin = decide_query(&good).unwrap();
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(query) = String::from_utf8(bytes) else { continue };
        if let Ok(request) = decide_query(&query) {
            assert!(request == twin, "byte {at}");
            // Only the encoding of the signature itself is not signed.
            assert!(at > good.find("&Signature=").unwrap(), "byte {at}");
        }
    }
}

#[test]
fn what_we_send_by_redirect_is_what_we_would_take() {
    let session =
        ProviderSession { name_id: "_n".into(), name_qualifier: IDP.into(), session_indexes: vec!["_s1".into()] };
    let (us, slo_url) = (ourselves(), "https://idp.example/slo?x=1");
    let expected = ExpectedLogout { provider: &us, slo_url, ..expected() };
    let address = logout_request_address(sp(), slo_url, "_ours", now(), &session, Some("r")).unwrap();
    let query = address.strip_prefix(slo_url).and_then(|rest| rest.strip_prefix('&')).unwrap();
    let message = RedirectMessage::read(query).unwrap();
    assert!(verify_logout_request(&expected, &message).unwrap().session == session);
    for status in [LogoutStatus::Complete, LogoutStatus::Partial, LogoutStatus::Failed] {
        let address = logout_response_address(sp(), slo_url, "_a", now(), ("_logout", status), None).unwrap();
        let message = RedirectMessage::read(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(verify_logout_response(&expected, "_logout", &message), Ok(status));
        assert!(verify_logout_request(&expected, &message).is_err(), "an answer is no request");
    }
}
