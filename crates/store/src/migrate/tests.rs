//! The schema moves forward only, and the settings that choose the database are read strictly.

use super::*;
use crate::{
    store::{Store, StoreConfig, postgres_config},
    testing::{TestDatabase, each},
};
use secrecy::ExposeSecret;

const MORE: Migration = Migration {
    name: "9000_prova",
    sqlite: "CREATE TABLE prova (ente_id BLOB NOT NULL); CREATE TABLE prova_due (ente_id BLOB NOT NULL);",
    postgres: "CREATE TABLE prova (ente_id UUID NOT NULL); CREATE TABLE prova_due (ente_id UUID NOT NULL);",
};
const BROKEN: Migration = Migration {
    name: "9001_rotta",
    sqlite: "CREATE TABLE mezza (ente_id BLOB NOT NULL); INSERT INTO nessuna VALUES (1);",
    postgres: "CREATE TABLE mezza (ente_id UUID NOT NULL); INSERT INTO nessuna VALUES (1);",
};

async fn apply(db: &TestDatabase, all: &[Migration]) -> Result<()> {
    match &db.config {
        StoreConfig::Sqlite(file) => sqlite(&Session::open(file, crate::sqlite::Purpose::Write)?, all),
        StoreConfig::Postgres(url) => postgres(&postgres_config(url.expose_secret())?, all).await,
    }
}

fn with(more: &[Migration]) -> Vec<Migration> {
    MIGRATIONS.iter().chain(more).copied().collect()
}

fn reason(outcome: Result<()>) -> String {
    match outcome {
        Err(Error::Migration { name, reason }) => format!("{name}: {reason}"),
        other => format!("{other:?}"),
    }
}

async fn count(db: &TestDatabase, sql: &'static str) -> Result<i64> {
    let read = db
        .store
        .read(sportello_domain::id::EnteId::PLATFORM, async move |read| read.fetch_one::<(i64,)>(sql, &[]).await);
    Ok(read.await?.0)
}

#[tokio::test]
async fn a_new_step_is_applied_once() {
    each(async |db| {
        apply(db, &with(&[MORE])).await.unwrap();
        apply(db, &with(&[MORE])).await.unwrap();
        assert_eq!(count(db, "SELECT count(*) FROM prova_due").await.unwrap(), 0);
        assert_eq!(count(db, "SELECT count(*) FROM migration WHERE number = 9000").await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_broken_step_leaves_nothing_behind() {
    each(async |db| {
        let told = reason(apply(db, &with(&[MORE, BROKEN])).await);
        assert!(told.starts_with("9001_rotta: ") && told.contains("nessuna"), "{told}");
        assert!(count(db, "SELECT count(*) FROM mezza").await.is_err());
        assert_eq!(count(db, "SELECT count(*) FROM migration WHERE number >= 9000").await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_changed_step_and_a_newer_database_are_refused() {
    each(async |db| {
        apply(db, &with(&[MORE])).await.unwrap();
        let changed = Migration { sqlite: "SELECT 1;", postgres: "SELECT 1;", ..MORE };
        assert!(reason(apply(db, &with(&[changed])).await).contains("was changed"));
        let renamed = Migration { name: "9000_altra", ..MORE };
        assert!(reason(apply(db, &with(&[renamed])).await).contains("does not know"));
        assert!(reason(Store::open(&db.config).await.map(drop)).contains("newer program"));
    })
    .await;
}

/// Several nodes started at once bring the schema up to date together.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_may_start_together() {
    each(async |db| {
        let all = with(&[MORE]);
        for outcome in futures::future::join_all((0..6).map(|_| apply(db, &all))).await {
            outcome.unwrap();
        }
        assert_eq!(count(db, "SELECT count(*) FROM migration WHERE number = 9000").await.unwrap(), 1);
    })
    .await;
}

#[test]
fn the_list_names_every_file_in_order() {
    let names: Vec<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
    assert!(names.is_sorted() && !names.is_empty());
    for folder in ["sqlite", "postgres"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut files: Vec<String> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        assert_eq!(files, names.iter().map(|name| format!("{name}.sql")).collect::<Vec<_>>());
    }
    assert!(MIGRATIONS.iter().all(|migration| migration.number().is_ok()));
}

#[tokio::test]
async fn a_database_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let db = TestDatabase::sqlite().await;
    for entry in std::fs::read_dir(db.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
}

#[test]
fn only_urls_without_tls_are_taken() {
    for url in ["postgres://a:b@h/d", "postgresql://h/d?sslmode=disable"] {
        assert!(matches!(url.parse(), Ok(StoreConfig::Postgres(_))), "{url}");
    }
    for mode in ["require", "prefer", "verify-full"] {
        let refused =
            format!("postgres://a:segreto@h/d?sslmode={mode}").parse::<StoreConfig>().unwrap_err().to_string();
        assert!(refused.contains("PostgreSQL") && !refused.contains("segreto"), "{refused}");
    }
    assert!(matches!("data/sportello.db".parse(), Ok(StoreConfig::Sqlite(_))));
    assert!("".parse::<StoreConfig>().is_err());
    let shown = format!("{:?}", "postgres://a:segreto@h/d".parse::<StoreConfig>().unwrap());
    assert!(!shown.contains("segreto"), "{shown}");
}
