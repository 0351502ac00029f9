//! The stub: answers like a portal, as it is told, and remembers what it was sent. Beside it, everything a test needs.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{Request, StatusCode, header},
};
use sportello_domain::{
    avviso::{NumeroAvviso, Segregazione},
    euro::Euro,
};
use tower::ServiceExt as _;

use super::answer;
use crate::pagopa::{
    link::{Link, LinkOptions},
    node::Node,
    queue::Sending,
    serve,
    soap::{Version, decimal},
    station::Registry,
};

pub const ENTE: &str = "00000010165";
const IBAN: &str = "IT48Z9999999999000000001000";
/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the stub answers, and what it heard.
pub struct Script {
    pub amount_cents: i64,
    /// Fault of verify and get.
    pub fault: Option<&'static str>,
    /// Faults of the next receipts; then they are taken.
    pub receipt_faults: VecDeque<&'static str>,
    /// Bodies, in order.
    pub heard: Vec<String>,
}

pub struct World {
    pub node: Arc<Node>,
    pub app: Router,
    pub script: Arc<Mutex<Script>>,
}

/// A page as a browser gets it.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
}

pub fn numero(base: u64) -> NumeroAvviso {
    NumeroAvviso::issue(Segregazione::parse("02").unwrap(), base).unwrap()
}

async fn reply(State(script): State<Arc<Mutex<Script>>>, body: String) -> String {
    let mut script = script.lock().unwrap();
    script.heard.push(body.clone());
    let amount = decimal(Euro::from_cents(script.amount_cents));
    let version = if body.contains("V2Request>") { Version::V2 } else { Version::V1 };
    if body.contains("paVerifyPaymentNoticeReq>") {
        return script.fault.map_or_else(|| answer::verify(ENTE, &amount), answer::verify_fault);
    }
    if body.contains("paGetPayment") {
        let at = body.find("<noticeNumber>").unwrap() + "<noticeNumber>".len();
        let iuv = &body[at + 1..at + 18];
        let good = || answer::get(version, ENTE, IBAN, iuv, &amount);
        return script.fault.map_or_else(good, |code| answer::get_fault(version, code));
    }
    answer::receipt(version, script.receipt_faults.pop_front())
}

/// The stub's routes with their script.
pub fn stub() -> (Router, Arc<Mutex<Script>>) {
    let script = Script { amount_cents: 4_520, fault: None, receipt_faults: VecDeque::new(), heard: Vec::new() };
    let script = Arc::new(Mutex::new(script));
    (Router::new().fallback(reply).with_state(script.clone()), script)
}

pub fn link(url: &str) -> LinkOptions {
    LinkOptions { nodo_url: url.parse().unwrap(), nodo_ca: None, nodo_cert: None, nodo_key: None }
}

impl World {
    /// A node with a stub behind it; attempts to send a receipt follow each other at once.
    pub async fn new() -> Self {
        let (routes, script) = stub();
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}/pa/paForNode", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let node = Node::new(Registry::demo().unwrap(), Link::new(link(&url)).unwrap(), Duration::ZERO);
        let node = Arc::new(node);
        Self { app: serve(node.clone(), "http://localhost:1"), node, script }
    }

    pub fn on(&self, switch: &str) {
        self.node.troubles.turn_on(serde_json::from_str(switch).unwrap()).unwrap();
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let location = answer.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        Page { status, location, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Page {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    pub async fn json(&self, path: &str, body: &str) -> Page {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// What the stub heard of one operation.
    pub fn heard(&self, operation: &str) -> Vec<String> {
        let script = self.script.lock().unwrap();
        script.heard.iter().filter(|body| body.contains(&format!("<pafn:{operation}>"))).cloned().collect()
    }

    /// Waits until the receipts are as `ready` wants them.
    pub async fn until(&self, ready: impl Fn(&[Sending]) -> bool) -> Vec<Sending> {
        let mut changes = self.node.queue.watch();
        let wait = async {
            loop {
                let all: Vec<Sending> = self.node.queue.all().into_iter().map(|(_, sending)| sending).collect();
                if ready(&all) {
                    return all;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the receipts get there")
    }
}
