use crate::fixture::{OTHER_PARENT, PARENT, World, identita, later};
use sportello_domain::{
    id::PersonaId,
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{
    persona,
    ruolo::{self, NewRuolo},
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

fn role(ruolo: Ruolo, ambito: Ambito, by: Option<PersonaId>) -> NewRuolo {
    NewRuolo { id: id(), codice_fiscale: OTHER_PARENT.to_owned(), ruolo, ambito, by, at: later(0) }
}

#[tokio::test]
async fn a_role_is_given_once_in_an_ambito_and_counts_until_it_is_taken_away() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let plesso = |code: &str| Ambito::Plesso(code.to_owned());
        let first = role(Ruolo::Responsabile, Ambito::Ente, Some(laura));
        let key = first.id;
        let given = world.write(async move |tx| {
            let mut given = Vec::new();
            for new in [
                first.clone(),
                NewRuolo { id: id(), by: None, ..first },
                role(Ruolo::OperatoreScuola, plesso("A"), None),
                role(Ruolo::OperatoreScuola, plesso("B"), None),
            ] {
                given.push(ruolo::grant(tx, ente, &new).await?);
            }
            Ok((given, ruolo::of(tx, ente, OTHER_PARENT).await?))
        });
        let both = vec![Ruolo::OperatoreScuola, Ruolo::Responsabile];
        assert_eq!(given.await.unwrap(), (vec![true, false, true, true], both));
        let neighbour = world.neighbour().await;
        let elsewhere = database.store.write(neighbour, async move |tx| {
            let taken = ruolo::revoke(tx, neighbour, key, None, later(1)).await?;
            Ok((taken, ruolo::held(tx, neighbour).await?.len(), ruolo::of(tx, neighbour, OTHER_PARENT).await?))
        });
        assert_eq!(elsewhere.await.unwrap(), (false, 0, Vec::new()));
        let taken = world.write(async move |tx| {
            let once = ruolo::revoke(tx, ente, key, Some(laura), later(1)).await?;
            let twice = ruolo::revoke(tx, ente, key, Some(laura), later(2)).await?;
            let left = ruolo::of(tx, ente, OTHER_PARENT).await?;
            let holders = ruolo::holders(tx, ente, Ruolo::Responsabile).await?;
            let again = ruolo::grant(tx, ente, &role(Ruolo::Responsabile, Ambito::Ente, None)).await?;
            Ok((once, twice, left, holders, again))
        });
        assert_eq!(taken.await.unwrap(), (true, false, vec![Ruolo::OperatoreScuola], 0, true));
        let ambiti =
            world.read(async move |read| ruolo::ambiti(read, ente, OTHER_PARENT, Ruolo::OperatoreScuola).await);
        assert_eq!(ambiti.await, [plesso("A"), plesso("B")]);
        let held = world.read(async move |read| ruolo::held(read, ente).await).await;
        assert_eq!(held.len(), 3);
        assert!(held.iter().all(|row| row.ambito().is_ok()));
    })
    .await;
}
