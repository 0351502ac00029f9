use crate::fixture::{World, later};
use sportello_domain::id::{AllegatoId, BozzaId, RowId};
use sportello_store::{
    allegato::{self, AllegatoRow},
    testing::{each, id, now},
};

pub fn file(bozza: BozzaId) -> AllegatoRow {
    AllegatoRow {
        id: AllegatoId::new(id()),
        bozza_id: bozza,
        field: "dieta_certificato".to_owned(),
        row_id: Some(RowId::new(id())),
        name: "certificato.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 1_234,
        sha256: "ab".repeat(32),
        sealed: true,
        created_at: now(),
    }
}

#[tokio::test]
async fn a_file_is_its_owners_until_it_is_taken_out() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, bozza) = (world.ente, world.persona, world.other, world.draft().await);
        let new = file(bozza);
        let (key, expected) = (new.id, new.clone());
        let seen = world.write(async move |tx| {
            allegato::add(tx, ente, &new).await?;
            let own = allegato::own(tx, ente, laura, bozza, key).await?;
            let foreign = allegato::own(tx, ente, mario, bozza, key).await?;
            let elsewhere = allegato::own(tx, ente, laura, BozzaId::new(id()), key).await?;
            allegato::forget(tx, ente, &[key]).await?;
            Ok((own, foreign, elsewhere, allegato::removed(tx, ente).await?))
        });
        assert_eq!(seen.await.unwrap(), (Some(expected), None, None, vec![]));
        let removed = world.write(async move |tx| {
            let first = allegato::remove(tx, ente, bozza, key, later(1)).await?;
            let twice = allegato::remove(tx, ente, bozza, key, later(2)).await?;
            let own = allegato::own(tx, ente, laura, bozza, key).await?;
            let removed = allegato::removed(tx, ente).await?;
            allegato::forget(tx, ente, &removed).await?;
            Ok((first, twice, own, removed, allegato::removed(tx, ente).await?))
        });
        assert_eq!(removed.await.unwrap(), (true, false, None, vec![key], vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_pratica_shows_only_the_files_filed_with_it() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, bozza) = (world.ente, world.draft().await);
        let (shown, hidden) = (file(bozza), file(bozza));
        let mut invio = world.invio(bozza, &["A", "B"]);
        let (first, second) = (invio.pratiche[0].id, invio.pratiche[1].id);
        invio.allegati = vec![(first, shown.id)];
        let expected = shown.clone();
        let added = world.write(async move |tx| {
            allegato::add(tx, ente, &shown).await?;
            allegato::add(tx, ente, &hidden).await
        });
        added.await.unwrap();
        world.submit(&invio).await.unwrap();
        let of = async |pratica| world.read(async move |read| allegato::of_pratica(read, ente, pratica).await).await;
        assert_eq!((of(first).await, of(second).await), (vec![expected], vec![]));
    })
    .await;
}
