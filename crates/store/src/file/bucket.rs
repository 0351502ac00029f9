//! Files in a store that speaks the protocol of S3: one bucket, one key, TLS by `ring` as everywhere.

use std::{io, time::Duration};

use http_body_util::{BodyExt as _, Full};
use hyper::{body::Bytes, header};
use object_store::{
    ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use sportello_line::{Broken, Line};
use tokio::time::timeout;

use super::FILE_MAX_BYTES;

/// How long one request may take with its connection and its answer.
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
        let line = self.endpoint.parse().ok().and_then(|endpoint| Line::to(&endpoint)).ok_or_else(|| {
            let source = "the endpoint must begin with https://, or with http:// and be on this machine".into();
            object_store::Error::Generic { store: "S3", source }
        })?;
        AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            .with_region(&self.region)
            .with_bucket_name(&self.name)
            .with_access_key_id(&self.key_id)
            .with_secret_access_key(self.secret.expose_secret())
            .with_allow_http(self.endpoint.starts_with("http://"))
            .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIME, ..RetryConfig::default() })
            .with_http_connector(Way(line))
            .build()
    }
}

/// The way to the host of the bucket, for the library that speaks S3.
#[derive(Debug)]
struct Way(Line);

impl HttpConnector for Way {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Caller(self.0.clone())))
    }
}

#[derive(Debug)]
struct Caller(Line);

#[async_trait::async_trait]
impl HttpService for Caller {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let exchange = async {
            let answer = self.0.call(in_origin_form(request).await?, ANSWER_MAX_BYTES).await?;
            Ok::<_, Broken>(answer.map(|bytes| HttpResponseBody::new(Full::new(bytes).map_err(|never| match never {}))))
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
async fn in_origin_form(request: HttpRequest) -> Result<hyper::Request<Full<Bytes>>, Broken> {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().map_or("", |authority| authority.as_str()).parse()?;
    parts.headers.entry(header::HOST).or_insert(host);
    parts.uri = parts.uri.path_and_query().map_or("/", |path| path.as_str()).parse()?;
    Ok(hyper::Request::from_parts(parts, Full::new(body.collect().await?.to_bytes())))
}
