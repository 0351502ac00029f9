//! Reminders of drafts: in time, once, to the right person, and nothing after the end.

use chrono::TimeDelta;
use mail_parser::MessageParser;
use sportello_app::{
    bozza,
    bozza::PageAction,
    testing::{App, Domanda, Figlio, MODELLO, SavePage, each},
};

use super::common::{at_peace, count};

/// Subjects and texts of the messages so far, with their addresses.
fn messages(app: &App) -> Vec<(String, String, String)> {
    let read = |message: &sportello_app::testing::Message| {
        let parsed = MessageParser::default().parse(message.raw.as_bytes()).unwrap();
        (message.to.clone(), parsed.subject().unwrap().to_owned(), parsed.body_text(0).unwrap().into_owned())
    };
    app.inbox.all().iter().map(read).collect()
}

async fn days(app: &App, days: i64) {
    for _ in 0..days {
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
    }
}

#[tokio::test]
async fn the_owner_is_told_before_the_window_closes_and_before_the_draft_goes() {
    each(async |app| {
        let rossi = app.cittadino("Rossi").await;
        let id = app.fill(&rossi, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        let bianchi = app.cittadino("Bianchi").await;
        app.file(&bianchi, &Domanda::new([Figlio::new("Ugo", "Bianchi", 3)])).await;
        app.work().await;
        let receipts = messages(app).len();
        days(app, 22).await;
        assert_eq!(messages(app).len(), receipts, "more than a week is left");
        days(app, 3).await;
        let [(to, subject, text)] = &messages(app)[receipts..] else { panic!("{:?}", messages(app)) };
        assert_eq!(to, "ricevute@posta.example", "the address of the draft");
        assert!(subject.contains("Hai una bozza da inviare"), "{subject}");
        assert!(text.contains(&format!("http://127.0.0.1:8080/prova/compila/{id}")), "{text}");
        for secret in ["Luca", "Rossi", "mensa", "iscrizione"] {
            assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in {text}");
        }
        days(app, 26).await;
        assert_eq!(messages(app).len(), receipts + 1, "once");
        days(app, 4).await;
        let all = messages(app);
        let [_, (_, subject, text)] = &all[receipts..] else { panic!("{all:?}") };
        assert!(subject.contains("sta per essere cancellata"), "{subject}");
        assert!(text.contains("con i suoi file"), "{text}");
        days(app, 10).await;
        assert_eq!(messages(app).len(), receipts + 2, "once");
        assert_eq!(count(app, "SELECT count(*) FROM bozza WHERE ente_id = $1 AND status = 'aperta'").await, 0);
        assert_eq!(count(app, "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'bozza.expire'").await, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_of_a_draft_just_saved_sent_or_thrown_away() {
    each(async |app| {
        let [rossi, bianchi, verdi] =
            [app.cittadino("Rossi").await, app.cittadino("Bianchi").await, app.cittadino("Verdi").await];
        app.clock.pass(TimeDelta::days(22));
        app.work().await;
        let thrown = bozza::start(&app.portal, &bianchi, MODELLO).await.unwrap();
        let fresh = bozza::start(&app.portal, &rossi, MODELLO).await.unwrap();
        bozza::start(&app.portal, &verdi, MODELLO).await.unwrap();
        app.clock.pass(TimeDelta::hours(25));
        let saved = SavePage { action: PageAction::Suspend, fields: Vec::new(), files: Vec::new() };
        app.save(&rossi, fresh, "richiedente", saved).await.unwrap();
        bozza::discard(&app.portal, &bianchi, thrown).await.unwrap();
        app.work().await;
        let all = messages(app);
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].0.contains("verdi"), "the address of the profile: {all:?}");
        // A window that is made longer is told of anew.
        let now = app.clock.now();
        app.publish((now - TimeDelta::days(1), now + TimeDelta::days(15))).await;
        days(app, 12).await;
        assert_eq!(messages(app).len(), 3, "Rossi and Verdi");
    })
    .await;
}
