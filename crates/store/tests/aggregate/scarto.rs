//! Proposals to delete: step by step each is read once, and those of another ente never.

use sportello_store::{
    Read,
    scarto::{self, Kind, NewScarto},
    testing::{each, id, now},
};

use crate::fixture::{World, day};

#[tokio::test]
async fn a_walk_through_the_proposals_meets_each_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let (invio, _) = world.filed(&["A", "B"]).await;
        let of = |pratica: usize, kind| NewScarto {
            id: id(),
            kind,
            pratica_id: invio.pratiche[pratica].id,
            ended_on: day(2026, 9, 1),
            years: 5,
            atto: String::new(),
            at: now(),
        };
        let all = [of(0, Kind::Rejected), of(0, Kind::Dieta), of(1, Kind::Rejected)];
        let mut wanted = all.clone().map(|new| new.id);
        wanted.sort();
        let propose = async move |tx: &mut sportello_store::Tx| {
            for new in &all {
                assert!(scarto::propose(tx, ente, new).await?);
            }
            Ok(())
        };
        world.write(propose).await.unwrap();
        let walk = async move |read: &mut Read| {
            let mut found: Vec<scarto::ScartoRow> = Vec::new();
            loop {
                let step = scarto::step(read, ente, found.last(), 2).await?;
                if step.is_empty() {
                    return Ok((found, scarto::count(read, ente).await?));
                }
                found.extend(step);
            }
        };
        let (found, count) = world.read(walk).await;
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), wanted);
        assert_eq!(count, 3);
        let other = database.store.read(neighbour, async move |read| {
            Ok((scarto::step(read, neighbour, None, 9).await?.len(), scarto::count(read, neighbour).await?))
        });
        assert_eq!(other.await.unwrap(), (0, 0));
    })
    .await;
}
