use crate::fixture::{World, later};
use sportello_store::{
    Error,
    notifica::{self, NotificaState},
    testing::each,
};

#[tokio::test]
async fn a_message_leaves_once_and_keeps_its_identity() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, bozza) = (world.ente, world.draft().await);
        let (new, mut twin) = (world.notifica(bozza), world.notifica(bozza));
        twin.message_id = new.message_id.clone();
        let key = new.id;
        let sent = world.write(async move |tx| {
            notifica::add(tx, ente, &new).await?;
            let first = notifica::sent(tx, ente, key, later(1)).await?;
            let twice = notifica::sent(tx, ente, key, later(2)).await?;
            let failed = notifica::failed(tx, ente, key).await?;
            let row = notifica::by_id(tx, ente, key).await?;
            Ok((first, twice, failed, row.map(|row| (row.state, row.sent_at))))
        });
        assert_eq!(sent.await.unwrap(), (true, false, false, Some((NotificaState::Sent, Some(later(1))))));
        let again = world.write(async move |tx| notifica::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_message_given_up_says_so() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let (invio, _) = world.filed(&["A"]).await;
        let pratica = invio.pratiche[0].id;
        let mut new = world.notifica(invio.bozza_id);
        new.pratica_id = Some(pratica);
        let state = world.write(async move |tx| {
            notifica::add(tx, ente, &new).await?;
            assert!(notifica::failed(tx, ente, new.id).await?);
            notifica::by_id(tx, ente, new.id).await
        });
        assert_eq!(state.await.unwrap().map(|row| row.state), Some(NotificaState::Failed));
    })
    .await;
}
