//! The chain of the sign-in log: what is altered or taken out is found, what is past its time goes.

use crate::{
    fixture::{World, later},
    saml::message,
};
use futures::future::join_all;
use sportello_domain::id::EnteId;
use sportello_store::{
    Error, Store, StoreConfig, binds,
    saml_chain::{self, ChainCheck, ChainFault},
    saml_log::{self, SamlLogQuery, SamlLogRow},
    testing::{TestDatabase, each, now},
};

/// Writes one refused answer for each day, the first today.
async fn fill(world: &World, days: std::ops::Range<i64>) {
    let ente = world.ente;
    world
        .write(async move |tx| {
            for day in days {
                let rows = SamlLogRow { name_id_hmac: Some(vec![1; 32]), ..message(day, Some("_r")) };
                saml_log::record(tx, ente, &rows).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

async fn check(world: &World, ente: EnteId) -> ChainCheck {
    let store = &world.store;
    let mut check = ChainCheck::default();
    loop {
        let mut so_far = check.clone();
        let read = async move |read: &mut sportello_store::Read| {
            let more = saml_chain::check(read, ente, now(), &mut so_far).await?;
            Ok((so_far, more))
        };
        let (so_far, more) = store.read(ente, read).await.unwrap();
        check = so_far;
        if !more {
            return check;
        }
    }
}

/// Changes a row behind the back of the portal, with the triggers out of the way.
async fn tamper(database: &TestDatabase, ente: EnteId, change: &str) {
    match &database.config {
        StoreConfig::Sqlite(file) => {
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
            for trigger in
                ["saml_log_update", "saml_log_delete", "saml_chain_update", "saml_chain_delete", "saml_log_head"]
            {
                connection.execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}")).unwrap();
            }
            let ente = hex::encode(ente.uuid().as_bytes());
            connection.execute_batch(&change.replace("$ente", &format!("x'{ente}'"))).unwrap();
        }
        StoreConfig::Postgres(url) => {
            use secrecy::ExposeSecret;
            let (client, connection) =
                tokio_postgres::connect(url.expose_secret(), tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let text = format!(
                "ALTER TABLE saml_log DISABLE TRIGGER USER; ALTER TABLE saml_chain DISABLE TRIGGER USER;
                 SELECT set_config('app.ente', '{ente}', false); {}",
                change.replace("$ente", &format!("'{ente}'::uuid"))
            );
            client.batch_execute(&text).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_altered_or_taken_out_is_found() {
    for (change, fault) in [
        ("UPDATE saml_log SET outcome = 'verified' WHERE ente_id = $ente AND seq = 3", Some(ChainFault::Altered(3))),
        ("UPDATE saml_log SET name_id_hmac = NULL WHERE ente_id = $ente AND seq = 1", Some(ChainFault::Altered(1))),
        (
            "UPDATE saml_log SET sealed_response = sealed_request WHERE ente_id = $ente AND seq = 5",
            Some(ChainFault::Altered(5)),
        ),
        ("DELETE FROM saml_log WHERE ente_id = $ente AND seq IN (2, 3)", Some(ChainFault::Missing(2, 3))),
        ("DELETE FROM saml_log WHERE ente_id = $ente AND seq = 1", Some(ChainFault::Missing(1, 1))),
        ("DELETE FROM saml_log WHERE ente_id = $ente AND seq = 6", Some(ChainFault::Head(6))),
        ("DELETE FROM saml_chain WHERE ente_id = $ente", Some(ChainFault::Head(1))),
        ("UPDATE saml_log SET seq = NULL WHERE ente_id = $ente AND seq = 6", Some(ChainFault::Stray(1))),
        ("UPDATE saml_log SET outcome = outcome WHERE ente_id = $ente", None),
    ] {
        each(async |database| {
            let world = World::new(database).await;
            fill(&world, 0..6).await;
            let untouched = check(&world, world.ente).await;
            assert_eq!((untouched.rows, untouched.faults), (6, vec![]));
            tamper(database, world.ente, change).await;
            let found = check(&world, world.ente).await.faults;
            assert_eq!(found.first(), fault.as_ref(), "{change}: {found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_row_before_its_time_goes_by_nobody() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        fill(&world, 0..3).await;
        for change in [
            "DELETE FROM saml_log WHERE ente_id = $1",
            "DELETE FROM saml_chain WHERE ente_id = $1",
            "UPDATE saml_chain SET seq = 1 WHERE ente_id = $1",
            "UPDATE saml_chain SET anchor_seq = 9 WHERE ente_id = $1",
        ] {
            let changed = world.write(async move |tx| tx.execute(change, binds![ente]).await).await;
            assert!(matches!(changed, Err(Error::Db { .. })), "{change}: {changed:?}");
        }
        assert_eq!(check(&world, ente).await.faults, []);
    })
    .await;
}

#[tokio::test]
async fn the_rest_is_whole_after_the_old_went_and_the_anchor_says_when() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        fill(&world, -4..2).await;
        let gone = world.write(async move |tx| saml_log::purge(tx, neighbour, now(), 500).await).await;
        assert_eq!(gone.ok(), Some(0), "another ente");
        let gone = world.write(async move |tx| {
            let one = saml_log::purge(tx, ente, now(), 1).await?;
            Ok((one, saml_log::purge(tx, ente, now(), 500).await?, saml_log::purge(tx, ente, now(), 500).await?))
        });
        assert_eq!(gone.await.unwrap(), (1, 3, 0));
        fill(&world, 2..3).await;
        let left = check(&world, ente).await;
        assert_eq!((left.rows, left.faults), (3, vec![]));
        let ends = world.read(async move |read| saml_chain::ends(read, ente).await).await.unwrap();
        assert_eq!((ends.seq, ends.anchor_seq, ends.anchor_at), (7, 4, Some(now() - chrono::TimeDelta::days(1))));
        // All of it, as after two years of silence: the chain goes on where it stood.
        let all = world.write(async move |tx| saml_log::purge(tx, ente, later(60 * 24 * 9), 500).await);
        assert_eq!(all.await.unwrap(), 3);
        fill(&world, 9..10).await;
        let found = check(&world, ente).await;
        assert_eq!((found.rows, found.faults), (1, vec![ChainFault::Early(7)]), "rows of today are gone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_two_enti_at_once_make_two_whole_chains() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let second = Store::open(&database.config).await.unwrap();
        let writes = (0..120).map(|number| {
            let ente = if number % 3 == 0 { neighbour } else { ente };
            let store = if number % 2 == 0 { &database.store } else { &second };
            let row = message(number, Some("_r"));
            store.write(ente, async move |tx| saml_log::record(tx, ente, &row).await)
        });
        assert!(join_all(writes).await.iter().all(Result::is_ok));
        for (ente, rows) in [(ente, 80), (neighbour, 40)] {
            let found = check(&world, ente).await;
            assert_eq!((found.rows, found.faults), (rows, vec![]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_is_found_by_each_of_its_names_and_at_its_ente_only() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let row = SamlLogRow {
            response_id: Some("_resp".into()),
            assertion_id: Some("_a".into()),
            response_issuer: Some("https://idp.example".into()),
            name_qualifier: Some("https://q.example".into()),
            name_id_hmac: Some(vec![1; 32]),
            codice_fiscale_hmac: Some(vec![2; 32]),
            request_issued_at: Some(now()),
            response_issued_at: Some(later(1)),
            ..message(0, Some("_r"))
        };
        let id = row.id;
        world.write(async move |tx| saml_log::record(tx, ente, &row).await).await.unwrap();
        fill(&world, 1..3).await;
        let base = || SamlLogQuery { from: later(-1), until: later(60 * 24 * 9), ..SamlLogQuery::default() };
        let found = async |ente, query: SamlLogQuery| {
            let read = database.store.read(ente, async move |read| saml_log::find(read, ente, &query, 10).await);
            read.await.unwrap()
        };
        assert_eq!(found(ente, base()).await.len(), 3);
        for (right, wrong) in [
            (
                SamlLogQuery { response_id: Some("_resp".into()), ..base() },
                SamlLogQuery { response_id: Some("_x".into()), ..base() },
            ),
            (
                SamlLogQuery { assertion_id: Some("_a".into()), ..base() },
                SamlLogQuery { assertion_id: Some("_x".into()), ..base() },
            ),
            (
                SamlLogQuery { codice_fiscale_hmac: Some(vec![2; 32]), ..base() },
                SamlLogQuery { codice_fiscale_hmac: Some(vec![3; 32]), ..base() },
            ),
            (
                SamlLogQuery { name_id_hmac: Some(vec![1; 32]), response_id: Some("_resp".into()), ..base() },
                SamlLogQuery { name_id_hmac: Some(vec![1; 32]), response_id: Some("_x".into()), ..base() },
            ),
            (
                SamlLogQuery { request_id: Some("_r".into()), response_issued_at: Some(later(1)), ..base() },
                SamlLogQuery { request_id: Some("_r".into()), response_issued_at: Some(later(2)), ..base() },
            ),
            (
                SamlLogQuery { response_issuer: Some("https://idp.example".into()), ..base() },
                SamlLogQuery { response_issuer: Some("https://q.example".into()), ..base() },
            ),
            (
                SamlLogQuery { name_qualifier: Some("https://q.example".into()), outcome: Some("failed"), ..base() },
                SamlLogQuery { name_qualifier: Some("https://q.example".into()), outcome: Some("verified"), ..base() },
            ),
            (
                SamlLogQuery { request_issued_at: Some(now()), until: later(1), ..base() },
                SamlLogQuery { request_issued_at: Some(now()), from: later(1), ..base() },
            ),
        ] {
            assert_eq!(found(ente, right.clone()).await, [id], "{right:?}");
            assert!(found(ente, wrong.clone()).await.is_empty(), "{wrong:?}");
            assert!(found(neighbour, right).await.is_empty(), "another ente");
        }
        let foreign = database.store.read(neighbour, async move |read| saml_log::get(read, neighbour, id).await).await;
        assert!(foreign.unwrap().is_none());
    })
    .await;
}
