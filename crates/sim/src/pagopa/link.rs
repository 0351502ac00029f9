//! The line to the portal's services: one call, one connection, mutual TLS, an end to waiting.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, bail, ensure};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, Uri, header},
};
use tokio::{sync::OnceCell, time::timeout};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

use super::{refusal::Refusal, soap::Call};
use crate::wire;

/// How long the node waits for paVerifyPaymentNotice and paGetPayment.
pub const ASK_TIMEOUT: Duration = Duration::from_secs(7);
/// How long the node waits for paSendRT.
pub const RECEIPT_TIMEOUT: Duration = Duration::from_secs(15);

/// Where the portal's services stand, and with which papers one goes there.
#[derive(Clone, Debug, clap::Args)]
pub struct LinkOptions {
    /// Address of the portal's services for the node of pagoPA; `https` needs the three files.
    #[arg(long, default_value = "http://127.0.0.1:8443/pa/paForNode")]
    pub nodo_url: Uri,
    /// Certificate of whoever signs the certificate of those services (PEM). The files are read at the first call.
    #[arg(long)]
    pub nodo_ca: Option<PathBuf>,
    /// Certificate with which the node shows itself (PEM).
    #[arg(long)]
    pub nodo_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long)]
    pub nodo_key: Option<PathBuf>,
}

/// The line.
pub struct Link {
    options: LinkOptions,
    /// Made at the first call: the portal makes the files when it starts, which may be later than we do.
    tls: OnceCell<TlsConnector>,
}

impl Link {
    /// A line that is not yet used.
    ///
    /// # Errors
    /// An address without host, or other than `http` and `https`.
    pub fn new(options: LinkOptions) -> anyhow::Result<Self> {
        ensure!(options.nodo_url.host().is_some(), "--nodo-url: an address with a host");
        match options.nodo_url.scheme_str() {
            Some("https") => {
                let papers = [&options.nodo_ca, &options.nodo_cert, &options.nodo_key];
                ensure!(papers.iter().all(|file| file.is_some()), "https needs --nodo-ca, --nodo-cert and --nodo-key");
            }
            Some("http") => {}
            _ => bail!("--nodo-url: http or https"),
        }
        Ok(Self { options, tls: OnceCell::new() })
    }

    /// One call, and the bytes of its answer.
    ///
    /// # Errors
    /// No connection, no answer within `limit`, or an answer that is not 200.
    pub async fn call(&self, call: &Call, limit: Duration) -> Result<Bytes, Refusal> {
        match timeout(limit, self.exchange(call)).await {
            Err(_) => Err(Refusal::Timeout),
            Ok(Err(error)) => Err(Refusal::Unreachable(format!("{error:#}"))),
            Ok(Ok((StatusCode::OK, body))) => Ok(body),
            Ok(Ok((status, _))) => Err(Refusal::BadAnswer(format!("HTTP status {}", status.as_u16()))),
        }
    }

    async fn exchange(&self, call: &Call) -> anyhow::Result<(StatusCode, Bytes)> {
        let url = &self.options.nodo_url;
        let request = Request::builder()
            .method(Method::POST)
            .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
            .header("SOAPAction", format!("\"{}\"", call.operation))
            .body(Body::from(call.body.clone()))?;
        let tcp = wire::connect(url).await?;
        if url.scheme_str() != Some("https") {
            return wire::send(tcp, url, request).await;
        }
        let tls = self.tls.get_or_try_init(async || self.open_tls()).await?;
        let name = ServerName::try_from(wire::host(url)?.to_owned())?;
        let stream = tls.connect(name, tcp).await.context("agreeing on TLS")?;
        wire::send(stream, url, request).await
    }

    fn open_tls(&self) -> anyhow::Result<TlsConnector> {
        let LinkOptions { nodo_ca: Some(ca), nodo_cert: Some(cert), nodo_key: Some(key), .. } = &self.options else {
            bail!("https needs --nodo-ca, --nodo-cert and --nodo-key");
        };
        let mut roots = RootCertStore::empty();
        for certificate in certificates(ca)? {
            roots.add(certificate).with_context(|| format!("trusting {}", ca.display()))?;
        }
        let key = PrivateKeyDer::from_pem_file(key).with_context(|| format!("reading {}", key.display()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(cert)?, key)
            .context("taking the certificate of the node")?;
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

fn certificates(file: &PathBuf) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = || CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>();
    let found = read().with_context(|| format!("reading {}", file.display()))?;
    ensure!(!found.is_empty(), "{} holds no certificate", file.display());
    Ok(found)
}
