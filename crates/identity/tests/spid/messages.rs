//! What we send, and what a correct provider answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::provider::{ServiceMetadata, receive, receive_address, refuse, request_issuer};
use sportello_identity::{
    Certificate, Error, Outcome, Provider, RedirectMessage, Refusal, ServiceKey, SpidAnomaly, authn_request,
    authn_request_address, decode_response, metadata, parse_provider_metadata,
};

use crate::world::*;

#[test]
fn metadata_are_deterministic_and_complete() {
    let made = metadata(sp()).unwrap();
    assert_eq!(made, metadata(sp()).unwrap());
    let text = made.xml;
    assert!(text.contains(&format!("ID=\"_{}\"", made.version)));
    for name in ["OrganizationName", "OrganizationDisplayName", "OrganizationURL"] {
        assert_eq!(text.matches(&format!("<md:{name} xml:lang=\"")).count(), 2, "{name}, it and en");
    }
    let read = ServiceMetadata::parse(text.as_bytes()).unwrap();
    assert_eq!((read.entity_id.as_str(), read.acs_url.as_str()), (ENTITY_ID, ACS));
    assert_eq!(read.attribute_sets.iter().map(|(_, names)| names.len()).collect::<Vec<_>>(), [7]);
    assert!(text.contains("<spid:IPACode>c_b442</spid:IPACode><spid:Public/>"));
    assert!(text.contains("Servizi scolastici &amp; mensa"));
    assert!(ServiceMetadata::parse(change_first(&text, "Calvenzano<", "Altrove<").as_bytes()).is_err());
}

#[test]
fn another_setting_is_another_version() {
    let mut other = service_provider(make_key(ENTITY_ID));
    let first = metadata(&other).unwrap().version;
    other.contact.email = "altro@calvenzano.example".into();
    let second = metadata(&other).unwrap().version;
    other.key = make_key(ENTITY_ID).into();
    let third = metadata(&other).unwrap().version;
    assert!(first != second && second != third && first != third);
}

#[test]
fn a_request_for_a_certificate_is_of_the_same_form() {
    let pem = sp().key.certificate_request(&subject(ENTITY_ID)).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).unwrap();
    let holds = |bytes: &[u8]| der.windows(bytes.len()).any(|window| window == bytes);
    assert!(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----"), "{pem}");
    for text in ["Comune di Calvenzano", "PA:IT-c_b442", ENTITY_ID, "Calvenzano", "agIDcert", "cert_SP_Pub"] {
        assert!(holds(text.as_bytes()), "{text}");
    }
    // Key usage: critical, the first two bits.
    assert!(holds(&[0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04, 0x03, 0x02, 0x06, 0xc0]));
}

#[test]
fn a_key_survives_its_storage() {
    let key = &sp().key;
    let pem = key.certificate().to_pem();
    let certificate = Certificate::from_pem(&pem).unwrap();
    assert_eq!(&certificate, key.certificate());
    assert_eq!(&Certificate::from_base64(&certificate.to_base64()).unwrap(), &certificate);
    ServiceKey::from_parts(key.pkcs8_der(), certificate).unwrap();
    let other = stranger().certificate().clone();
    assert!(matches!(ServiceKey::from_parts(key.pkcs8_der(), other), Err(Error::CertificateOfAnotherKey)));
    assert!(!format!("{key:?}").contains("pkcs8"));
}

#[test]
fn a_provider_is_read_from_its_metadata() {
    let read = parse_provider_metadata(idp().metadata().as_bytes(), IdentityScheme::Spid).unwrap();
    assert_eq!(&read, pinned());
    let no_key = change(&idp().metadata(), "use=\"signing\"", "use=\"encryption\"");
    assert!(parse_provider_metadata(no_key.as_bytes(), IdentityScheme::Spid).is_err());
    let script = change(&idp().metadata(), "Location=\"https://", "Location=\"javascript:");
    assert!(parse_provider_metadata(script.as_bytes(), IdentityScheme::Spid).is_err());
}

#[test]
fn the_request_is_what_the_rules_ask_for() {
    let received = received();
    assert_eq!((received.level, received.acs_url.as_str()), (IdentityLevel::L2, ACS));
    assert_eq!(request_issuer(&request().saml_request).unwrap(), ENTITY_ID);
    assert!(request().xml.contains("ForceAuthn=\"true\""));
    let first = authn_request(sp(), pinned(), "_a", asked(), IdentityLevel::L1).unwrap();
    assert!(!first.xml.contains("ForceAuthn"));
    assert!(authn_request(sp(), pinned(), "1a", asked(), IdentityLevel::L2).is_err());
    assert!(authn_request(sp(), pinned(), "a\"b", asked(), IdentityLevel::L2).is_err());
}

#[test]
fn a_request_that_was_altered_is_refused_by_the_provider() {
    use base64::Engine as _;
    let service = ServiceMetadata::parse(metadata(sp()).unwrap().xml.as_bytes()).unwrap();
    let altered = change(&request().xml, "SpidL2", "SpidL1");
    let field = base64::engine::general_purpose::STANDARD.encode(altered);
    assert!(receive(idp(), &service, &request().saml_request).is_ok());
    assert!(receive(idp(), &service, &field).is_err());
}

#[test]
fn a_request_by_redirect_is_signed_in_its_query() {
    let service = ServiceMetadata::parse(metadata(sp()).unwrap().xml.as_bytes()).unwrap();
    let provider = Provider {
        by_redirect: true,
        sso_redirect_url: Some("https://idp.example/sso".into()),
        sso_url: "https://idp.example/post".into(),
        ..pinned().clone()
    };
    let request = authn_request_address(sp(), &provider, "_r", asked(), IdentityLevel::L2, "relay").unwrap();
    let (address, query) = request.address.split_once('?').unwrap();
    assert_eq!(address, "https://idp.example/sso");
    assert!(!request.xml.contains("Signature"));
    assert_eq!(RedirectMessage::read(query).unwrap().relay_state.as_deref(), Some("relay"));
    let received = receive_address(idp(), &service, query).unwrap();
    assert_eq!((received.id.as_str(), received.level), ("_r", IdentityLevel::L2));
    // Whatever is signed cannot be changed, and cannot be left out.
    let without_relay = query.replace("&RelayState=relay", "");
    for altered in [query.replace("=relay", "=other"), query.replace("sha256", "sha384"), without_relay] {
        assert!(altered != query && receive_address(idp(), &service, &altered).is_err(), "{altered}");
    }
    let unsigned = query.split_once("&SigAlg").unwrap().0;
    assert!(receive_address(idp(), &service, unsigned).is_err());
    assert!(authn_request_address(sp(), &provider, "1a", asked(), IdentityLevel::L2, "relay").is_err());
}

#[test]
fn a_person_signs_in() {
    for xml in [good(), good_both()] {
        let verified = accepted(&xml);
        let identita = &verified.identita;
        assert_eq!(identita.codice_fiscale, CF);
        assert_eq!(identita.cognome, "D'Ambrosio <&> Pérez");
        assert_eq!(identita.luogo_nascita.as_deref(), Some("H501"));
        assert_eq!((identita.level, identita.scheme), (IdentityLevel::L2, IdentityScheme::Spid));
        assert_eq!(verified.assertion_id, "_assertion");
        assert_eq!(verified.response_id, "_response");
        assert_eq!(verified.not_on_or_after, at("2026-11-25T08:06:00Z"));
        assert_eq!(verified.session_index, None);
        assert!(!format!("{verified:?}").contains(CF));
    }
}

#[test]
fn every_anomaly_is_told_apart() {
    for anomaly in SpidAnomaly::all() {
        let xml = refuse(idp(), &received(), anomaly, "_response", at("2026-11-25T08:00:30Z"));
        let Ok(Outcome::Refused(refusal)) = decide(&xml) else { panic!("{anomaly:?}") };
        assert_eq!(refusal.anomaly, Some(anomaly));
        let unknown = change(&xml, "ErrorCode nr", "Errore ");
        let Ok(Outcome::Refused(refusal)) = decide(&unknown) else { panic!("{anomaly:?}") };
        assert_eq!(refusal.anomaly, None);
        let other = change(&xml, &request().id, "_other");
        assert_eq!(decide(&other), Err(Refusal::InResponseTo));
    }
}

#[test]
fn the_form_field_is_base64_of_a_bounded_size() {
    assert_eq!(decode_response("YWJj\r\nZGVm").unwrap(), b"abcdef");
    for field in ["YWJ", "YWJj!", "YWJj\u{0}"] {
        assert_eq!(decode_response(field), Err(Refusal::Field), "{field}");
    }
    assert_eq!(decode_response(&"A".repeat(400_000)), Err(Refusal::Field));
}
