//! `cargo xtask demo`: the portal and its simulators on this machine, from a fresh clone to an address that answers.
//!
//! Loopback only and invented people only; not a way to run the portal for anybody else.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, Service};
use crate::{assets, http, repo};

/// The simulators' pages stand this far above the portal's port, their mail server twice as far, the portal's services
/// for the node of pagoPA three times.
const PORT_STEP: u16 = 10;
const READY_TIMEOUT: Duration = Duration::from_secs(60);
const WATCH: Duration = Duration::from_millis(200);
/// The doors that the simulators have a list of providers for.
const SCHEMES: [&str; 3] = ["spid", "cie", "eidas"];
/// Lines of a log shown when its program did not start.
const LOG_TAIL: usize = 20;

/// What the command line asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Port of the portal on 127.0.0.1; the simulators take those 10 and 20 above, the services for pagoPA the one 30 above
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65505))]
    port: u16,
    /// Throw the demo's data away and make them anew
    #[arg(long)]
    reset: bool,
    /// Do not open a browser
    #[arg(long)]
    no_browser: bool,
    /// Folder of the demo's data
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

struct Demo {
    root: PathBuf,
    /// Whole path of the demo's data.
    data: PathBuf,
    port: u16,
    sim_port: u16,
    mail_port: u16,
    nodo_port: u16,
}

/// Builds what is missing, starts everything, and stays until it is ended.
pub fn run(options: &Options) -> Result<()> {
    let since = Instant::now();
    let root = repo::root();
    let demo = Demo {
        data: root.join(&options.data),
        root,
        port: options.port,
        sim_port: options.port + PORT_STEP,
        mail_port: options.port + 2 * PORT_STEP,
        nodo_port: options.port + 3 * PORT_STEP,
    };
    demo.require_free_ports()?;
    assets::build()?;
    demo.build_programs()?;
    demo.prepare_data(options.reset)?;

    let mut sim = demo.start_sim()?;
    demo.await_ready(&mut sim, demo.sim_port, "/people.json", "simulatori.log")?;
    demo.load()?;
    let mut portal = demo.start_portal()?;
    demo.await_ready(&mut portal, demo.port, "/readyz", "portale.log")?;

    demo.greet(since.elapsed())?;
    if !options.no_browser {
        open_browser(&demo.url());
    }
    let ended_by_itself = stay(&mut [&mut sim, &mut portal]);
    println!("ending ...");
    drop(portal);
    drop(sim);
    ended_by_itself.with_context(|| format!("the logs are in {}", demo.logs().display()))
}

/// Waits for Ctrl-C; an error when one of the programs ends before it.
fn stay(services: &mut [&mut Service]) -> Result<()> {
    while !process::ended() {
        let checked = services.iter_mut().try_for_each(|service| service.check());
        // A program that ended because of the same Ctrl-C is no fault.
        if checked.is_err() && !process::ended() {
            return checked;
        }
        thread::sleep(WATCH);
    }
    Ok(())
}

impl Demo {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `localhost` is another site than 127.0.0.1 for a browser, as a real identity provider is.
    fn sim_url(&self) -> String {
        format!("http://localhost:{}", self.sim_port)
    }

    fn logs(&self) -> PathBuf {
        self.data.join("log")
    }

    /// A certificate or key of the talk with the node of pagoPA: the portal makes them at its first start, the simulator
    /// reads its own at its first call.
    fn nodo_paper(&self, file: &str) -> PathBuf {
        self.data.join("nodo").join(file)
    }

    /// Made by us when a load has ended well; holds the ports it was made for.
    fn loaded_mark(&self) -> PathBuf {
        self.data.join(".demo")
    }

    /// Stands in a folder of ours from its first moment, so that only such folders are ever removed.
    fn own_mark(&self) -> PathBuf {
        self.data.join(".sportello-demo")
    }

    fn require_free_ports(&self) -> Result<()> {
        for port in [self.port, self.sim_port, self.mail_port, self.nodo_port] {
            if !http::is_free(port) {
                bail!("port {port} is in use by another program: choose another with `cargo xtask demo --port N`");
            }
        }
        Ok(())
    }

    fn build_programs(&self) -> Result<()> {
        println!("building the portal and the simulators (some minutes the first time) ...");
        process::run(
            process::cargo()
                .args(["build", "--package", "sportello", "--package", "sportello-sim"])
                .current_dir(&self.root),
        )
    }

    /// A folder for this run. What an interrupted load left behind is removed, what is not ours never.
    fn prepare_data(&self, reset: bool) -> Result<()> {
        let ours = self.own_mark().exists();
        let in_use = self.data.exists() && fs::read_dir(&self.data)?.next().is_some();
        if in_use && !ours {
            bail!("{} holds something else than a demo: choose another folder with --data", self.data.display());
        }
        if ours && (reset || !self.loaded_mark().exists()) {
            fs::remove_dir_all(&self.data).with_context(|| format!("removing {}", self.data.display()))?;
        }
        for folder in [self.data.join("sim"), self.logs()] {
            fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(self.own_mark(), "").with_context(|| format!("writing into {}", self.data.display()))
    }

    /// Loads the demo once, and again when the ports (written in its providers) are others than then.
    fn load(&self) -> Result<()> {
        let ports = format!("{} {}", self.port, self.sim_port);
        if fs::read_to_string(self.loaded_mark()).is_ok_and(|known| known == ports) {
            return Ok(());
        }
        println!("loading the demo's data ...");
        // The list of the registry is there: the simulators have written it before they answered.
        process::run(self.portal_command().args(["demo", "load"]))?;
        fs::write(self.loaded_mark(), ports).context("remembering that the demo is loaded")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(repo::target().join("debug").join(name));
        command.current_dir(&self.root);
        command
    }

    fn portal_command(&self) -> Command {
        let mut command = self.program("sportello");
        command
            .env("SPORTELLO_MODE", "demo")
            .env("SPORTELLO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SPORTELLO_ORIGIN", self.url())
            .env("SPORTELLO_STORAGE__DATABASE", self.data.join("sportello.db"))
            .env("SPORTELLO_STORAGE__FILES", self.data.join("files"))
            .env("SPORTELLO_STORAGE__KEY_FILE", self.data.join("keys/sportello.key"))
            .env("SPORTELLO_SIMULATORS", self.sim_url())
            .env("SPORTELLO_MAIL__PORT", self.mail_port.to_string())
            .env("SPORTELLO_CHECKOUT__URL", format!("{}/checkout/ec/v2", self.sim_url()))
            .env("SPORTELLO_NODO__LISTEN", format!("127.0.0.1:{}", self.nodo_port))
            .env("SPORTELLO_NODO__CLIENT_CA", self.nodo_paper("ca.pem"))
            .env("SPORTELLO_NODO__CERTIFICATE", self.nodo_paper("server.pem"))
            .env("SPORTELLO_NODO__KEY", self.nodo_paper("server.key"));
        for scheme in SCHEMES {
            let setting = |name: &str| format!("SPORTELLO_REGISTRY__{}__{name}", scheme.to_uppercase());
            command
                .env(setting("URL"), format!("{}/registro/{scheme}.xml", self.sim_url()))
                .env(setting("CERTIFICATE"), self.data.join("sim/registro/certificato.pem"))
                .env(setting("FILE"), self.data.join(format!("sim/registro/{scheme}.xml")));
        }
        command
    }

    fn start_sim(&self) -> Result<Service> {
        let mut command = self.program("sportello-sim");
        command
            .args(["--port", &self.sim_port.to_string(), "--smtp-port", &self.mail_port.to_string()])
            .args(["--portal", &self.url(), "--data"])
            .arg(self.data.join("sim"))
            .args(["--nodo-url", &format!("https://127.0.0.1:{}/pa/paForNode", self.nodo_port)]);
        for (option, file) in [("--nodo-ca", "ca.pem"), ("--nodo-cert", "client.pem"), ("--nodo-key", "client.key")] {
            command.arg(option).arg(self.nodo_paper(file));
        }
        self.start("sportello-sim", command, "simulatori.log")
    }

    fn start_portal(&self) -> Result<Service> {
        let mut command = self.portal_command();
        command.arg("serve");
        self.start("sportello", command, "portale.log")
    }

    fn start(&self, name: &'static str, mut command: Command, log: &str) -> Result<Service> {
        let path = self.logs().join(log);
        let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
        command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file));
        Service::start(name, &mut command)
    }

    fn await_ready(&self, service: &mut Service, port: u16, path: &str, log: &str) -> Result<()> {
        http::wait_ready(port, path, READY_TIMEOUT, || service.check()).with_context(|| {
            let path = self.logs().join(log);
            format!("{} ends with:\n{}\n", path.display(), tail(&path))
        })
    }

    fn greet(&self, took: Duration) -> Result<()> {
        let (_, body) = http::get(self.sim_port, "/people.json")?;
        println!();
        println!("Sportello è pronto / is ready ({:.1} s):  {}", took.as_secs_f32(), self.url());
        println!("Simulatori / simulators:                  {}", self.sim_url());
        println!();
        println!("Da provare / what to try:");
        println!(
            "  il sito del comune / the comune's own site:  {}/comune/calvenzano  > Servizi online",
            self.sim_url()
        );
        println!("  Pratiche > Apertura pratiche > Servizi scolastici > Iscrizione servizi scolastici >");
        println!("  Modello iscrizione mensa > Avvia pratica > SPID > ... > Sospendi, Invia");
        println!("  Sezione informativa > Consultazione pratiche");
        println!("  Servizi scolastici > Documenti contabili, Pagamento servizi scolastici (Maria Colleoni)");
        println!("  PagoPA > Comune di Calvenzano > Pagamento spontaneo > Mensa scolastica");
        println!("  pagare un avviso in contanti / pay a notice in cash:  {}/tabaccheria", self.sim_url());
        println!("  le lettere / the letters:  {}/posta", self.sim_url());
        println!("  ufficio / office:  {}/calvenzano/ufficio", self.url());
        println!();
        println!("Chi può entrare con SPID o CIE / who can sign in by SPID or CIE:");
        for line in people(&body)? {
            println!("  {line}");
        }
        println!();
        println!("Registri / logs: {}    Fine / end: Ctrl-C", self.logs().display());
        Ok(())
    }
}

/// One line for each person of the simulator: `[{"nome": …, "cognome": …, "storia": …}]`.
fn people(body: &str) -> Result<Vec<String>> {
    let people: Vec<Value> = serde_json::from_str(body).context("reading the people of the simulator")?;
    let line = |person: &Value| {
        let word = |key: &str| person[key].as_str().with_context(|| format!("a person has no {key}"));
        let name = format!("{} {}", word("nome")?, word("cognome")?);
        Ok(format!("{name:<22} {}", word("storia")?))
    };
    people.iter().map(line).collect()
}

fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n")
}

/// A comfort only: where no browser can be opened, the printed address does.
fn open_browser(url: &str) {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if has_screen {
        let _ = Command::new("xdg-open").arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}

#[cfg(test)]
mod tests {
    use super::people;

    #[test]
    fn people_are_listed_with_their_story() {
        let lines = people(r#"[{"nome":"Maria","cognome":"Rossi","storia":"due figli","sesso":"F"}]"#).unwrap();
        assert_eq!(lines, ["Maria Rossi            due figli"]);
        assert!(people(r#"[{"nome":"Anna"}]"#).is_err());
        assert!(people("{}").is_err());
    }
}
