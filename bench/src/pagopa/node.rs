//! The node at its end of the wire: mutual TLS, HTTP/1.1, and a look at what is answered.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use drills::installation::Installation;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The node.
#[derive(Clone)]
pub struct Node {
    address: SocketAddr,
    tls: TlsConnector,
}

/// A connection that takes one call after the other.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Node {
    /// With the certificate that the portal made for it.
    pub fn open(installation: &Installation) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(installation.nodo_paper("ca.pem")).context("the signer")?)?;
        let own = CertificateDer::from_pem_file(installation.nodo_paper("client.pem")).context("the certificate")?;
        let key = PrivateKeyDer::from_pem_file(installation.nodo_paper("client.key")).context("the key")?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![own], key)?;
        Ok(Self { address: installation.nodo_address(), tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends all calls over so many connections; each must be answered OK.
    pub async fn call_all(&self, calls: Vec<String>, connections: u64) -> Result<()> {
        let mut tasks = JoinSet::new();
        let each = calls.len().div_ceil(connections as usize).max(1);
        for calls in calls.chunks(each).map(<[String]>::to_vec) {
            let node = self.clone();
            tasks.spawn(async move {
                let mut connection = node.connect().await?;
                for call in calls {
                    let answer = connection.call(call).await?;
                    ensure!(answer.contains("<outcome>OK</outcome>"), "a call was refused: {answer}");
                }
                connection.end().await
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(())
    }

    /// Sends one call over a connection of its own; any answer of the operation will do.
    pub async fn call_alone(&self, call: String) -> Result<()> {
        let mut connection = self.connect().await?;
        let answer = connection.call(call).await?;
        ensure!(answer.contains("<outcome>"), "no answer: {answer}");
        connection.end().await
    }

    async fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(self.address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(self.address.ip());
        let stream = self.tls.connect(name, stream).await.context("agreeing on TLS")?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(async move {
            // How it ends shows in the call that was under way.
            let _ = connection.await;
        });
        Ok(Connection { sender, driver })
    }
}

impl Connection {
    async fn call(&mut self, call: String) -> Result<String> {
        self.sender.ready().await?;
        let request = Request::post("/pa/paForNode")
            .header("host", "127.0.0.1")
            .header("content-type", "text/xml; charset=utf-8")
            .body(Full::from(call))?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "status {status}");
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn end(self) -> Result<()> {
        drop(self.sender);
        self.driver.await.context("ending a connection")
    }
}
