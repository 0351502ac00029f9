//! Few places: booked in the order of arrival, each once, by whoever filed before.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error, autori,
    modello::{self, Booking, Window},
    pratica,
    prenotazione::{self, Standing},
    testing::{App, Domanda, Figlio, MODELLO, each},
    ufficio::{self, Act, Outcome},
};
use sportello_domain::{anno_scolastico::AnnoScolastico, foglio::Formato, id::BozzaId, pratica::PraticaStatus};

use super::common::{at_peace, count, taken_out};

/// A modello that is open, with this many places that are booked from an hour later on.
async fn few_places(app: &App, posti: i64) {
    let now = app.clock.now();
    let booking = Booking { from: Some(now + TimeDelta::hours(1)), posti };
    app.publish_booked((now - TimeDelta::days(1), now + TimeDelta::days(1)), booking).await;
}

/// Somebody who filed for this many children.
async fn family(app: &App, name: &str, children: usize) -> (Ctx, BozzaId) {
    let ctx = app.cittadino(name).await;
    let children = (0..children).map(|number| Figlio::new(["Luca", "Sofia", "Ugo"][number], name, number as u64 + 1));
    let (bozza, _) = app.file(&ctx, &Domanda::new(children)).await;
    (ctx, bozza)
}

/// How many families wait for the opening instant.
const CROWD: usize = 1_000;

async fn places(app: &App) -> i64 {
    count(app, "SELECT count(*) FROM prenotazione WHERE ente_id = $1").await
}

#[tokio::test]
async fn booking_opens_and_closes_at_its_instants() {
    each(async |app| {
        few_places(app, 50).await;
        let (ctx, bozza) = family(app, "Rossi", 1).await;
        let opens_at = app.clock.now() + TimeDelta::hours(1);
        app.clock.pass(TimeDelta::hours(1) - TimeDelta::microseconds(1));
        let refused = prenotazione::book(&app.portal, &ctx, bozza).await;
        assert!(matches!(refused, Err(Error::WindowClosed { opens_at: Some(at) }) if at == opens_at), "{refused:?}");
        let shown = prenotazione::page(&app.portal, &ctx, bozza).await.unwrap();
        assert_eq!((shown.window, shown.posti), (Window::Coming { opens_at }, 50));
        let filed = async || modello::page(&app.portal, &ctx, MODELLO).await.unwrap().filed;
        assert_eq!(filed().await.iter().map(|filed| filed.bozza).collect::<Vec<_>>(), [bozza]);
        assert!(shown.waits());
        app.clock.pass(TimeDelta::microseconds(1));
        prenotazione::book(&app.portal, &ctx, bozza).await.unwrap();
        let booked = prenotazione::page(&app.portal, &ctx, bozza).await.unwrap();
        assert_eq!((booked.pratiche[0].standing, booked.taken), (Standing::Place(1), 1));
        assert_eq!(booked.pratiche[0].booked, Some((1, opens_at)));
        assert!(filed().await.is_empty(), "there is nothing left to book");

        let (late, bozza) = family(app, "Verdi", 1).await;
        app.clock.pass(TimeDelta::hours(23));
        let refused = prenotazione::book(&app.portal, &late, bozza).await;
        assert!(matches!(refused, Err(Error::WindowClosed { opens_at: None })), "{refused:?}");
        assert_eq!(places(app).await, 1);
    })
    .await;
}

#[tokio::test]
async fn each_child_takes_a_place_and_asking_again_takes_none() {
    each(async |app| {
        few_places(app, 4).await;
        let families = [family(app, "Rossi", 2).await, family(app, "Verdi", 3).await];
        app.clock.pass(TimeDelta::hours(1));
        for _ in 0..3 {
            let mut standings = Vec::new();
            for (ctx, bozza) in &families {
                prenotazione::book(&app.portal, ctx, *bozza).await.unwrap();
                let booked = prenotazione::page(&app.portal, ctx, *bozza).await.unwrap();
                standings.extend(booked.pratiche.into_iter().map(|posto| (posto.booked.unwrap().0, posto.standing)));
            }
            use Standing::{Place, Queue};
            assert_eq!(standings, [(1, Place(1)), (2, Place(2)), (3, Place(3)), (4, Place(4)), (5, Queue(1))]);
            app.clock.pass(TimeDelta::minutes(1));
        }
        assert_eq!(places(app).await, 5);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_gives_up_makes_room_and_takes_no_place_afterwards() {
    each(async |app| {
        few_places(app, 1).await;
        let families = [family(app, "Rossi", 1).await, family(app, "Verdi", 1).await, family(app, "Neri", 1).await];
        app.clock.pass(TimeDelta::hours(1));
        for (ctx, bozza) in &families[..2] {
            prenotazione::book(&app.portal, ctx, *bozza).await.unwrap();
        }
        for (ctx, bozza) in [&families[0], &families[2]] {
            let id = prenotazione::page(&app.portal, ctx, *bozza).await.unwrap().pratiche[0].id;
            pratica::withdraw(&app.portal, ctx, id).await.unwrap();
        }
        let standing = async |family: &(Ctx, BozzaId)| {
            prenotazione::page(&app.portal, &family.0, family.1).await.unwrap().pratiche[0].standing
        };
        assert_eq!(standing(&families[0]).await, Standing::Out, "who gave up has no place");
        assert_eq!(standing(&families[1]).await, Standing::Place(1), "the next one moves up");
        assert_eq!(standing(&families[2]).await, Standing::Out);
        prenotazione::book(&app.portal, &families[2].0, families[2].1).await.unwrap();
        assert_eq!(standing(&families[2]).await, Standing::Out);
        assert_eq!(places(app).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_filing_of_somebody_else_is_not_there() {
    each(async |app| {
        few_places(app, 4).await;
        let (_, bozza) = family(app, "Rossi", 1).await;
        let other = app.cittadino("Verdi").await;
        let draft = app.fill(&other, &Domanda::new([Figlio::new("Ugo", "Verdi", 9)])).await;
        app.clock.pass(TimeDelta::hours(1));
        for asked in [bozza, draft] {
            let booked = prenotazione::book(&app.portal, &other, asked).await;
            assert!(matches!(booked, Err(Error::NotFound)), "{booked:?}");
            let shown = prenotazione::page(&app.portal, &other, asked).await;
            assert!(matches!(shown, Err(Error::NotFound)), "{shown:?}");
        }
        assert_eq!(places(app).await, 0);
    })
    .await;
}

#[tokio::test]
async fn without_booking_there_is_nothing_to_book() {
    each(async |app| {
        let (ctx, bozza) = family(app, "Rossi", 1).await;
        let booked = prenotazione::book(&app.portal, &ctx, bozza).await;
        assert!(matches!(booked, Err(Error::NotFound)), "{booked:?}");
    })
    .await;
}

#[tokio::test]
async fn the_latest_version_says_how_many_places_there_are_for_all_who_filed() {
    each(async |app| {
        few_places(app, 1).await;
        let (rossi, first) = family(app, "Rossi", 1).await;
        app.clock.pass(TimeDelta::minutes(30));
        few_places(app, 2).await;
        let (verdi, second) = family(app, "Verdi", 1).await;
        app.clock.pass(TimeDelta::hours(1));
        for (ctx, bozza, place) in [(&verdi, second, 1), (&rossi, first, 2)] {
            prenotazione::book(&app.portal, ctx, bozza).await.unwrap();
            let shown = prenotazione::page(&app.portal, ctx, bozza).await.unwrap();
            assert_eq!((shown.posti, shown.pratiche[0].standing), (2, Standing::Place(place)));
        }
        let now = app.clock.now();
        let forgotten = app.try_publish((now - TimeDelta::days(1), now + TimeDelta::days(1)), None).await;
        assert!(matches!(forgotten, Err(Error::Unacceptable(_))), "{forgotten:?}");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_does_not_end_booking_for_those_who_have_booked() {
    each(async |app| {
        let now = app.clock.now();
        let plain = app.publish((now - TimeDelta::days(1), now + TimeDelta::days(1))).await;
        few_places(app, 1).await;
        let (rossi, bozza) = family(app, "Rossi", 1).await;
        app.clock.pass(TimeDelta::hours(1));
        prenotazione::book(&app.portal, &rossi, bozza).await.unwrap();
        let anna = app.operatore("Anna").await;
        let withdraw = async |version| autori::withdraw(&app.portal, &anna, MODELLO, version).await;
        let refused = withdraw(plain + 1).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        let shown = prenotazione::page(&app.portal, &rossi, bozza).await.unwrap();
        assert_eq!((shown.posti, shown.pratiche[0].standing), (1, Standing::Place(1)));
        // Nothing else would count: the form is withdrawn as a whole.
        for version in 1..=plain + 1 {
            withdraw(version).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn places_are_booked_inside_the_window_and_there_is_one_at_least() {
    each(async |app| {
        let now = app.clock.now();
        let window = (now, now + TimeDelta::days(1));
        for (from, posti) in [(now - TimeDelta::microseconds(1), 1), (now + TimeDelta::days(1), 1), (now, 0)] {
            let refused = app.try_publish(window, Some(Booking { from: Some(from), posti })).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_office_sees_the_order_of_its_own_ente() {
    each(async |app| {
        few_places(app, 1).await;
        let families = [family(app, "Rossi", 1).await, family(app, "Verdi", 2).await];
        app.clock.pass(TimeDelta::hours(1));
        for (ctx, bozza) in families.iter().rev() {
            prenotazione::book(&app.portal, ctx, *bozza).await.unwrap();
        }
        let anna = app.operatore("Anna").await;
        let offers = prenotazione::offers(&app.portal, &anna).await.unwrap();
        assert_eq!((offers.len(), offers[0].posti, offers[0].booked), (1, 1, 3));
        let (code, anno) = (&offers[0].code, offers[0].anno_scolastico);
        let order = prenotazione::order(&app.portal, &anna, code, anno, 9).await.unwrap();
        let rows: Vec<_> = order.rows.iter().map(|row| (row.posto.alunno.as_str(), row.posto.standing)).collect();
        use Standing::{Place, Queue};
        assert_eq!(rows, [("Luca Verdi", Place(1)), ("Sofia Verdi", Queue(1)), ("Luca Rossi", Queue(2))]);
        assert_eq!(order.rows[0].richiedente, "Mario Verdi");
        assert_eq!((order.page, order.pages), (1, 1), "a page beyond the last is the last");
        let table = async |ctx| prenotazione::take_out(&app.portal, ctx, (code, anno), Formato::Csv).await;
        let rows = taken_out(app, &anna, "prenotazione.export_list", table(&anna).await).await;
        assert_eq!(
            rows[1..],
            [
                "1;2026/2;Luca Verdi;Mario Verdi;2026-09-01T11:00:00+02:00;posto;protocollata",
                "2;2026/3;Sofia Verdi;Mario Verdi;2026-09-01T11:00:00+02:00;lista d'attesa 1;protocollata",
                "3;2026/1;Luca Rossi;Mario Rossi;2026-09-01T11:00:00+02:00;lista d'attesa 2;protocollata",
            ]
        );
        let services = async |ctx: &Ctx| {
            let table = prenotazione::take_out_offers(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "offerta.export_list", table).await
        };
        let told = services(&app.operatore("Ugo").await).await;
        let line = format!("{code};{};2026/2027;2026-09-01T11:00:00+02:00;1;3", offers[0].title);
        assert_eq!(told[1..], [line]);

        let citizen = prenotazione::order(&app.portal, &families[0].0, code, anno, 1).await;
        assert!(matches!(citizen, Err(Error::SignInNeeded)), "{citizen:?}");
        let mut elsewhere = anna.clone();
        elsewhere.ente = app.altrove.clone();
        assert!(prenotazione::offers(&app.portal, &elsewhere).await.unwrap().is_empty());
        assert_eq!(services(&elsewhere).await.len(), 1, "the headings alone");
        let other = prenotazione::order(&app.portal, &elsewhere, code, anno, 1).await;
        assert!(matches!(other, Err(Error::NotFound)), "{other:?}");
        let other = table(&elsewhere).await;
        assert!(matches!(other, Err(Error::NotFound)), "{other:?}");
    })
    .await;
}

#[tokio::test]
async fn a_crowd_at_the_opening_instant_takes_each_rank_once() {
    each(async |app| {
        few_places(app, 50).await;
        let filed = family(app, "Rossi", 1).await;
        let mut crowd = Vec::with_capacity(CROWD);
        for number in 1..CROWD {
            crowd.push(app.like(filed.1, number).await);
        }
        crowd.push(filed);
        app.clock.pass(TimeDelta::hours(1));
        // Each presses twice at once.
        let press = |(ctx, bozza): &(Ctx, BozzaId)| {
            let (portal, ctx, bozza) = (app.portal.clone(), ctx.clone(), *bozza);
            tokio::spawn(async move {
                while let Err(error) = prenotazione::book(&portal, &ctx, bozza).await {
                    assert!(matches!(error, Error::Busy), "{error:?}");
                    tokio::task::yield_now().await;
                }
                prenotazione::page(&portal, &ctx, bozza).await.unwrap().pratiche.remove(0)
            })
        };
        let presses: Vec<_> = crowd.iter().chain(&crowd).map(press).collect();
        let mut answers = Vec::with_capacity(presses.len());
        for press in presses {
            answers.push(press.await.unwrap());
        }
        let (first, second) = answers.split_at(crowd.len());
        assert_eq!(first, second, "the second press is answered like the first");
        let order: BTreeSet<i64> = first.iter().map(|posto| posto.booked.unwrap().0).collect();
        assert_eq!(order, (1..=CROWD as i64).collect());
        for posto in first {
            let ordine = posto.booked.unwrap().0;
            let expected = if ordine <= 50 { Standing::Place(ordine) } else { Standing::Queue(ordine - 50) };
            assert_eq!(posto.standing, expected);
        }
        // More than one step of the table: each rank once, in order.
        let (anna, of) = (app.operatore("Anna").await, (MODELLO, AnnoScolastico::beginning_in(2026)));
        let table = prenotazione::take_out(&app.portal, &anna, of, Formato::Csv).await;
        let rows = taken_out(app, &anna, "prenotazione.export_list", table).await;
        let ranks: Vec<i64> = rows[1..].iter().map(|row| row.split(';').next().unwrap().parse().unwrap()).collect();
        assert_eq!(ranks, (1..=CROWD as i64).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn one_on_the_waiting_list_is_accepted_when_somebody_before_it_gives_up() {
    each(async |app| {
        few_places(app, 1).await;
        let (first, second) = (family(app, "Rossi", 1).await, family(app, "Verdi", 1).await);
        app.clock.pass(TimeDelta::hours(1));
        for (ctx, bozza) in [&first, &second] {
            prenotazione::book(&app.portal, ctx, *bozza).await.unwrap();
        }
        let anna = app.operatore("Anna").await;
        let id = pratica::list(&app.portal, &second.0).await.unwrap()[0].id;
        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        let act = |version, outcome| Act { version, outcome, reason: String::new(), reply: String::new() };
        let conclude = async |act: Act| ufficio::conclude(&app.portal, &anna, id, &act).await;
        conclude(act(2, Outcome::PutOnWaitingList)).await.unwrap();
        let refused = conclude(act(3, Outcome::Accept)).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "there is no place: {refused:?}");
        let gone = pratica::list(&app.portal, &first.0).await.unwrap()[0].id;
        pratica::withdraw(&app.portal, &first.0, gone).await.unwrap();
        conclude(act(3, Outcome::Accept)).await.unwrap();
        assert_eq!(pratica::page(&app.portal, &second.0, id).await.unwrap().row.status, PraticaStatus::Accepted);
        at_peace(app).await;
    })
    .await;
}
