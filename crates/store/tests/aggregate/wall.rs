//! Walls of the database itself: rows of two enti stay apart even where a statement forgets to ask, and what is
//! registered stays.

use crate::fixture::{World, draft_of};
use sportello_domain::id::{EnteId, PersonaId};
use sportello_store::{
    Error, binds, bozza, saml_log,
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
        let foreign = database.store.write(neighbour, async move |tx| bozza::create(tx, neighbour, &new).await).await;
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
            let read = database.store.read(ente, async move |read| read.fetch_one::<(i64,)>(PEOPLE, binds![]).await);
            assert_eq!(read.await.unwrap(), (expected,));
        }
        let moved = world.write(async move |tx| tx.execute(MOVE, binds![neighbour]).await).await;
        assert!(matches!(moved, Err(Error::Db { .. })), "{moved:?}");
        let foreign = World { ente: neighbour, ..world.clone() };
        let ente = world.ente;
        let put = foreign.write(async move |tx| {
            let says = crate::fixture::identita("X", "Ada", "Neri");
            sportello_store::persona::sign_in(tx, ente, PersonaId::new(id()), &says, crate::fixture::later(0)).await
        });
        assert!(matches!(put.await, Err(Error::Db { .. })));
    })
    .await;
}

const WITHOUT_WALL: &str =
    "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'ente_id'
    WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1";

#[tokio::test]
async fn every_table_of_an_ente_has_a_wall_or_is_named() {
    postgres(async |database| {
        let tables = database
            .store
            .read(EnteId::PLATFORM, async move |read| read.fetch_all::<(String,)>(WITHOUT_WALL, binds![]).await);
        let tables: Vec<String> = tables.await.unwrap().into_iter().map(|(table,)| table).collect();
        assert_eq!(tables, ["ente_key", "identity_provider", "job"]);
    })
    .await;
}

/// Changes of what is registered, and their texts.
const CHANGES: [&str; 9] = [
    "UPDATE protocollo SET subject = 'altro' WHERE ente_id = $1",
    "DELETE FROM protocollo WHERE ente_id = $1",
    "UPDATE protocollo_annullo SET motivo = 'altro' WHERE ente_id = $1",
    "DELETE FROM protocollo_annullo WHERE ente_id = $1",
    "UPDATE registro_giornaliero SET sha256 = 'altro' WHERE ente_id = $1",
    "DELETE FROM registro_giornaliero WHERE ente_id = $1",
    "UPDATE audit SET action = 'altro' WHERE ente_id = $1",
    "DELETE FROM audit WHERE ente_id = $1",
    "UPDATE saml_log SET outcome = 'altro' WHERE ente_id = $1",
];

#[tokio::test]
async fn what_is_registered_stays() {
    each(async |database| {
        let world = World::new(database).await;
        world.filed(&["A"]).await;
        let (ente, message) = (world.ente, crate::saml::message(0, None));
        world.write(async move |tx| saml_log::record(tx, ente, &message).await).await.unwrap();
        crate::protocollo::annulled_with_register(&world).await;
        for change in CHANGES {
            let changed = world.write(async move |tx| tx.execute(change, binds![ente]).await).await;
            assert!(matches!(changed, Err(Error::Db { .. })), "{change}: {changed:?}");
        }
    })
    .await;
}
