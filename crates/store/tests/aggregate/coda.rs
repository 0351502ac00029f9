use crate::fixture::{World, day};
use sportello_domain::pratica::PraticaStatus;
use sportello_store::{
    binds,
    coda::{self, CodaCounts, CodaQuery, Order},
    coda_export,
    istruttoria::{self, Move},
    testing::{each, now},
};

async fn found(world: &World, query: CodaQuery) -> Vec<i64> {
    let (ente, query) = (world.ente, CodaQuery { limit: 500, ..query });
    let same = query.clone();
    let rows = world.read(async move |read| coda::page(read, ente, &query).await).await;
    assert!(rows.iter().all(|row| row.total == rows.len() as i64));
    let numbers: Vec<i64> = rows.into_iter().map(|row| row.numero).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(stepped(world, same).await, sorted, "the table has what the page has");
    numbers
}

/// The same as the table reads it, one row in each step.
async fn stepped(world: &World, query: CodaQuery) -> Vec<i64> {
    let (ente, mut after, mut numbers) = (world.ente, (0, 0), Vec::new());
    loop {
        let query = query.clone();
        let rows = world.read(async move |read| coda_export::step(read, ente, &query, after, 1).await).await;
        let Some(row) = rows.first() else { return numbers };
        after = (row.anno, row.numero);
        numbers.push(row.numero);
    }
}

/// Numbers 1 (with the clerk), 2 (nobody), 3 (withdrawn), 4 (due first).
async fn office(world: &World) {
    let ente = world.ente;
    let (invio, _) = world.filed(&["AAA", "B%B", "CCC"]).await;
    let (first, third) = (invio.pratiche[0].id, invio.pratiche[2].id);
    let steps = [world.step(first, PraticaStatus::InReview), world.step(third, PraticaStatus::Withdrawn)];
    let clerk = world.other;
    let mut soon = world.invio(world.draft().await, &["DDD"]);
    soon.due_on = day(2026, 9, 5);
    world.submit(&soon).await.unwrap();
    let moved = world.write(async move |tx| {
        let take =
            Move { id: first, version: 1, status: PraticaStatus::InReview, assigned_to: Some(clerk), decision: None };
        let withdraw = Move { id: third, status: PraticaStatus::Withdrawn, assigned_to: None, ..take.clone() };
        istruttoria::advance(tx, ente, &take, &steps[0]).await?;
        istruttoria::advance(tx, ente, &withdraw, &steps[1]).await
    });
    assert!(moved.await.unwrap());
}

/// Everything that waits for a decision.
fn open() -> CodaQuery {
    CodaQuery { states: PraticaStatus::OPEN.into(), ..CodaQuery::default() }
}

#[tokio::test]
async fn each_filter_finds_its_rows_the_most_urgent_first() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let (ente, clerk) = (world.ente, world.other);
        assert_eq!(found(&world, open()).await, [4, 1, 2]);
        assert_eq!(found(&world, CodaQuery { states: PraticaStatus::OVER.into(), ..open() }).await, [3]);
        assert_eq!(found(&world, CodaQuery::default()).await, [4, 1, 2, 3], "no state is every state");
        assert_eq!(found(&world, CodaQuery { unassigned: true, ..open() }).await, [4, 2]);
        assert_eq!(found(&world, CodaQuery { assignee: Some(clerk), ..open() }).await, [1]);
        assert_eq!(found(&world, CodaQuery { due_by: Some(day(2026, 9, 6)), ..open() }).await, [4]);
        let counts = world.read(async move |read| coda::counts(read, ente, clerk, day(2026, 9, 6)).await).await;
        let none = CodaCounts {
            open: 3,
            unassigned: 2,
            mine: 1,
            due_soon: 1,
            awaiting: 0,
            observations: 0,
            refused: 0,
            closed: 1,
        };
        assert_eq!(counts, none);
    })
    .await;
}

#[tokio::test]
async fn filters_are_combined() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let ente = world.ente;
        let put = "UPDATE pratica SET plesso = 'BGEE1' WHERE ente_id = $1 AND numero IN (1, 3)";
        world.write(async move |tx| tx.execute(put, binds![ente]).await).await.unwrap();
        let (here, modello) = (Some("BGEE1".to_owned()), Some("iscrizione-mensa".to_owned()));
        let of = |query: CodaQuery| CodaQuery { plesso: here.clone(), ..query };
        assert_eq!(found(&world, of(open())).await, [1]);
        assert_eq!(found(&world, of(CodaQuery::default())).await, [1, 3]);
        assert_eq!(found(&world, of(CodaQuery { unassigned: true, ..CodaQuery::default() })).await, [3]);
        let withdrawn = CodaQuery { states: vec![PraticaStatus::Withdrawn], ..CodaQuery::default() };
        assert_eq!(found(&world, of(CodaQuery { modello, ..withdrawn.clone() })).await, [3]);
        assert!(found(&world, CodaQuery { modello: Some("altro".into()), ..withdrawn }).await.is_empty());
        let (now, later) = (Some(now()), Some(now() + chrono::TimeDelta::seconds(1)));
        let between = |received_from, received_until| CodaQuery { received_from, received_until, ..open() };
        assert_eq!(found(&world, between(now, later)).await, [4, 1, 2]);
        assert!(found(&world, between(later, None)).await.is_empty());
        assert!(found(&world, between(None, now)).await.is_empty(), "the end does not belong to it");
    })
    .await;
}

#[tokio::test]
async fn what_the_protocol_refuses_is_found() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let (ente, clerk) = (world.ente, world.other);
        let send = async |sql: &'static str| {
            world.write(async move |tx| tx.execute(sql, binds![ente]).await).await.unwrap();
        };
        send("UPDATE pratica SET status = 'inviata' WHERE ente_id = $1 AND numero = 4").await;
        send("INSERT INTO protocollo_richiesta (ente_id, bozza_id, status, received_at, sender, subject, sha256, classificazione, fascicolo)
            SELECT ente_id, bozza_id, 'attesa', received_at, 's', 's', 's', 's', 's' FROM pratica WHERE ente_id = $1 AND numero = 4").await;
        let counts = async || world.read(async move |read| coda::counts(read, ente, clerk, day(2026, 9, 6)).await).await;
        let refused = || CodaQuery { refused: true, ..open() };
        assert!(found(&world, refused()).await.is_empty(), "what only waits is not refused");
        assert_eq!(counts().await.refused, 0);
        send("UPDATE protocollo_richiesta SET refusal = 'titolario' WHERE ente_id = $1").await;
        assert_eq!(found(&world, refused()).await, [4]);
        assert_eq!(counts().await.refused, 1);
    })
    .await;
}

#[tokio::test]
async fn each_order_has_two_directions() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let orders = [
            (Order::Due, [4, 1, 2, 3]),
            (Order::Number, [1, 2, 3, 4]),
            (Order::Modello, [4, 1, 2, 3]),
            // In charge, registered, withdrawn.
            (Order::Status, [1, 4, 2, 3]),
            (Order::Assignee, [4, 2, 3, 1]),
        ];
        for (order, up) in orders {
            let query = |down| CodaQuery { order, down, ..CodaQuery::default() };
            assert_eq!(found(&world, query(false)).await, up, "{order:?}");
            let mut down = found(&world, query(true)).await;
            down.reverse();
            assert_eq!(down, up, "{order:?} from the end");
        }
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_searched_by_name_and_number() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let text = |text: &str| CodaQuery { text: Some(text.to_owned()), ..open() };
        let numero = |numero, anno| CodaQuery { numero: Some(numero), anno, ..open() };
        assert_eq!(found(&world, text("aaa")).await, [1]);
        assert_eq!(found(&world, text("laura")).await, [4, 1, 2]);
        assert_eq!(found(&world, text("b%b")).await, [2], "a percent sign is a percent sign");
        assert_eq!(found(&world, text("%")).await, [2]);
        assert_eq!(found(&world, text("_")).await, Vec::<i64>::new());
        assert_eq!(found(&world, numero(2, None)).await, [2]);
        assert_eq!(found(&world, numero(2, Some(2026))).await, [2]);
        assert_eq!(found(&world, numero(2, Some(2025))).await, Vec::<i64>::new());
    })
    .await;
}

#[tokio::test]
async fn a_page_says_how_many_rows_match_in_all() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let (ente, clerk) = (world.ente, world.other);
        let query = CodaQuery { limit: 1, offset: 1, ..open() };
        let rows = world.read(async move |read| coda::page(read, ente, &query).await).await;
        let row = &rows[0];
        assert_eq!((rows.len(), row.numero, row.total), (1, 1, 3));
        assert_eq!((row.richiedente_cognome.as_str(), row.assigned_to), ("Ferrari", Some(clerk)));
        assert_eq!(row.assegnatario_cognome.as_deref(), Some("Rossi"));
        let neighbour = world.neighbour().await;
        let query = CodaQuery { limit: 10, ..CodaQuery::default() };
        let none = database.store.read(neighbour, async move |read| coda::page(read, neighbour, &query).await);
        assert!(none.await.unwrap().is_empty());
    })
    .await;
}
