//! One whole portal for a test, on SQLite or on PostgreSQL. Behind the feature `testing`; never part of the program.
//!
//! [`each`] runs a test on both databases; [`App::sqlite`] makes one portal for whoever needs a single one. The portal
//! has two enti, `prova` (offers the enrolment in school meals) and `altrove` (offers nothing), one school, the family
//! Rossi with two children, and a clock that only the test moves. Its mail ends in an [`Inbox`].

mod clamd;
mod criteri;
mod domanda;
mod file;
mod folla;
mod gestore;
mod hands;
mod inbox;
mod persona;
mod till;

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use sportello_documents::{Typesetter, fonts};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    ente::Ente,
    famiglie::COLUMNS,
    id::EnteId,
    identita::IdentityLevel,
    modello::{Modello, Procedura},
};
use sportello_store::{Store, file::FileStore, testing as store, testing::TestDatabase};
use uuid::Uuid;

pub use clamd::{Clamd, EICAR};
pub use criteri::con_criteri;
pub use domanda::{Domanda, Figlio, PAGES, SavePage};
pub use file::pdf;
pub use gestore::Gestore;
pub use hands::Hands;
pub use inbox::{Inbox, Message};
pub use persona::{CSRF, codice_fiscale, identita, letter};
pub use till::{Mood, Till};

use crate::{
    Parts, Portal,
    address::Addressing,
    clock::Chance,
    ente, famiglie, job,
    mail::{Mailer, Security},
    modello::{self, Booking, Publication},
    registro_esterno::ProtocolSystems,
    registro_gestori::Registries,
    scanner::Scanner,
};

/// Origin of the portal in tests; each ente has its slug as a prefix.
pub const ORIGIN: &str = "http://127.0.0.1:8080";
/// Code of the modello that the ente `prova` offers.
pub const MODELLO: &str = "iscrizione-mensa";
/// The school of the ente `prova` and its class, as a form sends them.
pub const SCUOLA: (&str, &str) = ("BGEE0PROVA1", "BGEE0PROVA1/1A");

const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
const MENSA_EN: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.en.toml");
const MENSA_PROCEDURA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");

/// A portal with all that a test needs to hold in its hands.
pub struct App {
    /// The portal.
    pub portal: Portal,
    /// Its clock.
    pub clock: Hands,
    /// What it sent by mail.
    pub inbox: Inbox,
    /// Its payment site.
    pub till: Till,
    /// The ente that offers the enrolment.
    pub ente: Arc<Ente>,
    /// Another ente.
    pub altrove: Arc<Ente>,
    /// The folder of the database (SQLite), the files and the master key.
    pub folder: PathBuf,
    /// Kept until the portal is dropped.
    _database: Option<TestDatabase>,
}

/// What stands around a test portal, besides its mail and its payment site.
#[derive(Default)]
pub struct Around {
    /// As in the settings.
    pub simulated_providers: bool,
    /// Registries of providers of identities.
    pub registries: Registries,
    /// Protocol systems, by the slug of the ente.
    pub protocol_systems: ProtocolSystems,
    /// The scanner of viruses.
    pub scanner: Option<Scanner>,
    /// How long news wait for more of them.
    pub hold: TimeDelta,
}

/// Runs a test on a fresh portal over each database.
pub async fn each(body: impl AsyncFn(&App)) {
    store::each(async |database| body(&App::on(database, true).await).await).await;
}

impl App {
    /// A portal on a database of SQLite of its own.
    pub async fn sqlite() -> Self {
        let database = TestDatabase::sqlite().await;
        let app = Self::on(&database, true).await;
        Self { _database: Some(database), ..app }
    }

    /// A portal on a fresh database; `simulated_providers` as in its settings.
    pub async fn on(database: &TestDatabase, simulated_providers: bool) -> Self {
        Self::amid(database, Around { simulated_providers, ..Around::default() }).await
    }

    /// The same, with registries of providers.
    pub async fn trusting(database: &TestDatabase, simulated_providers: bool, registries: Registries) -> Self {
        Self::amid(database, Around { simulated_providers, registries, ..Around::default() }).await
    }

    /// The same amid all that is given.
    pub async fn amid(database: &TestDatabase, around: Around) -> Self {
        let clock = Hands::at(store::now());
        let inbox = Inbox::listen().await;
        let till = Till::default();
        let portal = portal(database, database.store.clone(), &clock, &inbox, &till, around).await;
        let app = Self {
            ente: add_ente(&portal, "prova", 1).await,
            altrove: add_ente(&portal, "altrove", 2).await,
            portal,
            clock,
            inbox,
            till,
            folder: database.folder.path().to_owned(),
            _database: None,
        };
        famiglie::import(&app.portal, app.ente.id, app.famiglie())
            .await
            .expect("the families of the test are taken in");
        let now = app.clock.now();
        app.publish((now - TimeDelta::days(30), now + TimeDelta::days(30))).await;
        app
    }

    /// A second node of the same portal, with connections of its own and nothing remembered.
    pub async fn restarted(&self, database: &TestDatabase, simulated_providers: bool) -> Portal {
        let store = Store::open(&database.config).await.expect("the database of the test opens once more");
        let around = Around { simulated_providers, ..Around::default() };
        portal(database, store, &self.clock, &self.inbox, &self.till, around).await
    }

    /// The same portal with a scanner of viruses.
    pub async fn scanned_by(self, database: &TestDatabase, scanner: Scanner) -> Self {
        let around = Around { simulated_providers: true, scanner: Some(scanner), ..Around::default() };
        let store = database.store.clone();
        let portal = portal(database, store, &self.clock, &self.inbox, &self.till, around).await;
        Self { portal, ..self }
    }

    /// Publishes the shipped modello in the ente `prova` with this window, as its next version.
    pub async fn publish(&self, window: (DateTime<Utc>, DateTime<Utc>)) -> i64 {
        self.publish_as(IdentityLevel::L2, window, None).await
    }

    /// The same for people who have signed in at a level.
    pub async fn publish_at_level(&self, level: IdentityLevel, window: (DateTime<Utc>, DateTime<Utc>)) -> i64 {
        self.publish_as(level, window, None).await
    }

    /// The same with places to book.
    pub async fn publish_booked(&self, window: (DateTime<Utc>, DateTime<Utc>), booking: Booking) -> i64 {
        self.publish_as(IdentityLevel::L2, window, Some(booking)).await
    }

    /// Tries to publish it, with places to book or without.
    ///
    /// # Errors
    /// Those of [`modello::publish`].
    pub async fn try_publish(
        &self,
        window: (DateTime<Utc>, DateTime<Utc>),
        booking: Option<Booking>,
    ) -> crate::Result<i64> {
        let publication = mensa(IdentityLevel::L2, window, booking);
        modello::publish(&self.portal, self.ente.id, publication).await
    }

    /// Publishes it at a level, with places to book or without.
    pub async fn publish_as(
        &self,
        level: IdentityLevel,
        window: (DateTime<Utc>, DateTime<Utc>),
        booking: Option<Booking>,
    ) -> i64 {
        let publication = mensa(level, window, booking);
        modello::publish(&self.portal, self.ente.id, publication).await.expect("a right modello is published")
    }

    /// Works the queue as one worker until nothing is due; says how many jobs ran.
    pub async fn work(&self) -> usize {
        let mut done = 0;
        loop {
            let count = job::round(&self.portal, "worker-test").await;
            match count.expect("the queue can be worked") {
                0 => return done,
                count => done += count,
            }
        }
    }

    /// The file of the family Rossi: two children in the school of the ente.
    pub fn famiglie_csv(&self) -> String {
        let payer = codice_fiscale("Rossi");
        let lines = [Figlio::new("Luca", "Rossi", 1), Figlio::new("Sofia", "Rossi", 2)].map(|figlio| {
            format!(
                "{};Scuola primaria;primaria;1A;1ª A;{};{};{};{};{payer};Rossi;Mario;rossi@posta.example\n",
                SCUOLA.0, figlio.codice_fiscale, figlio.cognome, figlio.nome, figlio.nascita
            )
        });
        format!("{}\n{}", COLUMNS.join(";"), lines.concat())
    }

    fn famiglie(&self) -> famiglie::Checked {
        famiglie::check(self.famiglie_csv().as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"))
    }
}

fn mensa(
    level: IdentityLevel,
    (opens_at, closes_at): (DateTime<Utc>, DateTime<Utc>),
    booking: Option<Booking>,
) -> Publication {
    let modello = Modello::parse("iscrizione-mensa.toml", MENSA)
        .and_then(|modello| modello.with_english("iscrizione-mensa.en.toml", MENSA_EN))
        .expect("the shipped modello is right");
    let mut procedura =
        Procedura::parse("iscrizione-mensa.procedura.toml", MENSA_PROCEDURA).expect("the shipped procedura is right");
    procedura.level = level;
    let anno_scolastico = AnnoScolastico::beginning_in(2026);
    Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking }
}

async fn portal(
    database: &TestDatabase,
    store: Store,
    clock: &Hands,
    inbox: &Inbox,
    till: &Till,
    around: Around,
) -> Portal {
    let from = "Servizi online <noreply@prova.example>";
    Portal::new(Parts {
        store: store.patient(),
        sealer: database.sealer().await,
        files: FileStore::open(&database.folder.path().join("files")).expect("a folder can be made"),
        addressing: Addressing::ByPrefix { origin: ORIGIN.into() },
        clock: clock.clock(),
        chance: Chance::system(),
        mailer: Mailer::new("127.0.0.1", inbox.port(), Security::None, from).expect("a mailbox").holding(around.hold),
        typesetter: Typesetter::new(fonts::all()).expect("the fonts of the program are right"),
        checkout: Some(Arc::new(till.clone())),
        protocol_systems: around.protocol_systems,
        registries: around.registries,
        scanner: around.scanner,
        simulated_providers: around.simulated_providers,
    })
}

async fn add_ente(portal: &Portal, slug: &str, number: u128) -> Arc<Ente> {
    let added = Ente {
        id: EnteId::new(Uuid::from_u128(number)),
        slug: slug.into(),
        host: None,
        settings: store::settings(slug),
    };
    let administrator = persona::code("Capo");
    ente::add(portal, added.clone(), &administrator).await.expect("a fresh database has no such ente");
    Arc::new(added)
}
