//! The node of pagoPA at its end of the wire: mutual TLS, one connection for each call, an end to waiting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::journal::Answer;
use crate::browser::Broken;
use crate::installation::Installation;

/// How long the node waits for paSendRT.
const LIMIT: Duration = Duration::from_secs(15);

/// The node.
pub(super) struct Node {
    address: SocketAddr,
    tls: TlsConnector,
}

/// A connection to the portal's service, for one call.
pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Node {
    /// With the papers that the portal made for it.
    pub(super) fn open(installation: &Installation) -> Result<Self> {
        let paper = |file| installation.nodo_paper(file);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(paper("ca.pem")).context("the signer")?)?;
        let own = CertificateDer::from_pem_file(paper("client.pem")).context("the certificate of the node")?;
        let key = PrivateKeyDer::from_pem_file(paper("client.key")).context("the key of the node")?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![own], key)?;
        Ok(Self { address: installation.nodo_address(), tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Opens a connection for one call.
    pub(super) async fn connect(&self) -> Result<Connection, Broken> {
        in_time(self.open_connection()).await
    }

    async fn open_connection(&self) -> Result<Connection> {
        let stream = TcpStream::connect(self.address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(self.address.ip());
        let stream = self.tls.connect(name, stream).await.context("agreeing on TLS")?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // How it ends shows in the call that was under way.
        tokio::spawn(connection);
        Ok(Connection(sender))
    }
}

impl Connection {
    /// Sends a receipt; it counts in `in_flight` until it is answered or cut.
    pub(super) async fn send(self, envelope: &str, in_flight: &AtomicU64) -> Result<Answer, Broken> {
        in_flight.fetch_add(1, Ordering::Relaxed);
        let answer = in_time(exchange(self, envelope)).await;
        in_flight.fetch_sub(1, Ordering::Relaxed);
        let (status, text) = answer?;
        understand(status, &text)
    }
}

/// Whatever breaks the wire, or takes too long, leaves the outcome unknown.
async fn in_time<T>(call: impl Future<Output = Result<T>>) -> Result<T, Broken> {
    let done = tokio::time::timeout(LIMIT, call).await;
    let done = done.unwrap_or_else(|_| Err(anyhow::anyhow!("nothing in {} s", LIMIT.as_secs())));
    done.map_err(|error| Broken::Unavailable(format!("{error:#}")))
}

async fn exchange(connection: Connection, envelope: &str) -> Result<(StatusCode, String)> {
    let request = Request::post("/pa/paForNode")
        .header("host", "127.0.0.1")
        .header("content-type", "text/xml; charset=utf-8")
        .body(Full::from(envelope.to_owned()))?;
    let Connection(mut sender) = connection;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let bytes = answer.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

/// What an answer means: 5xx is sent again, an outcome of the operation is the end.
fn understand(status: StatusCode, text: &str) -> Result<Answer, Broken> {
    if status.is_server_error() {
        return Err(Broken::Unavailable(format!("status {status}")));
    }
    if status == StatusCode::OK && text.contains("<outcome>OK</outcome>") {
        return Ok(Answer::Ok);
    }
    if status == StatusCode::OK && text.contains("<faultCode>PAA_RECEIPT_DUPLICATA</faultCode>") {
        return Ok(Answer::Duplicate);
    }
    Err(Broken::Fault(format!("a receipt was refused, status {status}: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_outcome_is_an_answer() {
        let said = |status, text| understand(status, text);
        assert!(matches!(said(StatusCode::OK, "<a><outcome>OK</outcome></a>"), Ok(Answer::Ok)));
        let again = "<outcome>KO</outcome><fault><faultCode>PAA_RECEIPT_DUPLICATA</faultCode></fault>";
        assert!(matches!(said(StatusCode::OK, again), Ok(Answer::Duplicate)));
        assert!(matches!(said(StatusCode::OK, "<outcome>KO</outcome>"), Err(Broken::Fault(_))));
        assert!(matches!(said(StatusCode::INTERNAL_SERVER_ERROR, again), Err(Broken::Unavailable(_))));
        assert!(matches!(said(StatusCode::FORBIDDEN, "<outcome>OK</outcome>"), Err(Broken::Fault(_))));
    }
}
