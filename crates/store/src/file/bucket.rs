//! Files in a store that speaks the protocol of S3: one bucket, one key, TLS by `ring` as everywhere.

use std::{io, sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use object_store::{
    ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use super::FILE_MAX_BYTES;

/// How long a connection may take, and one request with its answer.
const CONNECT_TIME: Duration = Duration::from_secs(3);
const ANSWER_TIME: Duration = Duration::from_secs(12);
/// Attempts after the first, and how long until no other begins: somebody waits.
const RETRIES: usize = 2;
const RETRY_TIME: Duration = Duration::from_secs(12);
/// Largest answer: a sealed file, or a message.
const ANSWER_MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Scheme, host and port; `http` only on this machine.
    pub endpoint: String,
    /// Region, as the store calls it.
    pub region: String,
    /// Its name.
    pub name: String,
    /// The name of the key.
    pub key_id: String,
    /// The key.
    pub secret: SecretString,
}

impl Bucket {
    /// The store of it. Nothing is asked yet.
    pub(super) fn open(&self) -> object_store::Result<AmazonS3> {
        AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            .with_region(&self.region)
            .with_bucket_name(&self.name)
            .with_access_key_id(&self.key_id)
            .with_secret_access_key(self.secret.expose_secret())
            .with_allow_http(self.endpoint.starts_with("http://"))
            .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIME, ..RetryConfig::default() })
            .with_http_connector(Line)
            .build()
    }
}

/// One connection for each request, with TLS where the address asks for it. No proxy, no redirect.
#[derive(Debug)]
struct Line;

impl HttpConnector for Line {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows the versions of TLS that it ships")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(HttpClient::new(Caller(Arc::new(tls))))
    }
}

#[derive(Debug)]
struct Caller(Arc<ClientConfig>);

type Broken = Box<dyn std::error::Error + Send + Sync>;

#[async_trait::async_trait]
impl HttpService for Caller {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let uri = request.uri();
        let missing = || fault(HttpErrorKind::Unknown, io::Error::from(io::ErrorKind::InvalidInput).into());
        let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else { return Err(missing()) };
        let host = host.trim_matches(['[', ']']).to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let said = authority.to_string();
        let connect = TcpStream::connect((host.as_str(), port));
        let stream = timeout(CONNECT_TIME, connect).await.map_err(|late| fault(HttpErrorKind::Connect, late.into()))?;
        let stream = stream.map_err(|error| fault(HttpErrorKind::Connect, error.into()))?;
        let exchange = async {
            let request = in_origin_form(request, &said).await?;
            if !secure {
                return exchange(stream, request).await;
            }
            let name = ServerName::try_from(host)?;
            exchange(TlsConnector::from(self.0.clone()).connect(name, stream).await?, request).await
        };
        match timeout(ANSWER_TIME, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            // It may have been done: each of our requests may be done twice.
            Ok(Err(error)) => Err(fault(HttpErrorKind::Interrupted, error)),
            Err(late) => Err(fault(HttpErrorKind::Timeout, late.into())),
        }
    }
}

fn fault(kind: HttpErrorKind, error: Broken) -> HttpError {
    HttpError::new(kind, io::Error::other(error))
}

/// The request as it goes over a connection to its host: path and query, the host in its header, a length.
async fn in_origin_form(request: HttpRequest, host: &str) -> Result<hyper::Request<Full<Bytes>>, Broken> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    parts.uri = path.parse()?;
    if !parts.headers.contains_key(header::HOST) {
        parts.headers.insert(header::HOST, host.parse()?);
    }
    Ok(hyper::Request::from_parts(parts, Full::new(body.collect().await?.to_bytes())))
}

async fn exchange<S>(stream: S, request: hyper::Request<Full<Bytes>>) -> Result<HttpResponse, Broken>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answered = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let bytes = Limited::new(body, ANSWER_MAX_BYTES).collect().await?.to_bytes();
        let body = HttpResponseBody::new(Full::new(bytes).map_err(|never| match never {}));
        Ok(HttpResponse::from_parts(parts, body))
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
