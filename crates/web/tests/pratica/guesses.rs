//! Twenty thousand guesses at the payment door: nobody learns from its answers which notices and which people exist.

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use sportello_domain::avviso::{NumeroAvviso, Segregazione};
use std::{collections::HashSet, net::SocketAddr};
use tower::ServiceExt;

use super::{House, denaro::invoiced, file, maria};
use crate::common::ORIGIN;

/// Guesses that one address may make at once.
const AT_ONCE: usize = 20;
/// Addresses that guess.
const ADDRESSES: usize = 1_000;
/// Whoever owes the notice that exists (`codice_fiscale(1)` of these tests) is none of these.
const STRANGERS: [&str; 2] = ["RSSMRA85C12B442I", "BRMLCU18R10L400G"];

/// One guess from an address of its own for each batch of twenty.
async fn guess(house: &House, number: usize, codice: &str, cf: &str) -> (StatusCode, String) {
    let batch = number / AT_ONCE;
    let peer: SocketAddr = format!("10.0.{}.{}:5000", batch / 250, batch % 250 + 1).parse().unwrap();
    let request = Request::post("/pagopa/prova/avviso")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer))
        .body(Body::from(format!("codice={codice}&cf={cf}")))
        .unwrap();
    let response = house.0.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    // What was typed comes back; everything else must be alike.
    let said = String::from_utf8(body.to_vec()).unwrap().replace(codice, "CODICE").replace(cf, "CF");
    (status, said)
}

#[tokio::test]
async fn twenty_thousand_guesses_tell_nothing() {
    let house = House::open().await;
    let filed = file(&maria(&house).await).await;
    let pratica = filed.rsplit('/').next().unwrap();
    invoiced(&house, pratica).await;
    let segregazione = Segregazione::parse("02").unwrap();
    let mut answers = HashSet::new();
    for number in 0..AT_ONCE * ADDRESSES {
        // One of a hundred is the number of the notice that exists.
        let base = if number % 100 == 0 { 99 } else { number as u64 + 1_000 };
        let codice = NumeroAvviso::issue(segregazione, base).unwrap();
        let cf = STRANGERS[number % STRANGERS.len()];
        let (status, said) = guess(&house, number, codice.as_str(), cf).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "guess {number}");
        answers.insert(said);
    }
    assert_eq!(answers.len(), 1, "an answer differs");
    let (status, _) = guess(&house, AT_ONCE * ADDRESSES - 1, "302000000000000184", STRANGERS[0]).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "the twenty-first try of an address");
}
