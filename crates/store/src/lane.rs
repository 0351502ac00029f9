//! The write lane: queued closures, one transaction, a savepoint each, one commit, then the answers.
//!
//! One source for both databases. Never sleeps: what has arrived while a batch ran makes the next one. A closure with a
//! long limit of its own is alone in its batch, so that nobody's answer waits for its end but those behind it.

use crate::{
    error::{Error, Result, Source},
    tx::{InFlight, Tx},
};
use futures::future::LocalBoxFuture;
use sportello_domain::id::EnteId;
use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Items (savepoints) of one batch; PostgreSQL keeps 64 subtransactions of a session in shared memory.
pub(crate) const BATCH_MAX: usize = 60;
/// How long a batch goes on taking items.
const BATCH_TIME: Duration = Duration::from_millis(50);
/// How long one closure of a write may run.
pub(crate) const CLOSURE_TIME: Duration = Duration::from_millis(500);
/// How long the closure of a long write may run.
pub(crate) const LONG_TIME: Duration = Duration::from_secs(60);
/// Closures that may wait before [`Error::Busy`].
pub(crate) const QUEUE_MAX: usize = 1024;

/// How a closure takes its turn, and how long it may run.
#[derive(Clone, Copy)]
pub(crate) enum Turn {
    /// In a batch with others.
    Shared(Duration),
    /// In a batch of its own.
    Alone(Duration),
}

/// A queued closure with its caller.
pub(crate) trait Work: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> LocalBoxFuture<'t, Result<()>>;
    fn answer(self: Box<Self>, outcome: Result<()>);
    /// How long it may run.
    fn limit(&self) -> Duration;
    /// Whether it needs a batch of its own.
    fn alone(&self) -> bool;
    /// True when the caller is gone; such work is skipped if its turn has not come.
    fn abandoned(&self) -> bool;
}

struct Typed<F, T> {
    turn: Turn,
    body: Option<F>,
    value: Option<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Work for Typed<F, T>
where
    F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> LocalBoxFuture<'t, Result<()>> {
        let body = self.body.take().expect("an item runs once");
        Box::pin(async move {
            self.value = Some(body(tx).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let Self { value, reply, .. } = *self;
        // The caller may be gone; the work is done all the same.
        let _ = reply.send(outcome.map(|()| value.expect("a finished closure left its value")));
    }

    fn limit(&self) -> Duration {
        match self.turn {
            Turn::Shared(limit) | Turn::Alone(limit) => limit,
        }
    }

    fn alone(&self) -> bool {
        matches!(self.turn, Turn::Alone(_))
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }
}

/// Packs a closure, and gives the place where its answer will arrive.
pub(crate) fn work<F, T>(turn: Turn, body: F) -> (Box<dyn Work>, oneshot::Receiver<Result<T>>)
where
    F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Typed { turn, body: Some(body), value: None, reply }), answer)
}

/// Polls a closure; a panic, a wait on anything but its own SQL, or too long a run ends it.
pub(crate) async fn guarded<T>(
    body: impl Future<Output = Result<T>>,
    in_flight: Option<InFlight>,
    limit: Duration,
) -> Result<T> {
    let mut body = pin!(body);
    let until = Instant::now() + limit;
    let waits_for_sql = || in_flight.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed));
    let watched = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(context)));
        Poll::Ready(match polled {
            Err(_) => Err(Error::Panicked),
            Ok(Poll::Pending) if waits_for_sql() => return Poll::Pending,
            Ok(Poll::Pending) => Err(Error::ForeignAwait),
            // Work of the processor alone cannot be interrupted: it is measured when it is over.
            Ok(Poll::Ready(_)) if Instant::now() > until => Err(Error::TooLong),
            Ok(Poll::Ready(outcome)) => outcome,
        })
    });
    if in_flight.is_none() {
        return watched.await; // ready at the first poll, on a thread without a timer
    }
    tokio::time::timeout(limit, watched).await.unwrap_or(Err(Error::TooLong))
}

/// What a batch leaves behind.
pub(crate) struct Ended {
    /// An error when the session must not be used again.
    pub(crate) usable: Result<()>,
    /// Work that was taken from the queue, and needs a batch of its own: the next one.
    pub(crate) held: Option<Box<dyn Work>>,
}

/// Runs `first` and what `next` gives in one transaction, commits, and answers everybody.
pub(crate) async fn run_batch(
    tx: &mut Tx,
    ente: EnteId,
    first: Box<dyn Work>,
    mut next: impl FnMut() -> Option<Box<dyn Work>>,
) -> Ended {
    let alone = first.alone();
    let mut health = tx.begin(ente, first.limit()).await;
    let started = Instant::now();
    let mut done: Vec<(Box<dyn Work>, Result<()>)> = Vec::new();
    let mut held = None;
    let mut candidate = Some(first);
    while let Some(mut item) = candidate {
        if !item.abandoned() {
            let outcome = match &health {
                Ok(()) => run_item(tx, item.as_mut(), &mut health).await,
                Err(_) => Ok(()), // hears below that nothing was committed
            };
            done.push((item, outcome));
        }
        let room = !alone && tx.savepoints() < BATCH_MAX && started.elapsed() < BATCH_TIME && health.is_ok();
        candidate = if room { next() } else { None };
        held = candidate.take_if(|item| item.alone());
    }
    settle(tx, ente, health, done, held).await
}

/// Commits, or finds out what is left of the session, and answers everybody.
async fn settle(
    tx: &mut Tx,
    ente: EnteId,
    health: Result<()>,
    done: Vec<(Box<dyn Work>, Result<()>)>,
    held: Option<Box<dyn Work>>,
) -> Ended {
    let lost = match health {
        Ok(()) => tx.commit().await.err(),
        Err(error) => Some(error),
    };
    let usable = match &lost {
        None => Ok(()),
        Some(error @ Error::Unknown(_)) => Err(error.clone()),
        Some(_) => tx.rollback().await,
    };
    if let Some(error) = &lost {
        tracing::warn!(ente = %ente, items = done.len(), error = error as &dyn std::error::Error, "write batch lost");
    }
    for (item, outcome) in done {
        item.answer(match &lost {
            None => outcome,
            Some(error) => Err(lost_outcome(outcome, error)),
        });
    }
    Ended { usable, held }
}

async fn run_item(tx: &mut Tx, item: &mut dyn Work, health: &mut Result<()>) -> Result<()> {
    let limit = item.limit();
    if let Err(error) = tx.savepoint(limit).await {
        *health = Err(error);
        return Ok(());
    }
    let in_flight = tx.in_flight();
    let outcome = guarded(item.run(tx), in_flight, limit).await.and_then(|()| tx.sound());
    let settled = match &outcome {
        Ok(()) => tx.release().await,
        Err(_) => tx.rollback_to().await,
    };
    if let Err(error) = settled {
        *health = Err(error);
    }
    outcome
}

/// What an item hears when its batch is lost.
///
/// A refusal, too, may rest on a row of a neighbour that is gone now; only faults of the closure itself stand.
fn lost_outcome(outcome: Result<()>, lost: &Error) -> Error {
    match (outcome, lost) {
        (Err(own @ (Error::Panicked | Error::ForeignAwait | Error::TooLong)), _) => own,
        (_, Error::Unknown(_)) => lost.clone(),
        (_, error) => Error::NotCommitted(Arc::new(error.clone()) as Source),
    }
}
