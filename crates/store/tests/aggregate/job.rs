use crate::fixture::{World, day, later, new_job};
use chrono::TimeDelta;
use futures::future::join_all;
use sportello_domain::id::EnteId;
use sportello_store::{
    Error, Result, Store,
    job::{self, JobRow, JobState},
    schedule,
    testing::{each, now},
};
use std::collections::HashSet;

async fn claim(store: &Store, worker: &'static str, minute: i64, at_most: i64) -> Vec<JobRow> {
    let claimed = store.write(EnteId::PLATFORM, async move |tx| {
        job::claim(tx, worker, later(minute), later(minute + 5), at_most).await
    });
    claimed.await.unwrap()
}

async fn counts(store: &Store) -> Vec<(JobState, i64)> {
    store.read(EnteId::PLATFORM, async move |read| job::counts(read).await).await.unwrap()
}

async fn enqueue(world: &World, count: usize) {
    let (ente, jobs) = (world.ente, (0..count).map(|_| new_job("mail")).collect::<Vec<_>>());
    let enqueued = world.write(async move |tx| {
        for new in &jobs {
            job::enqueue(tx, ente, new).await?;
        }
        Ok(())
    });
    enqueued.await.unwrap();
}

#[tokio::test]
async fn a_job_is_there_when_its_transaction_is() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let fell: Result<()> = world
            .write(async move |tx| {
                job::enqueue(tx, ente, &new_job("mail")).await?;
                Err(Error::refused("no"))
            })
            .await;
        assert!(fell.is_err());
        assert_eq!(counts(&world.store).await, []);
        enqueue(&world, 1).await;
        assert!(claim(&world.store, "w", -1, 10).await.is_empty(), "not before its instant");
        let claimed = claim(&world.store, "w", 0, 10).await;
        assert_eq!((claimed.len(), claimed[0].ente_id, claimed[0].attempts), (1, ente, 1));
        let (one, other) = (claimed[0].id, "another");
        let done = world.write(async move |tx| {
            let foreign = job::done(tx, ente, one, other, later(1)).await?;
            let renewed = job::renew(tx, ente, one, "w", later(9)).await?;
            Ok((foreign, renewed, job::done(tx, ente, one, "w", later(1)).await?))
        });
        assert_eq!(done.await.unwrap(), (false, true, true));
        assert_eq!(counts(&world.store).await, []);
        let purged = world.write(async move |tx| job::purge(tx, ente, later(1)).await).await.unwrap();
        assert_eq!(purged, 1);
    })
    .await;
}

#[tokio::test]
async fn workers_never_hold_the_same_job() {
    each(async |database| {
        let world = World::new(database).await;
        enqueue(&world, 40).await;
        let store = &world.store;
        let claims = join_all(["a", "b", "c", "d", "e"].map(|worker| claim(store, worker, 0, 8))).await;
        let held: Vec<_> = claims.iter().flatten().map(|job| job.id).collect();
        assert_eq!((held.len(), held.iter().collect::<HashSet<_>>().len()), (40, 40));
        assert_eq!(counts(store).await, [(JobState::Running, 40)]);
    })
    .await;
}

#[tokio::test]
async fn a_failing_job_waits_longer_each_time_and_ends_in_sight() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        enqueue(&world, 1).await;
        let mut minute = 0;
        let mut states = Vec::new();
        for _ in 0..3 {
            let held = claim(&world.store, "w", minute, 1).await.remove(0);
            let failed =
                world.write(async move |tx| job::fail(tx, ente, &held, "w", "relay_down", later(minute)).await);
            states.push(failed.await.unwrap());
            assert!(claim(&world.store, "w", minute, 1).await.is_empty(), "it waits");
            minute += 60;
        }
        assert_eq!(states, [Some(JobState::ToDo), Some(JobState::ToDo), Some(JobState::Failed)]);
        let failed = world.read(async move |read| job::failed(read, ente, (10, 0)).await).await;
        assert_eq!((failed[0].attempts, failed[0].last_error.as_deref()), (3, Some("relay_down")));
        assert!(claim(&world.store, "w", 500, 1).await.is_empty(), "a job that was given up stays so");
    })
    .await;
}

#[tokio::test]
async fn an_expired_lease_is_given_back_and_its_holder_cannot_finish() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        enqueue(&world, 1).await;
        let mut held = claim(&world.store, "slow", 0, 1).await.remove(0);
        for minute in [6, 12, 18] {
            let reclaimed = world.store.write(EnteId::PLATFORM, async move |tx| {
                Ok((job::reclaim(tx, later(minute - 2)).await?, job::reclaim(tx, later(minute)).await?))
            });
            assert_eq!(reclaimed.await.unwrap(), (0, 1));
            assert_eq!(counts(&world.store).await, [(JobState::ToDo, 1)]);
            let late = held.clone();
            let done = world.write(async move |tx| {
                let done = job::done(tx, ente, late.id, "slow", later(minute)).await?;
                Ok((done, job::fail(tx, ente, &late, "slow", "late", later(minute)).await?))
            });
            assert_eq!(done.await.unwrap(), (false, None));
            held = claim(&world.store, "slow", minute, 1).await.remove(0);
            assert_eq!(held.is_spent(), minute == 18, "three attempts were allowed");
        }
        let failed = world.write(async move |tx| job::fail(tx, ente, &held, "slow", "lease_expired", later(19)).await);
        assert_eq!(failed.await.unwrap(), Some(JobState::Failed));
        let failed = world.read(async move |read| job::failed(read, ente, (10, 0)).await).await;
        assert_eq!((failed[0].attempts, failed[0].last_error.as_deref()), (3, Some("lease_expired")));
    })
    .await;
}

#[test]
fn pauses_grow_up_to_an_hour() {
    let pauses: Vec<i64> = [0, 1, 2, 3, 5, 6, 99].map(|attempts| job::pause(attempts).num_seconds()).to_vec();
    assert_eq!(pauses, [10, 10, 40, 160, 2_560, 3_600, 3_600]);
}

#[tokio::test]
async fn the_work_of_a_day_is_claimed_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, today) = (world.ente, day(2026, 9, 1));
        let claims =
            (0..20).map(|_| world.write(async move |tx| schedule::claim(tx, ente, "purge", today, now()).await));
        let won = join_all(claims).await.into_iter().map(|won| won.unwrap()).filter(|won| *won).count();
        assert_eq!(won, 1);
        let purged = world.write(async move |tx| {
            let kept = schedule::purge(tx, ente, today).await?;
            let gone = schedule::purge(tx, ente, today + TimeDelta::days(1)).await?;
            Ok((kept, gone, schedule::claim(tx, ente, "purge", today, now()).await?))
        });
        assert_eq!(purged.await.unwrap(), (0, 1, true));
    })
    .await;
}
