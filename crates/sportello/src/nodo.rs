//! The services for the node of pagoPA: their own address, mutual TLS, and the certificates of the demonstration.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use sportello_app::Portal;
use sportello_web::{Connections, Tls, TlsFiles};
use tokio::net::TcpListener;

use crate::settings::{Mode, NodoTls, Settings};

/// Most connections at once: the node is one caller with few addresses.
const CALLERS_MAX: usize = 128;

/// The services, their port taken, not yet answering.
pub struct Nodo {
    listener: TcpListener,
    tls: Option<Tls>,
}

/// Takes the port, if one is set, and reads the certificates; in the demonstration they are made when there are none.
pub async fn listener(settings: &Settings) -> anyhow::Result<Option<Nodo>> {
    let nodo = &settings.nodo;
    let Some(address) = nodo.listen else { return Ok(None) };
    let tls = match nodo.tls {
        NodoTls::Off => None,
        NodoTls::Mutual => {
            let files = TlsFiles {
                client_ca: nodo.client_ca.clone(),
                certificate: nodo.certificate.clone(),
                key: nodo.key.clone(),
            };
            if settings.mode == Mode::Demo && !files.certificate.exists() {
                make(&files).context("making the certificates of the demonstration (nodo.certificate)")?;
            }
            let callers = settings.nodo_callers()?;
            if settings.mode == Mode::Production && callers.is_empty() {
                tracing::warn!("nodo.client_sha256 is empty: every certificate of nodo.client_ca may send receipts");
            }
            Some(
                Tls::open(&files, callers)
                    .context("preparing mutual TLS (nodo.client_ca, nodo.certificate, nodo.key)")?,
            )
        }
    };
    let listener = TcpListener::bind(address).await.with_context(|| format!("nodo.listen: {address} is taken"))?;
    tracing::info!(listen = %address, mutual_tls = tls.is_some(), "the node of pagoPA can call");
    Ok(Some(Nodo { listener, tls }))
}

impl Nodo {
    /// Answers until `stop`.
    pub async fn serve(self, portal: &Portal, stop: impl Future<Output = ()>) {
        let router = sportello_web::nodo_router(portal.clone());
        let limits = Connections { most: CALLERS_MAX, most_of_address: None, ..Connections::default() };
        sportello_web::serve(self.listener, router, limits, self.tls, stop).await;
    }
}

/// A signer, our certificate, and beside it `client.pem` and `client.key` for the simulator. The signer's own key is not
/// kept: nobody can sign a third one.
fn make(files: &TlsFiles) -> anyhow::Result<()> {
    let folder = files.certificate.parent().context("nodo.certificate: expected a file in a folder")?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.distinguished_name.push(DnType::CommonName, "Sportello SIMULAZIONE CA");
    let signer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let (server, server_key) = signed(&signer, "Sportello SIMULAZIONE", names, ExtendedKeyUsagePurpose::ServerAuth)?;
    let (client, client_key) = signed(&signer, "Nodo SIMULAZIONE", Vec::new(), ExtendedKeyUsagePurpose::ClientAuth)?;
    write(&files.client_ca, &signer.pem())?;
    write(&folder.join("client.key"), &client_key)?;
    write(&folder.join("client.pem"), &client)?;
    write(&files.key, &server_key)?;
    // The last one: it says that the others are there.
    write(&files.certificate, &server)
}

fn signed(
    signer: &CertifiedIssuer<'_, KeyPair>,
    name: &str,
    hosts: Vec<String>,
    usage: ExtendedKeyUsagePurpose,
) -> anyhow::Result<(String, String)> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages.push(usage);
    Ok((params.signed_by(&key, signer)?.pem(), key.serialize_pem()))
}

/// A file that only its owner reads.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let mut file = open.with_context(|| format!("making {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("writing {}", path.display()))
}
