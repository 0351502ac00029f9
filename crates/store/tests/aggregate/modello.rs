use crate::fixture::{MENSA, World, later, publication};
use sportello_store::{modello, testing::each};

#[tokio::test]
async fn versions_follow_each_other_and_a_withdrawn_one_steps_back() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let versions = world.write(async move |tx| {
            let second = modello::publish(tx, ente, &publication(r#"{"b":1,"a":2.0}"#)).await?;
            let current = modello::current(tx, ente, MENSA).await?.map(|row| row.version);
            let withdrawn = modello::withdraw(tx, ente, MENSA, second, later(1)).await?;
            let twice = modello::withdraw(tx, ente, MENSA, second, later(2)).await?;
            let back = modello::current(tx, ente, MENSA).await?.map(|row| row.version);
            let third = modello::publish(tx, ente, &publication("{}")).await?;
            Ok((second, current, (withdrawn, twice), back, third))
        });
        assert_eq!(versions.await.unwrap(), (2, Some(2), (true, false), Some(1), 3));
        let list = world.read(async move |read| modello::all_current(read, ente).await).await;
        assert_eq!(list.iter().map(|row| row.version).collect::<Vec<_>>(), [3]);
        let old = world.read(async move |read| modello::version(read, ente, MENSA, 2).await).await.unwrap();
        assert_eq!(old.withdrawn_at, Some(later(1)));
    })
    .await;
}

#[tokio::test]
async fn a_document_comes_back_byte_for_byte() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, text) = (world.ente, r#"{"b":1.0,"a":"è","a2":[1e3]}"#);
        let published = world.write(async move |tx| modello::publish(tx, ente, &publication(text)).await);
        published.await.unwrap();
        let hash = publication(text).hash;
        let kept = world.read(async move |read| modello::document(read, ente, &hash).await).await;
        assert_eq!(kept.as_deref(), Some(text));
    })
    .await;
}
