//! The schema: numbered files, written twice (once for each database), applied in order and never changed once released.

use crate::{
    binds,
    dialect::Dialect,
    error::{Error, Result},
    postgres::{connect, failed},
    row::{Driver, FromRow, Row},
    sqlite::{Session, statistics},
};
use sha2::{Digest, Sha256};
use tokio_postgres::Config;

const APPLIED: &str = "SELECT number, name, sha256 FROM migration ORDER BY number";
const ADD: &str = "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)";
/// Nodes that start together take turns on this lock of PostgreSQL.
const LOCK: i64 = 0x7370_6f72_7465_6c6c;
const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)";

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_base`: the number gives the order.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// Every step, in order. A test compares the list with the folders.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    "0001_foundation",
    "0002_pratica_alunno",
    "0003_fatturazione",
    "0004_pagopa",
    "0005_sdd",
    "0006_riconciliazione",
    "0007_gestore_indirizzi",
    "0008_registro_gestori",
    "0009_sessione",
    "0010_delega",
    "0011_tracciatura",
    "0012_ruolo_ambito",
    "0015_chiave_spid",
    "0016_gestore_richiesta",
    "0017_ruolo_plesso",
    "0018_proposta",
    "0019_per_conto",
    "0020_prenotazione",
    "0021_protocollo",
    "0022_bozza_promemoria",
    "0023_effetti",
    "0024_protocollo_esterno",
    "0025_modello_testo",
    "0026_integrazione",
    "0027_allegato_scansione",
    "0028_allegato_attesa",
    "0029_coda",
    "0030_preavviso",
    "0031_provvedimento",
    "0033_messaggio",
    "0034_recapito",
    "0035_contatto",
    "0036_scarto",
    "0037_campione",
    "0038_motivo_sigillato",
    "0039_graduatoria",
    "0040_integrazione_risposte",
    "0041_risposta",
}

/// What the version table says of a step that was applied.
struct Applied {
    number: i64,
    name: String,
    sha256: String,
}

impl Migration {
    fn number(&self) -> Result<i64> {
        let number = self.name.get(..4).and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| error(self.name, "its name must begin with a number of four digits"))
    }

    /// The text for one database.
    pub const fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn sha256(&self, dialect: Dialect) -> String {
        hex::encode(Sha256::digest(self.text(dialect)))
    }
}

fn error(name: &str, reason: &str) -> Error {
    Error::Migration { name: name.to_owned(), reason: reason.to_owned() }
}

/// The steps still to be taken; refuses a database that this program cannot know.
fn pending<'m>(all: &'m [Migration], applied: &[Applied], dialect: Dialect) -> Result<&'m [Migration]> {
    for (index, done) in applied.iter().enumerate() {
        let Some(known) = all.get(index) else {
            return Err(error(&done.name, "the database was made by a newer program"));
        };
        if known.number()? != done.number || known.name != done.name {
            return Err(error(&done.name, "the database has a migration that this program does not know"));
        }
        if known.sha256(dialect) != done.sha256 {
            return Err(error(&done.name, "its text was changed after it was applied"));
        }
    }
    Ok(&all[applied.len()..])
}

fn applied(rows: Vec<(i64, String, String)>) -> Vec<Applied> {
    rows.into_iter().map(|(number, name, sha256)| Applied { number, name, sha256 }).collect()
}

/// Brings a file of SQLite up to date, a transaction for each step. Other processes may do the same at once.
pub(crate) fn sqlite(session: &Session, all: &[Migration]) -> Result<()> {
    loop {
        session.begin_write()?;
        match sqlite_step(session, all) {
            Ok(true) => session.commit()?,
            Ok(false) => {
                statistics::suppose(session)?;
                return session.commit();
            }
            Err(error) => {
                session.rollback()?;
                return Err(error);
            }
        }
    }
}

/// Takes the next step; false when there is none.
fn sqlite_step(session: &Session, all: &[Migration]) -> Result<bool> {
    session.batch(VERSION_TABLE, VERSION_TABLE)?;
    let applied = applied(session.fetch(APPLIED, &[], crate::ROWS_MAX)?);
    let Some(step) = pending(all, &applied, Dialect::Sqlite)?.first() else {
        return Ok(false);
    };
    session.batch("a migration", step.sqlite).map_err(|cause| refused(step, &cause))?;
    session.execute_all(&[(ADD, binds![step.number()?, step.name, step.sha256(Dialect::Sqlite)])])?;
    Ok(true)
}

/// Brings a database of PostgreSQL up to date, a transaction for each step. Other nodes may do the same at once.
pub(crate) async fn postgres(config: &Config, all: &[Migration]) -> Result<()> {
    let (mut client, driver) = connect(config).await?;
    let outcome = async {
        while postgres_step(&mut client, all).await? {}
        Ok(())
    }
    .await;
    drop(client);
    // The connection ends with its client; what it says then concerns nobody.
    let _ = driver.await;
    outcome
}

/// Takes the next step; false when there is none.
async fn postgres_step(client: &mut tokio_postgres::Client, all: &[Migration]) -> Result<bool> {
    let run = |error: tokio_postgres::Error| failed("bringing the schema up to date", &error);
    let transaction = client.transaction().await.map_err(run)?;
    transaction.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK});{VERSION_TABLE}")).await.map_err(run)?;
    let mut rows = Vec::new();
    for row in transaction.query(APPLIED, &[]).await.map_err(run)? {
        rows.push(FromRow::from_row(&Row(Driver::Postgres(&row)))?);
    }
    let applied = applied(rows);
    let Some(step) = pending(all, &applied, Dialect::Postgres)?.first() else {
        return Ok(false);
    };
    transaction.batch_execute(step.postgres).await.map_err(|cause| refused(step, &failed("a migration", &cause)))?;
    let sha256 = step.sha256(Dialect::Postgres);
    transaction.execute(ADD, &[&step.number()?, &step.name, &sha256]).await.map_err(run)?;
    transaction.commit().await.map_err(run)?;
    Ok(true)
}

/// What the database said against a step.
fn refused(step: &Migration, cause: &Error) -> Error {
    let source = std::error::Error::source(cause).map(ToString::to_string);
    error(step.name, &source.unwrap_or_else(|| cause.to_string()))
}

#[cfg(all(test, feature = "testing"))]
mod tests;
