//! The schema itself: tenant keys begin with the ente, references carry it, and both databases have the same tables.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use secrecy::ExposeSecret;
use sportello_store::{
    StoreConfig,
    testing::{TestDatabase, postgres},
};
use std::collections::{BTreeMap, BTreeSet};

/// Tables that are not an ente's: the register of enti itself and the version table of the schema.
const PLATFORM: [&str; 2] = ["ente", "migration"];

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Column to "may be NULL".
    columns: BTreeMap<String, bool>,
    /// Primary key and unique constraints and indexes, each as its columns in order.
    keys: BTreeSet<Vec<String>>,
    /// Foreign keys: table, own columns, columns there.
    references: BTreeSet<(String, Vec<String>, Vec<String>)>,
}

type Schema = BTreeMap<String, Table>;

fn sqlite_schema(db: &TestDatabase) -> Schema {
    let StoreConfig::Sqlite(file) = &db.config else { panic!("a database of SQLite") };
    let connection = rusqlite::Connection::open(file).unwrap();
    let list = |sql: &str, of: &str| -> Vec<Vec<String>> {
        let mut statement = connection.prepare(sql).unwrap();
        let count = statement.column_count();
        let rows = statement.query_map([of], |row| {
            (0..count).map(|index| row.get::<_, Option<String>>(index).map(Option::unwrap_or_default)).collect()
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    let tables =
        list("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> ?1", "");
    let table = |name: &str| {
        let columns = list("SELECT name, CAST(\"notnull\" AS TEXT) FROM pragma_table_info(?1)", name);
        let mut keys = BTreeSet::new();
        let primary = list("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", name);
        keys.insert(primary.into_iter().flatten().collect());
        for index in list("SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1", name) {
            keys.insert(
                list("SELECT name FROM pragma_index_info(?1) ORDER BY seqno", &index[0])
                    .into_iter()
                    .flatten()
                    .collect(),
            );
        }
        let mut references: BTreeMap<String, (String, Vec<String>, Vec<String>)> = BTreeMap::new();
        let sql =
            "SELECT CAST(id AS TEXT), \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
        for row in list(sql, name) {
            let entry = references.entry(row[0].clone()).or_insert_with(|| (row[1].clone(), Vec::new(), Vec::new()));
            entry.1.push(row[2].clone());
            entry.2.push(row[3].clone());
        }
        let columns = columns.into_iter().map(|row| (row[0].clone(), row[1] == "0")).collect();
        Table { columns, keys, references: references.into_values().collect() }
    };
    tables.into_iter().flatten().map(|name| (name.clone(), table(&name))).collect()
}

async fn postgres_schema(db: &TestDatabase) -> Schema {
    let StoreConfig::Postgres(url) = &db.config else { panic!("a database of PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url.expose_secret(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut schema = Schema::new();
    let columns = "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public'";
    for row in client.query(columns, &[]).await.unwrap() {
        schema.entry(row.get(0)).or_default().columns.insert(row.get(1), row.get(2));
    }
    let keys = "SELECT i.indrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place) FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indisunique AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        GROUP BY i.indexrelid, i.indrelid";
    for row in client.query(keys, &[]).await.unwrap() {
        let table: String = row.get(0);
        schema.get_mut(table.trim_matches('"')).unwrap().keys.insert(row.get(1));
    }
    let references = "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
            array_agg(own.attname::text ORDER BY k.place), array_agg(there.attname::text ORDER BY k.place) FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY k (own, there, place)
        JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = k.own
        JOIN pg_attribute there ON there.attrelid = c.confrelid AND there.attnum = k.there
        WHERE c.contype = 'f' GROUP BY c.oid, c.conrelid, c.confrelid";
    for row in client.query(references, &[]).await.unwrap() {
        let (table, to): (String, String) = (row.get(0), row.get(1));
        let reference = (to.trim_matches('"').to_owned(), row.get(2), row.get(3));
        schema.get_mut(table.trim_matches('"')).unwrap().references.insert(reference);
    }
    schema
}

/// The rules of tenant tables; gives what breaks them.
fn faults(schema: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, table) in schema.iter().filter(|(name, _)| !PLATFORM.contains(&name.as_str())) {
        if table.columns.get("ente_id") != Some(&false) {
            faults.push(format!("{name}: no ente_id that is NOT NULL"));
        }
        let keys = table.keys.iter().filter(|key| key.first().is_none_or(|first| first != "ente_id"));
        faults.extend(keys.map(|key| format!("{name}: the key {key:?} does not begin with ente_id")));
        for (to, own, there) in &table.references {
            let carried = own
                .iter()
                .zip(there)
                .any(|(own, there)| own == "ente_id" && there == if to == "ente" { "id" } else { "ente_id" });
            if !carried {
                faults.push(format!("{name}: the reference to {to} by {own:?} does not carry ente_id"));
            }
        }
    }
    faults
}

#[tokio::test]
async fn tenant_keys_begin_with_the_ente() {
    let db = TestDatabase::sqlite().await;
    let schema = sqlite_schema(&db);
    assert!(schema.len() > 20, "the schema is read: {:?}", schema.keys());
    assert!(schema.values().any(|table| !table.references.is_empty()), "references are read");
    assert_eq!(faults(&schema), Vec::<String>::new());
    postgres(async |db| assert_eq!(faults(&postgres_schema(db).await), Vec::<String>::new())).await;
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let sqlite = TestDatabase::sqlite().await;
    let expected = sqlite_schema(&sqlite);
    postgres(async |db| {
        let schema = postgres_schema(db).await;
        assert_eq!(schema.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, table) in &schema {
            assert_eq!(table, &expected[name], "{name}");
        }
    })
    .await;
}

#[test]
fn the_rules_see_what_breaks_them() {
    let column = |name: &str| (name.to_owned(), false);
    let key = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let good = Table {
        columns: [column("ente_id"), column("id")].into(),
        keys: [key(&["ente_id", "id"])].into(),
        references: [("pratica".to_owned(), key(&["ente_id", "id"]), key(&["ente_id", "id"]))].into(),
    };
    let bare = Table {
        columns: [column("id")].into(),
        keys: [key(&["id"])].into(),
        references: [("pratica".to_owned(), key(&["id"]), key(&["id"]))].into(),
    };
    assert_eq!(faults(&[("prova".to_owned(), good)].into()), Vec::<String>::new());
    assert_eq!(faults(&[("prova".to_owned(), bare)].into()).len(), 3);
}
