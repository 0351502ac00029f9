use crate::fixture::{World, later};
use sportello_domain::id::{AllegatoId, BozzaId, RowId};
use sportello_store::{
    allegato::{self, AllegatoRow, Scan},
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
        scan: Scan::Waiting,
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

#[tokio::test]
async fn the_scanner_has_the_last_word_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, bozza) = (world.ente, world.draft().await);
        let (waiting, old) = (file(bozza), AllegatoRow { scan: Scan::Unscanned, ..file(bozza) });
        let (first, second) = (waiting.id, old.id);
        let seen = world.write(async move |tx| {
            allegato::add(tx, ente, &waiting).await?;
            allegato::add(tx, ente, &old).await?;
            let before = allegato::unscanned(tx, ente).await?;
            let asked = (allegato::await_scan(tx, ente, first).await?, allegato::await_scan(tx, ente, second).await?);
            let after = allegato::unscanned(tx, ente).await?;
            let found = allegato::scanned(tx, ente, first, Scan::Infected, later(1)).await?;
            let again = allegato::scanned(tx, ente, first, Scan::Clean, later(2)).await?;
            let kept = allegato::by_id(tx, ente, first).await?.map(|row| row.scan);
            let infected = allegato::infected(tx, ente, bozza).await?;
            allegato::remove(tx, ente, bozza, first, later(3)).await?;
            let gone = (allegato::by_id(tx, ente, first).await?, allegato::infected(tx, ente, bozza).await?);
            Ok(((before, asked, after), (found, again, kept, infected), gone))
        });
        let ((before, asked, after), verdict, gone) = seen.await.unwrap();
        assert_eq!((before, asked, after), (vec![second], (false, true), vec![]));
        assert_eq!(verdict, (true, false, Some(Scan::Infected), vec![first]));
        assert_eq!(gone, (None, vec![]));
    })
    .await;
}
