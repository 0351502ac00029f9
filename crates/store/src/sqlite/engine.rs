//! The threads around SQLite: one writer, two readers for long reads, and spare connections for short reads.
//!
//! Short reads run on the caller's own thread: they take microseconds, less than a hop to another thread.

use super::{Purpose, Session};
use crate::{
    ReadItem,
    error::{Error, Result},
    lane::{self, QUEUE_MAX, Work},
    tx::{self, Read, Tx},
};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use futures::FutureExt;
use sportello_domain::id::EnteId;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Threads for long reads.
const READERS: usize = 2;
/// Long reads that may wait.
const REPORTS_MAX: usize = 64;
/// Idle connections kept for short reads.
const SPARE_MAX: usize = 16;
/// A lane without work for so long moves the log into the database file.
const IDLE: Duration = Duration::from_millis(100);

/// SQLite with its threads.
pub(crate) struct Engine {
    file: PathBuf,
    queues: Mutex<Option<Queues>>,
    spare: Mutex<Vec<Session>>,
    sound: Arc<AtomicBool>,
}

struct Queues {
    writer: Sender<Box<dyn Work>>,
    readers: Sender<ReadItem>,
    threads: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Starts the threads on a migrated file.
    pub(crate) fn start(file: &Path, writer: Session) -> Result<Self> {
        let sound = Arc::new(AtomicBool::new(true));
        let (write, write_queue) = bounded(QUEUE_MAX);
        let (read, read_queue) = bounded(REPORTS_MAX);
        let flag = Arc::clone(&sound);
        let mut threads = vec![spawn("sqlite-writer", move || write_thread(writer, &write_queue, &flag))?];
        for _ in 0..READERS {
            let (session, queue) = (Session::open(file, Purpose::Read)?, read_queue.clone());
            threads.push(spawn("sqlite-reader", move || read_thread(session, &queue))?);
        }
        let queues = Mutex::new(Some(Queues { writer: write, readers: read, threads }));
        Ok(Self { file: file.to_owned(), queues, spare: Mutex::default(), sound })
    }

    pub(crate) fn write(&self, item: Box<dyn Work>) -> Result<()> {
        if !self.is_sound() {
            return Err(Error::Closed);
        }
        let queues = lock(&self.queues);
        offer(&queues.as_ref().ok_or(Error::Closed)?.writer, item)
    }

    pub(crate) fn report(&self, item: ReadItem) -> Result<()> {
        let queues = lock(&self.queues);
        offer(&queues.as_ref().ok_or(Error::Closed)?.readers, item)
    }

    /// Runs `body` with a connection for reading, on this thread. A connection that `body` fails to give back is closed.
    pub(crate) fn read_inline<T>(&self, body: impl FnOnce(&mut Read) -> (T, bool)) -> Result<T> {
        if lock(&self.queues).is_none() {
            return Err(Error::Closed);
        }
        let spare = lock(&self.spare).pop();
        let session = spare.map_or_else(|| Session::open(&self.file, Purpose::Read), Ok)?;
        let mut read = Read::new(tx::Session::Sqlite(session));
        let (value, usable) = body(&mut read);
        let mut spare = lock(&self.spare);
        if let tx::Session::Sqlite(session) = read.into_session()
            && usable
            && spare.len() < SPARE_MAX
        {
            spare.push(session);
        }
        Ok(value)
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// False after the disk has failed under a write.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound.load(Ordering::Relaxed)
    }

    /// Takes no more work; gives the threads, which end when what waits is done.
    pub(crate) fn close(&self) -> Vec<JoinHandle<()>> {
        lock(&self.spare).clear();
        lock(&self.queues).take().map(|queues| queues.threads).unwrap_or_default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn offer<T>(queue: &Sender<T>, item: T) -> Result<()> {
    queue.try_send(item).map_err(|error| match error {
        TrySendError::Full(_) => Error::Busy,
        TrySendError::Disconnected(_) => Error::Closed,
    })
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(|error| Error::db("starting a thread", error))
}

/// Batches until every sender is gone, checkpoints when idle.
///
/// After a failed write to the disk `sound` turns false and what waits hears that the store is closed: what the
/// operating system holds of the file is in doubt, and only a restart can tell.
fn write_thread(session: Session, queue: &Receiver<Box<dyn Work>>, sound: &AtomicBool) {
    let mut tx = Tx::new(tx::Session::Sqlite(session));
    let mut dirty = false;
    let mut held = None;
    loop {
        let waited = match held.take() {
            Some(item) => Ok(item),
            None if dirty => queue.recv_timeout(IDLE),
            None => queue.recv().map_err(RecvTimeoutError::from),
        };
        match waited {
            Ok(item) if !sound.load(Ordering::Relaxed) => item.answer(Err(Error::Closed)),
            Ok(item) => {
                dirty = true;
                let batch = lane::run_batch(&mut tx, EnteId::PLATFORM, item, || queue.try_recv().ok());
                let ended = batch.now_or_never().expect("SQLite never waits");
                held = ended.held;
                if let Err(error) = ended.usable {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the database file is in doubt: no more writes"
                    );
                    sound.store(false, Ordering::Relaxed);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                checkpoint(&tx);
                dirty = false;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    checkpoint(&tx);
}

fn checkpoint(tx: &Tx) {
    if let Err(error) = tx.checkpoint() {
        tracing::warn!(error = &error as &dyn std::error::Error, "checkpoint");
    }
}

/// Long reads until every sender is gone.
fn read_thread(session: Session, queue: &Receiver<ReadItem>) {
    let mut read = Read::new(tx::Session::Sqlite(session));
    for item in queue {
        item(Ok(&mut read)).now_or_never().expect("SQLite never waits");
    }
}
