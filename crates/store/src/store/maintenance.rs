//! What an operator does to a whole database while it is in use: statistics after bulk loads, and backups.

use super::{Engine, Store};
use crate::{
    error::{Error, Result},
    postgres, sqlite,
};
use std::path::Path;

const ANALYZE: &str = "ANALYZE";

impl Store {
    /// Gathers statistics for the planner. To be called after loading data in bulk: without them PostgreSQL may take
    /// ten times as long for a list of 20 rows.
    pub async fn analyze(&self) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(engine) => {
                let file = engine.file().to_owned();
                blocking(move || sqlite::Session::open(&file, sqlite::Purpose::Write)?.batch(ANALYZE, ANALYZE)).await
            }
            Engine::Postgres(engine) => {
                let (client, _driver) = postgres::connect(engine.config()).await?;
                client.batch_execute(ANALYZE).await.map_err(|error| postgres::failed(ANALYZE, &error))
            }
        }
    }

    /// Copies the database, as it stands at one instant, into a new file, while writes go on.
    ///
    /// The copy is one file, for its owner only, checked and on the disk when this answers. Errors when the file
    /// exists, and on PostgreSQL, whose own `pg_dump` does this.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        let Engine::Sqlite(engine) = &*self.engine else {
            return Err(Error::Config("a database of PostgreSQL is backed up by pg_dump".to_owned()));
        };
        let (from, to) = (engine.file().to_owned(), to.to_owned());
        blocking(move || sqlite::backup::copy(&from, &to)).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) if error.is_panic() => Err(Error::Panicked),
        Err(_) => Err(Error::Closed),
    }
}
