//! One whole portal for a test: two enti, a modello, people with sessions, and a browser's view of the router.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_app::{
    Parts, Portal,
    address::Addressing,
    clock::Chance,
    ente,
    mail::{Mailer, Security},
    modello::{self, Booking, Publication},
    registro_gestori::Registries,
    ruolo::{self, Grant},
    testing::Hands,
};
use sportello_documents::{Typesetter, fonts};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    codice_fiscale::CodiceFiscale,
    ente::Ente,
    id::{EnteId, PersonaId, SessionId},
    identita::{Identita, IdentityLevel, IdentityScheme},
    modello::{Modello, Procedura},
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{
    file::FileStore,
    persona,
    scuola::{self, PlessoRow},
    session::{self, NewSession, SessionKind},
    testing::{self, TestDatabase},
};
use sportello_web::{WebSettings, router};
use tower::ServiceExt;

/// Origin of the portal in tests.
pub const ORIGIN: &str = "http://127.0.0.1:8080";
/// Token of every session of a test.
pub const CSRF: &str = "token-of-the-session";
/// Secret of the device of every school.
const DEVICE: &str = "the-device-of-the-school";
/// Largest answer read by a test, in bytes.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
const MENSA_EN: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.en.toml");
const MENSA_PROCEDURA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");

/// A portal with enti `prova` (offers the mensa) and `altrove` (offers nothing).
pub struct TestPortal {
    /// The portal.
    pub portal: Portal,
    /// Its clock, at [`testing::now`] until the test moves it.
    pub clock: Hands,
    /// Its web side.
    pub router: Router,
    /// The ente that offers the mensa.
    pub prova: Arc<Ente>,
    /// Another ente.
    pub altrove: Arc<Ente>,
    /// Kept until the portal is dropped, when it is the portal's own.
    _database: Option<TestDatabase>,
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct Person {
    /// Cookie header of their browser.
    pub cookie: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    /// A header as text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl TestPortal {
    /// Puts the portal together on a fresh database.
    pub async fn new() -> Self {
        Self::reached(Addressing::ByPrefix { origin: ORIGIN.into() }).await
    }

    /// The same, with another way to tell enti apart.
    pub async fn reached(addressing: Addressing) -> Self {
        let database = TestDatabase::sqlite().await;
        let portal = Self::on(&database, addressing).await;
        Self { _database: Some(database), ..portal }
    }

    /// The same on a database that the test keeps.
    pub async fn on(database: &TestDatabase, addressing: Addressing) -> Self {
        let clock = Hands::at(testing::now());
        let portal = Portal::new(Parts {
            store: database.store.patient(),
            sealer: database.sealer().await,
            files: FileStore::open(&database.folder.path().join("files")).unwrap(),
            addressing,
            clock: clock.clock(),
            chance: Chance::seeded(1),
            mailer: Mailer::new("127.0.0.1", 1, Security::None, "Prova <noreply@prova.example>").unwrap(),
            typesetter: Typesetter::new(fonts::all()).unwrap(),
            checkout: None,
            protocol_systems: std::collections::HashMap::new(),
            registries: Registries::default(),
            scanner: None,
            simulated_providers: true,
        });
        let prova = add_ente(&portal, "prova", 1).await;
        let altrove = add_ente(&portal, "altrove", 2).await;
        publish(&portal, prova.id, window(), None).await;
        let router = router(portal.clone(), WebSettings::default());
        Self { portal, clock, router, prova, altrove, _database: None }
    }

    /// Offers the mensa in `prova` in another window.
    pub async fn offer(&self, opens_at: DateTime<Utc>, closes_at: DateTime<Utc>) {
        publish(&self.portal, self.prova.id, (opens_at, closes_at), None).await;
    }

    /// Publishes the mensa of `prova` again, with places that are booked.
    pub async fn publish_places(&self) {
        let booking = Booking { from: Some(testing::now() - TimeDelta::hours(1)), posti: 50 };
        publish(&self.portal, self.prova.id, window(), Some(booking)).await;
    }

    /// A citizen of an ente with a session; `number` tells people apart.
    pub async fn cittadino(&self, ente: &Ente, number: u8) -> Person {
        self.person(ente, number, SessionKind::Cittadino, "__Host-sportello").await
    }

    /// A member of staff of an ente with these roles and a session.
    pub async fn operatore(&self, ente: &Ente, number: u8, roles: &[Ruolo]) -> Person {
        for role in roles {
            let grant = Grant { codice_fiscale: codice_fiscale(number), ruolo: *role, ambito: Ambito::Ente };
            ruolo::grant_by_command(&self.portal, ente.id, grant).await.unwrap();
        }
        self.person(ente, number, SessionKind::Ufficio, "__Host-ufficio").await
    }

    /// A member of staff of a school of an ente with a session on this device.
    pub async fn scuola(&self, ente: &Ente, number: u8) -> Person {
        let (id, plesso) = (
            ente.id,
            PlessoRow {
                codice: "BGEE0PLESSO".into(),
                name: "Bruno Munari".into(),
                grado: "primaria".into(),
                service_open: true,
                sort: 1,
            },
        );
        let ambito = Ambito::Plesso(plesso.codice.clone());
        self.portal.store().write(id, async move |tx| scuola::put_plesso(tx, id, &plesso).await).await.unwrap();
        let grant = Grant { codice_fiscale: codice_fiscale(number), ruolo: Ruolo::OperatoreScuola, ambito };
        ruolo::grant_by_command(&self.portal, id, grant).await.unwrap();
        let person = self.person(ente, number, SessionKind::Scuola, "__Host-scuola").await;
        Person { cookie: format!("{}; __Host-dispositivo={DEVICE}", person.cookie) }
    }

    async fn person(&self, ente: &Ente, number: u8, kind: SessionKind, cookie: &str) -> Person {
        let (id, now) = (ente.id, self.clock.now());
        let token = format!("{:064x}", testing::id().as_u128());
        let identita = Identita {
            scheme: IdentityScheme::Spid,
            provider: "https://idp.example".into(),
            level: IdentityLevel::L2,
            codice_fiscale: codice_fiscale(number).as_str().to_owned(),
            nome: format!("Nome{number}"),
            cognome: format!("Cognome{number}"),
            nascita: chrono::NaiveDate::from_ymd_opt(1985, 3, 12),
            luogo_nascita: None,
            email: Some("persona@posta.example".into()),
            cellulare: None,
        };
        let token_hash = Sha256::digest(token.as_bytes()).to_vec();
        self.portal
            .store()
            .write(id, async move |tx| {
                let known = persona::sign_in(tx, id, PersonaId::new(testing::id()), &identita, now).await?;
                let new = NewSession {
                    id: SessionId::new(testing::id()),
                    token_hash,
                    kind,
                    persona_id: known.id,
                    scheme: IdentityScheme::Spid,
                    level: IdentityLevel::L2,
                    csrf: CSRF.into(),
                    provider: None,
                    name_id: None,
                    session_index: None,
                    browser: "Firefox, Windows".to_owned(),
                    device_hash: (kind == SessionKind::Scuola).then(|| Sha256::digest(DEVICE).to_vec()),
                    created_at: now,
                    expires_at: now + TimeDelta::hours(8),
                };
                session::create(tx, id, &new).await
            })
            .await
            .unwrap();
        Person { cookie: format!("{cookie}={token}") }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str, person: Option<&Person>) -> Answer {
        self.send(Method::GET, path, person, &[], String::new()).await
    }

    /// Sends a form as a browser on the portal's own page does, with the token of the session.
    pub async fn post(&self, path: &str, person: Option<&Person>, form: &str) -> Answer {
        let body = format!("_csrf={CSRF}&{form}");
        self.send(Method::POST, path, person, &[("origin", ORIGIN)], body).await
    }

    /// Sends any request; a body is a form.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        person: Option<&Person>,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, "127.0.0.1:8080");
        }
        if let Some(person) = person {
            request = request.header(header::COOKIE, &person.cookie);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, ANSWER_MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

/// Address of a path of an ente: the payment door stands at the root of the installation.
pub fn address(slug: &str, path: &str) -> String {
    match path.strip_prefix("/pagopa") {
        Some(inside) if inside.is_empty() || inside.starts_with('/') => format!("/pagopa/{slug}{inside}"),
        _ => format!("/{slug}{path}"),
    }
}

/// An invented codice fiscale with a right check letter.
pub fn codice_fiscale(number: u8) -> CodiceFiscale {
    let body = format!("RSSMRA{:02}A01H501", number % 100);
    ('A'..='Z')
        .find_map(|letter| CodiceFiscale::parse(&format!("{body}{letter}"), None).ok())
        .expect("one of the letters is right")
}

async fn add_ente(portal: &Portal, slug: &str, number: u128) -> Arc<Ente> {
    let ente = Ente {
        id: EnteId::new(uuid::Uuid::from_u128(number)),
        slug: slug.into(),
        host: Some(format!("servizi.{slug}.example")),
        settings: testing::settings(slug),
    };
    ente::add(portal, ente.clone(), &codice_fiscale(90)).await.unwrap();
    Arc::new(ente)
}

/// The window in which the mensa can be filed, unless a test says another.
fn window() -> (DateTime<Utc>, DateTime<Utc>) {
    (testing::now() - TimeDelta::days(30), testing::now() + TimeDelta::days(30))
}

async fn publish(
    portal: &Portal,
    ente: EnteId,
    (opens_at, closes_at): (DateTime<Utc>, DateTime<Utc>),
    booking: Option<Booking>,
) {
    let modello = Modello::parse("iscrizione-mensa.toml", MENSA)
        .and_then(|modello| modello.with_english("iscrizione-mensa.en.toml", MENSA_EN))
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let procedura = Procedura::parse("iscrizione-mensa.procedura.toml", MENSA_PROCEDURA)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let anno_scolastico = AnnoScolastico::beginning_in(2026);
    let publication = Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking };
    modello::publish(portal, ente, publication).await.unwrap();
}
