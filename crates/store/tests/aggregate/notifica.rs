use crate::fixture::{World, later};
use sportello_store::{
    Error,
    notifica::{self, Channel, NotificaRow, NotificaState},
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
            let first = notifica::sent(tx, ente, key, later(1), Channel::Email).await?;
            let twice = notifica::sent(tx, ente, key, later(2), Channel::Area).await?;
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

#[tokio::test]
async fn one_carries_what_waits_for_the_person_and_all_share_its_end() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, persona, bozza) = (world.ente, world.persona, world.draft().await);
        let message = |kind: &str| NotificaRow { kind: kind.into(), bozza_id: None, ..world.notifica(bozza) };
        let [first, second, receipt] = [message("esito"), message("messaggio"), message("ricevuta")];
        let others = NotificaRow { persona_id: world.other, ..message("esito") };
        let keys = [first.id, second.id, receipt.id, others.id];
        let shared = world.write(async move |tx| {
            for row in [first, second, receipt, others] {
                notifica::add(tx, ente, &row).await?;
            }
            notifica::lead(tx, ente, keys[0], Some(persona)).await?;
            let carried = notifica::carried(tx, ente, keys[0]).await?;
            let carried: Vec<_> = carried.into_iter().map(|row| row.id).collect();
            // Later than the first, it takes nothing away from it.
            notifica::lead(tx, ente, keys[2], Some(persona)).await?;
            let taken = notifica::carried(tx, ente, keys[2]).await?.len();
            notifica::failed(tx, ente, keys[0]).await?;
            notifica::again(tx, ente, keys[0]).await?;
            notifica::sent(tx, ente, keys[0], later(1), Channel::Email).await?;
            let mut states = Vec::new();
            for key in keys {
                let carrier = notifica::carrier(tx, ente, key).await?;
                states.push((notifica::by_id(tx, ente, key).await?.map(|row| row.state), carrier));
            }
            Ok((carried, taken, states))
        });
        let (carried, taken, states) = shared.await.unwrap();
        assert_eq!((carried, taken), (vec![keys[1]], 0));
        let (sent, queued) = (Some(NotificaState::Sent), Some(NotificaState::Queued));
        let expected = [(sent, Some(keys[0])), (sent, Some(keys[0])), (queued, Some(keys[2])), (queued, None)];
        assert_eq!(states, expected, "a receipt has its own e-mail, another person their own news");
    })
    .await;
}
