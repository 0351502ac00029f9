//! Two small tables for the tests of the engine: a counter and a register that must have no gap.

use sportello_domain::id::EnteId;
use sportello_store::{Result, Store, Tx, binds, dialect::Dialect, testing};
use uuid::Uuid;

/// The only year of these tests.
pub const ANNO: i64 = 2026;
const NEXT: &str = "INSERT INTO prova_contatore (ente_id, anno, ultimo) VALUES ($1, $2, 1)
    ON CONFLICT (ente_id, anno) DO UPDATE SET ultimo = prova_contatore.ultimo + 1 RETURNING ultimo";
pub const ADD: &str = "INSERT INTO prova (ente_id, id, anno, numero, padre) VALUES ($1, $2, $3, $4, $5)";
const STATE: &str = "SELECT coalesce(max(numero), 0), count(*) FROM prova WHERE ente_id = $1";

/// Where the register stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub rows: i64,
    pub gap: i64,
}

/// Makes the tables and gives a fresh ente.
pub async fn prepare(store: &Store) -> EnteId {
    let ente = EnteId::new(testing::id());
    let patient = store.patient();
    let made = patient.write(ente, async move |tx| {
        for table in tables(tx.dialect()) {
            tx.execute(table, binds![]).await?;
        }
        Ok(())
    });
    made.await.unwrap();
    ente
}

fn tables(dialect: Dialect) -> [&'static str; 2] {
    match dialect {
        Dialect::Sqlite => [
            "CREATE TABLE IF NOT EXISTS prova_contatore (ente_id BLOB NOT NULL, anno INTEGER NOT NULL, ultimo INTEGER NOT NULL,
             PRIMARY KEY (ente_id, anno)) STRICT",
            "CREATE TABLE IF NOT EXISTS prova (ente_id BLOB NOT NULL, id BLOB NOT NULL, anno INTEGER NOT NULL, numero INTEGER NOT NULL,
             padre BLOB, PRIMARY KEY (ente_id, id), UNIQUE (ente_id, anno, numero),
             FOREIGN KEY (ente_id, padre) REFERENCES prova (ente_id, id) DEFERRABLE INITIALLY DEFERRED) STRICT",
        ],
        Dialect::Postgres => [
            "CREATE TABLE IF NOT EXISTS prova_contatore (ente_id UUID NOT NULL, anno BIGINT NOT NULL, ultimo BIGINT NOT NULL,
             PRIMARY KEY (ente_id, anno))",
            "CREATE TABLE IF NOT EXISTS prova (ente_id UUID NOT NULL, id UUID NOT NULL, anno BIGINT NOT NULL, numero BIGINT NOT NULL,
             padre UUID, PRIMARY KEY (ente_id, id), UNIQUE (ente_id, anno, numero),
             FOREIGN KEY (ente_id, padre) REFERENCES prova (ente_id, id) DEFERRABLE INITIALLY DEFERRED)",
        ],
    }
}

/// Takes the next number: a helper that works inside the transaction of its caller.
pub async fn next(tx: &mut Tx, ente: EnteId) -> Result<i64> {
    let (numero,) = tx.fetch_one(NEXT, binds![ente, ANNO]).await?;
    Ok(numero)
}

/// Files one row under the next number.
pub async fn file(tx: &mut Tx, ente: EnteId, id: Uuid) -> Result<i64> {
    let numero = next(tx, ente).await?;
    tx.execute(ADD, binds![ente, id, ANNO, numero, None::<Uuid>]).await?;
    Ok(numero)
}

/// Rows of the ente, and how many numbers are missing between them.
pub async fn state(store: &Store, ente: EnteId) -> State {
    let patient = store.patient();
    let read = patient.read(ente, async move |read| read.fetch_one::<(i64, i64)>(STATE, binds![ente]).await);
    let (highest, rows) = read.await.unwrap();
    State { rows, gap: highest - rows }
}
