//! No statement reads a whole table, but for those that are meant to.

use rusqlite::Connection;
use sportello_store::{
    StoreConfig,
    dialect::Dialect,
    statement::{Statement, registered},
    testing::TestDatabase,
};

/// Statements that read everything, and why that is right.
const WHOLE: [(&str, &str, &str); 3] = [
    ("ente", "ALL", "the list of enti is short and wanted whole"),
    ("job", "COUNTS", "a count of what is not done, for those who run the portal"),
    ("seal", "COUNT_KEYS", "asked once, at start"),
];

/// The steps of a plan that read a table from end to end.
fn scans(connection: &Connection, statement: &Statement) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
    let steps = explain.raw_query().mapped(|row| row.get::<_, String>("detail"));
    let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
    steps.into_iter().filter(|step| step.starts_with("SCAN") && !is_made(step, statement.sql)).collect()
}

/// "SCAN (subquery-2)" and "SCAN found" read rows made on the way, whose own steps stand in the plan too.
fn is_made(step: &str, sql: &str) -> bool {
    let what = step.split(' ').nth(1).unwrap_or_default();
    let named = |mark: String| {
        sql.match_indices(&mark).any(|(at, _)| !sql[at + mark.len()..].starts_with(|c: char| c.is_alphanumeric()))
    };
    what.starts_with('(')
        || step == "SCAN CONSTANT ROW"
        || named(format!("{what} AS MATERIALIZED"))
        || named(format!(") {what}"))
}

/// The index by which what is counted of a page of the queue is found, for each of its orders.
const QUEUE: [(&str, &str); 5] = [
    ("BY_DUE", "coda_termine"),
    ("BY_NUMBER", "coda_numero"),
    ("BY_MODELLO", "coda_modello"),
    ("BY_STATUS", "coda_stato"),
    ("BY_ASSIGNEE", "coda_assegnata"),
];

#[tokio::test]
async fn a_page_of_the_queue_is_found_by_one_index_in_its_order() {
    let database = TestDatabase::sqlite().await;
    let StoreConfig::Sqlite(file) = &database.config else { panic!("a database of SQLite") };
    let connection = Connection::open(file).unwrap();
    for (order, index) in QUEUE {
        for name in [order.to_owned(), format!("{order}_DOWN")] {
            let (_, page) = registered().find(|(module, text)| *module == "coda" && text.name == name).unwrap();
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", page.sql)).unwrap();
            let steps = explain.raw_query().mapped(|row| row.get::<_, String>("detail"));
            let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
            let found = format!("SEARCH pratica USING COVERING INDEX {index} (ente_id=?)");
            let at = steps.iter().position(|step| *step == found);
            let at = at.unwrap_or_else(|| panic!("{name} does not use {index} alone: {steps:#?}"));
            let sorted = steps[..at].iter().chain(&steps[at + 1..]).take_while(|step| !step.starts_with("SCAN"));
            assert!(!sorted.into_iter().any(|step| step.contains("TEMP B-TREE")), "{name} is sorted: {steps:#?}");
        }
    }
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
