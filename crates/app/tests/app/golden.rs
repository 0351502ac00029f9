//! Worked examples of the domain specification (section 16) and what must hold of every registration (section 15, 8).

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use sportello_app::{
    invio::{self, Sent},
    pratica,
    testing::{App, Domanda, Figlio, each},
};
use sportello_domain::{calendar, id::PraticaId};
use sportello_store::{binds, testing as store};

use super::common::{at_peace, filed};

/// Example 19: two INVIA with the same client key, 10 ms apart, on two nodes: one pratica, one protocol number, the same
/// receipt.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn example_19_two_nodes_and_one_key_make_one_pratica() {
    /// How far apart the two are: it is what the example says, not a wait for anything.
    const APART: Duration = Duration::from_millis(10);
    store::each(async |database| {
        let app = App::on(database, true).await;
        let nodes = [app.portal.clone(), app.restarted(database, true).await];
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", 1)])).await;
        let form = app.invio_form(&ctx, id).await;
        let presses = nodes.clone().into_iter().zip([Duration::ZERO, APART]).map(|(node, after)| {
            let (ctx, form) = (ctx.clone(), form.clone());
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                invio::submit(&node, &ctx, id, form).await
            })
        });
        for press in presses.collect::<Vec<_>>() {
            let sent = press.await.unwrap();
            assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
        }
        assert_eq!(filed(&app, id).await, [1, 1, 1, 1], "pratica, registration, receipt, message");
        at_peace(&app).await;
        let mut receipts = Vec::new();
        for node in &nodes {
            let sent = invio::sent(node, &ctx, id).await.unwrap();
            assert_eq!(sent.protocol.as_deref(), Some("1/2026"));
            assert_eq!(sent.pratiche.len(), 1);
            assert_eq!(sent.pratiche[0].number, "2026/1");
            receipts.push(pratica::receipt(node, &ctx, sent.pratiche[0].id).await.unwrap().unwrap());
        }
        assert_eq!(receipts[0].content, receipts[1].content);
        assert_eq!(app.inbox.all().len(), 1);
        nodes[1].store().close().await;
    })
    .await;
}

/// Instants around which a date changes: midnights in Rome in winter and in summer, of the days on which the hour
/// changes, and of the year.
const TURNS: [&str; 6] = [
    "2026-09-30T22:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T23:00:00Z",
    "2026-12-31T23:00:00Z",
    "2027-03-27T23:00:00Z",
    "2027-03-28T22:00:00Z",
];

/// Invariant 8: the protocol date is the presentation date, whenever somebody presses Invia.
#[tokio::test]
async fn the_protocol_date_is_that_of_the_presentation() {
    const CASES: usize = 24;
    let turn = proptest::sample::select(TURNS.to_vec());
    let moment = (turn, -7_200_000_000_i64..7_200_000_000).prop_map(|(turn, away)| {
        let turn: DateTime<Utc> = turn.parse().unwrap();
        turn + TimeDelta::microseconds(away)
    });
    let mut moments =
        proptest::collection::vec(moment, CASES).new_tree(&mut TestRunner::deterministic()).unwrap().current();
    // The microsecond before midnight and midnight itself, whatever was drawn.
    for turn in TURNS {
        let turn: DateTime<Utc> = turn.parse().unwrap();
        moments.extend([turn - TimeDelta::microseconds(1), turn]);
    }
    moments.sort();
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.publish((app.clock.now() - TimeDelta::days(1), app.clock.now() + TimeDelta::days(300))).await;
        for (number, at) in moments.iter().enumerate() {
            app.clock.set(*at);
            let (_, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number as u64)])).await;
            let registered = registration(app, pratiche[0]).await;
            assert_eq!((registered.presented, registered.pratica), (*at, *at));
            assert_eq!(registered.anno, i64::from(calendar::legal_date(*at).year()), "{at}");
            let own = pratica::page(&app.portal, &ctx, pratiche[0]).await.unwrap();
            assert_eq!(calendar::legal_date(own.protocol.unwrap().1), calendar::legal_date(*at), "{at}");
        }
        at_peace(app).await;
    })
    .await;
}

/// What the register and the pratica say of one filing.
struct Registration {
    presented: DateTime<Utc>,
    pratica: DateTime<Utc>,
    anno: i64,
}

async fn registration(app: &App, id: PraticaId) -> Registration {
    let ente = app.ente.id;
    let sql = "SELECT q.received_at, p.received_at, q.anno FROM pratica p
        JOIN protocollo q ON q.ente_id = p.ente_id AND q.bozza_id = p.bozza_id AND q.direction = 'entrata'
        WHERE p.ente_id = $1 AND p.id = $2";
    let read = app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await);
    let (presented, pratica, anno) = read.await.unwrap();
    Registration { presented, pratica, anno }
}
