//! The providers against the portal's own rules: a right answer is accepted, each wrong one refused, and both ends of a
//! logout understand each other.

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{Path as UrlPath, State},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::{
    AuthnRequest, Contact, Expected, ExpectedLogout, KeyBits, LogoutStatus, Organization, Outcome, Provider,
    ProviderSession, ServiceKey, ServiceProvider, Subject, authn_request, decode_response, logout_request,
    logout_response, message_id, metadata, verify_aggregate, verify_logout_request, verify_logout_response,
    verify_response,
};
use tokio::net::TcpListener;

use super::{Posted, Providers, Service, face::Face, logout, now, wrong};

/// A portal that publishes its metadata, and the providers that know it.
struct World {
    service: Arc<Service>,
    portal: ServiceProvider,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let portal = service_provider(&format!("{origin}/prova"));
        let published = metadata(&portal).unwrap().xml;
        let router = Router::new().route("/prova/spid/metadata", get(move || async move { published }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let folder = tempfile::tempdir().unwrap();
        let providers = Providers::open(folder.path(), "http://localhost:8090").unwrap();
        let service = Arc::new(Service::new(providers, &origin, 0).unwrap());
        Self { service, portal, folder }
    }

    fn provider(&self) -> Provider {
        self.service.providers.find("aurora").unwrap().idp.pinned()
    }

    /// A request of the portal.
    fn request(&self) -> AuthnRequest {
        let id = message_id(rand());
        authn_request(&self.portal, &self.provider(), &id, now() - TimeDelta::seconds(1), IdentityLevel::L2).unwrap()
    }

    /// What the provider answers when these fields are chosen.
    async fn answer(&self, request: &AuthnRequest, choice: impl FnOnce(&mut Posted)) -> anyhow::Result<String> {
        let mut posted = Posted { saml_request: request.saml_request.clone(), ..Posted::default() };
        choice(&mut posted);
        let provider = self.service.providers.find("aurora").unwrap();
        let received = self.service.verify(provider, &posted.saml_request).await?;
        self.service.respond(provider, &received, &posted)
    }

    /// The portal's verdict on an answer.
    fn verdict(&self, request: &AuthnRequest, answer: &str) -> Result<Outcome, sportello_identity::Refusal> {
        let expected = Expected {
            request_id: &request.id,
            issued_at: now() - TimeDelta::seconds(2),
            level: IdentityLevel::L2,
            provider: &self.provider(),
            entity_id: &self.portal.entity_id,
            acs_url: &self.portal.acs_url,
            now: now(),
            skew: TimeDelta::seconds(60),
        };
        verify_response(&expected, &decode_response(answer)?)
    }
}

fn rand() -> [u8; 16] {
    let mut bytes = [0; 16];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).unwrap();
    bytes
}

fn service_provider(entity_id: &str) -> ServiceProvider {
    let text = |text: &str| text.to_owned();
    let subject = Subject {
        organization: text("Prova"),
        organization_identifier: text("PA:IT-prova"),
        entity_id: text(entity_id),
        locality: text("Prova"),
    };
    ServiceProvider {
        scheme: IdentityScheme::Spid,
        entity_id: text(entity_id),
        acs_url: format!("{entity_id}/spid/acs"),
        slo_url: format!("{entity_id}/spid/slo"),
        service_name: text("Prova"),
        organization: Organization { name: text("Prova"), display_name: text("Prova"), url: text(entity_id) },
        contact: Contact {
            ipa_code: text("prova"),
            municipality: None,
            email: text("a@prova.example"),
            telephone: None,
        },
        aggregator: None,
        eidas: false,
        key: Arc::new(ServiceKey::generate(KeyBits::B2048, &subject, now(), &ring::rand::SystemRandom::new()).unwrap()),
        other_certificates: Vec::new(),
    }
}

fn maria(posted: &mut Posted) {
    posted.persona = Some("CLLMRA86C54B442Z".to_owned());
}

#[tokio::test]
async fn a_right_answer_is_accepted_and_each_wrong_one_refused() {
    let world = World::new().await;
    let request = world.request();
    let right = world.answer(&request, maria).await.unwrap();
    let Ok(Outcome::Verified(verified)) = world.verdict(&request, &right) else {
        panic!("the right answer is refused")
    };
    assert_eq!(verified.identita.codice_fiscale, "CLLMRA86C54B442Z");
    assert_eq!(verified.session_index, None);
    for one in &wrong::WRONG {
        let request = world.request();
        let answer = world.answer(&request, |posted| {
            posted.guasto = Some(one.name.to_owned());
            posted.di_chi = Some("CLLMRA86C54B442Z".to_owned());
        });
        let verdict = world.verdict(&request, &answer.await.unwrap());
        println!("{}: {verdict:?}", one.name);
        assert!(verdict.is_err(), "{}", one.name);
    }
    // What is sent again is the very answer that was right, to another request.
    let request = world.request();
    let again = world.answer(&request, |posted| posted.guasto = Some(wrong::REPLAY.0.to_owned())).await.unwrap();
    assert_eq!(again, right);
    assert!(world.verdict(&request, &again).is_err());
}

#[tokio::test]
async fn every_error_reaches_the_portal_as_its_number() {
    let world = World::new().await;
    for number in [8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30] {
        let request = world.request();
        let answer = world.answer(&request, |posted| posted.anomalia = Some(number)).await.unwrap();
        match world.verdict(&request, &answer) {
            Ok(Outcome::Refused(refused)) => assert_eq!(refused.anomaly.unwrap().number(), number),
            other => panic!("{number}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_session_ends_from_either_side() {
    let world = World::new().await;
    let signed_in = async || {
        let request = world.request();
        let answer = world.answer(&request, |posted| {
            maria(posted);
            posted.sessione = Some("1".to_owned());
        });
        let Ok(Outcome::Verified(verified)) = world.verdict(&request, &answer.await.unwrap()) else {
            panic!("the answer is refused")
        };
        verified
    };
    let field = |html: &str, name: &str| {
        let at = html.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {html}"));
        let rest = &html[at..];
        let value = rest.split('"').nth(3).unwrap();
        value.replace("&#43;", "+").replace("&#61;", "=").replace("&#x2B;", "+").replace("&#x3D;", "=")
    };
    let (provider, at) = (world.provider(), now());
    let expected = |slo_url| ExpectedLogout { provider: &provider, slo_url, now: at, skew: TimeDelta::seconds(60) };
    let path = || UrlPath("aurora".to_owned());
    let state = || State(Arc::clone(&world.service));
    let post = async |request: Option<String>, response: Option<String>, relay_state: &str| {
        let form = Form(logout::Posted { request, response, relay_state: relay_state.to_owned() });
        logout::slo(state(), path(), form).await
    };

    // The provider asks, the portal answers.
    let session = signed_in().await;
    let index = session.session_index.clone().unwrap();
    let page = logout::leave(state(), path(), Form(logout::Chosen { sessione: index.clone() })).await.unwrap().0;
    let request = STANDARD.decode(field(&page, "SAMLRequest")).unwrap();
    let request = verify_logout_request(&expected(&world.portal.slo_url), request.as_slice()).unwrap();
    assert_eq!(request.session.name_id, session.name_id);
    assert_eq!(request.session.session_indexes, [index]);
    let slo_url = format!("{}/slo", provider.entity_id);
    let answer = logout_response(&world.portal, &slo_url, "_a", at, &request.id, LogoutStatus::Complete).unwrap();
    let heard = post(None, Some(STANDARD.encode(&answer)), &field(&page, "RelayState")).await.unwrap().0;
    assert!(heard.contains("Success"), "{heard}");
    assert!(post(None, Some(STANDARD.encode(&answer)), &request.id).await.is_err(), "an answer counts once");

    // The portal asks, the provider answers.
    let session = signed_in().await;
    let named = ProviderSession {
        name_id: session.name_id.clone(),
        name_qualifier: provider.entity_id.clone(),
        session_indexes: session.session_index.iter().cloned().collect(),
    };
    assert!(logout::sessions(state(), path()).await.unwrap().0.contains("Maria Colleoni"));
    let request = logout_request(&world.portal, &slo_url, "_ours", at, &named).unwrap();
    let page = post(Some(STANDARD.encode(request)), None, "r").await.unwrap().0;
    let answer = STANDARD.decode(field(&page, "SAMLResponse")).unwrap();
    let status = verify_logout_response(&expected(&world.portal.slo_url), "_ours", answer.as_slice()).unwrap();
    assert_eq!(status, LogoutStatus::Complete);
    assert!(!logout::sessions(state(), path()).await.unwrap().0.contains("Maria Colleoni"));
    // Signed by nobody whom the provider knows.
    let stranger = service_provider(&world.portal.entity_id);
    let request = logout_request(&stranger, &slo_url, "_theirs", at, &named).unwrap();
    assert!(post(Some(STANDARD.encode(request)), None, "r").await.is_err());
}

#[tokio::test]
async fn the_registry_publishes_a_list_that_its_certificate_verifies() {
    let world = World::new().await;
    let folder = world.folder.path().join("registro");
    world.service.providers.write_registry(&folder).unwrap();
    let pem = std::fs::read_to_string(folder.join("certificato.pem")).unwrap();
    let pinned = [sportello_identity::Certificate::from_pem(&pem).unwrap()];
    let verify = |xml: &str, now: DateTime<Utc>| verify_aggregate(xml.as_bytes(), &pinned, IdentityScheme::Spid, now);
    let first = std::fs::read_to_string(folder.join("spid.xml")).unwrap();
    let list = verify(&first, now()).unwrap();
    assert!(list.simulated);
    assert_eq!(list.providers.len(), 3);
    assert!(list.providers.contains(&world.provider()));
    assert!(verify(&first, now() + TimeDelta::days(8)).is_err());
    assert_ne!(verify(&world.service.providers.list(Face::Spid).unwrap(), now()).unwrap().id, list.id);
}
