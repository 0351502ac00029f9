//! The store: opened once, shared by everybody.

mod maintenance;

use crate::{
    ReadItem,
    error::{Error, Result},
    lane::{self, CLOSURE_TIME, LONG_TIME, Turn},
    migrate::MIGRATIONS,
    postgres, sqlite,
    tx::{Read, Tx},
};
use futures::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use sportello_domain::id::EnteId;
use std::{path::PathBuf, str::FromStr, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// How long a read may take.
const READ_TIME: Duration = Duration::from_secs(2);
/// How long a report may take.
const REPORT_TIME: Duration = Duration::from_secs(30);

/// Which database.
#[derive(Clone, Debug)]
pub enum StoreConfig {
    /// A file of SQLite; made at first start, readable by its owner only.
    Sqlite(PathBuf),
    /// The URL of a database of PostgreSQL (`postgres://…`), with its password.
    Postgres(SecretString),
}

impl FromStr for StoreConfig {
    type Err = Error;

    /// A URL that begins with `postgres://` or `postgresql://`, or else the path of a file.
    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(Error::Config("name a file, or a URL that begins with postgres://".to_owned()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            postgres_config(text)?;
            return Ok(Self::Postgres(text.into()));
        }
        Ok(Self::Sqlite(text.into()))
    }
}

/// The database with its lanes and readers. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    /// Times that a write or a read of this handle may take as long as the limit says: 1, but in tests.
    patience: u32,
}

enum Engine {
    Sqlite(sqlite::engine::Engine),
    Postgres(postgres::engine::Engine),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Store")
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the lanes.
    ///
    /// Errors when the database cannot be reached, was written by a newer program, or has a migration that was changed.
    pub async fn open(config: &StoreConfig) -> Result<Self> {
        let engine = match config {
            StoreConfig::Sqlite(file) => {
                sqlite::create(file)?;
                let writer = sqlite::Session::open(file, sqlite::Purpose::Write)?;
                crate::migrate::sqlite(&writer, MIGRATIONS)?;
                Engine::Sqlite(sqlite::engine::Engine::start(file, writer)?)
            }
            StoreConfig::Postgres(url) => {
                let config = postgres_config(url.expose_secret())?;
                crate::migrate::postgres(&config, MIGRATIONS).await?;
                Engine::Postgres(postgres::engine::Engine::start(&config)?)
            }
        };
        Ok(Self { engine: Arc::new(engine), patience: 1 })
    }

    /// A handle on the same database whose writes and reads may take twenty times as long. For tests that ask what happens,
    /// not how soon: a machine that is busy with other work holds a thread up for longer than a write may take.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { patience: 20, ..self.clone() }
    }

    /// Runs `body` in the write lane of `ente`: alone, with at most 500 ms, and committed before this answers.
    ///
    /// An error given by `body` undoes its own work only. The closure may wait for nothing but `tx`.
    /// When the caller stops waiting, work whose turn has come is still done.
    pub async fn write<T, F>(&self, ente: EnteId, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.queue_write(ente, Turn::Shared(CLOSURE_TIME * self.patience), body).await
    }

    /// Like [`Store::write`], for at most 60 s and in a transaction of its own. For the rare step that must be whole and
    /// cannot be cut into chunks, such as the switch of a file of families.
    ///
    /// Everybody who writes meanwhile waits: the ente's other writers, and on SQLite those of all enti.
    pub async fn write_long<T, F>(&self, ente: EnteId, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.queue_write(ente, Turn::Alone(LONG_TIME), body).await
    }

    async fn queue_write<T, F>(&self, ente: EnteId, turn: Turn, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (item, answer) = lane::work(turn, body);
        match &*self.engine {
            Engine::Sqlite(engine) => engine.write(item)?,
            Engine::Postgres(engine) => engine.write(ente, item)?,
        }
        // A lane that ends without an answer has lost its thread: nobody knows how far it came.
        answer.await.unwrap_or_else(|lost| Err(Error::Unknown(Arc::new(lost))))
    }

    /// Runs `body` on one snapshot of the database, for at most 2 s. For what a page shows.
    pub async fn read<T, F>(&self, ente: EnteId, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Read) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let limit = READ_TIME * self.patience;
        match &*self.engine {
            Engine::Sqlite(engine) => engine.read_inline(|read| {
                let outcome = snapshot(read, ente, limit, body).now_or_never();
                outcome.expect("SQLite never waits")
            })?,
            Engine::Postgres(engine) => {
                let (item, answer) = queued(ente, limit, body);
                engine.read(item)?;
                answer.await.unwrap_or(Err(Error::Closed))
            }
        }
    }

    /// Like [`Store::read`], for at most 30 s and apart from the short reads. For exports and registers.
    pub async fn report<T, F>(&self, ente: EnteId, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Read) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (item, answer) = queued(ente, REPORT_TIME, body);
        match &*self.engine {
            Engine::Sqlite(engine) => engine.report(item)?,
            Engine::Postgres(engine) => engine.read(item)?,
        }
        answer.await.unwrap_or(Err(Error::Closed))
    }

    /// False when the disk failed under a write: the program should end, and recover by starting again.
    pub fn is_sound(&self) -> bool {
        match &*self.engine {
            Engine::Sqlite(engine) => engine.is_sound(),
            Engine::Postgres(_) => true,
        }
    }

    /// Takes no more work, finishes what waits, and ends the threads.
    pub async fn close(&self) {
        let threads = match &*self.engine {
            Engine::Sqlite(engine) => engine.close(),
            Engine::Postgres(engine) => engine.close(),
        };
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().all(|thread| thread.join().is_ok())).await;
        if !joined.unwrap_or(false) {
            tracing::error!("a thread of the store ended by a panic");
        }
    }
}

/// Packs a read, and gives the place where its answer will arrive.
fn queued<T, F>(ente: EnteId, limit: Duration, body: F) -> (ReadItem, oneshot::Receiver<Result<T>>)
where
    F: AsyncFnOnce(&mut Read) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let item: ReadItem = Box::new(move |read| {
        Box::pin(async move {
            if reply.is_closed() {
                return;
            }
            let outcome = match read {
                Ok(read) => snapshot(read, ente, limit, body).await.0,
                Err(error) => Err(error),
            };
            // The caller may be gone; a read changes nothing.
            let _ = reply.send(outcome);
        })
    });
    (item, answer)
}

/// Runs `body` in a read transaction; also says whether the connection may be used again.
async fn snapshot<T, F>(read: &mut Read, ente: EnteId, limit: Duration, body: F) -> (Result<T>, bool)
where
    F: AsyncFnOnce(&mut Read) -> Result<T>,
{
    if let Err(error) = read.begin_read(ente, limit) {
        return (Err(error), false);
    }
    let in_flight = read.in_flight();
    let outcome = lane::guarded(body(read), in_flight, limit).await;
    let outcome = outcome.and_then(|value| read.sound().map(|()| value));
    let ended = read.end_read().await;
    let usable = ended.is_ok();
    (ended.and(outcome), usable)
}

/// Reads a URL of PostgreSQL. Encryption on the wire is not built in, so a URL that asks for it is refused.
pub(crate) fn postgres_config(url: &str) -> Result<tokio_postgres::Config> {
    use tokio_postgres::config::SslMode;
    let config: tokio_postgres::Config = url.parse().map_err(|_| {
        Error::Config(
            "the URL of PostgreSQL cannot be read; it should look like postgres://user:password@host/database"
                .to_owned(),
        )
    })?;
    if config.get_ssl_mode() != SslMode::Disable && url.contains("sslmode") {
        return Err(Error::Config(
            "PostgreSQL is reached without TLS: leave sslmode out, or say sslmode=disable".to_owned(),
        ));
    }
    Ok(config)
}
