//! A provider of identities (gestore) that signs real responses for a test portal.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    ente::Ente,
    identita::{IdentityLevel, IdentityScheme},
};
use sportello_identity::{
    KeyBits, LogoutStatus, ProviderSession, ServiceKey, SpidAnomaly, Subject, form_field, message_id,
    provider::{
        IdentityProvider, Ids, Person, ReceivedRequest, ResponseDraft, ServiceMetadata, Signing, receive,
        receive_address, refuse,
    },
};

use super::{App, identita};
use crate::{
    Ctx, accesso,
    accesso::{Browser, Departure, SignInFailure, SignInForm, SignedIn},
    session::Audience,
};

/// A provider whose metadata a portal may be told to trust.
pub struct Gestore {
    idp: IdentityProvider,
    scheme: IdentityScheme,
}

impl Gestore {
    /// A provider with a key of its own; `name` is part of its entity id. Making the key takes a moment.
    pub fn new(name: &str, now: DateTime<Utc>) -> Self {
        let entity_id = format!("https://{name}.idp.example");
        let subject = Subject {
            organization: format!("Gestore {name}"),
            organization_identifier: "VATIT-00000000000".into(),
            entity_id: entity_id.clone(),
            locality: "Roma".into(),
        };
        let random = ring::rand::SystemRandom::new();
        Self {
            scheme: IdentityScheme::Spid,
            idp: IdentityProvider {
                sso_url: format!("{entity_id}/sso"),
                key: ServiceKey::generate(KeyBits::B2048, &subject, now, &random).expect("a key can be made"),
                name: format!("Gestore {name}"),
                entity_id,
            },
        }
    }

    /// A provider that the portal of `app` trusts as a simulated one.
    pub async fn trusted(app: &App, name: &str) -> Self {
        Self::trusted_as(app, name, IdentityScheme::Spid).await
    }

    /// The same of another scheme.
    pub async fn trusted_as(app: &App, name: &str, scheme: IdentityScheme) -> Self {
        let gestore = Self { scheme, ..Self::new(name, app.clock.now()) };
        accesso::trust(&app.portal, gestore.metadata().as_bytes(), scheme, true)
            .await
            .expect("the metadata of a provider are read");
        gestore
    }

    /// The same, with an address for HTTP-Redirect alone.
    pub async fn trusted_by_redirect(app: &App, name: &str) -> Self {
        let gestore = Self::new(name, app.clock.now());
        let sso = &gestore.idp.sso_url;
        let named = |binding| format!("HTTP-{binding}\" Location=\"{sso}\"");
        let metadata = gestore.metadata().replace(&named("POST"), &named("Redirect"));
        accesso::trust(&app.portal, metadata.as_bytes(), IdentityScheme::Spid, true)
            .await
            .expect("the metadata of a provider are read");
        gestore
    }

    /// Its metadata.
    pub fn metadata(&self) -> String {
        self.idp.metadata()
    }

    /// Its entity id.
    pub fn entity_id(&self) -> &str {
        &self.idp.entity_id
    }

    /// What a browser at the ente of `ctx` gets when it chooses this provider.
    pub async fn start(&self, app: &App, ctx: &Ctx, audience: Audience, prelogin: Option<&str>) -> SignInForm {
        let destination = "/compila/iscrizione-mensa";
        let browser = Browser { prelogin, label: "Firefox, Windows" };
        let departure = accesso::start(&app.portal, ctx, audience, self.entity_id(), destination, &browser)
            .await
            .expect("the provider is offered");
        match departure {
            Departure::Form(form) => form,
            Departure::Address { .. } => unreachable!("its metadata name HTTP-POST"),
        }
    }

    /// The request of a form, read as a provider reads it: against the metadata of the ente.
    pub async fn receive(&self, app: &App, ctx: &Ctx, form: &SignInForm) -> ReceivedRequest {
        let metadata = accesso::metadata(&app.portal, ctx, self.scheme).await.expect("the ente has metadata");
        let metadata = ServiceMetadata::parse(metadata.as_bytes()).expect("they verify");
        receive(&self.idp, &metadata, &form.saml_request).expect("the request follows the rules")
    }

    /// The request in an address of this provider, read as a provider reads it.
    pub async fn receive_address(&self, app: &App, ctx: &Ctx, address: &str) -> ReceivedRequest {
        let metadata = accesso::metadata(&app.portal, ctx, self.scheme).await.expect("the ente has metadata");
        let metadata = ServiceMetadata::parse(metadata.as_bytes()).expect("they verify");
        let (sso, query) = address.split_once('?').expect("an address with a query");
        assert_eq!(sso, self.idp.sso_url);
        receive_address(&self.idp, &metadata, query).expect("the request follows the rules")
    }

    /// A response before it is signed, about the person of a family name.
    pub fn draft(&self, app: &App, request: &ReceivedRequest, cognome: &str) -> ResponseDraft {
        let known = identita(cognome);
        let person = Person {
            codice_fiscale: known.codice_fiscale,
            nome: known.nome,
            cognome: known.cognome,
            nascita: NaiveDate::from_ymd_opt(1985, 3, 12).expect("a day of that year"),
            luogo_nascita: "A794".into(),
            email: format!("{}@posta.example", cognome.to_lowercase()),
            cellulare: "3330000000".into(),
        };
        let id = || message_id(app.portal.chance().bytes());
        let ids = Ids { response: id(), assertion: id(), name_id: id() };
        ResponseDraft::success(&self.idp, request, &person, IdentityLevel::L2, ids, app.clock.now())
    }

    /// Field `SAMLResponse` of a response, signed by this provider.
    pub fn sign(&self, draft: &ResponseDraft) -> String {
        STANDARD.encode(self.sign_parts(draft, Signing::Both))
    }

    /// The document of a response of which this provider has signed some parts.
    pub fn sign_parts(&self, draft: &ResponseDraft, signing: Signing) -> String {
        draft.sign(&self.idp.key, signing).expect("a response is signed")
    }

    /// Field `SAMLResponse` that tells of an anomaly.
    pub fn refuse(&self, app: &App, request: &ReceivedRequest, anomaly: SpidAnomaly) -> String {
        let id = message_id(app.portal.chance().bytes());
        STANDARD.encode(refuse(&self.idp, request, anomaly, &id, app.clock.now()))
    }

    /// Field `SAMLRequest` of a request to end the sessions of a name at an ente; no index means all of them.
    pub fn logout_by_post(&self, app: &App, ente: &Ente, name_id: &str, indexes: &[&str]) -> String {
        let (id, session) = (message_id(app.portal.chance().bytes()), self.session(name_id, indexes));
        let xml = self.idp.logout_request(&slo(app, ente), &id, app.clock.now(), &session);
        form_field(&xml.expect("a request is signed"))
    }

    /// The query of the same request by HTTP-Redirect.
    pub fn logout_by_redirect(&self, app: &App, ente: &Ente, name_id: &str, indexes: &[&str]) -> String {
        let (id, session) = (message_id(app.portal.chance().bytes()), self.session(name_id, indexes));
        let address = self.idp.logout_request_address(&slo(app, ente), &id, app.clock.now(), &session);
        let address = address.expect("a request is signed");
        address.split_once('?').expect("an address with a query").1.to_owned()
    }

    /// Identifier of a message of the portal, out of its form field.
    pub fn message_id(field: &str) -> String {
        let xml = STANDARD.decode(field).expect("base64");
        let xml = String::from_utf8(xml).expect("text");
        let id = xml.split_once(" ID=\"").and_then(|(_, rest)| rest.split_once('"'));
        id.expect("a message has an identifier").0.to_owned()
    }

    /// Field `SAMLResponse` of the answer to a logout that the portal asked for.
    pub fn logout_answer(&self, app: &App, ente: &Ente, request_id: &str, status: LogoutStatus) -> String {
        let id = message_id(app.portal.chance().bytes());
        let xml = self.idp.logout_response(&slo(app, ente), &id, app.clock.now(), request_id, status);
        form_field(&xml.expect("an answer is signed"))
    }

    fn session(&self, name_id: &str, indexes: &[&str]) -> ProviderSession {
        ProviderSession {
            name_id: name_id.to_owned(),
            name_qualifier: self.idp.entity_id.clone(),
            session_indexes: indexes.iter().map(|&index| index.to_owned()).collect(),
        }
    }

    /// A whole sign-in of the person of a family name at the ente of `ctx`.
    ///
    /// # Errors
    /// Those of [`accesso::complete`].
    pub async fn sign_in(
        &self,
        app: &App,
        ctx: &Ctx,
        audience: Audience,
        cognome: &str,
    ) -> Result<SignedIn, SignInFailure> {
        let form = self.start(app, ctx, audience, None).await;
        let request = self.receive(app, ctx, &form).await;
        let response = self.sign(&self.draft(app, &request, cognome));
        accesso::complete(&app.portal, ctx, &response, Some(&form.prelogin)).await
    }
}

/// The address of logout of an ente.
fn slo(app: &App, ente: &Ente) -> String {
    app.portal.addressing().absolute(ente, "/spid/slo")
}
