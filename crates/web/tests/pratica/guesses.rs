//! Twenty thousand guesses at the payment door: nobody learns from its answers which notices and which people exist.

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use sportello_domain::{
    avviso::{NumeroAvviso, Segregazione},
    codice_fiscale::CodiceFiscale,
};
use std::{collections::HashSet, net::SocketAddr};
use tower::ServiceExt;

use super::{House, denaro::invoiced, file, maria};
use crate::common::ORIGIN;

/// Guesses that one address may make at once.
const AT_ONCE: usize = 20;
/// Addresses that guess.
const ADDRESSES: usize = 1_000;
/// Who owes the notice that exists: the first citizen of these tests.
const DEBTOR: &str = "RSSMRA01A01H501";

/// People who do not exist, each another one, with right check letters: the door also counts by person, and a guess that
/// is only counted would prove nothing.
fn strangers() -> impl Iterator<Item = String> {
    let days = (0..100).flat_map(|year| "ABCDEHLMPRST".chars().map(move |month| (year, month)));
    let bodies = days.flat_map(|(year, month)| (1..=28).map(move |day| format!("RSSMRA{year:02}{month}{day:02}H501")));
    bodies.filter(|body| body != DEBTOR).map(|body| checked(&body))
}

/// A codice fiscale with its check letter.
fn checked(body: &str) -> String {
    let letters = ('A'..='Z').map(|letter| format!("{body}{letter}"));
    letters.into_iter().find(|code| CodiceFiscale::parse(code, None).is_ok()).expect("one of the letters is right")
}

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
    let mut guesses = 0;
    for (number, cf) in strangers().take(AT_ONCE * ADDRESSES).enumerate() {
        // One of a hundred is the number of the notice that exists.
        let base = if number % 100 == 0 { 99 } else { number as u64 + 1_000 };
        let codice = NumeroAvviso::issue(segregazione, base).unwrap();
        let (status, said) = guess(&house, number, codice.as_str(), &cf).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "guess {number}");
        answers.insert(said);
        guesses += 1;
    }
    assert_eq!((guesses, answers.len()), (20_000, 1), "an answer differs");
    let right = NumeroAvviso::issue(segregazione, 99).unwrap();
    let (status, _) = guess(&house, AT_ONCE * ADDRESSES - 1, right.as_str(), &checked(DEBTOR)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "the twenty-first try of an address");
    // The search sees: the one right pair leads on, from an address that has tries left.
    let (status, _) = guess(&house, AT_ONCE * ADDRESSES, right.as_str(), &checked(DEBTOR)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "the holder of the notice");
}
