//! The line itself: mutual TLS, nobody there, nobody answering, a wrong status.

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{Router, http::StatusCode};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
    },
};

use super::portal::{link, stub};
use crate::pagopa::{
    link::{Link, LinkOptions},
    refusal::Refusal,
    soap::Call,
};

const CALL: Call = Call { operation: "paVerifyPaymentNotice", body: String::new() };
const LONG: Duration = Duration::from_secs(20);

struct Papers {
    folder: PathBuf,
    acceptor: TlsAcceptor,
}

impl Papers {
    /// One authority, a certificate for the services and one for the node, as files.
    fn make(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sportello-sim-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let signed = |name: &str, usage| {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.extended_key_usages = vec![usage];
            (params.signed_by(&key, &issuer).unwrap(), key)
        };
        let (server, server_key) = signed("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
        let (client, client_key) = signed("nodo", ExtendedKeyUsagePurpose::ClientAuth);
        for (file, text) in [("ca", ca.pem()), ("nodo", client.pem()), ("nodo-key", client_key.serialize_pem())] {
            fs::write(folder.join(file), text).unwrap();
        }
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ca.pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
        let key = PrivateKeyDer::from_pem_slice(server_key.serialize_pem().as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![server.der().clone()], key)
            .unwrap();
        Self { folder, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    fn options(&self, url: &str) -> LinkOptions {
        let file = |name: &str| Some(self.folder.join(name));
        LinkOptions { nodo_ca: file("ca"), nodo_cert: file("nodo"), nodo_key: file("nodo-key"), ..link(url) }
    }
}

impl Drop for Papers {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).expect("removes its folder");
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn serve_tls(acceptor: TlsAcceptor, routes: Router) -> String {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(tcp).await else { continue };
            let service = TowerToHyperService::new(routes.clone());
            tokio::spawn(async move {
                let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    format!("https://{address}/pa/paForNode")
}

#[tokio::test]
async fn both_ends_show_certificates() {
    let (ours, foreign) = (Papers::make("ours"), Papers::make("foreign"));
    let (routes, script) = stub();
    let url = serve_tls(ours.acceptor.clone(), routes).await;
    let call = Call { body: "<pafn:paVerifyPaymentNoticeReq>".to_owned(), ..CALL };
    let answer = Link::new(ours.options(&url)).unwrap().call(&call, LONG).await.unwrap();
    assert!(answer.starts_with(b"<soapenv:Envelope"));
    assert_eq!(script.lock().unwrap().heard.len(), 1);
    // Papers of another authority: the node trusts nobody there, and is trusted by nobody.
    let stranger = LinkOptions { nodo_ca: ours.options(&url).nodo_ca, ..foreign.options(&url) };
    for options in [foreign.options(&url), stranger] {
        let refusal = Link::new(options).unwrap().call(&call, LONG).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Unreachable(_)), "{refusal}");
    }
    assert_eq!(script.lock().unwrap().heard.len(), 1);
    let missing = LinkOptions { nodo_key: Some(ours.folder.join("none")), ..ours.options(&url) };
    assert!(matches!(Link::new(missing).unwrap().call(&call, LONG).await, Err(Refusal::Unreachable(_))));
}

#[tokio::test]
async fn silence_absence_and_errors_have_their_codes() {
    let (listener, address) = listen().await;
    let url = format!("http://{address}/");
    let silent = Link::new(link(&url)).unwrap();
    assert_eq!(silent.call(&CALL, Duration::from_millis(50)).await, Err(Refusal::Timeout));
    drop(listener);
    assert!(matches!(silent.call(&CALL, LONG).await, Err(Refusal::Unreachable(_))));
    let (listener, address) = listen().await;
    let routes = Router::new().fallback(|| async { StatusCode::INTERNAL_SERVER_ERROR });
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let broken = Link::new(link(&format!("http://{address}/"))).unwrap();
    assert_eq!(broken.call(&CALL, LONG).await, Err(Refusal::BadAnswer("HTTP status 500".to_owned())));
}

#[test]
fn addresses_and_papers_are_checked_at_the_start() {
    for url in ["https://127.0.0.1:8443/", "ftp://127.0.0.1/", "/pa/paForNode"] {
        assert!(Link::new(link(url)).is_err(), "{url}");
    }
}
