//! The client of Checkout: a cart of notices becomes the address of a page on which a browser pays them.
//!
//! `POST /carts`, second version (`checkout_v2.json`). What comes back with the browser is not trusted by anybody: only
//! a receipt closes a debt. No call is repeated here.

use std::time::Duration;

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, HOST, HeaderValue, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};
use sportello_line::{Broken, Line};

use crate::{Text, TextError};

/// Most notices in one cart.
pub const NOTICES_MAX: usize = 5;
/// Largest answer that is read, in bytes.
const ANSWER_MAX_BYTES: usize = 16 * 1024;
/// Header of the key of the API.
const KEY_HEADER: &str = "Ocp-Apim-Subscription-Key";

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
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    #[error("asking Checkout for a cart: it answers with status {0}")]
    Unexpected(u16),
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
    line: Line,
    carts: Uri,
    key: Option<SecretString>,
    timeout: Duration,
}

impl Checkout {
    /// A client of the interface at `base` (`https://api.platform.pagopa.it/checkout/ec/v2`), with the key of the API, if
    /// one is needed, and the longest time that a call may take.
    ///
    /// # Errors
    /// `base` is not an address of the web (plain `http` is for this machine only), or the key cannot be sent.
    pub fn new(base: &str, key: Option<SecretString>, timeout: Duration) -> Result<Self, CheckoutError> {
        let carts: Uri = format!("{}/carts", base.trim_end_matches('/'))
            .parse()
            .map_err(|_| CheckoutError::Setting("the address is not one"))?;
        let line = Line::to(&carts).ok_or(CheckoutError::Setting("the address must begin with https://"))?;
        if key.as_ref().is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
            return Err(CheckoutError::Setting("the key holds what a header cannot"));
        }
        Ok(Self { line, carts, key, timeout })
    }

    /// Makes a cart; the address to which the browser is to be sent.
    ///
    /// # Errors
    /// See [`CheckoutError`]; in none of them was anything paid.
    pub async fn cart(&self, cart: &Cart) -> Result<String, CheckoutError> {
        let request = self.request(cart).map_err(CheckoutError::Unreachable)?;
        let called = tokio::time::timeout(self.timeout, self.line.call(request, ANSWER_MAX_BYTES)).await;
        let answer = called.map_err(|_| CheckoutError::Timeout)?.map_err(CheckoutError::Unreachable)?;
        match answer.status() {
            StatusCode::FOUND => location(&answer).ok_or(CheckoutError::Location),
            StatusCode::BAD_REQUEST => Err(CheckoutError::Malformed(explanation(answer.body()))),
            StatusCode::UNPROCESSABLE_ENTITY => Err(CheckoutError::NotPayable(explanation(answer.body()))),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CheckoutError::Key),
            StatusCode::GATEWAY_TIMEOUT => Err(CheckoutError::Timeout),
            other => Err(CheckoutError::Unexpected(other.as_u16())),
        }
    }

    fn request(&self, cart: &Cart) -> Result<Request<Full<Bytes>>, Broken> {
        let path = self.carts.path_and_query().map_or("/", |path| path.as_str());
        let host = self.carts.authority().map_or("", |authority| authority.as_str());
        let mut request = Request::post(path).header(HOST, host).header(CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            let mut value = HeaderValue::from_str(key.expose_secret())?;
            value.set_sensitive(true);
            request = request.header(KEY_HEADER, value);
        }
        Ok(request.body(Full::from(serde_json::to_vec(cart)?))?)
    }
}

/// The address of the 302; a browser is sent to the web only.
fn location(answer: &Response<Bytes>) -> Option<String> {
    let text = answer.headers().get(LOCATION)?.to_str().ok()?;
    let address: Uri = text.parse().ok()?;
    let of_the_web = matches!(address.scheme_str(), Some("https" | "http")) && address.host().is_some();
    of_the_web.then(|| text.to_owned())
}

/// Title and detail of the problem, without what could be a number of a notice or of a person.
fn explanation(body: &[u8]) -> String {
    let words = serde_json::from_slice::<Problem>(body).ok().and_then(|problem| {
        let words = format!("{}: {}", problem.title, problem.detail);
        let masked: String = words.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
        Text::<200>::cut(&masked)
    });
    words.map_or_else(|| "no explanation".to_owned(), |words| words.as_str().to_owned())
}
