//! The transaction as the rest of the program sees it: [`Read`] fetches, [`Tx`] also changes.
//!
//! Both speak one SQL text to either driver. Beginning, savepoints and commits belong to `lane.rs`.

use crate::{
    ROWS_MAX,
    bind::Binds,
    dialect::Dialect,
    error::{Error, Result},
    postgres,
    row::{Driver, FromRow, Row},
    sqlite,
};
use sportello_domain::id::EnteId;
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// True while a closure waits for its own SQL; waiting on anything else is refused.
pub(crate) type InFlight = Arc<AtomicBool>;

pub(crate) enum Session {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    /// A statement failed: nothing runs until the savepoint around it is rolled back, as PostgreSQL has it.
    Failed,
    /// The transaction is gone: nothing runs any more, or it would run outside of any transaction.
    Gone,
}

/// A read transaction: one snapshot of the database.
pub struct Read {
    session: Session,
    state: State,
}

/// The rows of one statement of a flight, not read yet.
pub(crate) struct Flown(Vec<tokio_postgres::Row>);

impl Flown {
    pub(crate) fn rows<R: FromRow>(&self) -> Result<Vec<R>> {
        self.0.iter().map(|row| R::from_row(&Row(Driver::Postgres(row)))).collect()
    }
}

/// A write transaction; derefs to [`Read`], so a helper that takes `&mut Read` serves both.
pub struct Tx {
    read: Read,
    savepoints: usize,
}

impl Deref for Tx {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

impl Read {
    /// Every row, at most [`ROWS_MAX`].
    pub async fn fetch_all<R: FromRow>(&mut self, sql: &'static str, binds: Binds<'_>) -> Result<Vec<R>> {
        self.fetch(sql, binds, ROWS_MAX).await
    }

    /// The row, if there is one. More than one is an error.
    pub async fn fetch_optional<R: FromRow>(&mut self, sql: &'static str, binds: Binds<'_>) -> Result<Option<R>> {
        Ok(self.fetch(sql, binds, 1).await?.pop())
    }

    /// The row; [`Error::NotFound`] when there is none.
    pub async fn fetch_one<R: FromRow>(&mut self, sql: &'static str, binds: Binds<'_>) -> Result<R> {
        self.fetch_optional(sql, binds).await?.ok_or(Error::NotFound)
    }

    /// The database behind this transaction, for the texts of `dialect.rs`.
    pub fn dialect(&self) -> Dialect {
        match self.session {
            Session::Sqlite(_) => Dialect::Sqlite,
            Session::Postgres(_) => Dialect::Postgres,
        }
    }

    async fn fetch<R: FromRow>(&mut self, sql: &'static str, binds: Binds<'_>, limit: usize) -> Result<Vec<R>> {
        self.sound()?;
        let rows = match &mut self.session {
            Session::Sqlite(session) => session.fetch(sql, binds, limit),
            Session::Postgres(session) => session.fetch(sql, binds, limit).await,
        };
        self.note(rows)
    }

    /// Sends statements in one flight and gives the rows of each, in order; nothing on SQLite, where nothing travels.
    pub(crate) async fn fly(&mut self, all: &[(&'static str, Binds<'_>)]) -> Result<Vec<Flown>> {
        self.sound()?;
        let flown = match &mut self.session {
            Session::Sqlite(_) => Ok(Vec::new()),
            Session::Postgres(session) => session.fly(all, ROWS_MAX).await,
        };
        self.note(flown.map(|flown| flown.into_iter().map(Flown).collect()))
    }

    /// An error fails the transaction on both databases, as it would on PostgreSQL.
    fn note<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if outcome.is_err() && self.state == State::Sound {
            self.state = State::Failed;
        }
        outcome
    }

    pub(crate) fn new(session: Session) -> Self {
        Self { session, state: State::Sound }
    }

    pub(crate) fn into_session(self) -> Session {
        self.session
    }

    /// The flag to watch while polling a closure; `None` where SQL never waits.
    pub(crate) fn in_flight(&self) -> Option<InFlight> {
        match &self.session {
            Session::Sqlite(_) => None,
            Session::Postgres(session) => Some(session.in_flight()),
        }
    }

    pub(crate) fn sound(&self) -> Result<()> {
        if self.state == State::Sound { Ok(()) } else { Err(Error::Poisoned) }
    }

    pub(crate) fn begin_read(&mut self, ente: EnteId, limit: Duration) -> Result<()> {
        self.state = State::Sound;
        match &mut self.session {
            Session::Sqlite(session) => session.begin_read(limit),
            Session::Postgres(session) => {
                session.begin_read(ente, limit);
                Ok(())
            }
        }
    }

    pub(crate) async fn end_read(&mut self) -> Result<()> {
        match &mut self.session {
            Session::Sqlite(session) => session.rollback(),
            Session::Postgres(session) => {
                session.end_read().await;
                Ok(())
            }
        }
    }
}

impl Tx {
    /// Runs a statement whose rows nobody needs; gives how many rows it changed.
    pub async fn execute(&mut self, sql: &'static str, binds: Binds<'_>) -> Result<u64> {
        self.execute_all(&[(sql, binds)]).await
    }

    /// Several statements whose rows nobody needs: one flight on PostgreSQL. Gives the count of the last one.
    pub async fn execute_all(&mut self, all: &[(&'static str, Binds<'_>)]) -> Result<u64> {
        self.sound()?;
        let changed = match &mut self.read.session {
            Session::Sqlite(session) => session.execute_all(all),
            Session::Postgres(session) => session.execute_all(all).await,
        };
        self.note(changed)
    }

    /// Tries something that may fail: on an error only its own work is undone and the transaction goes on.
    pub async fn attempt<T>(&mut self, body: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.sound()?;
        self.control("SAVEPOINT attempt").await?;
        self.savepoints += 1;
        let outcome = body(self).await.and_then(|value| self.sound().map(|()| value));
        if outcome.is_err() {
            self.undo("ROLLBACK TO attempt").await?;
        }
        self.control("RELEASE attempt").await?;
        outcome
    }

    pub(crate) fn new(session: Session) -> Self {
        Self { read: Read::new(session), savepoints: 0 }
    }

    pub(crate) fn into_session(self) -> Session {
        self.read.session
    }

    /// Savepoints made since the beginning; PostgreSQL becomes slow past 64.
    pub(crate) fn savepoints(&self) -> usize {
        self.savepoints
    }

    /// Begins; on PostgreSQL no statement may run longer than `limit` until the end.
    pub(crate) async fn begin(&mut self, ente: EnteId, limit: Duration) -> Result<()> {
        self.read.state = State::Sound;
        self.savepoints = 0;
        match &mut self.read.session {
            Session::Sqlite(session) => session.begin_write(),
            Session::Postgres(session) => session.begin_write(ente, limit).await,
        }
    }

    pub(crate) async fn savepoint(&mut self, limit: Duration) -> Result<()> {
        self.savepoints += 1;
        match &mut self.read.session {
            Session::Sqlite(session) => session.limit(Some(limit)),
            Session::Postgres(session) => session.land(),
        }
        self.control("SAVEPOINT item").await
    }

    pub(crate) async fn release(&mut self) -> Result<()> {
        self.control("RELEASE item").await
    }

    pub(crate) async fn rollback_to(&mut self) -> Result<()> {
        match &mut self.read.session {
            Session::Sqlite(session) => session.limit(None),
            Session::Postgres(session) => session.land(),
        }
        self.undo("ROLLBACK TO item").await?;
        self.control("RELEASE item").await
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.sound()?;
        match &mut self.read.session {
            Session::Sqlite(session) => session.commit(),
            Session::Postgres(session) => session.commit().await,
        }
    }

    /// Undoes everything; an error says that the session must not be used again.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        match &mut self.read.session {
            Session::Sqlite(session) => session.rollback(),
            Session::Postgres(session) => session.rollback().await,
        }
    }

    /// Moves SQLite's log into the database file; PostgreSQL looks after its own.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        match &self.read.session {
            Session::Sqlite(session) => session.checkpoint(),
            Session::Postgres(_) => Ok(()),
        }
    }

    /// Back to a savepoint, at once: in a failed transaction PostgreSQL refuses even the next `prepare`.
    async fn undo(&mut self, sql: &'static str) -> Result<()> {
        if self.read.state != State::Gone {
            self.read.state = State::Sound;
        }
        self.control(sql).await?;
        let sent = match &mut self.read.session {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.flush("rolling back to a savepoint").await,
        };
        self.gone_unless(sent)
    }

    /// Control statements run at once on SQLite and travel with the next statement on PostgreSQL.
    async fn control(&mut self, sql: &'static str) -> Result<()> {
        if self.read.state == State::Gone {
            return Err(Error::Poisoned);
        }
        let done = match &mut self.read.session {
            Session::Sqlite(session) => session.control(sql),
            Session::Postgres(session) => {
                session.defer(sql);
                Ok(())
            }
        };
        self.gone_unless(done)
    }

    fn gone_unless<T>(&mut self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.read.state = State::Gone;
        }
        done
    }
}
