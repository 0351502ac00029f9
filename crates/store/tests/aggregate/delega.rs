use crate::fixture::{OTHER_PARENT, World, day, later};
use sportello_domain::{
    delega::{DelegaScope, DelegaStatus},
    id::{DelegaId, EnteId, PersonaId},
};
use sportello_store::{
    Error, binds,
    delega::{self, DelegaStep, NewDelega},
    testing::{each, id, now},
};

fn new_delega(titolare: PersonaId) -> NewDelega {
    NewDelega {
        id: DelegaId::new(id()),
        titolare_id: titolare,
        delegato_codice_fiscale: OTHER_PARENT.to_owned(),
        ambito: DelegaScope::Pay,
        dal: day(2026, 9, 1),
        al: day(2027, 8, 31),
        email: Some("altro@posta.example".to_owned()),
        grant: None,
        created_at: now(),
    }
}

async fn given(world: &World) -> DelegaId {
    let (ente, laura, new) = (world.ente, world.persona, new_delega(world.persona));
    let key = new.id;
    let give = async move |tx: &mut sportello_store::Tx| {
        delega::add(tx, ente, &new).await?;
        delega::step(tx, ente, (id(), new.id), DelegaStep::Invited, laura, now()).await
    };
    world.write(give).await.unwrap();
    key
}

#[tokio::test]
async fn a_delega_is_found_by_its_two_people_alone() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, key) = (world.ente, world.persona, world.other, given(&world).await);
        let neighbour = world.neighbour().await;
        let seen = world.read(async move |read| {
            Ok((
                delega::given(read, ente, laura).await?,
                delega::received(read, ente, OTHER_PARENT).await?,
                delega::given(read, ente, mario).await?.len(),
                delega::received(read, ente, "ALTRO").await?.len(),
                delega::of_party(read, ente, key, mario, OTHER_PARENT).await?.is_some(),
                delega::of_party(read, ente, key, laura, "").await?.is_some(),
                delega::of_party(read, ente, key, PersonaId::new(id()), "ALTRO").await?.is_none(),
            ))
        });
        let (given, received, foreign, unknown, mine, hers, others) = seen.await;
        assert_eq!((given.len(), foreign, unknown, mine, hers, others), (1, 0, 0, true, true, true));
        assert_eq!(given, received);
        assert_eq!((given[0].delegato_id, given[0].titolare_nome.as_str()), (None, "Laura"));
        let elsewhere = world.store.read(neighbour, async move |read| {
            let found = delega::of_party(read, neighbour, key, mario, OTHER_PARENT).await?;
            Ok((found.is_none(), delega::received(read, neighbour, OTHER_PARENT).await?.len()))
        });
        assert_eq!(elsewhere.await.unwrap(), (true, 0));
    })
    .await;
}

#[tokio::test]
async fn a_delega_moves_once_from_each_state_and_forgets_the_address() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, key) = (world.ente, world.persona, world.other, given(&world).await);
        let moved = world.write(async move |tx| {
            let before = delega::address(tx, ente, key).await?.and_then(|(email, ..)| email);
            let (from, to) = (DelegaStatus::Invited, DelegaStatus::Accepted);
            let first = delega::advance(tx, ente, key, from, to, Some(mario)).await?;
            let again = delega::advance(tx, ente, key, from, to, Some(laura)).await?;
            let ended = delega::advance(tx, ente, key, to, DelegaStatus::Ended, None).await?;
            delega::step(tx, ente, (id(), key), DelegaStep::Ended, mario, later(1)).await?;
            Ok((before.is_some(), first, again, ended, delega::address(tx, ente, key).await?.is_none()))
        });
        assert_eq!(moved.await.unwrap(), (true, true, false, true, true));
        let seen = world.read(async move |read| {
            let email: (Option<String>,) =
                read.fetch_one("SELECT email FROM delega WHERE ente_id = $1 AND id = $2", binds![ente, key]).await?;
            let row = delega::of_party(read, ente, key, laura, "").await?;
            Ok((email.0, row.and_then(|row| row.delegato_id), delega::steps(read, ente, laura, "").await?))
        });
        let (email, delegato, steps) = seen.await;
        let kinds: Vec<DelegaStep> = steps.iter().map(|step| step.kind).collect();
        assert_eq!((email, delegato), (None, Some(mario)));
        assert_eq!(kinds, [DelegaStep::Invited, DelegaStep::Ended]);
        for change in [
            "UPDATE delega_evento SET kind = 'invitata' WHERE ente_id = $1",
            "DELETE FROM delega_evento WHERE ente_id = $1",
        ] {
            let changed = world.write(async move |tx| tx.execute(change, binds![ente]).await).await;
            assert!(matches!(changed, Err(Error::Db { .. })), "{changed:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn limits_count_what_is_open_recent_and_the_same() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, key) = (world.ente, world.persona, given(&world).await);
        let counts = world.write(async move |tx| {
            let mut seen = Vec::new();
            for (code, today, since) in [
                (OTHER_PARENT, day(2026, 9, 1), later(-1)),
                ("ALTRO", day(2026, 9, 1), later(1)),
                (OTHER_PARENT, day(2027, 9, 1), later(-1)),
            ] {
                let one = delega::counts(tx, ente, laura, code, today, since).await?;
                seen.push((one.open, one.recent, one.twins));
            }
            delega::advance(tx, ente, key, DelegaStatus::Invited, DelegaStatus::Declined, None).await?;
            let one = delega::counts(tx, ente, laura, OTHER_PARENT, day(2026, 9, 1), later(-1)).await?;
            seen.push((one.open, one.recent, one.twins));
            Ok(seen)
        });
        assert_eq!(counts.await.unwrap(), [(1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 1, 0)]);
        let nobody = world.write(async move |tx| delega::add(tx, ente, &new_delega(PersonaId::new(id()))).await);
        assert!(nobody.await.is_err(), "the applicant is a person of the ente");
        assert_ne!(ente, EnteId::PLATFORM);
    })
    .await;
}
