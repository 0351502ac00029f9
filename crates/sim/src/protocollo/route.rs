//! The wire: one address for every action, named by a header; and a panel for people and tests.

use std::time::Duration;

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Protocollo, Registered, Switch, Trouble, register::Refused};

/// Largest document, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Seconds of a delay where none is named.
const DELAY_S: u32 = 20;
/// What `GetToken` gives: whoever has it is let in.
const TOKEN: &str = "SSO=simulazione";

#[derive(Template)]
#[template(path = "protocollo.html")]
struct PanelPage {
    troubles: [(Trouble, &'static str); 5],
    on: Vec<Switch>,
    registered: Vec<Registered>,
}

/// What the form of the page gives.
#[derive(serde::Deserialize)]
struct SwitchForm {
    guasto: Trouble,
}

/// The routes.
pub fn router(system: Protocollo) -> Router {
    let route = post(call).put(call);
    Router::new()
        .route("/protocollo/RouteRestRequest", route)
        .route("/protocollo", get(page).post(turn_on_by_form))
        .route("/protocollo/spegni", post(turn_off_by_form))
        .route("/protocollo/guasti", get(switches).post(turn_on).delete(turn_off))
        .route("/protocollo/registro.json", get(registered))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(system)
}

/// One call: what is wrong with it, what goes wrong, what it asks.
async fn call(
    State(Protocollo(system)): State<Protocollo>,
    method: Method,
    headers: HeaderMap,
    Json(mut request): Json<Value>,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let action = header("ROUTED_ACTION").to_owned();
    let strikes = |trouble| system.troubles.strikes(trouble, &action);
    if header("CODE_ADM").is_empty() || action.is_empty() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    if strikes(Trouble::Down).is_some() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if action != "GetToken" && header("AuthToken") != TOKEN {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if action == "CreateDocument" && strikes(Trouble::ArrivalLost).is_some() {
        request["Document"]["ArrivalDate"] = Value::Null;
    }
    let refused = strikes(Trouble::Refusal).map(|_| Err("DOCUMENT_NOT_VALID"));
    let now = (system.clock)();
    let register = &system.register;
    let document = |done: Result<Value, Refused>| done.map(|document| json!({ "Document": document }));
    let done = refused.unwrap_or_else(|| match (&method, action.as_str()) {
        (&Method::POST, "GetToken") => token(&request),
        (&Method::PUT, "CreateDocument") => document(register.create(&request)),
        (&Method::POST, "GetDocument") => document(register.get(&request)),
        (&Method::POST, "ProtocolPredisposed") => document(register.protocol(&request, now)),
        (&Method::POST, "SearchDocuments") => {
            let found = register.search(&request);
            found.map(|found| json!({ "TotalDocumentsNumber": found.len(), "Documents": found }))
        }
        _ => Err("ACTION_NOT_FOUND"),
    });
    if let Some(switch) = strikes(Trouble::Slow) {
        tokio::time::sleep(Duration::from_secs(u64::from(switch.delay_s.unwrap_or(DELAY_S)))).await;
    }
    if strikes(Trouble::AnswerLost).is_some() {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    let answer = match done {
        Ok(mut answer) => {
            answer["Code"] = json!("OK");
            answer
        }
        Err(words) => json!({ "Code": "SYSTEM_ERROR", "ErrorMessage": words }),
    };
    Json(answer).into_response()
}

/// The token of whoever names a user, a role and an administration.
fn token(request: &Value) -> Result<Value, Refused> {
    let named = |name: &str| request.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let known = named("Username") && named("CodeAdm") && named("CodeRole");
    if known { Ok(json!({ "Token": TOKEN })) } else { Err("USER_NOT_FOUND") }
}

async fn page(State(system): State<Protocollo>) -> Result<Html<String>, StatusCode> {
    let page = PanelPage { troubles: Trouble::ALL, on: system.0.troubles.all(), registered: system.registered() };
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn turn_on_by_form(State(system): State<Protocollo>, Form(form): Form<SwitchForm>) -> Response {
    match system.turn_on(Switch::always(form.guasto)) {
        Ok(()) => Redirect::to("/protocollo").into_response(),
        Err(words) => (StatusCode::UNPROCESSABLE_ENTITY, words).into_response(),
    }
}

async fn turn_off_by_form(State(system): State<Protocollo>) -> Redirect {
    system.turn_off();
    Redirect::to("/protocollo")
}

async fn switches(State(system): State<Protocollo>) -> Json<Vec<Switch>> {
    Json(system.0.troubles.all())
}

async fn turn_on(State(system): State<Protocollo>, Json(switch): Json<Switch>) -> Response {
    match system.turn_on(switch) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(words) => (StatusCode::UNPROCESSABLE_ENTITY, words).into_response(),
    }
}

async fn turn_off(State(system): State<Protocollo>) -> StatusCode {
    system.turn_off();
    StatusCode::NO_CONTENT
}

async fn registered(State(system): State<Protocollo>) -> Json<Vec<Registered>> {
    Json(system.registered())
}
