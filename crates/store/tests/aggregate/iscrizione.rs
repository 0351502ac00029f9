use crate::fixture::{ANNO, World, day};
use sportello_domain::id::{AlunnoId, IscrizioneId, PersonaId, PraticaId};
use sportello_store::{
    Error, Json, alunno, binds,
    iscrizione::{self, IscrizioneRow, IscrizioneStatus},
    seal::Sealed,
    testing::{each, id, now},
};

fn enrolment(pratica: PraticaId, alunno: AlunnoId, persona: PersonaId) -> IscrizioneRow {
    IscrizioneRow {
        id: IscrizioneId::new(id()),
        servizio: "mensa".to_owned(),
        anno_scolastico: ANNO,
        alunno_id: alunno,
        persona_id: persona,
        plesso: "primaria".to_owned(),
        classe: "3a".to_owned(),
        giorni: Json(vec!["lun".to_owned(), "mar".to_owned()]),
        dal: day(2026, 9, 14),
        al: day(2027, 6, 8),
        status: IscrizioneStatus::Active,
        modalita_pagamento: "SDD".to_owned(),
        sealed_payment: Some(Sealed::from_bytes(vec![4])),
        sealed_dieta: None,
        pratica_id: pratica,
        created_at: now(),
    }
}

#[tokio::test]
async fn a_child_is_enrolled_once_for_service_and_year() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, alunno) = (world.ente, world.persona, world.other, world.school().await);
        let (invio, _) = world.filed(&["A", "B"]).await;
        let (first, second) = (invio.pratiche[0].id, invio.pratiche[1].id);
        let (new, twin) = (enrolment(first, alunno, laura), enrolment(second, alunno, laura));
        let key = new.id;
        world.write(async move |tx| iscrizione::create(tx, ente, &new).await).await.unwrap();
        let again = world.write(async move |tx| iscrizione::create(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let seen = world.read(async move |read| {
            let active = iscrizione::active(read, ente, "mensa", ANNO, alunno).await?;
            let sql = "SELECT giorni, sealed_payment FROM iscrizione WHERE ente_id = $1 AND pratica_id = $2";
            let made: (Json<Vec<String>>, Option<Sealed>) = read.fetch_one(sql, binds![ente, first]).await?;
            Ok((active, made.0.0.len(), made.1.is_some()))
        });
        assert_eq!(seen.await, (Some(key), 2, true));
        let own = world.read(async move |read| {
            Ok((iscrizione::own(read, ente, laura).await?, iscrizione::own(read, ente, mario).await?))
        });
        let (own, foreign) = own.await;
        assert_eq!((own.len(), own[0].id, own[0].nome.as_str(), foreign.len()), (1, key, "Sofia", 0));
    })
    .await;
}

#[tokio::test]
async fn the_register_offers_children_to_their_own_people() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, alunno) = (world.ente, world.persona, world.other, world.school().await);
        let offered = world.write(async move |tx| {
            alunno::link(tx, ente, laura, alunno, Some(("primaria", "3a")), now()).await?;
            alunno::link(tx, ente, laura, alunno, None, now()).await?;
            alunno::link(tx, ente, laura, alunno, Some(("primaria", "3a")), now()).await?;
            Ok((alunno::famiglia(tx, ente, laura).await?, alunno::famiglia(tx, ente, mario).await?))
        });
        let (own, foreign) = offered.await.unwrap();
        assert_eq!((own.len(), own[0].id, own[0].classe.as_deref()), (1, alunno, Some("3a")));
        assert!(foreign.is_empty());
        assert_eq!(own[0].nome, "Sofia");
    })
    .await;
}

#[tokio::test]
async fn children_without_codice_fiscale_are_not_taken_for_one() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let nameless = |nome: &str| {
            let mut child = crate::fixture::child(AlunnoId::new(id()));
            (child.codice_fiscale, child.nome) = (None, nome.to_owned());
            child
        };
        let (one, two) = (nameless("Ada"), nameless("Ugo"));
        let put = world.write(async move |tx| {
            let (one, two) = (alunno::put(tx, ente, &one).await?, alunno::put(tx, ente, &two).await?);
            let known = alunno::put(tx, ente, &crate::fixture::child(AlunnoId::new(id()))).await?;
            let same = alunno::put(tx, ente, &crate::fixture::child(AlunnoId::new(id()))).await?;
            Ok((one.id == two.id, known.id == same.id))
        });
        assert_eq!(put.await.unwrap(), (false, true));
    })
    .await;
}
