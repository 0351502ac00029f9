//! A throw-away PostgreSQL for one test run: made, started, stopped and removed by us; durability as by default.
//!
//! PostgreSQL refuses to run as root, so root hands the work to the user `postgres`. Not for data anybody wants to keep.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{http, process, repo};

/// The user under whose name Debian runs PostgreSQL.
const SERVER_USER: &str = "postgres";
/// Another program may take the port between our look and the start.
const START_ATTEMPTS: u32 = 3;

/// A running server, stopped and removed when dropped.
pub struct Postgres {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes a new cluster under `target/` (or the temporary folder where the server's user cannot go) and starts it.
    pub fn start() -> Result<Self> {
        let bin = server_programs()?;
        let folder = new_folder()?;
        let data = folder.join("data");
        process::output(
            as_server_user(&bin.join("initdb"))
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--pgdata"])
                .arg(&data),
        )
        .context("making the test database")?;
        let mut server = Self { bin, folder, port: 0 };
        for attempt in 1.. {
            server.port = http::free_port()?;
            match server.listen() {
                Ok(()) => break,
                Err(error) if attempt == START_ATTEMPTS => {
                    let log = fs::read_to_string(server.log()).unwrap_or_default();
                    return Err(error.context(format!("starting the test database; its log says:\n{log}")));
                }
                Err(_) => {}
            }
        }
        Ok(server)
    }

    /// Address of the server's own database, for drivers and for `SPORTELLO_TEST_POSTGRES`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn listen(&self) -> Result<()> {
        // Tests come over TCP only; many test programs connect at once.
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories='' -c max_connections=300",
            self.port
        );
        process::run(
            as_server_user(&self.bin.join("pg_ctl"))
                .args(["start", "--silent", "--wait", "--timeout=60", "--pgdata"])
                .arg(self.folder.join("data"))
                .arg("--log")
                .arg(self.log())
                .args(["--options", &options]),
        )
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = as_server_user(&self.bin.join("pg_ctl"));
        stop.args(["stop", "--silent", "--mode=immediate", "--wait", "--pgdata"]).arg(self.folder.join("data"));
        if let Err(error) = process::output(&mut stop) {
            eprintln!("the test database was not stopped: {error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} was not removed: {error}", self.folder.display());
        }
    }
}

/// True when the server's programs, not only the client's, stand on this machine.
pub fn is_installed() -> bool {
    server_programs().is_ok()
}

/// Folder of the newest server programs; Debian keeps them out of the search path.
fn server_programs() -> Result<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = fs::read_dir(debian).into_iter().flatten();
    let newest = versions
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| debian.join(version.to_string()).join("bin/initdb").is_file())
        .max();
    if let Some(version) = newest {
        return Ok(debian.join(version.to_string()).join("bin"));
    }
    let bin =
        process::output(Command::new("pg_config").arg("--bindir")).context("looking for PostgreSQL's programs")?;
    let bin = PathBuf::from(bin.trim());
    if !bin.join("initdb").is_file() {
        bail!("{} holds no initdb: the server of PostgreSQL is not installed", bin.display());
    }
    Ok(bin)
}

fn new_folder() -> Result<PathBuf> {
    let name = format!("pg-{}", std::process::id());
    for parent in [repo::root().join("target"), std::env::temp_dir().join("sportello")] {
        let folder = parent.join(&name);
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        if !process::is_root() {
            return Ok(folder);
        }
        process::run(Command::new("chown").arg(SERVER_USER).arg(&folder))?;
        if process::works(as_server_user(Path::new("/usr/bin/test")).arg("-w").arg(&folder)) {
            return Ok(folder);
        }
        fs::remove_dir_all(&folder)?;
    }
    bail!("the user {SERVER_USER} can write neither under target/ nor under the temporary folder")
}

fn as_server_user(program: &Path) -> Command {
    // The server's user may not be allowed to stand in the current folder.
    let mut command = if process::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", SERVER_USER, "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Postgres, is_installed};
    use crate::process;

    #[test]
    fn the_server_is_durable_while_it_runs_and_leaves_nothing() {
        if !is_installed() {
            let required = std::env::var_os("SPORTELLO_POSTGRES").is_some_and(|value| value == "required");
            assert!(!required, "PostgreSQL is required");
            println!("skipped: PostgreSQL is not installed");
            return;
        }
        let server = Postgres::start().unwrap();
        let ask = |question: &str| {
            let mut psql = Command::new(server.bin.join("psql"));
            process::output(psql.args([&server.url(), "--tuples-only", "--no-align", "--command", question]))
        };
        assert_eq!(ask("SHOW fsync").unwrap().trim(), "on");
        assert_eq!(ask("SHOW listen_addresses").unwrap().trim(), "127.0.0.1");
        let (folder, url, bin) = (server.folder.clone(), server.url(), server.bin.clone());
        drop(server);
        assert!(!folder.exists());
        let mut psql = Command::new(bin.join("psql"));
        assert!(process::output(psql.args([&url, "--command", "SELECT 1"])).is_err());
    }
}
