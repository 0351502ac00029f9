//! The registry of providers: the newest list of whoever signs it, or the one before it.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use sportello_app::{
    Error,
    accesso::{self, Browser, SignInFailure},
    check, registro_gestori,
    registro_gestori::{Fetched, Line, Registries, Source, Taken},
    session::Audience,
    testing::{App, Gestore},
};
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_identity::{KeyBits, SIMULATED, ServiceKey, Subject, provider::AggregateDraft};
use sportello_store::{
    binds, identity_provider,
    testing::{TestDatabase, each, now},
};

const SPID: IdentityScheme = IdentityScheme::Spid;

/// A registry that signs lists and publishes one, or is away.
#[derive(Clone)]
struct Registro {
    key: Arc<ServiceKey>,
    published: Arc<Mutex<Option<String>>>,
}

impl Line for Registro {
    fn get<'a>(&'a self, _: &'a str) -> Fetched<'a> {
        let published = self.published.lock().unwrap().clone();
        Box::pin(async move { published.map(String::into_bytes).ok_or_else(|| "away".into()) })
    }
}

impl Registro {
    fn new() -> Self {
        let subject = Subject {
            organization: "Registro".into(),
            organization_identifier: "PA:IT-registro".into(),
            entity_id: "https://registro.example".into(),
            locality: "Roma".into(),
        };
        let key = ServiceKey::generate(KeyBits::B2048, &subject, now(), &ring::rand::SystemRandom::new()).unwrap();
        Self { key: Arc::new(key), published: Arc::default() }
    }

    fn registries(&self) -> Registries {
        let pem = self.key.certificate().to_pem();
        let source = |scheme| Source::new(scheme, Some("https://registro.example".into()), &pem, false).unwrap();
        Registries { sources: IdentityScheme::ALL.map(source).to_vec(), line: Some(Arc::new(self.clone())) }
    }

    fn list(&self, id: &str, until: DateTime<Utc>, gestori: &[&Gestore]) -> AggregateDraft {
        AggregateDraft {
            id: id.into(),
            name: "https://registro.example".into(),
            created_at: Some(until - TimeDelta::days(10)),
            valid_until: Some(until),
            entries: gestori.iter().map(|gestore| gestore.metadata()).collect(),
        }
    }

    fn sign(&self, draft: &AggregateDraft) -> Vec<u8> {
        draft.sign(&self.key).unwrap().into_bytes()
    }
}

async fn production(database: &TestDatabase, registro: &Registro) -> App {
    App::trusting(database, false, registro.registries()).await
}

async fn offered(app: &App) -> Vec<String> {
    let choices = accesso::providers(&app.portal, &app.nobody(&app.ente), IdentityScheme::Spid).await.unwrap();
    let mut ids: Vec<_> = choices.into_iter().map(|choice| choice.entity_id).collect();
    ids.sort();
    ids
}

async fn deeds(app: &App, action: &'static str) -> i64 {
    let sql = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = $2";
    let read = app.portal.store().read(EnteId::PLATFORM, async move |read| {
        read.fetch_one::<(i64,)>(sql, binds![EnteId::PLATFORM, action]).await
    });
    read.await.unwrap().0
}

fn words(error: &Error) -> String {
    format!("{error}: {}", std::error::Error::source(error).map(ToString::to_string).unwrap_or_default())
}

#[tokio::test]
async fn a_list_replaces_the_one_before_it() {
    let registro = Registro::new();
    let (a, b, c) = (Gestore::new("a", now()), Gestore::new("b", now()), Gestore::new("c", now()));
    each_in_production(&registro, async |app| {
        let until = app.clock.now() + TimeDelta::days(5);
        let take = async |draft: &AggregateDraft| {
            registro_gestori::import(&app.portal, SPID, &registro.sign(draft)).await.unwrap()
        };
        let first = registro.list("_1", until, &[&a, &b]);
        assert_eq!(take(&first).await, Taken::New { number: 1, providers: 2 });
        assert_eq!(offered(app).await, [a.entity_id(), b.entity_id()]);
        assert_eq!(take(&first).await, Taken::Unchanged);
        let second = registro.list("_2", until, &[&b, &c]);
        assert_eq!(take(&second).await, Taken::New { number: 2, providers: 2 });
        assert_eq!(offered(app).await, [b.entity_id(), c.entity_id()]);
        assert_eq!((deeds(app, "registro.take").await, deeds(app, "registro.refuse").await), (2, 0));
        // Whoever left the list takes nobody in, whoever came does.
        let ctx = app.nobody(&app.ente);
        let gone =
            accesso::start(&app.portal, &ctx, Audience::Cittadino, a.entity_id(), "/", &Browser::default()).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        c.sign_in(app, &ctx, Audience::Cittadino, "Rossi").await.unwrap();
        // The first start is over: its file is not looked at any more.
        let bytes = registro.sign(&registro.list("_3", until, &[&a]));
        assert_eq!(registro_gestori::import_first(&app.portal, SPID, &bytes).await.unwrap(), None);
    })
    .await;
}

async fn each_in_production(registro: &Registro, body: impl AsyncFn(&App)) {
    each(async |database| body(&production(database, registro).await).await).await;
}

#[tokio::test]
async fn a_list_that_was_there_before_does_not_come_back() {
    let registro = Registro::new();
    let (a, b) = (Gestore::new("a", now()), Gestore::new("b", now()));
    each_in_production(&registro, async |app| {
        let until = app.clock.now() + TimeDelta::days(5);
        let (first, second) = (registro.list("_1", until, &[&a]), registro.list("_2", until, &[&b]));
        for list in [&first, &second] {
            registro_gestori::import(&app.portal, SPID, &registro.sign(list)).await.unwrap();
        }
        let later = until + TimeDelta::days(1);
        let old = [
            ("the one before", first.clone()),
            ("its identifier on newer instants", registro.list("_1", later, &[&a])),
            ("the identifier in use on other providers", registro.list("_2", later, &[&a])),
            ("a validity that ends earlier", registro.list("_3", until - TimeDelta::seconds(1), &[&a])),
            ("no validity", AggregateDraft { valid_until: None, ..registro.list("_4", later, &[&a]) }),
            ("published earlier", {
                let created_at = first.created_at.map(|at| at - TimeDelta::seconds(1));
                AggregateDraft { created_at, ..registro.list("_5", later, &[&a]) }
            }),
            ("published at no instant", AggregateDraft { created_at: None, ..registro.list("_6", later, &[&a]) }),
        ];
        let count = old.len();
        for (name, list) in old {
            let outcome = registro_gestori::import(&app.portal, SPID, &registro.sign(&list)).await;
            println!("{name}: {}", words(&outcome.unwrap_err()));
        }
        assert_eq!(offered(app).await, [b.entity_id()]);
        assert_eq!(deeds(app, "registro.refuse").await, count as i64);
        // The twin of them all.
        registro_gestori::import(&app.portal, SPID, &registro.sign(&registro.list("_7", later, &[&a]))).await.unwrap();
        assert_eq!(offered(app).await, [a.entity_id()]);
    })
    .await;
}

#[tokio::test]
async fn an_entity_id_of_both_schemes_is_refused() {
    let registro = Registro::new();
    let (a, b) = (Gestore::new("a", now()), Gestore::new("b", now()));
    each_in_production(&registro, async |app| {
        let until = app.clock.now() + TimeDelta::days(5);
        let import = async |scheme, id: &str, gestori: &[&Gestore]| {
            registro_gestori::import(&app.portal, scheme, &registro.sign(&registro.list(id, until, gestori))).await
        };
        import(SPID, "_1", &[&a]).await.unwrap();
        let refused = import(IdentityScheme::Cie, "_2", &[&b, &a]).await.unwrap_err();
        assert!(words(&refused).contains("another scheme"), "{}", words(&refused));
        assert_eq!(offered(app).await, [a.entity_id()], "nothing of a refused list is used");
        // One of an ente of its own counts too.
        let ente = app.altrove.id;
        let row = app.portal.store().read(ente, async move |read| identity_provider::enabled(read, ente).await);
        let mut row = row.await.unwrap().remove(0);
        row.entity_id = b.entity_id().to_owned();
        app.portal.store().write(ente, async move |tx| identity_provider::put(tx, ente, &row).await).await.unwrap();
        assert!(import(IdentityScheme::Cie, "_3", &[&b]).await.is_err());
        // And so does the door of single files: what CIE has, SPID cannot have.
        let c = Gestore::new("c", now());
        import(IdentityScheme::Cie, "_4", &[&c]).await.unwrap();
        let trusted = accesso::trust(&app.portal, c.metadata().as_bytes(), IdentityScheme::Spid, false).await;
        assert!(matches!(trusted, Err(Error::Unacceptable(_))), "{trusted:?}");
    })
    .await;
}

#[tokio::test]
async fn a_refused_list_leaves_the_one_in_use() {
    let registro = Registro::new();
    let (a, b) = (Gestore::new("a", now()), Gestore::new("b", now()));
    each_in_production(&registro, async |app| {
        let until = app.clock.now() + TimeDelta::days(5);
        let good = registro.list("_1", until, &[&a]);
        registro_gestori::import(&app.portal, SPID, &registro.sign(&good)).await.unwrap();
        let other = Registro::new();
        let plain = b.metadata().replace("https://b.idp.example/sso", "http://b.idp.example/sso");
        let cut = b.metadata().replacen("<ds:X509Certificate>", "<ds:X509Certificate>AAAA", 1);
        let new = |draft: AggregateDraft| AggregateDraft { id: "_2".into(), ..draft };
        let wrong = [
            ("unsigned", new(good.clone()).bare().into_bytes()),
            ("signed by another", other.sign(&new(good.clone()))),
            ("an entry with a wrong certificate", {
                registro.sign(&AggregateDraft { entries: vec![a.metadata(), cut], ..new(good.clone()) })
            }),
            ("an entry without TLS", registro.sign(&AggregateDraft { entries: vec![plain], ..new(good.clone()) })),
            ("past its time", registro.sign(&registro.list("_2", app.clock.now(), &[&a]))),
            ("of a simulator", registro.sign(&AggregateDraft { name: SIMULATED.into(), ..new(good.clone()) })),
        ];
        let count = wrong.len();
        for (name, bytes) in wrong {
            let error = registro_gestori::import(&app.portal, SPID, &bytes).await.unwrap_err();
            println!("{name}: {}", words(&error));
            let published = String::from_utf8(bytes).unwrap();
            *registro.published.lock().unwrap() = Some(published);
            assert!(registro_gestori::fetch(&app.portal, SPID).await.is_err(), "{name}, fetched");
        }
        assert_eq!(offered(app).await, [a.entity_id()]);
        assert_eq!(deeds(app, "registro.refuse").await, 2 * count as i64);
        a.sign_in(app, &app.nobody(&app.ente), Audience::Cittadino, "Rossi").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_job_fetches_each_day_and_silence_is_told() {
    let registro = Registro::new();
    let a = Gestore::new("a", now());
    each_in_production(&registro, async |app| {
        let said = async || {
            let findings = check::all(&app.portal).await.unwrap();
            findings.into_iter().filter(|f| f.ente.is_none()).map(|f| f.what).collect::<Vec<_>>()
        };
        let until = app.clock.now() + TimeDelta::days(6);
        *registro.published.lock().unwrap() =
            Some(String::from_utf8(registro.sign(&registro.list("_1", until, &[&a]))).unwrap());
        app.work().await;
        assert_eq!(offered(app).await, [a.entity_id()]);
        // The lists of the other schemes are the same document: it collides and stays out; nobody has a list of theirs.
        assert_eq!(said().await.len(), IdentityScheme::ALL.len() - 1);
        *registro.published.lock().unwrap() = None;
        for day in 1..=7 {
            app.clock.pass(TimeDelta::days(1));
            app.work().await;
            assert_eq!(offered(app).await, [a.entity_id()], "day {day}");
        }
        let said = said().await;
        assert!(said.iter().any(|what| what.contains("not heard since")), "{said:?}");
        assert!(said.iter().any(|what| what.contains("past its validity")), "{said:?}");
    })
    .await;
}

/// A simulator's rows that a demonstration left in the database.
#[tokio::test]
async fn a_production_portal_trusts_no_simulator_wherever_it_stands() {
    let registro = Registro::new();
    let a = Gestore::new("a", now());
    each(async |database| {
        let demo = App::trusting(database, true, registro.registries()).await;
        let until = demo.clock.now() + TimeDelta::days(5);
        let list = AggregateDraft { name: SIMULATED.into(), ..registro.list("_1", until, &[&a]) };
        registro_gestori::import(&demo.portal, SPID, &registro.sign(&list)).await.unwrap();
        assert_eq!(offered(&demo).await, [a.entity_id()]);
        // Somebody is at the provider when the portal becomes one of production.
        let ctx = demo.nobody(&demo.ente);
        let form = a.start(&demo, &ctx, Audience::Cittadino, None).await;
        let request = a.receive(&demo, &ctx, &form).await;
        let response = a.sign(&a.draft(&demo, &request, "Rossi"));
        let portal = demo.restarted(database, false).await;
        assert_eq!(accesso::providers(&portal, &ctx, IdentityScheme::Spid).await.unwrap(), [], "in the list");
        let start = accesso::start(&portal, &ctx, Audience::Cittadino, a.entity_id(), "/", &Browser::default()).await;
        assert!(matches!(start, Err(Error::NotFound)), "at the start: {start:?}");
        let answer = accesso::complete(&portal, &ctx, &response, Some(&form.prelogin)).await;
        assert!(matches!(answer, Err(SignInFailure::Refused(_))), "at the answer: {answer:?}");
        let import = accesso::trust(&portal, a.metadata().as_bytes(), IdentityScheme::Spid, true).await;
        assert!(matches!(import, Err(Error::Forbidden)), "at import: {import:?}");
        assert!(accesso::is_of_a_demonstration(&portal).await.unwrap());
        assert!(!accesso::is_of_a_demonstration(&demo.portal).await.unwrap());
    })
    .await;
}
