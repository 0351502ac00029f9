//! What the write lane promises, on both databases: nobody loses work by a neighbour's fault, and no number is lost.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

mod common;

use common::{ADD, ANNO, State, file, next, prepare, state};
use futures::{FutureExt, future::join_all};
use sportello_domain::id::EnteId;
use sportello_store::{
    Error, ROWS_MAX, Result, Store, Tx, binds,
    dialect::Dialect,
    testing::{TestDatabase, each, id, postgres},
};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

const ENDLESS_SELECT: [&str; 2] = [
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
    "SELECT count(*) FROM generate_series(1, 100000000000)",
];
const ENDLESS_INSERT: [&str; 2] = [
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
     INSERT INTO prova (ente_id, id, anno, numero) SELECT $1, randomblob(16), 1, -x FROM c",
    "INSERT INTO prova (ente_id, id, anno, numero) SELECT $1, gen_random_uuid(), 1, -x FROM generate_series(1, 100000000000) x",
];

fn on(texts: [&'static str; 2], dialect: Dialect) -> &'static str {
    if dialect == Dialect::Sqlite { texts[0] } else { texts[1] }
}

/// How often time may spoil a try on a busy machine before a test doubts the lane.
const TRIES: usize = 50;

/// The name of an error, for counting.
fn kind(error: &Error) -> String {
    let text = format!("{error:?}");
    text.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

/// Files one row in its own write.
async fn filed(store: &Store, ente: EnteId) -> Result<i64> {
    store.write(ente, async move |tx| file(tx, ente, id()).await).await
}

/// Ten good items, `bad`, ten good items, all waiting at the same moment; gives the good answers and the bad one.
async fn around<F>(store: &Store, ente: EnteId, bad: F) -> (BTreeMap<String, i64>, Result<()>)
where
    F: AsyncFnOnce(&mut Tx) -> Result<()> + Send + 'static,
{
    let (started, begun) = tokio::sync::oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let blocker = store.write(ente, async move |_| {
        let _ = started.send(());
        let _ = released.recv();
        Ok(())
    });
    let good = |_| filed(store, ente);
    let mut before = join_all((0..10).map(good)).boxed();
    let mut bad = store.write(ente, bad).boxed();
    let mut after = join_all((0..10).map(good)).boxed();
    let blocker = async {
        let mut blocker = blocker.boxed();
        assert!(futures::poll!(&mut blocker).is_pending());
        begun.await.unwrap();
        assert!(futures::poll!(&mut before).is_pending());
        assert!(futures::poll!(&mut bad).is_pending());
        assert!(futures::poll!(&mut after).is_pending());
        release.send(()).unwrap();
        blocker.await
    };
    // It changed nothing, and hears whatever becomes of the batch.
    let _ = blocker.await;
    let bad = bad.await;
    let mut kinds = BTreeMap::new();
    for answer in before.await.into_iter().chain(after.await) {
        *kinds.entry(answer.map_or_else(|error| kind(&error), |_| "ok".to_owned())).or_insert(0) += 1;
    }
    (kinds, bad)
}

fn ok(kinds: &BTreeMap<String, i64>) -> i64 {
    kinds.get("ok").copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_fall_out_alone() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let tasks = (0..600_usize).map(|index| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let body = async move |tx: &mut Tx| {
                    let numero = file(tx, ente, id()).await?;
                    match index % 13 {
                        3 => Err(Error::refused("no")),
                        5 => file(tx, ente, Uuid::nil()).await.and(file(tx, ente, Uuid::nil()).await),
                        7 => panic!("a bug in a closure"),
                        9 => {
                            // A swallowed error is an error all the same.
                            let _ = tx.execute("INSERT INTO prova (ente_id) VALUES ($1)", binds![ente]).await;
                            Ok(numero)
                        }
                        11 => std::future::pending().await,
                        _ => Ok(numero),
                    }
                };
                (index, store.write(ente, body).await)
            })
        });
        let mut good = 0;
        for task in tasks.collect::<Vec<_>>() {
            let (index, answer) = task.await.unwrap();
            let expected = match index % 13 {
                3 => "Refused",
                5 => "Unique",
                7 => "Panicked",
                9 => "Poisoned",
                11 => "ForeignAwait",
                _ => "ok",
            };
            good += i64::from(answer.is_ok());
            assert_eq!(answer.map_or_else(|error| kind(&error), |_| "ok".to_owned()), expected);
        }
        assert_eq!(state(&db.store, ente).await, State { rows: good, gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_takes_no_number_with_it() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let tasks = (0..500_u64).map(|index| {
            let store = db.store.clone();
            let patience = Duration::from_micros(index * 37 % 20_000);
            tokio::spawn(async move { tokio::time::timeout(patience, filed(&store, ente)).await })
        });
        let answers = join_all(tasks.collect::<Vec<_>>()).await;
        let acknowledged = answers.into_iter().filter(|answer| matches!(answer, Ok(Ok(Ok(_))))).count() as i64;
        filed(&db.store, ente).await.unwrap();
        let after = state(&db.store, ente).await;
        assert_eq!(after.gap, 0);
        assert!(after.rows > acknowledged, "{after:?} for {acknowledged} acknowledged");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_on_anything_but_sql_is_refused() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let pause = db.store.write(ente, async move |tx| {
            next(tx, ente).await?;
            tokio::task::yield_now().await;
            Ok(())
        });
        assert!(matches!(pause.await, Err(Error::ForeignAwait)));
        let inner = db.store.clone();
        let nested = db.store.write(ente, async move |_| filed(&inner, ente).await);
        assert!(matches!(nested.await, Err(Error::ForeignAwait)));
        let pause = db.store.read(ente, async |_| {
            tokio::task::yield_now().await;
            Ok(())
        });
        assert!(matches!(pause.await, Err(Error::ForeignAwait)));
        filed(&db.store, ente).await.unwrap();
        assert_eq!(state(&db.store, ente).await.gap, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_closure_is_stopped_and_undone() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let by_sql = db.store.write(ente, async move |tx| {
            file(tx, ente, id()).await?;
            let endless = on(ENDLESS_SELECT, tx.dialect());
            tx.fetch_one::<(i64,)>(endless, &[]).await
        });
        assert!(matches!(by_sql.await, Err(Error::TooLong)));
        let by_thought = db.store.write(ente, async move |tx| {
            file(tx, ente, id()).await?;
            std::thread::sleep(Duration::from_millis(600));
            Ok(())
        });
        assert!(matches!(by_thought.await, Err(Error::TooLong)));
        assert_eq!(state(&db.store, ente).await, State { rows: 0, gap: 0 });
        assert_eq!(filed(&db.store, ente).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runaway_select_fails_alone() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let runaway = async |tx: &mut Tx| {
            let endless = on(ENDLESS_SELECT, tx.dialect());
            tx.fetch_one::<(i64,)>(endless, &[]).await.map(drop)
        };
        // A busy machine can hold up a neighbour, too, for longer than it may take: that one hears so, and nobody else does.
        // Each try holds the promise; in one of them nobody was held up.
        let (mut stored, mut whole) = (0, false);
        for _ in 0..TRIES {
            let (good, bad) = around(&db.store, ente, runaway).await;
            assert!(matches!(bad, Err(Error::TooLong)), "{bad:?}");
            let held_up = good.get("TooLong").copied().unwrap_or_default();
            assert_eq!(ok(&good) + held_up, 20, "{good:?}");
            stored += ok(&good);
            assert_eq!(state(&db.store, ente).await, State { rows: stored, gap: 0 });
            whole = held_up == 0;
            if whole {
                break;
            }
        }
        assert!(whole, "in each of {TRIES} tries a neighbour was held up");
    })
    .await;
}

/// SQLite undoes the whole transaction when a write is interrupted: then the earlier ones hear "not committed".
#[tokio::test(flavor = "multi_thread")]
async fn a_runaway_insert_loses_nothing_that_was_acknowledged() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let runaway = async move |tx: &mut Tx| {
            let endless = on(ENDLESS_INSERT, tx.dialect());
            let swallowed = tx.attempt(async |tx| tx.execute(endless, binds![ente]).await).await;
            // After SQLite's own rollback nothing may run outside of the transaction.
            if tx.dialect() == Dialect::Sqlite {
                assert!(matches!(file(tx, ente, id()).await, Err(Error::Poisoned)));
            }
            swallowed.map(drop)
        };
        let (good, bad) = around(&db.store, ente, runaway).await;
        assert!(bad.is_err(), "{bad:?}");
        let lost = good.get("NotCommitted").copied().unwrap_or_default();
        assert_eq!(ok(&good) + lost, 20, "{good:?}");
        assert!(ok(&good) >= 10, "those behind it go into the next batch: {good:?}");
        assert_eq!(state(&db.store, ente).await, State { rows: ok(&good), gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_is_told_to_all_of_its_batch() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        // A batch also ends by time, so on a busy machine a neighbour may fall into the next one and be filed. Each try
        // holds the promise; one of them must have caught everybody in the same batch.
        let mut stored = 0;
        let mut whole = false;
        for _ in 0..TRIES {
            let orphan =
                async move |tx: &mut Tx| tx.execute(ADD, binds![ente, id(), ANNO, -1_i64, Some(id())]).await.map(drop);
            let (good, bad) = around(&db.store, ente, orphan).await;
            assert!(matches!(bad, Err(Error::NotCommitted(_))), "{bad:?}");
            assert!(bad.unwrap_err().is_safe_to_retry());
            let told = good.get("NotCommitted").copied().unwrap_or_default();
            assert_eq!(told + ok(&good), 20, "{good:?}");
            stored += ok(&good);
            assert_eq!(state(&db.store, ente).await, State { rows: stored, gap: 0 });
            whole = told == 20;
            if whole {
                break;
            }
        }
        assert!(whole, "no batch of {TRIES} held all of its neighbours");
        assert_eq!(filed(&db.store, ente).await.unwrap(), stored + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_connection_is_replaced() {
    postgres(async |db| {
        let ente = prepare(&db.store).await;
        let kill = async |tx: &mut Tx| {
            tx.fetch_one::<(bool,)>("SELECT pg_terminate_backend(pg_backend_pid())", &[]).await.map(drop)
        };
        let (good, bad) = around(&db.store, ente, kill).await;
        assert!(matches!(bad, Err(Error::NotCommitted(_))), "{bad:?}");
        assert_eq!(ok(&good) + good.get("NotCommitted").copied().unwrap_or_default(), 20, "{good:?}");
        assert_eq!(state(&db.store, ente).await, State { rows: ok(&good), gap: 0 });
        filed(&db.store, ente).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_on_one_ente_take_turns() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let other = Store::open(&db.config).await.unwrap();
        let tasks = (0..600_usize).map(|index| {
            let store = if index % 2 == 0 { db.store.clone() } else { other.clone() };
            tokio::spawn(async move { filed(&store, ente).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap().unwrap();
        }
        assert_eq!(state(&db.store, ente).await, State { rows: 600, gap: 0 });
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_failure_is_undone_alone() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let body = async move |tx: &mut Tx| {
            let twice = id();
            let first = file(tx, ente, twice).await?;
            let again = tx.attempt(async |tx| file(tx, ente, twice).await).await;
            assert!(matches!(again, Err(Error::Unique)), "{again:?}");
            let nested = tx.attempt(async |tx| {
                let inner = tx.attempt(async |tx| file(tx, ente, twice).await).await;
                assert!(matches!(inner, Err(Error::Unique)));
                file(tx, ente, id()).await
            });
            assert_eq!(nested.await?, first + 1);
            let swallowed = tx.attempt(async |tx| {
                let _ = file(tx, ente, twice).await;
                Ok(())
            });
            assert!(matches!(swallowed.await, Err(Error::Poisoned)));
            file(tx, ente, id()).await
        };
        assert_eq!(db.store.write(ente, body).await.unwrap(), 3);
        assert_eq!(state(&db.store, ente).await, State { rows: 3, gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_prepared_behind_a_failed_one() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let fails = async move |tx: &mut Tx| {
            file(tx, ente, Uuid::nil()).await?;
            file(tx, ente, Uuid::nil()).await.map(drop)
        };
        let fresh = [
            "SELECT 1 + ultimo FROM prova_contatore WHERE ente_id = $1",
            "SELECT 2 + ultimo FROM prova_contatore WHERE ente_id = $1",
        ];
        file_one(&db.store, ente).await;
        let items = fresh.map(|sql| async move {
            let bad = db.store.write(ente, fails).boxed();
            let good = db.store.write(ente, async move |tx| {
                let failed = tx.attempt(fails).await;
                assert!(matches!(failed, Err(Error::Unique)));
                tx.fetch_one::<(i64,)>(sql, binds![ente]).await
            });
            futures::join!(bad, good.boxed())
        });
        for (bad, good) in join_all(items).await {
            assert!(matches!(bad, Err(Error::Unique)), "{bad:?}");
            assert!(good.unwrap().0 > 1);
        }
    })
    .await;
}

async fn file_one(store: &Store, ente: EnteId) {
    filed(store, ente).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_see_a_snapshot_and_cannot_write() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        file_one(&db.store, ente).await;
        const COUNT: &str = "SELECT count(*) FROM prova WHERE ente_id = $1";
        const WRITE: &str = "INSERT INTO prova (ente_id, id, anno, numero) VALUES ($1, $2, 1, 1) RETURNING numero";
        for long in [false, true] {
            let body =
                async move |read: &mut sportello_store::Read| read.fetch_one::<(i64,)>(WRITE, binds![ente, id()]).await;
            let outcome = if long { db.store.report(ente, body).await } else { db.store.read(ente, body).await };
            assert!(matches!(outcome, Err(Error::Db { .. })), "{outcome:?}");
        }
        // A failed report leaves its thread fit for the next one.
        for _ in 0..4 {
            let count = db.store.report(ente, async move |read| read.fetch_one::<(i64,)>(COUNT, binds![ente]).await);
            assert_eq!(count.await.unwrap(), (1,));
        }
        let writer = db.store.clone();
        let (seen_once, seen) = tokio::sync::oneshot::channel();
        let (written, wait) = std::sync::mpsc::channel::<()>();
        let report = db.store.report(ente, async move |read| {
            let before: (i64,) = read.fetch_one(COUNT, binds![ente]).await?;
            let _ = seen_once.send(());
            wait.recv().unwrap();
            let after: (i64,) = read.fetch_one(COUNT, binds![ente]).await?;
            Ok((before.0, after.0))
        });
        let write = async {
            seen.await.unwrap();
            let other = EnteId::new(id());
            // On PostgreSQL the waiting report blocks one of two threads; an ente of the other one writes.
            let other = if other.uuid().as_u128() % 2 == ente.uuid().as_u128() % 2 { ente } else { other };
            let row = writer
                .write(other, async move |tx| tx.execute(ADD, binds![ente, id(), ANNO, 2_i64, None::<Uuid>]).await);
            let row = tokio::time::timeout(Duration::from_millis(300), row).await;
            written.send(()).unwrap();
            row
        };
        let (report, _) = futures::join!(report, write);
        assert_eq!(report.unwrap(), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_row_is_single_and_a_missing_one_is_told() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        const ALL: &str = "SELECT numero FROM prova WHERE ente_id = $1";
        let none = db.store.read(ente, async move |read| read.fetch_one::<(i64,)>(ALL, binds![ente]).await);
        assert!(matches!(none.await, Err(Error::NotFound)));
        file_one(&db.store, ente).await;
        file_one(&db.store, ente).await;
        let two = db.store.read(ente, async move |read| read.fetch_optional::<(i64,)>(ALL, binds![ente]).await);
        assert!(matches!(two.await, Err(Error::TooManyRows { limit: 1, .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_a_limit() {
    const ROWS: [&str; 2] = [
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < $1) SELECT x FROM c",
        "SELECT x FROM generate_series(1, $1::bigint) x",
    ];
    each(async |db| {
        let ente = EnteId::new(id());
        for (rows, fits) in [(ROWS_MAX, true), (ROWS_MAX + 1, false)] {
            let listed = db.store.read(ente, async move |read| {
                let sql = on(ROWS, read.dialect());
                read.fetch_all::<(i64,)>(sql, binds![rows as i64]).await
            });
            match listed.await {
                Ok(listed) => assert!(fits && listed.len() == rows),
                Err(error) => assert!(!fits && matches!(error, Error::TooManyRows { limit: ROWS_MAX, .. })),
            }
        }
    })
    .await;
}

/// Longer than a write may take, and than a batch goes on.
const LONGER: Duration = Duration::from_millis(700);

/// What PostgreSQL lets a statement of this transaction run.
const STATEMENT_LIMIT: &str = "SELECT current_setting('statement_timeout')";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_write_keeps_its_limit_to_itself() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let limit = async |tx: &mut Tx| match tx.dialect() {
            Dialect::Sqlite => Ok(None),
            Dialect::Postgres => tx.fetch_one::<(String,)>(STATEMENT_LIMIT, &[]).await.map(|(limit,)| Some(limit)),
        };
        let long = db.store.write_long(ente, async move |tx| {
            std::thread::sleep(LONGER);
            file(tx, ente, id()).await?;
            limit(tx).await
        });
        let endless = db.store.write(ente, async move |tx| {
            file(tx, ente, id()).await?;
            let endless = on(ENDLESS_SELECT, tx.dialect());
            tx.fetch_one::<(i64,)>(endless, &[]).await
        });
        let short = db.store.write(ente, limit);
        let (long, endless, short) = futures::join!(long, endless, short);
        assert!(matches!(endless, Err(Error::TooLong)), "{endless:?}");
        let (long, short) = (long.unwrap(), short.unwrap());
        assert!(matches!(long.as_deref(), None | Some("1min")), "{long:?}");
        assert!(matches!(short.as_deref(), None | Some("500ms")), "{short:?}");
        assert_eq!(long.is_some(), short.is_some());
        assert_eq!(state(&db.store, ente).await, State { rows: 1, gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_write_is_alone_in_its_transaction() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let (started, begun) = tokio::sync::oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocker = db.store.write(ente, async move |_| {
            let _ = started.send(());
            let _ = released.recv();
            Ok(())
        });
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let long = db.store.write_long(ente, async move |tx| {
            let _ = ended.recv();
            file(tx, ente, id()).await?;
            Err::<(), _>(Error::refused("its fault is its own"))
        });
        let (mut blocker, mut long) = (blocker.boxed(), long.boxed());
        assert!(futures::poll!(&mut blocker).is_pending());
        begun.await.unwrap();
        let mut before = join_all((0..5).map(|_| filed(&db.store, ente))).boxed();
        assert!(futures::poll!(&mut before).is_pending());
        assert!(futures::poll!(&mut long).is_pending());
        let mut after = join_all((0..5).map(|_| filed(&db.store, ente))).boxed();
        assert!(futures::poll!(&mut after).is_pending());
        release.send(()).unwrap();
        blocker.await.unwrap();
        // Those before it are answered while it still runs; those behind it are not.
        assert!(before.await.iter().all(Result::is_ok));
        assert!(futures::poll!(&mut long).is_pending());
        assert!(futures::poll!(&mut after).is_pending());
        end.send(()).unwrap();
        assert!(matches!(long.await, Err(Error::Refused(_))));
        assert!(after.await.iter().all(Result::is_ok));
        assert_eq!(state(&db.store, ente).await, State { rows: 10, gap: 0 });
    })
    .await;
}

/// A write that waits behind a long one is not lost when the store closes.
#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_a_long_write_too() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let store = Store::open(&db.config).await.unwrap();
        let mut first = filed(&store, ente).boxed();
        let mut long = store.write_long(ente, async move |tx| file(tx, ente, id()).await).boxed();
        let mut last = filed(&store, ente).boxed();
        for item in [&mut first, &mut last] {
            assert!(futures::poll!(item).is_pending());
        }
        assert!(futures::poll!(&mut long).is_pending());
        let (first, long, last, ()) = futures::join!(first, long, last, store.close());
        assert!(first.is_ok() && long.is_ok() && last.is_ok());
        assert_eq!(state(&db.store, ente).await, State { rows: 3, gap: 0 });
    })
    .await;
}

/// Many more enti than connections, all at once.
#[tokio::test(flavor = "multi_thread")]
async fn every_ente_gets_its_turn() {
    each(async |db| {
        prepare(&db.store).await;
        let enti: Vec<EnteId> = (0..200).map(|_| EnteId::new(id())).collect();
        let writes = enti.iter().flat_map(|ente| (0..3).map(|_| filed(&db.store, *ente)));
        for numero in join_all(writes).await {
            assert!((1..=3).contains(&numero.unwrap()));
        }
        for ente in enti {
            assert_eq!(state(&db.store, ente).await, State { rows: 3, gap: 0 });
        }
    })
    .await;
}

/// A server that dies over COMMIT may have committed or not: the caller hears that nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_while_committing_is_unknown() {
    const SLOW_COMMIT: &str = "CREATE FUNCTION prova_lenta() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM set_config('statement_timeout', '0', true); PERFORM pg_sleep(60); RETURN NULL; END $$";
    const TRIGGER: &str = "CREATE CONSTRAINT TRIGGER prova_lenta AFTER INSERT ON prova DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION prova_lenta()";
    const NO_LIMIT: &str = "SELECT set_config('statement_timeout', '0', true)";
    const KILL: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'";
    postgres(async |db| {
        let ente = prepare(&db.store).await;
        let slow = db.store.write(ente, async |tx| tx.execute_all(&[(SLOW_COMMIT, &[]), (TRIGGER, &[])]).await);
        slow.await.unwrap();
        let write = db.store.write(ente, async move |tx| {
            tx.fetch_one::<(String,)>(NO_LIMIT, &[]).await?;
            file(tx, ente, id()).await
        });
        let kill = async {
            // Until the transaction is seen asleep in its COMMIT.
            while db.store.read(ente, async |read| read.fetch_one::<(i64,)>(KILL, &[]).await).await.unwrap() == (0,) {
                tokio::task::yield_now().await;
            }
        };
        let (written, ()) = futures::join!(write, kill);
        assert!(matches!(written, Err(Error::Unknown(_))), "{written:?}");
        assert!(!written.unwrap_err().is_safe_to_retry());
        assert_eq!(state(&db.store, ente).await, State { rows: 0, gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_busy() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let (started, begun) = tokio::sync::oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let store = db.store.clone();
        let blocker = tokio::spawn(async move {
            let wait = async move |_: &mut Tx| {
                let _ = started.send(());
                let _ = released.recv();
                Ok(())
            };
            store.write(ente, wait).await
        });
        begun.await.unwrap();
        let mut waiting: Vec<_> = (0..1024).map(|_| filed(&db.store, ente).boxed()).collect();
        for item in &mut waiting {
            assert!(futures::poll!(item).is_pending());
        }
        assert!(matches!(filed(&db.store, ente).await, Err(Error::Busy)));
        release.send(()).unwrap();
        let answers = join_all(waiting).await;
        assert!(answers.iter().all(Result::is_ok));
        blocker.await.unwrap().unwrap();
        assert_eq!(state(&db.store, ente).await, State { rows: 1024, gap: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_waits() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        let store = Store::open(&db.config).await.unwrap();
        let mut waiting: Vec<_> = (0..50).map(|_| filed(&store, ente).boxed()).collect();
        for item in &mut waiting {
            assert!(futures::poll!(item).is_pending());
        }
        let (answers, ()) = futures::join!(join_all(waiting), store.close());
        assert!(answers.iter().all(Result::is_ok));
        assert!(matches!(filed(&store, ente).await, Err(Error::Closed)));
        assert!(matches!(store.read(ente, async |_| Ok(())).await, Err(Error::Closed)));
        assert!(matches!(store.report(ente, async |_| Ok(())).await, Err(Error::Closed)));
        assert_eq!(state(&db.store, ente).await, State { rows: 50, gap: 0 });
    })
    .await;
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the form is closed")]
struct FormClosed;

#[tokio::test]
async fn a_refusal_keeps_its_type_and_a_write_may_move_between_threads() {
    fn movable<T: Send>(value: T) -> T {
        value
    }
    each(async |db| {
        let ente = prepare(&db.store).await;
        let write = db.store.write(ente, async |_| Err::<(), _>(Error::refused(FormClosed)));
        let error = movable(write).await.unwrap_err();
        assert_eq!(error.refusal(), Some(&FormClosed));
        assert!(!error.is_safe_to_retry());
    })
    .await;
}

/// The setting that row-level security reads outlives savepoints that are rolled back.
#[tokio::test(flavor = "multi_thread")]
async fn the_ente_of_a_transaction_is_set() {
    postgres(async |db| {
        let ente = prepare(&db.store).await;
        const SEEN: &str = "SELECT current_setting('app.ente', true)";
        let body = async |tx: &mut Tx| {
            let failed = tx.attempt(async |_| Err::<(), _>(Error::refused("no"))).await;
            assert!(failed.is_err());
            tx.fetch_one::<(String,)>(SEEN, &[]).await
        };
        assert_eq!(db.store.write(ente, body).await.unwrap().0, ente.to_string());
        let seen = db.store.read(ente, async |read| read.fetch_one::<(String,)>(SEEN, &[]).await);
        assert_eq!(seen.await.unwrap().0, ente.to_string());
    })
    .await;
}

/// SQLite keeps a log beside its file; a closed store is one whole file, with everything acknowledged in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_is_one_file() {
    let db = TestDatabase::sqlite().await;
    let ente = prepare(&db.store).await;
    file_one(&db.store, ente).await;
    state(&db.store, ente).await;
    db.store.close().await;
    let names = std::fs::read_dir(db.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["test.db"]);
    let again = Store::open(&db.config).await.unwrap();
    assert_eq!(state(&again, ente).await, State { rows: 1, gap: 0 });
    again.close().await;
}

/// A full disk refuses what does not fit, burns no number, and takes work again without a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers() {
    let db = TestDatabase::sqlite().await;
    let ente = prepare(&db.store).await;
    const TABLE: &str = "CREATE TABLE prova_peso (ente_id BLOB NOT NULL, peso BLOB NOT NULL) STRICT";
    const WEIGH: &str = "INSERT INTO prova_peso (ente_id, peso) VALUES ($1, $2)";
    const FULL: &str = "PRAGMA max_page_count = 1";
    const ROOMY: &str = "PRAGMA max_page_count = 1073741823";
    let set = async |sql: &'static str| {
        db.store.write(ente, async move |tx| tx.fetch_one::<(i64,)>(sql, &[]).await).await.unwrap()
    };
    let heavy = async || {
        let body = async move |tx: &mut Tx| {
            let numero = file(tx, ente, id()).await?;
            tx.execute(WEIGH, binds![ente, vec![0_u8; 1 << 20]]).await?;
            Ok(numero)
        };
        db.store.write(ente, body).await
    };
    db.store.write(ente, async |tx| tx.execute(TABLE, &[]).await).await.unwrap();
    assert_eq!(heavy().await.unwrap(), 1);
    set(FULL).await;
    let refused = heavy().await;
    assert!(matches!(refused, Err(Error::Db { .. } | Error::NotCommitted(_))), "{refused:?}");
    assert!(db.store.is_sound());
    assert_eq!(state(&db.store, ente).await, State { rows: 1, gap: 0 }, "reading goes on");
    set(ROOMY).await;
    assert_eq!(heavy().await.unwrap(), 2);
}
