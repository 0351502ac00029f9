//! One installation in a folder of its own: the simulators, the portal, and its database.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Url;

use crate::database::Place;
use crate::evidence::{self, Evidence};
use crate::postgres::Postgres;
use crate::process::{self, POLL, Program};

/// How long a program may take until it answers.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long one look at a program may take.
const LOOK_LIMIT: Duration = Duration::from_secs(1);
/// How often the queue is looked at.
const QUEUE_POLL: Duration = Duration::from_millis(200);

/// Which database the portal stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// The embedded one.
    Sqlite,
    /// The one for many nodes.
    Postgres,
}

/// Who works the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The portal itself.
    Within,
    /// A process of its own.
    Apart,
}

/// What to start.
pub struct Plan<'a> {
    /// Folder with the programs `sportello` and `sportello-sim`.
    pub programs: &'a Path,
    /// Folder for data and logs.
    pub folder: &'a Path,
    /// Database.
    pub database: DatabaseKind,
    /// People who can sign in besides those of the demonstration.
    pub people: u32,
    /// Who works the queue.
    pub queue: Queue,
}

/// The running programs.
pub struct Installation {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    sim_port: u16,
    mail_port: u16,
    nodo_port: u16,
    queue: Queue,
    postgres: Option<Postgres>,
    portal: Option<Program>,
    worker: Option<Program>,
    // Only held: dropping it ends it.
    _sim: Program,
}

impl Installation {
    /// Starts the simulators and the portal with the demo's data in `folder`.
    pub async fn start(plan: &Plan<'_>) -> Result<Self> {
        let (programs, folder) = (plan.programs, plan.folder);
        for made in [folder.to_owned(), folder.join("keys")] {
            fs::create_dir_all(&made).with_context(|| format!("making {}", made.display()))?;
        }
        let (sim_port, mail_port) = (process::free_port()?, process::free_port()?);
        let (port, nodo_port) = (process::free_port()?, process::free_port()?);
        let postgres = match plan.database {
            DatabaseKind::Sqlite => None,
            DatabaseKind::Postgres => Some(Postgres::start(&folder.join("postgres.log")).await?),
        };
        let mut command = Command::new(programs.join("sportello-sim"));
        command
            .args(["--port", &sim_port.to_string(), "--smtp-port", &mail_port.to_string()])
            .args(["--more-people", &plan.people.to_string()])
            .args(["--portal", &format!("http://127.0.0.1:{port}"), "--data"])
            .arg(folder.join("sim"))
            .args(["--nodo-url", &format!("https://127.0.0.1:{nodo_port}/pa/paForNode")]);
        for (option, file) in [("--nodo-ca", "ca.pem"), ("--nodo-cert", "client.pem"), ("--nodo-key", "client.key")] {
            command.arg(option).arg(folder.join("nodo").join(file));
        }
        let mut sim = Program::start("sportello-sim", &mut command, &folder.join("sim.log"))?;
        let people = format!("http://localhost:{sim_port}/people.json");
        ready(&people.parse().context("the simulators' address")?, &mut sim).await?;
        let mut installation = Self {
            programs: programs.to_owned(),
            folder: folder.to_owned(),
            port,
            sim_port,
            mail_port,
            nodo_port,
            queue: plan.queue,
            postgres,
            portal: None,
            worker: None,
            _sim: sim,
        };
        // The simulators have written it before they answered.
        let providers = folder.join("sim/metadata");
        process::run(installation.portal_command().args(["demo", "load", "--providers"]).arg(&providers))
            .context("loading the demo")?;
        installation.start_portal().await?;
        if plan.queue == Queue::Apart {
            let log = folder.join("worker.log");
            installation.worker =
                Some(Program::start("sportello worker", installation.portal_command().arg("worker"), &log)?);
        }
        Ok(installation)
    }

    /// Address of the portal with `path`.
    pub fn portal_url(&self, path: &str) -> Result<Url> {
        format!("http://127.0.0.1:{}{path}", self.port).parse().context("an address of the portal")
    }

    /// Address of the simulators with `path`.
    pub fn sim_url(&self, path: &str) -> Result<Url> {
        format!("http://localhost:{}{path}", self.sim_port).parse().context("an address of the simulators")
    }

    /// Where the portal answers the node of pagoPA, by mutual TLS.
    pub fn nodo_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.nodo_port))
    }

    /// A certificate or key of that talk: `ca.pem`, `client.pem` and `client.key` are there once the portal has started.
    pub fn nodo_paper(&self, file: &str) -> PathBuf {
        self.folder.join("nodo").join(file)
    }

    /// Process of the portal.
    pub fn portal_pid(&self) -> Result<u32> {
        Ok(self.portal.as_ref().context("the portal is not running")?.pid())
    }

    /// Process that works the queue: the portal's, or one of its own.
    pub fn worker_pid(&self) -> Result<u32> {
        self.worker.as_ref().map_or_else(|| self.portal_pid(), |worker| Ok(worker.pid()))
    }

    /// Codici fiscali of the people who are not of the demonstration: they have no story.
    pub async fn people(&self) -> Result<Vec<String>> {
        #[derive(serde::Deserialize)]
        struct Person {
            codice_fiscale: String,
            storia: String,
        }
        let people: Vec<Person> = self.sim_json("/people.json").await?;
        let others = people.into_iter().filter(|person| person.storia.is_empty());
        Ok(others.map(|person| person.codice_fiscale).collect())
    }

    /// Waits until every job is done or given up; an error when that takes longer than `limit`.
    pub async fn await_queue(&self, limit: Duration) -> Result<()> {
        let since = Instant::now();
        loop {
            let open = self.evidence().await?.jobs_open;
            if open == 0 {
                return Ok(());
            }
            if since.elapsed() > limit {
                bail!("{open} jobs are open after {} s", limit.as_secs());
            }
            tokio::time::sleep(QUEUE_POLL).await;
        }
    }

    async fn sim_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = reqwest::get(self.sim_url(path)?).await?.error_for_status()?.text().await?;
        serde_json::from_str(&answer).with_context(|| format!("reading {path} of the simulators"))
    }

    /// `kill -9` of the portal, or of the database, or of both, and the start of what was killed.
    /// Answers how long it took until the portal was ready again.
    pub async fn hurt(&mut self, victim: Victim) -> Result<Duration> {
        if victim != Victim::Database {
            self.portal.take().context("the portal is not running")?.kill()?;
        }
        if victim != Victim::Portal {
            self.postgres.as_mut().context("there is no database to kill")?.kill().await?;
        }
        let since = Instant::now();
        if victim != Victim::Portal {
            self.postgres.as_mut().context("there is no database to start")?.restart().await?;
        }
        let address = self.portal_url("/readyz")?;
        match self.portal.as_mut() {
            None => drop(self.start_portal().await?),
            Some(portal) => ready(&address, portal).await?,
        }
        Ok(since.elapsed())
    }

    /// Asks the portal to end, as an update would.
    pub async fn end_portal(&mut self) -> Result<()> {
        let status = self.portal.take().context("the portal is not running")?.end().await?;
        if !status.success() {
            bail!("the portal ended with {status} when it was asked to");
        }
        Ok(())
    }

    /// What the database and the mail server hold.
    pub async fn evidence(&self) -> Result<Evidence> {
        let database = self.database();
        let mut evidence = evidence::gather(&self.place(&database)).await?;
        evidence.delivered = self.delivered().await?;
        Ok(evidence)
    }

    /// Message-ID of everything that the mail server was given, as often as it was.
    pub(crate) async fn delivered(&self) -> Result<Vec<String>> {
        self.sim_json("/posta/ids.json").await
    }

    /// What `sportello check` finds wrong, one line each; the portal need not run.
    pub fn findings(&self) -> Result<Vec<String>> {
        let done = self.portal_command().arg("check").output().context("starting sportello check")?;
        let said = String::from_utf8_lossy(&done.stdout);
        let mut found: Vec<&str> = said.lines().collect();
        // The last line counts the others.
        if found.pop().is_none() {
            bail!("sportello check said nothing: {}", String::from_utf8_lossy(&done.stderr).trim());
        }
        if done.status.success() != found.is_empty() {
            bail!("sportello check ended with {} and said: {said}", done.status);
        }
        Ok(found.into_iter().map(|line| format!("sportello check: {line}")).collect())
    }

    /// Where the witness looks into the database; `database` is how the settings name it.
    pub(crate) fn place<'a>(&self, database: &'a str) -> Place<'a> {
        match self.postgres {
            None => Place::Sqlite(Path::new(database)),
            Some(_) => Place::Postgres(database),
        }
    }

    /// Starts the portal and waits until it is ready; the time that took.
    pub async fn start_portal(&mut self) -> Result<Duration> {
        let mut command = self.portal_command();
        command.arg("serve");
        if self.queue == Queue::Apart {
            command.arg("--no-worker");
        }
        let since = Instant::now();
        let mut portal = Program::start("sportello", &mut command, &self.folder.join("portal.log"))?;
        ready(&self.portal_url("/readyz")?, &mut portal).await?;
        self.portal = Some(portal);
        Ok(since.elapsed())
    }

    /// The database as the settings name it.
    pub fn database(&self) -> String {
        match &self.postgres {
            None => self.folder.join("sportello.db").to_string_lossy().into_owned(),
            Some(postgres) => postgres.url(),
        }
    }

    fn portal_command(&self) -> Command {
        let mut command = Command::new(self.programs.join("sportello"));
        command
            .env("SPORTELLO_MODE", "demo")
            .env("SPORTELLO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SPORTELLO_ORIGIN", format!("http://127.0.0.1:{}", self.port))
            .env("SPORTELLO_SIMULATORS", format!("http://localhost:{}", self.sim_port))
            .env("SPORTELLO_STORAGE__DATABASE", self.database())
            .env("SPORTELLO_STORAGE__FILES", self.folder.join("files"))
            .env("SPORTELLO_STORAGE__KEY_FILE", self.folder.join("keys/sportello.key"))
            .env("SPORTELLO_MAIL__PORT", self.mail_port.to_string())
            .env("SPORTELLO_CHECKOUT__URL", format!("http://localhost:{}/checkout/ec/v2", self.sim_port))
            .env("SPORTELLO_NODO__LISTEN", self.nodo_address().to_string())
            .env("SPORTELLO_NODO__CLIENT_CA", self.nodo_paper("ca.pem"))
            .env("SPORTELLO_NODO__CERTIFICATE", self.nodo_paper("server.pem"))
            .env("SPORTELLO_NODO__KEY", self.nodo_paper("server.key"));
        command
    }
}

/// What a kill hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Victim {
    /// The portal.
    Portal,
    /// PostgreSQL with all its processes.
    Database,
    /// First the portal, then PostgreSQL.
    Both,
}

/// Waits until `url` answers 200.
async fn ready(url: &Url, program: &mut Program) -> Result<()> {
    let http = reqwest::Client::builder().timeout(LOOK_LIMIT).no_proxy().build()?;
    let since = Instant::now();
    loop {
        program.check()?;
        if http.get(url.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        if since.elapsed() > READY_LIMIT {
            bail!("{url} does not answer after {} s", READY_LIMIT.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
}
