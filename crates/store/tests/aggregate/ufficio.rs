//! What the office writes beside a pratica: to whom it was given, and who looks at it.
use crate::fixture::World;
use chrono::TimeDelta;
use sportello_domain::pratica::PraticaStatus;
use sportello_store::{
    assegnazione::{self, NewAssegnazione},
    pratica, pratica_vista,
    testing::{each, id, now},
};

#[tokio::test]
async fn a_pratica_is_given_at_the_version_that_was_seen() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, to, by) = (world.ente, world.other, world.persona);
        let key = world.filed(&["AAA"]).await.0.pratiche[0].id;
        let new = |version| NewAssegnazione { id: id(), pratica_id: key, version, to, by, at: now() };
        let (stale, fresh) = (new(2), new(1));
        assert!(!world.write(async move |tx| assegnazione::assign(tx, ente, &stale).await).await.unwrap());
        assert!(world.write(async move |tx| assegnazione::assign(tx, ente, &fresh).await).await.unwrap());
        let (row, told) = world
            .read(async move |read| {
                let row = pratica::by_id(read, ente, key).await?.unwrap();
                Ok((row, assegnazione::of_pratica(read, ente, key).await?))
            })
            .await;
        assert_eq!((row.assigned_to, row.version, row.status), (Some(to), 2, PraticaStatus::Registered));
        let [told] = told.as_slice() else { panic!("one and not the stale one: {told:?}") };
        assert_eq!((told.to_nome.as_str(), told.by_cognome.as_str()), ("Mario", "Ferrari"));
        let neighbour = world.neighbour().await;
        let elsewhere = new(2);
        let given = world.store.write(neighbour, async move |tx| assegnazione::assign(tx, neighbour, &elsewhere).await);
        assert!(!given.await.unwrap(), "another ente has no such pratica");
    })
    .await;
}

#[tokio::test]
async fn a_look_is_seen_for_a_while_and_forgotten() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario) = (world.ente, world.persona, world.other);
        let key = world.filed(&["AAA"]).await.0.pratiche[0].id;
        let other = world.filed(&["BBB"]).await.0.pratiche[0].id;
        let see = async |who, at| {
            let look = async move |tx: &mut sportello_store::Tx| {
                pratica_vista::see(tx, ente, key, who, at, now() - TimeDelta::hours(1)).await
            };
            world.write(look).await.unwrap();
        };
        let since = async |pratica, from| {
            let found = world.read(async move |read| pratica_vista::since(read, ente, pratica, from).await).await;
            found.into_iter().map(|(_, nome, ..)| nome).collect::<Vec<_>>()
        };
        let minutes = TimeDelta::minutes;
        see(laura, now() - minutes(10)).await;
        see(mario, now() - minutes(2)).await;
        assert_eq!(since(key, now() - minutes(5)).await, ["Mario"]);
        see(laura, now() - minutes(1)).await;
        assert_eq!(since(key, now() - minutes(5)).await, ["Laura", "Mario"], "the latest first, each once");
        assert!(since(other, now() - minutes(5)).await.is_empty());
        see(laura, now() - TimeDelta::days(2)).await;
        assert_eq!(since(key, now() - TimeDelta::days(9)).await, ["Mario"], "old ones are deleted on the way");
        let neighbour = world.neighbour().await;
        let seen = world
            .store
            .write(neighbour, async move |tx| pratica_vista::see(tx, neighbour, key, laura, now(), now()).await)
            .await;
        assert!(seen.is_err(), "another ente has no such pratica");
    })
    .await;
}
