//! A provider, a registry, a service and the messages between them; keys are made once for each folder.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ring::rand::SystemRandom;
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::{
    Aggregate, AuthnRequest, Certificate, Contact, Expected, ExpectedLogout, KeyBits, LogoutRequest, LogoutStatus,
    Organization, Outcome, Provider, ProviderSession, RedirectMessage, ServiceKey, ServiceProvider, SpidAnomaly,
    Subject, VerifiedAssertion, authn_request, message_id, metadata,
    provider::{
        AggregateDraft, IdentityProvider, Ids, Person, ReceivedRequest, ResponseDraft, ServiceMetadata, Signing,
        receive, refuse,
    },
    verify_aggregate, verify_logout_request, verify_response,
};

use crate::door::Door;

const ENTITY_ID: &str = "https://comune.example";
const IDP: &str = "https://idp.example";
const REGISTRY: &str = "https://registro.example";
/// Our request to end a session.
pub(crate) const LOGOUT_ID: &str = "_logout";

/// All that an input is judged by.
pub struct World {
    pub(crate) setting: Setting,
    pub(crate) registry: Certificate,
    /// What the provider has signed: nothing else may be believed.
    pub(crate) assertion: VerifiedAssertion,
    pub(crate) logout: LogoutRequest,
    pub(crate) list: Aggregate,
    /// The queries by HTTP-Redirect that the provider has signed.
    pub(crate) redirected: Vec<RedirectMessage>,
}

/// Who talks to whom, and what was asked.
pub(crate) struct Setting {
    service: ServiceProvider,
    pub(crate) provider: Provider,
    request: AuthnRequest,
}

/// When everything happens.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_593_660, 0).expect("an instant of November 2026")
}

impl World {
    /// Opens the world of a folder: keys that are kept there, or new ones, and the seeds in its `corpus`.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("corpus")).context("making the folder")?;
        let idp = IdentityProvider {
            entity_id: IDP.into(),
            name: "Gestore di prova".into(),
            sso_url: format!("{IDP}/sso"),
            key: key(folder, "provider", IDP)?,
        };
        let registry = key(folder, "registry", REGISTRY)?;
        let service = service(key(folder, "service", ENTITY_ID)?);
        let provider = idp.pinned();
        let asked = now() - TimeDelta::seconds(60);
        let request = authn_request(&service, &provider, &message_id([7; 16]), asked, IdentityLevel::L2)?;
        let published = ServiceMetadata::parse(metadata(&service)?.xml.as_bytes())?;
        let received = receive(&idp, &published, &request.saml_request)?;
        let seeds = Seeds::make(&idp, &registry, &service, &received)?;
        seeds.write(&folder.join("corpus"))?;
        seeds.world(Setting { service, provider, request }, registry.certificate())
    }
}

impl Setting {
    /// What an answer must keep to.
    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected {
            request_id: &self.request.id,
            issued_at: now() - TimeDelta::seconds(60),
            level: IdentityLevel::L2,
            provider: &self.provider,
            entity_id: &self.service.entity_id,
            acs_url: &self.service.acs_url,
            now: now(),
            skew: TimeDelta::seconds(60),
        }
    }

    /// What a message of logout must keep to.
    pub(crate) fn expected_logout(&self) -> ExpectedLogout<'_> {
        ExpectedLogout {
            provider: &self.provider,
            slo_url: &self.service.slo_url,
            now: now(),
            skew: TimeDelta::seconds(60),
        }
    }
}

/// One valid message for every door.
struct Seeds {
    answers: [String; 3],
    metadata: String,
    list: String,
    logout: String,
    logout_answer: String,
    queries: [String; 2],
    certificate: String,
}

impl Seeds {
    fn make(
        idp: &IdentityProvider,
        registry: &ServiceKey,
        service: &ServiceProvider,
        request: &ReceivedRequest,
    ) -> Result<Self> {
        let (slo, at) = (&service.slo_url, now() - TimeDelta::seconds(30));
        let ids = Ids { response: "_response".into(), assertion: "_assertion".into(), name_id: "_name".into() };
        let draft = ResponseDraft::success(idp, request, &person(), IdentityLevel::L2, ids, at);
        let session = ProviderSession {
            name_id: "_name".into(),
            name_qualifier: IDP.into(),
            session_indexes: vec!["_session".into()],
        };
        let cancelled = SpidAnomaly::from_number(25).context("the anomaly of who cancels")?;
        let list = AggregateDraft {
            id: "_list".into(),
            name: REGISTRY.into(),
            created_at: Some(at),
            valid_until: Some(now() + TimeDelta::days(7)),
            entries: vec![idp.metadata()],
        };
        let query = |address: String| address.split_once('?').map(|(_, query)| query.to_owned());
        Ok(Self {
            answers: [
                draft.sign(&idp.key, Signing::Assertion)?,
                draft.sign(&idp.key, Signing::Both)?,
                refuse(idp, request, cancelled, "_refusal", at),
            ],
            metadata: idp.metadata(),
            list: list.sign(registry)?,
            logout: idp.logout_request(slo, "_end", at, &session)?,
            logout_answer: idp.logout_response(slo, "_ended", at, LOGOUT_ID, LogoutStatus::Complete)?,
            queries: [
                query(idp.logout_request_address(slo, "_end", at, &session)?).context("an address with a query")?,
                query(idp.logout_request_address(slo, "_other", at, &session)?).context("an address with a query")?,
            ],
            certificate: idp.key.certificate().to_pem(),
        })
    }

    fn write(&self, corpus: &Path) -> Result<()> {
        let encoded = STANDARD.encode(&self.answers[0]);
        let mut inputs: Vec<(Door, &str)> = vec![
            (Door::Field, &encoded),
            (Door::Metadata, &self.metadata),
            (Door::List, &self.list),
            (Door::Logout, &self.logout),
            (Door::LogoutAnswer, &self.logout_answer),
            (Door::Certificate, &self.certificate),
        ];
        inputs.extend(self.answers.iter().flat_map(|answer| [(Door::Answer, &**answer), (Door::Peek, &**answer)]));
        inputs.extend(self.queries.iter().map(|query| (Door::Query, &**query)));
        for (number, (door, text)) in inputs.into_iter().enumerate() {
            let bytes = [&[door.byte()], text.as_bytes()].concat();
            fs::write(corpus.join(format!("seed-{number:02}")), bytes).context("writing a seed")?;
        }
        Ok(())
    }

    /// The world, once every seed was accepted: a fuzzer whose seeds are refused finds nothing.
    fn world(&self, setting: Setting, registry: &Certificate) -> Result<World> {
        let registry = registry.clone();
        let keys = std::slice::from_ref(&registry);
        let list = verify_aggregate(self.list.as_bytes(), keys, IdentityScheme::Spid, now())?;
        let logout = verify_logout_request(&setting.expected_logout(), self.logout.as_bytes())?;
        let Outcome::Verified(assertion) = verify_response(&setting.expected(), self.answers[1].as_bytes())? else {
            bail!("the seed is a refusal");
        };
        let mut redirected = Vec::new();
        for query in &self.queries {
            let message = RedirectMessage::read(query)?;
            message.verify(&setting.provider.certificates)?;
            redirected.push(message);
        }
        Ok(World { setting, registry, assertion: *assertion, logout, list, redirected })
    }
}

fn person() -> Person {
    Person {
        codice_fiscale: "RSSMRA80A01H501U".into(),
        nome: "Maria".into(),
        cognome: "D'Ambrosio <&> Pérez".into(),
        nascita: NaiveDate::from_ymd_opt(1980, 1, 1).expect("a day of that year"),
        luogo_nascita: "H501".into(),
        email: "maria@posta.example".into(),
        cellulare: "3330000000".into(),
    }
}

fn service(key: ServiceKey) -> ServiceProvider {
    ServiceProvider {
        scheme: IdentityScheme::Spid,
        entity_id: ENTITY_ID.into(),
        acs_url: format!("{ENTITY_ID}/spid/acs"),
        slo_url: format!("{ENTITY_ID}/spid/slo"),
        service_name: "Servizi online".into(),
        organization: Organization {
            name: "Comune".into(),
            display_name: "Comune".into(),
            url: "https://www.comune.example/".into(),
        },
        contact: Contact {
            ipa_code: "c_b442".into(),
            municipality: Some("B442".into()),
            email: "protocollo@comune.example".into(),
            telephone: Some("+390363000000".into()),
        },
        aggregator: None,
        eidas: false,
        key: key.into(),
        other_certificates: Vec::new(),
    }
}

/// The key of this name in the folder; made where there is none, so that a crash can be repeated.
fn key(folder: &Path, name: &str, entity_id: &str) -> Result<ServiceKey> {
    let (private, certificate) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.pem")));
    if private.exists() {
        let certificate = Certificate::from_pem(&fs::read_to_string(certificate)?)?;
        return Ok(ServiceKey::from_parts(&fs::read(private)?, certificate)?);
    }
    let subject = Subject {
        organization: "Comune".into(),
        organization_identifier: "PA:IT-c_b442".into(),
        entity_id: entity_id.into(),
        locality: "Comune".into(),
    };
    let made = ServiceKey::generate(KeyBits::B2048, &subject, now(), &SystemRandom::new())?;
    fs::write(certificate, made.certificate().to_pem())?;
    fs::write(private, made.pkcs8_der())?;
    Ok(made)
}
