//! A clerk at an office's door: pages, forms and files over HTTP, with a session of their own.

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use drills::installation::Installation;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use sportello_domain::id::{EnteId, PersonaId, SessionId};
use sportello_domain::identita::{Identita, IdentityLevel, IdentityScheme};
use sportello_store::session::{self, NewSession, SessionKind};
use sportello_store::{Store, persona};
use tokio::net::TcpStream;
use uuid::Uuid;

const SECRET: &str = "bench-ufficio-0123456789abcdef0123456789abcdef";
const CSRF: &str = "bench-csrf";
const BOUNDARY: &str = "bench-0123456789";
/// First bytes of a table that are kept.
const HEAD_BYTES: usize = 4;

/// A member of staff of the demonstration.
pub struct Clerk {
    /// Codice fiscale.
    pub codice_fiscale: &'static str,
    /// Given name and family name.
    pub name: (&'static str, &'static str),
}

/// A clerk at the door of an ente.
pub struct Office {
    host: String,
    base: String,
}

/// What came back.
pub struct Answer {
    /// Where it leads, with 303.
    pub location: Option<String>,
    /// The page.
    pub body: String,
}

/// A table that was read to its end and not kept.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Its size.
    pub bytes: u64,
    /// Ends of lines in it.
    pub lines: u64,
    /// Its first bytes.
    pub head: Vec<u8>,
}

impl Office {
    /// Opens a session as a sign-in would.
    pub async fn enter(
        store: &Store,
        ente: EnteId,
        installation: &Installation,
        slug: &str,
        clerk: &Clerk,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (nome, cognome) = clerk.name;
        let says = Identita {
            scheme: IdentityScheme::Spid,
            provider: "https://idp.example".to_owned(),
            level: IdentityLevel::L2,
            codice_fiscale: clerk.codice_fiscale.to_owned(),
            nome: nome.to_owned(),
            cognome: cognome.to_owned(),
            nascita: None,
            luogo_nascita: None,
            email: None,
            cellulare: None,
        };
        let opened = store.write(ente, async move |tx| {
            let clerk = persona::sign_in(tx, ente, PersonaId::new(Uuid::from_u128(1)), &says, now).await?;
            let new = NewSession {
                id: SessionId::new(Uuid::from_u128(2)),
                token_hash: Sha256::digest(SECRET.as_bytes()).to_vec(),
                kind: SessionKind::Ufficio,
                persona_id: clerk.id,
                scheme: IdentityScheme::Spid,
                level: IdentityLevel::L2,
                csrf: CSRF.to_owned(),
                provider: None,
                name_id: None,
                session_index: None,
                browser: String::new(),
                device_hash: None,
                created_at: now,
                expires_at: now + TimeDelta::hours(8),
            };
            session::create(tx, ente, &new).await
        });
        opened.await.context("opening a session")?;
        let url = installation.portal_url("/")?;
        let port = url.port().context("the port of the portal")?;
        Ok(Self { host: format!("127.0.0.1:{port}"), base: format!("/{slug}/ufficio") })
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &str) -> Result<Answer> {
        let body = format!("_csrf={CSRF}&{fields}");
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded".to_owned(), body))).await
    }

    /// Sends a form with a file.
    pub async fn upload(&self, path: &str, file: &str) -> Result<Answer> {
        let body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{CSRF}\r\n--{BOUNDARY}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"presenze.csv\"\r\nContent-Type: text/csv\r\n\r\n\
             {file}\r\n--{BOUNDARY}--\r\n"
        );
        self.send(Method::POST, path, Some((format!("multipart/form-data; boundary={BOUNDARY}"), body))).await
    }

    /// Sends a form that is answered with a table, and reads it as it comes.
    pub async fn take(&self, path: &str, fields: &str) -> Result<Taken> {
        let form = ("application/x-www-form-urlencoded".to_owned(), format!("_csrf={CSRF}&{fields}"));
        let answer = self.ask(Method::POST, path, Some(form)).await?;
        ensure!(answer.status().is_success(), "{path} answers {}", answer.status());
        let (mut taken, mut body) = (Taken::default(), answer.into_body());
        while let Some(frame) = body.frame().await {
            let Ok(chunk) = frame.context("a table that breaks off")?.into_data() else { continue };
            taken.bytes += chunk.len() as u64;
            taken.lines += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
            let missing = HEAD_BYTES.saturating_sub(taken.head.len()).min(chunk.len());
            taken.head.extend_from_slice(&chunk[..missing]);
        }
        Ok(taken)
    }

    async fn send(&self, method: Method, path: &str, form: Option<(String, String)>) -> Result<Answer> {
        let answer = self.ask(method, path, form).await?;
        let status = answer.status();
        let location = answer.headers().get("location").map(|place| place.to_str().map(str::to_owned)).transpose()?;
        let body = String::from_utf8(answer.into_body().collect().await?.to_bytes().to_vec())?;
        if !status.is_success() && !status.is_redirection() {
            bail!("{path} answers {status}: {}", body.split("role=\"alert\"").nth(1).unwrap_or_default());
        }
        ensure!(!location.as_deref().is_some_and(|place| place.contains("/accesso")), "{path} wants a sign-in");
        Ok(Answer { location, body })
    }

    async fn ask(&self, method: Method, path: &str, form: Option<(String, String)>) -> Result<Response<Incoming>> {
        // The place of a redirect names the ente already.
        let path = if path.starts_with(&self.base) { path.to_owned() } else { format!("{}{path}", self.base) };
        let stream = TcpStream::connect(&self.host).await.context("connecting")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its request.
        drop(tokio::spawn(connection));
        let mut request = Request::builder()
            .method(method)
            .uri(&path)
            .header("host", &self.host)
            .header("cookie", format!("__Host-ufficio={SECRET}"));
        if let Some((kind, _)) = &form {
            request = request.header("origin", format!("http://{}", self.host)).header("content-type", kind);
        }
        let body = Full::new(Bytes::from(form.map(|(_, body)| body).unwrap_or_default()));
        sender.send_request(request.body(body)?).await.with_context(|| format!("asking for {path}"))
    }
}
