use crate::fixture::{CHILD, World, later};
use sportello_domain::{id::PraticaId, pratica::PraticaStatus};
use sportello_store::{
    evento,
    istruttoria::{self, Decision, Move},
    pratica,
    testing::each,
};

fn to(id: PraticaId, version: i64, status: PraticaStatus) -> Move {
    Move { id, version, status, assigned_to: None, decision: None }
}

#[tokio::test]
async fn a_move_holds_only_on_the_version_it_was_decided_on() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, clerk) = (world.ente, world.other);
        let (invio, _) = world.filed(&[CHILD]).await;
        let key = invio.pratiche[0].id;
        let mut take = to(key, 1, PraticaStatus::InReview);
        take.assigned_to = Some(clerk);
        let mut reject = to(key, 2, PraticaStatus::Rejected);
        let reason = Some("Fuori termine".to_owned());
        reject.decision = Some(Decision { at: later(9), by: Some(clerk), reason: reason.clone() });
        let mut stale = reject.clone();
        stale.version = 1;
        let steps = [PraticaStatus::InReview, PraticaStatus::Rejected].map(|kind| world.step(key, kind));
        let moved = world.write(async move |tx| {
            let took = istruttoria::advance(tx, ente, &take, &steps[0]).await?;
            let stale = istruttoria::advance(tx, ente, &stale, &steps[1]).await?;
            Ok((took, stale, istruttoria::advance(tx, ente, &reject, &steps[1]).await?))
        });
        assert_eq!(moved.await.unwrap(), (true, false, true));
        let row = world.read(async move |read| pratica::by_id(read, ente, key).await).await.unwrap();
        assert_eq!((row.status, row.version, row.assigned_to), (PraticaStatus::Rejected, 3, Some(clerk)));
        assert_eq!((row.decided_at, row.decision_reason), (Some(later(9)), reason));
        let steps = world.read(async move |read| evento::of_pratica(read, ente, key).await).await;
        assert_eq!(steps.len(), 3, "a move that did not hold left no step");
    })
    .await;
}

#[tokio::test]
async fn a_pratica_that_is_over_leaves_the_child_free_unless_it_was_accepted() {
    each(async |database| {
        for status in PraticaStatus::OPEN.into_iter().chain(PraticaStatus::OVER) {
            let world = World::at(database, status.stored()).await;
            let ente = world.ente;
            let (invio, _) = world.filed(&[CHILD]).await;
            let key = invio.pratiche[0].id;
            let step = world.step(key, status);
            let moved = world.write(async move |tx| istruttoria::advance(tx, ente, &to(key, 1, status), &step).await);
            assert!(moved.await.unwrap());
            let again = world.submit(&world.invio(world.draft().await, &[CHILD])).await;
            let free = matches!(status, PraticaStatus::Rejected | PraticaStatus::Withdrawn | PraticaStatus::Annulled);
            assert_eq!(again.is_ok(), free, "{status:?}: {again:?}");
        }
    })
    .await;
}
