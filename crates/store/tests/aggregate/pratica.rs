use crate::fixture::{MENSA, World};
use sportello_domain::id::{BozzaId, DocumentoId, PraticaId};
use sportello_store::{
    documento::{self, DocumentoRow, RICEVUTA},
    pratica,
    testing::{each, id, now},
};

#[tokio::test]
async fn only_the_applicant_consults_a_pratica() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, neighbour) = (world.ente, world.persona, world.other, world.neighbour().await);
        let (invio, _) = world.filed(&["A"]).await;
        let (key, bozza) = (invio.pratiche[0].id, invio.bozza_id);
        let sees = async |at, persona| {
            let read = database.store.read(at, async move |read| {
                let one = pratica::of_persona(read, at, persona, key).await?.is_some();
                let list = pratica::list(read, at, persona).await?.len();
                let bozza = pratica::of_bozza(read, at, persona, bozza).await?.len();
                Ok((one, list, bozza))
            });
            read.await.unwrap()
        };
        assert_eq!(sees(ente, laura).await, (true, 1, 1));
        assert_eq!(sees(ente, mario).await, (false, 0, 0), "the other parent");
        assert_eq!(sees(neighbour, laura).await, (false, 0, 0), "another ente");
        let office = database.store.read(neighbour, async move |read| pratica::by_id(read, neighbour, key).await);
        assert!(office.await.unwrap().is_none(), "a clerk of another ente");
        let last = world.read(async move |read| {
            let own = pratica::last_filing(read, ente, laura, MENSA).await?;
            Ok((own, pratica::last_filing(read, ente, mario, MENSA).await?))
        });
        assert_eq!(last.await, (Some(key), None));
    })
    .await;
}

fn receipt(bozza: BozzaId, pratica: Option<PraticaId>) -> DocumentoRow {
    DocumentoRow {
        id: DocumentoId::new(id()),
        bozza_id: bozza,
        pratica_id: pratica,
        kind: RICEVUTA.to_owned(),
        name: "ricevuta-2026-1.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 9,
        sha256: "cd".repeat(32),
        sealed: true,
        created_at: now(),
    }
}

#[tokio::test]
async fn an_invia_has_one_receipt_however_often_its_job_runs() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario) = (world.ente, world.persona, world.other);
        let (invio, _) = world.filed(&["A", "B"]).await;
        let bozza = invio.bozza_id;
        let (first, second) = (receipt(bozza, None), receipt(bozza, None));
        let expected = first.clone();
        let added = world.write(async move |tx| {
            Ok((documento::add(tx, ente, &first).await?, documento::add(tx, ente, &second).await?))
        });
        assert_eq!(added.await.unwrap(), (true, false));
        let seen = world.read(async move |read| {
            let own = documento::receipt(read, ente, laura, bozza).await?;
            let foreign = documento::receipt(read, ente, mario, bozza).await?;
            Ok((own, foreign))
        });
        assert_eq!(seen.await, (Some(expected), None));
    })
    .await;
}

#[tokio::test]
async fn a_document_about_one_pratica_is_no_receipt() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let (invio, _) = world.filed(&["A", "B"]).await;
        let bozza = invio.bozza_id;
        let outcome = receipt(bozza, Some(invio.pratiche[0].id));
        world.write(async move |tx| documento::add(tx, ente, &outcome).await).await.unwrap();
        let seen = world.read(async move |read| documento::receipt(read, ente, laura, bozza).await);
        assert_eq!(seen.await, None);
    })
    .await;
}
