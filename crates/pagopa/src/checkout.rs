//! The client of Checkout: a cart of notices becomes the address of a page on which a browser pays them.
//!
//! `POST /carts`, second version (`checkout_v2.json`). What comes back with the browser is not trusted by anybody: only
//! a receipt closes a debt. No call is repeated here.

use std::time::Duration;

use reqwest::{Client, StatusCode, header::LOCATION, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};

use crate::{Text, TextError};

/// Most notices in one cart.
pub const NOTICES_MAX: usize = 5;
/// Header of the key of the API.
const KEY_HEADER: &str = "Ocp-Apim-Subscription-Key";
/// Largest explanation that is read, in bytes.
const PROBLEM_MAX_BYTES: usize = 16 * 1024;

/// A cart that can be sent: one to five notices, addresses to come back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    #[serde(skip_serializing_if = "Option::is_none")]
    email_notice: Option<String>,
    payment_notices: Vec<CartNotice>,
    return_urls: ReturnUrls,
    id_cart: String,
    #[serde(rename = "allCCP")]
    all_ccp: bool,
}

/// A notice in a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CartNotice {
    notice_number: String,
    fiscal_code: String,
    amount: i64,
    company_name: String,
    description: String,
}

/// Where the browser comes back to: whole addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReturnUrls {
    /// After a payment.
    #[serde(rename = "returnOkUrl")]
    pub ok: String,
    /// After the person gave up.
    #[serde(rename = "returnCancelUrl")]
    pub cancel: String,
    /// After a failure.
    #[serde(rename = "returnErrorUrl")]
    pub error: String,
    /// When the outcome was not known in time.
    #[serde(rename = "returnWaitingUrl")]
    pub waiting: String,
}

impl CartNotice {
    /// A notice of an entity (codice fiscale, 11 digits; name) with its present amount and what it is for.
    ///
    /// # Errors
    /// A text that is empty or too long, or an amount that is not positive.
    pub fn new(
        notice: &NumeroAvviso,
        fiscal_code: &str,
        amount: Euro,
        company_name: &str,
        description: &str,
    ) -> Result<Self, CartError> {
        if amount.cents() < 1 {
            return Err(CartError::Amount);
        }
        Ok(Self {
            notice_number: notice.as_str().to_owned(),
            fiscal_code: Text::<11>::new(fiscal_code)?.as_str().to_owned(),
            amount: amount.cents(),
            company_name: Text::<140>::new(company_name)?.as_str().to_owned(),
            description: Text::<140>::new(description)?.as_str().to_owned(),
        })
    }
}

impl Cart {
    /// A cart. `id` is our name of the attempt; it comes back as the note of the receipts. `email` is where the payment
    /// site writes to.
    ///
    /// # Errors
    /// None or more than five notices, or one twice.
    pub fn new(
        id: &str,
        notices: Vec<CartNotice>,
        returns: ReturnUrls,
        email: Option<String>,
    ) -> Result<Self, CartError> {
        if notices.is_empty() || notices.len() > NOTICES_MAX {
            return Err(CartError::Count(notices.len()));
        }
        let key = |notice: &CartNotice| (notice.fiscal_code.clone(), notice.notice_number.clone());
        let different: std::collections::HashSet<_> = notices.iter().map(key).collect();
        if different.len() != notices.len() {
            return Err(CartError::Twice);
        }
        Ok(Self {
            email_notice: email,
            payment_notices: notices,
            return_urls: returns,
            id_cart: id.to_owned(),
            all_ccp: false,
        })
    }
}

/// Why something is not a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// None or more than five.
    #[error("making a cart: it holds {0} notices, not 1 to 5")]
    Count(usize),
    /// The same notice twice.
    #[error("making a cart: a notice stands in it twice")]
    Twice,
    /// Zero or less.
    #[error("making a cart: an amount is not positive")]
    Amount,
    /// A text that cannot be sent.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Why there is no page to pay on.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The client cannot be made: a setting is wrong.
    #[error("preparing the client of Checkout: {0}")]
    Setting(&'static str),
    /// No answer in time: whether the cart was made is not known; nothing was paid.
    #[error("asking Checkout for a cart: no answer in time")]
    Timeout,
    /// No connection.
    #[error("asking Checkout for a cart: it cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// 400: the cart is not well-formed.
    #[error("asking Checkout for a cart: it is not well-formed ({0})")]
    Malformed(String),
    /// 422: a notice cannot be paid now, or stands in the cart twice.
    #[error("asking Checkout for a cart: a notice cannot be paid now ({0})")]
    NotPayable(String),
    /// 401 or 403: the key of the API is missing or wrong.
    #[error("asking Checkout for a cart: the key is not accepted")]
    Key,
    /// Another answer than those of the interface.
    #[error("asking Checkout for a cart: it answers {0}")]
    Unexpected(StatusCode),
    /// 302 without a usable address.
    #[error("asking Checkout for a cart: the address to go on to is missing or not one of the web")]
    Location,
}

/// What an error of the interface looks like; what else it holds is left out.
#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Checkout {
    client: Client,
    carts: String,
    key: Option<SecretString>,
}

impl Checkout {
    /// A client of the interface at `base` (`https://api.platform.pagopa.it/checkout/ec/v2`), with the key of the API, if
    /// one is needed, and the longest time that a call may take.
    ///
    /// # Errors
    /// `base` is not an address of the web; plain `http` is for this machine only.
    pub fn new(base: &str, key: Option<SecretString>, timeout: Duration) -> Result<Self, CheckoutError> {
        let url = reqwest::Url::parse(base).map_err(|_| CheckoutError::Setting("the address is not one"))?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(CheckoutError::Setting("the address must begin with https://"));
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(timeout)
            .tls_backend_preconfigured(tls()?)
            .no_proxy()
            .build()
            .map_err(|_| CheckoutError::Setting("no TLS"))?;
        Ok(Self { client, carts: format!("{}/carts", base.trim_end_matches('/')), key })
    }

    /// Makes a cart; the address to which the browser is to be sent.
    ///
    /// # Errors
    /// See [`CheckoutError`]; in none of them was anything paid.
    pub async fn cart(&self, cart: &Cart) -> Result<String, CheckoutError> {
        let mut request = self.client.post(&self.carts).json(cart);
        if let Some(key) = &self.key {
            request = request.header(KEY_HEADER, key.expose_secret());
        }
        let answer = request.send().await.map_err(unanswered)?;
        match answer.status() {
            StatusCode::FOUND => location(&answer).ok_or(CheckoutError::Location),
            StatusCode::BAD_REQUEST => Err(CheckoutError::Malformed(explanation(answer).await)),
            StatusCode::UNPROCESSABLE_ENTITY => Err(CheckoutError::NotPayable(explanation(answer).await)),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CheckoutError::Key),
            StatusCode::GATEWAY_TIMEOUT => Err(CheckoutError::Timeout),
            other => Err(CheckoutError::Unexpected(other)),
        }
    }
}

fn tls() -> Result<rustls::ClientConfig, CheckoutError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| CheckoutError::Setting("no TLS"))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn unanswered(error: reqwest::Error) -> CheckoutError {
    // The address holds nothing of the person, yet an error that quotes it would be longer, not better.
    let error = error.without_url();
    if error.is_timeout() { CheckoutError::Timeout } else { CheckoutError::Unreachable(error) }
}

/// The address of the 302; a browser is sent to the web only.
fn location(answer: &reqwest::Response) -> Option<String> {
    let text = answer.headers().get(LOCATION)?.to_str().ok()?;
    let url = reqwest::Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.host_str().is_some()).then(|| url.to_string())
}

/// Title and detail of the problem, without what could be a number of a notice or of a person.
async fn explanation(mut answer: reqwest::Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        body.extend_from_slice(&part);
        if body.len() > PROBLEM_MAX_BYTES {
            return "no explanation".to_owned();
        }
    }
    let Ok(problem) = serde_json::from_slice::<Problem>(&body) else { return "no explanation".to_owned() };
    let words = format!("{}: {}", problem.title, problem.detail);
    let masked: String = words.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    Text::<200>::cut(&masked).map_or_else(|| "no explanation".to_owned(), |text| text.as_str().to_owned())
}
