//! What a hostile client tries, and what it gets: addresses that lead elsewhere, floods, slow and greedy connections.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderName, Method, Request, StatusCode, header},
};
use sportello_app::address::Addressing;
use sportello_web::{Connections, WebSettings, router};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tower::ServiceExt;

use crate::common::{CSRF, ORIGIN, Person, TestPortal};

/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn no_address_leads_to_another_site() {
    let portal = TestPortal::new().await;
    for path in [
        "/\\evil.example",
        "//evil.example",
        "//evil.example/",
        "//evil.example?lingua=en",
        "/prova//evil.example/",
        "/prova//evil.example?lingua=en",
        "/prova/\\evil.example/",
    ] {
        let answer = portal.get(path, None).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert_eq!(answer.header("location"), "", "{path}");
    }
    let hosts = TestPortal::reached(Addressing::ByHost).await;
    for path in [
        "//evil.example",
        "//evil.example/",
        "//evil.example/?lingua=en",
        "/\\evil.example/",
        "/\\evil.example?lingua=en",
    ] {
        let host = [("host", "servizi.prova.example")];
        let answer = hosts.send(Method::GET, path, None, &host, String::new()).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert_eq!(answer.header("location"), "", "{path}");
        assert!(!answer.body.contains("\"//evil"), "{path}");
    }
}

#[tokio::test]
async fn a_request_with_two_hosts_or_a_forged_one_is_not_ours() {
    let portal = TestPortal::new().await;
    for headers in [
        &[("host", "127.0.0.1:8080"), ("host", "evil.example")][..],
        &[("host", "evil.example"), ("x-forwarded-host", "127.0.0.1:8080")],
        &[("host", "127.0.0.1:8080.evil.example")],
    ] {
        let answer = portal.send(Method::GET, "/prova/", None, headers, String::new()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{headers:?}");
    }
}

#[tokio::test]
async fn text_that_no_database_keeps_is_a_page_that_does_not_exist() {
    let portal = TestPortal::new().await;
    let maria = portal.cittadino(&portal.prova, 1).await;
    for path in [
        "/prova/modelli/%00",
        "/prova/modelli/%00/avvia",
        "/prova/accesso/spid/avvia?idp=%00",
        "/prova/compila/%00",
        "/prova/servizi/%00",
        "/prova/servizi/%00/%00",
        "/prova/tema/%00",
    ] {
        let answer = portal.get(path, Some(&maria)).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    }
}

/// A request as it comes over a connection from this address.
fn from(peer: &str, method: Method, path: &str, person: Option<&Person>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
    if let Some(person) = person {
        request = request.header(header::COOKIE, &person.cookie);
    }
    let peer: SocketAddr = format!("{peer}:4000").parse().unwrap();
    request
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer))
        .body(Body::from(format!("_csrf={CSRF}")))
        .unwrap()
}

/// The first answer of a flood that is a refusal; a test fails when none comes.
async fn flood(router: &axum::Router, ask: impl Fn() -> Request<Body>) -> axum::response::Response {
    for _ in 0..2000 {
        let answer = router.clone().oneshot(ask()).await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
    }
    panic!("nobody counted");
}

async fn status(router: &axum::Router, request: Request<Body>) -> StatusCode {
    router.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn whoever_floods_the_sign_in_is_told_to_wait_and_nobody_else_is() {
    let portal = TestPortal::new().await;
    let ask = |peer: &str| from(peer, Method::POST, "/prova/spid/acs", None);
    let refused = flood(&portal.router, || ask("203.0.113.5")).await;
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.headers()["cache-control"], "no-store");
    let page = to_bytes(refused.into_body(), 1_000_000).await.unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("Troppe richieste") && page.contains("Aspetta un minuto"), "{page}");
    assert_eq!(status(&portal.router, ask("203.0.113.6")).await, StatusCode::FORBIDDEN);
    // Pages are read on.
    let page = from("203.0.113.5", Method::GET, "/prova/", None);
    assert_eq!(status(&portal.router, page).await, StatusCode::OK);
}

#[tokio::test]
async fn the_start_of_a_sign_in_is_counted_too() {
    let portal = TestPortal::new().await;
    flood(&portal.router, || from("203.0.113.5", Method::GET, "/prova/accesso/spid/avvia?idp=x", None)).await;
}

#[tokio::test]
async fn notices_are_not_printed_without_end_for_whoever_asks() {
    let portal = TestPortal::new().await;
    let path = format!("/pagopa/prova/pagamento/{:064x}/avviso.pdf", 1);
    flood(&portal.router, || from("203.0.113.5", Method::GET, &path, None)).await;
    assert_eq!(status(&portal.router, from("203.0.113.6", Method::GET, &path, None)).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn forms_are_counted_by_person_so_that_a_school_shares_no_allowance() {
    let portal = TestPortal::new().await;
    let maria = portal.cittadino(&portal.prova, 1).await;
    let paolo = portal.cittadino(&portal.prova, 2).await;
    let path = "/prova/compila/00000000-0000-7000-8000-000000000000/elimina";
    let ask = |person| from("203.0.113.5", Method::POST, path, Some(person));
    flood(&portal.router, || ask(&maria)).await;
    assert_eq!(status(&portal.router, ask(&paolo)).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invented_address_counts_only_when_our_proxy_wrote_it() {
    let portal = TestPortal::new().await;
    let ask = |invented: u32| {
        let mut request = from("203.0.113.5", Method::POST, "/prova/spid/acs", None);
        let value = format!("192.0.2.{}, 198.51.100.7", invented % 256).parse().unwrap();
        request.headers_mut().insert("x-forwarded-for", value);
        request
    };
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        ask(number.get())
    };
    flood(&portal.router, next).await;
    let settings =
        WebSettings { client_header: Some(HeaderName::from_static("x-forwarded-for")), ..WebSettings::default() };
    let behind_proxy = router(portal.portal.clone(), settings);
    flood(&behind_proxy, next).await;
}

/// A portal on a real port, and what ends it.
async fn open(limits: Connections) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let portal = TestPortal::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(async move {
        sportello_web::serve(listener, portal.router.clone(), limits, None, async {
            let _ = stopped.await;
        })
        .await;
    });
    (address, stop, serving)
}

/// Everything that comes until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await;
    // A reset is an end too.
    let _ = read.expect("the connection should have ended");
    String::from_utf8_lossy(&all).into_owned()
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_head_that_never_ends_ends_the_connection() {
    let limits = Connections { head_within: Duration::from_millis(200), ..Connections::default() };
    let (address, _stop, _serving) = open(limits).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
    let mut silent = TcpStream::connect(address).await.unwrap();
    let answer = rest(&mut slow).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    rest(&mut silent).await;
}

#[tokio::test]
async fn a_head_is_not_endless() {
    let (address, _stop, _serving) = open(Connections::default()).await;
    for head in [format!("X: {}\r\n", "a".repeat(100_000)), (0..200).map(|n| format!("X{n}: a\r\n")).collect()] {
        let mut greedy = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n");
        // The answer may come before all of it is written.
        let _ = greedy.write_all(request.as_bytes()).await;
        let answer = rest(&mut greedy).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn a_connection_too_many_waits_for_its_turn() {
    let limits = Connections { most: 1, ..Connections::default() };
    let (address, _stop, _serving) = open(limits).await;
    let first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(HEALTH).await.unwrap();
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(300), second.read(&mut byte)).await;
    assert!(early.is_err(), "the second connection was served beside the first");
    drop(first);
    assert!(rest(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_long_connection_ends_after_its_answer_and_the_portal_ends_when_told() {
    let limits = Connections { longest: Duration::from_millis(200), ..Connections::default() };
    let (address, stop, serving) = open(limits).await;
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
    assert!(rest(&mut kept).await.starts_with("HTTP/1.1 200"));
    let mut last = TcpStream::connect(address).await.unwrap();
    last.write_all(HEALTH).await.unwrap();
    assert!(rest(&mut last).await.starts_with("HTTP/1.1 200"));
    stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, serving).await.expect("it ends").unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
