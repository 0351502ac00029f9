//! Rows of two enti stay apart even where a statement forgets to ask.

use crate::fixture::{World, draft_of};
use sportello_domain::id::{EnteId, PersonaId};
use sportello_store::{
    Error, binds, bozza,
    testing::{each, id, postgres},
};

const PEOPLE: &str = "SELECT count(*) FROM persona";
const MOVE: &str = "UPDATE persona SET ente_id = $1";

#[tokio::test]
async fn a_row_cannot_refer_to_a_row_of_another_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (neighbour, laura) = (world.neighbour().await, world.persona);
        let new = draft_of(laura);
        let foreign = database
            .store
            .write(neighbour, async move |tx| bozza::create(tx, neighbour, &new).await)
            .await;
        assert!(matches!(foreign, Err(Error::Db { .. })), "{foreign:?}");
    })
    .await;
}

#[tokio::test]
async fn on_postgresql_a_statement_without_ente_sees_only_its_own() {
    postgres(async |database| {
        let world = World::new(database).await;
        let neighbour = world.neighbour().await;
        for (ente, expected) in [(world.ente, 2), (neighbour, 0), (EnteId::PLATFORM, 0)] {
            let read = database
                .store
                .read(ente, async move |read| read.fetch_one::<(i64,)>(PEOPLE, binds![]).await);
            assert_eq!(read.await.unwrap(), (expected,));
        }
        let moved = world
            .write(async move |tx| tx.execute(MOVE, binds![neighbour]).await)
            .await;
        assert!(matches!(moved, Err(Error::Db { .. })), "{moved:?}");
        let foreign = World {
            ente: neighbour,
            ..world.clone()
        };
        let ente = world.ente;
        let put = foreign.write(async move |tx| {
            let says = crate::fixture::identita("X", "Ada", "Neri");
            sportello_store::persona::sign_in(tx, ente, PersonaId::new(id()), &says, crate::fixture::later(0)).await
        });
        assert!(matches!(put.await, Err(Error::Db { .. })));
    })
    .await;
}
