//! The calls, in the order that a registration needs them.

use std::time::Duration;

use http_body_util::Full;
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{CONTENT_TYPE, HOST, HeaderValue},
};
use serde::Serialize;
use sportello_line::{Broken, Line};

use crate::{
    Registrata, Richiesta,
    error::{SettingError, SystemError, explanation},
    message::{Answer, CreateDocument, Document, Filter, GetDocument, GetToken, ProtocolPredisposed, SearchDocuments},
};

/// Largest answer that is read, in bytes.
const ANSWER_MAX_BYTES: usize = 256 * 1024;
/// Documents looked at under one name: there is one, or two of which one was prepared in vain.
const FOUND_MAX: u32 = 20;

type Result<T> = std::result::Result<T, SystemError>;

/// As whom the portal speaks, and which register it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Code of the administration (`CODE_ADM`).
    pub administration: String,
    /// Name of the user that the system has for the portal.
    pub username: String,
    /// Code of its role.
    pub role: String,
    /// Code of the application.
    pub application: String,
    /// Code of the register.
    pub register: String,
}

/// The client of one protocol system. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    line: Line,
    route: Uri,
    account: Account,
    timeout: Duration,
}

impl Client {
    /// A client of the interface at `base` (`https://protocollo.example/PitreRest`); `timeout` is the longest time that
    /// one call may take. Each of the two steps makes three calls.
    ///
    /// # Errors
    /// `base` is not an address of the web (plain `http` is for this machine only), or a code cannot be sent.
    pub fn new(base: &str, account: Account, timeout: Duration) -> std::result::Result<Self, SettingError> {
        let route: Uri = format!("{}/RouteRestRequest", base.trim_end_matches('/'))
            .parse()
            .map_err(|_| SettingError("the address is not one"))?;
        let line = Line::to(&route).ok_or(SettingError("the address must begin with https://"))?;
        if account.register.is_empty() || account.username.is_empty() {
            return Err(SettingError("the register and the user name are needed"));
        }
        if account.administration.is_empty() || HeaderValue::from_str(&account.administration).is_err() {
            return Err(SettingError("the code of the administration is missing or cannot be sent"));
        }
        Ok(Self { line, route, account, timeout })
    }

    /// The document that stands there under our name: with its number if one has it, else prepared before, else prepared
    /// now. Gives its identifier.
    ///
    /// # Errors
    /// See [`SystemError`].
    pub async fn prepare(&self, richiesta: &Richiesta) -> Result<String> {
        let token = self.token().await?;
        if let Some(found) = self.find(&token, richiesta).await? {
            return Ok(found);
        }
        let create = CreateDocument { document: richiesta.document(), code_register: &self.account.register };
        let made = self.call(Method::PUT, "CreateDocument", Some(&token), &create).await?;
        made.document.and_then(|document| document.id).ok_or(SystemError::Unreadable("CreateDocument"))
    }

    /// Gives a prepared document its number, or tells the one that it has.
    ///
    /// # Errors
    /// See [`SystemError`].
    pub async fn register(&self, richiesta: &Richiesta, id: &str) -> Result<Registrata> {
        let token = self.token().await?;
        let there = self.document("GetDocument", Some(&token), &GetDocument { id_document: id }).await?;
        if let Some(registrata) = self.registrata("GetDocument", &there)? {
            return Ok(registrata);
        }
        if there.arrival_date.as_deref() != Some(richiesta.arrival().as_str()) {
            return Err(SystemError::Undated);
        }
        let number = ProtocolPredisposed { id_document: id, code_register: &self.account.register };
        let done = self.document("ProtocolPredisposed", Some(&token), &number).await?;
        self.registrata("ProtocolPredisposed", &done)?.ok_or(SystemError::Unreadable("ProtocolPredisposed"))
    }

    async fn token(&self) -> Result<String> {
        const ACTION: &str = "GetToken";
        let account = &self.account;
        let who = GetToken {
            username: &account.username,
            code_adm: &account.administration,
            code_role: &account.role,
            code_application: &account.application,
        };
        match self.call(Method::POST, ACTION, None, &who).await {
            Ok(answer) => answer.token.filter(|token| !token.is_empty()).ok_or(SystemError::Access(ACTION)),
            // Here it is the portal that is refused, whatever the document.
            Err(SystemError::Refused(..)) => Err(SystemError::Access(ACTION)),
            Err(other) => Err(other),
        }
    }

    /// The identifier of the document under our name. Of several, one with a number: the others were prepared in vain, as
    /// was one without a number that does not tell the emergency number.
    async fn find(&self, token: &str, richiesta: &Richiesta) -> Result<Option<String>> {
        const ACTION: &str = "SearchDocuments";
        let (mark, whole) = (richiesta.mark(), richiesta.whole_mark());
        let filter = |name, value| Filter { name, value };
        let filters = vec![
            filter("OBJECT", mark.as_str()),
            filter("REGISTER", &self.account.register),
            filter("IN_PROTOCOL", "true"),
            filter("PREDISPOSED", "true"),
        ];
        let search = SearchDocuments { filters, page_number: 1, elements_in_page: FOUND_MAX };
        let found = self.call(Method::POST, ACTION, Some(token), &search).await?.documents.unwrap_or_default();
        let mut ours = None;
        for document in &found {
            // The system may find what only looks like our name.
            let object = document.object.as_deref().unwrap_or_default();
            let (complete, plain) = (object.ends_with(&whole), object.ends_with(&mark));
            if !complete && !plain {
                continue;
            }
            let id = document.id.as_ref().ok_or(SystemError::Unreadable(ACTION))?;
            if self.registrata(ACTION, document)?.is_some() {
                return Ok(Some(id.clone()));
            }
            ours = ours.or(complete.then(|| id.clone()));
        }
        Ok(ours)
    }

    async fn document(&self, action: &'static str, token: Option<&str>, body: &impl Serialize) -> Result<Document> {
        let answer = self.call(Method::POST, action, token, body).await?;
        answer.document.ok_or(SystemError::Unreadable(action))
    }

    fn registrata(&self, action: &'static str, document: &Document) -> Result<Option<Registrata>> {
        document.registrata(&self.account.register).map_err(|()| SystemError::Unreadable(action))
    }

    async fn call(
        &self,
        method: Method,
        action: &'static str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        let unreachable = |error| SystemError::Unreachable(action, error);
        let request = self.request(method, action, token, body).map_err(unreachable)?;
        let called = tokio::time::timeout(self.timeout, self.line.call(request, ANSWER_MAX_BYTES)).await;
        let answer = called.map_err(|_| SystemError::Timeout(action))?.map_err(unreachable)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(SystemError::Access(action)),
            StatusCode::BAD_REQUEST => return Err(SystemError::Refused(action, "400".to_owned())),
            other => return Err(SystemError::Unwell(action, other.as_u16())),
        }
        let read: Answer = serde_json::from_slice(answer.body()).map_err(|_| SystemError::Unreadable(action))?;
        match read.error_message.as_deref().filter(|words| !words.is_empty()) {
            Some(words) => Err(SystemError::Refused(action, explanation(words))),
            None => Ok(read),
        }
    }

    fn request(
        &self,
        method: Method,
        action: &'static str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> std::result::Result<Request<Full<hyper::body::Bytes>>, Broken> {
        let path = self.route.path_and_query().map_or("/", |path| path.as_str());
        let host = self.route.authority().map_or("", |authority| authority.as_str());
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json")
            .header("CODE_ADM", &self.account.administration)
            .header("ROUTED_ACTION", action);
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(token)?;
            value.set_sensitive(true);
            request = request.header("AuthToken", value);
        }
        Ok(request.body(Full::from(serde_json::to_vec(body)?))?)
    }
}
