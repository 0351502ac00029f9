//! A browser with a jar of cookies, at a portal whose clock the test holds.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sportello_app::{
    accesso::SignInForm,
    session::Audience,
    testing::{App, Gestore, ORIGIN},
};
use sportello_identity::provider::ReceivedRequest;
use sportello_web::{WebSettings, router};
use tower::ServiceExt;

/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 4_000_000;

/// A browser.
pub struct Visitor<'a> {
    app: &'a App,
    router: Router,
    jar: BTreeMap<String, String>,
    /// Session that the provider keeps, for the next sign-in: at level 1 it tells its index.
    pub index: Option<String>,
    /// Name by which the provider knows the last session.
    pub name_id: String,
}

/// What came back.
pub struct Seen {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

/// A form of a page.
pub struct Form {
    /// Where it goes, relative to the ente.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

impl<'a> Visitor<'a> {
    /// A browser with an empty jar.
    pub fn at(app: &'a App) -> Self {
        Self {
            app,
            router: router(app.portal.clone(), WebSettings::default()),
            jar: BTreeMap::new(),
            index: None,
            name_id: String::new(),
        }
    }

    /// Puts a cookie into the jar.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.jar.insert(name.into(), value.into());
    }

    /// A cookie of the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.get(name).cloned()
    }

    /// Opens a path of the ente.
    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Method::GET, path, None, true).await
    }

    /// Sends a form of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.post_pairs(path, &pairs).await
    }

    /// The same.
    pub async fn post_pairs(&mut self, path: &str, fields: &[(String, String)]) -> Seen {
        self.send(Method::POST, path, Some(fields), true).await
    }

    /// Sends a form that another site's page holds: strict and lax cookies stay at home.
    pub async fn post_from_afar(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(Method::POST, path, Some(&pairs), false).await
    }

    /// Goes to a provider: the request that it reads, and the `RelayState` beside it.
    pub async fn leave(
        &mut self,
        gestore: &Gestore,
        audience: Audience,
        destination: &str,
    ) -> (ReceivedRequest, String) {
        let door = match audience {
            Audience::Cittadino => "/accesso/spid/avvia",
            Audience::Ufficio => "/ufficio/accesso/avvia",
            Audience::Scuola => "/scuola/accesso/avvia",
        };
        let start = format!("{door}?idp={}&poi={}", encode(gestore.entity_id()), encode(destination));
        self.leave_by(gestore, &start).await
    }

    /// The same by the address of a start.
    pub async fn leave_by(&mut self, gestore: &Gestore, start: &str) -> (ReceivedRequest, String) {
        let page = self.get(start).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let form = SignInForm {
            action: String::new(),
            provider_name: String::new(),
            saml_request: page.value("SAMLRequest"),
            relay_state: page.value("RelayState"),
            prelogin: self.cookie("__Host-accesso").expect("the browser holds the pre-login secret"),
        };
        let ctx = self.app.nobody(&self.app.ente);
        (gestore.receive(self.app, &ctx, &form).await, form.relay_state)
    }

    /// A whole sign-in with a provider that answers for the person of a family name.
    pub async fn sign_in(&mut self, gestore: &Gestore, audience: Audience, cognome: &str, destination: &str) -> Seen {
        let (request, relay_state) = self.leave(gestore, audience, destination).await;
        let mut draft = gestore.draft(self.app, &request, cognome);
        draft.session_index.clone_from(&self.index);
        self.name_id.clone_from(&draft.ids.name_id);
        let response = gestore.sign(&draft);
        let fields = [("SAMLResponse", response.as_str()), ("RelayState", &relay_state)];
        self.post_from_afar("/spid/acs", &fields).await
    }

    /// Brings the document of an answer back from the provider.
    pub async fn answer(&mut self, xml: &str) -> Seen {
        let field = STANDARD.encode(xml);
        self.post_from_afar("/spid/acs", &[("SAMLResponse", &field)]).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<&[(String, String)]>, ours: bool) -> Seen {
        let address = if path.starts_with("/prova/") { path.to_owned() } else { format!("/prova{path}") };
        let kept = |name: &str| ours || name == "__Host-accesso";
        let cookies: Vec<String> =
            self.jar.iter().filter(|(name, _)| kept(name)).map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::ACCEPT_LANGUAGE, "it")
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0")
            .header(header::COOKIE, cookies.join("; "));
        if form.is_some() {
            let origin = if ours { ORIGIN } else { "https://alfa.idp.example" };
            request = request
                .header(header::ORIGIN, origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let pairs: Vec<String> = form
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let request = request.body(Body::from(pairs.join("&"))).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        self.take(&parts.headers);
        let body = to_bytes(body, ANSWER_MAX).await.unwrap();
        Seen { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn take(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if text.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
    }
}

impl Seen {
    /// A header as text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a 303 leads, relative to the ente.
    pub fn location(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location").strip_prefix("/prova").unwrap().to_owned()
    }

    /// Whether it is a 303 to a path that begins so.
    pub fn leads_to(&self, path: &str) -> bool {
        self.status == StatusCode::SEE_OTHER && self.location().starts_with(path)
    }

    /// Asserts that it is a 303 to this path and query.
    pub fn leads_to_exactly(&self, path: &str) {
        assert_eq!(self.location(), path);
    }

    /// Asserts the status and that the page says all these words.
    pub fn says(&self, status: u16, words: &[&str]) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        for words in words {
            assert!(self.body.contains(words), "{words} is not in {}", self.body);
        }
    }

    /// A value of the query that a 303 leads to, decoded.
    pub fn query(&self, name: &str) -> String {
        let location = self.location();
        let query = location.split_once('?').unwrap().1;
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
        decode(pair)
    }

    /// Value of the first control of a name.
    pub fn value(&self, name: &str) -> String {
        self.values(name).into_iter().next().unwrap_or_else(|| panic!("no {name} in {}", self.body))
    }

    /// Values of all controls of a name.
    pub fn values(&self, name: &str) -> Vec<String> {
        tags(&self.body)
            .filter(|tag| attribute(tag, "name").as_deref() == Some(name))
            .filter_map(|tag| attribute(tag, "value"))
            .collect()
    }

    /// Of these values, the one of the row that holds `words`.
    pub fn values_before(&self, words: &str, values: &[String]) -> String {
        let row = self.body.split("<tr ").find(|row| row.contains(words)).expect("a row says so");
        values.iter().find(|value| row.contains(value.as_str())).expect("the row has one of them").clone()
    }

    /// The token of the forms.
    pub fn csrf(&self) -> String {
        self.value("_csrf")
    }

    /// The form inside `main` with its hidden fields and texts.
    pub fn form_of_the_page(&self) -> Form {
        let main = self.body.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
        let form = main.split_once("<form").unwrap().1.split_once("</form>").unwrap().0;
        let action = attribute(form.split('>').next().unwrap(), "action").unwrap();
        let fields = tags(form)
            .filter(|tag| tag.starts_with("input"))
            .filter(|tag| !matches!(attribute(tag, "type").as_deref(), Some("radio" | "checkbox" | "file" | "submit")))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
            .collect();
        Form { action: action.strip_prefix("/prova").unwrap().to_owned(), fields }
    }
}

fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').filter_map(|part| part.split('>').next())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    let value = rest.split('"').next()?;
    let plain = value.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    Some(plain.replace("&#38;", "&").replace("&amp;", "&"))
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair: String = rest.by_ref().take(2).map(char::from).collect();
            bytes.push(u8::from_str_radix(&pair, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
