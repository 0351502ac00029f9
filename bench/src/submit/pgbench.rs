//! The peer: pgbench with the whole of an INVIA in one statement (`sql/invio.sql`).

use std::ops::Range;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use drills::postgres::Postgres;
use tempfile::TempDir;
use tokio::process::Command;
use tokio_postgres::{Client, NoTls};

use super::sample;

/// Threads of pgbench.
const THREADS: &str = "2";

/// pgbench on a server, and a connection of our own for its drafts.
pub struct Peer {
    program: PathBuf,
    url: String,
    folder: TempDir,
    clients: u64,
    admin: Client,
}

impl Peer {
    /// With `clients` connections.
    pub async fn new(server: &Postgres, clients: u64) -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder")?;
        std::fs::write(folder.path().join("invio.sql"), include_str!("../../sql/invio.sql"))
            .context("writing the script of pgbench")?;
        let (admin, connection) =
            tokio_postgres::connect(&server.url(), NoTls).await.context("connecting to the database")?;
        // It ends with its client.
        drop(tokio::spawn(connection));
        Ok(Self { program: server.program_path("pgbench"), url: server.url(), folder, clients, admin })
    }

    /// Makes drafts `from` to `to` (exclusive), spread over `enti`, for whoever files them.
    pub async fn make_drafts(&self, from: u64, to: u64, enti: u64) -> Result<()> {
        let [from, to, enti] = [from, to, enti].map(|number| number as i64);
        self.admin.execute(include_str!("../../sql/bozze.sql"), &[&from, &to, &enti]).await.context("making drafts")?;
        self.settle().await
    }

    /// Lets the server catch up, so that each measurement begins alike.
    pub async fn settle(&self) -> Result<()> {
        for word in ["ANALYZE", "CHECKPOINT"] {
            self.admin.batch_execute(word).await.with_context(|| word.to_owned())?;
        }
        Ok(())
    }

    /// Files the drafts; transactions a second.
    pub async fn run(&self, numbers: Range<u64>, enti: u64) -> Result<f64> {
        let each = (numbers.end - numbers.start) / self.clients;
        ensure!(each * self.clients == numbers.end - numbers.start, "clients with unequal work");
        let variables = [
            format!("base={}", numbers.start),
            format!("per={each}"),
            format!("enti={enti}"),
            "i=0".to_owned(),
            format!("doc={}", sample::answers()),
        ];
        let mut command = Command::new(&self.program);
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs", THREADS]);
        command.args(["--client", &self.clients.to_string(), "--transactions", &each.to_string()]);
        for variable in &variables {
            command.args(["--define", variable]);
        }
        command.arg("--file").arg(self.folder.path().join("invio.sql")).arg(&self.url);
        let done = command.kill_on_drop(true).output().await.context("starting pgbench")?;
        let said = String::from_utf8_lossy(&done.stdout);
        ensure!(done.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&done.stderr));
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench told no rate")?;
        rate.split(' ').next().unwrap_or_default().parse().context("reading the rate of pgbench")
    }
}
