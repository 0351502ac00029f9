//! Providers of SPID identities: they verify a request as real ones do, let the person be chosen, and sign the answer.

mod attributes;
mod keys;
mod logout;
mod pages;
mod registry;
#[cfg(test)]
mod tests;
mod wrong;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, ensure};
use axum::{
    Form, Json, Router,
    extract::{Path as UrlPath, State},
    http::StatusCode,
    response::Html,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use sportello_identity::{
    SpidAnomaly, message_id,
    provider::{
        IdentityProvider, Ids, Person as Subject, ReceivedRequest, ResponseDraft, ServiceMetadata, Signing, receive,
        refuse, request_issuer,
    },
};
use tokio::time::timeout;

use crate::{
    people::{self, Person},
    site::render,
    wire,
};
use pages::{AnswerPage, ChoicePage, RefusedPage};
use registry::Registry;
use wrong::Bench;

/// Path part and name of the providers that are played.
const PROVIDERS: [(&str, &str); 3] =
    [("aurora", "Aurora ID (simulato)"), ("brera", "Brera ID (simulato)"), ("ceresio", "Ceresio ID (simulato)")];

/// Longest wait for the metadata of the portal.
const METADATA_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that an answer is held back, in seconds.
const MAX_DELAY_S: u64 = 300;

/// The providers, with their keys, and the registry that they stand in.
pub struct Providers {
    all: Vec<(&'static str, IdentityProvider)>,
    registry: Registry,
}

impl Providers {
    /// Opens the providers; their keys are made at first start and kept in `folder`.
    pub fn open(folder: &Path, origin: &str) -> anyhow::Result<Self> {
        let open = |(path, name): (&'static str, &str)| {
            let entity_id = format!("{origin}/spid/{path}");
            let key = keys::open(&folder.join(format!("{path}.pem")), &entity_id, name)?;
            let sso_url = format!("{entity_id}/sso");
            Ok((path, IdentityProvider { entity_id, name: name.to_owned(), sso_url, key }))
        };
        let all = PROVIDERS.into_iter().map(open).collect::<anyhow::Result<_>>()?;
        Ok(Self { all, registry: Registry::open(folder, origin)? })
    }

    /// Writes what a portal needs to trust the registry: its certificate, and the list of today to begin with.
    pub fn write_registry(&self, folder: &Path) -> anyhow::Result<()> {
        self.registry.write_certificate(folder)?;
        let file = folder.join("spid.xml");
        std::fs::write(&file, self.list()?).with_context(|| format!("writing {}", file.display()))
    }

    fn list(&self) -> anyhow::Result<String> {
        self.registry.list(self.all.iter().map(|(_, provider)| provider))
    }

    /// Writes what a portal needs to trust these providers, one file each.
    pub fn write_metadata(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        for (path, provider) in &self.all {
            let file = folder.join(format!("{path}.xml"));
            std::fs::write(&file, provider.metadata()).with_context(|| format!("writing {}", file.display()))?;
        }
        Ok(())
    }

    fn find(&self, path: &str) -> Option<&IdentityProvider> {
        self.all.iter().find(|(known, _)| *known == path).map(|(_, provider)| provider)
    }

    /// Some provider that is not this one.
    fn other_than(&self, provider: &IdentityProvider) -> anyhow::Result<&IdentityProvider> {
        let mut others = self.all.iter().map(|(_, other)| other);
        others.find(|other| other.entity_id != provider.entity_id).context("there is another provider")
    }
}

/// What the routes share.
struct Service {
    providers: Providers,
    /// Those who stand on the page.
    people: Vec<Person>,
    /// Those who do not.
    more: Vec<Person>,
    /// Origin of the portal: requests of anybody else are refused.
    portal: String,
    /// The last right answer of each provider, to be sent again.
    sent: Mutex<HashMap<String, String>>,
    /// The sessions at the providers.
    sessions: Mutex<Vec<logout::Session>>,
}

/// Routes of the providers; `more` people can sign in besides those of the demonstration.
pub fn router(providers: Providers, portal: &str, more: u32) -> anyhow::Result<Router> {
    let service = Service::new(providers, portal, more)?;
    Ok(Router::new()
        .route("/people.json", get(list))
        .route("/registro/spid.xml", get(list_of_registry))
        .route("/spid/{provider}", get(metadata))
        .route("/spid/{provider}/sso", post(choose))
        .route("/spid/{provider}/risposta", post(answer))
        .route("/spid/{provider}/sessioni", get(logout::sessions))
        .route("/spid/{provider}/esci", post(logout::leave))
        .route("/spid/{provider}/slo", post(logout::slo))
        .with_state(Arc::new(service)))
}

/// What the portal posts, and what the choice adds.
#[derive(Default, serde::Deserialize)]
pub struct Posted {
    #[serde(rename = "SAMLRequest")]
    saml_request: String,
    #[serde(rename = "RelayState", default)]
    relay_state: String,
    /// Codice fiscale of whoever was chosen.
    persona: Option<String>,
    /// Number of the anomaly that was chosen.
    anomalia: Option<u8>,
    /// Level of the answer: 1, 2 or 3.
    livello: Option<u8>,
    /// Word of the wrong answer that was chosen.
    guasto: Option<String>,
    /// Codice fiscale of whoever a wrong answer is about.
    di_chi: Option<String>,
    /// Whether a session is opened at the provider, whatever the level.
    sessione: Option<String>,
    /// For how many seconds the answer is held back.
    ritardo: Option<u64>,
}

/// The list that the registry publishes now.
async fn list_of_registry(
    State(service): State<Arc<Service>>,
) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
    let list = service.providers.list().map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "the list of providers cannot be made");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    Ok(([("content-type", "application/samlmetadata+xml")], list))
}

async fn list(State(service): State<Arc<Service>>) -> Json<Vec<Person>> {
    Json(service.everybody().cloned().collect())
}

async fn metadata(
    State(service): State<Arc<Service>>,
    UrlPath(provider): UrlPath<String>,
) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
    let provider = service.providers.find(&provider).ok_or(StatusCode::NOT_FOUND)?;
    Ok(([("content-type", "application/samlmetadata+xml")], provider.metadata()))
}

/// The page that a real provider shows to ask who somebody is.
async fn choose(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(posted): Form<Posted>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    let request = service.verify(provider, &posted.saml_request).await.map_err(refused)?;
    shown(render(&ChoicePage::new(&provider.name, &path, &service.people, &request, &posted)))
}

/// The signed answer, on its way to the portal.
async fn answer(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(posted): Form<Posted>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    let request = service.verify(provider, &posted.saml_request).await.map_err(refused)?;
    let saml_response = service.respond(provider, &path, &request, &posted).map_err(refused)?;
    let delay = posted.ritardo.unwrap_or(0).min(MAX_DELAY_S);
    tokio::time::sleep(Duration::from_secs(delay)).await;
    shown(render(&AnswerPage { acs_url: request.acs_url, saml_response, relay_state: posted.relay_state }))
}

impl Service {
    /// See [`router`].
    fn new(providers: Providers, portal: &str, more: u32) -> anyhow::Result<Self> {
        ensure!(portal.starts_with("http://127.0.0.1:"), "--portal: an address of plain HTTP on 127.0.0.1");
        Ok(Self {
            providers,
            people: people::all(now().date_naive())?,
            more: people::more(more)?,
            portal: portal.to_owned(),
            sent: Mutex::default(),
            sessions: Mutex::default(),
        })
    }

    fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().chain(&self.more)
    }

    /// Verifies a request against the metadata that the portal publishes, as the federation's registry would hold them.
    async fn verify(&self, provider: &IdentityProvider, saml_request: &str) -> anyhow::Result<ReceivedRequest> {
        let issuer = request_issuer(saml_request)?;
        Ok(receive(provider, &self.portal_metadata(&issuer).await?, saml_request)?)
    }

    /// The metadata that the portal publishes under this name.
    async fn portal_metadata(&self, entity_id: &str) -> anyhow::Result<ServiceMetadata> {
        let known = entity_id.strip_prefix(&self.portal).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        ensure!(known, "the request comes from another portal");
        let metadata = timeout(METADATA_TIMEOUT, wire::get(&format!("{entity_id}/spid/metadata"))).await??;
        Ok(ServiceMetadata::parse(&metadata)?)
    }

    /// The answer that was chosen, in base64.
    fn respond(
        &self,
        provider: &IdentityProvider,
        path: &str,
        request: &ReceivedRequest,
        posted: &Posted,
    ) -> anyhow::Result<String> {
        if let Some(number) = posted.anomalia {
            let anomaly = SpidAnomaly::from_number(number).context("no such anomaly")?;
            return Ok(STANDARD.encode(refuse(provider, request, anomaly, &new_id()?, now())));
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        match posted.guasto.as_deref() {
            Some(name) if name == wrong::REPLAY.0 => {
                sent.get(path).cloned().context("this provider has not sent a right answer yet: sign in first")
            }
            Some(name) => {
                let draft = self.draft(provider, request, posted.di_chi.as_deref(), posted.livello)?;
                let bench = Bench { provider, other: self.providers.other_than(provider)?, draft };
                Ok(STANDARD.encode(wrong::make(name, &bench)?))
            }
            None => {
                let mut draft = self.draft(provider, request, posted.persona.as_deref(), posted.livello)?;
                if posted.sessione.is_some() {
                    draft.session_index = Some(draft.ids.assertion.clone());
                }
                self.remember(path, self.name_of(posted.persona.as_deref()), &draft);
                let answer = STANDARD.encode(draft.sign(&provider.key, Signing::Both)?);
                sent.insert(path.to_owned(), answer.clone());
                Ok(answer)
            }
        }
    }

    /// What somebody is called.
    fn name_of(&self, codice_fiscale: Option<&str>) -> String {
        let person = self.everybody().find(|person| Some(person.codice_fiscale.as_str()) == codice_fiscale);
        person.map(|person| format!("{} {}", person.nome, person.cognome)).unwrap_or_default()
    }

    /// The right answer about somebody, before it is signed.
    fn draft(
        &self,
        provider: &IdentityProvider,
        request: &ReceivedRequest,
        codice_fiscale: Option<&str>,
        level: Option<u8>,
    ) -> anyhow::Result<ResponseDraft> {
        let person = self.everybody().find(|person| Some(person.codice_fiscale.as_str()) == codice_fiscale);
        let person = person.context("choose somebody")?;
        let ids = Ids { response: new_id()?, assertion: new_id()?, name_id: new_id()? };
        let level = wrong::level(level);
        let mut draft = ResponseDraft::success(provider, request, &subject(person), level, ids, now());
        attributes::complete(&mut draft, &request.attributes, person);
        Ok(draft)
    }
}

fn subject(person: &Person) -> Subject {
    Subject {
        codice_fiscale: person.codice_fiscale.clone(),
        nome: person.nome.clone(),
        cognome: person.cognome.clone(),
        nascita: person.nascita,
        luogo_nascita: person.luogo_nascita.clone(),
        email: person.email.clone(),
        cellulare: person.cellulare.clone(),
    }
}

/// An id that nobody can guess.
pub fn new_id() -> anyhow::Result<String> {
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).ok().context("the system gives no randomness")?;
    Ok(message_id(random))
}

/// The instant, for this program alone.
#[expect(clippy::disallowed_methods, reason = "the one place of the simulators that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

fn shown(page: Result<Html<String>, StatusCode>) -> Result<Html<String>, (StatusCode, Html<String>)> {
    page.map_err(|status| (status, Html(String::new())))
}

fn not_found() -> (StatusCode, Html<String>) {
    (StatusCode::NOT_FOUND, Html("Pagina non trovata (SIMULAZIONE)".to_owned()))
}

/// What a provider shows instead of sending the person back: it does not trust the request.
fn refused(error: anyhow::Error) -> (StatusCode, Html<String>) {
    tracing::warn!(error = format!("{error:#}"), "a request was refused");
    let page = render(&RefusedPage { reason: format!("{error:#}") });
    (StatusCode::BAD_REQUEST, page.unwrap_or_else(|_| Html(String::new())))
}
