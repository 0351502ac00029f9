//! A connection to PostgreSQL. Control statements (BEGIN, SAVEPOINT, RELEASE) wait and travel with the next statement.

pub(crate) mod engine;

use crate::{
    bind::{Binds, Value},
    error::{Error, Result},
    row::{Driver, FromRow, Row},
    tx::InFlight,
};
use deadpool_postgres::Object;
use futures::{
    StreamExt,
    future::{join, join_all, poll_immediate},
};
use sportello_domain::id::EnteId;
use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::task::JoinHandle;
use tokio_postgres::{
    Client, Config, NoTls, Statement,
    error::{Severity, SqlState},
};

/// How long the server may take over COMMIT, ROLLBACK and BEGIN (which waits for the lock of the ente).
const CONTROL_TIME: Duration = Duration::from_secs(5);

/// The rows of a statement, and how many it changed.
type Flight = (Vec<tokio_postgres::Row>, u64);

pub(crate) struct Session {
    object: Object,
    deferred: String,
    in_flight: InFlight,
}

impl Session {
    pub(crate) fn new(object: Object) -> Self {
        Self { object, deferred: String::new(), in_flight: InFlight::default() }
    }

    pub(crate) fn in_flight(&self) -> InFlight {
        Arc::clone(&self.in_flight)
    }

    /// Forgets a flight whose closure was stopped under way.
    pub(crate) fn land(&mut self) {
        self.in_flight.store(false, Ordering::Relaxed);
    }

    /// Closes the connection instead of giving it back to the pool, and stops what it may still be running: the next
    /// batch of the ente would wait for its lock.
    pub(crate) async fn discard(self) {
        let cancel = self.object.cancel_token();
        drop(Object::take(self.object));
        // It may have ended by itself, or the server may be gone: then there is nothing to stop.
        let _ = tokio::time::timeout(CONTROL_TIME, cancel.cancel_query(NoTls)).await;
    }

    pub(crate) async fn fetch<R: FromRow>(
        &mut self,
        sql: &'static str,
        binds: Binds<'_>,
        limit: usize,
    ) -> Result<Vec<R>> {
        let values = values(binds)?;
        self.in_flight.store(true, Ordering::Relaxed);
        let fetched = self.query(sql, values, limit).await;
        self.land();
        fetched?.iter().map(|row| R::from_row(&Row(Driver::Postgres(row)))).collect()
    }

    async fn query(
        &mut self,
        sql: &'static str,
        values: Vec<Value<'_>>,
        limit: usize,
    ) -> Result<Vec<tokio_postgres::Row>> {
        let statement = self.object.prepare_cached(sql).await.map_err(|error| failed(sql, &error))?;
        let control = std::mem::take(&mut self.deferred);
        let (rows, _) = flight(&self.object, &control, sql, &statement, values, limit).await?;
        Ok(rows)
    }

    pub(crate) async fn execute_all(&mut self, all: &[(&'static str, Binds<'_>)]) -> Result<u64> {
        Ok(self.flights(all, usize::MAX).await?.last().map_or(0, |(_, changed)| *changed))
    }

    /// The rows of several statements that are sent together, each at most `limit`.
    pub(crate) async fn fly(
        &mut self,
        all: &[(&'static str, Binds<'_>)],
        limit: usize,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>> {
        Ok(self.flights(all, limit).await?.into_iter().map(|(rows, _)| rows).collect())
    }

    async fn flights(&mut self, all: &[(&'static str, Binds<'_>)], limit: usize) -> Result<Vec<Flight>> {
        let mut loads = Vec::with_capacity(all.len());
        for (sql, binds) in all {
            loads.push((*sql, values(binds)?));
        }
        self.in_flight.store(true, Ordering::Relaxed);
        let flown = self.pipeline(loads, limit).await;
        self.land();
        flown
    }

    async fn pipeline(&mut self, loads: Vec<(&'static str, Vec<Value<'_>>)>, limit: usize) -> Result<Vec<Flight>> {
        // All are prepared before anything is sent: a flight that waited for its prepare would be overtaken by the next.
        let mut statements = Vec::with_capacity(loads.len());
        for (sql, _) in &loads {
            statements.push(self.object.prepare_cached(sql).await.map_err(|error| failed(sql, &error))?);
        }
        let mut control = std::mem::take(&mut self.deferred);
        let flights = loads.into_iter().zip(&statements).map(|((sql, values), statement)| {
            let (object, control) = (&self.object, std::mem::take(&mut control));
            async move { flight(object, &control, sql, statement, values, limit).await }
        });
        join_all(flights).await.into_iter().collect()
    }

    pub(crate) fn defer(&mut self, sql: &str) {
        self.deferred.push_str(sql);
        self.deferred.push(';');
    }

    /// Sends what was deferred, now.
    pub(crate) async fn flush(&mut self, doing: &'static str) -> Result<()> {
        let control = std::mem::take(&mut self.deferred);
        self.in_flight.store(true, Ordering::Relaxed);
        let sent = tokio::time::timeout(CONTROL_TIME, self.object.batch_execute(&control)).await;
        self.land();
        sent.map_err(|elapsed| Error::db(doing, elapsed))?.map_err(|error| failed(doing, &error))
    }

    /// Begins at once, and waits for the other nodes that write for this ente: its closures' time limits begin after.
    /// No statement runs longer than `limit`; that ends with the transaction.
    ///
    /// The setting `app.ente`, made before the first savepoint, outlives every savepoint and ends with the transaction.
    pub(crate) async fn begin_write(&mut self, ente: EnteId, limit: Duration) -> Result<()> {
        let (high, low) = ente.uuid().as_u64_pair();
        let (lock, wait_ms, limit_ms) = ((high ^ low).cast_signed(), CONTROL_TIME.as_millis(), limit.as_millis());
        self.deferred.clear();
        self.defer(&format!(
            "BEGIN;SELECT set_config('app.ente','{ente}',true),set_config('lock_timeout','{wait_ms}',true);\
             SELECT pg_advisory_xact_lock({lock});SELECT set_config('statement_timeout','{limit_ms}',true)"
        ));
        self.flush("BEGIN").await
    }

    pub(crate) fn begin_read(&mut self, ente: EnteId, limit: Duration) {
        let limit_ms = limit.as_millis();
        self.deferred.clear();
        self.defer(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\
             SELECT set_config('app.ente','{ente}',true),set_config('statement_timeout','{limit_ms}',true)"
        ));
    }

    /// Sent, not waited for: whoever uses the connection next comes after it in the same stream.
    pub(crate) async fn end_read(&mut self) {
        self.land();
        let begun = self.deferred.is_empty();
        self.deferred.clear();
        if begun {
            poll_immediate(pin!(self.object.batch_execute("ROLLBACK"))).await;
        }
    }

    /// Commits. A last RELEASE travels in the same message, so that it fails first where the transaction has failed:
    /// COMMIT alone would then "succeed" as a rollback.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if self.object.is_closed() {
            return Err(Error::db("COMMIT", "the connection was lost before"));
        }
        self.defer("COMMIT");
        let control = std::mem::take(&mut self.deferred);
        match tokio::time::timeout(CONTROL_TIME, self.object.batch_execute(&control)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if is_refusal(&error) => Err(failed("COMMIT", &error)),
            Ok(Err(error)) => Err(Error::Unknown(Arc::new(Clean::from(&error)))),
            Err(elapsed) => Err(Error::Unknown(Arc::new(elapsed))),
        }
    }

    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.deferred.clear();
        self.defer("ROLLBACK");
        self.flush("ROLLBACK").await
    }
}

/// A connection of its own, for work that is neither a lane's nor a read; also the task that drives it.
pub(crate) async fn connect(config: &Config) -> Result<(Client, JoinHandle<()>)> {
    let connected = tokio::time::timeout(CONTROL_TIME, config.connect(NoTls)).await;
    let (client, connection) =
        connected.map_err(|elapsed| Error::db("connecting", elapsed))?.map_err(|error| failed("connecting", &error))?;
    // What ends the connection is seen by whoever uses the client.
    Ok((client, tokio::spawn(async move { drop(connection.await) })))
}

/// One statement with the control statements before it, sent together.
async fn flight(
    object: &Object,
    control: &str,
    sql: &'static str,
    statement: &Statement,
    values: Vec<Value<'_>>,
    limit: usize,
) -> Result<Flight> {
    let rows = async {
        let stream = object.query_raw(statement, values).await.map_err(|error| failed(sql, &error))?;
        let mut stream = pin!(stream);
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await {
            let row = row.map_err(|error| failed(sql, &error))?;
            if rows.len() == limit {
                return Err(Error::TooManyRows { sql, limit });
            }
            rows.push(row);
        }
        Ok((rows, stream.rows_affected().unwrap_or(0)))
    };
    if control.is_empty() {
        return rows.await;
    }
    let (controlled, rows) = join(object.batch_execute(control), rows).await;
    controlled.map_err(|error| failed("beginning or a savepoint", &error))?;
    rows
}

fn values<'a>(binds: Binds<'a>) -> Result<Vec<Value<'a>>> {
    binds.iter().map(|bind| bind.value()).collect()
}

/// True when the server itself said no, and goes on; a lost connection is something else.
fn is_refusal(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|refusal| refusal.parsed_severity() == Some(Severity::Error))
}

/// An error of PostgreSQL without the texts that may hold values.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLSTATE {code})")]
struct Clean {
    message: String,
    code: String,
}

impl From<&tokio_postgres::Error> for Clean {
    fn from(error: &tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            return Self { message: error.to_string(), code: "none".to_owned() };
        };
        let code = refusal.code().code().to_owned();
        // Class 22 (data exception) quotes the offending value; details of every class do, and are never kept.
        let message = if code.starts_with("22") { "data exception".to_owned() } else { refusal.message().to_owned() };
        let message = match refusal.constraint() {
            Some(constraint) => format!("{message}, constraint {constraint}"),
            None => message,
        };
        Self { message, code }
    }
}

pub(crate) fn failed(doing: &'static str, error: &tokio_postgres::Error) -> Error {
    match error.code() {
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => Error::Unique,
        Some(code) if *code == SqlState::QUERY_CANCELED => Error::TooLong,
        _ => Error::db(doing, Clean::from(error)),
    }
}
