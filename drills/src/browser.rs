//! A browser without a window: cookies, redirects across origins, forms; plain HTTP on loopback.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, Request, Url, redirect};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request: less than the portal keeps it.
const IDLE: Duration = Duration::from_secs(5);
/// Most redirects in a row.
const REDIRECTS_MAX: usize = 10;

/// Why a step of a journey brought no page.
#[derive(Debug)]
pub enum Broken {
    /// Nobody answered, or with 5xx: the outcome is unknown, the same step may be tried again.
    Unavailable(String),
    /// The portal wants a new sign-in.
    SignedOut,
    /// Something that should not be: the drill has failed.
    Fault(String),
}

impl From<anyhow::Error> for Broken {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(format!("{error:#}"))
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    /// Status.
    pub status: u16,
    /// Where it came from, redirects followed.
    pub url: Url,
    /// Where it wants to go, with 3xx.
    pub location: Option<Url>,
    /// The page.
    pub body: String,
}

/// A file as it is sent.
pub struct SentFile<'a> {
    /// Name of the control.
    pub control: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// Type that the sender declares.
    pub declared: &'a str,
    /// Content.
    pub content: &'a [u8],
}

/// A browser with its cookies.
pub struct Browser {
    http: Client,
    /// Cookies by host with port, then by name.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
    /// Requests sent so far.
    pub requests: u64,
}

impl Browser {
    /// A browser that has never been anywhere.
    pub fn new() -> anyhow::Result<Self> {
        let http = Client::builder()
            .timeout(TIMEOUT)
            .pool_idle_timeout(IDLE)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http, cookies: BTreeMap::new(), requests: 0 })
    }

    /// Forgets every cookie: signed in nowhere.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Opens a page and follows where it leads.
    pub async fn open(&mut self, url: Url) -> Result<Page, Broken> {
        let page = self.send(Method::GET, url, None).await?;
        self.follow(page).await
    }

    /// Sends a form to `url` from a page of `from`, without following.
    pub async fn post(&mut self, from: &Url, url: Url, fields: &[(String, String)]) -> Result<Page, Broken> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let origin = from.origin().ascii_serialization();
        self.send(Method::POST, url, Some((origin, "application/x-www-form-urlencoded".to_owned(), body.into()))).await
    }

    /// Sends a form with a file to `url` from a page of `from`, without following.
    pub async fn post_file(
        &mut self,
        from: &Url,
        url: Url,
        fields: &[(String, String)],
        file: &SentFile<'_>,
    ) -> Result<Page, Broken> {
        const BOUNDARY: &str = "confine-tra-le-parti";
        let mut body = Vec::new();
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=");
        for (name, value) in fields {
            body.extend_from_slice(format!("{part}\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        // As browsers write a name into the head of a part.
        let (control, name, declared) = (file.control, file.name.replace('"', "%22"), file.declared);
        let head = format!("{part}\"{control}\"; filename=\"{name}\"\r\nContent-Type: {declared}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let origin = from.origin().ascii_serialization();
        self.send(Method::POST, url, Some((origin, format!("multipart/form-data; boundary={BOUNDARY}"), body))).await
    }

    /// Follows redirects to a page.
    pub async fn follow(&mut self, mut page: Page) -> Result<Page, Broken> {
        for _ in 0..REDIRECTS_MAX {
            let Some(next) = page.location.take() else {
                return Ok(page);
            };
            page = self.send(Method::GET, next, None).await?;
        }
        Err(Broken::Fault(format!("too many redirects, last at {}", page.url.path())))
    }

    async fn send(
        &mut self,
        method: Method,
        url: Url,
        form: Option<(String, String, Vec<u8>)>,
    ) -> Result<Page, Broken> {
        self.requests += 1;
        let host = host(&url);
        let mut request = Request::new(method, url.clone());
        if let Some((origin, kind, body)) = form {
            let headers = request.headers_mut();
            headers.insert(ORIGIN, value(&origin)?);
            headers.insert(CONTENT_TYPE, value(&kind)?);
            *request.body_mut() = Some(body.into());
        }
        let known = self.cookies.get(&host).into_iter().flatten();
        let cookies: Vec<String> = known.map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, value(&cookies.join("; "))?);
        }
        let answer = self.http.execute(request).await.map_err(|error| Broken::Unavailable(error.to_string()))?;
        let status = answer.status().as_u16();
        let location = location(&url, answer.headers());
        self.keep_cookies(host, answer.headers());
        let body = answer.text().await.map_err(|error| Broken::Unavailable(error.to_string()))?;
        if status >= 500 || status == 429 {
            return Err(Broken::Unavailable(format!("{} answers {status}", url.path())));
        }
        Ok(Page { status, url, location, body })
    }

    fn keep_cookies(&mut self, host: String, headers: &HeaderMap) {
        let jar = self.cookies.entry(host).or_default();
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn host(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

fn location(url: &Url, headers: &HeaderMap) -> Option<Url> {
    url.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

fn value(text: &str) -> Result<reqwest::header::HeaderValue, Broken> {
    text.parse().map_err(|_| Broken::Fault("a header value that HTTP does not allow".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_kept_by_host_and_port_and_taken_away() {
        let mut browser = Browser::new().expect("a browser");
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, "a=1; Path=/; Secure".parse().expect("a header"));
        headers.append(SET_COOKIE, "b=2".parse().expect("a header"));
        browser.keep_cookies("localhost:1".into(), &headers);
        headers.clear();
        headers.append(SET_COOKIE, "a=; Max-Age=0".parse().expect("a header"));
        browser.keep_cookies("localhost:1".into(), &headers);
        assert_eq!(browser.cookies["localhost:1"], BTreeMap::from([("b".to_owned(), "2".to_owned())]));
    }
}
