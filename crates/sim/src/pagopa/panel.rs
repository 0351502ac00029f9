//! The panel: what goes wrong, and what became of the receipts. For people as a page, for tests as JSON.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    checkout::shown,
    node::Node,
    queue::{Sending, State as ReceiptState},
    trouble::{Switch, Trouble},
};
use crate::spid::now;

/// Receipts on the page; the newest.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "pagopa/pannello.html")]
struct PanelPage {
    troubles: [(Trouble, &'static str); 10],
    on: Vec<Switch>,
    receipts: Vec<Line>,
    error: bool,
}

/// A receipt as the panel and its JSON show it.
#[derive(serde::Serialize)]
struct Line {
    number: u64,
    receipt_id: String,
    avviso: String,
    ente: String,
    amount_cents: i64,
    state: ReceiptState,
    attempts: u32,
    sent: u32,
    last: Option<String>,
}

impl Line {
    fn new((number, sending): (u64, Sending)) -> Self {
        let receipt = sending.receipt;
        Self {
            number,
            receipt_id: receipt.id,
            avviso: receipt.numero.as_str().to_owned(),
            ente: receipt.ente,
            amount_cents: receipt.amount.cents(),
            state: sending.state,
            attempts: sending.attempts,
            sent: sending.sent,
            last: sending.last,
        }
    }

    fn words(&self) -> &'static str {
        match self.state {
            ReceiptState::Waiting => "in attesa",
            ReceiptState::Sending => "in invio",
            ReceiptState::Acquired => "acquisita dall'ente",
            ReceiptState::Stuck => "bloccata",
            ReceiptState::Held => "trattenuta",
        }
    }
}

/// What the form of the page gives: numbers may be empty.
#[derive(serde::Deserialize)]
struct SwitchForm {
    guasto: Trouble,
    secondi: String,
    avviso: String,
    volte: String,
}

/// Routes of the panel.
pub fn router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/pagopa", get(page).post(turn_on_by_form))
        .route("/pagopa/spegni", post(turn_off_by_form))
        .route("/pagopa/guasti", get(list).post(turn_on).delete(turn_off))
        .route("/pagopa/ricevute.json", get(receipts))
        .route("/pagopa/ricevute/{number}/invia", post(resend))
        .with_state(node)
}

async fn page(State(node): State<Arc<Node>>) -> Response {
    panel(&node, StatusCode::OK)
}

async fn turn_on_by_form(State(node): State<Arc<Node>>, Form(form): Form<SwitchForm>) -> Response {
    match form.switch().is_some_and(|switch| node.troubles.turn_on(switch).is_ok()) {
        true => Redirect::to("/pagopa").into_response(),
        false => panel(&node, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

async fn turn_off_by_form(State(node): State<Arc<Node>>) -> Redirect {
    node.troubles.turn_off();
    Redirect::to("/pagopa")
}

/// `POST /pagopa/guasti`: one switch, as `{"guasto": "ricevuta_tardiva", "secondi": 30, "avviso": …, "ente": …, "volte": 1}`.
async fn turn_on(State(node): State<Arc<Node>>, Json(switch): Json<Switch>) -> Response {
    match node.troubles.turn_on(switch) {
        Ok(()) => Json(node.troubles.all()).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    }
}

async fn turn_off(State(node): State<Arc<Node>>) -> StatusCode {
    node.troubles.turn_off();
    StatusCode::NO_CONTENT
}

async fn list(State(node): State<Arc<Node>>) -> Json<Vec<Switch>> {
    Json(node.troubles.all())
}

async fn receipts(State(node): State<Arc<Node>>) -> Json<Vec<Line>> {
    Json(node.queue.all().into_iter().map(Line::new).collect())
}

async fn resend(State(node): State<Arc<Node>>, Path(number): Path<u64>) -> Response {
    match node.queue.resend(number, now()) {
        true => Redirect::to("/pagopa").into_response(),
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

impl SwitchForm {
    fn switch(self) -> Option<Switch> {
        let number = |text: &str| (!text.trim().is_empty()).then(|| text.trim().parse::<u32>().ok());
        let avviso: String = self.avviso.chars().filter(|c| !c.is_whitespace()).collect();
        let delay_s = number(&self.secondi);
        let times = number(&self.volte);
        if delay_s == Some(None) || times == Some(None) {
            return None;
        }
        Some(Switch {
            trouble: self.guasto,
            delay_s: delay_s.flatten(),
            ente: None,
            avviso: (!avviso.is_empty()).then_some(avviso),
            times: times.flatten(),
        })
    }
}

fn panel(node: &Node, status: StatusCode) -> Response {
    let receipts = node.queue.all().into_iter().rev().take(SHOWN).map(Line::new).collect();
    let error = status != StatusCode::OK;
    shown(status, &PanelPage { troubles: Trouble::ALL, on: node.troubles.all(), receipts, error })
}
