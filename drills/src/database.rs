//! Looking into the portal's database with the databases' own drivers: the portal's store has no part in it.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};
use tokio_postgres::NoTls;

/// Where to look.
pub enum Place<'a> {
    /// A file of SQLite.
    Sqlite(&'a Path),
    /// URL of a PostgreSQL database.
    Postgres(&'a str),
}

/// The rows of one statement, every column a text.
pub(crate) type Rows = Vec<Vec<String>>;

impl Place<'_> {
    /// An identifier column as 32 hexadecimal digits, or NULL.
    pub(crate) fn id(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("lower(hex({column}))"),
            Self::Postgres(_) => format!("replace(CAST({column} AS TEXT), '-', '')"),
        }
    }

    /// Reads the statements, whose columns are all texts, and what the database's own check found.
    pub(crate) async fn read<const N: usize>(&self, statements: &[String; N]) -> Result<([Rows; N], Vec<String>)> {
        let (answers, damage) = match self {
            Self::Sqlite(file) => sqlite(file, statements)?,
            Self::Postgres(url) => (postgres(url, statements).await?, Vec::new()),
        };
        let answers = answers.try_into().map_err(|_| anyhow::anyhow!("each statement gives one answer"))?;
        Ok((answers, damage))
    }
}

fn sqlite(file: &Path, statements: &[String]) -> Result<(Vec<Rows>, Vec<String>)> {
    // Not read-only: the log of a killed portal must first be played back, as its next start would do.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(file, flags).with_context(|| format!("opening {}", file.display()))?;
    let read = |sql: &str| -> Result<Rows> {
        let mut statement = database.prepare(sql).with_context(|| format!("preparing {sql}"))?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        rows.collect::<std::result::Result<_, _>>().with_context(|| format!("reading {sql}"))
    };
    let answers = statements.iter().map(|sql| read(sql)).collect::<Result<_>>()?;
    let mut damage = Vec::new();
    let intact = read("SELECT * FROM pragma_integrity_check")?;
    if intact != [["ok"]] {
        damage.extend(intact.into_iter().flatten());
    }
    let orphans = read("SELECT COALESCE(\"table\", '') FROM pragma_foreign_key_check")?;
    damage.extend(orphans.into_iter().flatten().map(|table| format!("a row of {table} refers to nothing")));
    Ok((answers, damage))
}

async fn postgres(url: &str, statements: &[String]) -> Result<Vec<Rows>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("connecting to the database")?;
    let connection = tokio::spawn(connection);
    let mut answers = Vec::with_capacity(statements.len());
    for sql in statements {
        let found = client.query(sql.as_str(), &[]).await.with_context(|| format!("reading {sql}"))?;
        let texts = found.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect());
        answers.push(texts.collect::<Rows>());
    }
    drop(client);
    connection.await.context("closing the connection")?.context("closing the connection")?;
    Ok(answers)
}
