use crate::fixture::{World, day};
use sportello_domain::pratica::PraticaStatus;
use sportello_store::{
    coda::{self, CodaCounts, CodaQuery},
    istruttoria::{self, Move},
    testing::each,
};

async fn found(world: &World, query: CodaQuery) -> Vec<i64> {
    let (ente, query) = (world.ente, CodaQuery { limit: 500, ..query });
    let rows = world.read(async move |read| coda::page(read, ente, &query).await).await;
    assert!(rows.iter().all(|row| row.total == rows.len() as i64));
    rows.into_iter().map(|row| row.numero).collect()
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

#[tokio::test]
async fn each_filter_finds_its_rows_the_most_urgent_first() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let (ente, clerk) = (world.ente, world.other);
        let query = CodaQuery::default;
        assert_eq!(found(&world, query()).await, [4, 1, 2]);
        assert_eq!(found(&world, CodaQuery { closed: true, ..query() }).await, [3]);
        assert_eq!(found(&world, CodaQuery { unassigned: true, ..query() }).await, [4, 2]);
        assert_eq!(found(&world, CodaQuery { assignee: Some(clerk), ..query() }).await, [1]);
        assert_eq!(found(&world, CodaQuery { due_by: Some(day(2026, 9, 6)), ..query() }).await, [4]);
        let counts = world.read(async move |read| coda::counts(read, ente, clerk, day(2026, 9, 6)).await).await;
        assert_eq!(counts, CodaCounts { open: 3, unassigned: 2, mine: 1, due_soon: 1, closed: 1 });
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_searched_by_name_and_number() {
    each(async |database| {
        let world = World::new(database).await;
        office(&world).await;
        let text = |text: &str| CodaQuery { text: Some(text.to_owned()), ..CodaQuery::default() };
        let numero = |numero, anno| CodaQuery { numero: Some(numero), anno, ..CodaQuery::default() };
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
        let query = CodaQuery { limit: 1, offset: 1, ..CodaQuery::default() };
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
