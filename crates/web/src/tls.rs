//! Mutual TLS: who calls shows a certificate that we trust. Only for the services that another system calls; the pages
//! stand behind a proxy that does its own.

use std::{path::PathBuf, sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

/// The files that mutual TLS needs, all PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// Certificates of whoever signs the certificates of callers.
    pub client_ca: PathBuf,
    /// Our certificate, then those that lead to a root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why mutual TLS cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds something else.
    #[error("reading {}", file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: tokio_rustls::rustls::pki_types::pem::Error,
    },
    /// The certificate of a signer cannot be used.
    #[error("trusting {}", file.display())]
    Signer {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Certificate and key do not go together.
    #[error("taking our certificate and its key")]
    Own(#[source] tokio_rustls::rustls::Error),
}

/// Mutual TLS, ready to be spoken. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    /// SHA-256 of the only certificates that may call; empty for all that the signer signed.
    callers: Arc<[[u8; 32]]>,
}

impl Tls {
    /// Reads the files. `callers` are the SHA-256 of the only certificates that may call: needed where the signer signs
    /// for the whole world. None means every certificate of the signer.
    ///
    /// # Errors
    /// A file that cannot be used; see [`TlsError`].
    pub fn open(files: &TlsFiles, callers: Vec<[u8; 32]>) -> Result<Self, TlsError> {
        let wrong = |source: Box<dyn std::error::Error + Send + Sync>| TlsError::Signer {
            file: files.client_ca.clone(),
            source,
        };
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&files.client_ca)? {
            roots.add(certificate).map_err(|error| wrong(error.into()))?;
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(|error| wrong(error.into()))?;
        let key = PrivateKeyDer::from_pem_file(&files.key)
            .map_err(|source| TlsError::File { file: files.key.clone(), source })?;
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Own)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(&files.certificate)?, key)
            .map_err(TlsError::Own)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), callers: callers.into() })
    }

    /// The connection once the caller has shown a certificate that we trust; none otherwise.
    pub(crate) async fn accept(&self, stream: TcpStream, within: Duration) -> Option<TlsStream<TcpStream>> {
        let stream = match timeout(within, self.acceptor.accept(stream)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a caller could not agree on TLS with us");
                return None;
            }
            Err(_) => return None,
        };
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let print: Option<[u8; 32]> = shown.map(|certificate| Sha256::digest(certificate).into());
        if self.callers.is_empty() || print.is_some_and(|print| self.callers.contains(&print)) {
            return Some(stream);
        }
        tracing::warn!(sha256 = print.map(hex::encode), "a caller showed a certificate that is not on the list");
        None
    }
}

fn certificates(file: &PathBuf) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let wrong = |source| TlsError::File { file: file.clone(), source };
    let found = read.map_err(wrong)?;
    if found.is_empty() {
        return Err(wrong(tokio_rustls::rustls::pki_types::pem::Error::NoItemsFound));
    }
    Ok(found)
}
