//! A class-A value that somebody typed is found nowhere in clear: database, files, mail, logs.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use sportello_app::{
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio::{self, Decision},
};
use sportello_store::testing::TestDatabase;
use tracing_subscriber::fmt::MakeWriter;

use super::{
    canary_words::{correspond, words},
    common::count,
};

/// An IBAN, an ISEE as typed and as cents, the content and the name of a certificate.
const CANARIES: [&str; 5] =
    ["0542811101000000123456", "7654,32", "765432", "CANARINO-CELIACHIA", "certificato di prova"];
/// A diet in code and in words. The published modello, in the database, holds these words for everybody to choose.
const CHOICES: [&str; 3] = ["carne_pesce", "carne e pesce", "etico_religiosa"];

/// What was logged.
#[derive(Clone, Default)]
pub struct Log(pub Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Keeps everything that this thread logs from now on, while the guard lives.
pub fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

/// Every file under a folder with what it holds.
pub fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

pub fn holds(content: &[u8], canary: &str) -> bool {
    content.windows(canary.len()).any(|part| part == canary.as_bytes())
}

#[tokio::test]
async fn no_row_about_a_person_says_what_is_sealed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let mut sofia = Figlio::new("Sofia", "Rossi", 2);
        sofia.alimenti = Some("carne_pesce".into());
        let domanda = Domanda {
            iban: Some("IT60X0542811101000000123456".into()),
            isee: Some("7654,32".into()),
            ..Domanda::new([sofia])
        };
        app.file(&ctx, &domanda).await;
        app.fill(&app.cittadino("Bianchi").await, &domanda).await;
        app.work().await;
        let ente = app.ente.id;
        let rows = async move |read: &mut sportello_store::Read| {
            let sql = "SELECT CAST(answers AS TEXT) FROM pratica WHERE ente_id = $1
                UNION ALL SELECT CAST(answers AS TEXT) FROM bozza_revision WHERE ente_id = $1
                UNION ALL SELECT CAST(payload AS TEXT) FROM job WHERE ente_id = $1
                UNION ALL SELECT CAST(detail AS TEXT) FROM audit WHERE ente_id = $1
                UNION ALL SELECT CAST(answer AS TEXT) FROM idempotenza WHERE ente_id = $1
                UNION ALL SELECT search_key FROM pratica WHERE ente_id = $1
                UNION ALL SELECT name FROM allegato WHERE ente_id = $1";
            read.fetch_all(sql, sportello_store::binds![ente]).await
        };
        let rows: Vec<(String,)> = app.portal.store().read(ente, rows).await.unwrap();
        assert!(rows.iter().any(|(row,)| row.contains("Via dei Tigli 8")), "the search sees answers");
        for (row,) in &rows {
            for canary in CANARIES.iter().chain(&CHOICES) {
                assert!(!row.contains(canary), "{canary} stands in {row}");
            }
        }
    })
    .await;
}

/// A dump writes what is kept as bytes in hexadecimal.
pub fn holds_as_bytes(content: &[u8], canary: &str) -> bool {
    holds(content, canary) || holds(content, &hex::encode(canary))
}

/// Two children with everything that is sealed: filed and accepted, and a draft half-way with the same answers.
async fn story(app: &App) {
    let ctx = app.cittadino("Rossi").await;
    let mut sick = Figlio::new("Luca", "Rossi", 1);
    sick.certificato = Some(pdf("CANARINO-CELIACHIA"));
    let mut strict = Figlio::new("Sofia", "Rossi", 2);
    strict.alimenti = Some("carne_pesce".into());
    let domanda = Domanda {
        iban: Some("IT60X0542811101000000123456".into()),
        isee: Some("7654,32".into()),
        ..Domanda::new([sick, strict])
    };
    let (_, pratiche) = app.file(&ctx, &domanda).await;
    app.inbox.refuse(1);
    app.work().await;
    let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
    for id in pratiche {
        ufficio::open_sealed(&app.portal, &lara, id, "controllo dieta").await.unwrap();
        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        let accept = Decision { version: 2, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
    }
    correspond(app, "Verdi", [3, 4]).await;
    let other = app.cittadino("Bianchi").await;
    app.fill(&other, &domanda).await;
    app.clock.pass(chrono::TimeDelta::hours(1));
    app.work().await;
}

#[tokio::test]
async fn what_is_sealed_stands_in_no_dump_of_postgresql() {
    sportello_store::testing::postgres(async |database| {
        let app = App::on(database, true).await;
        story(&app).await;
        const DRAFTS: &str = "SELECT count(*) FROM bozza WHERE ente_id = $1 AND status = 'aperta'";
        assert_eq!(count(&app, DRAFTS).await, 1, "a draft half-way is in the dump too");
        for format in ["plain", "custom"] {
            let Some(dump) = database.dump(format) else { return };
            assert!(holds_as_bytes(&dump, "Via dei Tigli 8"), "the search sees answers in {format}");
            assert!(holds_as_bytes(&dump, "carne_pesce"), "the dump holds the published modello");
            for canary in CANARIES.into_iter().chain(words()) {
                assert!(!holds_as_bytes(&dump, canary), "{canary} stands in the dump, {format}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_stands_nowhere_in_clear() {
    let (log, guard) = listen();
    let database = TestDatabase::sqlite().await;
    let app = App::on(&database, true).await;
    story(&app).await;
    drop(guard);

    let mut places = Vec::new();
    files(&app.folder, &mut places);
    let names: Vec<_> = places.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.iter().any(|name| name.ends_with("test.db-wal")), "{names:?}");
    assert!(names.iter().filter(|name| name.contains("/files/")).count() >= 3, "{names:?}");
    let messages = app.inbox.all().into_iter().chain(app.inbox.refused());
    for message in messages {
        let parsed = mail_parser::MessageParser::default().parse(message.raw.as_bytes()).unwrap();
        places.push(("mail".into(), parsed.body_text(0).unwrap().into_owned().into_bytes()));
        places.push(("mail as sent".into(), message.raw.into_bytes()));
    }
    let logged = log.0.lock().unwrap().clone();
    assert!(holds(&logged, "a job failed"), "the log is heard");
    places.push(("log".into(), logged));
    for (name, content) in &places {
        let choices = CHOICES.iter().filter(|_| !name.contains("test.db"));
        for canary in CANARIES.iter().chain(choices).copied().chain(words()) {
            assert!(!holds(content, canary), "{canary} stands in {name}");
        }
    }
    // The search itself finds what is not secret.
    assert!(places.iter().any(|(name, content)| name.contains("test.db") && holds(content, "Via dei Tigli 8")));
}
