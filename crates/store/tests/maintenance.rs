//! Backups are taken under load and hold what was acknowledged before; statistics are gathered on both databases; a
//! commit waits for the disk.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

mod common;

use common::{file, prepare, state};
use secrecy::ExposeSecret;
use sportello_store::{
    Error, Store, StoreConfig, binds,
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

#[tokio::test]
async fn a_commit_waits_for_the_disk_whatever_the_server_is_set_to() {
    postgres(async |db| {
        let StoreConfig::Postgres(url) = &db.config else { panic!("a database of PostgreSQL") };
        for (set, expected) in [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")] {
            let mark = if url.expose_secret().contains('?') { '&' } else { '?' };
            let careless = format!("{}{mark}options=-csynchronous_commit%3D{set}", url.expose_secret());
            let (client, connection) = tokio_postgres::connect(&careless, tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let plain = client.query_one("SELECT current_setting('synchronous_commit')", &[]).await.unwrap();
            assert_eq!(plain.get::<_, String>(0), set, "so a connection begins");
            drop(client);
            connection.await.unwrap().unwrap();
            let store = Store::open(&StoreConfig::Postgres(careless.into())).await.unwrap();
            let ente = prepare(&db.store).await;
            let ask = store.read(ente, async |read| {
                read.fetch_one::<(String,)>("SELECT current_setting('synchronous_commit')", binds![]).await
            });
            assert_eq!(ask.await.unwrap().0, expected);
            store.close().await;
        }
    })
    .await;
}
