//! The services that the node of pagoPA calls, on an address of their own: SOAP in, one function of `app::nodo`, SOAP out.
//!
//! The element in the body says what is asked; the header `SOAPAction` is not looked at. A refusal is an answer with
//! outcome KO and status 200 (SANP). A receipt that could not be booked gets status 500 instead: the node sends a receipt
//! again after a failure of the wire, not after a KO.

mod body;
mod reply;

use std::time::Duration;

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use sportello_app::{Portal, nodo};
use sportello_pagopa::{Fault, FaultCode, ParseError, Refusal, peek};
use tokio::time::timeout;

use reply::Reply;

/// Path of the services; pagoPA is told it together with the host.
const PATH: &str = "/pa/paForNode";
/// Longest time until a whole call has come. The node itself waits 7 seconds for an answer, 15 for that to a receipt.
const BODY_WITHIN: Duration = Duration::from_secs(15);

/// The services of all enti of the portal.
pub fn router(portal: Portal) -> Router {
    Router::new().route(PATH, post(take)).with_state(portal)
}

async fn take(State(portal): State<Portal>, request: Request) -> Response {
    let Ok(Some(bytes)) = timeout(BODY_WITHIN, body::read(request.into_body())).await else {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };
    let reply = match sportello_pagopa::pa_for_node::read(&bytes) {
        Ok(call) => reply::to(&portal, &call, &bytes).await,
        Err(error) => not_understood(&portal, &bytes, &error).await,
    };
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], reply.xml).into_response()
}

/// Refuses a call that breaks its schema, and keeps it.
async fn not_understood(portal: &Portal, bytes: &[u8], error: &ParseError) -> Reply {
    let seen = peek(bytes);
    let operation = seen.operation.map_or("unknown", |operation| operation.name());
    let refusal = Refusal::new(bytes, error);
    let ente = match &seen.id_pa {
        Some(id_pa) => nodo::ente_of(portal, id_pa).await.ok().flatten(),
        None => None,
    };
    tracing::warn!(operation, %error, fault = refusal.code.code(), "a call of the node was not understood");
    keep(portal, ente.map(|ente| ente.id), operation, bytes, refusal.code).await;
    Reply { status: refusal.status, xml: refusal.xml }
}

/// Keeps a call that changes nothing. Where that fails the answer stays what it is.
async fn keep(
    portal: &Portal,
    ente: Option<sportello_domain::id::EnteId>,
    operation: &str,
    raw: &[u8],
    fault: FaultCode,
) {
    let call = nodo::Call { operation, raw };
    if let Err(error) = nodo::keep(portal, ente, call, fault.code()).await {
        tracing::error!(operation, error = %crate::error::chain(&error), "a call of the node could not be kept");
    }
}

/// A refusal told by the entity that was asked.
fn fault(code: FaultCode, id_pa: &str) -> Fault {
    // What the schema lets through as `idPA` may still hold what XML does not carry back.
    Fault::new(code, id_pa).or_else(|_| Fault::new(code, "SPORTELLO")).expect("our own short name can be sent")
}
