use crate::fixture::{OTHER_PARENT, PARENT, World, identita, later};
use sportello_domain::{id::PersonaId, ruolo::Ruolo};
use sportello_store::{
    persona, ruolo,
    testing::{each, id},
};

#[tokio::test]
async fn signing_in_refreshes_the_names_and_keeps_the_contacts() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let again = world.write(async move |tx| {
            let mut says = identita(PARENT, "Laura Maria", "Ferrari");
            (says.nascita, says.luogo_nascita) = (None, None);
            says.email = Some("nuova@prova.example".to_owned());
            persona::sign_in(tx, ente, PersonaId::new(id()), &says, later(2)).await
        });
        let again = again.await.unwrap();
        assert_eq!((again.id, again.nome.as_str()), (laura, "Laura Maria"));
        assert_eq!(
            again.email,
            identita(PARENT, "Laura", "Ferrari").email,
            "contacts are the person's once they are there"
        );
        assert_eq!(again.luogo_nascita.as_deref(), Some("B442"), "what a provider leaves out is not forgotten");
    })
    .await;
}

#[tokio::test]
async fn a_person_is_unknown_at_another_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (neighbour, laura) = (world.neighbour().await, world.persona);
        let found = database.store.read(neighbour, async move |read| persona::by_id(read, neighbour, laura).await);
        assert!(found.await.unwrap().is_none());
        let ente = world.ente;
        assert!(world.read(async move |read| persona::by_id(read, ente, laura).await).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_role_is_given_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let given = world.write(async move |tx| {
            let first = ruolo::grant(tx, ente, OTHER_PARENT, Ruolo::Responsabile, Some(laura), later(0)).await?;
            let twice = ruolo::grant(tx, ente, OTHER_PARENT, Ruolo::Responsabile, None, later(1)).await?;
            ruolo::grant(tx, ente, OTHER_PARENT, Ruolo::Auditor, None, later(1)).await?;
            Ok((first, twice, ruolo::of(tx, ente, OTHER_PARENT).await?))
        });
        assert_eq!(given.await.unwrap(), (true, false, vec![Ruolo::Auditor, Ruolo::Responsabile]));
    })
    .await;
}
