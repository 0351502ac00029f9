//! Background work, enqueued in the transaction that wants it and claimed with a lease.
//!
//! A job may run twice (a lease can expire under a slow worker): its function must be harmless then. Payloads and
//! errors hold identifiers and words, never personal data.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, JobId};

use crate::{
    bind::Json,
    binds, dialect,
    error::Result,
    flight::Write,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// State of a job.
    pub enum JobState {
        /// Waits for its instant.
        ToDo = "da_fare",
        /// A worker holds its lease.
        Running = "in_corso",
        /// Done.
        Done = "fatto",
        /// Given up after the last attempt: somebody must look.
        Failed = "fallito",
    }
}

/// A job to enqueue.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its key, version 7.
    pub id: JobId,
    /// Which work.
    pub kind: String,
    /// What the work needs: a version and identifiers.
    pub payload: Json<Value>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// After how many attempts it is given up.
    pub max_attempts: i64,
    /// When it is enqueued.
    pub created_at: DateTime<Utc>,
}

row! {
    /// A claimed job.
    #[derive(Clone, Debug, PartialEq)]
    pub struct JobRow {
        /// Whose work it is; [`EnteId::PLATFORM`] for that of the installation.
        pub ente_id: EnteId,
        /// Its key.
        pub id: JobId,
        /// Which work.
        pub kind: String,
        /// What the work needs.
        pub payload: Json<Value>,
        /// Attempts, this one included.
        pub attempts: i64,
        /// After how many it is given up.
        pub max_attempts: i64,
    }
}

impl JobRow {
    /// True when the lease of the last attempt ran out: there is nothing to try any more, only to [`fail`] it, in the
    /// lane of its ente, with whatever waits for it.
    pub fn is_spent(&self) -> bool {
        self.attempts > self.max_attempts
    }
}

row! {
    /// A job that was given up.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FailedJob {
        /// Its key.
        pub id: JobId,
        /// Which work.
        pub kind: String,
        /// What the work needs.
        pub payload: Json<Value>,
        /// Attempts made.
        pub attempts: i64,
        /// Word of the last failure.
        pub last_error: Option<String>,
        /// When it was given up.
        pub done_at: Option<DateTime<Utc>>,
    }
}

statements! {
    ENQUEUE = "INSERT INTO job (ente_id, id, kind, payload, state, run_at, attempts, max_attempts, created_at)
        VALUES ($1, $2, $3, $4, 'da_fare', $5, 0, $6, $7)";
    DONE = "UPDATE job SET state = 'fatto', done_at = $4, lease_until = NULL, leased_by = NULL
        WHERE ente_id = $1 AND id = $2 AND leased_by = $3 AND state = 'in_corso'";
    RENEW = "UPDATE job SET lease_until = $4 WHERE ente_id = $1 AND id = $2 AND leased_by = $3 AND state = 'in_corso'";
    FAIL: (JobState,) = "UPDATE job SET state = CASE WHEN attempts >= max_attempts THEN 'fallito' ELSE 'da_fare' END,
            done_at = CASE WHEN attempts >= max_attempts THEN $4 ELSE done_at END,
            attempts = CASE WHEN attempts > max_attempts THEN max_attempts ELSE attempts END,
            run_at = $5, last_error = $6, lease_until = NULL, leased_by = NULL
        WHERE ente_id = $1 AND id = $2 AND leased_by = $3 AND state = 'in_corso' RETURNING state";
    HASTEN = "UPDATE job SET run_at = $3 WHERE ente_id = $1 AND kind = $2 AND state = 'da_fare' AND run_at > $3";
    FAILED: FailedJob = "SELECT id, kind, payload, attempts, last_error, done_at FROM job
        WHERE ente_id = $1 AND state = 'fallito' ORDER BY done_at DESC, id LIMIT $2 OFFSET $3";
    FAILED_OF: FailedJob = "SELECT id, kind, payload, attempts, last_error, done_at FROM job
        WHERE ente_id = $1 AND state = 'fallito' AND kind IN ($2, $3, $4, $5, $6, $7, $8) ORDER BY done_at DESC, id LIMIT $9 OFFSET $10";
    REVIVE_KIND = "UPDATE job SET state = 'da_fare', attempts = 0, run_at = $3, done_at = NULL, last_error = NULL
        WHERE ente_id = $1 AND kind = $2 AND state = 'fallito'";
    REVIVE = "UPDATE job SET state = 'da_fare', attempts = 0, run_at = $3, done_at = NULL, last_error = NULL
        WHERE ente_id = $1 AND id = $2 AND state = 'fallito'";
    COUNTS: (JobState, i64) = "SELECT state, count(*) FROM job WHERE state <> 'fatto' GROUP BY state ORDER BY state";
    PURGE = "DELETE FROM job WHERE ente_id = $1 AND state = 'fatto' AND done_at <= $2";
}

impl NewJob {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![*ente, self.id, self.kind, self.payload, self.run_at, self.max_attempts, self.created_at];
        Write::new(ENQUEUE, binds)
    }
}

/// Enqueues a job in the caller's transaction.
pub async fn enqueue(tx: &mut Tx, ente: EnteId, new: &NewJob) -> Result<()> {
    let write = new.write(&ente);
    tx.execute(write.sql, &write.binds).await?;
    Ok(())
}

/// Claims up to `at_most` due jobs of all enti for `worker`, the longest waiting first. Runs in the lane of
/// [`EnteId::PLATFORM`]; each job is then done, or failed, in the lane of its own ente.
pub async fn claim(
    tx: &mut Tx,
    worker: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    at_most: i64,
) -> Result<Vec<JobRow>> {
    let sql = dialect::JOB_CLAIM.on(tx.dialect());
    tx.fetch_all(sql, binds![now, lease_until, worker, at_most]).await
}

/// Gives back jobs of all enti whose lease expired before `now`, up to 100. One whose attempts are used up
/// comes once more, [spent](JobRow::is_spent), so that it is given up with whatever waits for it. Runs in the lane of [`EnteId::PLATFORM`]; says how many.
pub async fn reclaim(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    let sql = dialect::JOB_RECLAIM.on(tx.dialect());
    tx.execute(sql, binds![now]).await
}

/// Marks a job as done, best in the transaction of its effect; false when `worker` lost the lease: undo the effect.
pub async fn done(tx: &mut Tx, ente: EnteId, id: JobId, worker: &str, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(DONE, binds![ente, id, worker, now]).await? == 1)
}

/// Keeps the lease of a long job; false when `worker` lost it.
pub async fn renew(tx: &mut Tx, ente: EnteId, id: JobId, worker: &str, until: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(RENEW, binds![ente, id, worker, until]).await? == 1)
}

/// Notes that an attempt failed: the job waits [`pause`] and runs again, or is given up. Gives its new state, or
/// nothing when `worker` lost the lease. `error` is a word.
pub async fn fail(
    tx: &mut Tx,
    ente: EnteId,
    job: &JobRow,
    worker: &str,
    error: &str,
    now: DateTime<Utc>,
) -> Result<Option<JobState>> {
    let run_at = now + pause(job.attempts);
    let state: Option<(JobState,)> = tx.fetch_optional(FAIL, binds![ente, job.id, worker, now, run_at, error]).await?;
    Ok(state.map(|(state,)| state))
}

/// Makes the jobs of a kind that wait for a later instant due at once.
pub async fn hasten(tx: &mut Tx, ente: EnteId, kind: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(HASTEN, binds![ente, kind, now]).await?;
    Ok(())
}

/// The jobs of an ente that were given up, the last first: a page (limit, offset).
pub async fn failed(read: &mut Read, ente: EnteId, (limit, offset): (i64, i64)) -> Result<Vec<FailedJob>> {
    read.fetch_all(FAILED, binds![ente, limit, offset]).await
}

/// The same of these kinds alone.
pub async fn failed_of(
    read: &mut Read,
    ente: EnteId,
    kinds: &[&str; 7],
    (limit, offset): (i64, i64),
) -> Result<Vec<FailedJob>> {
    let [one, two, three, four, five, six, seven] = kinds;
    read.fetch_all(FAILED_OF, binds![ente, one, two, three, four, five, six, seven, limit, offset]).await
}

/// Has a job tried again that was given up; false when it was not.
pub async fn revive(tx: &mut Tx, ente: EnteId, id: JobId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REVIVE, binds![ente, id, now]).await? == 1)
}

/// Lets every job of a kind that was given up begin again; how many.
pub async fn revive_kind(tx: &mut Tx, ente: EnteId, kind: &str, now: DateTime<Utc>) -> Result<u64> {
    tx.execute(REVIVE_KIND, binds![ente, kind, now]).await
}

/// How many jobs of all enti stand in each state but done; a state without jobs is absent.
pub async fn counts(read: &mut Read) -> Result<Vec<(JobState, i64)>> {
    read.fetch_all(COUNTS, binds![]).await
}

/// Deletes jobs done by `before`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}

/// How long a job waits after its `attempts`-th failure: 10 s, 40 s, 160 s and so on, one hour at most.
pub fn pause(attempts: i64) -> TimeDelta {
    let steps = attempts.clamp(1, 10) - 1;
    let seconds = (0..steps).fold(10, |seconds: i64, _| seconds * 4);
    TimeDelta::seconds(seconds.min(3_600))
}
