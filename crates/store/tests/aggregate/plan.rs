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

/// Tables that grow with the people of an ente.
const LARGE: [&str; 16] = [
    "allegato",
    "bozza",
    "campione_pratica",
    "documento",
    "documento_contabile",
    "graduatoria",
    "iscrizione",
    "messaggio",
    "notifica",
    "persona",
    "posizione_debitoria",
    "pratica",
    "pratica_allegato",
    "prenotazione",
    "protocollo",
    "provvedimento",
];

/// What goes through all that an ente has in them on purpose: by the clock, as a check, or in the order of an index up to
/// the end of a page.
const ENTE: [(&str, &str); 13] = [
    ("allegato", "REMOVED"),
    ("allegato", "UNSCANNED"),
    ("bozza_reminder", "CLOSING"),
    ("distinta", "STRAY"),
    ("documento_contabile", "GAPS"),
    ("elenco_documento", "PAGE"),
    ("elenco_protocollo", "PAGE"),
    ("pratica", "BROKEN"),
    ("prenotazione", "BROKEN"),
    ("protocollo", "BROKEN"),
    ("protocollo_richiesta", "UNKNOWN"),
    ("provvedimento", "FORGET_CLEAR"),
    ("scarto", "ENROLLED"),
];

/// The steps of a plan that read a table from end to end.
fn scans(connection: &Connection, statement: &Statement) -> Vec<String> {
    let steps = plan(connection, statement).into_iter();
    steps.filter(|step| step.starts_with("SCAN") && !is_made(step, statement.sql)).collect()
}

/// What SQLite would do, step by step.
fn plan(connection: &Connection, statement: &Statement) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
    let steps = explain.raw_query().mapped(|row| row.get::<_, String>("detail"));
    steps.map(|step| step.unwrap()).collect()
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
            let steps = plan(&connection, page);
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

#[tokio::test]
async fn nothing_that_people_wait_for_reads_a_whole_ente() {
    let database = TestDatabase::sqlite().await;
    let StoreConfig::Sqlite(file) = &database.config else { panic!("a database of SQLite") };
    let connection = Connection::open(file).unwrap();
    // What a key is checked against is not the statement's doing.
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let mut found = Vec::new();
    for (module, statement) in registered().filter(|(_, statement)| statement.is_for(Dialect::Sqlite)) {
        let known = ENTE.contains(&(module, statement.name)) || (module == "coda" && statement.name.starts_with("BY_"));
        let mut steps = plan(&connection, statement);
        steps.retain(|step| reads_the_ente(step, statement.sql));
        assert!(!known || !steps.is_empty(), "{module}::{} reads no whole ente any more: take it out", statement.name);
        if !known && !steps.is_empty() {
            found.push(format!("{module}::{}: {steps:?}", statement.name));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Whether a step goes through all rows that an ente has in a large table.
fn reads_the_ente(step: &str, sql: &str) -> bool {
    let name = step.split(' ').nth(1).unwrap_or_default();
    let all = step.ends_with("(ente_id=?)") || step.contains("ANY(ente_id)");
    all && (LARGE.contains(&name) || LARGE.iter().any(|table| calls(sql, table, name)))
}

/// Whether a statement calls a table `alias`.
fn calls(sql: &str, table: &str, alias: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',');
    let words: Vec<&str> = sql.split(blank).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| pair == [table, alias])
}
