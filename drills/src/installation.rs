//! One installation in a folder of its own: the simulators, the portal, and its database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Url;

use crate::evidence::{self, Evidence, Place};
use crate::postgres::Postgres;
use crate::process::{self, POLL, Program};

/// How long a program may take until it answers.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long one look at a program may take.
const LOOK_LIMIT: Duration = Duration::from_secs(1);

/// Which database the portal stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// The embedded one.
    Sqlite,
    /// The one for many nodes.
    Postgres,
}

/// The running programs.
pub struct Installation {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    sim_port: u16,
    mail_port: u16,
    postgres: Option<Postgres>,
    portal: Option<Program>,
    // Only held: dropping it ends it.
    _sim: Program,
}

impl Installation {
    /// Starts the simulators and the portal with the demo's data in `folder`.
    pub async fn start(programs: &Path, folder: &Path, kind: DatabaseKind) -> Result<Self> {
        for made in [folder.to_owned(), folder.join("keys")] {
            fs::create_dir_all(&made).with_context(|| format!("making {}", made.display()))?;
        }
        let (sim_port, mail_port, port) = (process::free_port()?, process::free_port()?, process::free_port()?);
        let postgres = match kind {
            DatabaseKind::Sqlite => None,
            DatabaseKind::Postgres => Some(Postgres::start(&folder.join("postgres.log")).await?),
        };
        let mut command = Command::new(programs.join("sportello-sim"));
        command
            .args(["--port", &sim_port.to_string(), "--smtp-port", &mail_port.to_string()])
            .args(["--portal", &format!("http://127.0.0.1:{port}"), "--data"])
            .arg(folder.join("sim"));
        let mut sim = Program::start("sportello-sim", &mut command, &folder.join("sim.log"))?;
        let people = format!("http://localhost:{sim_port}/people.json");
        ready(&people.parse().context("the simulators' address")?, &mut sim).await?;
        let mut installation = Self {
            programs: programs.to_owned(),
            folder: folder.to_owned(),
            port,
            sim_port,
            mail_port,
            postgres,
            portal: None,
            _sim: sim,
        };
        // The simulators have written it before they answered.
        let providers = folder.join("sim/metadata");
        process::run(
            installation
                .portal_command()
                .args(["demo", "load", "--providers"])
                .arg(&providers),
        )
        .context("loading the demo")?;
        installation.start_portal().await?;
        Ok(installation)
    }

    /// Address of the portal with `path`.
    pub fn portal_url(&self, path: &str) -> Result<Url> {
        format!("http://127.0.0.1:{}{path}", self.port)
            .parse()
            .context("an address of the portal")
    }

    /// Address of the simulators with `path`.
    pub fn sim_url(&self, path: &str) -> Result<Url> {
        format!("http://localhost:{}{path}", self.sim_port)
            .parse()
            .context("an address of the simulators")
    }

    /// `kill -9` of the portal, or of the database, or of both, and the start of what was killed.
    /// Answers how long it took until the portal was ready again.
    pub async fn hurt(&mut self, victim: Victim) -> Result<Duration> {
        if victim != Victim::Database {
            self.portal.take().context("the portal is not running")?.kill()?;
        }
        if victim != Victim::Portal {
            self.postgres
                .as_mut()
                .context("there is no database to kill")?
                .kill()
                .await?;
        }
        let since = Instant::now();
        if victim != Victim::Portal {
            self.postgres
                .as_mut()
                .context("there is no database to start")?
                .restart()
                .await?;
        }
        let address = self.portal_url("/readyz")?;
        match self.portal.as_mut() {
            None => self.start_portal().await?,
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

    /// What the database holds.
    pub async fn evidence(&self) -> Result<Evidence> {
        match &self.postgres {
            None => evidence::gather(&Place::Sqlite(&self.database_file())).await,
            Some(postgres) => evidence::gather(&Place::Postgres(&postgres.url())).await,
        }
    }

    async fn start_portal(&mut self) -> Result<()> {
        let mut portal = Program::start(
            "sportello",
            self.portal_command().arg("serve"),
            &self.folder.join("portal.log"),
        )?;
        ready(&self.portal_url("/readyz")?, &mut portal).await?;
        self.portal = Some(portal);
        Ok(())
    }

    fn database_file(&self) -> PathBuf {
        self.folder.join("sportello.db")
    }

    fn portal_command(&self) -> Command {
        let database = match &self.postgres {
            None => self.database_file().into_os_string(),
            Some(postgres) => postgres.url().into(),
        };
        let mut command = Command::new(self.programs.join("sportello"));
        command
            .env("SPORTELLO_MODE", "demo")
            .env("SPORTELLO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SPORTELLO_ORIGIN", format!("http://127.0.0.1:{}", self.port))
            .env("SPORTELLO_SIMULATORS", format!("http://localhost:{}", self.sim_port))
            .env("SPORTELLO_STORAGE__DATABASE", database)
            .env("SPORTELLO_STORAGE__FILES", self.folder.join("files"))
            .env("SPORTELLO_STORAGE__KEY_FILE", self.folder.join("keys/sportello.key"))
            .env("SPORTELLO_MAIL__PORT", self.mail_port.to_string());
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
        if http
            .get(url.clone())
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            return Ok(());
        }
        if since.elapsed() > READY_LIMIT {
            bail!("{url} does not answer after {} s", READY_LIMIT.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
}
