//! The carts of the checkout: `POST /checkout/ec/v2/carts` as the portal calls it, and the carts that wait for a payer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};

use super::checkout::Checkout;
use crate::spid::{new_id, now};

/// How long a cart is kept.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Carts that are kept.
const MAX_CARTS: usize = 10_000;
/// Notices in a cart.
const MAX_NOTICES: usize = 5;
/// Longest name or description, in characters.
const MAX_TEXT: usize = 140;
/// Longest return address or e-mail, in bytes.
const MAX_URL: usize = 2_000;
/// Largest amount, in cents.
const MAX_CENTS: i64 = 99_999_999_999;

/// The request (`CartRequestV2`).
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    email_notice: Option<String>,
    payment_notices: Vec<Notice>,
    return_urls: ReturnUrls,
    id_cart: Option<String>,
}

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    notice_number: String,
    fiscal_code: String,
    amount: i64,
    company_name: String,
    description: String,
}

/// Where the browser goes afterwards.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnUrls {
    /// Paid.
    pub return_ok_url: String,
    /// The payer gave up.
    pub return_cancel_url: String,
    /// It went wrong.
    pub return_error_url: String,
    /// The outcome is not known yet.
    pub return_waiting_url: String,
}

/// A notice in a cart.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub numero: NumeroAvviso,
    /// Codice fiscale of the ente.
    pub ente: String,
    /// What is to be paid, as the portal said.
    pub amount: Euro,
    /// Name of the ente.
    pub company: String,
    /// What for.
    pub description: String,
}

/// How far a payer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Choosing.
    Open,
    /// The payment is being made.
    Paying,
    /// Over: the browser belongs at this address.
    Ended(String),
}

/// A cart.
#[derive(Clone, Debug)]
pub struct Cart {
    /// The notices, one to five.
    pub rows: Vec<Row>,
    /// Where the browser goes afterwards.
    pub urls: ReturnUrls,
    /// The id that the portal gave it.
    pub id_cart: Option<String>,
    /// Where the payer wants the news.
    pub email: String,
    /// Chosen method, by its place in the list.
    pub method: Option<usize>,
    /// Chosen company, by its place in the list.
    pub psp: Option<usize>,
    /// How far the payer has come.
    pub stage: Stage,
    made_at: DateTime<Utc>,
}

impl Cart {
    /// The sum of the notices, without fee.
    pub fn total(&self) -> Euro {
        self.rows.iter().map(|row| row.amount).sum()
    }
}

/// The carts, by an id that cannot be guessed.
#[derive(Default)]
pub struct Carts(Mutex<HashMap<String, Cart>>);

impl Carts {
    fn keep(&self, id: String, cart: Cart, now: DateTime<Utc>) -> bool {
        let mut carts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        carts.retain(|_, cart| cart.made_at + LIFE > now);
        let room = carts.len() < MAX_CARTS;
        if room {
            carts.insert(id, cart);
        }
        room
    }

    /// A copy of a cart that still lives.
    pub fn get(&self, id: &str, now: DateTime<Utc>) -> Option<Cart> {
        self.change(id, now, |cart| cart.clone())
    }

    /// Changes a cart that still lives.
    pub fn change<T>(&self, id: &str, now: DateTime<Utc>, change: impl FnOnce(&mut Cart) -> T) -> Option<T> {
        let mut carts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        carts.get_mut(id).filter(|cart| cart.made_at + LIFE > now).map(change)
    }
}

/// `POST /checkout/ec/v2/carts`: 302 with the address of the checkout, 400, or 422 where a notice cannot be paid.
pub async fn post(State(checkout): State<Arc<Checkout>>, body: Bytes) -> Response {
    let cart = match serde_json::from_slice::<Request>(&body) {
        Ok(request) => cart(request, now()),
        Err(error) => Err(format!("the body is not a cart: {error}")),
    };
    let mut cart = match cart {
        Ok(cart) => cart,
        Err(detail) => return problem(StatusCode::BAD_REQUEST, "Bad Request", &detail),
    };
    if let Err(detail) = check(&checkout, &cart).await {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "Invalid cart", &detail);
    }
    for row in &mut cart.rows {
        row.amount = checkout.node.shown(&row.ente, &row.numero, row.amount);
    }
    let Ok(id) = new_id() else {
        return problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error", "no randomness");
    };
    if !checkout.carts.keep(id.clone(), cart, now()) {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable", "too many carts");
    }
    let address = format!("{}/checkout/{id}", checkout.origin);
    (StatusCode::FOUND, [(header::LOCATION, address)]).into_response()
}

/// The check of the positions: no notice twice, and each one payable now.
async fn check(checkout: &Checkout, cart: &Cart) -> Result<(), String> {
    let numbers: std::collections::HashSet<_> = cart.rows.iter().map(|row| (&row.ente, row.numero.as_str())).collect();
    if numbers.len() != cart.rows.len() {
        return Err("the same notice twice".to_owned());
    }
    for row in &cart.rows {
        checkout.node.verify(&row.ente, &row.numero, now()).await.map_err(|refusal| refusal.to_string())?;
    }
    Ok(())
}

fn cart(request: Request, now: DateTime<Utc>) -> Result<Cart, String> {
    if !(1..=MAX_NOTICES).contains(&request.payment_notices.len()) {
        return Err(format!("paymentNotices: 1 to {MAX_NOTICES}"));
    }
    let urls = &request.return_urls;
    for url in [&urls.return_ok_url, &urls.return_cancel_url, &urls.return_error_url, &urls.return_waiting_url] {
        is_url(url).then_some(()).ok_or("returnUrls: whole addresses of http or https")?;
    }
    let email = request.email_notice.unwrap_or_default();
    if !email.is_empty() && !is_email(&email) {
        return Err("emailNotice: not an e-mail".to_owned());
    }
    if request.id_cart.as_ref().is_some_and(|id| id.is_empty() || id.chars().count() > MAX_TEXT) {
        return Err("idCart: 1 to 140 characters".to_owned());
    }
    Ok(Cart {
        rows: request.payment_notices.into_iter().map(row).collect::<Result<_, _>>()?,
        urls: request.return_urls,
        id_cart: request.id_cart,
        email,
        method: None,
        psp: None,
        stage: Stage::Open,
        made_at: now,
    })
}

fn row(notice: Notice) -> Result<Row, String> {
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = |text: &str| text.chars().count() <= MAX_TEXT;
    if !digits(&notice.notice_number, 18) || !digits(&notice.fiscal_code, 11) {
        return Err("noticeNumber: 18 digits; fiscalCode: 11 digits".to_owned());
    }
    if !(1..=MAX_CENTS).contains(&notice.amount) {
        return Err("amount: whole cents, at least 1".to_owned());
    }
    if !text(&notice.company_name) || !text(&notice.description) {
        return Err("companyName, description: at most 140 characters".to_owned());
    }
    Ok(Row {
        numero: NumeroAvviso::parse(&notice.notice_number).map_err(|error| error.to_string())?,
        ente: notice.fiscal_code,
        amount: Euro::from_cents(notice.amount),
        company: notice.company_name,
        description: notice.description,
    })
}

fn is_url(text: &str) -> bool {
    let parsed = text.parse::<Uri>();
    text.len() <= MAX_URL
        && parsed.is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some())
}

/// Whether a text looks like an e-mail: enough for a page that sends none.
pub fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && parts.is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.contains('@'))
}

/// `ProblemJson`.
fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body =
        serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
