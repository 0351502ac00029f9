//! Places that go by points: what is filed gives them, who stands within the places is accepted, who waits moves up.

use chrono::TimeDelta;
use mail_parser::MessageParser;
use sportello_app::{
    Ctx, Error,
    autori::{self, Edge, NotPublished, Offer, OfferFault},
    graduatoria,
    modello::{self, Booking, RANKED},
    pratica,
    prenotazione::{self, Standing},
    testing::{App, Domanda, Figlio, MODELLO, con_criteri, each},
    ufficio::{
        self, Act, Decision, Outcome, compiti,
        insieme::{self, Deed, Obstacle},
    },
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    foglio::Formato,
    id::{BozzaId, PraticaId},
    pratica::PraticaStatus,
    ruolo::Ruolo,
};

use super::common::{at_peace, count, noticed, rejection};

const ANNO: AnnoScolastico = AnnoScolastico::beginning_in(2026);
const CALLED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'posto.call'";

/// Publishes the criteria with so many places.
async fn places(app: &App, posti: impl Into<Option<i64>>) {
    try_places(app, posti.into(), 30).await.unwrap();
}

async fn try_places(app: &App, posti: Option<i64>, first_points: u32) -> Result<i64, Error> {
    let now = app.clock.now();
    app.publish_ranked((now - TimeDelta::days(1), now + TimeDelta::days(20)), posti, first_points).await
}

/// The address that gives 30 points.
const FIRST: &str = "prima@posta.example";

/// A family with a child, with the points of the first criterion or none; a minute later than the one before.
async fn family(app: &App, name: &str, first: bool) -> (Ctx, PraticaId) {
    app.clock.pass(TimeDelta::minutes(1));
    let ctx = app.cittadino(name).await;
    let mut domanda = Domanda::new([Figlio::new("Luca", name, 1)]);
    if first {
        domanda.email = FIRST.into();
    }
    let id = app.file(&ctx, &domanda).await.1[0];
    (ctx, id)
}

/// One place that is booked, from now on.
async fn one_place_to_book(app: &App) {
    let now = app.clock.now();
    let booking = Booking { from: Some(now), posti: 1 };
    app.publish_booked((now - TimeDelta::days(1), now + TimeDelta::days(1)), booking).await;
}

/// A family with a child that has booked.
async fn booked(app: &App, name: &str) -> (Ctx, PraticaId) {
    let ctx = app.cittadino(name).await;
    let (bozza, ids) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", name, 1)])).await;
    prenotazione::book(&app.portal, &ctx, bozza).await.unwrap();
    (ctx, ids[0])
}

async fn standing(app: &App, (ctx, id): &(Ctx, PraticaId)) -> Option<Standing> {
    pratica::page(&app.portal, ctx, *id).await.unwrap().posto.map(|(posto, _)| posto.standing)
}

fn act(version: i64, outcome: Outcome) -> Act {
    Act { version, outcome, reason: "Non serve più".into(), reply: String::new() }
}

/// Takes a pratica in charge and puts it on the waiting list: its version is 3 then.
async fn wait(app: &App, anna: &Ctx, id: PraticaId) {
    ufficio::take(&app.portal, anna, id, 1).await.unwrap();
    ufficio::conclude(&app.portal, anna, id, &act(2, Outcome::PutOnWaitingList)).await.unwrap();
}

/// One place: the first of three families has it, the others are on the waiting list.
async fn one_place_for_three(app: &App) -> (Ctx, [(Ctx, PraticaId); 3]) {
    places(app, 1).await;
    let first = family(app, "Rossi", true).await;
    let (second, third) = (family(app, "Verdi", false).await, family(app, "Neri", false).await);
    let anna = app.operatore("Anna").await;
    for (_, id) in [&second, &third] {
        wait(app, &anna, *id).await;
    }
    (anna, [first, second, third])
}

/// The pratiche for which a place became free.
async fn tasks(app: &App, anna: &Ctx) -> Vec<PraticaId> {
    let open = compiti::list(&app.portal, anna).await.unwrap().open;
    assert!(open.iter().all(|task| task.kind == compiti::CompitoKind::Posto), "{open:?}");
    open.into_iter().map(|task| task.pratica).collect()
}

async fn list(app: &App, ctx: &Ctx, anno: AnnoScolastico) -> Result<String, Error> {
    let mut table = graduatoria::take_out(&app.portal, ctx, (MODELLO, anno), Formato::Csv).await?;
    let mut whole = Vec::new();
    while let Some(part) = table.next().await? {
        whole.extend(part);
    }
    Ok(String::from_utf8(whole).unwrap())
}

#[tokio::test]
async fn each_pratica_is_given_the_points_of_its_own_answers_and_nobody_reads_why_without_the_role() {
    each(async |app| {
        places(app, 1).await;
        let ctx = app.cittadino("Rossi").await;
        let figli = [Figlio::new("Elia", "Rossi", 1), Figlio::new("Sofia", "Rossi", 40)];
        let domanda = Domanda { email: FIRST.into(), ..Domanda::new(figli) };
        let ids = app.file(&ctx, &domanda).await.1;
        let page = pratica::page(&app.portal, &ctx, ids[0]).await.unwrap();
        let (first, posti) = page.posto.unwrap();
        assert_eq!((first.punti, first.standing, posti), (Some(50), Standing::Place(1), 1));
        assert_eq!(page.booked_with, None, "nothing is booked");
        let second = pratica::page(&app.portal, &ctx, ids[1]).await.unwrap().posto.unwrap().0;
        assert_eq!((second.punti, second.standing), (Some(37), Standing::Queue(1)));

        let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
        let closed = ufficio::page(&app.portal, &anna, ids[0]).await.unwrap();
        assert_eq!((closed.criteri, closed.posto.unwrap().0.punti), (vec![], Some(50)));
        let refused = ufficio::open_sealed(&app.portal, &anna, ids[0], "Istruttoria").await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let open = ufficio::open_sealed(&app.portal, &lara, ids[0], "Istruttoria").await.unwrap();
        let criteri: Vec<_> = open.criteri.iter().map(|one| (one.label.as_str(), one.points)).collect();
        assert_eq!(criteri, [("Chi scrive per primo", 30), ("Chi si chiama Elia", 20)]);

        // Which criteria gave them stands nowhere in clear.
        let ente = app.ente.id;
        let sql = "SELECT sealed_criteri FROM graduatoria WHERE ente_id = $1";
        let read =
            async move |read: &mut sportello_store::Read| read.fetch_all(sql, sportello_store::binds![ente]).await;
        let rows: Vec<(sportello_store::seal::Sealed,)> = app.portal.store().read(ente, read).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|(sealed,)| !super::canary::holds(sealed.as_bytes(), "di_nome")));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_criteria_are_said_before_anybody_files() {
    each(async |app| {
        let shown = async || modello::page(&app.portal, &app.cittadino("Rossi").await, MODELLO).await.unwrap();
        assert!(shown().await.criteri.is_empty());
        places(app, 5).await;
        let page = shown().await;
        let criteri: Vec<_> = page.criteri.iter().map(|one| (one.label.as_str(), one.points)).collect();
        assert_eq!(
            criteri,
            [("Chi scrive per primo", 30), ("Chi si chiama Elia", 20), ("Chi è nato da febbraio 2018", 7)]
        );
        assert_eq!(page.booking, Some(Booking { from: None, posti: 5 }));
    })
    .await;
}

#[tokio::test]
async fn places_by_criteria_are_not_booked_and_one_without_points_has_no_standing() {
    each(async |app| {
        let before = family(app, "Neri", true).await;
        places(app, 1).await;
        let (ctx, id) = family(app, "Rossi", true).await;
        let bozza: (BozzaId,) = {
            let ente = app.ente.id;
            let sql = "SELECT bozza_id FROM pratica WHERE ente_id = $1 AND id = $2";
            let read = async move |read: &mut sportello_store::Read| {
                read.fetch_one(sql, sportello_store::binds![ente, id]).await
            };
            app.portal.store().read(ente, read).await.unwrap()
        };
        let booked = prenotazione::book(&app.portal, &ctx, bozza.0).await;
        assert!(matches!(booked, Err(Error::NotFound)), "{booked:?}");
        let page = prenotazione::page(&app.portal, &ctx, bozza.0).await;
        assert!(matches!(page, Err(Error::NotFound)), "{page:?}");
        assert_eq!(standing(app, &before).await, None, "it was filed before there were criteria");
        assert_eq!(standing(app, &(ctx, id)).await, Some(Standing::Place(1)));
    })
    .await;
}

#[tokio::test]
async fn the_office_sees_the_order_and_the_list_to_publish_has_no_names() {
    each(async |app| {
        places(app, 1).await;
        let (rossi, verdi) = (family(app, "Rossi", false).await, family(app, "Verdi", true).await);
        let neri = family(app, "Neri", true).await;
        let anna = app.operatore("Anna").await;
        let offers = prenotazione::offers(&app.portal, &anna).await.unwrap();
        assert_eq!((offers.len(), offers[0].posti, offers[0].booked, offers[0].from), (1, 1, 3, None));
        let order = prenotazione::order(&app.portal, &anna, MODELLO, ANNO, 1).await.unwrap();
        let rows: Vec<_> =
            order.rows.iter().map(|row| (row.posto.id, row.posto.punti, row.position, row.posto.standing)).collect();
        use Standing::{Place, Queue};
        let expected =
            [(verdi.1, Some(30), 1, Place(1)), (neri.1, Some(30), 2, Queue(1)), (rossi.1, Some(0), 3, Queue(2))];
        assert_eq!(rows, expected);
        pratica::withdraw(&app.portal, &verdi.0, verdi.1).await.unwrap();
        assert_eq!(prenotazione::order(&app.portal, &anna, MODELLO, ANNO, 1).await.unwrap().rows.len(), 2);

        let table = list(app, &anna, ANNO).await.unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[1].starts_with("1;") && lines[1].ends_with(";30;posto"), "{table}");
        assert!(lines[2].starts_with("2;") && lines[2].ends_with(";0;lista d'attesa 1"), "{table}");
        for name in ["Rossi", "Verdi", "Neri", "Luca"] {
            assert!(!table.contains(name), "{table}");
        }
        let audited = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'graduatoria.export'";
        assert_eq!(count(app, audited).await, 1);

        let citizen = list(app, &rossi.0, ANNO).await;
        assert!(matches!(citizen, Err(Error::SignInNeeded)), "{citizen:?}");
        let elsewhere = app.operatore_di(&app.altrove, "Elsa", &[Ruolo::Responsabile]).await;
        let other = list(app, &elsewhere, ANNO).await;
        assert!(matches!(other, Err(Error::NotFound)), "{other:?}");
        let year = list(app, &anna, AnnoScolastico::beginning_in(2027)).await;
        assert!(matches!(year, Err(Error::NotFound)), "{year:?}");
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_place_may_give_it_up() {
    each(async |app| {
        let (anna, [first, second, third]) = one_place_for_three(app).await;
        pratica::withdraw(&app.portal, &first.0, first.1).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [second.1]);
        assert!(pratica::page(&app.portal, &second.0, second.1).await.unwrap().can_withdraw);
        pratica::withdraw(&app.portal, &second.0, second.1).await.unwrap();
        assert_eq!(
            tasks(app, &anna).await,
            [third.1],
            "the next one is called, and nothing is left to do for who went"
        );
        assert_eq!((count(app, CALLED).await, standing(app, &second).await), (2, Some(Standing::Out)));
        app.clock.pass(TimeDelta::minutes(5));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_withdraws_leaves_the_place_to_the_first_who_waits_once() {
    each(async |app| {
        let (anna, [first, second, third]) = one_place_for_three(app).await;
        assert_eq!(standing(app, &third).await, Some(Standing::Queue(2)));
        assert_eq!(tasks(app, &anna).await, []);
        let accept = async |id, version| {
            ufficio::conclude(&app.portal, &anna, id, &Act { reason: String::new(), ..act(version, Outcome::Accept) })
                .await
        };
        assert!(matches!(accept(second.1, 3).await, Err(Error::Unacceptable(_))));
        app.work().await;
        let mailed = app.inbox.all().len();

        pratica::withdraw(&app.portal, &first.0, first.1).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [second.1]);
        assert_eq!(count(app, CALLED).await, 1);
        assert_eq!(standing(app, &second).await, Some(Standing::Place(1)));
        assert_eq!(standing(app, &third).await, Some(Standing::Queue(1)));
        app.clock.pass(TimeDelta::minutes(30));
        app.work().await;
        let told = app.inbox.all().split_off(mailed);
        let called = told
            .iter()
            .filter_map(|message| MessageParser::default().parse(message.raw.as_bytes())?.subject().map(str::to_owned));
        assert_eq!(called.filter(|subject| subject.contains("C'è un posto: pratica 2026/")).count(), 1, "{told:?}");
        assert!(matches!(accept(third.1, 3).await, Err(Error::Unacceptable(_))), "it is not its turn");
        accept(second.1, 3).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [], "what was to be done is done");
        assert_eq!(count(app, CALLED).await, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_place_that_was_given_out_of_turn_is_given_once() {
    each(async |app| {
        places(app, 1).await;
        let (first, second) = (family(app, "Rossi", true).await, family(app, "Verdi", false).await);
        let anna = app.operatore("Anna").await;
        let accept = async |id, version| {
            ufficio::conclude(&app.portal, &anna, id, &Act { reason: String::new(), ..act(version, Outcome::Accept) })
                .await
        };
        // One in charge is accepted without a question about its place.
        ufficio::take(&app.portal, &anna, second.1, 1).await.unwrap();
        accept(second.1, 2).await.unwrap();
        assert_eq!(standing(app, &second).await, Some(Standing::Given));
        wait(app, &anna, first.1).await;
        assert_eq!((tasks(app, &anna).await, count(app, CALLED).await), (vec![], 0), "no place is left to call for");
        assert_eq!(standing(app, &first).await, Some(Standing::Queue(1)));
        assert!(matches!(accept(first.1, 3).await, Err(Error::Unacceptable(_))), "the one place is given");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_is_rejected_or_annulled_leaves_the_place_too() {
    each(async |app| {
        places(app, 2).await;
        let (first, second) = (family(app, "Rossi", true).await, family(app, "Verdi", true).await);
        let (third, fourth) = (family(app, "Neri", false).await, family(app, "Bianchi", false).await);
        let anna = app.operatore("Anna").await;
        for (_, id) in [&third, &fourth] {
            wait(app, &anna, *id).await;
        }
        ufficio::take(&app.portal, &anna, first.1, 1).await.unwrap();
        let version = noticed(app, &first.0, &anna, first.1, 2).await;
        assert_eq!(tasks(app, &anna).await, [], "a notice takes no place away");
        ufficio::conclude(&app.portal, &anna, first.1, &rejection(version, "Non si può")).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [third.1]);
        // One that was called is annulled: its place goes on to the next.
        ufficio::conclude(&app.portal, &anna, third.1, &act(3, Outcome::Annul)).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [fourth.1]);
        assert_eq!(count(app, CALLED).await, 2);
        assert_eq!(standing(app, &fourth).await, Some(Standing::Place(2)));
        assert_eq!(standing(app, &second).await, Some(Standing::Place(1)));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn one_that_comes_to_the_waiting_list_while_a_place_is_free_is_called_at_once() {
    each(async |app| {
        places(app, 1).await;
        let first = family(app, "Rossi", true).await;
        let anna = app.operatore("Anna").await;
        wait(app, &anna, first.1).await;
        assert_eq!((tasks(app, &anna).await, count(app, CALLED).await), (vec![first.1], 1));
    })
    .await;
}

#[tokio::test]
async fn a_booked_waiting_list_moves_as_well() {
    each(async |app| {
        one_place_to_book(app).await;
        let families = [booked(app, "Rossi").await, booked(app, "Verdi").await];
        let anna = app.operatore("Anna").await;
        wait(app, &anna, families[1].1).await;
        assert_eq!(tasks(app, &anna).await, []);
        pratica::withdraw(&app.portal, &families[0].0, families[0].1).await.unwrap();
        assert_eq!(tasks(app, &anna).await, [families[1].1]);
        let page = pratica::page(&app.portal, &families[1].0, families[1].1).await.unwrap();
        assert!(page.booked_with.is_some() && page.posto.unwrap().0.has_place());
    })
    .await;
}

#[tokio::test]
async fn a_booked_place_that_was_given_out_of_turn_is_given_once() {
    each(async |app| {
        one_place_to_book(app).await;
        let families = [booked(app, "Rossi").await, booked(app, "Verdi").await];
        let (anna, [first, second]) = (app.operatore("Anna").await, [&families[0], &families[1]]);
        let accept = Act { reason: String::new(), ..act(2, Outcome::Accept) };
        ufficio::take(&app.portal, &anna, second.1, 1).await.unwrap();
        ufficio::conclude(&app.portal, &anna, second.1, &accept).await.unwrap();
        wait(app, &anna, first.1).await;
        assert_eq!(
            (standing(app, first).await, standing(app, second).await),
            (Some(Standing::Queue(1)), Some(Standing::Given))
        );
        let refused = ufficio::conclude(&app.portal, &anna, first.1, &Act { version: 3, ..accept }).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        assert_eq!(tasks(app, &anna).await, []);
        let listed =
            prenotazione::order(&app.portal, &anna, MODELLO, AnnoScolastico::beginning_in(2026), 1).await.unwrap();
        let standings: Vec<_> = listed.rows.iter().map(|row| row.posto.standing).collect();
        assert_eq!(standings, [Standing::Queue(1), Standing::Given], "the office's list says the same");
    })
    .await;
}

#[tokio::test]
async fn one_that_was_accepted_without_booking_takes_a_place() {
    each(async |app| {
        one_place_to_book(app).await;
        let file = async |name: &str| {
            let ctx = app.cittadino(name).await;
            let (bozza, ids) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", name, 1)])).await;
            (ctx, bozza, ids[0])
        };
        let (rossi, verdi, anna) = (file("Rossi").await, file("Verdi").await, app.operatore("Anna").await);
        let accept = Act { reason: String::new(), ..act(2, Outcome::Accept) };
        ufficio::take(&app.portal, &anna, rossi.2, 1).await.unwrap();
        ufficio::conclude(&app.portal, &anna, rossi.2, &accept).await.unwrap();
        prenotazione::book(&app.portal, &verdi.0, verdi.1).await.unwrap();
        wait(app, &anna, verdi.2).await;
        assert_eq!(tasks(app, &anna).await, []);
        assert_eq!(standing(app, &(verdi.0, verdi.2)).await, Some(Standing::Queue(1)));
        let refused = ufficio::conclude(&app.portal, &anna, verdi.2, &Act { version: 3, ..accept }).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        let listed =
            prenotazione::order(&app.portal, &anna, MODELLO, AnnoScolastico::beginning_in(2026), 1).await.unwrap();
        let standings: Vec<_> = listed.rows.iter().map(|row| row.posto.standing).collect();
        assert_eq!(standings, [Standing::Queue(1)], "the office's list says the same");
    })
    .await;
}

#[tokio::test]
async fn one_that_was_accepted_before_there_were_criteria_takes_a_place() {
    each(async |app| {
        let before = app.cittadino("Bianchi").await;
        let id = app.file(&before, &Domanda::new([Figlio::new("Luca", "Bianchi", 1)])).await.1[0];
        let anna = app.operatore("Anna").await;
        let accept = Act { reason: String::new(), ..act(2, Outcome::Accept) };
        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        ufficio::conclude(&app.portal, &anna, id, &accept).await.unwrap();
        places(app, 1).await;
        let first = family(app, "Rossi", true).await;
        wait(app, &anna, first.1).await;
        assert_eq!((tasks(app, &anna).await, standing(app, &first).await), (vec![], Some(Standing::Queue(1))));
    })
    .await;
}

/// The criteria as an author publishes them, with so many places and an instant of booking or none.
async fn put_out(app: &App, booking: Option<(Option<&str>, i64)>, first: Option<u32>) -> Result<i64, OfferFault> {
    let day = |days| Edge::Day((app.clock.now() + TimeDelta::days(days)).date_naive());
    let booking = booking.map(|(from, posti)| (from.map(|from| from.parse().unwrap()), posti));
    let offer = Offer { window: (day(-2), day(20)), anno: 2026, booking };
    let testi = first.map_or_else(|| autori::Testi { ..plain() }, con_criteri);
    put_out_as(app, testi, offer).await
}

async fn put_out_as(app: &App, testi: autori::Testi, offer: Offer) -> Result<i64, OfferFault> {
    match autori::publish_by_command(&app.portal, app.ente.id, testi.texts(MODELLO), offer).await.unwrap() {
        Ok(version) => Ok(version),
        Err(NotPublished::Offer(fault)) => Err(fault),
        Err(NotPublished::Faults(faults)) => panic!("{faults:?}"),
    }
}

/// What ships, without criteria.
fn plain() -> autori::Testi {
    let found = sportello_domain::modello::SHIPPED.into_iter().find(|texts| texts.name == MODELLO).unwrap();
    autori::Testi { form: found.form.into(), english: found.english.into(), procedura: found.procedura.into() }
}

#[tokio::test]
async fn more_places_call_more_of_those_who_wait() {
    each(async |app| {
        put_out(app, Some((None, 1)), Some(30)).await.unwrap();
        let mut waiting = Vec::new();
        let anna = app.operatore("Anna").await;
        family(app, "Rossi", true).await;
        for name in ["Verdi", "Neri", "Bianchi"] {
            let one = family(app, name, false).await;
            wait(app, &anna, one.1).await;
            waiting.push(one.1);
        }
        put_out(app, Some((None, 3)), Some(30)).await.unwrap();
        let mut called = tasks(app, &anna).await;
        called.sort();
        waiting.truncate(2);
        waiting.sort();
        assert_eq!((called, count(app, CALLED).await), (waiting, 2));
        at_peace(app).await;
    })
    .await;
}

/// The criteria with a procedura in which silence is assent.
fn assent() -> autori::Testi {
    let mut testi = con_criteri(30);
    testi.procedura = testi.procedura.replace("silence = \"nessuno\"", "silence = \"assenso\"");
    testi
}

#[tokio::test]
async fn silence_gives_no_place_that_is_few() {
    each(async |app| {
        let day = |days| Edge::Day((app.clock.now() + TimeDelta::days(days)).date_naive());
        let offer = |booking| Offer { window: (day(-2), day(20)), anno: 2026, booking };
        assert_eq!(put_out_as(app, assent(), offer(Some((None, 1)))).await, Err(OfferFault::Silence));
        put_out_as(app, assent(), offer(None)).await.unwrap();
        let many = family(app, "Rossi", true).await;
        app.clock.pass(TimeDelta::days(45));
        app.work().await;
        let status =
            async |(ctx, id): &(Ctx, PraticaId)| pratica::page(&app.portal, ctx, *id).await.unwrap().row.status;
        assert_eq!(status(&many).await, PraticaStatus::Accepted, "while everybody has a place");
        put_out_as(app, assent(), offer(None)).await.unwrap();
        let few = family(app, "Verdi", true).await;
        put_out(app, Some((None, 2)), Some(30)).await.unwrap();
        app.clock.pass(TimeDelta::days(45));
        app.work().await;
        assert_eq!(status(&few).await, PraticaStatus::Registered);
    })
    .await;
}

#[tokio::test]
async fn places_are_booked_or_go_by_criteria_never_both_and_never_neither() {
    each(async |app| {
        let now = app.clock.now();
        let window = (now - TimeDelta::days(1), now + TimeDelta::days(1));
        let both = app.publish_ranked_and_booked(window, Booking { from: Some(now), posti: 5 }).await;
        assert!(matches!(both, Err(Error::Unacceptable(_))), "{both:?}");
        let neither = app.try_publish(window, Some(Booking { from: None, posti: 5 })).await;
        assert!(matches!(neither, Err(Error::Unacceptable(_))), "{neither:?}");
        let none = try_places(app, Some(0), 30).await;
        assert!(matches!(none, Err(Error::Unacceptable(_))), "{none:?}");
        let minute = now.format("%Y-%m-%dT%H:%M").to_string();
        assert_eq!(put_out(app, Some((Some(&minute), 5)), Some(30)).await, Err(OfferFault::Ranked));
        assert_eq!(put_out(app, Some((None, 5)), None).await, Err(OfferFault::Unranked));
        assert_eq!(put_out(app, Some((None, 0)), Some(30)).await, Err(OfferFault::Posti));
        // Criteria without a number of places: the order is there for the office, the limit is not.
        put_out(app, None, Some(30)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn criteria_and_places_stay_once_somebody_has_points() {
    each(async |app| {
        places(app, None).await;
        try_places(app, Some(2), 40).await.unwrap();
        let first = family(app, "Rossi", true).await;
        let anna = app.operatore("Anna").await;
        let refused = |tried: Result<i64, Error>| {
            assert!(matches!(tried, Err(Error::Unacceptable(RANKED))), "{tried:?}");
        };
        refused(try_places(app, Some(2), 30).await);
        refused(try_places(app, None, 40).await);
        let now = app.clock.now();
        let window = (now - TimeDelta::days(1), now + TimeDelta::days(1));
        refused(app.try_publish(window, None).await);
        refused(app.try_publish(window, Some(Booking { from: Some(now), posti: 2 })).await);
        let version = try_places(app, Some(3), 40).await.unwrap();
        // What would count after it has other criteria and no places.
        for earlier in (1..version).rev() {
            let withdrawn = autori::withdraw(&app.portal, &anna, MODELLO, earlier).await;
            assert!(withdrawn.is_ok(), "{earlier}: {withdrawn:?}");
        }
        assert_eq!(standing(app, &first).await, Some(Standing::Place(1)));
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_does_not_end_the_ranking_of_those_who_are_in_it() {
    each(async |app| {
        places(app, None).await;
        try_places(app, Some(2), 30).await.unwrap();
        family(app, "Rossi", true).await;
        let anna = app.operatore("Anna").await;
        let refused = autori::withdraw(&app.portal, &anna, MODELLO, 3).await;
        assert!(matches!(refused, Err(Error::Unacceptable(RANKED))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn several_are_not_shown_as_ready_while_they_wait_without_a_place() {
    each(async |app| {
        places(app, 1).await;
        let (first, second) = (family(app, "Rossi", true).await, family(app, "Verdi", false).await);
        let anna = app.operatore("Anna").await;
        wait(app, &anna, second.1).await;
        let preview = async || {
            let lines = insieme::preview(&app.portal, &anna, Deed::Accept, &[second.1]).await.unwrap();
            lines.into_iter().map(|line| line.obstacle).collect::<Vec<_>>()
        };
        assert_eq!(preview().await, [Some(Obstacle::NoPlace)]);
        let tried = insieme::carry_out(&app.portal, &anna, Deed::Accept, &[(second.1, 3)]).await.unwrap();
        assert_eq!(tried[0].obstacle, Some(Obstacle::NoPlace));
        let decision = Decision { version: 3, accept: true, reason: String::new() };
        let alone = ufficio::decide(&app.portal, &anna, second.1, &decision).await;
        assert!(matches!(alone, Err(Error::Unacceptable(_))), "{alone:?}");
        pratica::withdraw(&app.portal, &first.0, first.1).await.unwrap();
        assert_eq!(preview().await, [None]);
        let done = insieme::carry_out(&app.portal, &anna, Deed::Accept, &[(second.1, 3)]).await.unwrap();
        assert_eq!(done[0].obstacle, None);
        let status = pratica::page(&app.portal, &second.0, second.1).await.unwrap().row.status;
        assert_eq!(status, PraticaStatus::Accepted);
        at_peace(app).await;
    })
    .await;
}
