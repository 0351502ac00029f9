//! The counter, a "tabaccheria": a notice on paper, its number typed, cash. Also the door through which programs pay.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDateTime;
use chrono_tz::Europe::Rome;
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};

use super::{
    checkout::shown,
    node::{Node, Paid, Stop},
    payment::Verified,
    receipt::COUNTER,
    refusal::Refusal,
};
use crate::spid::now;

/// How cash is taken.
const CASH: Paid = Paid { psp: &COUNTER, channel: "tabaccheria", method: "CASH", delay_s: None };

#[derive(Template)]
#[template(path = "pagopa/tabaccheria.html")]
struct FormPage<'a> {
    avviso: &'a str,
    ente: &'a str,
    avviso_error: &'static str,
    ente_error: &'static str,
    /// Why the notice cannot be paid: words and code.
    refusal: Option<(&'static str, String)>,
    enti: &'a [super::station::Ente],
}

#[derive(Template)]
#[template(path = "pagopa/importo.html")]
struct AmountPage<'a> {
    numero: &'a NumeroAvviso,
    ente: &'a str,
    verified: &'a Verified,
    /// What was shown before, where it is another now.
    before: Option<Euro>,
    fee: Euro,
    total: Euro,
}

#[derive(Template)]
#[template(path = "pagopa/ricevuta.html")]
struct ReceiptPage<'a> {
    token: &'a str,
    numero: &'a NumeroAvviso,
    ente: &'a str,
    amount: Euro,
    fee: Euro,
    total: Euro,
    paid_at: NaiveDateTime,
}

#[derive(serde::Deserialize)]
struct NoticeForm {
    avviso: String,
    ente: String,
}

#[derive(serde::Deserialize)]
struct PayForm {
    avviso: String,
    ente: String,
    /// The amount that the page showed, in cents.
    importo: i64,
}

/// What a program gets for a payment.
#[derive(serde::Serialize)]
struct PaidAnswer {
    receipt_id: String,
    amount_cents: i64,
}

/// Routes of the counter.
pub fn router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/tabaccheria", get(form).post(look))
        .route("/tabaccheria/paga", post(pay))
        .route("/pagopa/paga", post(pay_by_program))
        .with_state(node)
}

async fn form(State(node): State<Arc<Node>>) -> Response {
    form_page(&node, StatusCode::OK, "", "", None)
}

async fn look(State(node): State<Arc<Node>>, Form(typed): Form<NoticeForm>) -> Response {
    let Some((numero, ente)) = read(&typed.avviso, &typed.ente) else {
        return form_page(&node, StatusCode::UNPROCESSABLE_ENTITY, &typed.avviso, &typed.ente, None);
    };
    match node.verify(&ente, &numero, now()).await {
        Ok(verified) => {
            let amount = node.shown(&ente, &numero, verified.amount);
            amount_page(&numero, &ente, &Verified { amount, ..verified }, None)
        }
        Err(refusal) => form_page(&node, StatusCode::CONFLICT, &typed.avviso, &typed.ente, Some(&refusal)),
    }
}

async fn pay(State(node): State<Arc<Node>>, Form(form): Form<PayForm>) -> Response {
    let Some((numero, ente)) = read(&form.avviso, &form.ente) else {
        return form_page(&node, StatusCode::UNPROCESSABLE_ENTITY, &form.avviso, &form.ente, None);
    };
    let shown_amount = Euro::from_cents(form.importo);
    match take_cash(&node, &numero, &ente, shown_amount).await {
        Ok((token, _)) => receipt_page(&token, &numero, &ente, shown_amount),
        Err(Stop::Refused(refusal)) => form_page(&node, StatusCode::CONFLICT, &form.avviso, &form.ente, Some(&refusal)),
        Err(Stop::Changed(_)) => match node.verify(&ente, &numero, now()).await {
            Ok(verified) => amount_page(&numero, &ente, &verified, Some(shown_amount)),
            Err(refusal) => form_page(&node, StatusCode::CONFLICT, &form.avviso, &form.ente, Some(&refusal)),
        },
    }
}

/// `POST /pagopa/paga` `{"avviso": …, "ente": …}`: verify and pay in cash, without pages.
async fn pay_by_program(State(node): State<Arc<Node>>, Json(notice): Json<NoticeForm>) -> Response {
    let refused =
        |status: StatusCode, code: String| (status, Json(serde_json::json!({ "code": code }))).into_response();
    let Some((numero, ente)) = read(&notice.avviso, &notice.ente) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "PPT_SINTASSI_XSD".to_owned());
    };
    let amount = match node.verify(&ente, &numero, now()).await {
        Ok(verified) => node.shown(&ente, &numero, verified.amount),
        Err(refusal) => return refused(StatusCode::CONFLICT, refusal.to_string()),
    };
    match take_cash(&node, &numero, &ente, amount).await {
        Ok((receipt_id, _)) => Json(PaidAnswer { receipt_id, amount_cents: amount.cents() }).into_response(),
        Err(Stop::Refused(refusal)) => refused(StatusCode::CONFLICT, refusal.to_string()),
        Err(Stop::Changed(_)) => refused(StatusCode::CONFLICT, "IMPORTO_CAMBIATO".to_owned()),
    }
}

async fn take_cash(node: &Node, numero: &NumeroAvviso, ente: &str, amount: Euro) -> Result<(String, Vec<u64>), Stop> {
    let token = node.begin(ente, numero, amount, None, now()).await?;
    let sent = node.paid(&token, &CASH, now()).map_err(Stop::Refused)?;
    Ok((token, sent))
}

/// A number with right check digits and a codice fiscale of eleven digits; blanks between digits do no harm.
fn read(avviso: &str, ente: &str) -> Option<(NumeroAvviso, String)> {
    Some((NumeroAvviso::parse(avviso).ok()?, ente_code(ente)?))
}

fn ente_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    (code.len() == 11 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

fn form_page(node: &Node, status: StatusCode, avviso: &str, ente: &str, refusal: Option<&Refusal>) -> Response {
    let typed = status == StatusCode::UNPROCESSABLE_ENTITY;
    let wrong = |wrong: bool, words| if typed && wrong { words } else { "" };
    let page = FormPage {
        avviso,
        ente,
        avviso_error: wrong(NumeroAvviso::parse(avviso).is_err(), "Scrivi le 18 cifre del codice avviso."),
        ente_error: wrong(ente_code(ente).is_none(), "Scrivi le 11 cifre del codice fiscale dell'ente."),
        refusal: refusal.map(|refusal| (refusal.words(), refusal.code())),
        enti: node.registry.all(),
    };
    shown(status, &page)
}

fn amount_page(numero: &NumeroAvviso, ente: &str, verified: &Verified, before: Option<Euro>) -> Response {
    let status = if before.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let (fee, total) = with_fee(verified.amount);
    shown(status, &AmountPage { numero, ente, verified, before, fee, total })
}

fn receipt_page(token: &str, numero: &NumeroAvviso, ente: &str, amount: Euro) -> Response {
    let (fee, total) = with_fee(amount);
    let paid_at = now().with_timezone(&Rome).naive_local();
    shown(StatusCode::OK, &ReceiptPage { token, numero, ente, amount, fee, total, paid_at })
}

fn with_fee(amount: Euro) -> (Euro, Euro) {
    let fee = COUNTER.fee;
    (fee, amount + fee)
}
