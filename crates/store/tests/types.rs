//! Every type that travels comes back as it went, on both databases.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{AlunnoId, EnteId, PraticaId},
    ruolo::Ruolo,
};
use sportello_store::{
    Error, FromRow, Json, binds,
    dialect::Dialect,
    row,
    seal::Sealed,
    testing::{each, id, now},
};
use uuid::Uuid;

row! {
    #[derive(Clone, Debug, PartialEq)]
    struct Tutto {
        ente_id: EnteId,
        id: PraticaId,
        intero: i64,
        reale: f64,
        vero: bool,
        testo: String,
        byte: Vec<u8>,
        uuid: Uuid,
        istante: DateTime<Utc>,
        giorno: NaiveDate,
        documento: Json<serde_json::Value>,
        sigillo: Sealed,
        ruolo: Ruolo,
        anno: AnnoScolastico,
    }
}

row! {
    #[derive(Clone, Debug, PartialEq)]
    struct Nulla {
        intero: Option<i64>,
        reale: Option<f64>,
        vero: Option<bool>,
        testo: Option<String>,
        byte: Option<Vec<u8>>,
        uuid: Option<Uuid>,
        istante: Option<DateTime<Utc>>,
        giorno: Option<NaiveDate>,
        documento: Option<Json<serde_json::Value>>,
        alunno: Option<AlunnoId>,
        ruolo: Option<Ruolo>,
    }
}

const ADD: &str =
    "INSERT INTO prova_tipo (ente_id, id, intero, reale, vero, testo, byte, uuid, istante, giorno, documento,
    sigillo, ruolo, anno) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const GET: &str =
    "SELECT ente_id, id, intero, reale, vero, testo, byte, uuid, istante, giorno, documento, sigillo, ruolo, anno
    FROM prova_tipo WHERE ente_id = $1 AND id = $2";
const NULLS: &str =
    "SELECT intero, reale, vero, testo, byte, uuid, istante, giorno, documento, uuid, ruolo FROM prova_tipo
    WHERE ente_id = $1 AND id = $2";
const BY_TIME: &str = "SELECT testo FROM prova_tipo WHERE ente_id = $1 ORDER BY istante";
const BEFORE: &str =
    "SELECT testo FROM prova_tipo WHERE ente_id = $1 AND istante < $2 AND giorno <= $3 ORDER BY istante";

const BY_TEXT: &str = "SELECT testo FROM prova_tipo WHERE testo = $1";

fn table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE prova_tipo (ente_id BLOB NOT NULL, id BLOB NOT NULL, intero INTEGER, reale REAL, vero INTEGER, testo TEXT,
             byte BLOB, uuid BLOB, istante TEXT, giorno TEXT, documento TEXT, sigillo BLOB, ruolo TEXT, anno INTEGER) STRICT"
        }
        Dialect::Postgres => {
            "CREATE TABLE prova_tipo (ente_id UUID NOT NULL, id UUID NOT NULL, intero BIGINT, reale DOUBLE PRECISION, vero BOOLEAN,
             testo TEXT, byte BYTEA, uuid UUID, istante TIMESTAMPTZ, giorno DATE, documento JSONB, sigillo BYTEA, ruolo TEXT, anno BIGINT)"
        }
    }
}

fn sample(ente: EnteId, testo: &str, istante: DateTime<Utc>) -> Tutto {
    Tutto {
        ente_id: ente,
        id: PraticaId::new(id()),
        intero: i64::MIN,
        reale: 0.1,
        vero: true,
        testo: testo.to_owned(),
        byte: vec![0, 255, 0],
        uuid: id(),
        istante,
        giorno: NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
        documento: Json(json!({"nome": "Nicolò", "elenco": [1, null, true]})),
        sigillo: Sealed::from_bytes(vec![1, 2, 3]),
        ruolo: Ruolo::OperatoreDiete,
        anno: AnnoScolastico::beginning_in(2026),
    }
}

async fn add(db: &sportello_store::testing::TestDatabase, ente: EnteId, row: Tutto) {
    let write = db.store.write(ente, async move |tx| {
        let Tutto {
            ente_id,
            id,
            intero,
            reale,
            vero,
            testo,
            byte,
            uuid,
            istante,
            giorno,
            documento,
            sigillo,
            ruolo,
            anno,
        } = row;
        let all = binds![
            ente_id, id, intero, reale, vero, testo, byte, uuid, istante, giorno, documento, sigillo, ruolo, anno
        ];
        tx.execute(ADD, all).await
    });
    assert_eq!(write.await.unwrap(), 1);
}

async fn prepared(db: &sportello_store::testing::TestDatabase) -> EnteId {
    let ente = EnteId::new(id());
    db.store.write(ente, async |tx| tx.execute(table(tx.dialect()), &[]).await).await.unwrap();
    ente
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    each(async |db| {
        let ente = prepared(db).await;
        // Nanoseconds are cut: neither database keeps them.
        let row = sample(ente, "tutto", now() + TimeDelta::nanoseconds(123_456_789));
        let key = row.id;
        add(db, ente, row.clone()).await;
        let read: Tutto =
            db.store.read(ente, async move |read| read.fetch_one(GET, binds![ente, key]).await).await.unwrap();
        assert_eq!(read.istante, now() + TimeDelta::microseconds(123_456));
        assert_eq!(read, Tutto { istante: read.istante, ..row });
        assert_eq!(Tutto::COLUMNS.len(), Tutto::KINDS.len());
    })
    .await;
}

#[tokio::test]
async fn null_is_none_and_nothing_else() {
    each(async |db| {
        let ente = prepared(db).await;
        let key = PraticaId::new(id());
        const ADD: &str = "INSERT INTO prova_tipo (ente_id, id, intero, testo, vero) VALUES ($1, $2, $3, $4, $5)";
        let none = (None::<i64>, None::<String>, None::<bool>);
        db.store
            .write(ente, async move |tx| tx.execute(ADD, binds![ente, key, none.0, none.1, none.2]).await)
            .await
            .unwrap();
        let read: Nulla =
            db.store.read(ente, async move |read| read.fetch_one(NULLS, binds![ente, key]).await).await.unwrap();
        let nothing = Nulla {
            intero: None,
            reale: None,
            vero: None,
            testo: None,
            byte: None,
            uuid: None,
            istante: None,
            giorno: None,
            documento: None,
            alunno: None,
            ruolo: None,
        };
        assert_eq!(read, nothing);
        let whole = db.store.read(ente, async move |read| read.fetch_one::<Tutto>(GET, binds![ente, key]).await);
        assert!(matches!(whole.await, Err(Error::Value { .. })));
    })
    .await;
}

#[tokio::test]
async fn instants_sort_and_compare_as_time() {
    each(async |db| {
        let ente = prepared(db).await;
        let steps = [("b", 0), ("c", 1), ("a", -1), ("e", 31_536_000_000_000), ("d", 1_000_000)];
        for (testo, us) in steps {
            add(db, ente, sample(ente, testo, now() + TimeDelta::microseconds(us))).await;
        }
        let sorted = db
            .store
            .read(ente, async move |read| read.fetch_all::<(String,)>(BY_TIME, binds![ente]).await)
            .await
            .unwrap();
        assert_eq!(sorted.into_iter().map(|row| row.0).collect::<String>(), "abcde");
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let before = db.store.read(ente, async move |read| {
            read.fetch_all::<(String,)>(BEFORE, binds![ente, now() + TimeDelta::microseconds(1), day]).await
        });
        assert_eq!(before.await.unwrap(), [("a".to_owned(),), ("b".to_owned(),)]);
    })
    .await;
}

/// What is stored in another form than the type asks for is an error that names the type and hides the value.
#[tokio::test]
async fn a_wrong_form_is_told_without_the_value() {
    each(async |db| {
        let ente = prepared(db).await;
        let row = Tutto { documento: Json(json!({"nome": "Giuseppina"})), ..sample(ente, "Giuseppina", now()) };
        let key = row.id;
        add(db, ente, row).await;
        row! { struct Stretto { documento: Json<u8> } }
        const DOCUMENTO: &str = "SELECT documento FROM prova_tipo WHERE ente_id = $1 AND id = $2";
        const RUOLO: &str = "SELECT testo FROM prova_tipo WHERE ente_id = $1 AND id = $2";
        let narrow = db.store.read(ente, async move |read| {
            read.fetch_one::<Stretto>(DOCUMENTO, binds![ente, key]).await.map(|row| row.documento.0)
        });
        let word = db.store.read(ente, async move |read| read.fetch_one::<(Ruolo,)>(RUOLO, binds![ente, key]).await);
        for error in [narrow.await.unwrap_err(), word.await.unwrap_err()] {
            let told = format!("{error} {error:?}");
            assert!(matches!(error, Error::Value { .. }) && !told.contains("Giuseppina"), "{told}");
        }
    })
    .await;
}

/// A driver's message never carries what was bound: constraints, casts and bad types included.
#[tokio::test]
async fn errors_of_the_database_do_not_quote_values() {
    each(async |db| {
        let ente = prepared(db).await;
        const UNIQUE: &str = "CREATE UNIQUE INDEX prova_tipo_testo ON prova_tipo (testo)";
        const CHECKED: &str =
            "INSERT INTO prova_tipo (ente_id, id, testo, ruolo) VALUES ($1, $2, $3, CAST(CAST($3 AS TEXT) AS UUID))";
        const NO_KEY: &str = "INSERT INTO prova_tipo (testo) VALUES ($1)";
        db.store.write(ente, async |tx| tx.execute(UNIQUE, &[]).await).await.unwrap();
        let no_key = db.store.write(ente, async |tx| tx.execute(NO_KEY, binds!["RSSMRA80A01H501U"]).await).await;
        let cast = db.store.write(ente, async move |tx| {
            tx.execute(CHECKED, binds![ente, id(), "RSSMRA80A01H501U"]).await?;
            tx.execute(CHECKED, binds![ente, id(), "RSSMRA80A01H501U"]).await
        });
        for outcome in [no_key, cast.await] {
            let told = format!("{:?}", outcome.unwrap_err());
            assert!(!told.contains("RSSMRA80A01H501U"), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_nul_character_is_refused_alike() {
    each(async |db| {
        let ente = prepared(db).await;
        let nul = db.store.read(ente, async |read| read.fetch_all::<(String,)>(BY_TEXT, binds!["a\0b"]).await);
        assert!(matches!(nul.await, Err(Error::Value { .. })));
    })
    .await;
}

/// To SQLite `$2` is a name and not a place: a text may name its values in any order, and twice.
#[tokio::test]
async fn values_go_where_the_text_names_them() {
    const FIND: &str = "SELECT testo FROM prova_tipo WHERE intero = $3 AND testo IN ($2, $2) AND ente_id = $1";
    const GAP: &str = "SELECT testo FROM prova_tipo WHERE ente_id = $1 AND testo = $3";
    each(async |db| {
        let ente = prepared(db).await;
        add(db, ente, sample(ente, "trovato", now())).await;
        let found = db
            .store
            .read(ente, async move |read| read.fetch_one::<(String,)>(FIND, binds![ente, "trovato", i64::MIN]).await);
        assert_eq!(found.await.unwrap().0, "trovato");
        let few =
            db.store.read(ente, async move |read| read.fetch_all::<(String,)>(FIND, binds![ente, "trovato"]).await);
        assert!(matches!(few.await, Err(Error::Db { .. })), "too few values");
        let gap =
            db.store.read(ente, async move |read| read.fetch_all::<(String,)>(GAP, binds![ente, "trovato"]).await);
        assert!(matches!(gap.await, Err(Error::Db { .. })), "a value that the text does not name");
    })
    .await;
}
