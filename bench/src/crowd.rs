//! Parents who are signed in and file one application after the other, each for invented children of their own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use drills::browser::Broken;
use drills::installation::{DatabaseKind, Installation, Plan, Queue};
use drills::journey::{Parent, Ready};
use drills::population;
use tokio::task::JoinSet;

/// Parents who sign in at the same time.
const SIGN_IN_CLIENTS: usize = 4;
/// How long the queue may take to be worked off.
const QUEUE_LIMIT: Duration = Duration::from_secs(300);

/// An installation with its data in a folder that goes with it, and parents at its door.
pub struct Crowd {
    /// The running programs.
    pub installation: Installation,
    parents: Vec<Parent>,
    next_child: u32,
    // Only held: the data go with it.
    _folder: tempfile::TempDir,
}

impl Crowd {
    /// Starts an installation on the demonstration's data and signs `people` parents in.
    pub async fn gather(programs: &std::path::Path, database: DatabaseKind, queue: Queue, people: u32) -> Result<Self> {
        std::fs::create_dir_all("target").context("making target")?;
        let folder = tempfile::tempdir_in("target").context("making a folder")?;
        let path = std::path::absolute(folder.path()).context("the folder of the data")?;
        let plan = Plan { programs, folder: &path, database, people, queue };
        let installation = Installation::start(&plan).await?;
        let mut parents = Vec::new();
        for code in installation.people().await? {
            parents.push(Parent::new(installation.portal_url("/")?, code)?);
        }
        let mut crowd = Self { installation, parents, next_child: 0, _folder: folder };
        crowd.sign_in_anew(SIGN_IN_CLIENTS).await?;
        Ok(crowd)
    }

    /// Every parent signs in with a browser that knows nothing yet, `clients` at once.
    pub async fn sign_in_anew(&mut self, clients: usize) -> Result<()> {
        let sign_in = |mut parent: Parent, _| async move {
            parent.sign_in_anew().await?;
            Ok((parent, ()))
        };
        self.each(clients, sign_in).await.map(drop)
    }

    /// How many parents there are.
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    /// Requests that all parents have sent so far.
    pub fn requests(&self) -> u64 {
        self.parents.iter().map(Parent::requests).sum()
    }

    /// Every parent files one application for `children` and looks it up afterwards, `clients` at once.
    pub async fn file(&mut self, children: u32, clients: usize) -> Result<()> {
        let first = self.take_children(children);
        self.each(clients, move |mut parent, index| async move {
            let own = population::alunni(first + index * children, children)?;
            let ready = parent.prepare(&own).await?;
            let sent = parent.send(&ready).await?;
            let (pratiche, protocollo) = parent.confirm(&sent).await?;
            if pratiche.len() != children as usize || protocollo.is_none() {
                return Err(Broken::Fault(format!("{} pratiche for {children} children", pratiche.len())));
            }
            parent.consult().await?;
            Ok((parent, ()))
        })
        .await
        .map(drop)
    }

    /// Every parent fills in a form for one child up to the summary.
    pub async fn prepare(&mut self, clients: usize) -> Result<Vec<Ready>> {
        let first = self.take_children(1);
        self.each(clients, move |mut parent, index| async move {
            let ready = parent.prepare(&population::alunni(first + index, 1)?).await?;
            Ok((parent, ready))
        })
        .await
    }

    /// Every parent presses Invia; how long each waited, and all together.
    pub async fn send(&mut self, ready: Vec<Ready>, clients: usize) -> Result<(Vec<Duration>, Duration)> {
        let ready = std::sync::Arc::new(ready);
        let since = Instant::now();
        let times = self
            .each(clients, move |mut parent, index| {
                let ready = std::sync::Arc::clone(&ready);
                async move {
                    let since = Instant::now();
                    parent.send(&ready[index as usize]).await?;
                    Ok((parent, since.elapsed()))
                }
            })
            .await?;
        Ok((times, since.elapsed()))
    }

    /// Waits until the demonstration's own jobs are done; pratiche and receipts that are there then.
    pub async fn begin(&self) -> Result<(usize, usize)> {
        self.installation.await_queue(QUEUE_LIMIT).await?;
        self.counted().await
    }

    /// Waits until the queue is worked off and asserts that there are so many pratiche, and a receipt for each INVIA.
    pub async fn settle(&self, before: (usize, usize), filed: (usize, usize)) -> Result<()> {
        self.installation.await_queue(QUEUE_LIMIT).await?;
        let now = self.counted().await?;
        ensure!(
            now == (before.0 + filed.0, before.1 + filed.1),
            "{filed:?} pratiche and INVIA brought {before:?} to {now:?} pratiche and receipts"
        );
        Ok(())
    }

    /// Pratiche and receipts in the database.
    pub async fn counted(&self) -> Result<(usize, usize)> {
        let evidence = self.installation.evidence().await?;
        Ok((evidence.pratiche.len(), evidence.ricevute.len()))
    }

    fn take_children(&mut self, each: u32) -> u32 {
        let first = self.next_child;
        self.next_child += each * self.parents.len() as u32;
        first
    }

    /// Lets every parent do something, `clients` at once; their answers in the order of the parents.
    async fn each<T, F, A>(&mut self, clients: usize, act: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: Fn(Parent, u32) -> A + Clone + Send + 'static,
        A: Future<Output = Result<(Parent, T), Broken>> + Send,
    {
        let mut waiting: Vec<(usize, Parent)> = self.parents.drain(..).enumerate().collect();
        let share = waiting.len().div_ceil(clients.max(1)).max(1);
        let mut tasks = JoinSet::new();
        while !waiting.is_empty() {
            let own: Vec<_> = waiting.drain(..share.min(waiting.len())).collect();
            let act = act.clone();
            tasks.spawn(async move {
                let mut done = Vec::new();
                for (index, parent) in own {
                    let (parent, answer) = act(parent, index as u32).await.map_err(told)?;
                    done.push((index, parent, answer));
                }
                anyhow::Ok(done)
            });
        }
        let mut done = Vec::new();
        while let Some(own) = tasks.join_next().await {
            done.extend(own.context("a client broke off")??);
        }
        done.sort_by_key(|(index, ..)| *index);
        let mut answers = Vec::with_capacity(done.len());
        for (_, parent, answer) in done {
            self.parents.push(parent);
            answers.push(answer);
        }
        Ok(answers)
    }
}

/// A measurement has no patience: whatever a step did not bring ends it.
pub fn told(broken: Broken) -> anyhow::Error {
    match broken {
        Broken::Unavailable(why) => anyhow!("no answer: {why}"),
        Broken::SignedOut => anyhow!("a session was lost"),
        Broken::Fault(fault) => anyhow!(fault),
    }
}
