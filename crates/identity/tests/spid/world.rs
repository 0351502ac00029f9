//! An ente, its provider, a pending request, a person; keys are made once for each process.

use std::sync::{LazyLock, OnceLock};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ring::rand::SystemRandom;
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::provider::{
    IdentityProvider, Ids, Person, ReceivedRequest, ResponseDraft, ServiceMetadata, Signing, receive,
};
use sportello_identity::{
    AuthnRequest, Contact, Expected, KeyBits, Organization, Outcome, Provider, Refusal, ServiceKey, ServiceProvider,
    Subject, VerifiedAssertion, authn_request, message_id, metadata, verify_response,
};

pub const ENTITY_ID: &str = "https://calvenzano.example/spid/metadata";
pub const ACS: &str = "https://calvenzano.example/spid/acs";
pub const IDP: &str = "https://idp.example";
pub const CF: &str = "RSSMRA80A01H501U";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When the response comes.
pub fn now() -> DateTime<Utc> {
    at("2026-11-25T08:01:00Z")
}

/// When the request was made.
pub fn asked() -> DateTime<Utc> {
    at("2026-11-25T08:00:00.7Z")
}

pub fn subject(entity_id: &str) -> Subject {
    Subject {
        organization: "Comune di Calvenzano".into(),
        organization_identifier: "PA:IT-c_b442".into(),
        entity_id: entity_id.into(),
        locality: "Calvenzano".into(),
    }
}

pub fn make_key(entity_id: &str) -> ServiceKey {
    ServiceKey::generate(KeyBits::B2048, &subject(entity_id), asked(), &SystemRandom::new()).unwrap()
}

pub fn sp() -> &'static ServiceProvider {
    static SP: OnceLock<ServiceProvider> = OnceLock::new();
    SP.get_or_init(|| service_provider(make_key(ENTITY_ID)))
}

pub fn service_provider(key: ServiceKey) -> ServiceProvider {
    ServiceProvider {
        scheme: IdentityScheme::Spid,
        entity_id: ENTITY_ID.into(),
        acs_url: ACS.into(),
        slo_url: "https://calvenzano.example/spid/slo".into(),
        service_name: "Servizi scolastici & mensa".into(),
        organization: Organization {
            name: "Comune di Calvenzano".into(),
            display_name: "Calvenzano".into(),
            url: "https://www.calvenzano.example/".into(),
        },
        contact: Contact {
            ipa_code: "c_b442".into(),
            municipality: Some("B442".into()),
            email: "protocollo@calvenzano.example".into(),
            telephone: Some("+390363000000".into()),
        },
        aggregator: None,
        eidas: false,
        key: key.into(),
        other_certificates: Vec::new(),
    }
}

pub fn idp() -> &'static IdentityProvider {
    static PROVIDER: OnceLock<IdentityProvider> = OnceLock::new();
    PROVIDER.get_or_init(|| IdentityProvider {
        entity_id: IDP.into(),
        name: "Gestore di prova".into(),
        sso_url: "https://idp.example/sso".into(),
        key: make_key(IDP),
    })
}

/// The key of somebody whom nobody trusts.
pub fn stranger() -> &'static ServiceKey {
    static KEY: LazyLock<ServiceKey> = LazyLock::new(|| make_key("https://stranger.example"));
    &KEY
}

pub fn pinned() -> &'static Provider {
    static PINNED: LazyLock<Provider> = LazyLock::new(|| idp().pinned());
    &PINNED
}

pub fn request() -> &'static AuthnRequest {
    static REQUEST: LazyLock<AuthnRequest> =
        LazyLock::new(|| authn_request(sp(), pinned(), &message_id([7; 16]), asked(), IdentityLevel::L2).unwrap());
    &REQUEST
}

pub fn received() -> ReceivedRequest {
    let metadata = ServiceMetadata::parse(metadata(sp()).unwrap().xml.as_bytes()).unwrap();
    receive(idp(), &metadata, &request().saml_request).unwrap()
}

pub fn person() -> Person {
    Person {
        codice_fiscale: CF.into(),
        nome: "Maria".into(),
        cognome: "D'Ambrosio <&> Pérez".into(),
        nascita: NaiveDate::from_ymd_opt(1980, 1, 1).unwrap(),
        luogo_nascita: "H501".into(),
        email: "maria@posta.example".into(),
        cellulare: "3330000000".into(),
    }
}

pub fn draft() -> ResponseDraft {
    let ids = Ids { response: "_response".into(), assertion: "_assertion".into(), name_id: "_name".into() };
    ResponseDraft::success(idp(), &received(), &person(), IdentityLevel::L2, ids, at("2026-11-25T08:00:30Z"))
}

/// The untouched twin: the assertion is signed.
pub fn good() -> String {
    draft().sign(&idp().key, Signing::Assertion).unwrap()
}

/// The untouched twin: assertion and response are signed.
pub fn good_both() -> String {
    draft().sign(&idp().key, Signing::Both).unwrap()
}

pub fn expected() -> Expected<'static> {
    Expected {
        request_id: &request().id,
        issued_at: asked(),
        level: IdentityLevel::L2,
        provider: pinned(),
        entity_id: ENTITY_ID,
        acs_url: ACS,
        now: now(),
        skew: TimeDelta::seconds(30),
    }
}

pub fn decide(xml: &str) -> Result<Outcome, Refusal> {
    verify_response(&expected(), xml.as_bytes())
}

/// The assertion of a response that must be accepted.
pub fn accepted(xml: &str) -> VerifiedAssertion {
    match decide(xml) {
        Ok(Outcome::Verified(assertion)) => *assertion,
        other => panic!("not accepted: {other:?}"),
    }
}

/// `text` with `from`, which must stand in it, replaced everywhere.
pub fn change(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} does not stand in the text");
    text.replace(from, to)
}

/// `text` with the first `from` replaced.
pub fn change_first(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} does not stand in the text");
    text.replacen(from, to, 1)
}

/// The first piece of `text` from `start` to `end`, both included.
pub fn piece<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).expect("the start stands in the text");
    let to = text[from..].find(end).expect("the end stands in the text");
    &text[from..from + to + end.len()]
}

pub fn assertion_of(response: &str) -> &str {
    piece(response, "<saml:Assertion", "</saml:Assertion>")
}

pub fn signature_of(element: &str) -> &str {
    piece(element, "<ds:Signature", "</ds:Signature>")
}

/// The twin with a change in the assertion alone, made before it is signed by the right key.
pub fn resigned(from: &str, to: &str) -> String {
    let response = draft().sign(&idp().key, Signing::Nothing).unwrap();
    let assertion = change_first(assertion_of(&response), from, to);
    let marked = change_first(&assertion, "</saml:Issuer>", "</saml:Issuer>{signature}");
    let signed = idp().sign(&marked, "_assertion").unwrap();
    change_first(&response, assertion_of(&response), &signed)
}
