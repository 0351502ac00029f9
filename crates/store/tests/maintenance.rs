//! Backups are taken under load and hold what was acknowledged before; statistics are gathered on both databases.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

mod common;

use common::{file, prepare, state};
use sportello_store::{
    Error, Store, StoreConfig,
    testing::{TestDatabase, each, id, postgres},
};
use std::{
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_whole() {
    let db = TestDatabase::sqlite().await;
    let ente = prepare(&db.store).await;
    let (running, acknowledged) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicI64::new(0)));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, running, acknowledged) = (db.store.clone(), running.clone(), acknowledged.clone());
            tokio::spawn(async move {
                while running.load(Ordering::Relaxed) {
                    let filed = store.write(ente, async move |tx| file(tx, ente, id()).await).await;
                    acknowledged.fetch_max(filed.unwrap(), Ordering::Relaxed);
                }
            })
        })
        .collect();
    while acknowledged.load(Ordering::Relaxed) < 100 {
        tokio::task::yield_now().await;
    }
    for round in 0..5 {
        let to = db.folder.path().join(format!("copy-{round}.db"));
        let before = acknowledged.load(Ordering::Relaxed);
        db.store.backup(&to).await.unwrap();
        assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
        let copy = Store::open(&StoreConfig::Sqlite(to.clone())).await.unwrap();
        let copied = state(&copy, ente).await;
        assert!(copied.rows >= before && copied.gap == 0, "{copied:?}, {before} acknowledged before");
        copy.close().await;
        assert!(db.store.backup(&to).await.is_err(), "a backup is not written over");
        assert!(to.exists());
    }
    running.store(false, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn statistics_are_gathered() {
    each(async |db| {
        let ente = prepare(&db.store).await;
        db.store.write(ente, async move |tx| file(tx, ente, id()).await).await.unwrap();
        db.store.analyze().await.unwrap();
    })
    .await;
    postgres(async |db| {
        let refused = db.store.backup(&db.folder.path().join("copy.db")).await.unwrap_err();
        assert!(matches!(&refused, Error::Config(told) if told.contains("pg_dump")), "{refused}");
    })
    .await;
}
