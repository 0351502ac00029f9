//! A PostgreSQL of the drill's own: durable as by default, killed with all its processes, started again.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::process::{self, POLL, Program};

/// Debian's user for the server, which refuses to run as root.
const SERVER_USER: &str = "postgres";
/// How long recovery after a kill may take.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long a killed server's helpers may take to leave.
const GONE_LIMIT: Duration = Duration::from_secs(10);

/// A cluster and its server.
pub struct Postgres {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
    user: Option<(u32, u32)>,
    log: PathBuf,
    server: Option<Program>,
}

impl Postgres {
    /// Makes a new cluster and starts it.
    pub async fn start(log: &Path) -> Result<Self> {
        let bin = server_programs()?;
        let folder =
            tempfile::Builder::new().prefix("drill-pg-").tempdir().context("making a folder for PostgreSQL")?;
        let user = server_user()?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid))
                .context("giving the folder to the server's user")?;
        }
        let mut postgres = Self { bin, folder, port: process::free_port()?, user, log: log.to_owned(), server: None };
        let mut initdb = postgres.program("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--pgdata"]);
        process::run(initdb.arg(postgres.data())).context("making the database")?;
        postgres.restart().await?;
        Ok(postgres)
    }

    /// Address for the portal and for the witness.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Path of one of the programs that come with the server.
    pub fn program_path(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// `kill -9` of the server and of every process that it has started.
    pub async fn kill(&mut self) -> Result<()> {
        let server = self.server.take().context("the database is not running")?;
        let helpers = children(server.pid())?;
        server.kill()?;
        for helper in &helpers {
            process::signal(*helper, Signal::KILL);
        }
        let since = Instant::now();
        while helpers.iter().any(|helper| is_postgres(*helper)) {
            if since.elapsed() > GONE_LIMIT {
                bail!("processes of the killed database are still there");
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Starts the server and waits until it answers; the time that took.
    pub async fn restart(&mut self) -> Result<Duration> {
        let since = Instant::now();
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        command.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
        ]);
        let mut server = Program::start("postgres", &mut command, &self.log)?;
        loop {
            server.check()?;
            if let Ok((client, connection)) = tokio_postgres::connect(&self.url(), NoTls).await {
                drop(client);
                // The connection ends with its client.
                let _ = connection.await;
                break;
            }
            if since.elapsed() > READY_LIMIT {
                bail!("the database did not answer within {} s", READY_LIMIT.as_secs());
            }
            tokio::time::sleep(POLL).await;
        }
        self.server = Some(server);
        Ok(since.elapsed())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.program_path(name));
        command.current_dir("/");
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Some(server) = self.server.take() else { return };
        // Immediate shutdown: the server ends its helpers itself, which a kill would leave behind.
        process::signal(server.pid(), Signal::QUIT);
        let since = Instant::now();
        while is_postgres(server.pid()) && since.elapsed() < GONE_LIMIT {
            std::thread::sleep(POLL);
        }
    }
}

/// Folder of the newest server programs; Debian keeps them out of the search path.
fn server_programs() -> Result<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = fs::read_dir(debian).into_iter().flatten();
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).max();
    if let Some(newest) = newest {
        return Ok(debian.join(newest.to_string()).join("bin"));
    }
    Ok(process::run(Command::new("pg_config").arg("--bindir")).context("looking for PostgreSQL's programs")?.into())
}

/// User and group for the server when we are root.
fn server_user() -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let id = |which: &str| -> Result<u32> {
        let text = process::run(Command::new("id").args([which, SERVER_USER]))?;
        text.parse().with_context(|| format!("reading the identifier of {SERVER_USER}"))
    };
    Ok(Some((id("-u")?, id("-g")?)))
}

/// Processes whose parent is `parent`.
fn children(parent: u32) -> Result<Vec<u32>> {
    let entries = fs::read_dir("/proc").context("listing processes")?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    Ok(pids.filter(|pid| stat(*pid).is_some_and(|(_, _, of)| of == parent)).collect())
}

/// Whether `pid` is a living process of PostgreSQL.
fn is_postgres(pid: u32) -> bool {
    stat(pid).is_some_and(|(name, state, _)| name == "postgres" && state != "Z")
}

/// Name, state and parent of a process.
fn stat(pid: u32) -> Option<(String, String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let mut fields = rest.split_whitespace();
    Some((name, fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_committed_survives_a_kill() {
        let installed = server_programs().is_ok_and(|bin| bin.join("postgres").exists());
        let required = std::env::var_os("SPORTELLO_POSTGRES").is_some_and(|wish| wish == "required");
        if !installed && !required {
            println!("skipped: PostgreSQL is not installed");
            return;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut postgres = Postgres::start(&folder.path().join("log")).await.expect("PostgreSQL starts");
        let (client, connection) = tokio_postgres::connect(&postgres.url(), NoTls).await.expect("it answers");
        let connection = tokio::spawn(connection);
        client.batch_execute("CREATE TABLE t (n INT); INSERT INTO t VALUES (7)").await.expect("a row is committed");
        postgres.kill().await.expect("it can be killed");
        assert!(connection.await.expect("the task ends").is_err(), "the connection broke");
        postgres.restart().await.expect("it recovers");
        let (client, connection) = tokio_postgres::connect(&postgres.url(), NoTls).await.expect("it answers again");
        tokio::spawn(connection);
        let row = client.query_one("SELECT n FROM t", &[]).await.expect("the row is there");
        assert_eq!(row.get::<_, i32>(0), 7);
    }
}
