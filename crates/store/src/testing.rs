//! Fresh databases for tests, on both engines. Behind the feature `testing`; never part of the program.
//!
//! SQLite is a file in a temporary folder. PostgreSQL is the server of `SPORTELLO_TEST_POSTGRES` (a superuser's URL);
//! each test gets a database of its own, copied from a migrated template and dropped afterwards, and works in it as an
//! ordinary role, so that row-level security counts. Where the variable is missing that half prints `skipped`, and
//! fails under `SPORTELLO_POSTGRES=required`.

mod sample;

use crate::{
    migrate::MIGRATIONS,
    seal::Sealer,
    store::{Store, StoreConfig},
};
use chrono::{DateTime, TimeZone, Utc};
use futures::FutureExt;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::{panic::AssertUnwindSafe, path::PathBuf, process::Command};
use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls, config::Host};
use uuid::Uuid;

pub use sample::settings;

/// The ordinary role that owns the databases of tests.
const ROLE: &str = "sportello_test";
/// Tests that make the template at the same time take turns on this lock.
const LOCK: i64 = 0x7465_6d70_6c61;

/// A migrated database with nothing in it, and a folder for whatever else a test keeps.
pub struct TestDatabase {
    /// The open store.
    pub store: Store,
    /// How to open it once more.
    pub config: StoreConfig,
    /// A folder that ends with the test.
    pub folder: TempDir,
}

impl TestDatabase {
    /// A database of SQLite.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let config = StoreConfig::Sqlite(folder.path().join("test.db"));
        Self::open(config, folder).await
    }

    async fn open(config: StoreConfig, folder: TempDir) -> Self {
        let store = Store::open(&config).await.expect("a fresh database opens");
        Self { store, config, folder }
    }

    /// What `pg_dump` writes about this database of PostgreSQL in a format (`plain`, `custom`): every table, as the
    /// server's administrator, not compressed so that a test can look into it. Nothing, and the
    /// reason printed, where there is no `pg_dump`.
    pub fn dump(&self, format: &str) -> Option<Vec<u8>> {
        let StoreConfig::Postgres(url) = &self.config else {
            panic!("only PostgreSQL is dumped");
        };
        let path = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
        let (ours, server) =
            (path(url.expose_secret()), path(&variable("SPORTELLO_TEST_POSTGRES").unwrap_or_default()));
        let name = ours.rsplit('/').next().unwrap_or_default();
        let server = server.rsplit_once('/').map_or("", |(server, _)| server);
        let output = Command::new("pg_dump")
            .args(["--no-password", "--compress=0", "--format", format, "--dbname", &format!("{server}/{name}")])
            .output();
        let output = match output {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                assert!(!is_required(), "SPORTELLO_POSTGRES=required, and pg_dump is not installed");
                println!("skipped: pg_dump is not installed");
                return None;
            }
            output => output.expect("pg_dump runs"),
        };
        assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
        Some(output.stdout)
    }

    /// Where this test keeps its master keys.
    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    /// A sealer on this database.
    pub async fn sealer(&self) -> Sealer {
        Sealer::open(&self.store, &self.key_file()).await.expect("a fresh key file can be made")
    }
}

/// Runs a test on a fresh database of each engine.
pub async fn each(body: impl AsyncFn(&TestDatabase)) {
    let database = TestDatabase::sqlite().await;
    body(&database).await;
    database.store.close().await;
    drop(database);
    postgres(body).await;
}

/// Runs a test on a fresh database of PostgreSQL, or prints why it does not.
pub async fn postgres(body: impl AsyncFn(&TestDatabase)) {
    let Some(server) = variable("SPORTELLO_TEST_POSTGRES") else {
        assert!(!is_required(), "SPORTELLO_POSTGRES=required, and SPORTELLO_TEST_POSTGRES is not set");
        println!("skipped: SPORTELLO_TEST_POSTGRES is not set");
        return;
    };
    let server: Config = server.parse().expect("SPORTELLO_TEST_POSTGRES is a URL of PostgreSQL");
    let admin = connect(&server).await;
    let template = template(&server, &admin).await;
    let name = format!("sportello_test_{}", id().simple());
    run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {ROLE}")).await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let database = TestDatabase::open(StoreConfig::Postgres(url(&server, &name).into()), folder).await;
    let outcome = AssertUnwindSafe(body(&database)).catch_unwind().await;
    database.store.close().await;
    run(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// A fresh id.
#[expect(clippy::disallowed_methods, reason = "tests want ids that never meet, whatever they are")]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// The instant at which tests happen: 1 September 2026, 10:00 in Rome.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 8, 0, 0).single().expect("a valid instant")
}

#[expect(clippy::disallowed_methods, reason = "the runner of tests says by the environment where the server is")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a test without PostgreSQL fails rather than being skipped.
fn is_required() -> bool {
    variable("SPORTELLO_POSTGRES").is_some_and(|word| word == "required")
}

/// The migrated database that others are copied from; made by the first test that finds none for this schema.
async fn template(server: &Config, admin: &Client) -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS {
        hash.update(migration.name);
        hash.update(migration.postgres);
    }
    let name = format!("sportello_template_{}", &hex::encode(hash.finalize())[..16]);
    run(admin, &format!("SELECT pg_advisory_lock({LOCK})")).await;
    let known = admin.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await;
    if known.expect("the list of databases can be read").is_empty() {
        make_template(server, admin, &name).await;
    }
    run(admin, &format!("SELECT pg_advisory_unlock({LOCK})")).await;
    name
}

async fn make_template(server: &Config, admin: &Client, name: &str) {
    let role = admin.query("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&ROLE]).await;
    if role.expect("the list of roles can be read").is_empty() {
        run(admin, &format!("CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}'")).await;
    }
    // Under another name until it is whole: a test may be killed here.
    let building = format!("{name}_building");
    run(admin, &format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).await;
    run(admin, &format!("CREATE DATABASE {building} OWNER {ROLE}")).await;
    let store = Store::open(&StoreConfig::Postgres(url(server, &building).into())).await;
    store.expect("the schema can be made").close().await;
    run(admin, &format!("ALTER DATABASE {building} RENAME TO {name}")).await;
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("the server of SPORTELLO_TEST_POSTGRES answers");
    // It ends with its client.
    drop(tokio::spawn(connection));
    client
}

async fn run(admin: &Client, sql: &str) {
    admin.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The URL of a database of the same server for the ordinary role.
fn url(server: &Config, database: &str) -> String {
    let host = match server.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(folder)) => folder.display().to_string().replace('/', "%2F"),
        None => "127.0.0.1".to_owned(),
    };
    let port = server.get_ports().first().copied().unwrap_or(5432);
    format!("postgres://{ROLE}:{ROLE}@{host}:{port}/{database}?sslmode=disable")
}
