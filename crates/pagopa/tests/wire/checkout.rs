//! The client of Checkout against a stub of it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};
use sportello_pagopa::checkout::{Cart, CartError, CartNotice, Checkout, CheckoutError, ReturnUrls};

type Seen = Arc<Mutex<Option<(HeaderMap, Value)>>>;

/// What the stub does with a cart.
#[derive(Clone, Copy)]
enum Behaviour {
    Found(&'static str),
    Problem(u16),
    Plain(u16),
    Silent,
}

async fn stub(behaviour: Behaviour) -> (String, Seen) {
    let seen = Seen::default();
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let base = format!("http://{}/checkout/ec/v2/", listener.local_addr().unwrap());
    let app = Router::new().route("/checkout/ec/v2/carts", post(take)).with_state((behaviour, seen.clone()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (base, seen)
}

async fn take(
    State((behaviour, seen)): State<(Behaviour, Seen)>,
    headers: HeaderMap,
    Json(cart): Json<Value>,
) -> Response {
    *seen.lock().unwrap() = Some((headers, cart));
    match behaviour {
        Behaviour::Found(to) => (StatusCode::FOUND, [(LOCATION, to)]).into_response(),
        Behaviour::Problem(status) => {
            let problem = json!({ "title": "Invalid", "status": status, "detail": "notice 302000000000000184 wrong" });
            (StatusCode::from_u16(status).unwrap(), Json(problem)).into_response()
        }
        Behaviour::Plain(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Behaviour::Silent => std::future::pending().await,
    }
}

fn notice(number: &str) -> CartNotice {
    let number = NumeroAvviso::parse(number).unwrap();
    CartNotice::new(&number, "77777777777", Euro::from_cents(4550), "Comune di Prova", "Mensa ottobre").unwrap()
}

fn returns() -> ReturnUrls {
    let at = |end: &str| format!("https://servizi.example/{end}");
    ReturnUrls { ok: at("ok"), cancel: at("annullato"), error: at("errore"), waiting: at("attesa") }
}

fn cart() -> Cart {
    Cart::new("c-1", vec![notice("302000000000000184")], returns(), Some("a@example.org".into())).unwrap()
}

async fn ask(behaviour: Behaviour) -> Result<String, CheckoutError> {
    let (base, _) = stub(behaviour).await;
    Checkout::new(&base, None, Duration::from_millis(400)).unwrap().cart(&cart()).await
}

#[tokio::test]
async fn a_cart_becomes_an_address_that_is_not_followed() {
    let (base, seen) = stub(Behaviour::Found("https://checkout.example/c/1")).await;
    let client = Checkout::new(&base, Some("key-1".to_owned().into()), Duration::from_secs(5)).unwrap();
    assert_eq!(client.cart(&cart()).await.unwrap(), "https://checkout.example/c/1");
    let (headers, body) = seen.lock().unwrap().take().unwrap();
    assert_eq!(headers["ocp-apim-subscription-key"], "key-1");
    let expected = json!({
        "emailNotice": "a@example.org",
        "paymentNotices": [{
            "noticeNumber": "302000000000000184", "fiscalCode": "77777777777", "amount": 4550,
            "companyName": "Comune di Prova", "description": "Mensa ottobre",
        }],
        "returnUrls": {
            "returnOkUrl": "https://servizi.example/ok", "returnCancelUrl": "https://servizi.example/annullato",
            "returnErrorUrl": "https://servizi.example/errore", "returnWaitingUrl": "https://servizi.example/attesa",
        },
        "idCart": "c-1", "allCCP": false,
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn refusals_are_told_apart_and_show_no_numbers() {
    let malformed = ask(Behaviour::Problem(400)).await.unwrap_err();
    assert_eq!(
        malformed.to_string(),
        "asking Checkout for a cart: it is not well-formed (Invalid: notice ################## wrong)"
    );
    assert!(matches!(ask(Behaviour::Problem(422)).await, Err(CheckoutError::NotPayable(_))));
    assert!(
        matches!(ask(Behaviour::Plain(422)).await, Err(CheckoutError::NotPayable(words)) if words == "no explanation")
    );
    assert!(matches!(ask(Behaviour::Plain(401)).await, Err(CheckoutError::Key)));
    for status in [200, 404, 500, 503] {
        assert!(matches!(ask(Behaviour::Plain(status)).await, Err(CheckoutError::Unexpected(_))), "{status}");
    }
    assert!(matches!(ask(Behaviour::Silent).await, Err(CheckoutError::Timeout)));
    for wrong in ["/relative", "javascript:alert(1)", "ftp://x/y", "https://"] {
        assert!(matches!(ask(Behaviour::Found(wrong)).await, Err(CheckoutError::Location)), "{wrong}");
    }
}

#[tokio::test]
async fn nobody_there() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Checkout::new(&base, None, Duration::from_secs(5)).unwrap();
    assert!(matches!(client.cart(&cart()).await, Err(CheckoutError::Unreachable(_))));
}

#[test]
fn carts_and_addresses_that_cannot_be() {
    let of = |notices| Cart::new("c", notices, returns(), None);
    assert_eq!(of(vec![]), Err(CartError::Count(0)));
    let numbers = [
        "302000000000000184",
        "300000000000000003",
        "301000000000009242",
        "345202611230000784",
        "399999999999999903",
        "302000000000009383",
    ];
    let notices: Vec<_> = numbers.into_iter().map(notice).collect();
    assert!(of(notices[..5].to_vec()).is_ok());
    assert_eq!(of(notices), Err(CartError::Count(6)));
    assert_eq!(of(vec![notice(numbers[0]), notice(numbers[0])]), Err(CartError::Twice));
    let number = NumeroAvviso::parse(numbers[0]).unwrap();
    assert_eq!(CartNotice::new(&number, "77777777777", Euro::ZERO, "C", "M"), Err(CartError::Amount));
    for wrong in ["", "servizi.example", "http://checkout.example", "ftp://127.0.0.1"] {
        assert!(Checkout::new(wrong, None, Duration::from_secs(1)).is_err(), "{wrong}");
    }
}
