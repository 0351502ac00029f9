use crate::fixture::{World, later};
use sportello_store::{
    idempotenza::{self, Begun},
    testing::each,
};

#[tokio::test]
async fn a_key_answers_its_own_request_only_and_for_a_time() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario) = (world.ente, world.persona, world.other);
        let invio = world.invio(world.draft().await, &["A"]);
        let (key, kept) = (invio.answer.key.clone(), invio.answer.answer.clone());
        let asked = key.clone();
        let before = world.read(async move |read| idempotenza::begin(read, ente, laura, &asked, &[1; 32]).await);
        assert_eq!(before.await, Begun::New);
        world.submit(&invio).await.unwrap();
        let body = kept.body_hash.clone();
        let begun = world.write(async move |tx| {
            let same = idempotenza::begin(tx, ente, laura, &key, &body).await?;
            let other_body = idempotenza::begin(tx, ente, laura, &key, &[9; 32]).await?;
            let other_actor = idempotenza::begin(tx, ente, mario, &key, &body).await?;
            let purged =
                (idempotenza::purge(tx, ente, later(-1)).await?, idempotenza::purge(tx, ente, later(60 * 24)).await?);
            Ok(([same, other_body, other_actor], purged))
        });
        let (begun, purged) = begun.await.unwrap();
        assert_eq!(begun, [Begun::Same(kept), Begun::OtherBody, Begun::New]);
        assert_eq!(purged, (0, 1));
    })
    .await;
}
