//! Who gives up an enrolment leaves its place to the first who waits.

use chrono::TimeDelta;
use sportello_app::{
    pratica,
    prenotazione::Standing,
    testing::{Domanda, Figlio, each},
    ufficio::{
        self, Act, Outcome,
        compiti::{self, CompitoKind},
    },
};

use super::{at_peace, decide, enrolled, offer, rinuncia};

#[tokio::test]
async fn giving_up_an_enrolment_leaves_its_place_to_the_first_who_waits() {
    each(async |app| {
        let now = app.clock.now();
        app.publish_ranked((now - TimeDelta::days(1), now + TimeDelta::days(20)), Some(1), 30).await.unwrap();
        let rossi = app.cittadino("Rossi").await;
        let iscrizione = enrolled(app, &rossi).await;
        let verdi = app.cittadino("Verdi").await;
        app.clock.pass(TimeDelta::minutes(1));
        let waiting = app.file(&verdi, &Domanda::new([Figlio::new("Ugo", "Verdi", 1)])).await.1[0];
        let anna = app.operatore("Anna").await;
        ufficio::take(&app.portal, &anna, waiting, 1).await.unwrap();
        let act = Act { version: 2, outcome: Outcome::PutOnWaitingList, reason: String::new(), reply: String::new() };
        ufficio::conclude(&app.portal, &anna, waiting, &act).await.unwrap();
        let standing = async || pratica::page(&app.portal, &verdi, waiting).await.unwrap().posto.unwrap().0.standing;
        let open = async || compiti::list(&app.portal, &anna).await.unwrap().open;
        assert_eq!((standing().await, open().await), (Standing::Queue(1), vec![]));

        offer(app, shipped!("rinuncia-mensa")).await;
        for tipo in ["sospensione", "rinuncia"] {
            let asked = rinuncia(app, &rossi, iscrizione, tipo).await;
            decide(app, asked, true).await.unwrap();
            let called: Vec<_> = open().await.into_iter().filter(|task| task.kind == CompitoKind::Posto).collect();
            if tipo == "sospensione" {
                assert_eq!((standing().await, called), (Standing::Queue(1), vec![]), "a suspension gives up nothing");
            } else {
                assert_eq!((standing().await, called[0].pratica), (Standing::Place(1), waiting));
            }
        }
        let own = pratica::list(&app.portal, &rossi).await.unwrap();
        let made = own.iter().find(|row| !row.alunno.is_empty() && row.title.contains("iscrizione")).unwrap().id;
        let left = pratica::page(&app.portal, &rossi, made).await.unwrap().posto.unwrap().0.standing;
        assert_eq!(left, Standing::Out, "its enrolment is over");
        at_peace(app).await;
    })
    .await;
}
