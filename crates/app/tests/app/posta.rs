//! What e-mails carry: several news in one, none twice, none lost, none to whom wants none.

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::MessageParser;
use sportello_app::{
    Ctx, Error,
    messaggio::Typed,
    profilo::{self, Channel},
    testing::{App, Around, Domanda, Figlio, Message, each},
    ufficio::{self, Decision, messaggi, posta},
};
use sportello_domain::{
    foglio::Formato,
    id::{JobId, PraticaId},
};
use sportello_store::{
    Json, binds,
    job::{self, NewJob},
    testing::{TestDatabase, each as each_database},
};

use super::common::{at_peace, count, taken_out};

/// More e-mails than are read in one step.
const MANY: usize = 1_100;

/// An e-mail to the office that waits.
fn mail(app: &App, now: DateTime<Utc>) -> NewJob {
    NewJob {
        id: JobId::new(app.portal.chance().uuid(now)),
        kind: "messaggio_ufficio".into(),
        payload: Json(serde_json::json!({ "v": 1 })),
        run_at: now,
        max_attempts: 1,
        created_at: now,
    }
}

/// A portal whose news wait for more of them.
async fn holding(database: &TestDatabase) -> App {
    let hold = TimeDelta::minutes(3);
    App::amid(database, Around { simulated_providers: true, hold, ..Around::default() }).await
}

async fn filed(app: &App, applicant: &Ctx) -> Vec<PraticaId> {
    let children = [Figlio::new("Luca", "Rossi", 1), Figlio::new("Sofia", "Rossi", 2)];
    let pratiche = app.file(applicant, &Domanda::new(children)).await.1;
    app.work().await;
    assert_eq!(app.inbox.all().len(), 1, "the receipt waits for nothing");
    pratiche
}

async fn decided(app: &App, id: PraticaId) {
    let anna = app.operatore("Anna").await;
    app.clock.pass(TimeDelta::seconds(1));
    ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
    app.clock.pass(TimeDelta::seconds(1));
    let accept = Decision { version: 2, accept: true, reason: String::new() };
    ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
}

async fn written(app: &App, id: PraticaId) {
    let typed = Typed { text: "Segreto".into(), reserved: false, key: app.portal.chance().secret() };
    messaggi::write(&app.portal, &app.operatore("Anna").await, id, &typed).await.unwrap();
}

/// Subject and body.
fn read(message: &Message) -> (String, String) {
    let parsed = MessageParser::default().parse(message.raw.as_bytes()).unwrap();
    assert!(message.header("Content-Type").starts_with("text/plain"), "{message:?}");
    let subject = parsed.subject().unwrap().strip_prefix("[DIMOSTRAZIONE] ").unwrap();
    (subject.to_owned(), parsed.body_text(0).unwrap().into_owned())
}

#[tokio::test]
async fn news_of_some_minutes_leave_in_one_email() {
    each_database(async |database| {
        let app = &holding(database).await;
        let ctx = app.cittadino("Rossi").await;
        let pratiche = filed(app, &ctx).await;
        decided(app, pratiche[0]).await;
        decided(app, pratiche[1]).await;
        written(app, pratiche[0]).await;
        app.work().await;
        assert_eq!(app.inbox.all().len(), 1, "they wait for more");
        app.clock.pass(TimeDelta::minutes(4));
        at_peace(app).await;
        let all = app.inbox.all();
        assert_eq!(all.len(), 2, "one e-mail for three news");
        let (subject, body) = read(&all[1]);
        assert_eq!(subject, "Ci sono 3 novità per te");
        for words in ["pratica 2026/1\n", "pratica 2026/2\n", "C'è un messaggio sulla pratica 2026/1", "/messaggi"] {
            assert!(body.replace('\r', "").contains(words), "{words} is not in {body}");
        }
        assert!(!body.contains("Segreto"));
        assert_eq!(count(app, "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'inviata'").await, 4);
        // Later news leave alone, with words of their own.
        written(app, pratiche[1]).await;
        app.clock.pass(TimeDelta::minutes(4));
        at_peace(app).await;
        assert_eq!(read(&app.inbox.all()[2]).0, "C'è un messaggio sulla pratica 2026/2");
    })
    .await;
}

#[tokio::test]
async fn news_for_two_addresses_are_two_emails() {
    each_database(async |database| {
        let app = &holding(database).await;
        let ctx = app.cittadino("Rossi").await;
        let mut pratiche = Vec::new();
        for (child, email) in [("Luca", "uno@posta.example"), ("Sofia", "due@posta.example")] {
            let number = pratiche.len() as u64 + 1;
            let domanda = Domanda { email: email.into(), ..Domanda::new([Figlio::new(child, "Rossi", number)]) };
            pratiche.push(app.file(&ctx, &domanda).await.1[0]);
        }
        app.work().await;
        written(app, pratiche[0]).await;
        written(app, pratiche[1]).await;
        app.clock.pass(TimeDelta::minutes(4));
        at_peace(app).await;
        let mut news: Vec<_> = app.inbox.all()[2..].iter().map(|mail| (mail.to.clone(), read(mail).0)).collect();
        news.sort();
        let one = |to: &str, number: u8| (to.to_owned(), format!("C'è un messaggio sulla pratica 2026/{number}"));
        assert_eq!(news, [one("due@posta.example", 2), one("uno@posta.example", 1)]);
    })
    .await;
}

#[tokio::test]
async fn an_email_that_is_tried_again_carries_the_same() {
    each_database(async |database| {
        let app = &holding(database).await;
        let ctx = app.cittadino("Rossi").await;
        let pratiche = filed(app, &ctx).await;
        written(app, pratiche[0]).await;
        written(app, pratiche[1]).await;
        app.clock.pass(TimeDelta::minutes(4));
        app.inbox.refuse(1);
        app.work().await;
        written(app, pratiche[0]).await;
        app.clock.pass(TimeDelta::hours(1));
        at_peace(app).await;
        let (refused, all) = (app.inbox.refused(), app.inbox.all());
        let same = all.iter().find(|message| message.header("Message-ID") == refused[0].header("Message-ID"));
        assert_eq!(read(same.unwrap()), read(&refused[0]));
        assert_eq!(all.len(), 3, "the receipt, the two, and the one that came later");
    })
    .await;
}

#[tokio::test]
async fn what_is_given_up_is_seen_and_tried_again_whole() {
    each_database(async |database| {
        let app = &holding(database).await;
        let (ctx, anna, ugo) = (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Ugo").await);
        let pratiche = filed(app, &ctx).await;
        written(app, pratiche[0]).await;
        written(app, pratiche[1]).await;
        app.inbox.refuse(usize::MAX);
        for _ in 0..20 {
            app.clock.pass(TimeDelta::hours(1));
            app.work().await;
        }
        app.inbox.refuse(0);
        assert_eq!(count(app, "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'non_riuscita'").await, 2);
        let (failed, can_retry) = posta::list(&app.portal, &anna).await.unwrap();
        let [one] = &failed[..] else { panic!("{failed:?}") };
        assert_eq!((one.kind.as_str(), one.to.as_deref(), can_retry), ("messaggio", Some("Mario Rossi"), true));
        assert_eq!(posta::count(&app.portal, &anna).await.unwrap(), 1);
        assert!(!posta::list(&app.portal, &ugo).await.unwrap().1);
        assert!(matches!(posta::retry(&app.portal, &ugo, one.job).await, Err(Error::Forbidden)));
        assert!(matches!(posta::list(&app.portal, &ctx).await, Err(Error::SignInNeeded)));
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[sportello_domain::ruolo::Ruolo::Responsabile]).await;
        assert!(matches!(posta::retry(&app.portal, &elsewhere, one.job).await, Err(Error::NotFound)));
        let table = async |ctx| {
            taken_out(app, ctx, "posta.export_list", posta::take_out(&app.portal, ctx, Formato::Csv).await).await
        };
        assert_eq!(
            table(&anna).await,
            [
                "posta.cosa;posta.a;pratica.numero;posta.rinunciata",
                "messaggio;Mario Rossi;2026/1;2026-09-01T18:00:00+02:00",
            ]
        );
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
        posta::retry(&app.portal, &anna, one.job).await.unwrap();
        assert!(matches!(posta::retry(&app.portal, &anna, one.job).await, Err(Error::NotFound)), "it is on its way");
        at_peace(app).await;
        assert_eq!(read(app.inbox.all().last().unwrap()).0, "Ci sono 2 novità per te");
        assert_eq!(count(app, "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'inviata'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn who_wants_no_email_gets_the_receipt_alone() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        profilo::set_channel(&app.portal, &ctx, Channel::Area).await.unwrap();
        let pratiche = filed(app, &ctx).await;
        written(app, pratiche[0]).await;
        at_peace(app).await;
        assert_eq!(app.inbox.all().len(), 1);
        let told = "SELECT count(*) FROM notifica WHERE ente_id = $1 AND channel = 'area' AND state = 'inviata'";
        assert_eq!(count(app, told).await, 1);
        profilo::set_channel(&app.portal, &ctx, Channel::Email).await.unwrap();
        written(app, pratiche[0]).await;
        at_peace(app).await;
        assert_eq!(app.inbox.all().len(), 2);
        let anna = app.operatore("Anna").await;
        assert!(matches!(profilo::set_channel(&app.portal, &anna, Channel::Area).await, Err(Error::SignInNeeded)));
    })
    .await;
}

#[tokio::test]
async fn the_table_has_what_its_page_shows_no_more_of() {
    each(async |app| {
        let (ente, now) = (app.ente.id, app.clock.now());
        let jobs: Vec<_> = (0..MANY).map(|_| mail(app, now)).collect();
        let given_up = "UPDATE job SET state = 'fallito', done_at = $2 WHERE ente_id = $1";
        let all = async move |tx: &mut sportello_store::Tx| {
            for job in &jobs {
                job::enqueue(tx, ente, job).await?;
            }
            tx.execute(given_up, binds![ente, now]).await
        };
        app.portal.store().write_long(ente, all).await.unwrap();
        let anna = app.operatore("Anna").await;
        assert_eq!(posta::list(&app.portal, &anna).await.unwrap().0.len(), 200);
        let table = posta::take_out(&app.portal, &anna, Formato::Csv).await;
        let rows = taken_out(app, &anna, "posta.export_list", table).await;
        assert_eq!((rows.len(), rows[1].as_str()), (MANY + 1, "messaggio_ufficio;;;2026-09-01T10:00:00+02:00"));
    })
    .await;
}
