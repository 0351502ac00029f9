//! Mutual TLS: with the right certificate one is heard, without it not.

use std::{net::SocketAddr, path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sha2::{Digest, Sha256};
use sportello_web::{Connections, Tls, TlsFiles};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

use crate::world::{PATH, World};

type Signer = CertifiedIssuer<'static, KeyPair>;

/// A certificate and its key.
struct Paper {
    certificate: CertificateDer<'static>,
    pem: String,
    key: String,
}

fn signer() -> Signer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn paper(signer: &Signer, hosts: &[&str]) -> Paper {
    let key = KeyPair::generate().unwrap();
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let signed = CertificateParams::new(hosts).unwrap().signed_by(&key, signer).unwrap();
    Paper { certificate: signed.der().clone(), pem: signed.pem(), key: key.serialize_pem() }
}

fn files(folder: &Path, signer: &Signer, server: &Paper) -> TlsFiles {
    let at = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    TlsFiles {
        client_ca: at("ca.pem", &signer.pem()),
        certificate: at("server.pem", &server.pem),
        key: at("server.key", &server.key),
    }
}

/// Calls with a certificate, or with none; the start of the answer, or none when we are not heard.
async fn ask(to: SocketAddr, signer: &Signer, client: Option<&Paper>, body: &str) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(signer.der().clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        None => builder.with_no_client_auth(),
        Some(paper) => {
            let key = PrivateKeyDer::from_pem_slice(paper.key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![paper.certificate.clone()], key).unwrap()
        }
    };
    let stream = TcpStream::connect(to).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    let head =
        format!("POST {PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    // With TLS 1.3 a refusal of the certificate is read only here.
    stream.read_to_end(&mut answer).await.ok()?;
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn only_who_shows_a_trusted_certificate_is_heard() {
    let world = World::new().await;
    let (ours, theirs) = (signer(), signer());
    let server = paper(&ours, &["127.0.0.1"]);
    let (node, another, stranger) = (paper(&ours, &[]), paper(&ours, &[]), paper(&theirs, &[]));
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &ours, &server);
    let only_node: [u8; 32] = Sha256::digest(&node.certificate).into();
    for (callers, another_heard) in [(vec![], true), (vec![only_node], false)] {
        let tls = Tls::open(&files, callers).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let router = world.router.clone();
        let serving = tokio::spawn(sportello_web::serve(listener, router, Connections::default(), Some(tls), async {
            let _ = stopped.await;
        }));
        let call = world.ask("paVerifyPaymentNoticeReq");
        let heard = ask(address, &ours, Some(&node), &call).await.expect("the node is heard");
        assert!(heard.starts_with("HTTP/1.1 200") && heard.contains("<outcome>OK</outcome>"), "{heard}");
        assert_eq!(ask(address, &ours, Some(&another), &call).await.is_some(), another_heard);
        assert_eq!(ask(address, &ours, Some(&stranger), &call).await, None);
        assert_eq!(ask(address, &ours, None, &call).await, None);
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        let _ = plain.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP"), "no answer without TLS");
        stop.send(()).unwrap();
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn whoever_stands_at_the_door_in_silence_keeps_nobody_out() {
    let world = World::new().await;
    let ours = signer();
    let (server, node) = (paper(&ours, &["127.0.0.1"]), paper(&ours, &[]));
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls::open(&files(folder.path(), &ours, &server), vec![]).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Connections { most: 2, head_within: std::time::Duration::from_secs(600), ..Connections::default() };
    let router = world.router.clone();
    tokio::spawn(sportello_web::serve(listener, router, limits, Some(tls), std::future::pending()));
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let call = world.ask("paVerifyPaymentNoticeReq");
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), ask(address, &ours, Some(&node), &call)).await;
    assert!(heard.expect("the node waits").expect("the node is heard").contains("<outcome>OK</outcome>"));
    // Of too many the first ones were sent away.
    let mut gone = [0; 1];
    assert_eq!(silent[0].read(&mut gone).await.ok(), Some(0));
}

#[test]
fn wrong_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let ours = signer();
    let good = files(folder.path(), &ours, &paper(&ours, &[]));
    let missing = TlsFiles { client_ca: folder.path().join("none.pem"), ..good.clone() };
    let swapped = TlsFiles { certificate: good.key.clone(), ..good.clone() };
    for (files, word) in [(missing, "none.pem"), (swapped, "server.key")] {
        let error = Tls::open(&files, vec![]).err().expect("it cannot be opened").to_string();
        assert!(error.contains(word), "{error}");
    }
    let other =
        files(folder.path(), &ours, &Paper { key: KeyPair::generate().unwrap().serialize_pem(), ..paper(&ours, &[]) });
    assert!(Tls::open(&other, vec![]).is_err(), "a key of another certificate");
}
