use crate::fixture::{World, later};
use sportello_store::{
    Error,
    idempotenza::{self, Begun},
    testing::each,
};

#[tokio::test]
async fn a_key_answers_its_own_request_only() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, new) = (world.ente, world.persona, world.other, world.answer("k", 1));
        let (key, expected, twin) = (new.key.clone(), new.answer.clone(), new.clone());
        let begun = world.write(async move |tx| {
            let before = idempotenza::begin(tx, ente, laura, &key, &[1; 32]).await?;
            idempotenza::keep(tx, ente, &new).await?;
            let same = idempotenza::begin(tx, ente, laura, &key, &[1; 32]).await?;
            let other_body = idempotenza::begin(tx, ente, laura, &key, &[2; 32]).await?;
            let other_actor = idempotenza::begin(tx, ente, mario, &key, &[1; 32]).await?;
            Ok([before, same, other_body, other_actor])
        });
        assert_eq!(
            begun.await.unwrap(),
            [Begun::New, Begun::Same(expected), Begun::OtherBody, Begun::New]
        );
        let again = world
            .write(async move |tx| idempotenza::keep(tx, ente, &twin).await)
            .await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn answers_go_after_their_time() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, new) = (world.ente, world.answer("k", 1));
        let purged = world.write(async move |tx| {
            idempotenza::keep(tx, ente, &new).await?;
            Ok((
                idempotenza::purge(tx, ente, later(-1)).await?,
                idempotenza::purge(tx, ente, later(0)).await?,
            ))
        });
        assert_eq!(purged.await.unwrap(), (0, 1));
    })
    .await;
}
