//! Settings: a TOML file, then `SPORTELLO_*` variables, then flags; an unknown name is an error.

mod registry;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail, ensure};
use axum::http::{HeaderName, Uri};
use serde::{Deserialize, Serialize};
use sportello_app::scanner::Address;

pub use registry::{Registry, RegistrySettings};

/// Everything that can be set. Each field says what it should be when it is wrong.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `demo` or `production`. A production portal refuses simulated identities and enti.
    pub mode: Mode,
    /// Address and port of the pages.
    pub listen: SocketAddr,
    /// How enti are told apart: `prefix` (one origin) or `host` (a host for each).
    pub addressing: AddressingKind,
    /// With `prefix`: scheme, host and port as browsers see them, without a slash at the end.
    pub origin: String,
    /// Header in which the proxy in front names the client, such as `x-forwarded-for`; empty when there is none. The proxy
    /// must write it itself: from it come the limits of one client.
    pub client_header: String,
    /// In the demonstration: address of the simulators, for the page that lists the enti.
    pub simulators: String,
    /// Database, files and keys.
    pub storage: Storage,
    /// The scanner of viruses for attachments.
    pub scanner: ScannerSettings,
    /// Outgoing mail.
    pub mail: Mail,
    /// The services that the node of pagoPA calls.
    pub nodo: Nodo,
    /// The site on which browsers pay.
    pub checkout: CheckoutSite,
    /// The protocol systems, by the prefix of the ente whose register is `esterno`.
    pub protocollo: BTreeMap<String, ProtocolSettings>,
    /// The registries of providers of identities.
    pub registry: RegistrySettings,
}

/// What the installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Invented people, simulated surroundings.
    Demo,
    /// Real people.
    Production,
}

/// How enti are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressingKind {
    /// By the first part of the path.
    Prefix,
    /// By the host.
    Host,
}

/// Where data live.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// Path of the SQLite file, or `postgres://user@host/database`.
    pub database: String,
    /// Folder of files (receipts, attachments), where there is no bucket.
    pub files: PathBuf,
    /// Bucket of files, instead of the folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<BucketSettings>,
    /// Key file, made at first start with mode 0600; never part of a backup.
    pub key_file: PathBuf,
}

/// A bucket in a store that speaks the protocol of S3.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// Scheme, host and port, such as `https://s3.example`.
    pub endpoint: String,
    /// Region, as the store calls it.
    pub region: String,
    /// Name of the bucket, which must be there.
    pub name: String,
    /// Name of the key.
    pub key_id: String,
    /// File with the key, alone in it.
    pub secret_file: PathBuf,
}

impl BucketSettings {
    fn check(&self) -> anyhow::Result<()> {
        let address = self.endpoint.parse::<Uri>().ok();
        let host = address.as_ref().and_then(Uri::host).unwrap_or_default();
        let scheme = address.as_ref().and_then(Uri::scheme_str).unwrap_or_default();
        let safe = !host.is_empty() && (scheme == "https" || (scheme == "http" && is_loopback(host)));
        ensure!(safe, "storage.bucket.endpoint: expected https://…, or http://… on this machine");
        ensure!(!self.name.is_empty(), "storage.bucket.name: expected the name of a bucket");
        Ok(())
    }
}

/// The scanner of viruses: a daemon on this machine that speaks the protocol of clamd.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScannerSettings {
    /// Path of its socket, such as `/run/clamav/clamd.ctl`, or an address and port of this machine, such as
    /// `127.0.0.1:3310`; empty when attachments are not scanned.
    pub address: String,
}

impl ScannerSettings {
    /// Where it listens, if there is one.
    pub fn address(&self) -> anyhow::Result<Option<Address>> {
        if self.address.is_empty() {
            return Ok(None);
        }
        self.address.parse().map(Some).map_err(|expected| anyhow::anyhow!("scanner.address: {expected}"))
    }
}

/// The services that the node of pagoPA calls: an address of their own, apart from the pages.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nodo {
    /// Address and port, such as `127.0.0.1:8443`; without it nobody can call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// `mutual`, or `off` where a proxy on this machine does it.
    pub tls: NodoTls,
    /// Certificates of whoever signs the node's certificate (PEM).
    pub client_ca: PathBuf,
    /// SHA-256 (64 hexadecimal digits) of the only certificates that may call. Needed where `client_ca` signs for others
    /// too; empty means all of them.
    pub client_sha256: Vec<String>,
    /// Our certificate and those that lead to a root (PEM). In the demonstration it is made when it is missing.
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
}

/// The site on which browsers pay by pagoPA.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckoutSite {
    /// Address of its interface, such as `https://api.platform.pagopa.it/checkout/ec/v2`; empty when nobody pays online.
    pub url: String,
    /// File with the key of the interface, where it asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Longest time that it may take to answer, in milliseconds.
    pub timeout_ms: u64,
}

impl Default for CheckoutSite {
    fn default() -> Self {
        Self { url: String::new(), key_file: None, timeout_ms: 10_000 }
    }
}

/// The protocol system of an ente: one that speaks as P.I.Tre does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolSettings {
    /// Address of its interface, up to what stands before `/RouteRestRequest`.
    pub url: String,
    /// Code of the administration.
    pub administration: String,
    /// Name of the user that the system has for the portal.
    pub username: String,
    /// Code of its role.
    pub role: String,
    /// Code of the application.
    #[serde(default)]
    pub application: String,
    /// Code of the register.
    pub register: String,
    /// Longest time that one call may take, in milliseconds.
    #[serde(default = "protocol_timeout_ms")]
    pub timeout_ms: u64,
}

fn protocol_timeout_ms() -> u64 {
    10_000
}

/// How the node of pagoPA is told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodoTls {
    /// By the certificate that it shows.
    Mutual,
    /// By the proxy in front.
    Off,
}

/// Outgoing mail.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Host of the relay.
    pub host: String,
    /// Port of the relay.
    pub port: u16,
    /// `none` (loopback only), `starttls` or `tls`.
    pub security: MailSecurity,
    /// Sender, such as `Servizi online <noreply@comune.example>`.
    pub from: String,
}

/// How the connection to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// In clear: only towards the loopback interface.
    None,
    /// Upgraded by STARTTLS, refused without it.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Demo,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            addressing: AddressingKind::Prefix,
            origin: "http://127.0.0.1:8080".into(),
            client_header: String::new(),
            simulators: "http://localhost:8090".into(),
            storage: Storage::default(),
            scanner: ScannerSettings::default(),
            mail: Mail::default(),
            nodo: Nodo::default(),
            checkout: CheckoutSite::default(),
            protocollo: BTreeMap::new(),
            registry: RegistrySettings::default(),
        }
    }
}

impl Default for Nodo {
    fn default() -> Self {
        Self {
            listen: None,
            tls: NodoTls::Mutual,
            client_ca: "data/nodo/ca.pem".into(),
            client_sha256: Vec::new(),
            certificate: "data/nodo/server.pem".into(),
            key: "data/nodo/server.key".into(),
        }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            database: "data/sportello.db".into(),
            files: "data/files".into(),
            bucket: None,
            key_file: "data/keys/sportello.key".into(),
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 8025,
            security: MailSecurity::None,
            from: "Servizi online <noreply@sportello.example>".into(),
        }
    }
}

impl Settings {
    /// Reads the settings of `file` (if given) and of the environment, and checks them.
    pub fn load(file: Option<&std::path::Path>) -> anyhow::Result<Self> {
        let mut sources = config::Config::builder();
        if let Some(file) = file {
            ensure!(file.is_file(), "--config: there is no file {}", file.display());
            sources = sources.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("SPORTELLO")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .source(Some(environment()));
        let settings: Self = sources
            .add_source(environment)
            .build()
            .context("reading the settings")?
            .try_deserialize()
            .context("a setting is wrong")?;
        settings.check()?;
        Ok(settings)
    }

    /// Name of the header in which the proxy in front names the client.
    pub fn client_header(&self) -> anyhow::Result<Option<HeaderName>> {
        if self.client_header.is_empty() {
            return Ok(None);
        }
        let name = self.client_header.parse::<HeaderName>();
        let name = name.context("client_header: expected the name of a header, such as x-forwarded-for")?;
        Ok(Some(name))
    }

    /// SHA-256 of the only certificates that may call the services for the node.
    pub fn nodo_callers(&self) -> anyhow::Result<Vec<[u8; 32]>> {
        let read = |text: &String| {
            let mut digest = [0; 32];
            let read = hex::decode_to_slice(text, &mut digest);
            read.with_context(|| format!("nodo.client_sha256: expected 64 hexadecimal digits, not {text}"))?;
            Ok(digest)
        };
        self.nodo.client_sha256.iter().map(read).collect()
    }

    /// Refuses combinations that cannot be meant.
    fn check(&self) -> anyhow::Result<()> {
        if self.addressing == AddressingKind::Prefix {
            let well_formed = (self.origin.starts_with("http://") || self.origin.starts_with("https://"))
                && self.origin.matches('/').count() == 2;
            ensure!(
                well_formed,
                "origin: expected scheme, host and port without a path, such as https://servizi.example"
            );
        }
        self.client_header()?;
        ensure!(!self.storage.database.is_empty(), "storage.database: expected a file path or postgres://…");
        ensure!(self.mail.port != 0, "mail.port: expected 1 to 65535");
        if self.mail.security == MailSecurity::None && !is_loopback(&self.mail.host) {
            bail!(
                "mail.security: `none` is for a relay on this machine; expected `starttls` or `tls` for {}",
                self.mail.host
            );
        }
        self.storage.bucket.as_ref().map(BucketSettings::check).transpose()?;
        self.scanner.address()?;
        self.check_nodo()?;
        self.registry.check(self.mode)?;
        ensure!((1..=60_000).contains(&self.checkout.timeout_ms), "checkout.timeout_ms: expected 1 to 60000");
        for (slug, system) in &self.protocollo {
            // Three calls in a row must end within the lease of a job.
            ensure!((1..=15_000).contains(&system.timeout_ms), "protocollo.{slug}.timeout_ms: expected 1 to 15000");
        }
        if self.mode == Mode::Production {
            let plain = self.addressing == AddressingKind::Prefix && self.origin.starts_with("http://");
            ensure!(!plain, "origin: a production portal needs https://");
        } else {
            ensure!(self.listen.ip().is_loopback(), "listen: the demonstration listens on 127.0.0.1 only");
        }
        Ok(())
    }

    /// What can be meant and is still a risk for so many enti, for whoever asks `sportello doctor`.
    pub fn risks(&self, enti: usize) -> Vec<&'static str> {
        let production = self.mode == Mode::Production;
        let unknown = self.listen.ip().is_loopback() && self.client_header.is_empty();
        let unscanned = self.scanner.address.is_empty();
        let shared = self.addressing == AddressingKind::Prefix && enti > 1;
        [
            (unknown, "client_header is not set: behind a proxy no client can be held back"),
            (
                unscanned,
                "scanner.address is not set: attachments are not scanned for viruses, and the office is told so",
            ),
            (shared, "addressing = \"prefix\": all enti share one origin and one session cookie; give each a host"),
        ]
        .into_iter()
        .filter_map(|(holds, risk)| (production && holds).then_some(risk))
        .collect()
    }

    fn check_nodo(&self) -> anyhow::Result<()> {
        self.nodo_callers()?;
        let Some(listen) = self.nodo.listen else { return Ok(()) };
        ensure!(listen != self.listen, "nodo.listen: expected another port than that of the pages");
        let local = listen.ip().is_loopback();
        ensure!(
            local || self.nodo.tls == NodoTls::Mutual,
            "nodo.tls: `off` is for a proxy on this machine; expected `mutual` for {listen}"
        );
        ensure!(local || self.mode == Mode::Production, "nodo.listen: the demonstration listens on 127.0.0.1 only");
        Ok(())
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The variables that are settings: one is for the log, some belong to the tests.
fn environment() -> config::Map<String, String> {
    const NOT_SETTINGS: [&str; 5] =
        ["SPORTELLO_LOG", "SPORTELLO_SPECS", "SPORTELLO_POSTGRES", "SPORTELLO_XMLSEC1", "SPORTELLO_TEST_POSTGRES"];
    std::env::vars().filter(|(name, _)| !NOT_SETTINGS.contains(&name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Settings> {
        let settings: Settings = toml::from_str(text)?;
        settings.check()?;
        Ok(settings)
    }

    #[test]
    fn the_defaults_are_a_demonstration_on_loopback() {
        let settings = read("").expect("the defaults hold");
        assert_eq!(settings.mode, Mode::Demo);
        assert!(settings.listen.ip().is_loopback());
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let cases = [
            ("colour = 1", "colour"),
            ("origin = \"servizi.example\"", "origin"),
            ("origin = \"https://servizi.example/portale\"", "origin"),
            ("listen = \"0.0.0.0:80\"", "listen"),
            ("mode = \"production\"", "origin"),
            ("[mail]\nhost = \"relay.example\"", "mail.security"),
            ("[mail]\nport = 0", "mail.port"),
            ("client_header = \"x forwarded\"", "client_header"),
            ("[nodo]\nlisten = \"0.0.0.0:8443\"", "nodo.listen"),
            ("[nodo]\nlisten = \"127.0.0.1:8080\"", "nodo.listen"),
            ("[nodo]\nlisten = \"0.0.0.0:8443\"\ntls = \"off\"", "nodo.tls"),
            ("[checkout]\ntimeout_ms = 0", "checkout.timeout_ms"),
            ("[nodo]\nclient_sha256 = [\"00\"]", "nodo.client_sha256"),
            ("[protocollo.prova]\nurl = \"https://protocollo.example\"", "administration"),
            (
                "[protocollo.prova]\nurl = \"\"\nadministration = \"\"\nusername = \"\"\nrole = \"\"\nregister = \"\"\ntimeout_ms = 20000",
                "protocollo.prova.timeout_ms",
            ),
            ("[registry.spid]\nurl = \"https://registro.example\"", "registry.spid.certificate"),
            ("[registry.cie]\nurl = \"http://registro.example\"\ncertificate = \"a.pem\"", "registry.cie.url"),
        ];
        for (text, name) in cases {
            let error = format!("{:#}", read(text).expect_err(text));
            assert!(error.contains(name), "`{text}` should name {name}: {error}");
        }
    }

    #[test]
    fn files_go_to_a_bucket_over_tls_or_on_this_machine_and_to_a_scanner_on_it() {
        let bucket = |endpoint: &str| {
            let rest = "region = \"a\"\nname = \"b\"\nkey_id = \"c\"\nsecret_file = \"d\"";
            read(&format!("[storage.bucket]\nendpoint = \"{endpoint}\"\n{rest}")).map(drop)
        };
        for endpoint in ["https://s3.example", "http://127.0.0.1:8333", "https://10.0.0.9:9000"] {
            assert!(bucket(endpoint).is_ok(), "{endpoint}");
        }
        for endpoint in ["http://s3.example", "s3.example", "", "ftp://127.0.0.1"] {
            assert!(bucket(endpoint).unwrap_err().to_string().contains("storage.bucket.endpoint"), "{endpoint}");
        }
        assert!(read("[scanner]\naddress = \"/run/clamav/clamd.ctl\"").is_ok());
        let elsewhere = read("[scanner]\naddress = \"10.0.0.5:3310\"").unwrap_err().to_string();
        assert!(elsewhere.contains("scanner.address") && elsewhere.contains("in clear"), "{elsewhere}");
    }

    #[test]
    fn a_risk_of_a_production_portal_is_told() {
        let production = "mode = \"production\"\norigin = \"https://servizi.example\"\n";
        let risks = |more: &str, enti| read(&format!("{production}{more}")).expect("it may be meant").risks(enti).len();
        assert_eq!((risks("", 1), risks("", 2)), (2, 3));
        let scanned = "\n[scanner]\naddress = \"127.0.0.1:3310\"";
        assert_eq!(risks("client_header = \"x-forwarded-for\"", 1), 1);
        assert_eq!(risks(&format!("client_header = \"x-forwarded-for\"{scanned}"), 1), 0);
        let host = format!("client_header = \"x-forwarded-for\"\naddressing = \"host\"{scanned}");
        assert_eq!(risks(&host, 9), 0);
        assert_eq!(read("").expect("the defaults hold").risks(9).len(), 0, "a demonstration risks nothing");
    }
}
