//! How long a page of the office's queue takes at an ente with 100,000 pratiche: every filter, every order, first, middle
//! and last page, at a fixed rate, each answer compared with what was written.

mod facts;
mod fill;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use drills::postgres::Postgres;
use sportello_domain::id::PersonaId;
use sportello_store::{
    Store, StoreConfig,
    coda::{self, CodaQuery, CodaRow, MOST, Order},
    esportazione, ruolo, scuola,
};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use crate::report::{Figure, percentile};
use crate::submit::sample;
use facts::Fact;

/// Pratiche of the ente.
const ROWS: u64 = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
/// Rows of one page, as the office's page has them.
const PAGE: i64 = 25;
/// Requests a second, whether earlier ones were answered or not.
const RATE: u32 = 20;
/// The slowest of a hundred.
const GOAL_MS: f64 = 50.0;

/// On a file of its own.
pub async fn sqlite(runs: u8) -> Result<Vec<Vec<Figure>>> {
    let folder = tempfile::tempdir_in("target").context("making a folder")?;
    let store = Store::open(&StoreConfig::Sqlite(folder.path().join("bench.db"))).await?;
    let facts = fill::pratiche(&store, ROWS).await?;
    let taken = measure(&store, &facts, "SQLite", runs).await;
    store.close().await;
    taken
}

/// On a server of its own. What its own upkeep does within a minute is done at once.
pub async fn postgres(runs: u8) -> Result<Vec<Vec<Figure>>> {
    let folder = tempfile::tempdir().context("making a folder")?;
    let server = Postgres::start(&folder.path().join("log")).await?;
    let store = Store::open(&StoreConfig::Postgres(server.url().into())).await?;
    let facts = fill::pratiche(&store, ROWS).await?;
    tidy(&server).await?;
    let taken = measure(&store, &facts, "PostgreSQL", runs).await;
    store.close().await;
    taken
}

async fn tidy(server: &Postgres) -> Result<()> {
    let (admin, connection) = tokio_postgres::connect(&server.url(), NoTls).await.context("connecting")?;
    // It ends with its client.
    drop(tokio::spawn(connection));
    admin.batch_execute("VACUUM ANALYZE").await.context("VACUUM ANALYZE")
}

async fn measure(store: &Store, facts: &[Fact], database: &str, runs: u8) -> Result<Vec<Vec<Figure>>> {
    let asked = questions(facts);
    let mut all = Vec::new();
    for _ in 0..runs {
        let times = ask(store, &asked).await?;
        let name = format!("page of the queue, {ROWS} pratiche, {database}");
        all.push(vec![
            Figure::new(format!("{name}: p50"), percentile(&times, 50), "ms"),
            Figure::new(format!("{name}: p99"), percentile(&times, 99), "ms").at_most(GOAL_MS),
            Figure::new(format!("{name}: slowest"), percentile(&times, 100), "ms"),
        ]);
    }
    Ok(all)
}

/// A page that is asked for, and what must come.
#[derive(Clone)]
struct Question {
    query: CodaQuery,
    /// Every number that matches.
    matching: Vec<i64>,
    /// The numbers of the page in their order, for the orders that leave no doubt on either database.
    exact: bool,
}

/// Every saved filter and every narrower one, in each order and direction: first, middle and last page.
fn questions(facts: &[Fact]) -> Vec<Question> {
    let mut asked = Vec::new();
    let orders = [Order::Due, Order::Number, Order::Modello, Order::Status, Order::Assignee];
    for (at, filter) in facts::filters().into_iter().enumerate() {
        for (order, down) in orders.into_iter().flat_map(|order| [(order, false), (order, true)]) {
            let query = CodaQuery { order, down, limit: PAGE, ..filter.clone() };
            let mut matching: Vec<&Fact> = facts.iter().filter(|fact| fact.matches(&query)).collect();
            matching.sort_by_key(|fact| fact.place(order));
            if down {
                matching.reverse();
            }
            let matching: Vec<i64> = matching.into_iter().map(|fact| fact.numero).collect();
            let last = ((matching.len() as i64).min(MOST) - 1).max(0) / PAGE;
            for page in [0, last / 2, last] {
                let query = CodaQuery { offset: page * PAGE, ..query.clone() };
                let exact = matches!(order, Order::Due | Order::Number);
                asked.push((at, Question { query, matching: matching.clone(), exact }));
            }
        }
    }
    // Not filter by filter: what was just read must not help what comes next.
    asked.sort_by_key(|(at, question)| (question.query.offset, question.query.order as u8, question.query.down, *at));
    asked.into_iter().map(|(_, question)| question).collect()
}

/// Asks at a fixed rate; how long each took from the moment when it was due.
async fn ask(store: &Store, asked: &[Question]) -> Result<Vec<Duration>> {
    let mut tasks = JoinSet::new();
    let mut beat = tokio::time::interval(Duration::from_secs(1) / RATE);
    let clerk = sample::persona_id(1);
    for question in asked {
        let due = beat.tick().await;
        let (store, question) = (store.clone(), question.clone());
        tasks.spawn(async move {
            let (query, ente) = (question.query.clone(), sample::ente_id(0));
            let rows = store.read(ente, async move |read| page(read, &query, clerk).await).await?;
            let time = due.elapsed();
            question.check(&rows)?;
            anyhow::Ok(time)
        });
    }
    let mut times = Vec::new();
    while let Some(time) = tasks.join_next().await {
        times.push(time.context("a request broke off")??);
    }
    Ok(times)
}

/// All that the use case reads for a page.
async fn page(
    read: &mut sportello_store::Read,
    query: &CodaQuery,
    clerk: PersonaId,
) -> sportello_store::Result<Vec<CodaRow>> {
    let ente = sample::ente_id(0);
    let rows = coda::page(read, ente, query).await?;
    coda::counts(read, ente, clerk, fill::TODAY).await?;
    esportazione::choices(read, ente).await?;
    scuola::plessi(read, ente).await?;
    let roles = [sportello_domain::ruolo::Ruolo::OperatoreIstruzione, sportello_domain::ruolo::Ruolo::Responsabile];
    ruolo::clerks(read, ente, roles).await?;
    Ok(rows)
}

impl Question {
    fn check(&self, rows: &[CodaRow]) -> Result<()> {
        let (offset, all) = (self.query.offset as usize, self.matching.len());
        let expected = all.min(MOST as usize).saturating_sub(offset).min(PAGE as usize);
        ensure!(rows.len() >= expected, "{} rows instead of {expected}: {:?}", rows.len(), self.query);
        let counted = (all as i64).min(MOST + 1);
        ensure!(rows.iter().all(|row| row.total == counted), "{counted} match: {:?}", self.query);
        let numbers: Vec<i64> = rows.iter().map(|row| row.numero).collect();
        if self.exact {
            ensure!(numbers[..expected] == self.matching[offset..offset + expected], "other rows: {:?}", self.query);
        } else {
            ensure!(numbers.iter().all(|number| self.matching.contains(number)), "a row too many: {:?}", self.query);
        }
        Ok(())
    }
}
