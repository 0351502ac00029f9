//! The portal that the validators meet: an ente added by the commands of the installation guide, and TLS in front.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::profile::{ENTI, Ente, OWN, VALIDATORS, Validator};
use super::{Tools, report::text};
use crate::process::{self, Service};
use crate::{http, repo};

/// What a request for a certificate says (AgID, Avviso 29 v3), as `openssl req -text` writes it.
const REQUEST_PARTS: [&str; 6] = [
    "2.5.4.97=PA:IT-c_b442",
    "2.5.4.83=https://servizi.comune.calvenzano.example",
    "Digital Signature, Non Repudiation",
    "CA:FALSE",
    "Policy: 1.3.76.16.6",
    "Policy: 1.3.76.16.4.2.1",
];
const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// A running portal with its TLS end; dropping it ends both.
pub struct Stand {
    /// Everything of this run: data, logs, reports.
    pub folder: PathBuf,
    settings: PathBuf,
    port: u16,
    front_port: u16,
    _portal: Service,
    _front: Service,
}

impl Stand {
    /// Starts the portal on new data.
    pub fn start(root: &Path, tools: &Tools) -> Result<Self> {
        let folder = repo::target().join("spid");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let (port, front_port) = (http::free_port()?, http::free_port()?);
        let settings = folder.join("sportello.toml");
        fs::write(&settings, settings_text(&folder, port)?)?;
        for ente in ENTI {
            add_ente(root, &folder, &settings, ente)?;
        }
        for validator in VALIDATORS {
            trust(tools, &folder, &settings, validator)?;
        }

        let mut portal = logged("sportello", portal(&settings).arg("serve"), &folder.join("portal.log"))?;
        http::wait_ready(port, "/readyz", READY_TIMEOUT, || portal.check())?;
        make_certificate(&folder)?;
        let mut front = tools.python();
        front.arg(root.join("xtask/spid/front.py")).args([front_port.to_string(), port.to_string()]);
        front.arg(tls_certificate(&folder)).arg(tls_key(&folder));
        let mut front = logged("front.py", &mut front, &folder.join("front.log"))?;
        http::wait_ready(front_port, "/", READY_TIMEOUT, || front.check())?;
        Ok(Self { folder, settings, port, front_port, _portal: portal, _front: front })
    }

    /// Lets a client reach the ente by its name, and trust its certificate alone.
    pub fn reach(&self, client: &mut Command) -> Result<()> {
        let front = format!("http://127.0.0.1:{}", self.front_port);
        for name in ["no_proxy", "NO_PROXY"] {
            client.env_remove(name);
        }
        for name in ["https_proxy", "HTTPS_PROXY"] {
            client.env(name, &front);
        }
        client.env("REQUESTS_CA_BUNDLE", text(&tls_certificate(&self.folder))?);
        Ok(())
    }

    /// Files what an ente files, by the commands that it would use: the certificate, a request for one, the metadata.
    /// Answers where the certificate is, and the faults.
    pub fn papers(&self) -> Result<(PathBuf, Vec<String>)> {
        let file = |name: &str| self.folder.join(name);
        let (certificate, request, filed) = (file("certificate.pem"), file("request.pem"), file("metadata.xml"));
        let spid = |command: &str| {
            let mut spid = portal(&self.settings);
            spid.args(["spid", command, "--ente", OWN.slug, "--out"]);
            spid
        };
        process::run(spid("certificate").arg(&certificate).arg("--csr").arg(&request))?;
        process::run(spid("metadata").arg(&filed))?;
        let (_, served) = http::get_from(self.port, OWN.host, "/spid/metadata")?;
        let mut faults = Vec::new();
        if fs::read_to_string(&filed).with_context(|| format!("reading {}", filed.display()))? != served {
            faults.push("the metadata that are filed are not those that are served".to_owned());
        }
        let read = process::output(
            Command::new("openssl")
                .args(["req", "-verify", "-noout", "-text", "-nameopt", "utf8,oid", "-in"])
                .arg(&request),
        )?;
        for part in REQUEST_PARTS.iter().filter(|part| !read.contains(**part)) {
            faults.push(format!("the certificate request has no {part:?}"));
        }
        Ok((certificate, faults))
    }
}

/// Adds an ente by the command of the installation guide.
fn add_ente(root: &Path, folder: &Path, settings: &Path, ente: &Ente) -> Result<()> {
    let common = root.join("xtask/spid/ente.toml");
    let common = fs::read_to_string(&common).with_context(|| format!("reading {}", common.display()))?;
    let file = folder.join(format!("{}.toml", ente.slug));
    fs::write(&file, format!("{common}{}", ente.accesso)).with_context(|| format!("writing {}", file.display()))?;
    process::run(
        portal(settings)
            .args(["ente", "add", ente.slug, "--host", ente.host, "--admin", "RSSMRA80A01H501U", "--settings"])
            .arg(&file),
    )
}

/// Trusts the validator as a provider.
fn trust(tools: &Tools, folder: &Path, settings: &Path, validator: &Validator) -> Result<()> {
    let mut command = tools.program("spid_sp_test");
    let metadata = process::output(command.env("IDP_ENTITYID", validator.entity_id).arg("--idp-metadata"))?;
    let file = folder.join(format!("{}.xml", validator.entity_id.trim_start_matches("https://")));
    let metadata = if validator.by_redirect { without_post(&metadata)? } else { metadata };
    fs::write(&file, metadata).with_context(|| format!("writing {}", file.display()))?;
    process::run(portal(settings).args(["spid", "trust", "--scheme", validator.scheme]).arg(&file))
}

/// Metadata of a provider whose sign-in takes HTTP-Redirect alone.
fn without_post(metadata: &str) -> Result<String> {
    let post = "SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"";
    ensure!(metadata.contains(post), "the validator's metadata name no sign-in by HTTP-POST: they have another form");
    Ok(metadata.replace(post, &post.replace("HTTP-POST", "SOAP")))
}

fn settings_text(folder: &Path, port: u16) -> Result<String> {
    let data = folder.join("data");
    let file = |name: &str| text(&data.join(name)).map(str::to_owned);
    Ok(format!(
        "mode = \"production\"\nlisten = \"127.0.0.1:{port}\"\naddressing = \"host\"\n\
         [storage]\ndatabase = {:?}\nfiles = {:?}\nkey_file = {:?}\n",
        file("sportello.db")?,
        file("files")?,
        file("sportello.key")?,
    ))
}

fn portal(settings: &Path) -> Command {
    let mut command = Command::new(repo::target().join("debug/sportello"));
    command.arg("--config").arg(settings);
    command
}

fn logged(name: &'static str, command: &mut Command, log: &Path) -> Result<Service> {
    let file = File::create(log).with_context(|| format!("making {}", log.display()))?;
    command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file));
    Service::start(name, command)
}

fn tls_certificate(folder: &Path) -> PathBuf {
    folder.join("tls.pem")
}

fn tls_key(folder: &Path) -> PathBuf {
    folder.join("tls.key")
}

/// A certificate for the names of the enti, trusted by the validator of this run alone.
fn make_certificate(folder: &Path) -> Result<()> {
    let mut command = Command::new("openssl");
    let names: Vec<String> = ENTI.iter().map(|ente| format!("DNS:{}", ente.host)).collect();
    let (subject, names) = (format!("/CN={}", OWN.host), format!("subjectAltName={}", names.join(",")));
    command.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", &subject]);
    command.args(["-addext", &names, "-keyout"]).arg(tls_key(folder));
    process::output(command.arg("-out").arg(tls_certificate(folder)))?;
    Ok(())
}
