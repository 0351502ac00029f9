//! People at a browser, and what they read.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use sportello_domain::{allegato::hostile::Hostile, ruolo::Ruolo};
use sportello_store::scuola::{self, ClasseRow, PlessoRow};
use tower::ServiceExt;

use super::html::Form;
use crate::common::{Answer, ORIGIN, Person, TestPortal};

/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 1_000_000;

/// A portal with one school.
pub struct House(pub TestPortal);

/// A person at a browser.
pub struct Browser<'a> {
    house: &'a House,
    /// Who sits there.
    pub person: Person,
}

impl House {
    /// Builds it.
    pub async fn open() -> Self {
        Self::of(TestPortal::new().await).await
    }

    /// Builds it in a portal on a database of the test.
    pub async fn of(portal: TestPortal) -> Self {
        let ente = portal.prova.id;
        let plesso = PlessoRow {
            codice: "primaria-demo".into(),
            name: "Scuola primaria".into(),
            grado: "primaria".into(),
            service_open: true,
            sort: 1,
        };
        let classe =
            ClasseRow { plesso: plesso.codice.clone(), codice: "primaria-3a".into(), name: "3ª A".into(), sort: 1 };
        let write = async move |tx: &mut sportello_store::Tx| {
            scuola::put_plesso(tx, ente, &plesso).await?;
            scuola::put_classe(tx, ente, &classe).await
        };
        portal.portal.store().write(ente, write).await.unwrap();
        Self(portal)
    }

    /// A citizen who has signed in.
    pub async fn citizen(&self, number: u8) -> Browser<'_> {
        let person = self.0.cittadino(&self.0.prova, number).await;
        Browser { house: self, person }
    }

    /// A member of staff who has signed in, with these roles.
    pub async fn clerk(&self, number: u8, roles: &[Ruolo]) -> Browser<'_> {
        let person = self.0.operatore(&self.0.prova, number, roles).await;
        Browser { house: self, person }
    }
}

impl Browser<'_> {
    /// Opens a path of the ente, or an address that a page gave.
    pub async fn get(&self, path: &str) -> Answer {
        self.house.0.get(&address(path), Some(&self.person)).await
    }

    /// Presses a button of a form.
    pub async fn press(&self, form: &Form, button: &str) -> Answer {
        self.press_with_file(form, button, None).await
    }

    /// Presses a button of a form with a file chosen: control, file name, content.
    pub async fn press_with_file(&self, form: &Form, button: &str, file: Option<(&str, &str, &[u8])>) -> Answer {
        let mut fields = form.fields.clone();
        if !button.is_empty() {
            fields.push((form.button.clone(), button.to_owned()));
        }
        let (kind, body) = if form.multipart { multipart(&fields, file) } else { urlencoded(&fields) };
        self.send(form, kind, body).await
    }

    /// The same with a name and a type that somebody hostile chose.
    pub async fn press_with_declared(&self, form: &Form, button: &str, (control, sent): (&str, &Hostile)) -> Answer {
        let mut fields = form.fields.clone();
        fields.push((form.button.clone(), button.to_owned()));
        // As browsers write a name into the head of a part.
        let name = sent.name.replace('"', "%22");
        let head = format!("{name}\"\r\nContent-Type: {}; x=\"", sent.declared);
        let (kind, body) = multipart(&fields, Some((control, head.as_str(), sent.content.as_slice())));
        self.send(form, kind, body).await
    }

    async fn send(&self, form: &Form, kind: String, body: Vec<u8>) -> Answer {
        let request = Request::post(address(&form.action))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, &self.person.cookie)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        let response = self.house.0.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// What a person looks for in an answer.
pub trait Reading {
    /// Where a 303 leads.
    fn location(&self) -> &str;
    /// Asserts the status and that the page says all these words.
    fn says(&self, status: u16, words: &[&str]) -> &Self;
    /// Asserts that the page says none of these words.
    fn hides(&self, words: &[&str]) -> &Self;
}

impl Reading for Answer {
    fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", main(&self.body));
        self.header("location")
    }

    fn says(&self, status: u16, words: &[&str]) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", main(&self.body));
        for words in words {
            assert!(self.body.contains(words), "{words} is not in {}", main(&self.body));
        }
        self
    }

    fn hides(&self, words: &[&str]) -> &Self {
        for words in words {
            assert!(!self.body.contains(words), "{words} is in {}", main(&self.body));
        }
        self
    }
}

/// What a failing assertion prints: the page without its frame.
fn main(body: &str) -> &str {
    let start = body.find("<main").unwrap_or(0);
    &body[start..body.find("</main>").unwrap_or(body.len())]
}

/// Paths of the ente carry its prefix; what comes out of a page has it already.
fn address(path: &str) -> String {
    let path = path.split('#').next().unwrap();
    if path.starts_with("/prova/") { path.to_owned() } else { format!("/prova{path}") }
}

fn urlencoded(fields: &[(String, String)]) -> (String, Vec<u8>) {
    let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    ("application/x-www-form-urlencoded".to_owned(), pairs.join("&").into_bytes())
}

fn multipart(fields: &[(String, String)], file: Option<(&str, &str, &[u8])>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    let part = "--confine\r\nContent-Disposition: form-data; name=";
    for (name, value) in fields {
        body.extend(format!("{part}\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    if let Some((control, name, content)) = file {
        body.extend(format!("{part}\"{control}\"; filename=\"{name}\"\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--confine--\r\n");
    ("multipart/form-data; boundary=confine".to_owned(), body)
}
