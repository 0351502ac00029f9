//! Beside a pratica: who else looks at it, and its neighbours in the queue from which it was opened.

use chrono::TimeDelta;
use sportello_app::{
    Error,
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Around, Decision, Order, QueueQuery, vista},
};
use sportello_domain::{id::PraticaId, ruolo::Ruolo};

use super::common::count;

async fn filed(app: &App, count: u64) -> Vec<PraticaId> {
    let ctx = app.cittadino("Rossi").await;
    let mut ids = Vec::new();
    for number in 1..=count {
        ids.extend(app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", number)])).await.1);
    }
    ids
}

#[tokio::test]
async fn whoever_looks_is_seen_by_the_others_for_some_minutes() {
    each(async |app| {
        let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
        let ids = filed(app, 2).await;
        let look = async |ctx, id| vista::look(&app.portal, ctx, id).await.unwrap();
        assert!(look(&anna, ids[0]).await.is_empty());
        assert!(look(&anna, ids[0]).await.is_empty(), "nobody is told of themselves");
        assert_eq!(look(&lara, ids[0]).await, [anna.operatore(&Ruolo::ALL).unwrap().name()]);
        assert_eq!(look(&anna, ids[0]).await, [lara.operatore(&Ruolo::ALL).unwrap().name()]);
        assert!(look(&lara, ids[1]).await.is_empty(), "another pratica");
        app.clock.pass(TimeDelta::minutes(6));
        assert!(look(&lara, ids[0]).await.is_empty());
        const LOOKS: &str = "SELECT count(*) FROM pratica_vista WHERE ente_id = $1";
        assert_eq!(count(app, LOOKS).await, 3, "one for each person and pratica");

        let elsewhere = app.operatore_di(&app.altrove, "Elsa", &[Ruolo::OperatoreIstruzione]).await;
        let seen = vista::look(&app.portal, &elsewhere, ids[0]).await;
        assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
        let seen = vista::look(&app.portal, &app.operatore("Capo").await, ids[0]).await;
        assert!(matches!(seen, Err(Error::Forbidden)), "{seen:?}");
        let seen = vista::look(&app.portal, &app.cittadino("Rossi").await, ids[0]).await;
        assert!(matches!(seen, Err(Error::SignInNeeded)), "{seen:?}");
        assert_eq!(count(app, LOOKS).await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_pratica_has_neighbours_in_its_queue_and_the_next_one_moves_up() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let ids = filed(app, 4).await;
        let query = QueueQuery { order: Order::Number, ..QueueQuery::default() };
        let around = async |id, place| ufficio::around(&app.portal, &anna, &query, id, place).await.unwrap();
        let numbers = |around: &Around| {
            let number = |beside: &Option<ufficio::coda::Beside>| beside.as_ref().map(|b| (b.id, b.place));
            (number(&around.previous), number(&around.next))
        };
        assert_eq!(numbers(&around(ids[0], 0).await), (None, Some((ids[1], 1))));
        assert_eq!(numbers(&around(ids[1], 1).await), (Some((ids[0], 0)), Some((ids[2], 2))));
        assert_eq!(numbers(&around(ids[3], 3).await), (Some((ids[2], 2)), None));
        assert_eq!(numbers(&around(ids[3], 1).await), (Some((ids[2], 2)), None), "it is found where it stands now");

        ufficio::take(&app.portal, &anna, ids[1], 1).await.unwrap();
        let decision = Decision { version: 2, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, ids[1], &decision).await.unwrap();
        let after = around(ids[1], 1).await;
        assert_eq!(numbers(&after), (Some((ids[0], 0)), Some((ids[2], 1))), "it left the queue");
        assert_eq!(after.next.unwrap().number, "2026/3");
        assert_eq!(around(ids[1], u32::MAX).await, Around::default(), "a place that no queue has");
    })
    .await;
}
