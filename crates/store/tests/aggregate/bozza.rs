use crate::fixture::{MENSA, World, answers, draft_of, later};
use chrono::TimeDelta;
use sportello_domain::id::{AllegatoId, BozzaId};
use sportello_store::{
    Error, allegato, binds,
    bozza::{self, BozzaStatus, REVISIONS_KEPT, Saved},
    bozza_purge, bozza_reminder,
    testing::{each, id, now},
};

use crate::allegato::file;

#[tokio::test]
async fn one_draft_is_open_for_each_person_and_modello() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, key) = (world.ente, world.persona, world.draft().await);
        let open = world.read(async move |read| bozza::open_of(read, ente, laura, MENSA).await).await;
        assert_eq!(open, Some(key));
        let twin = draft_of(laura);
        let again = world.write(async move |tx| bozza::create(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let others = draft_of(world.other);
        world.write(async move |tx| bozza::create(tx, ente, &others).await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_save_on_a_stale_revision_changes_nothing() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, key) = (world.ente, world.persona, world.other, world.draft().await);
        let saves = world.write(async move |tx| {
            let first = bozza::save(tx, ente, laura, key, 1, &answers("due"), later(1)).await?;
            let stale = bozza::save(tx, ente, laura, key, 1, &answers("tre"), later(2)).await?;
            let foreign = bozza::save(tx, ente, mario, key, 2, &answers("tre"), later(2)).await?;
            let unknown = bozza::save(tx, ente, laura, BozzaId::new(id()), 1, &answers("tre"), later(2)).await?;
            Ok([first, stale, foreign, unknown])
        });
        assert_eq!(saves.await.unwrap(), [Saved::Revision(2), Saved::Conflict(2), Saved::NotFound, Saved::NotFound]);
        let row = world.read(async move |read| bozza::by_id(read, ente, laura, key).await).await.unwrap();
        assert_eq!((row.revision, row.status, row.updated_at), (2, BozzaStatus::Open, later(1)));
        assert_eq!((row.answers, row.sealed_answers), (answers("due").clear, answers("due").sealed));
        let foreign = world.read(async move |read| bozza::by_id(read, ente, mario, key).await).await;
        assert!(foreign.is_none());
    })
    .await;
}

#[tokio::test]
async fn the_last_revisions_are_kept() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, key) = (world.ente, world.persona, world.draft().await);
        for revision in 1..=REVISIONS_KEPT + 4 {
            let save = async move |tx: &mut sportello_store::Tx| {
                bozza::save(tx, ente, laura, key, revision, &answers("x"), later(revision)).await
            };
            assert_eq!(world.write(save).await.unwrap(), Saved::Revision(revision + 1));
        }
        const KEPT: &str = "SELECT min(revision), count(*) FROM bozza_revision WHERE ente_id = $1 AND bozza_id = $2";
        let kept = world.read(async move |read| read.fetch_one::<(i64, i64)>(KEPT, binds![ente, key]).await).await;
        assert_eq!(kept, (6, REVISIONS_KEPT));
    })
    .await;
}

#[tokio::test]
async fn the_owner_discards_a_draft_with_its_files() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, key) = (world.ente, world.persona, world.other, world.draft().await);
        let with = file(key);
        let with_id = with.id;
        let discarded = world.write(async move |tx| {
            allegato::add(tx, ente, &with).await?;
            let foreign = bozza_purge::discard(tx, ente, mario, key).await?;
            let own = bozza_purge::discard(tx, ente, laura, key).await?;
            let twice = bozza_purge::discard(tx, ente, laura, key).await?;
            Ok((foreign, own, twice, bozza::list(tx, ente, laura).await?.len()))
        });
        assert_eq!(discarded.await.unwrap(), (None, Some(vec![with_id]), None, 0));
    })
    .await;
}

#[tokio::test]
async fn drafts_go_when_their_time_is_over_but_never_filed_ones() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let (filed, _) = world.filed(&["A"]).await;
        let open = world.draft().await;
        let purged = world.write(async move |tx| {
            let early =
                bozza_purge::expired(tx, ente, now() + TimeDelta::days(59), now() + TimeDelta::days(29)).await?;
            let due = bozza_purge::expired(tx, ente, now() + TimeDelta::days(60), now() + TimeDelta::days(30)).await?;
            let kept = bozza::by_id(tx, ente, laura, filed.bozza_id).await?.map(|row| row.status);
            Ok((early, due, kept, bozza_purge::discard(tx, ente, laura, filed.bozza_id).await?))
        });
        let none: Vec<(BozzaId, Vec<AllegatoId>)> = Vec::new();
        assert_eq!(purged.await.unwrap(), (none, vec![(open, vec![])], Some(BozzaStatus::Filed), None));
    })
    .await;
}

#[tokio::test]
async fn a_filed_draft_keeps_the_revision_that_was_filed() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, key) = (world.ente, world.persona, world.draft().await);
        let purged = world.write(async move |tx| {
            bozza::save(tx, ente, laura, key, 1, &answers("due"), later(1)).await?;
            bozza::save(tx, ente, laura, key, 2, &answers("tre"), later(2)).await?;
            let open = bozza_purge::earlier_revisions(tx, ente, key).await?;
            const FILED: &str = "UPDATE bozza SET status = 'inviata' WHERE ente_id = $1 AND id = $2";
            tx.execute(FILED, binds![ente, key]).await?;
            let filed = bozza_purge::earlier_revisions(tx, ente, key).await?;
            Ok([open, filed, bozza_purge::earlier_revisions(tx, ente, key).await?])
        });
        assert_eq!(purged.await.unwrap(), [0, 2, 0]);
        let kept = world.read(async move |read| bozza::by_id(read, ente, laura, key).await).await.unwrap();
        assert_eq!((kept.revision, kept.answers), (3, answers("tre").clear));
    })
    .await;
}

#[tokio::test]
async fn the_list_shows_open_drafts_only() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario) = (world.ente, world.persona, world.other);
        world.filed(&["A"]).await;
        let open = world.draft().await;
        let list = world
            .read(async move |read| Ok((bozza::list(read, ente, laura).await?, bozza::list(read, ente, mario).await?)));
        let (own, foreign) = list.await;
        assert_eq!(own.iter().map(|row| row.id).collect::<Vec<_>>(), [open]);
        assert!(foreign.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_earlier_revision_is_its_owners_alone() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, mario, key) = (world.ente, world.persona, world.other, world.draft().await);
        let neighbour = world.neighbour().await;
        let save = async move |tx: &mut sportello_store::Tx| {
            bozza::save(tx, ente, laura, key, 1, &answers("due"), later(1)).await
        };
        world.write(save).await.unwrap();
        let (first, second, third, foreign) = world
            .read(async move |read| {
                let first = bozza::earlier(read, ente, laura, key, 1).await?;
                let second = bozza::earlier(read, ente, laura, key, 2).await?;
                let third = bozza::earlier(read, ente, laura, key, 3).await?;
                Ok((first, second, third, bozza::earlier(read, ente, mario, key, 1).await?))
            })
            .await;
        assert!(first.is_some() && third.is_none() && foreign.is_none());
        assert_eq!(second, Some((answers("due").clear, answers("due").sealed)));
        let elsewhere =
            world.store.read(neighbour, async move |read| bozza::earlier(read, neighbour, laura, key, 1).await);
        assert_eq!(elsewhere.await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn reminders_are_due_once_and_only_for_open_drafts_of_the_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        world.filed(&["A"]).await;
        let open = world.draft().await;
        let closes = now() + TimeDelta::days(30);
        let due = world.write(async move |tx| {
            let fresh = bozza_reminder::closing(tx, ente, MENSA, closes, now() - TimeDelta::days(1)).await?;
            let first = bozza_reminder::closing(tx, ente, MENSA, closes, later(60)).await?;
            let again = bozza_reminder::closing(tx, ente, MENSA, closes, later(60)).await?;
            let other = bozza_reminder::closing(tx, ente, "altro", closes, later(60)).await?;
            let moved = bozza_reminder::closing(tx, ente, MENSA, closes + TimeDelta::days(1), later(60)).await?;
            Ok([fresh, first, again, other, moved])
        });
        let none = Vec::new();
        let one = vec![(open, laura)];
        assert_eq!(due.await.unwrap(), [none.clone(), one.clone(), none.clone(), none.clone(), one.clone()]);
        let due = world.write(async move |tx| {
            let [early, late] = [59, 60].map(|days| now() + TimeDelta::days(days));
            let early = bozza_reminder::expiring(tx, ente, early, closes, now()).await?;
            // The window of the present version is still open by then.
            let kept = bozza_reminder::expiring(tx, ente, late, closes - TimeDelta::days(1), now()).await?;
            let first = bozza_reminder::expiring(tx, ente, late, closes, now()).await?;
            let again = bozza_reminder::expiring(tx, ente, late, closes, now()).await?;
            Ok([early, kept, first, again])
        });
        assert_eq!(due.await.unwrap(), [none.clone(), none.clone(), one, none.clone()]);
        let neighbour = world.neighbour().await;
        let foreign = world.store.write(neighbour, async move |tx| {
            let closing = bozza_reminder::closing(tx, neighbour, MENSA, closes + TimeDelta::days(2), later(60)).await?;
            let late = now() + TimeDelta::days(90);
            Ok((closing, bozza_reminder::expiring(tx, neighbour, late, late, now()).await?))
        });
        assert_eq!(foreign.await.unwrap(), (none.clone(), none));
    })
    .await;
}
