//! The way out over HTTP: one call over one connection of its own, with TLS where the address asks for it. No proxy, no
//! redirect, no repetition, an end to the size of an answer.
//!
//! Knows no protocol: each client says what it sends and how long it waits.
#![warn(missing_docs)]

use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, Uri, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

/// What went wrong on the way.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The way to one host. Cheap to clone.
#[derive(Clone)]
pub struct Line {
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({}:{}, tls: {})", self.host, self.port, self.tls.is_some())
    }
}

impl Line {
    /// The way to the host of `address`; none when it has none, or is neither `https` nor `http` on this machine.
    pub fn to(address: &Uri) -> Option<Self> {
        let host = address.host()?.trim_matches(['[', ']']).to_owned();
        let tls = match address.scheme_str()? {
            "https" => Some(connector()),
            "http" if matches!(host.as_str(), "127.0.0.1" | "localhost" | "::1") => None,
            _ => return None,
        };
        let port = address.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Some(Self { host, port, tls })
    }

    /// What stands at an address of this host.
    ///
    /// # Errors
    /// Those of [`Line::call`]. The status of the answer is for the caller to judge.
    pub async fn get(&self, address: &Uri, max_bytes: usize) -> Result<Response<Bytes>, Broken> {
        let path = address.path_and_query().map_or("/", |path| path.as_str());
        let host = address.authority().map_or("", |authority| authority.as_str());
        self.call(Request::get(path).header(HOST, host).body(Full::default())?, max_bytes).await
    }

    /// Sends a request, whose address is a path and whose `Host` is written, and reads the whole answer.
    ///
    /// # Errors
    /// No connection, no answer, or one of more than `max_bytes`.
    pub async fn call(&self, request: Request<Full<Bytes>>, max_bytes: usize) -> Result<Response<Bytes>, Broken> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return exchange(stream, request, max_bytes).await };
        let name = ServerName::try_from(self.host.clone())?;
        exchange(tls.connect(name, stream).await?, request, max_bytes).await
    }
}

fn connector() -> TlsConnector {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the versions of TLS that it ships")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>, max_bytes: usize) -> Result<Response<Bytes>, Broken>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answered = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let bytes = Limited::new(body, max_bytes).collect().await?.to_bytes();
        Ok(Response::from_parts(parts, bytes))
    };
    tokio::pin!(answered, connection);
    // The connection ends with the exchange, whoever gives up first.
    tokio::select! {
        answer = &mut answered => answer,
        ended = &mut connection => {
            ended?;
            answered.await
        }
    }
}
