//! No statement reads a whole table, but for those that are meant to.

use rusqlite::Connection;
use sportello_store::{
    StoreConfig,
    dialect::Dialect,
    statement::{Statement, registered},
    testing::TestDatabase,
};

/// Statements that read everything, and why that is right.
const WHOLE: [(&str, &str, &str); 5] = [
    ("contatore", "TAKE", "two rows made in the statement itself"),
    ("ente", "ALL", "the list of enti is short and wanted whole"),
    ("job", "COUNTS", "a count of what is not done, for those who run the portal"),
    ("session", "BY_TOKEN", "the roles of one person, found by their index, each told once"),
    ("seal", "COUNT_KEYS", "asked once, at start"),
];

/// The steps of a plan that read a table from end to end.
fn scans(connection: &Connection, statement: &Statement) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
    let steps = explain.raw_query().mapped(|row| row.get::<_, String>("detail"));
    let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
    // "SCAN (subquery-2)" reads rows made on the way, whose own steps stand in the plan too.
    steps.into_iter().filter(|step| step.starts_with("SCAN") && !step.starts_with("SCAN (")).collect()
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let database = TestDatabase::sqlite().await;
    let StoreConfig::Sqlite(file) = &database.config else { panic!("a database of SQLite") };
    let connection = Connection::open(file).unwrap();
    let mut found = Vec::new();
    for (module, statement) in registered().filter(|(_, statement)| statement.is_for(Dialect::Sqlite)) {
        let known = WHOLE.iter().any(|(of, name, _)| (*of, *name) == (module, statement.name));
        let scans = scans(&connection, statement);
        assert!(!known || !scans.is_empty(), "{module}::{} reads no whole table any more: take it out", statement.name);
        if !known && !scans.is_empty() {
            found.push(format!("{module}::{}: {scans:?}", statement.name));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
