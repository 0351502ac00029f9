//! The threads around PostgreSQL: each runs many lanes and reads on one thread, with its own pool of connections.
//!
//! One lane for each ente that writes; a lane holds a connection only for the time of a batch.

use super::{Session, failed};
use crate::{
    ReadItem,
    error::{Error, Result},
    lane::{self, QUEUE_MAX, Work},
    tx::{self, Read, Tx},
};
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use sportello_domain::id::EnteId;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::{JoinSet, LocalSet},
};
use tokio_postgres::{Config, NoTls};

/// Threads of this node that speak with the server.
const THREADS: usize = 2;
/// Connections of each thread.
const CONNECTIONS: usize = 12;
/// How long to wait for a connection.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// PostgreSQL with its threads.
pub(crate) struct Engine {
    config: Box<Config>,
    open: Mutex<Option<Open>>,
    reads: Arc<Semaphore>,
    turn: AtomicUsize,
}

struct Open {
    tasks: Vec<mpsc::UnboundedSender<Task>>,
    lanes: HashMap<EnteId, mpsc::Sender<Box<dyn Work>>>,
    threads: Vec<JoinHandle<()>>,
}

enum Task {
    Lane(EnteId, mpsc::Receiver<Box<dyn Work>>),
    Read(ReadItem, OwnedSemaphorePermit),
}

impl Engine {
    pub(crate) fn start(config: &Config) -> Result<Self> {
        let (mut tasks, mut threads) = (Vec::new(), Vec::new());
        for _ in 0..THREADS {
            let (send, receive) = mpsc::unbounded_channel();
            let pool = pool(config.clone())?;
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| Error::db("starting a thread", error))?;
            let body = move || LocalSet::new().block_on(&runtime, run(&pool, receive));
            let thread = std::thread::Builder::new().name("postgres".to_owned()).spawn(body);
            threads.push(thread.map_err(|error| Error::db("starting a thread", error))?);
            tasks.push(send);
        }
        let open = Mutex::new(Some(Open { tasks, lanes: HashMap::new(), threads }));
        Ok(Self {
            config: Box::new(config.clone()),
            open,
            reads: Arc::new(Semaphore::new(QUEUE_MAX)),
            turn: AtomicUsize::new(0),
        })
    }

    pub(crate) fn write(&self, ente: EnteId, item: Box<dyn Work>) -> Result<()> {
        let mut guard = self.lock();
        let Open { tasks, lanes, .. } = guard.as_mut().ok_or(Error::Closed)?;
        let lane = lanes.entry(ente).or_insert_with(|| {
            let (send, receive) = mpsc::channel(QUEUE_MAX);
            let thread = (ente.uuid().as_u128() % THREADS as u128) as usize;
            // A thread that is gone shows below: the queue of its lane is closed.
            let _ = tasks[thread].send(Task::Lane(ente, receive));
            send
        });
        lane.try_send(item).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })
    }

    pub(crate) fn read(&self, item: ReadItem) -> Result<()> {
        let permit = Arc::clone(&self.reads).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % THREADS;
        let guard = self.lock();
        let open = guard.as_ref().ok_or(Error::Closed)?;
        open.tasks[turn].send(Task::Read(item, permit)).map_err(|_| Error::Closed)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Takes no more work; gives the threads, which end when what waits is done.
    pub(crate) fn close(&self) -> Vec<JoinHandle<()>> {
        self.lock().take().map(|open| open.threads).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server, a role or a database may be set to answer COMMIT before the disk has it: what was acknowledged would be lost
/// with the server. Raised where it is off, and left alone where it waits for more than the own disk (`remote_apply`).
const DURABLE: &str =
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

fn pool(config: Config) -> Result<Pool> {
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(CONNECT_TIME))
        .create_timeout(Some(CONNECT_TIME))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move { client.batch_execute(DURABLE).await.map_err(HookError::Backend) })
        }))
        .build()
        .map_err(|error| Error::db("making the pool of connections", error))
}

/// Runs lanes and reads until the store is closed and all of them have ended.
async fn run(pool: &Pool, mut tasks: mpsc::UnboundedReceiver<Task>) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            task = tasks.recv() => {
                let pool = pool.clone();
                match task {
                    Some(Task::Lane(ente, queue)) => running.spawn_local(run_lane(pool, ente, queue)),
                    Some(Task::Read(item, permit)) => running.spawn_local(run_read(pool, item, permit)),
                    None => break,
                };
            }
            Some(_) = running.join_next() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn run_lane(pool: Pool, ente: EnteId, mut queue: mpsc::Receiver<Box<dyn Work>>) {
    let mut held = None;
    loop {
        let first = if held.is_some() { held.take() } else { queue.recv().await };
        let Some(first) = first else { break };
        match connect(&pool).await {
            Ok(session) => {
                let mut tx = Tx::new(tx::Session::Postgres(session));
                let ended = lane::run_batch(&mut tx, ente, first, || queue.try_recv().ok()).await;
                held = ended.held;
                if let (tx::Session::Postgres(session), Err(_)) = (tx.into_session(), ended.usable) {
                    session.discard().await;
                }
            }
            Err(error) => {
                tracing::error!(ente = %ente, error = &error as &dyn std::error::Error, "no connection to write");
                // All that waits hears it now, rather than one after the other at the pace of the time limit.
                let waiting = std::iter::once(first).chain(std::iter::from_fn(|| queue.try_recv().ok()));
                for item in waiting {
                    item.answer(Err(Error::NotCommitted(Arc::new(error.clone()))));
                }
            }
        }
    }
}

async fn run_read(pool: Pool, item: ReadItem, permit: OwnedSemaphorePermit) {
    match connect(&pool).await {
        Ok(session) => {
            let mut read = Read::new(tx::Session::Postgres(session));
            item(Ok(&mut read)).await;
        }
        Err(error) => item(Err(error)).await,
    }
    drop(permit);
}

async fn connect(pool: &Pool) -> Result<Session> {
    match pool.get().await {
        Ok(object) => Ok(Session::new(object)),
        Err(PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error))) => {
            Err(failed("connecting", &error))
        }
        Err(error) => Err(Error::db("connecting", error)),
    }
}
