//! Sealed values open in their own place only, and are nowhere in clear.
#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use sportello_domain::id::EnteId;
use sportello_store::{
    Error, StoreConfig, binds,
    dialect::Dialect,
    seal::{EnteSealer, Place, Sealed, Sealer},
    testing::{TestDatabase, each, id, now},
};
use std::{fs, os::unix::fs::PermissionsExt};

const SECRET: &str = "IT60X0542811101000000123456";

async fn sealer(db: &TestDatabase, ente: EnteId) -> EnteSealer {
    db.sealer().await.ente(ente, now()).await.unwrap()
}

fn is_seal_error(outcome: Result<Vec<u8>, Error>) -> bool {
    let told = format!("{outcome:?}");
    matches!(outcome, Err(Error::Seal { .. })) && !told.contains(SECRET)
}

#[tokio::test]
async fn a_value_opens_in_its_own_place_only() {
    each(async |db| {
        let (ente, row) = (EnteId::new(id()), id());
        let own = sealer(db, ente).await;
        let place = Place::new("iscrizione", "sealed_payment", row);
        let sealed = own.seal(&place, SECRET.as_bytes()).unwrap();
        assert_eq!(own.open(&place, &sealed).unwrap(), SECRET.as_bytes());
        assert_ne!(own.seal(&place, SECRET.as_bytes()).unwrap(), sealed, "a fresh nonce each time");
        assert!(is_seal_error(own.open(&Place::new("iscrizione", "sealed_payment", id()), &sealed)), "another row");
        assert!(is_seal_error(own.open(&Place::new("iscrizione", "sealed_dieta", row), &sealed)), "another column");
        assert!(is_seal_error(own.open(&Place::new("pratica", "sealed_payment", row), &sealed)), "another table");
        let other = db.sealer().await.ente(EnteId::new(id()), now()).await.unwrap();
        assert!(is_seal_error(other.open(&place, &sealed)), "another ente");
        for length in [0, 1, 28, 29, 44, sealed.as_bytes().len() - 1] {
            let cut = Sealed::from_bytes(sealed.as_bytes()[..length].to_vec());
            assert!(is_seal_error(own.open(&place, &cut)), "cut to {length} bytes");
        }
        for byte in 0..sealed.as_bytes().len() {
            let mut altered = sealed.as_bytes().to_vec();
            altered[byte] ^= 1;
            assert!(
                is_seal_error(own.open(&place, &Sealed::from_bytes(altered))),
                "byte {byte}: form, version, nonce or text"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn keys_outlive_the_program_and_the_ring_grows() {
    each(async |db| {
        let (ente, place) = (EnteId::new(id()), Place::new("prova", "valore", id()));
        let sealed = sealer(db, ente).await.seal(&place, SECRET.as_bytes()).unwrap();
        assert_eq!(sealer(db, ente).await.open(&place, &sealed).unwrap(), SECRET.as_bytes(), "after a restart");
        let ring = fs::read_to_string(db.key_file()).unwrap();
        fs::write(db.key_file(), format!("{ring}2 {}\n", "5a".repeat(32))).unwrap();
        let later = db.sealer().await;
        assert_eq!(
            later.ente(ente, now()).await.unwrap().open(&place, &sealed).unwrap(),
            SECRET.as_bytes(),
            "with a newer key"
        );
        let newer = EnteId::new(id());
        let by_second = later.ente(newer, now()).await.unwrap().seal(&place, SECRET.as_bytes()).unwrap();
        fs::write(db.key_file(), &ring).unwrap();
        let refused = db.sealer().await.ente(newer, now()).await;
        assert!(matches!(refused, Err(Error::Seal { .. })), "a data key whose master key is gone");
        assert!(!by_second.as_bytes().is_empty());
    })
    .await;
}

/// Two nodes that meet a new ente at the same moment end with the same key.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_agree_on_the_first_key() {
    each(async |db| {
        let (ente, place) = (EnteId::new(id()), Place::new("prova", "valore", id()));
        let (one, two) = (db.sealer().await, db.sealer().await);
        let (one, two) = futures::join!(one.ente(ente, now()), two.ente(ente, now()));
        let sealed = one.unwrap().seal(&place, SECRET.as_bytes()).unwrap();
        assert_eq!(two.unwrap().open(&place, &sealed).unwrap(), SECRET.as_bytes());
    })
    .await;
}

#[tokio::test]
async fn the_key_file_is_made_once_for_its_owner_only() {
    let db = TestDatabase::sqlite().await;
    db.sealer().await.ente(EnteId::new(id()), now()).await.unwrap();
    let mode = |mode| fs::set_permissions(db.key_file(), fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(fs::metadata(db.key_file()).unwrap().permissions().mode() & 0o777, 0o600);
    for wide in [0o640, 0o604, 0o660] {
        mode(wide);
        let refused = Sealer::open(&db.store, &db.key_file()).await.unwrap_err();
        assert!(refused.to_string().contains("0600"), "{refused}");
    }
    mode(0o600);
    let before = fs::read(db.key_file()).unwrap();
    db.sealer().await;
    assert_eq!(fs::read(db.key_file()).unwrap(), before);
    fs::remove_file(db.key_file()).unwrap();
    let refused = Sealer::open(&db.store, &db.key_file()).await.unwrap_err();
    assert!(refused.to_string().contains("missing"), "{refused}");
    assert!(!db.key_file().exists(), "no new key over sealed values");
}

/// Looks into the raw bytes of the database file and of its log.
#[tokio::test]
async fn no_plaintext_reaches_the_disk() {
    let db = TestDatabase::sqlite().await;
    let (ente, row) = (EnteId::new(id()), id());
    let sealed = sealer(&db, ente).await.seal(&Place::new("prova", "valore", row), SECRET.as_bytes()).unwrap();
    const TABLE: &str = "CREATE TABLE prova (ente_id BLOB NOT NULL, valore BLOB NOT NULL, chiaro TEXT NOT NULL) STRICT";
    let write = db.store.write(ente, async move |tx| {
        assert_eq!(tx.dialect(), Dialect::Sqlite);
        tx.execute(TABLE, &[]).await?;
        tx.execute("INSERT INTO prova VALUES ($1, $2, $3)", binds![ente, sealed, "in chiaro"]).await
    });
    write.await.unwrap();
    let StoreConfig::Sqlite(file) = &db.config else { unreachable!("it is SQLite") };
    let mut bytes = Vec::new();
    for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("in chiaro"), "the test sees what is in clear");
    assert!(!holds(SECRET));
}
