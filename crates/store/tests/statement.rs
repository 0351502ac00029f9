//! Every registered SQL text is prepared by both databases, and gives the columns that its row expects.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use secrecy::ExposeSecret;
use sportello_store::{
    StoreConfig,
    dialect::Dialect,
    statement::{Statement, registered},
    testing::{TestDatabase, each},
};
use std::path::Path;

/// Name and, where the database knows one, type of each column.
type Columns = Vec<(String, Option<String>)>;

enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Connection {
    async fn open(db: &TestDatabase) -> Self {
        match &db.config {
            StoreConfig::Sqlite(file) => Self::Sqlite(rusqlite::Connection::open(file).unwrap()),
            StoreConfig::Postgres(url) => {
                let (client, connection) =
                    tokio_postgres::connect(url.expose_secret(), tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                Self::Postgres(client)
            }
        }
    }

    fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    async fn describe(&self, sql: &str) -> Result<Columns, String> {
        match self {
            Self::Sqlite(connection) => {
                let statement = connection.prepare(sql).map_err(|error| error.to_string())?;
                Ok(statement.column_names().map(|name| (name.to_owned(), None)).collect())
            }
            Self::Postgres(client) => {
                let statement =
                    client.prepare(sql).await.map_err(|error| format!("{error}: {:?}", error.as_db_error()))?;
                let columns = statement.columns().iter();
                Ok(columns.map(|column| (column.name().to_owned(), Some(column.type_().name().to_owned()))).collect())
            }
        }
    }
}

/// What is wrong with a statement, if anything.
fn fault(statement: &Statement, columns: &Columns) -> Option<String> {
    if statement.kinds.is_empty() {
        return None;
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    if names.len() != statement.kinds.len() || (!statement.columns.is_empty() && names != statement.columns) {
        return Some(format!(
            "gives {names:?}, its row expects {:?} ({} columns)",
            statement.columns,
            statement.kinds.len()
        ));
    }
    let mut pairs = columns.iter().zip(statement.kinds);
    let wrong = pairs.find(|((_, ty), kind)| ty.as_ref().is_some_and(|ty| !kind.accepts(ty)));
    wrong.map(|((name, ty), kind)| format!("column {name} is {ty:?}, its row expects {kind:?}"))
}

#[tokio::test]
async fn every_statement_is_prepared_and_gives_its_row() {
    assert!(registered().count() > 100, "the register is not empty");
    each(async |db| {
        let connection = Connection::open(db).await;
        let mut faults = Vec::new();
        for (module, statement) in registered().filter(|(_, statement)| statement.is_for(connection.dialect())) {
            let fault = match connection.describe(statement.sql).await {
                Ok(columns) => fault(statement, &columns),
                Err(error) => Some(error),
            };
            faults.extend(fault.map(|fault| format!("{module}::{}: {fault}", statement.name)));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        let unknown = connection.describe("SELECT nessuno FROM pratica WHERE ente_id = $1").await;
        assert!(unknown.is_err(), "the test sees an unknown column");
    })
    .await;
}

#[test]
fn a_wrong_row_is_seen() {
    use sportello_store::{FromRow, row};
    row! { struct Prova { id: uuid::Uuid, numero: i64 } }
    let statement = Statement { name: "PROVA", sql: "", columns: Prova::COLUMNS, kinds: Prova::KINDS, only: None };
    let column = |name: &str, ty: &str| (name.to_owned(), Some(ty.to_owned()));
    assert_eq!(fault(&statement, &vec![column("id", "uuid"), column("numero", "int8")]), None);
    for wrong in [
        vec![column("numero", "int8"), column("id", "uuid")],
        vec![column("id", "uuid")],
        vec![column("id", "uuid"), column("numero", "int4")],
    ] {
        assert!(fault(&statement, &wrong).is_some(), "{wrong:?}");
    }
}

/// A module whose texts are not in the register would escape the test above.
#[test]
fn every_module_with_statements_is_registered() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules: Vec<&str> = registered().map(|(module, _)| module).collect();
    let mut seen = 0;
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_file() && name != "statement" {
            let text = std::fs::read_to_string(&path).unwrap();
            if text.lines().any(|line| line.trim_start_matches("crate::") == "statements! {") {
                seen += 1;
                assert!(modules.contains(&name.as_str()), "{name} is missing from the register in statement.rs");
            }
        }
    }
    assert!(seen > 10, "the search still finds the modules");
}
