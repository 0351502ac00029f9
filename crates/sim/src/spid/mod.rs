//! Providers of SPID identities: they verify a request as real ones do, let the person be chosen, and sign the answer.

mod attributes;
mod face;
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
use face::Face;
use pages::{AnswerPage, ChoicePage, RefusedPage};
use registry::Registry;
use wrong::Bench;

/// Path part and name of the providers that are played.
const PROVIDERS: [(&str, &str, Face); 5] = [
    ("aurora", "Aurora ID (simulato)", Face::Spid),
    ("brera", "Brera ID (simulato)", Face::Spid),
    ("ceresio", "Ceresio ID (simulato)", Face::Spid),
    ("cie", "CIE (simulata)", Face::Cie),
    ("eidas", "Nodo eIDAS (simulato)", Face::Eidas),
];

/// Longest wait for the metadata of the portal.
const METADATA_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that an answer is held back, in seconds.
const MAX_DELAY_S: u64 = 300;

/// One provider.
struct Played {
    path: &'static str,
    face: Face,
    idp: IdentityProvider,
}

/// The providers, with their keys, and the registry that they stand in.
pub struct Providers {
    all: Vec<Played>,
    registry: Registry,
}

impl Providers {
    /// Opens the providers; their keys are made at first start and kept in `folder`.
    pub fn open(folder: &Path, origin: &str) -> anyhow::Result<Self> {
        let open = |(path, name, face): (&'static str, &str, Face)| {
            let entity_id = format!("{origin}/spid/{path}");
            let key = keys::open(&folder.join(format!("{path}.pem")), &entity_id, name)?;
            let sso_url = format!("{entity_id}/sso");
            Ok(Played { path, face, idp: IdentityProvider { entity_id, name: name.to_owned(), sso_url, key } })
        };
        let all = PROVIDERS.into_iter().map(open).collect::<anyhow::Result<_>>()?;
        Ok(Self { all, registry: Registry::open(folder, origin)? })
    }

    /// Writes what a portal needs to trust the registry: its certificate, and the lists of today to begin with.
    pub fn write_registry(&self, folder: &Path) -> anyhow::Result<()> {
        self.registry.write_certificate(folder)?;
        for face in Face::ALL {
            let file = folder.join(format!("{}.xml", face.word()));
            std::fs::write(&file, self.list(face)?).with_context(|| format!("writing {}", file.display()))?;
        }
        Ok(())
    }

    fn list(&self, face: Face) -> anyhow::Result<String> {
        self.registry.list(self.all.iter().filter(|played| played.face == face).map(|played| &played.idp))
    }

    /// Writes what a portal needs to trust the providers of SPID, one file each.
    pub fn write_metadata(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        for Played { path, idp, .. } in self.all.iter().filter(|played| played.face == Face::Spid) {
            let file = folder.join(format!("{path}.xml"));
            std::fs::write(&file, idp.metadata()).with_context(|| format!("writing {}", file.display()))?;
        }
        Ok(())
    }

    fn find(&self, path: &str) -> Option<&Played> {
        self.all.iter().find(|played| played.path == path)
    }

    /// Some provider that is not this one.
    fn other_than(&self, path: &str) -> anyhow::Result<&IdentityProvider> {
        let other = self.all.iter().find(|played| played.path != path);
        Ok(&other.context("there is another provider")?.idp)
    }
}

/// What the routes share.
struct Service {
    providers: Providers,
    /// Those who stand on the page.
    people: Vec<Person>,
    /// Those of the page of eIDAS.
    foreign: Vec<Person>,
    /// Those who do not.
    more: Vec<Person>,
    /// Origin of the portal: requests of anybody else are refused.
    portal: String,
    /// The last right answer of each provider, to be sent again.
    sent: Mutex<HashMap<String, String>>,
    /// Metadata of the portal that have verified a request.
    known: Mutex<HashMap<(Face, String), ServiceMetadata>>,
    /// The sessions at the providers.
    sessions: Mutex<Vec<logout::Session>>,
}

/// Routes of the providers; `more` people can sign in besides those of the demonstration.
pub fn router(providers: Providers, portal: &str, more: u32) -> anyhow::Result<Router> {
    let service = Service::new(providers, portal, more)?;
    Ok(Router::new()
        .route("/people.json", get(list))
        .route("/registro/{list}", get(list_of_registry))
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
    UrlPath(name): UrlPath<String>,
) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
    let face = Face::ALL.into_iter().find(|face| name.strip_suffix(".xml") == Some(face.word()));
    let list = service.providers.list(face.ok_or(StatusCode::NOT_FOUND)?).map_err(|error| {
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
    Ok(([("content-type", "application/samlmetadata+xml")], provider.idp.metadata()))
}

/// The page that a real provider shows to ask who somebody is.
async fn choose(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(posted): Form<Posted>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    let request = service.verify(provider, &posted.saml_request).await.map_err(refused)?;
    shown(render(&ChoicePage::new(provider, service.people_of(provider.face), &request, &posted)))
}

/// The signed answer, on its way to the portal.
async fn answer(
    State(service): State<Arc<Service>>,
    UrlPath(path): UrlPath<String>,
    Form(posted): Form<Posted>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let provider = service.providers.find(&path).ok_or_else(not_found)?;
    let request = service.verify(provider, &posted.saml_request).await.map_err(refused)?;
    let saml_response = service.respond(provider, &request, &posted).map_err(refused)?;
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
            foreign: people::foreign()?,
            more: people::more(more)?,
            portal: portal.to_owned(),
            sent: Mutex::default(),
            known: Mutex::default(),
            sessions: Mutex::default(),
        })
    }

    fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().chain(&self.more)
    }

    /// Those who can be chosen at a provider of this face.
    fn people_of(&self, face: Face) -> &[Person] {
        if face == Face::Eidas { &self.foreign } else { &self.people }
    }

    /// Verifies a request against the metadata of the portal that are known, as the federation's registry would hold
    /// them, and against those that it publishes now where that fails: its keys may be new.
    async fn verify(&self, provider: &Played, saml_request: &str) -> anyhow::Result<ReceivedRequest> {
        let place = (provider.face, request_issuer(saml_request)?);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if let Some(request) = known.and_then(|known| receive(&provider.idp, &known, saml_request).ok()) {
            return Ok(request);
        }
        let published = self.portal_metadata(provider.face, &place.1).await?;
        let request = receive(&provider.idp, &published, saml_request)?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(place, published);
        Ok(request)
    }

    /// The metadata that the portal publishes under this name.
    async fn portal_metadata(&self, face: Face, entity_id: &str) -> anyhow::Result<ServiceMetadata> {
        let known = entity_id.strip_prefix(&self.portal).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        ensure!(known, "the request comes from another portal");
        let metadata = timeout(METADATA_TIMEOUT, wire::get(&face.metadata_url(entity_id))).await??;
        Ok(ServiceMetadata::parse(&metadata)?)
    }

    /// The answer that was chosen, in base64.
    fn respond(&self, provider: &Played, request: &ReceivedRequest, posted: &Posted) -> anyhow::Result<String> {
        if let Some(number) = posted.anomalia {
            let anomaly = SpidAnomaly::from_number(number).context("no such anomaly")?;
            return Ok(STANDARD.encode(refuse(&provider.idp, request, anomaly, &new_id()?, now())));
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        match posted.guasto.as_deref() {
            Some(name) if name == wrong::REPLAY.0 => {
                sent.get(provider.path).cloned().context("this provider has not sent a right answer yet: sign in first")
            }
            Some(name) => {
                let draft = self.draft(provider, request, posted.di_chi.as_deref(), posted.livello)?;
                let bench = Bench { provider: &provider.idp, other: self.providers.other_than(provider.path)?, draft };
                Ok(STANDARD.encode(wrong::make(name, &bench)?))
            }
            None => {
                let mut draft = self.draft(provider, request, posted.persona.as_deref(), posted.livello)?;
                if posted.sessione.is_some() {
                    draft.session_index = Some(draft.ids.assertion.clone());
                }
                self.remember(provider.path, self.name_of(posted.persona.as_deref()), &draft);
                let answer = STANDARD.encode(draft.sign(&provider.idp.key, Signing::Both)?);
                sent.insert(provider.path.to_owned(), answer.clone());
                Ok(answer)
            }
        }
    }

    /// Whoever has this code.
    fn somebody(&self, codice_fiscale: Option<&str>) -> Option<&Person> {
        let mut known = self.everybody().chain(&self.foreign);
        known.find(|person| Some(person.codice_fiscale.as_str()) == codice_fiscale)
    }

    /// What somebody is called.
    fn name_of(&self, codice_fiscale: Option<&str>) -> String {
        let person = self.somebody(codice_fiscale);
        person.map(|person| format!("{} {}", person.nome, person.cognome)).unwrap_or_default()
    }

    /// The right answer about somebody, before it is signed.
    fn draft(
        &self,
        provider: &Played,
        request: &ReceivedRequest,
        codice_fiscale: Option<&str>,
        level: Option<u8>,
    ) -> anyhow::Result<ResponseDraft> {
        let person = self.somebody(codice_fiscale).context("choose somebody")?;
        let ids = Ids { response: new_id()?, assertion: new_id()?, name_id: new_id()? };
        let level = level.map_or(provider.face.level(request.level), wrong::level);
        let mut draft = ResponseDraft::success(&provider.idp, request, &subject(person), level, ids, now());
        attributes::complete(&mut draft, &request.attributes, person);
        provider.face.dress(&mut draft, person);
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
