//! A connection to SQLite. Nothing here ever waits, so a closure on SQLite is finished at its first poll.

pub(crate) mod backup;
pub(crate) mod engine;
pub(crate) mod statistics;

use crate::{
    bind::Binds,
    error::{Error, Result},
    row::{Driver, FromRow, Row},
};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, ffi};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Statements kept prepared by a connection.
const STATEMENTS_MAX: usize = 512;
/// How often a running statement looks at its time limit, in steps of the virtual machine.
const LIMIT_STEPS: i32 = 20_000;
const NO_LIMIT: u64 = u64::MAX;

/// A connection with its time limit.
pub(crate) struct Session {
    connection: Connection,
    opened: Instant,
    until_us: Arc<AtomicU64>,
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Write,
    Read,
}

impl Session {
    pub(crate) fn open(file: &Path, purpose: Purpose) -> Result<Self> {
        let mut connection = connect(file, purpose).map_err(|error| failed("opening the database file", error))?;
        let (opened, until_us) = (Instant::now(), Arc::new(AtomicU64::new(NO_LIMIT)));
        let limit = Arc::clone(&until_us);
        let passed = move || micros(opened) > limit.load(Ordering::Relaxed);
        connection
            .progress_handler(LIMIT_STEPS, Some(passed))
            .map_err(|error| failed("setting the time limit", error))?;
        Ok(Self { connection, opened, until_us })
    }

    /// Stops statements that run past `limit` from now; `None` lets them run.
    pub(crate) fn limit(&self, limit: Option<Duration>) {
        let until = limit.map_or(NO_LIMIT, |limit| micros(self.opened).saturating_add(limit.as_micros() as u64));
        self.until_us.store(until, Ordering::Relaxed);
    }

    pub(crate) fn fetch<R: FromRow>(&self, sql: &'static str, binds: Binds<'_>, limit: usize) -> Result<Vec<R>> {
        let run = |error| failed(sql, error);
        let mut statement = self.connection.prepare_cached(sql).map_err(run)?;
        bind(&mut statement, sql, binds)?;
        let mut rows = statement.raw_query();
        let mut out = Vec::new();
        // To the very end: a RETURNING statement is done only then.
        while let Some(row) = rows.next().map_err(run)? {
            if out.len() == limit {
                return Err(Error::TooManyRows { sql, limit });
            }
            out.push(R::from_row(&Row(Driver::Sqlite(row)))?);
        }
        Ok(out)
    }

    pub(crate) fn execute_all(&self, all: &[(&'static str, Binds<'_>)]) -> Result<u64> {
        all.iter().try_fold(0, |_, (sql, binds)| {
            let mut statement = self.connection.prepare_cached(sql).map_err(|error| failed(sql, error))?;
            bind(&mut statement, sql, binds)?;
            let changed = statement.raw_execute().map_err(|error| failed(sql, error))?;
            Ok(changed as u64)
        })
    }

    /// A savepoint statement. Fails when SQLite has rolled the whole transaction back by itself.
    pub(crate) fn control(&self, sql: &'static str) -> Result<()> {
        if self.connection.is_autocommit() {
            return Err(Error::db(sql, "SQLite rolled the whole transaction back"));
        }
        self.step(sql)
    }

    fn step(&self, sql: &'static str) -> Result<()> {
        let run = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        run.map(drop).map_err(|error| failed(sql, error))
    }

    pub(crate) fn begin_read(&self, limit: Duration) -> Result<()> {
        self.rollback()?; // what an earlier read may have failed to end
        self.limit(Some(limit));
        self.step("BEGIN")
    }

    pub(crate) fn begin_write(&self) -> Result<()> {
        self.limit(None);
        self.step("BEGIN IMMEDIATE")
    }

    /// Commits. When the disk itself failed, whether the commit stands is not known.
    pub(crate) fn commit(&self) -> Result<()> {
        self.limit(None);
        self.connection.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([])).map(drop).map_err(
            |error| {
                if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
                    Error::Unknown(Arc::new(Clean::from(&error)))
                } else {
                    failed("COMMIT", error)
                }
            },
        )
    }

    pub(crate) fn rollback(&self) -> Result<()> {
        self.limit(None);
        if self.connection.is_autocommit() { Ok(()) } else { self.step("ROLLBACK") }
    }

    /// Moves the log into the database file, as far as readers allow, so that commits need not.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let doing = "PRAGMA wal_checkpoint(PASSIVE)";
        self.connection.query_row(doing, [], |_| Ok(())).map_err(|error| failed(doing, error))
    }

    /// Runs texts without values: migrations, pragmas.
    pub(crate) fn batch(&self, doing: &'static str, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(|error| failed(doing, error))
    }
}

/// Makes the file where there is none, for its owner only; SQLite gives its side files the same rights.
pub(crate) fn create(file: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file);
    made.map(drop).map_err(|error| Error::db("making the database file", error))
}

fn connect(file: &Path, purpose: Purpose) -> rusqlite::Result<Connection> {
    // Never CREATE: a file that has vanished is an error, not an empty database.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Plans hold for every value: without this a prepared statement is made anew whenever other values are bound to it,
    // as soon as ANALYZE has left samples (SQLITE_ENABLE_STAT4).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Reads come in any order of threads: a small cache each, a larger one for the writer. In KiB, negative by SQLite's rule.
    let (cache, query_only) = if purpose == Purpose::Write { (-16_384, "OFF") } else { (-2_048, "ON") };
    connection.execute_batch(&format!(
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
         PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST; PRAGMA wal_autocheckpoint=4000; \
         PRAGMA journal_size_limit=67108864; PRAGMA cache_size={cache}; PRAGMA query_only={query_only};"
    ))?;
    Ok(connection)
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(NO_LIMIT - 1)
}

/// Gives `$1` its value, and so on. To SQLite `$1` is a name, placed where it first stands in the text: values go by name.
fn bind(statement: &mut rusqlite::Statement<'_>, sql: &'static str, binds: Binds<'_>) -> Result<()> {
    if statement.parameter_count() != binds.len() {
        return Err(Error::db(sql, "another number of values than the text asks for"));
    }
    for index in 1..=binds.len() {
        let place = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse().ok());
        let bind = place.and_then(|place: usize| binds.get(place.checked_sub(1)?));
        let bind = bind.ok_or_else(|| Error::db(sql, "a parameter that is not one of $1 to the number of values"))?;
        statement.raw_bind_parameter(index, bind.value()?).map_err(|error| failed(sql, error))?;
    }
    Ok(())
}

/// An error of SQLite without the texts that may hold values.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLite code {code})")]
struct Clean {
    message: String,
    code: i32,
}

impl From<&rusqlite::Error> for Clean {
    fn from(error: &rusqlite::Error) -> Self {
        let code = error.sqlite_error().map_or(0, |failure| failure.extended_code);
        Self { message: error.to_string(), code }
    }
}

fn failed(doing: &'static str, error: rusqlite::Error) -> Error {
    match error.sqlite_error().map(|failure| failure.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => Error::Unique,
        Some(ffi::SQLITE_INTERRUPT) => Error::TooLong,
        _ => Error::db(doing, Clean::from(&error)),
    }
}
